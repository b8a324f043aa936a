"""Typing each cell by its column: text in, canonical text out, or a finding at the cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from ..numbers import (
    Ask,
    Empty,
    Sure,
    Wrong,
    is_percent,
    plain,
    read_number,
    show_number,
    write_number,
)
from .plan import Column, Plan
from .regions import Regions
from .tables import Cell, Typed, cell_text, is_blank

_MEMO = 50_000
_FREE_TEXT = {"string", "any"}
_ERROR_TEXT = re.compile(r"^#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$", re.I)
_PLAIN_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,14})")
# three decimals are left out: `1,234` has two readings
_PLAIN_DECIMAL = re.compile(r"(?:0|-?[1-9][0-9]{0,14})(?:,(?:[0-9]{1,2}|[0-9]{4,15}))?")
_STARTS_WELL = re.compile("[^#\\s\u00a0\u200b\ufeff]")
_TRIMMED = re.compile(r"[^#\s\u200b\ufeff](?:.*\S)?", re.DOTALL)
_WRONG = {
    "bukan_angka": "bukan_angka",
    "strip": "angka_strip",
    "perkiraan": "angka_perkiraan",
    "pemisah_kacau": "angka_pemisah_kacau",
    "ilmiah": "angka_ilmiah",
    "satuan_lain": "angka_satuan_lain",
    "berspasi": "angka_berspasi",
    "minus_lain": "angka_minus_lain",
    "terlalu_panjang": "angka_terlalu_panjang",
    "galat": "sel_galat",
}
_NOTES = {"gaya_inggris": "angka_gaya_inggris", "titik_desimal": "titik_desimal"}


@dataclass(frozen=True)
class Outcome:
    """What became of one cell. `text` is canonical (a decimal comma or point as the field asks);
    `code` names a finding, `value` its number. `bad` cells are not judged further."""

    text: str
    bad: bool = False
    code: str | None = None
    params: tuple[tuple[str, str], ...] = ()
    shown: str | None = None


Typer = Callable[[Cell], Outcome]


def typers(plan: Plan) -> dict[str, Typer]:
    """Return for each column a function from a cell to its outcome; equal text is read once."""
    made: dict[str, Typer] = {}
    for column in plan.columns:
        made[column.name] = _remember(_typer(column, plan))
    return made


def as_it_stands(column: Column) -> Callable[[str], object]:
    """Return a quick test that is true only for texts whose canonical form is the text itself.

    A text that fails it may still be good; then the column's reader decides.
    """
    if column.role:
        return frozenset(column.enum).__contains__
    if column.is_number:
        decimal = column.type == "number" and column.decimal_char == ","
        return (_PLAIN_DECIMAL if decimal else _PLAIN_WHOLE).fullmatch
    free = column.type in _FREE_TEXT and not column.enum
    return _STARTS_WELL.match if free else _TRIMMED.fullmatch


def _typer(column: Column, plan: Plan) -> Typer:
    if column.role == "wilayah":
        regions = Regions(column.enum, plan.regions)
        return lambda cell: _region(cell, column, regions)
    if column.role == "kode":
        return lambda cell: _listed(cell, column, "kode_salah")
    if column.role == "tahun":
        return lambda cell: _listed(cell, column, "tahun_salah")
    if column.is_number:
        return lambda cell: _number(cell, column)
    return lambda cell: _other(cell, column)


def _remember(typer: Typer) -> Typer:
    """Keep the outcomes of texts: columns repeat themselves, and reading a number is the cost."""
    memo: dict[str, Outcome] = {}

    def read(cell: Cell) -> Outcome:
        if not isinstance(cell, str):
            return typer(cell)
        outcome = memo.get(cell)
        if outcome is None:
            outcome = typer(cell)
            if len(memo) < _MEMO:
                memo[cell] = outcome
        return outcome

    return read


def _bad(code: str, *, shown: str | None = None, **params: str) -> Outcome:
    return Outcome("", bad=True, code=code, params=tuple(params.items()), shown=shown)


def _unusable(cell: Cell) -> Outcome | None:
    """The outcome of a cell that no column can use: an error, or a formula without a result."""
    if isinstance(cell, Typed):
        if cell.kind == "error":
            return _bad("sel_galat")
        if cell.kind == "no_result":
            return _bad("rumus_tanpa_hasil")
    elif cell.startswith("#") and _ERROR_TEXT.match(cell.strip()):
        return _bad("sel_galat")
    return None


def _listed(cell: Cell, column: Column, code: str) -> Outcome:
    """Type a code or a year: one of a short list, as text or as the number that Excel shows."""
    if unusable := _unusable(cell):
        return unusable
    if is_blank(cell):
        return Outcome("")
    text = cell_text(cell).strip()
    if text in column.enum or not column.enum:
        return Outcome(text)
    if isinstance(cell, Typed) and cell.kind == "date":
        return _bad("tanggal_di_angka")
    key = _loose(text)
    same = [value for value in column.enum if _loose(value) == key]
    if len(same) == 1 and isinstance(cell, str):
        return Outcome(same[0], code="kode_disesuaikan", params=(("menjadi", same[0]),))
    return _bad(code, harus=", ".join(column.enum[:3]))


def _loose(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold().rstrip(".")


def _region(cell: Cell, column: Column, regions: Regions) -> Outcome:
    if unusable := _unusable(cell):
        return unusable
    if is_blank(cell):
        return Outcome("")
    if isinstance(cell, Typed) and cell.kind == "date":
        return _bad("tanggal_di_angka")
    # a number cell is what it shows: 12.7 kept for 12.70 shows 12.7, which is not sure
    text = cell_text(cell).strip()
    found = regions.find(text)
    if len(found) == 1:
        code = found[0]
        if code == text:
            return Outcome(code)
        name = f"{code} {regions.names.get(code, '')}".strip()
        return Outcome(code, code="wilayah_dipadankan", params=(("menjadi", name),))
    if found:
        return _bad("wilayah_dua_arti", daftar=" atau ".join(found[:4]))
    return _bad("wilayah_tidak_dikenal", contoh=column.enum[0] if column.enum else "12.71")


def _number(cell: Cell, column: Column) -> Outcome:
    if unusable := _unusable(cell):
        return unusable
    if isinstance(cell, Typed):
        return _typed_number(cell, column)
    reading = read_number(cell, unit=column.unit)
    if isinstance(reading, Empty):
        return Outcome("")
    if isinstance(reading, Ask):
        as_decimal, as_thousands = reading.readings
        return _bad(
            "angka_dua_arti",
            desimal=show_number(as_decimal),
            ribuan=show_number(as_thousands),
            cara_desimal=reading.ways[0],
            cara_ribuan=reading.ways[1],
        )
    if isinstance(reading, Wrong):
        return _bad(_WRONG[reading.reason])
    return _sure(reading, column)


def _sure(reading: Sure, column: Column) -> Outcome:
    whole = _whole(reading.value, column)
    if whole is None:
        return _bad("bukan_bulat")
    text = _canonical(whole, column)
    marks = [note for note in reading.notes if note not in _NOTES]
    styles = [note for note in reading.notes if note in _NOTES]
    if not reading.notes:
        return Outcome(text)
    code = "angka_bertanda" if marks else _NOTES[styles[0]]
    return Outcome(text, code=code, params=(("menjadi", write_number(reading.value)),))


def _typed_number(cell: Typed, column: Column) -> Outcome:
    """Type a cell that Excel itself keeps as a number, a date or a truth value."""
    if cell.kind == "date":
        return _bad("tanggal_di_angka")
    if cell.value is None:
        return _bad("bukan_angka")
    value = _whole(cell.value, column)
    if cell.kind == "percent":
        if not is_percent(column.unit):
            return _bad("angka_satuan_lain")
        if value is None:
            return _bad("bukan_bulat")
        params = (("menjadi", write_number(value)),)
        return Outcome(_canonical(value, column), code="sel_persen", params=params)
    if value is None:
        return _bad("bukan_bulat", shown=show_number(cell.value))
    return Outcome(_canonical(value, column))


def _whole(value: Decimal, column: Column) -> Decimal | None:
    """Return `value` as the column wants it; None when it should be whole and is not."""
    if column.type != "integer":
        return value
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else None


def _canonical(value: Decimal, column: Column) -> str:
    return plain(value).replace(".", column.decimal_char)


def _other(cell: Cell, column: Column) -> Outcome:
    """Type a cell of any other column; frictionless judges the text."""
    if unusable := _unusable(cell):
        return unusable
    if is_blank(cell):
        return Outcome("")
    if isinstance(cell, Typed):
        if cell.kind == "date" and column.type in {"date", "datetime"}:
            return Outcome(cell.iso) if cell.iso else _bad("tipe_salah", tipe="tanggal")
        if cell.kind == "date" and column.type in _FREE_TEXT and column.enum:
            return _bad("tanggal_di_angka")
        if cell.kind == "bool" and column.type == "boolean":
            return Outcome(cell.text.lower())
        return Outcome(cell.text)
    if column.type in _FREE_TEXT and not column.enum:
        return Outcome(cell)
    return Outcome(cell.strip())
