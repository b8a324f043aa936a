"""The pipeline of one check: bytes, table, header, rows, cells, verdict, rules, report."""

from __future__ import annotations

import csv
import hashlib
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..katalog.skema import schema_sha256
from .canon import Row, canonical_rows
from .choose import choose_csv, choose_sheet
from .formats import guard_kind, read_file
from .headers import Match, check_header
from .limits import DEFAULT, Limits
from .plan import Plan, read_plan
from .report import Collector, Report, Stop
from .rows import RowReader
from .rules import check_rows, missing_regions, region_name
from .structure import is_structure_only, schema_of_header
from .tables import Table, column_letters
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
    path: Path, *, format: str, schema: Mapping[str, Any], limits: Limits = DEFAULT
) -> Report:
    """Check the file at `path` against a Table Schema and the rules under its key "lppd".

    `format` is `csv` or `xlsx`. Every fault of the file, of the schema and of the check itself is a
    finding of a report that is not valid. Runs in the calling process: for uploads use
    `check_in_sandbox`. Raises only what ends a process.
    """
    run = _Run(schema, limits)
    try:
        run.go(path, format)
    except Stop as stop:
        run.out.stop(stop.finding)
    except FAULTS:
        run.out.add("berkas_tidak_terbaca")
    except MemoryError:
        run.out.add("waktu_habis")
    return run.report()


class _Run:
    """One check under way: what is known so far, so that a report can be made at any point."""

    def __init__(self, schema: Mapping[str, Any], limits: Limits) -> None:
        self.out = Collector(limits.shown)
        self._schema = schema
        self._limits = limits
        self._sha256 = ""
        self._engine = "lppd"
        self._sheet: str | None = None
        self._rows: list[Row] = []
        self._accepted = False
        self._letters: list[list[str]] | None = None

    def go(self, path: Path, format: str) -> None:
        """Run every step; raises Stop where the rest would make no sense."""
        data = read_file(path, self._limits)
        self._sha256 = hashlib.sha256(data).hexdigest()
        schema = self._schema
        if is_structure_only(schema):
            guard_kind(data, format)
            schema = schema_of_header(data, format, self._limits)
        plan = read_plan(schema)
        guard_kind(data, format)
        if format == "xlsx":
            tables = read_workbook(data, self._limits)
            table, match = choose_sheet(tables, plan, self._limits, self.out)
        elif format == "csv":
            table, match = choose_csv(data, plan, self._limits, self.out)
        else:
            raise Stop("berkas_tidak_terbaca")
        self._sheet = table.name
        check_header(table, match, plan, self.out)
        if self.out.has_errors:
            return
        reader = RowReader(table, match, plan, self.out)
        data_rows = reader.rows()
        if not data_rows:
            if not self.out.has_errors:
                raise Stop("tanpa_baris", sheet=table.name, row=match.row)
            return
        # a row that is no data and not only a remark would be lost by writing the rows again
        if not self.out.has_errors and len(data_rows) <= MAX_SOURCE:
            found = match.columns
            self._letters = [[c.name, column_letters(found.get(c.name, 0))] for c in plan.columns]
        noter = _Noter(table, match, plan, self.out)
        canonical, self._rows = canonical_rows(
            table,
            match,
            plan,
            data_rows,
            noter.note,
            self.out.faulty,
            keep_source=self._letters is not None,
        )
        judged = verdict(canonical, schema, plan, self._limits)
        self._engine = judged.engine
        self._accepted = judged.accepted
        for flaw in judged.flaws:
            noter.note(flaw)
        for flaw in check_rows(self._rows, plan, self.out.faulty, self.out.is_full):
            noter.note(flaw)
        self._check_regions(table, plan, reader)

    def report(self) -> Report:
        """Return the report of what was done; valid only when the engine accepted every row."""
        complete = len(self._rows) <= self._limits.max_values
        kept = self._rows if complete else []
        return Report(
            valid=self._accepted and not self.out.has_errors and bool(self._rows),
            rows=len(self._rows),
            sha256=self._sha256,
            schema_sha256=schema_sha256(self._schema),
            engine=self._engine,
            findings=self.out.findings(),
            counts=dict(self.out.counts),
            values=tuple({name: text or None for name, text in row.texts.items()} for row in kept),
            sheet=self._sheet,
            values_complete=complete,
            source=self._source(),
        )

    def _source(self) -> dict[str, Any] | None:
        if self._letters is None or "baris_jumlah" in self.out.counts:
            return None
        rows = [[row.number, list(row.source)] for row in self._rows]
        return {"kolom": self._letters, "baris": rows}

    def _check_regions(self, table: Table, plan: Plan, reader: RowReader) -> None:
        """Require the regions that must be there; a totals row may be what was meant."""
        column = plan.with_role("wilayah")
        missing = missing_regions(self._rows, plan)
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

    def note(self, flaw: Flaw) -> None:
        """Note `flaw` unless its cell, row or a part of its key is already known to be wrong."""
        faulty = self._out.faulty
        if flaw.row is not None and faulty:
            keys = self._plan.primary_key if flaw.code == "baris_ganda" else (flaw.field,)
            if (flaw.row, None) in faulty or any((flaw.row, name) in faulty for name in keys):
                return
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
