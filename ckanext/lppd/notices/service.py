"""Writing notices: one statement per event, in the transaction of the act and never in its way."""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from redis.exceptions import RedisError
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lppd.notices import agencies, digest, rules
from ckanext.lppd.workflow import rules as workflow

log = logging.getLogger(__name__)

# Who works for the agency (:org), or in any organisation of a role (:role); answers how many of
# the told want a mail at once.
_TELL = """
    WITH told AS (
    INSERT INTO lppd_notice (user_id, kind, key, isian_id, question_id, data)
    SELECT DISTINCT u.id, :kind, :key, :isian_id, :question_id, CAST(:data AS jsonb)
      FROM member m
      JOIN "user" u ON u.id = m.table_id AND u.state = 'active'
      JOIN "group" g ON g.id = m.group_id AND g.state = 'active' AND g.is_organization
      LEFT JOIN lppd_organization o ON o.group_id = g.id
     WHERE m.table_name = 'user' AND m.state = 'active' AND m.capacity IN ('admin', 'editor')
       AND (m.group_id = :org OR o.role = :role) AND u.id <> :actor
    ON CONFLICT (user_id, key) DO NOTHING
    RETURNING user_id)
    SELECT count(*) FROM told JOIN lppd_notice_setting s ON s.user_id = told.user_id
     WHERE s.frequency = 'langsung' AND NOT s.muted @> to_jsonb(CAST(:kind AS text))
"""
_NAMES = text(
    """
    SELECT n.data ->> 'nama' AS name, p.title, u.fullname, u.name AS login
      FROM (SELECT 1) one
      LEFT JOIN lppd_indicator n ON n.edition = :edition AND n.code = :code
      LEFT JOIN package p ON p.id = :package_id
      LEFT JOIN "user" u ON u.id = :actor
    """
)


def told(isian: Any, act: str, role: str, actor_id: str, key: str) -> None:
    """Tell whom the table names about an act on an isian; called where the act is recorded.

    The notices become true with the act's own commit. Nothing here may break the act: a database
    error is undone to where it began, and logged.

    Args:
        isian: the `Isian` as it is after the act.
        act: name of the act.
        role: the role it was done in.
        actor_id: id of the user who did it; this person is not told.
        key: what makes this event one (told once to each person).
    """
    # the switch of a revision is recorded on what it revises
    if act == "terbitkan" and isian.is_revision:
        return
    rows = rules.tells(act, isian.state, role)
    if not rows:
        return

    def write() -> bool:
        data = _describe(isian, actor_id)
        wanted = False
        for row in rows:
            if row.tell == rules.PENYUMBANG:
                event_key = f"{row.kind}:{key}"
                wanted |= agencies.tell_givers(isian.id, row.kind, event_key, data, actor_id)
                continue
            whom = {"org": isian.owner_org} if row.tell == workflow.PRODUSEN else {"role": row.tell}
            event_key = f"{row.kind}:{key}"
            wanted |= insert(row.kind, event_key, data, actor=actor_id, isian_id=isian.id, **whom)
        return wanted

    guarded(write)


def _describe(isian: Any, actor_id: str) -> dict[str, Any]:
    names = model.Session.execute(
        _NAMES,
        {
            "edition": isian.edition,
            "code": isian.code,
            "package_id": isian.package_id,
            "actor": actor_id,
        },
    ).one()
    return {
        "code": isian.code,
        "name": names.name or names.title,
        "year": isian.year,
        "actor": names.fullname or names.login or "",
    }


def insert(
    kind: str,
    key: str,
    data: dict[str, Any],
    *,
    actor: str = "",
    org: str | None = None,
    role: str | None = None,
    isian_id: str | None = None,
    question_id: str | None = None,
) -> bool:
    """Add one notice for everybody who works for `org` or in a role; no commit.

    For use inside `guarded`. Returns whether somebody wants a mail about it at once.
    """
    at_once = model.Session.scalar(
        text(_TELL),
        {
            "kind": kind,
            "key": key,
            "data": json.dumps(data),
            "actor": actor,
            "org": org,
            "role": role,
            "isian_id": isian_id,
            "question_id": question_id,
        },
    )
    return bool(at_once)


def asked(
    parts: Iterable[tuple[str, str, str]],
    about: Callable[[str], dict[str, Any]],
    key: str,
    actor_id: str,
) -> None:
    """Tell agencies which parts are asked of them, one notice for each isian.

    Args:
        parts: id of the isian, name of the part, id of the agency.
        about: returns `code`, `name` and `year` of an isian by its id.
        key: what makes this event one.
        actor_id: id of the user who asked.
    """
    grouped: dict[tuple[str, str], list[str]] = defaultdict(list)
    for isian_id, part, org in parts:
        grouped[isian_id, org].append(part)
    rows = [
        {
            "org": org,
            "kind": rules.KONTRIBUSI,
            "key": f"{rules.KONTRIBUSI}:{isian_id}:{org}:{key}",
            "isian_id": isian_id,
            "data": {**about(isian_id), "parts": ", ".join(sorted(names))},
        }
        for (isian_id, org), names in grouped.items()
    ]
    if rows:
        guarded(lambda: agencies.tell(rows, actor_id))


def year_moved(
    edition: str, year: int, act: str, key: str, *, actor_id: str, note: str = ""
) -> None:
    """Tell everybody with work in a year that it was opened, closed, reopened or made final."""
    if act in rules.YEAR_ACTS:
        event_key = f"{rules.TAHUN}:{key}"
        guarded(
            lambda: agencies.tell_year(edition, year, act, event_key, actor=actor_id, note=note)
        )


def guarded(write: Callable[[], bool]) -> None:
    """Write notices so that a failure leaves the caller's transaction as it was.

    Args:
        write: writes them and tells whether somebody wants a mail at once.
    """
    session = model.Session
    # a plain savepoint: SQLAlchemy's nested transaction would tell CKAN's observers of a commit
    session.flush()
    session.execute(text("SAVEPOINT lppd_notices"))
    try:
        at_once = write()
    except SQLAlchemyError:
        session.execute(text("ROLLBACK TO SAVEPOINT lppd_notices"))
        log.exception("notices could not be written; the act itself goes on")
    else:
        session.execute(text("RELEASE SAVEPOINT lppd_notices"))
        if at_once:
            _mail_after_commit()


def _mail_after_commit() -> None:
    """Ask a worker for the mails of those who want them at once, when the act is committed."""
    session = model.Session()
    if session.info.get("lppd_mail_asked"):
        return
    session.info["lppd_mail_asked"] = True

    def asked(committed: Any) -> None:
        committed.info.pop("lppd_mail_asked", None)
        enqueue_mail()

    event.listen(session, "after_commit", asked, once=True)


def enqueue_mail() -> None:
    """Have a worker send what is due; with Redis down the next cron run does."""
    try:
        toolkit.enqueue_job(
            digest.send_job,
            title="lppd kirim pemberitahuan",
            rq_kwargs={"timeout": digest.JOB_SECONDS},
        )
    except RedisError:
        log.exception("no worker could be asked to send mail; the next run sends it")


def mark_read(user_id: str, ids: Iterable[int] | None = None) -> int:
    """Mark the person's own notices as read (all of them where no ids are given); no commit."""
    wanted = None if ids is None else list(ids)
    query = (
        "UPDATE lppd_notice SET read_at = clock_timestamp() "
        "WHERE user_id = :user_id AND read_at IS NULL"
    )
    values: dict[str, Any] = {"user_id": user_id}
    if wanted is not None:
        query += " AND id = ANY(:ids)"
        values["ids"] = wanted
    return int(model.Session.execute(text(query), values).rowcount)
