"""Workbooks for those who read all of a year: the compilation, and the review package of an agency.

Figures are written as they were released or checked; nothing is rounded. What has no figure says
why (its state), so that a gap in a report is never an oversight.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

from ..katalog import Edisi, Indikator
from ..numbers import write_number
from .excel import figure
from .jawaban import shown

_KEPALA = PatternFill("solid", fgColor="EEF1F4")
_RECOMPUTED = Decimal("0.000001")


@dataclass(frozen=True)
class DataDukung:
    """One piece of evidence: jenis is its media type, ukuran bytes, alamat where it is read."""

    judul: str
    dokumen: str
    berkas: str
    jenis: str
    ukuran: int
    sha256: str
    oleh: str
    waktu: str
    alamat: str


@dataclass(frozen=True)
class Laporan:
    """What is known about one indicator of a year.

    nilai, tahun_lalu: region -> column -> figure. berkas: name and SHA-256 of each file. bukti: its
    evidence. catatan: what was said when it was sent back. terbit: date of the release, empty
    where there is none.
    """

    indikator: Indikator
    perangkat_daerah: str
    keadaan: str
    nilai: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    tahun_lalu: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    keterangan: Mapping[str, str] = field(default_factory=dict)
    versi: int | None = None
    terbit: str = ""
    disetujui_oleh: str = ""
    berkas: tuple[tuple[str, str], ...] = ()
    bukti: tuple[DataDukung, ...] = ()
    catatan: tuple[str, ...] = ()


def kompilasi_bytes(
    edisi: Edisi, tahun: int, wilayah: str, laporan: Sequence[Laporan], dibuat: str
) -> bytes:
    """Return the compilation of a year (XLSX): one row an indicator, then every part and region.

    wilayah: code of the city, whose result the first sheet shows. dibuat: when, as text.
    """
    book = Workbook()
    _sheet(
        book,
        "Capaian",
        _CAPAIAN,
        [(edisi, wilayah, item) for item in laporan],
        f"Kompilasi LPPD {tahun}. {edisi.judul}. Dibuat {dibuat}.",
    )
    _sheet(book, "Rincian", _RINCIAN, list(_details(edisi, laporan)), "Semua bagian dan wilayah.")
    return _saved(book)


def paket_reviu_bytes(
    edisi: Edisi,
    tahun: int,
    wilayah: str,
    nama: str,
    laporan: Sequence[Laporan],
    dibuat: str,
    *,
    bukti: bool = True,
) -> bytes:
    """Return the review package of an agency: values, recalculation, files, evidence and notes.

    bukti: whether its reader may see evidence; the sheet says so where not.
    """
    book = Workbook()
    title = f"Paket reviu LPPD {tahun}: {nama}. Dibuat {dibuat}."
    _sheet(book, "Nilai", _REVIU, [(edisi, wilayah, item) for item in laporan], title)
    _sheet(book, "Rincian", _RINCIAN, list(_details(edisi, laporan)), "Semua bagian dan wilayah.")
    files = [(item, *file) for item in laporan for file in item.berkas]
    _sheet(book, "Berkas", _BERKAS, files, "SHA-256 membuktikan isi berkas yang diperiksa.")
    proof = [(item, file) for item in laporan for file in item.bukti] if bukti else []
    _sheet(book, "Data dukung", _DATA_DUKUNG, proof, _PROOF if bukti else _NO_PROOF)
    notes = [(item, text) for item in laporan for text in item.catatan]
    _sheet(book, "Catatan", _CATATAN, notes, "Catatan saat dikembalikan, terbaru dahulu.")
    return _saved(book)


Row = tuple[Any, ...]
Columns = Sequence[tuple[str, int, Callable[[Row], Any]]]


def _result(row: Row) -> Decimal | None:
    return _figures(row).get("capaian")


def _figures(row: Row) -> Mapping[str, Decimal]:
    _edisi, wilayah, item = row
    return item.nilai.get(wilayah, {})


def _recomputed(row: Row) -> Decimal | None:
    figures = _figures(row)
    rumus = row[2].indikator.rumus
    if not all(part.name in figures for part in rumus.parts):
        return None
    result = rumus.compute({part.name: figures[part.name] for part in rumus.parts})
    return None if result is None else result.quantize(_RECOMPUTED, rounding=ROUND_HALF_EVEN)


def _parts(row: Row) -> str:
    figures = _figures(row)
    return "; ".join(
        f"{part.title} = {write_number(figures[part.name])}"
        for part in row[2].indikator.rumus.parts
        if part.name in figures
    )


def _before(row: Row) -> Decimal | None:
    return row[2].tahun_lalu.get(row[1], {}).get("capaian")


_KENAL: Columns = (
    ("Kode", 9, lambda r: r[2].indikator.kode),
    ("Urusan", 24, lambda r: r[2].indikator.urusan),
    ("Indikator", 48, lambda r: r[2].indikator.nama),
    ("Perangkat daerah", 28, lambda r: r[2].perangkat_daerah),
)
_CAPAIAN: Columns = (
    *_KENAL,
    ("Bagian", 50, _parts),
    ("Capaian", 14, _result),
    ("Satuan", 11, lambda r: r[2].indikator.satuan),
    ("Tahun lalu", 14, _before),
    ("Keadaan", 26, lambda r: r[2].keadaan),
    ("Versi", 7, lambda r: r[2].versi),
    ("Terbit", 12, lambda r: r[2].terbit),
)
_REVIU: Columns = (
    *_KENAL[:3],
    ("Rumus", 50, lambda r: r[2].indikator.rumus_teks),
    ("Bagian", 50, _parts),
    ("Capaian", 14, _result),
    ("Hitung ulang", 14, _recomputed),
    ("Satuan", 11, lambda r: r[2].indikator.satuan),
    ("Tahun lalu", 14, _before),
    ("Keterangan", 40, lambda r: r[2].keterangan.get(r[1], "")),
    ("Keadaan", 26, lambda r: r[2].keadaan),
    ("Disetujui oleh", 20, lambda r: r[2].disetujui_oleh),
)
_RINCIAN: Columns = (
    ("Kode", 9, lambda r: r[0].kode),
    ("Kode wilayah", 14, lambda r: r[1]),
    ("Wilayah", 24, lambda r: r[2]),
    ("Bagian", 60, lambda r: r[3]),
    ("Nilai", 16, lambda r: r[4]),
)
_BERKAS: Columns = (
    ("Kode", 9, lambda r: r[0].indikator.kode),
    ("Berkas", 50, lambda r: r[1]),
    ("SHA-256", 68, lambda r: r[2]),
)
_DATA_DUKUNG: Columns = (
    ("Kode", 9, lambda r: r[0].indikator.kode),
    ("Judul", 44, lambda r: r[1].judul),
    ("Membuktikan", 36, lambda r: r[1].dokumen),
    ("Berkas", 36, lambda r: r[1].berkas),
    ("Jenis", 18, lambda r: r[1].jenis),
    ("Ukuran (byte)", 14, lambda r: r[1].ukuran),
    ("SHA-256", 68, lambda r: r[1].sha256),
    ("Diunggah oleh", 24, lambda r: r[1].oleh),
    ("Waktu", 18, lambda r: r[1].waktu),
    ("Alamat", 60, lambda r: r[1].alamat),
)
_PROOF = "Tidak untuk umum: dapat memuat data pribadi. Alamat dibuka dengan akun portal."
_NO_PROOF = (
    "Data dukung hanya untuk produsen data pemilik, walidata, pembina data, dan Inspektorat."
)
_CATATAN: Columns = (
    ("Kode", 9, lambda r: r[0].indikator.kode),
    ("Catatan", 110, lambda r: r[1]),
)


def _details(edisi: Edisi, laporan: Sequence[Laporan]) -> list[Row]:
    names = {region.kode: region.nama for region in edisi.wilayah}
    rows: list[Row] = []
    for item in laporan:
        titles = {part.name: part.title for part in item.indikator.rumus.parts}
        for region, figures in sorted(item.nilai.items()):
            for name in (*titles, "capaian"):
                if name in figures:
                    title = titles.get(name, "Capaian")
                    rows.append(
                        (item.indikator, region, names.get(region, ""), title, figures[name])
                    )
    return rows


def _sheet(book: Workbook, name: str, columns: Columns, rows: Sequence[Row], title: str) -> None:
    first = book.active if book.sheetnames == ["Sheet"] else None
    sheet = first if first is not None else book.create_sheet()
    sheet.title = name
    sheet.append([title])
    sheet.append([head for head, _width, _value in columns])
    for number, (_head, width, _value) in enumerate(columns, start=1):
        cell = sheet.cell(2, number)
        cell.font, cell.fill = Font(bold=True), _KEPALA
        sheet.column_dimensions[cell.column_letter].width = width
    for row in rows:
        sheet.append([_cell(value(row)) for _head, _width, value in columns])
    for line in sheet.iter_rows(min_row=3):
        for cell in line:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet["A1"].font = Font(bold=True)
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{sheet.cell(2, len(columns)).column_letter}{sheet.max_row}"


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return figure(value)
    return shown(value) if isinstance(value, str) else value


def _saved(book: Workbook) -> bytes:
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
