"""Reading one figure of a table exactly as the check of an uploaded file would read it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ..checking.cells import Typer, typers
from ..checking.messages import LEVELS
from ..checking.plan import read_plan
from ..checking.report import KESALAHAN, Finding
from ..checking.tables import Cell, Typed, cell_text, is_blank
from ..numbers import Sure, read_number, write_number

DUA_ARTI = "angka_dua_arti"


@dataclass(frozen=True, slots=True)
class Bacaan:
    """What a cell says. value is None unless the figure is sure; kode names the check's finding
    (an error where value is None, a remark otherwise) with the words of its sentence."""

    value: Decimal | None
    kode: str | None = None
    params: tuple[tuple[str, str], ...] = ()
    kosong: bool = False

    def finding(
        self, *, lembar: str | None, sel: str, baris: int, judul: str, nilai: str
    ) -> Finding:
        """The finding at its place; only where there is a code."""
        kode = self.kode or "bukan_angka"
        return Finding(
            kode,
            level=LEVELS.get(kode, KESALAHAN),
            sheet=lembar,
            cell=sel,
            row=baris,
            column=judul,
            value=nilai[:80],
            params=dict(self.params),
        )


@lru_cache(maxsize=32)
def _typer(satuan: str) -> Typer:
    lppd = {"lppd": {"satuan": satuan}} if satuan else {}
    kolom = {"name": "capaian", "type": "number", "decimalChar": ","}
    return typers(read_plan({"fields": [kolom], **lppd}))["capaian"]


def read_value(cell: Cell, satuan: str | None) -> Bacaan:
    """Read a cell in the unit of its indicator (None: not known). No digit is added or dropped."""
    if is_blank(cell):
        return Bacaan(None, kosong=True)
    hasil = _typer(satuan or "")(cell)
    if hasil.bad or not hasil.text:
        return Bacaan(None, hasil.code or "bukan_angka", hasil.params)
    return Bacaan(Decimal(hasil.text.replace(",", ".")), hasil.code, hasil.params)


def answered_value(bacaan: Bacaan, jawaban: str) -> Decimal | None:
    """The figure a person chose among the two readings of a question; None for anything else."""
    dibaca = read_number(jawaban)
    pilihan = dict(bacaan.params)
    ways = {pilihan.get("cara_desimal"), pilihan.get("cara_ribuan")}
    if bacaan.kode != DUA_ARTI or not isinstance(dibaca, Sure):
        return None
    return dibaca.value if write_number(dibaca.value) in ways else None


def written(cell: Cell) -> str:
    """A cell as it is seen; surrounding blanks are no part of a figure."""
    return cell_text(cell).strip()


def hides_digits(cell: Cell, value: Decimal) -> bool:
    """Whether a number cell shows another figure than it stores: 75,57 seen as 76."""
    if not isinstance(cell, Typed):
        return False
    shown = cell.text.rstrip("%").strip()
    try:
        return Decimal(shown) != value
    except ArithmeticError:
        return False
