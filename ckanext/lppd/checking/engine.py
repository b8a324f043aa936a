"""The pipeline of one check: bytes, table, header, rows, cells, verdict, rules, report."""

from __future__ import annotations

import csv
import gc
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..katalog.skema import schema_sha256
from .canon import Row, canonical_rows
from .choose import choose_csv, choose_sheet
from .digest import Digest
from .formats import guard_kind, read_file
from .headers import Match, check_header
from .limits import DEFAULT, Limits
from .narrow import Narrowed, is_large, narrow_csv, narrow_xlsx
from .plan import Plan, read_plan
from .progress import MEMBACA, MEMERIKSA, Counted, Tell, row_counter, tell_nobody
from .questions import QUESTION, Questions
from .reference import Reference, read_reference
from .report import Collector, Report, Stop
from .rows import RowReader
from .rules import check_rows, missing_regions, region_name
from .structure import is_structure_only, schema_of_header
from .table_rules import check_table, read_rules
from .tables import Table, column_letters
from .template import foreign_titles
from .verdict import Flaw, verdict
from .xlsx import read_workbook

MAX_SOURCE = 500
"""Rows of a table that is small enough to be mended cell by cell."""

# What reading, frictionless and arithmetic may raise. Whatever else comes up ends the process that
# checks, and its parent takes that as "not valid" too.
FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    RuntimeError,
    OSError,
    EOFError,
    SyntaxError,
    csv.Error,
    re.error,
    zlib.error,
)


