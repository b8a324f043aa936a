"""What waits for a person, in one statement: shown in the head of every page."""

from __future__ import annotations

from dataclasses import dataclass

from ckan import model
from sqlalchemy import text

from ckanext.lppd.workflow import rules

# Tasks as on the first view of Tugas Saya: the newest year. A queue counts for who decides in it.
_COUNTS = text(
    """
    WITH mine AS (
        SELECT m.group_id, m.capacity IN ('admin', 'editor') AS writes, o.role
          FROM member m
          JOIN "group" g ON g.id = m.group_id AND g.state = 'active' AND g.is_organization
          LEFT JOIN lppd_organization o ON o.group_id = g.id
         WHERE m.table_name = 'user' AND m.state = 'active' AND m.table_id = :user_id)
    SELECT (SELECT count(*) FROM lppd_notice
             WHERE user_id = :user_id AND read_at IS NULL) AS unread,
           (SELECT count(*) FROM lppd_isian
             WHERE owner_org IN (SELECT group_id FROM mine) AND state = ANY(:editable)
               AND year = (SELECT max(year) FROM lppd_isian)) AS tasks,
           (SELECT count(*) FROM lppd_isian
             WHERE (state = ANY(:walidata) AND 'walidata' IN (SELECT role FROM mine WHERE writes))
                OR (state = ANY(:pembina) AND 'pembina' IN (SELECT role FROM mine WHERE writes))
           ) AS queue,
           (SELECT count(*) FROM lppd_question
             WHERE state = 'diajukan' AND addressed_to IN (SELECT role FROM mine WHERE writes)
           ) AS questions
    """
)


@dataclass(frozen=True)
class Counts:
    """Numbers of one person: unread notices, own tasks, the queue, questions to answer."""

    unread: int = 0
    tasks: int = 0
    queue: int = 0
    questions: int = 0

    def of(self, route: str) -> int:
        """Return the number shown beside the link to a page; 0 for pages without one."""
        return {
            "lppd.tugas_saya": self.tasks,
            "lppd.antrean": self.queue,
            "lppd_klinik.daftar": self.questions,
            "lppd_pemberitahuan.daftar": self.unread,
        }.get(route, 0)


def counts_of(user_id: str) -> Counts:
    """Return the numbers of a person."""
    row = model.Session.execute(
        _COUNTS,
        {
            "user_id": user_id,
            "editable": list(rules.EDITABLE),
            "walidata": [rules.MENUNGGU_WALIDATA, rules.DISETUJUI],
            "pembina": [rules.MENUNGGU_PEMBINA],
        },
    ).one()
    return Counts(row.unread, row.tasks, row.queue, row.questions)
