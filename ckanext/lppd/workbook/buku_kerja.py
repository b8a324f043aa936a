"""The workbook of one agency and year: one row for each figure that its indicators need.

Two columns may be written, the others are locked. A hidden column names what each row is, a hidden
sheet which agency, edition and year the workbook is for, so that it can be read back without
guessing. Only the city's own row is filled here; what is kept by district is uploaded as a file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from ..katalog import Edisi, Indikator
from .excel import figure
from .jawaban import shown

VERSI = "1"
LEMBAR = "Isian"
LEMBAR_KESALAHAN = "Kesalahan"
LEMBAR_TANDA = "_lppd"
KEPALA = 4
"""The row of the titles; the rows above say what to do."""
KOLOM: tuple[tuple[str, int], ...] = (
    ("Kode", 9),
    ("Indikator", 48),
    ("Yang diisi", 44),
    ("Satuan", 11),
    ("Tahun lalu", 14),
    ("Nilai", 16),
    ("Keterangan", 40),
    ("Kunci", 2),
)
KOLOM_TAHUN_LALU, KOLOM_NILAI, KOLOM_KETERANGAN, KOLOM_KUNCI = 5, 6, 7, 8
CAPAIAN, KETERANGAN = "capaian", "keterangan"

_ABU = PatternFill("solid", fgColor="EEF1F4")
_ISIAN = PatternFill("solid", fgColor="FFF8DC")
_MERAH = PatternFill("solid", fgColor="F8D7DA")
_GARIS = Border(bottom=Side(style="thin", color="C9CED3"))
_ATAS = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class Butir:
    """One indicator of the workbook.

    nilai and tahun_lalu: column -> figure. terkunci: why this indicator is not filled in here, an
    Indonesian sentence, or None.
    """

    indikator: Indikator
    nilai: Mapping[str, Decimal] = field(default_factory=dict)
    tahun_lalu: Mapping[str, Decimal] = field(default_factory=dict)
    keterangan: str = ""
    terkunci: str | None = None


@dataclass(frozen=True)
class Tanda:
    """What a workbook is for; written into its hidden sheet."""

    edisi: str
    tahun: int
    perangkat_daerah: str

    def isi(self) -> dict[str, str]:
        """Return the names and values of the hidden sheet."""
        return {
            "versi": VERSI,
            "edisi": self.edisi,
            "tahun": str(self.tahun),
            "perangkat_daerah": self.perangkat_daerah,
        }


@dataclass(frozen=True)
class Catatan:
    """A sentence to put at a figure: indicator, column (None: the whole indicator)."""

    kode: str
    kolom: str | None
    pesan: str


def kolom_isian(indikator: Indikator) -> tuple[tuple[str, str], ...]:
    """Return (column, title) of the figures a person gives; what is computed is left out."""
    parts = tuple((part.name, part.title) for part in indikator.rumus.parts)
    return parts if indikator.rumus.dihitung and parts else (*parts, (CAPAIAN, "Capaian"))


def buku_kerja_bytes(
    tanda: Tanda,
    judul: str,
    edisi: Edisi,
    butir: Sequence[Butir],
    catatan: Sequence[Catatan] = (),
    tertulis: Mapping[str, Mapping[str, str]] | None = None,
) -> bytes:
    """Return the workbook (XLSX) for these indicators, in their order.

    judul: the agency's name. catatan: sentences of a check, shown as comments on red cells and
    listed on a sheet of their own. tertulis: indicator -> column -> text as somebody wrote it,
    shown where it could not be read as a figure.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = LEMBAR
    sheet.append([f"Isian LPPD {tanda.tahun}: {judul}"])
    sheet.append([f"{edisi.judul}. Isi hanya sel kuning: kolom Nilai dan Keterangan."])
    sheet.append(["Tulis angka tanpa titik pemisah ribuan; pakai koma untuk desimal."])
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.append([title for title, _ in KOLOM])
    for number, (_, width) in enumerate(KOLOM, start=1):
        cell = sheet.cell(KEPALA, number)
        cell.font, cell.fill, cell.border = Font(bold=True), _ABU, _GARIS
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.cell(KEPALA, KOLOM_TAHUN_LALU).value = f"Tahun {tanda.tahun - 1}"
    places: dict[tuple[str, str], str] = {}
    for item in butir:
        _add_rows(sheet, item, (tertulis or {}).get(item.indikator.kode, {}), places)
    _finish(sheet)
    if catatan:
        _mark(book, catatan, places)
    _sign(book, tanda)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def _add_rows(
    sheet: Any, item: Butir, written: Mapping[str, str], places: dict[tuple[str, str], str]
) -> None:
    indikator = item.indikator
    for position, (name, title) in enumerate(kolom_isian(indikator)):
        row = sheet.max_row + 1
        first = position == 0
        value = item.nilai.get(name)
        cells = [
            indikator.kode,
            indikator.nama if first else None,
            title,
            indikator.satuan if name == CAPAIAN else None,
            figure(item.tahun_lalu.get(name)),
            figure(value) if value is not None else shown(written.get(name, "")) or None,
            shown(written.get(KETERANGAN, item.keterangan)) or None if first else None,
            f"{indikator.kode}|{name}",
        ]
        for number, content in enumerate(cells, start=1):
            cell = sheet.cell(row, number, content)
            cell.alignment, cell.border = _ATAS, _GARIS
        _open_cells(sheet, row, item, name, first)
        places[indikator.kode, name] = f"F{row}"
        if first:
            places[indikator.kode, KETERANGAN] = f"G{row}"


