"""The yearly report of Klinik: counts by agency, urusan and topic, and the time to an answer."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from ckan import model
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from sqlalchemy import text

from ckanext.lppd.klinik import rules, visits

# Answer within this many working days (consultation at BPS's Pelayanan Statistik Terpadu).
QUICK_DAYS = 3

_QUESTIONS = text(
    """
    SELECT q.topic, q.state, q.created_at, q.answered_at, g.title, g.name,
           n.data ->> 'urusan' AS urusan
      FROM lppd_question q
      LEFT JOIN "group" g ON g.id = q.owner_org
      LEFT JOIN lppd_indicator n ON n.edition = q.edition AND n.code = q.code
     WHERE q.year = :year
     ORDER BY q.number
    """
)
_YEARS = text(
    "SELECT year FROM lppd_question UNION "
    "SELECT CAST(extract(year FROM date) AS integer) FROM lppd_visit ORDER BY 1 DESC"
)


@dataclass(frozen=True)
class Asked:
    """What the report needs of one question."""

    agency: str
    urusan: str
    topic: str
    state: str
    created: datetime
    answered: datetime | None


@dataclass(frozen=True)
class Line:
    """One line of a table: how many questions, answered, closed; days to the first answer."""

    name: str
    asked: int
    answered: int
    closed: int
    quick: int
    median_days: float | None


def working_days(start: date, end: date) -> int:
    """Return the working days (Monday to Friday) after `start` up to `end`."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(1 for day in days if day.weekday() < 5)


def line(name: str, questions: Iterable[Asked]) -> Line:
    """Sum up questions under one name."""
    found = list(questions)
    waits = [((q.answered - q.created).total_seconds() / 86400, q) for q in found if q.answered]
    return Line(
        name=name,
        asked=len(found),
        answered=len(waits),
        closed=sum(1 for q in found if q.state == rules.SELESAI),
        quick=sum(
            1
            for _days, q in waits
            if q.answered and working_days(q.created.date(), q.answered.date()) <= QUICK_DAYS
        ),
        median_days=round(median(days for days, _q in waits), 1) if waits else None,
    )


def by(questions: list[Asked], name_of: Callable[[Asked], str]) -> list[Line]:
    """Return one line for each name, most questions first."""
    names = dict.fromkeys(name_of(q) for q in questions)
    lines = [line(name, (q for q in questions if name_of(q) == name)) for name in names]
    return sorted(lines, key=lambda one: (-one.asked, one.name))


@dataclass(frozen=True)
class Report:
    """A year of Klinik."""

    year: int
    total: Line
    agencies: list[Line]
    urusan: list[Line]
    topics: list[Line]
    visits: list[dict[str, Any]]


def years() -> list[int]:
    """Return the years with questions or appointments, newest first."""
    return [row.year for row in model.Session.execute(_YEARS)]


def of_year(year: int, lang: str = "id") -> Report:
    """Return the report of a year; two statements."""
    general = {"id": "Umum, tanpa indikator", "en": "General, no indicator"}[lang]
    questions = [
        Asked(
            agency=row.title or row.name or "?",
            urusan=row.urusan or general,
            topic=rules.label(rules.TOPICS, row.topic, lang),
            state=row.state,
            created=row.created_at,
            answered=row.answered_at,
        )
        for row in model.Session.execute(_QUESTIONS, {"year": year})
    ]
    return Report(
        year=year,
        total=line("Semua" if lang == "id" else "All", questions),
        agencies=by(questions, lambda q: q.agency),
        urusan=by(questions, lambda q: q.urusan),
        topics=by(questions, lambda q: q.topic),
        visits=visits.listed(None, year),
    )


def without_visits(found: Report) -> Report:
    """Return a report with its numbers only."""
    return replace(found, visits=[])


HEADINGS = ("Ditanyakan", "Dijawab", "Selesai", "Dijawab <= 3 hari kerja", "Median hari")


def tables(report: Report) -> list[tuple[str, list[list[Any]]]]:
    """Return the sheets of the download: title and rows, headings first."""
    sheets: list[tuple[str, list[list[Any]]]] = []
    for title, first, lines in (
        ("Perangkat daerah", "Perangkat daerah", report.agencies),
        ("Urusan", "Urusan", report.urusan),
        ("Topik", "Topik", report.topics),
    ):
        rows: list[list[Any]] = [[first, *HEADINGS]]
        for one in [*lines, report.total]:
            rows.append([one.name, one.asked, one.answered, one.closed, one.quick, one.median_days])
        sheets.append((title, rows))
    rows = [["Tanggal", "Tempat", "Perangkat daerah", "Topik", "Hal", "Peserta", "Hasil"]]
    for visit in report.visits:
        topic = rules.label(rules.TOPICS, visit["topik"])
        rows.append(
            [
                visit["tanggal"],
                visit["tempat"],
                visit["owner_org_title"],
                topic,
                visit["hal"],
                visit["peserta"],
                visit["hasil"],
            ]
        )
    sheets.append(("Pertemuan", rows))
    return sheets


def _clean(value: Any) -> Any:
    """Return text without the control characters that an Excel file may not hold."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c.isprintable() or c in "\n\t")


def as_xlsx(report: Report) -> bytes:
    """Return the report as an Excel file; text stays text, whatever sign it begins with."""
    book = Workbook(write_only=True)
    for title, rows in tables(report):
        sheet = book.create_sheet(title)
        sheet.column_dimensions["A"].width = 48
        for number, row in enumerate(rows):
            cells = []
            for value in row:
                cell = WriteOnlyCell(sheet, value=_clean(value))
                if isinstance(value, str):
                    # "=..." typed by somebody must not become a formula
                    cell.data_type = "s"
                if number == 0:
                    cell.font = Font(bold=True)
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(report: Report) -> bytes:
    """Return the report as one CSV (UTF-8 with a mark for Excel); formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out)
    for title, rows in tables(report):
        writer.writerow([title])
        for row in rows:
            writer.writerow([_defused(value) for value in row])
        writer.writerow([])
    return out.getvalue().encode("utf-8-sig")


def _defused(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    return value
