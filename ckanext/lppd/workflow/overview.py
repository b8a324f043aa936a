"""Kelengkapan: how many isian of a year are in which state, by agency and by urusan, at any date.

The state at a date is that of the newest act before its end; one query answers for all isian.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from ckan import model
from ckan.lib.helpers import get_display_timezone
from sqlalchemy import text

from ckanext.lppd.workflow import declarations, rules

NOBODY = "-"
# of an isian that nobody acted on before the date
_FIRST = rules.BELUM_DIISI
_NOW = "i.state"
_THEN = f"""coalesce((SELECT t.to_state FROM lppd_transition t
                       WHERE t.isian_id = i.id AND t.created_at < :until
                       ORDER BY t.id DESC LIMIT 1), '{_FIRST}')"""
_ISIAN = """
    SELECT i.id, i.edition, i.code, i.owner_org, i.due, i.promised, i.priority,
           {state} AS state, n.urusan, n.position,
           g.name AS agency_name, coalesce(nullif(g.title, ''), g.name) AS agency
      FROM lppd_isian i
      JOIN lppd_indicator n ON n.edition = i.edition AND n.code = i.code
      LEFT JOIN "group" g ON g.id = i.owner_org
     WHERE i.year = :year AND i.kind = 'indikator'
"""
_LATE = "s.state = ANY(:editable) AND coalesce(s.promised, s.due) < :day"
# both tables in one pass: some rows are of an agency, the others (`of_urusan`) of an urusan
_COUNTS = f"""
    SELECT s.owner_org, s.agency_name, s.agency, s.urusan, s.state, count(*) AS number,
           grouping(s.urusan) = 0 AS of_urusan, count(*) FILTER (WHERE {_LATE}) AS late
      FROM ({_ISIAN}) s
     GROUP BY GROUPING SETS ((s.owner_org, s.agency_name, s.agency, s.state), (s.urusan, s.state))
"""
# the name is taken from the catalogue's JSON for the rows of the page alone
_LIST = f"""
    WITH page AS (
        SELECT s.*, {_LATE} AS late, count(*) OVER () AS total FROM ({_ISIAN}) s
         WHERE (:agency = '' OR coalesce(s.agency_name, '{NOBODY}') = :agency)
           AND (:urusan = '' OR s.urusan = :urusan) AND (:state = '' OR s.state = :state)
           AND (NOT :only_late OR {_LATE})
         ORDER BY s.edition, s.position LIMIT :limit OFFSET :offset)
    SELECT page.*, n.data ->> 'nama' AS nama
      FROM page JOIN lppd_indicator n ON n.edition = page.edition AND n.code = page.code
     ORDER BY page.edition, page.position
"""


@dataclass
class Line:
    """One row of the table: an agency or an urusan; `key` is what the address names it by."""

    key: str
    title: str
    id: str | None = None
    counts: dict[str, int] = field(default_factory=dict)
    late: int = 0

    @property
    def total(self) -> int:
        """All isian of the line."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Those that are approved, published, or confirmed to have no value."""
        return sum(number for state, number in self.counts.items() if state in rules.DONE)

    @property
    def percent(self) -> int:
        """Share that is done, rounded down so that 100 means all."""
        return self.done * 100 // self.total if self.total else 0

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-safe data."""
        return {
            "id": self.id,
            "nama": self.key,
            "judul": self.title,
            "jumlah": {state: self.counts.get(state, 0) for state in rules.STATE_LABELS},
            "total": self.total,
            "lengkap": self.done,
            "persen": self.percent,
            "terlambat": self.late,
        }


def _sql(query: str, at: date | None) -> Any:
    return text(query.format(state=_NOW if at is None else _THEN))


def _values(year: int, at: date | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "year": year,
        "editable": sorted(rules.EDITABLE),
        "day": at or declarations.today(),
    }
    if at is not None:
        # the whole day counts, as people there see it
        zone = get_display_timezone()
        midnight = datetime.combine(at + timedelta(days=1), time())
        localized = zone.localize(midnight) if hasattr(zone, "localize") else None
        values["until"] = localized or midnight.replace(tzinfo=zone)
    return values


def overview(year: int, at: date | None = None) -> tuple[list[Line], list[Line]]:
    """Return agencies and urusan with their counts, least complete first, in one query.

    Args:
        year: year of the data.
        at: the state at the end of this day; now where it is None. Agencies are today's.
    """
    agencies: dict[str, Line] = {}
    affairs: dict[str, Line] = {}
    for row in model.Session.execute(_sql(_COUNTS, at), _values(year, at)):
        if row.of_urusan:
            name = row.urusan or NOBODY
            line = affairs.setdefault(name, Line(name, name))
        else:
            name = row.agency_name or NOBODY
            line = agencies.setdefault(name, Line(name, row.agency or "", row.owner_org))
        line.counts[row.state] = line.counts.get(row.state, 0) + row.number
        line.late += row.late
    return _sorted(agencies.values()), _sorted(affairs.values())


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.key != NOBODY, line.percent, line.title.lower()))


def listing(
    year: int,
    at: date | None = None,
    *,
    agency: str = "",
    urusan: str = "",
    state: str = "",
    late: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[int, list[dict[str, Any]]]:
    """Return how many isian fit and one page of them, in one query.

    Args:
        year, at: as of `overview`.
        agency: name of the organisation, `-` for those nobody answers for.
        urusan, state: filters; empty for all.
        late: only those whose promised or due date is past.
        limit, offset: the page; all where limit is None.
    """
    filters = {"agency": agency, "urusan": urusan, "state": state, "only_late": late}
    page = {"limit": limit, "offset": offset}
    rows = model.Session.execute(_sql(_LIST, at), {**_values(year, at), **filters, **page}).all()
    listed = [
        {
            "id": row.id,
            "edisi": row.edition,
            "kode": row.code,
            "tahun": year,
            "nama": row.nama,
            "urusan": row.urusan,
            "owner_org": row.owner_org,
            "owner_org_title": row.agency,
            "state": row.state,
            "prioritas": bool(row.priority),
            "due": row.due.isoformat() if row.due else None,
            "dijanjikan": row.promised.isoformat() if row.promised else None,
            "terlambat": bool(row.late),
        }
        for row in rows
    ]
    return (rows[0].total if rows else 0), listed