def _open_cells(sheet: Any, row: int, item: Butir, name: str, first: bool) -> None:
    """Unlock what may be written in a row, and have the spreadsheet itself watch over it."""
    if item.terkunci:
        sheet.cell(row, KOLOM_KETERANGAN).value = item.terkunci if first else None
        return
    value = sheet.cell(row, KOLOM_NILAI)
    value.protection, value.fill = Protection(locked=False), _ISIAN
    # a format with fewer places would hide decimals that are published
    value.number_format = "General"
    if first:
        remark = sheet.cell(row, KOLOM_KETERANGAN)
        remark.protection, remark.fill = Protection(locked=False), _ISIAN
    choices = item.indikator.rumus.pilihan if name == CAPAIAN else ()
    if choices:
        listed = ",".join(f"{choice.nilai:f}" for choice in choices)
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        rule.prompt = "; ".join(f"{choice.nilai:f} {choice.label}".strip() for choice in choices)
        rule.promptTitle = "Isi salah satu"
    else:
        rule = DataValidation(
            type="decimal", operator="between", formula1="-1E+15", formula2="1E+15"
        )
        rule.allow_blank = True
    rule.error = "Isi dengan angka. Tanpa titik pemisah ribuan; pakai koma untuk desimal."
    rule.errorTitle, rule.showErrorMessage = "Bukan angka", True
    rule.showInputMessage = True
    rule.add(value)
    sheet.add_data_validation(rule)


def _finish(sheet: Any) -> None:
    last = max(sheet.max_row, KEPALA + 1)
    area = f"F{KEPALA + 1}:F{last}"
    # red where text stands in a cell for figures: `1.234` typed as text, a dash, n/a
    sheet.conditional_formatting.add(
        area, FormulaRule(formula=[f"ISTEXT(F{KEPALA + 1})"], fill=_MERAH)
    )
    sheet.column_dimensions["H"].hidden = True
    sheet.freeze_panes = sheet.cell(KEPALA + 1, 3)
    sheet.print_title_rows = f"{KEPALA}:{KEPALA}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth = "landscape", 1
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _mark(book: Workbook, notes: Sequence[Catatan], places: Mapping[tuple[str, str], str]) -> None:
    """Put each sentence on its cell and list them all on a sheet of their own."""
    sheet, listing = book[LEMBAR], book.create_sheet(LEMBAR_KESALAHAN)
    listing.append(["Sel", "Kode", "Yang harus diperbaiki"])
    said: dict[str, list[str]] = {}
    for note in notes:
        place = places.get((note.kode, note.kolom or "")) or _first(note.kode, places)
        listing.append([place, note.kode, shown(note.pesan)])
        if place:
            said.setdefault(place, []).append(note.pesan)
    for place, sentences in said.items():
        sheet[place].fill = _MERAH
        comment = Comment("\n".join(sentences), "Pemeriksaan otomatis")
        comment.width, comment.height = 360, 60 + 40 * len(sentences)
        sheet[place].comment = comment
    for letter, width in (("A", 8), ("B", 10), ("C", 110)):
        listing.column_dimensions[letter].width = width
    for cell in listing[1]:
        cell.font, cell.fill = Font(bold=True), _ABU


def _first(kode: str, places: Mapping[tuple[str, str], str]) -> str | None:
    return next((place for (code, _), place in places.items() if code == kode), None)


def _sign(book: Workbook, tanda: Tanda) -> None:
    sheet = book.create_sheet(LEMBAR_TANDA)
    for pair in tanda.isi().items():
        sheet.append(list(pair))
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
