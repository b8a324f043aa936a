"""Sending: one mail for each person and run, marked as soon as it is out, tried again later.

Any number of senders may run at once: a person is claimed by one of them for a while. Mail leaves
from a worker's job and from the command only, never from a web request, and no server that stops
answering holds either of them for long.
"""

from __future__ import annotations

import logging
import smtplib
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ckan import model
from ckan import plugins as p
from ckan.lib import mailer
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.notices import letter, rules, texts

log = logging.getLogger(__name__)

# Long enough for one batch through a slow server; after a crash the people are free again.
CLAIM_MINUTES = 30
BATCH = 200
# How long a mail server may take for each of its answers.
ANSWER_SECONDS = 30.0
# How long a worker may take for one job of mails; what is left then is sent by the next run.
JOB_SECONDS = 900
# A server that is down is not asked once more for every person.
GIVE_UP_AFTER = 3
# What nobody was mailed within this time stays in the portal's list only.
MAX_AGE_DAYS = 30

_MAKE_SETTINGS = text(
    """
    INSERT INTO lppd_notice_setting (user_id, frequency)
    SELECT DISTINCT user_id, :frequency FROM lppd_notice WHERE mail = 'menunggu'
    ON CONFLICT (user_id) DO NOTHING
    """
)
# Never mailed: read in the portal meanwhile, too old, muted, unwanted, nobody to mail to.
_DROP = text(
    """
    UPDATE lppd_notice n SET mail = 'tidak'
      FROM lppd_notice_setting s
     WHERE n.mail = 'menunggu' AND s.user_id = n.user_id
       AND (n.read_at IS NOT NULL OR n.created_at < CAST(:oldest AS timestamptz)
            OR s.frequency = 'tidak' OR s.muted @> to_jsonb(n.kind)
            OR NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = n.user_id AND u.state = 'active'
                                                    AND coalesce(u.email, '') <> ''))
    """
)
_CLAIM = text(
    """
    UPDATE lppd_notice_setting s SET claimed_until = CAST(:until AS timestamptz)
      FROM (SELECT c.user_id FROM lppd_notice_setting c
             WHERE EXISTS (SELECT 1 FROM lppd_notice n
                            WHERE n.user_id = c.user_id AND n.mail = 'menunggu')
               AND (c.claimed_until IS NULL OR c.claimed_until < CAST(:now AS timestamptz))
               AND (c.retry_at IS NULL OR c.retry_at <= CAST(:now AS timestamptz))
               AND (c.frequency = 'langsung' OR NOT :only_at_once)
               AND (c.last_mail_at IS NULL OR c.frequency = 'langsung'
                    OR c.last_mail_at <= CASE c.frequency
                         WHEN 'harian' THEN CAST(:day AS timestamptz)
                         ELSE CAST(:week AS timestamptz) END)
             ORDER BY c.user_id LIMIT :batch FOR UPDATE SKIP LOCKED) free
     WHERE s.user_id = free.user_id
    RETURNING s.user_id, s.language, s.failures
    """
)
_PEOPLE = text('SELECT id, name, fullname, email FROM "user" WHERE id = ANY(:ids) ORDER BY id')
_WAITING = text(
    """
    SELECT n.id, n.user_id, n.kind, n.data, n.isian_id, n.question_id, i.state,
           EXISTS (SELECT 1 FROM lppd_contributor c
                    WHERE c.isian_id = n.isian_id AND c.owner_org = n.data ->> 'org'
                      AND NOT EXISTS (SELECT 1 FROM lppd_part_value v
                                       WHERE v.isian_id = c.isian_id AND v.part = c.part)
                  ) AS part_missing
      FROM lppd_notice n LEFT JOIN lppd_isian i ON i.id = n.isian_id
     WHERE n.user_id = ANY(:ids) AND n.mail = 'menunggu'
     ORDER BY n.id
    """
)
_SENT = text(
    """
    WITH marked AS (
        UPDATE lppd_notice SET mail = CASE WHEN id = ANY(:told) THEN 'terkirim' ELSE 'tidak' END,
               mailed_at = clock_timestamp()
         WHERE id = ANY(:ids))
    UPDATE lppd_notice_setting
       SET claimed_until = NULL, failures = 0, retry_at = NULL,
           last_mail_at = CASE WHEN :mailed THEN CAST(:now AS timestamptz) ELSE last_mail_at END
     WHERE user_id = :user_id
    """
)
_FAILED = text(
    """
    UPDATE lppd_notice_setting SET claimed_until = NULL, failures = failures + 1,
           retry_at = CAST(:retry_at AS timestamptz) WHERE user_id = :user_id
    """
)
_RELEASE = text("UPDATE lppd_notice_setting SET claimed_until = NULL WHERE user_id = ANY(:ids)")

FAILURES = (mailer.MailerException, smtplib.SMTPException, OSError, ValueError)


@dataclass
class Outcome:
    """What a run did: mails sent, people whose mail failed, whether mail is set up at all."""

    sent: int = 0
    failed: int = 0
    configured: bool = True


def mail_configured() -> bool:
    """Tell whether there is anything to send with: a server, or a notifier of CKAN 2.12.

    Without an address to send from, CKAN's mailer ends in an error of its own.
    """
    if toolkit.config.get("smtp.server") and toolkit.config.get("smtp.mail_from"):
        return True
    notifier = getattr(p, "INotifier", None)
    return notifier is not None and any(True for _ in p.PluginImplementations(notifier))


