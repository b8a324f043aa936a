"""The verdict on canonical rows. frictionless decides; this module fences it and reads its errors.

What it is given is not the upload but a CSV written here: known encoding, delimiter and quotes, one
header row equal to the schema. So nothing of the upload can reach its detection, its loaders or its
dialects. Of a large table it is given only the rows of which its judgement is not known beforehand
(`columnar`), which gives the same verdict and the same flaws.
"""

from __future__ import annotations

import csv
import importlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from . import columnar
from .limits import Limits
from .plan import Plan

NAME = "tabel.csv"
_CONSTRAINT = re.compile(r'^constraint "(\w+)" is "(.*)"$', re.DOTALL)
_TYPE = re.compile(r'^type is "([^/]+)/(.*)"$', re.DOTALL)
_SAME_ROW = re.compile(r"^the same as in the row at position (\d+)$")
_CONSTRAINT_CODES = {
    "required": "sel_kosong",
    "enum": "tidak_ada_di_pilihan",
    "minimum": "di_bawah_batas",
    "exclusiveMinimum": "di_bawah_batas",
    "maximum": "di_atas_batas",
    "exclusiveMaximum": "di_atas_batas",
    "minLength": "panjang_salah",
    "maxLength": "panjang_salah",
    "pattern": "pola_salah",
    "unique": "nilai_ganda",
}
_TYPE_NAMES = {
    "integer": "bilangan bulat, misalnya 12",
    "number": "angka, misalnya 98,63",
    "date": "tanggal (TTTT-BB-HH), misalnya 2025-03-31",
    "datetime": "tanggal dan jam, misalnya 2025-03-31T10:00:00",
    "year": "tahun, misalnya 2025",
    "yearmonth": "tahun dan bulan, misalnya 2025-03",
    "time": "jam, misalnya 10:00:00",
    "boolean": "true atau false",
}


@dataclass(frozen=True)
class Canonical:
    """Rows in the schema's order of fields, as text; row i stood in row `numbers[i]`."""

    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]


@dataclass(frozen=True)
class Flaw:
    """One objection: our code, the row of the file, the field (None: the row or the table)."""

    code: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """`accepted` is True only when the engine ran over every row and objected to nothing."""

    accepted: bool
    flaws: tuple[Flaw, ...]
    engine: str


_REFUSED = Flaw("skema_rusak", params=(("sebab", "skema tidak sah"),))


def verdict(
    canonical: Canonical,
    schema: Mapping[str, Any],
    plan: Plan,
    limits: Limits,
    on_row: Any = None,
) -> Verdict:
    """Judge canonical rows by the schema.

    `schema` is a Table Schema as a dict (never a name or an address: frictionless would fetch it).
    A schema that frictionless refuses is a flaw. `on_row` is called for every row judged. Raises
    what else it raises for a value it cannot handle; the caller takes any exception as "not valid".
    """
    # imported here: it takes a third of a second and changes csv's limits for the whole process,
    # so a process that only reads reports must not load it
    import frictionless
    from frictionless.formats import CsvControl

    engine = f"frictionless {frictionless.__version__}"
    try:
        judge = read_schema(schema)
    except frictionless.FrictionlessException:
        return Verdict(False, (_REFUSED,), engine)
    if len(canonical.rows) >= columnar.MIN_ROWS:
        kept = columnar.suspect_rows(canonical.rows, judge.fields, plan.primary_key)
        if kept is not None:
            canonical = Canonical(
                [canonical.rows[n] for n in kept], [canonical.numbers[n] for n in kept]
            )
    with tempfile.TemporaryDirectory(prefix="periksa-") as folder, _without_sniffer():
        _write(Path(folder) / NAME, canonical, plan)
        control = CsvControl(
            delimiter=",",
            line_terminator="\r\n",
            quote_char='"',
            double_quote=True,
            skip_initial_space=False,
        )
        try:
            resource = frictionless.Resource(
                path=NAME,
                scheme="file",
                format="csv",
                encoding="utf-8",
                basepath=folder,
                dialect=frictionless.Dialect(controls=[control]),
                schema=judge,
            )
            report = resource.validate(limit_errors=limits.max_errors, on_row=on_row)
        except frictionless.FrictionlessException:
            return Verdict(False, (_REFUSED,), engine)
    tasks = report.tasks
    if len(tasks) != 1 or tasks[0].type != "table" or report.errors:
        return Verdict(False, (Flaw("pemeriksa_menolak"),), engine)
    task = tasks[0]
    flaws = [_flaw(error.to_descriptor(), canonical, plan) for error in task.errors]
    whole = not task.warnings and task.stats.get("rows") == len(canonical.rows) >= 1
    if len(task.errors) >= limits.max_errors:
        flaws.append(Flaw("hitungan_belum_lengkap"))
    elif not flaws and not (report.valid and task.valid and whole):
        flaws.append(Flaw("pemeriksa_menolak"))
    return Verdict(report.valid and whole and not flaws, tuple(flaws), engine)


