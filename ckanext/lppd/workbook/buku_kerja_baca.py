"""Reading a filled workbook (`buku_kerja`) back: each figure and each doubt with its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..checking.report import KESALAHAN, Finding
from ..checking.tables import Cell, Table, cell_at, cell_text, is_blank
from ..katalog import Edisi, Indikator
from ..katalog.berkas import table_bytes
from ..katalog.skema import KUNCI_BARIS
from ..numbers import write_number
from .buku_kerja import (
    CAPAIAN,
    KETERANGAN,
    KOLOM_KETERANGAN,
    KOLOM_KUNCI,
    KOLOM_NILAI,
    LEMBAR,
    LEMBAR_TANDA,
    Tanda,
    kolom_isian,
)
from .kolom import ImporError
from .nilai import read_value


@dataclass
class Isi:
    """What the workbook says about one indicator.

    nilai: column -> figure; tertulis: column -> text as written; sel: column -> cell. salah: one
    finding for each cell that is not surely one figure.
    """

    indikator: Indikator
    nilai: dict[str, Decimal] = field(default_factory=dict)
    tertulis: dict[str, str] = field(default_factory=dict)
    sel: dict[str, str] = field(default_factory=dict)
    keterangan: str = ""
    salah: list[Finding] = field(default_factory=list)

    @property
    def kosong(self) -> bool:
        """Whether nothing was filled in for this indicator."""
        return not any(self.tertulis.get(name) for name, _ in kolom_isian(self.indikator))

    def sama(self, nilai: Mapping[str, Decimal], keterangan: str) -> bool:
        """Whether figures and remark are those that are there already."""
        names = [name for name, _ in kolom_isian(self.indikator)]
        here = {name: self.nilai[name] for name in names if name in self.nilai}
        there = {name: nilai[name] for name in names if name in nilai}
        return not self.salah and here == there and self.keterangan == keterangan


def read_buku_kerja(tables: Sequence[Table], edisi: Edisi, tanda: Tanda) -> list[Isi]:
    """Return what a workbook says, indicator by indicator, in its order.

    tables: every sheet (`checking.read_in_sandbox`). tanda: what the workbook must be for. Raises
    ImporError, in Indonesian, for a workbook of something else or one whose rows were changed.
    """
    sheets = {table.name: table for table in tables}
    _check_sign(sheets.get(LEMBAR_TANDA), tanda)
    sheet = sheets.get(LEMBAR)
    if sheet is None:
        raise ImporError(f"Lembar {LEMBAR} tidak ada. Unduh buku kerja lagi, lalu isi di sana.")
    found: dict[str, Isi] = {}
    for number, cells in sheet.rows:
        key = cell_text(cell_at(cells, KOLOM_KUNCI)).strip()
        if "|" in key:
            _read_row(found, edisi, number, cells, key)
    if not found:
        raise ImporError(
            "Baris indikator tidak ditemukan: kolom tersembunyi H terhapus atau tergeser. "
            "Unduh buku kerja lagi, lalu salin isian Anda ke sana."
        )
    return list(found.values())


def capaian_csv(isi: Isi, edisi: Edisi, tahun: int, wilayah: str) -> bytes:
    """Return the `capaian` file of one indicator: the city's row with the figures as written."""
    indikator = isi.indikator
    columns = [*KUNCI_BARIS, *indikator.kolom_angka, KETERANGAN]
    given = {name: write_number(value) for name, value in isi.nilai.items()}
    keys = {"kode_indikator": indikator.kode, "tahun": str(tahun), "kode_wilayah": wilayah}
    row = {**keys, **given, KETERANGAN: isi.keterangan}
    return table_bytes(columns, [[row.get(name, "") for name in columns]])


def di_buku_kerja(finding: Finding, isi: Isi, kolom: Mapping[str, str]) -> Finding:
    """Return a finding about the made file with its place in the workbook.

    kolom: label of a column as the check names it -> name of the column.
    """
    name = kolom.get(finding.column or "")
    cell = isi.sel.get(name or "") or isi.sel.get(CAPAIAN) or next(iter(isi.sel.values()), None)
    return Finding(
        finding.code,
        level=finding.level,
        sheet=LEMBAR,
        cell=cell,
        row=int("".join(c for c in cell if c.isdigit())) if cell else None,
        column=finding.column,
        value=finding.value,
        params=finding.params,
    )


def _check_sign(table: Table | None, tanda: Tanda) -> None:
    if table is None:
        raise ImporError(
            "Ini bukan buku kerja dari portal: lembar penandanya tidak ada. "
            "Unduh buku kerja di Tugas Saya, lalu isi di sana."
        )
    said = {
        cell_text(cell_at(cells, 1)).strip(): cell_text(cell_at(cells, 2)).strip()
        for _, cells in table.rows
    }
    words = {"edisi": "edisi", "tahun": "tahun", "perangkat_daerah": "perangkat daerah"}
    wanted = tanda.isi()
    for name, word in words.items():
        if said.get(name) != wanted[name]:
            raise ImporError(
                f"Buku kerja ini untuk {word} {said.get(name) or '(kosong)'}, bukan "
                f"{wanted[name]}. Unduh buku kerja yang sesuai, lalu isi di sana."
            )
    if said.get("versi") != wanted["versi"]:
        raise ImporError("Bentuk buku kerja ini sudah lama. Unduh yang baru, lalu salin isinya.")


def _read_row(
    found: dict[str, Isi], edisi: Edisi, number: int, cells: Sequence[Cell], key: str
) -> None:
    kode, _, name = key.partition("|")
    indikator = edisi.get(kode)
    if indikator is None or name not in dict(kolom_isian(indikator)):
        raise ImporError(
            f"Baris {number}: '{key[:40]}' tidak dikenal. Jangan mengubah kolom tersembunyi H; "
            "unduh buku kerja lagi."
        )
    isi = found.setdefault(kode, Isi(indikator))
    if name in isi.sel:
        raise ImporError(
            f"Baris {number}: {kode} tertulis dua kali (juga di {isi.sel[name]}). Hapus salah "
            "satunya."
        )
    value, remark = cell_at(cells, KOLOM_NILAI), cell_at(cells, KOLOM_KETERANGAN)
    place = f"F{number}"
    isi.sel[name] = place
    if name == kolom_isian(indikator)[0][0]:
        isi.sel[KETERANGAN] = f"G{number}"
        isi.keterangan = cell_text(remark).strip().removeprefix("'")
    if is_blank(value):
        return
    isi.tertulis[name] = cell_text(value).strip()
    reading = read_value(value, indikator.satuan if name == CAPAIAN else None)
    if reading.value is not None:
        isi.nilai[name] = reading.value
    if reading.kode is not None:
        title = dict(kolom_isian(indikator))[name]
        finding = reading.finding(
            lembar=LEMBAR, sel=place, baris=number, judul=title, nilai=isi.tertulis[name]
        )
        if reading.value is None or finding.level == KESALAHAN:
            isi.salah.append(finding)
