"""Writing the answer of a person into a file: each asked number in one column, unambiguously.

Only the cells that were asked about change. A CSV keeps everything else: delimiter, rows above and
below, order. A workbook becomes the canonical CSV of its table, as no library of ours writes
workbooks without losing something; so nothing else may be wrong with it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..numbers import Ask, read_number, write_number
from .cells import typers
from .choose import choose_csv, choose_sheet
from .engine import FAULTS, check
from .formats import guard_kind, read_file
from .headers import Match
from .limits import Limits
from .plan import Column, Plan, read_plan
from .questions import ASKING, DESIMAL, READINGS, shape_of
from .report import Collector, Finding, Stop
from .rows import DataRow, RowReader
from .tables import Cell, Table, cell_at, decode
from .xlsx import read_workbook


@dataclass(frozen=True)
class Answer:
    """One answer: the field, how its asked numbers are meant, and of which shape they are (all)."""

    column: str
    reading: str
    shape: str | None = None

    def write(self, cell: Cell, column: Column) -> str | None:
        """Return an asked number of this answer's kind written with one reading, else None."""
        if not isinstance(cell, str):
            return None
        reading = read_number(cell, unit=column.unit)
        if not isinstance(reading, Ask) or (self.shape and shape_of(cell.strip()) != self.shape):
            return None
        return reading.ways[0 if self.reading == DESIMAL else 1]


@dataclass(frozen=True)
class Rewritten:
    """The new file and how many cells differ; or the finding that says why there is none."""

    content: bytes = b""
    changed: int = 0
    problem: Finding | None = None


def rewrite(
    path: Path, *, format: str, schema: Mapping[str, Any], limits: Limits, answer: Answer
) -> Rewritten:
    """Return the file at `path` with the answer written into it, as CSV in UTF-8.

    A file that cannot be read, a column that is none and a workbook with other errors give the
    finding that says so. Raises ValueError for a reading that is none; runs in the sandbox child.
    """
    if answer.reading not in READINGS:
        raise ValueError("not a reading")
    try:
        return _rewrite(path, format, schema, limits, answer)
    except Stop as stop:
        return Rewritten(problem=stop.finding)
    except FAULTS:
        return Rewritten(problem=Finding("berkas_tidak_terbaca"))


def _rewrite(
    path: Path, format: str, schema: Mapping[str, Any], limits: Limits, answer: Answer
) -> Rewritten:
    data = read_file(path, limits)
    plan = read_plan(schema)
    guard_kind(data, format)
    column = plan.column(answer.column)
    if column is None or not column.is_number:
        raise Stop("kolom_hilang", params={"nama": answer.column})
    out = Collector(limits.shown)
    if format == "xlsx":
        report = check(path, format=format, schema=schema, limits=limits)
        other = [item for item in report.errors if item.code not in ASKING]
        if other:
            return Rewritten(problem=other[0])
        table, match = choose_sheet(read_workbook(data, limits), plan, limits, out)
        rows = RowReader(table, match, plan, out).rows()
        return _canonical(rows, match, plan, answer)
    table, match = choose_csv(data, plan, limits, out)
    rows = RowReader(table, match, plan, out).rows()
    return _same_but(table, rows, match.columns.get(answer.column, 0), column, answer, data)


def _same_but(
    table: Table,
    rows: Sequence[DataRow],
    place: int,
    column: Column,
    answer: Answer,
    data: bytes,
) -> Rewritten:
    """The CSV as it is, but for the asked cells."""
    written = {
        row.number: text
        for row in rows
        if (text := answer.write(cell_at(row.cells, place), column)) is not None
    }
    encoding = "utf-8" if decode(data)[1] == "utf-8" else "utf-8-sig"
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=table.notes[-1], lineterminator="\r\n")
    for number, cells in table.rows:
        texts = [str(cell) for cell in cells]
        if number in written:
            texts[place - 1] = written[number]
        writer.writerow(texts)
    return Rewritten(stream.getvalue().encode(encoding), len(written))


def _canonical(rows: Sequence[DataRow], match: Match, plan: Plan, answer: Answer) -> Rewritten:
    """The table of a workbook as CSV: titles of the schema, numbers with one reading each."""
    columns = [column for column in plan.columns if column.name in match.columns]
    readers = typers(plan)
    changed = 0
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        texts = []
        for column in columns:
            cell = cell_at(row.cells, match.columns[column.name])
            answered = answer.write(cell, column) if column.name == answer.column else None
            changed += answered is not None
            texts.append(_text(cell, column, readers) if answered is None else answered)
        writer.writerow(texts)
    return Rewritten(stream.getvalue().encode("utf-8"), changed)


def _text(cell: Cell, column: Column, readers: Mapping[str, Any]) -> str:
    outcome = readers[column.name](cell)
    if outcome.bad:
        # another question: it stays as it is written
        return str(cell)
    text = str(outcome.text)
    if column.is_number and text:
        return write_number(Decimal(text.replace(column.decimal_char, ".")))
    return text


def rewrite_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do a rewriting job of the sandbox child: the content to `output`, the rest as JSON data."""
    done = rewrite(
        Path(job["file"]),
        format=job["format"],
        schema=job["schema"],
        limits=Limits.from_dict(job["limits"]),
        answer=Answer(**job["rewrite"]),
    )
    if done.problem is None:
        Path(job["output"]).write_bytes(done.content)
    return {
        "changed": done.changed,
        "problem": done.problem.to_dict() if done.problem else None,
    }