def read_schema(schema: Mapping[str, Any]) -> Any:
    """Return frictionless' own schema, without our key, which is no business of the engine.

    Raises FrictionlessException for a schema that it refuses.
    """
    import frictionless

    bare = {key: value for key, value in schema.items() if key != "lppd"}
    return frictionless.Schema.from_descriptor(bare)


def _write(path: Path, canonical: Canonical, plan: Plan) -> None:
    with path.open("x", encoding="utf-8", newline="") as stream:
        # both characters here, so that a cell with either of them is quoted
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.name for column in plan.columns])
        writer.writerows(canonical.rows)


@contextmanager
def _without_sniffer() -> Iterator[None]:
    """Keep frictionless from guessing the dialect, which takes seconds on unlucky text.

    It sniffs even when every setting is given, and then uses the settings; without a guess it falls
    back to them at once.
    """
    parser = importlib.import_module("frictionless.formats.csv.parser")
    original = vars(parser)["csv"]

    class NoSniffer:
        """Finds nothing."""

        def sniff(self, sample: str, delimiters: str | None = None) -> type[csv.Dialect]:
            """Raise csv.Error, as for text without a pattern."""
            raise csv.Error

    shim = SimpleNamespace(**vars(original))
    shim.Sniffer = NoSniffer
    vars(parser)["csv"] = shim
    try:
        yield
    finally:
        vars(parser)["csv"] = original


def _flaw(error: Mapping[str, Any], canonical: Canonical, plan: Plan) -> Flaw:
    """Translate one error by its type and note; its own sentence is never used."""
    kind = str(error.get("type"))
    note = str(error.get("note", ""))
    row = _source_row(error.get("rowNumber"), canonical)
    name = error.get("fieldName")
    value = str(error.get("cell") or "")
    if kind == "constraint-error" and (match := _CONSTRAINT.match(note)):
        return _constraint(match[1], match[2], row, name, value, plan)
    if kind == "type-error" and (match := _TYPE.match(note)):
        tipe = _TYPE_NAMES.get(match[1], "isi lain")
        return Flaw("tipe_salah", row, name, value, (("tipe", tipe),))
    if kind in ("primary-key", "unique-error"):
        match = _SAME_ROW.match(note)
        other = _source_row(int(match[1]), canonical) if match else None
        params = [("baris_lain", str(other or ""))]
        if kind == "unique-error":
            return Flaw("nilai_ganda", row, name, value, tuple(params))
        if match:
            params.append(("kunci", ", ".join(plan.primary_key)))
            return Flaw("baris_ganda", row, None, None, tuple(params))
        # a blank key: its cells are named on their own
        return Flaw("sel_kosong", row, plan.primary_key[0] if plan.primary_key else None, "")
    return Flaw("pemeriksa_menolak", row, name, value or None)


def _constraint(
    constraint: str, limit: str, row: int | None, name: Any, value: str, plan: Plan
) -> Flaw:
    code = _CONSTRAINT_CODES.get(constraint, "pemeriksa_menolak")
    params: tuple[tuple[str, str], ...] = ()
    if code in ("di_bawah_batas", "di_atas_batas", "panjang_salah"):
        params = (("batas", limit.replace(".", ",") if limit.count(".") == 1 else limit),)
    elif code == "tidak_ada_di_pilihan":
        column = plan.column(str(name))
        params = (("pilihan", ", ".join(column.enum[:12]) if column else ""),)
    return Flaw(code, row, str(name), value, params)


def _source_row(position: Any, canonical: Canonical) -> int | None:
    """The row of the file for a row number of the canonical CSV, whose header is row 1."""
    if not isinstance(position, int) or not 2 <= position < len(canonical.numbers) + 2:
        return None
    return canonical.numbers[position - 2]