def send_job() -> None:
    """Job: mail those who want to be told at once; the cron run mails everybody."""
    outcome = send(datetime.now(timezone.utc), only_at_once=True)
    log.info("notices: %s mails sent, %s failed", outcome.sent, outcome.failed)


def send(now: datetime, *, only_at_once: bool = False) -> Outcome:
    """Send one digest to everybody for whom something is due; commits as it goes.

    With `only_at_once` the daily and weekly mails are left to gather more.

    Reading takes the same few statements for one batch of people, however many; each mail adds one
    statement and a commit, so that a process that is killed repeats at most one mail.
    """
    outcome = Outcome(configured=mail_configured())
    if not outcome.configured:
        return outcome
    model.Session.execute(_MAKE_SETTINGS, {"frequency": rules.DEFAULT_FREQUENCY})
    model.Session.execute(_DROP, {"oldest": now - timedelta(days=MAX_AGE_DAYS)})
    model.Session.commit()
    while True:
        claimed = _claim(now, only_at_once)
        if not claimed:
            return outcome
        if not _send_batch(claimed, now, outcome):
            return outcome


def _claim(now: datetime, only_at_once: bool) -> dict[str, Any]:
    rows = model.Session.execute(
        _CLAIM,
        {
            "now": now,
            "until": now + timedelta(minutes=CLAIM_MINUTES),
            "day": now - timedelta(hours=rules.HOURS_BETWEEN[rules.HARIAN] or 0),
            "week": now - timedelta(hours=rules.HOURS_BETWEEN[rules.MINGGUAN] or 0),
            "batch": BATCH,
            "only_at_once": only_at_once,
        },
    ).all()
    model.Session.commit()
    return {row.user_id: row for row in rows}


def _send_batch(claimed: dict[str, Any], now: datetime, outcome: Outcome) -> bool:
    """Send to the claimed people; return False where the server seems to be down."""
    ids = list(claimed)
    people = model.Session.execute(_PEOPLE, {"ids": ids}).all()
    waiting: dict[str, list[Any]] = defaultdict(list)
    for notice in model.Session.execute(_WAITING, {"ids": ids}):
        waiting[notice.user_id].append(notice)
    model.Session.commit()
    in_a_row = 0
    for position, person in enumerate(people):
        setting = claimed[person.id]
        notices = waiting[person.id]
        useful = [n for n in notices if _still_useful(n)]
        try:
            if useful:
                _mail(person, useful, rules.language(setting.language, portal_language()))
        except FAILURES as error:
            log.warning("mail to user %s failed: %s", person.id, error.__class__.__name__)
            outcome.failed += 1
            in_a_row += 1
            wait = timedelta(minutes=rules.wait_minutes(setting.failures + 1))
            model.Session.execute(_FAILED, {"user_id": person.id, "retry_at": now + wait})
            model.Session.commit()
            if in_a_row >= GIVE_UP_AFTER:
                left = [other.id for other in people[position + 1 :]]
                model.Session.execute(_RELEASE, {"ids": left})
                model.Session.commit()
                return False
            continue
        in_a_row = 0
        outcome.sent += bool(useful)
        values = {
            "ids": [n.id for n in notices],
            "told": [n.id for n in useful],
            "mailed": bool(useful),
            "now": now,
            "user_id": person.id,
        }
        model.Session.execute(_SENT, values)
        model.Session.commit()
    return True


def _still_useful(notice: Any) -> bool:
    if notice.kind in rules.WHILE_PART_MISSING and not notice.part_missing:
        return False
    return notice.kind not in rules.STILL or notice.state in rules.STILL[notice.kind]


def portal_language() -> str:
    """Return the language that the portal speaks to those who chose none."""
    return str(toolkit.config.get("ckan.locale_default") or "")


def _mail(person: Any, notices: list[Any], lang: str) -> None:
    site_url = str(toolkit.config["ckan.site_url"]).rstrip("/")
    site_url += str(toolkit.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    settings_url = f"{site_url}/lppd/pemberitahuan/pengaturan"
    name = texts.one_line(person.fullname or person.name)
    mail = letter.digest(
        name,
        str(toolkit.config.get("ckan.site_title") or "CKAN"),
        [
            letter.Line(n.kind, texts.sentence(n.kind, n.data, lang), site_url + path_of(n))
            for n in notices
        ],
        lang,
        f"{site_url}/lppd/pemberitahuan",
        settings_url,
    )
    with _answers_in_time():
        mailer.mail_recipient(
            name,
            texts.one_line(person.email),
            mail.subject,
            mail.body,
            body_html=mail.html,
            headers={"Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{settings_url}>"},
        )


@contextmanager
def _answers_in_time() -> Iterator[None]:
    """Bound every wait for the mail server meanwhile.

    CKAN's mailer opens its connection without a timeout and has no option for one; the default of
    the process counts for such connections. Connections that are open already keep their own.
    """
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(ANSWER_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def path_of(notice: Any) -> str:
    """Return the path of the page that a notice is about."""
    if notice.question_id:
        return f"/lppd/klinik/{notice.question_id}"
    if notice.isian_id:
        return f"/lppd/isian/{notice.isian_id}"
    if notice.kind == rules.TAHUN:
        return f"/lppd/?tahun={int(notice.data['year'])}"
    return "/lppd/"
