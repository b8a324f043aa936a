"""Public questions and answers: rewritten for everybody, each change a new version."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select, text

from ckanext.lppd.klinik import rules, service
from ckanext.lppd.model import Faq
from ckanext.lppd.workflow import roles
from ckanext.lppd.workflow import rules as workflow
from ckanext.lppd.workflow.service import Actor

# The newest version of each question counts; a search in both texts, `%` and `_` taken literally.
_CURRENT = """
      FROM (SELECT DISTINCT ON (question_id) * FROM lppd_faq
             ORDER BY question_id, version DESC) f
      LEFT JOIN lppd_indicator n ON n.edition = f.edition AND n.code = f.code
     WHERE f.shown
       AND (CAST(:edition AS text) IS NULL OR f.edition = :edition)
       AND (CAST(:code AS text) IS NULL OR f.code = :code)
       AND (CAST(:words AS text) IS NULL
            OR f.question || ' ' || f.answer || ' ' || coalesce(f.code, '') || ' '
               || coalesce(n.data ->> 'nama', '') ILIKE :words)
"""
_COUNT = text(f"SELECT count(*) {_CURRENT}")
_PAGE = text(
    "SELECT f.question_id, f.version, f.edition, f.code, f.question, f.answer, f.created_at, "
    f"n.data ->> 'nama' AS name {_CURRENT} "
    "ORDER BY f.created_at DESC, f.id DESC LIMIT :limit OFFSET :offset"
)


def answerer_role(actor: Actor) -> str:
    """Return the role in which somebody speaks for Klinik.

    Raises:
        toolkit.NotAuthorized: for everybody but editors and admins of walidata and pembina.
    """
    held = roles.parts_in(actor.id, None) & rules.ANSWERERS
    if not held:
        raise toolkit.NotAuthorized("Hanya walidata dan pembina data yang dapat melakukan ini.")
    return workflow.PEMBINA if workflow.PEMBINA in held else workflow.WALIDATA


def newest(question_id: str) -> Faq | None:
    """Return the newest version of a question's public text, shown or not."""
    return model.Session.scalars(
        select(Faq).where(Faq.question_id == question_id).order_by(Faq.version.desc()).limit(1)
    ).first()


def promote(question_id: str, actor: Actor, wanted: dict[str, Any]) -> Faq:
    """Publish a question and answer as written for everybody; commits.

    Args:
        question_id: the thread it comes from; it must have been answered.
        actor: who publishes; walidata or pembina.
        wanted: `pertanyaan`, `jawaban`, `edisi`, `kode`, and `versi` that was seen (0 = none).

    Raises:
        toolkit.ValidationError: for personal data in the texts, an unanswered question, or a
            version that is not the newest any more.
    """
    role = answerer_role(actor)
    question = service.locked(question_id)
    if question.answered_at is None:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"message": ["Pertanyaan ini belum dijawab. Jawab dulu, lalu terbitkan di FAQ."]}
        )
    errors = {}
    for field in ("pertanyaan", "jawaban"):
        found = rules.private_data(wanted[field])
        if found:
            errors[field] = [
                f"Teks ini tampil untuk umum, tetapi memuat {', '.join(found)}. Hapus dulu."
            ]
    if errors:
        model.Session.rollback()
        raise toolkit.ValidationError(errors)
    return _add(
        question_id,
        wanted.get("versi"),
        Faq(
            shown=True,
            edition=wanted.get("edisi"),
            code=wanted.get("kode"),
            question=wanted["pertanyaan"],
            answer=wanted["jawaban"],
            author=actor.id,
            role=role,
        ),
    )


def take_down(question_id: str, actor: Actor) -> Faq:
    """Take a public question away again (a new version that is not shown); commits.

    Raises:
        toolkit.ObjectNotFound: where it was never public.
    """
    role = answerer_role(actor)
    service.locked(question_id)
    last = newest(question_id)
    if last is None:
        model.Session.rollback()
        raise toolkit.ObjectNotFound("Pertanyaan ini tidak ada di FAQ.")
    if not last.shown:
        model.Session.rollback()
        return last
    hidden = Faq(
        shown=False,
        edition=last.edition,
        code=last.code,
        question=last.question,
        answer=last.answer,
        author=actor.id,
        role=role,
    )
    return _add(question_id, last.version, hidden)


def _add(question_id: str, seen: int | None, row: Faq) -> Faq:
    # the question's row is locked: versions follow each other
    version = model.Session.scalar(
        select(func.coalesce(func.max(Faq.version), 0)).where(Faq.question_id == question_id)
    )
    if seen is not None and seen != version:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {
                "versi": [
                    "Teks FAQ ini baru saja diubah orang lain. Muat ulang halaman, lihat "
                    "teksnya, lalu ubah lagi bila masih perlu."
                ]
            }
        )
    row.question_id, row.version = question_id, version + 1
    model.Session.add(row)
    model.Session.commit()
    return row


def public(
    *, edition: str | None, code: str | None, q: str | None, limit: int, offset: int
) -> dict[str, Any]:
    """Return count and one page of what is public; two statements."""
    words = None
    if q:
        escaped = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        words = f"%{escaped}%"
    values = {"edition": edition, "code": code, "words": words}
    rows = model.Session.execute(_PAGE, {**values, "limit": limit, "offset": offset}).all()
    return {
        "count": model.Session.scalar(_COUNT, values),
        "results": [
            {
                "id": row.question_id,
                "versi": row.version,
                "edisi": row.edition,
                "kode": row.code,
                "nama": row.name,
                "pertanyaan": row.question,
                "jawaban": row.answer,
                "terbit": row.created_at.isoformat(),
            }
            for row in rows
        ],
    }
