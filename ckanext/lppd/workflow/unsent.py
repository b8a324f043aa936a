"""What agencies have not sent of a year, own indicators and parts of others', in one query."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from ckan import model
from sqlalchemy import text

from ckanext.lppd.notices.chat_text import Agency, Unsent
from ckanext.lppd.workflow import kalender, rules

# Opening the JSON of every indicator is dear; the names are asked for where they are shown.
_UNSENT = text(
    """
    WITH work AS (
        SELECT i.* FROM lppd_isian i
          JOIN lppd_year y ON y.edition = i.edition AND y.year = i.year AND y.state = :open
         WHERE i.year = :year AND i.kind = 'indikator' AND i.state = ANY(:editable)
           AND (:state = '' OR i.state = :state)
           AND (NOT :only_late OR coalesce(i.promised, i.due) < :day)),
    unsent AS (
        SELECT w.owner_org AS org, w.edition, w.code, w.due, w.promised,
               CAST(NULL AS text[]) AS parts
          FROM work w
         UNION ALL
        SELECT c.owner_org, w.edition, w.code, w.due, w.promised, array_agg(c.part ORDER BY c.part)
          FROM lppd_contributor c JOIN work w ON w.id = c.isian_id
         WHERE NOT EXISTS (SELECT 1 FROM lppd_part_value v
                            WHERE v.isian_id = c.isian_id AND v.part = c.part)
         GROUP BY c.owner_org, w.edition, w.code, w.due, w.promised)
    SELECT g.name AS key, coalesce(nullif(g.title, ''), g.name) AS title,
           u.code, u.due, u.promised, u.parts,
           CASE WHEN :names THEN n.data ->> 'nama' ELSE '' END AS name
      FROM unsent u
      JOIN "group" g ON g.id = u.org
      JOIN lppd_indicator n ON n.edition = u.edition AND n.code = u.code
     WHERE (:agency = '' OR g.name = :agency) AND (:urusan = '' OR n.urusan = :urusan)
     ORDER BY lower(coalesce(nullif(g.title, ''), g.name)), g.name, u.edition, n.position
    """
)


def unsent(
    year: int,
    today: date,
    *,
    agency: str = "",
    urusan: str = "",
    state: str = "",
    late: bool = False,
    names: bool = True,
) -> list[Agency]:
    """Return the agencies that have not sent everything of a year that is open, by title.

    Args:
        year: year of the data.
        today: the day by which something is late.
        agency: name of an organisation; empty for all.
        urusan, state: filters of the indicators; empty for all.
        late: only what is past its promised or due date.
        names: with the names of the indicators.
    """
    values = {
        "year": year,
        "day": today,
        "open": kalender.PENGISIAN_DIBUKA,
        "editable": sorted(rules.EDITABLE),
        "agency": agency,
        "urusan": urusan,
        "state": state,
        "only_late": late,
        "names": names,
    }
    rows = model.Session.execute(_UNSENT, values).all()
    return [
        Agency(
            key,
            title,
            tuple(Unsent(r.code, r.name, r.due, r.promised, tuple(r.parts or ())) for r in of_one),
        )
        for (key, title), of_one in groupby(rows, key=lambda row: (row.key, row.title))
    ]
