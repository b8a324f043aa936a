"""Threads of Klinik as the dictionaries that actions return."""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import and_, case, func, select

from ckanext.lppd.klinik import faq, rules, service
from ckanext.lppd.logic.dictize import language
from ckanext.lppd.model import IndicatorRow, Question
from ckanext.lppd.workflow.rules import PRODUSEN


def _row(question: Question, indicator: str | None, org: str | None, asker: str) -> dict[str, Any]:
    lang = language()
    return {
        "id": question.id,
        "nomor": f"{question.number}/{question.year}",
        "judul": question.subject,
        "topik": question.topic,
        "topik_label": rules.label(rules.TOPICS, question.topic, lang),
        "kepada": question.addressed_to,
        "state": question.state,
        "state_label": rules.label(rules.STATE_LABELS, question.state, lang),
        "owner_org": question.owner_org,
        "owner_org_title": org,
        "penanya": asker,
        "isian_id": question.isian_id,
        "edisi": question.edition,
        "kode": question.code,
        "nama": indicator,
        "sel": question.cell,
        "dibuat": question.created_at.isoformat(),
        "diubah": question.updated_at.isoformat(),
        "dijawab": question.answered_at.isoformat() if question.answered_at else None,
    }


def _joined() -> Any:
    return (
        select(
            Question,
            IndicatorRow.data["nama"].astext,
            func.coalesce(func.nullif(model.Group.title, ""), model.Group.name),
            func.coalesce(func.nullif(model.User.fullname, ""), model.User.name, Question.asker),
        )
        .outerjoin(
            IndicatorRow,
            and_(IndicatorRow.edition == Question.edition, IndicatorRow.code == Question.code),
        )
        .outerjoin(model.Group, model.Group.id == Question.owner_org)
        .outerjoin(model.User, model.User.id == Question.asker)
    )


def question_page(where: list[Any], *, limit: int, offset: int) -> dict[str, Any]:
    """Return count and one page of threads, in two statements whatever their number.

    What waits for an answer comes first, the longest waiting on top; then the newest.
    """
    count = model.Session.scalar(select(func.count()).select_from(Question).where(*where))
    waiting = Question.state == rules.DIAJUKAN
    query = (
        _joined()
        .where(*where)
        .order_by(
            waiting.desc(),
            case((waiting, Question.updated_at), else_=None).asc(),
            Question.updated_at.desc(),
            Question.id,
        )
        .limit(limit)
        .offset(offset)
    )
    return {"count": count, "results": [_row(*row) for row in model.Session.execute(query)]}


def question(row: Question, user_id: str) -> dict[str, Any]:
    """Return one thread whole: messages, the acts open to this person, its public text."""
    out = _row(*model.Session.execute(_joined().where(Question.id == row.id)).one())
    sent = service.messages(row.id)
    names = _names({message.author for message in sent})
    lang = language()
    out["pesan"] = [
        {
            "id": message.id,
            "act": message.act,
            "act_label": rules.label(rules.ACT_LABELS, message.act, lang),
            "role": message.role,
            "dari_penanya": message.role == PRODUSEN,
            "penulis": names.get(message.author, message.author),
            "isi": message.body,
            "dibuat": message.created_at.isoformat(),
        }
        for message in sent
    ]
    out["acts"] = service.allowed_acts(row, user_id)
    public = faq.newest(row.id)
    out["faq"] = (
        {
            "versi": public.version,
            "tampil": public.shown,
            "pertanyaan": public.question,
            "jawaban": public.answer,
            "edisi": public.edition,
            "kode": public.code,
        }
        if public is not None
        else None
    )
    return out


def _names(ids: set[str]) -> dict[str, str]:
    rows = model.Session.execute(
        select(model.User.id, model.User.fullname, model.User.name).where(model.User.id.in_(ids))
    )
    return {row.id: row.fullname or row.name for row in rows}
