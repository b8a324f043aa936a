"""The one place that writes questions and messages: lock, test, write, tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.klinik import rules
from ckanext.lppd.model import Question, QuestionMessage
from ckanext.lppd.notices import rules as notice_rules
from ckanext.lppd.notices import service as notices
from ckanext.lppd.workflow import roles
from ckanext.lppd.workflow import rules as workflow
from ckanext.lppd.workflow.service import Actor

_NUMBER_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('lppd_question'), :year)")
_NEXT_NUMBER = text("SELECT coalesce(max(number), 0) + 1 FROM lppd_question WHERE year = :year")


@dataclass(frozen=True)
class Asked:
    """A new question: who asks whom, about what."""

    owner_org: str
    addressed_to: str
    topic: str
    subject: str
    body: str
    isian_id: str | None = None
    edition: str | None = None
    code: str | None = None
    cell: str | None = None


def parts_in_thread(user_id: str | None, owner_org: str) -> frozenset[str]:
    """Return what this person may be in a thread: `penanya` or `penjawab`, never both.

    Who works for the asking agency does not answer its question.
    """
    parts = roles.parts_in(user_id, owner_org)
    if workflow.PRODUSEN in parts:
        return frozenset({rules.PENANYA})
    return frozenset({rules.PENJAWAB}) if parts & rules.ANSWERERS else frozenset()


def may_read(user: Any, owner_org: str) -> bool:
    """Tell whether a CKAN user reads the threads of an agency: its people, and who looks after it.

    Walidata, pembina and pengawas read all; a sysadmin too.
    """
    return bool(
        user.sysadmin
        or roles.reading_roles(user.id) & rules.READERS
        or owner_org in roles.organisations_of(user.id, writing=False)
    )


def ask(asked: Asked, actor: Actor, form_key: str | None) -> Question:
    """Open a thread and commit; the same form sent twice gives the same thread."""
    repeated = _sent_before(actor, form_key)
    if repeated is not None:
        return repeated
    year = datetime.now(timezone.utc).year
    model.Session.execute(_NUMBER_LOCK, {"year": year})
    question = Question(
        year=year,
        number=model.Session.scalar(_NEXT_NUMBER, {"year": year}),
        owner_org=asked.owner_org,
        asker=actor.id,
        addressed_to=asked.addressed_to,
        topic=asked.topic,
        subject=asked.subject,
        isian_id=asked.isian_id,
        edition=asked.edition,
        code=asked.code,
        cell=asked.cell,
        state=rules.DIAJUKAN,
    )
    model.Session.add(question)
    model.Session.flush()
    message = _message(
        question, rules.TANYA, rules.DIAJUKAN, rules.PENANYA, actor, asked.body, form_key
    )
    return _finish(question, message, actor, form_key)


def act(
    question_id: str,
    name: str,
    actor: Actor,
    body: str,
    *,
    state_seen: str | None = None,
    form_key: str | None = None,
) -> Question:
    """Do one act of `rules.ACTS` on a thread and commit.

    Raises:
        toolkit.NotAuthorized: where no part of the person has this act.
        toolkit.ValidationError: where the state moved or the text is missing.
    """
    repeated = _sent_before(actor, form_key)
    if repeated is not None:
        return repeated
    question = locked(question_id)
    parts = parts_in_thread(actor.id, question.owner_org)
    if not parts & rules.parts_for(name):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Peran Anda tidak memiliki hak untuk tindakan ini di Klinik.")
    row = next((a for a in rules.acts_from(question.state, parts) if a.name == name), None)
    if row is None or (state_seen and state_seen != question.state):
        state = question.state
        model.Session.rollback()
        raise _moved(state)
    if row.needs_text and len(body) < rules.MIN_TEXT:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"isi": [f"Tulis pesannya, paling sedikit {rules.MIN_TEXT} huruf."]}
        )
    from_state = question.state
    question.state = row.to
    question.updated_at = datetime.now(timezone.utc)
    if name == "jawab" and question.answered_at is None:
        question.answered_at = question.updated_at
    message = _message(question, name, from_state, row.part, actor, body, form_key)
    return _finish(question, message, actor, form_key)


def locked(question_id: str) -> Question:
    """Return the question with its row held.

    Raises:
        toolkit.ObjectNotFound: where there is none.
    """
    question = model.Session.scalars(
        select(Question)
        .where(Question.id == question_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if question is None:
        raise toolkit.ObjectNotFound("Pertanyaan tidak ditemukan.")
    return question


def allowed_acts(question: Question, user_id: str | None) -> list[str]:
    """Return the acts this person may do now: what the page shows as forms."""
    parts = parts_in_thread(user_id, question.owner_org)
    return list(dict.fromkeys(row.name for row in rules.acts_from(question.state, parts)))


def messages(question_id: str) -> list[QuestionMessage]:
    """Return the messages of a thread, oldest first."""
    return list(
        model.Session.scalars(
            select(QuestionMessage)
            .where(QuestionMessage.question_id == question_id)
            .order_by(QuestionMessage.id)
        )
    )


def _message(
    question: Question,
    name: str,
    from_state: str,
    part: str,
    actor: Actor,
    body: str,
    form_key: str | None,
) -> QuestionMessage:
    held = roles.parts_in(actor.id, question.owner_org)
    role = workflow.PRODUSEN
    if part == rules.PENJAWAB:
        role = workflow.PEMBINA if workflow.PEMBINA in held else workflow.WALIDATA
    return QuestionMessage(
        question_id=question.id,
        act=name,
        from_state=from_state,
        to_state=question.state,
        role=role,
        author=actor.id,
        body=body,
        form_key=form_key or None,
    )


def _finish(
    question: Question, message: QuestionMessage, actor: Actor, form_key: str | None
) -> Question:
    model.Session.add(message)
    try:
        model.Session.flush()
    except IntegrityError:
        # the same form, sent twice at once: the first one counts
        model.Session.rollback()
        repeated = _sent_before(actor, form_key)
        if repeated is None:
            raise
        return repeated
    notices.guarded(lambda: _tell(question, message, actor))
    model.Session.commit()
    return question


def _tell(question: Question, message: QuestionMessage, actor: Actor) -> bool:
    asking = message.role == workflow.PRODUSEN
    if asking and message.act == "selesai":
        return False
    kind = notice_rules.KLINIK_TANYA if asking else notice_rules.KLINIK_JAWAB
    if message.act == "selesai":
        kind = notice_rules.KLINIK_SELESAI
    user = model.Session.get(model.User, actor.id)
    data = {
        "number": f"{question.number}/{question.year}",
        "subject": question.subject,
        "actor": (user.fullname or user.name) if user else "",
    }
    whom = {"role": question.addressed_to} if asking else {"org": question.owner_org}
    return notices.insert(
        kind, f"klinik:{message.id}", data, actor=actor.id, question_id=question.id, **whom
    )


def _sent_before(actor: Actor, form_key: str | None) -> Question | None:
    if not form_key:
        return None
    return model.Session.scalars(
        select(Question)
        .join(QuestionMessage, QuestionMessage.question_id == Question.id)
        .where(QuestionMessage.author == actor.id, QuestionMessage.form_key == form_key)
    ).first()


def _moved(state: str) -> toolkit.ValidationError:
    return toolkit.ValidationError(
        {
            "state": [
                f"Keadaan sekarang: {rules.label(rules.STATE_LABELS, state)}. Tindakan ini tidak "
                "berlaku di keadaan itu. Baca pesan terbaru, lalu pilih tindakan yang tersedia."
            ],
            "state_now": [state],
        }
    )