def check(
    path: Path,
    *,
    format: str,
    schema: Mapping[str, Any],
    limits: Limits = DEFAULT,
    reference: Mapping[str, Any] | None = None,
    tell: Tell = tell_nobody,
) -> Report:
    """Check the file at `path` against a Table Schema and the rules under its key "lppd".

    `format` is `csv` or `xlsx`; `reference` are last year's released values (see `reference`);
    `tell` is told how far the check is. Every fault of the file, of the schema and of the check
    itself is a finding of a report that is not valid. Runs in the calling process: for uploads use
    `check_in_sandbox`. Raises only what ends a process.
    """
    run = _Run(schema, limits, reference, tell)
    try:
        with _collector_paused():
            run.go(path, format)
    except Stop as stop:
        run.out.stop(stop.finding)
    except FAULTS:
        run.out.add("berkas_tidak_terbaca")
    except MemoryError:
        run.out.add("waktu_habis")
    return run.report()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for garbage among millions of cells, which triples the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run:
    """One check under way: what is known so far, so that a report can be made at any point."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        limits: Limits,
        reference: Mapping[str, Any] | None,
        tell: Tell,
    ) -> None:
        self.out = Collector(limits.shown)
        self._schema = schema
        self._limits = limits
        self._digest: Digest | None = None
        self._engine = "lppd"
        self._sheet: str | None = None
        self._rows: list[Row] = []
        self._accepted = False
        self._given = reference
        self._tell = tell
        self._reference: Reference | None = None
        self._narrowed: Narrowed | None = None
        self._noter: _Noter | None = None
        self._letters: list[list[str]] | None = None

    def go(self, path: Path, format: str) -> None:
        """Run every step; raises Stop where the rest would make no sense."""
        self._tell(MEMBACA, 0, 0)
        data = read_file(path, self._limits)
        self._digest = Digest(data)
        schema = self._schema
        if is_structure_only(schema):
            guard_kind(data, format)
            schema = schema_of_header(data, format, self._limits)
        plan = read_plan(schema)
        rules = read_rules(schema)
        self._reference = read_reference(self._given)
        guard_kind(data, format)
        table, match = self._read(data, format, schema, plan, rules is not None)
        self._sheet = table.name
        check_header(table, match, plan, self.out)
        if self.out.has_errors:
            # titles that are only misspelt are named one by one already
            titles = foreign_titles(match, plan)
            if titles and "kolom_salah_judul" not in self.out.counts:
                self.out.add("templat_lama", sheet=table.name, row=match.row, daftar=titles)
            return
        reader = RowReader(table, match, plan, self.out)
        data_rows = reader.rows()
        if not data_rows:
            if not self.out.has_errors:
                raise Stop("tanpa_baris", sheet=table.name, row=match.row)
            return
        # a row that is no data and not only a remark would be lost by writing the rows again
        if self._narrowed is None and not self.out.has_errors and len(data_rows) <= MAX_SOURCE:
            found = match.columns
            self._letters = [[c.name, column_letters(found.get(c.name, 0))] for c in plan.columns]
        noter = self._noter = _Noter(table, match, plan, self.out)
        canonical, self._rows = canonical_rows(
            table,
            match,
            plan,
            Counted(data_rows, self._tell),
            noter.note,
            self.out.faulty,
            keep_source=self._letters is not None,
        )
        self._tell(MEMERIKSA, 0, len(data_rows))
        on_row = row_counter(len(data_rows), self._tell)
        judged = verdict(canonical, schema, plan, self._limits, on_row)
        # a table that was judged by its columns has no rows to count
        self._tell(MEMERIKSA, len(data_rows), len(data_rows))
        self._engine = judged.engine
        self._accepted = judged.accepted
        for flaw in judged.flaws:
            noter.note(flaw)
        for flaw in check_rows(self._rows, plan, self.out.faulty, self.out.is_full):
            noter.note(flaw)
        if rules is not None:
            # all of them first: what one says is no reason to leave another unsaid
            for flaw in list(
                check_table(self._rows, plan, rules, self._reference, self.out.faulty, noter.cell)
            ):
                noter.note(flaw)
        self._check_regions(table, plan, reader)

    def _read(
        self, data: bytes, format: str, schema: Mapping[str, Any], plan: Plan, whole: bool
    ) -> tuple[Table, Match]:
        """Return the table that is meant and its header; of a large plain one the rows that matter.

        `whole`: there are rules between rows, so that every row matters. Raises Stop where there is
        no such table.
        """
        if format not in ("csv", "xlsx"):
            raise Stop("berkas_tidak_terbaca")
        if not whole and is_large(len(data), format):
            narrow = narrow_csv if format == "csv" else narrow_xlsx
            self._narrowed = narrow(data, schema, plan, self._limits)
        if self._narrowed is not None:
            return self._narrowed.table, self._narrowed.match
        if format == "xlsx":
            return choose_sheet(read_workbook(data, self._limits), plan, self._limits, self.out)
        return choose_csv(data, plan, self._limits, self.out)

    def report(self) -> Report:
        """Return the report of what was done; valid only when the engine accepted every row."""
        if self._noter is not None:
            self._noter.ask()
        left_out = self._narrowed.left_out if self._narrowed else 0
        count = len(self._rows) + left_out if self._rows else 0
        complete = count <= self._limits.max_values
        return Report(
            valid=self._accepted and not self.out.has_errors and bool(self._rows),
            rows=count,
            sha256=self._digest.hex() if self._digest else "",
            schema_sha256=schema_sha256(self._schema),
            engine=self._engine,
            findings=self.out.findings(),
            counts=dict(self.out.counts),
            values=self._values() if complete else (),
            sheet=self._sheet,
            values_complete=complete,
            pembanding=self._reference.to_dict() if self._reference else None,
            source=self._source(),
        )

    def _values(self) -> tuple[Mapping[str, str | None], ...]:
        """The canonical rows in the order of the file, those that were left out at their places."""
        found = {
            row.number: {name: text or None for name, text in row.texts.items()}
            for row in self._rows
        }
        if self._narrowed is None or not self._rows:
            return tuple(found.values())
        found |= self._narrowed.values
        return tuple(found[number] for number in sorted(found))

    def _source(self) -> dict[str, Any] | None:
        if self._letters is None or "baris_jumlah" in self.out.counts:
            return None
        rows = [[row.number, list(row.source)] for row in self._rows]
        return {"kolom": self._letters, "baris": rows}

    def _check_regions(self, table: Table, plan: Plan, reader: RowReader) -> None:
        """Require the regions that must be there; a totals row may be what was meant."""
        column = plan.with_role("wilayah")
        missing = missing_regions(
            self._rows, plan, self._narrowed.regions if self._narrowed else ()
        )
        for number, place, text in reader.totals:
            cell = f"{column_letters(place)}{number}"
            code = "baris_jumlah" if missing else "baris_jumlah_dilewati"
            names = {"wilayah": region_name(missing[0], plan)} if missing else {}
            self.out.add(code, sheet=table.name, cell=cell, row=number, value=text, **names)
        # a row or region cell that could not be read may be the missing one: one fault, one message
        unread = {name for _, name in self.out.faulty} & {None, column.name if column else None}
        if unread:
            return
        for code in missing:
            name = region_name(code, plan)
            self.out.add("wilayah_wajib", sheet=table.name, wilayah=name, kode=code)


class _Noter:
    """Turns flaws into findings with their places; says nothing twice about one cell."""

    def __init__(self, table: Table, match: Match, plan: Plan, out: Collector) -> None:
        self._sheet = table.name
        self._match = match
        self._plan = plan
        self._out = out
        self._questions = Questions()

    def ask(self) -> None:
        """Say what was held back: one question for each column and way of writing."""
        for flaw in self._questions.flaws():
            self._add(flaw)

    def cell(self, row: int, field: str) -> str:
        """Return the address of a field in a row; the row alone where it has no column."""
        number = self._match.columns.get(field)
        return f"{column_letters(number)}{row}" if number is not None else str(row)

    def note(self, flaw: Flaw) -> None:
        """Note `flaw` unless its cell, row or a part of its key is already known to be wrong."""
        faulty = self._out.faulty
        if flaw.row is not None and faulty:
            keys = self._plan.primary_key if flaw.code == "baris_ganda" else (flaw.field,)
            if (flaw.row, None) in faulty or any((flaw.row, name) in faulty for name in keys):
                return
        if flaw.code == QUESTION and flaw.row is not None:
            self._questions.add(flaw)
            self._out.mark(flaw.row, flaw.field)
            return
        self._add(flaw)

    def _add(self, flaw: Flaw) -> None:
        number = self._match.columns.get(flaw.field or "")
        known = number is not None and flaw.row is not None
        self._out.add(
            flaw.code,
            sheet=self._sheet,
            cell=f"{column_letters(number)}{flaw.row}" if known and number else None,
            column=self._match.labels[number] if known and number else None,
            row=flaw.row,
            value=flaw.value,
            field_name=flaw.field,
            **dict(flaw.params),
        )
