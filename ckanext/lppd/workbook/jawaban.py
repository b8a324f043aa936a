"""The answers a person gives to an import's questions: a report with two columns filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..checking.plan import label_key
from ..checking.tables import Table, cell_at, cell_text, is_blank
from ..katalog import Edisi
from ..numbers import Sure, read_number
from .buka import open_berkas
from .capaian import TabelCapaian
from .kolom import ImporError

# The columns of a report (laporan.py); an answer is read by the same titles.
KOLOM = (
    "baris",
    "tahun",
    "sel",
    "kode_berkas",
    "nama",
    "tertulis",
    "terbaca",
    "hasil",
    "alasan",
    "penjelasan",
    "kode",
    "calon",
    "peringatan",
    "tindakan",
    "jawaban",
    "jawaban_nilai",
)
LEWATI = "lewati"
_RUMUS = ("=", "+", "-", "@", "\t", "\r")


def shown(teks: str) -> str:
    """A cell that a spreadsheet cannot take for a formula; numbers stay as they are."""
    if teks.startswith(_RUMUS) and not isinstance(read_number(teks), Sure):
        return "'" + teks
    return teks


@dataclass(frozen=True, slots=True)
class Jawaban:
    """What a person decided. kode: row -> indicator; lewati: (row, year or None for all years);
    nilai: (row, year) -> the reading chosen; nama: row -> the name it was decided for."""

    kode: Mapping[int, str] = field(default_factory=dict)
    lewati: frozenset[tuple[int, int | None]] = frozenset()
    nilai: Mapping[tuple[int, int], str] = field(default_factory=dict)
    nama: Mapping[int, str] = field(default_factory=dict)

    def skips(self, baris: int, tahun: int) -> bool:
        """Whether a figure is to be left out."""
        return (baris, tahun) in self.lewati or (baris, None) in self.lewati

    def guard(self, tabel: TabelCapaian, edisi: Edisi) -> None:
        """Raise ImporError for an answer about no row, no indicator, or a row since renamed."""
        nama = {b.nomor: b.nama for b in tabel.baris}
        dijawab = {*self.kode, *(b for b, _ in self.lewati), *(b for b, _ in self.nilai)}
        for baris in sorted(dijawab):
            if baris not in nama:
                raise ImporError(f"Jawaban untuk baris {baris}: baris itu tidak ada di tabel.")
            if baris in self.nama and self.nama[baris] != shown(nama[baris]):
                raise ImporError(
                    f"Jawaban untuk baris {baris} dibuat untuk nama lain ({self.nama[baris]}). "
                    "Berkasnya sudah berubah; buat laporan baru dan jawab lagi."
                )
        for baris, kode in self.kode.items():
            if edisi.get(kode) is None:
                raise ImporError(
                    f"Jawaban untuk baris {baris}: kode {kode} tidak ada di edisi {edisi.kode}. "
                    f"Tulis kode indikator, atau {LEWATI}."
                )


def read_jawaban(path: Path) -> Jawaban:
    """Read answers: a report whose columns jawaban and jawaban_nilai were filled in, or any CSV or
    XLSX table with the columns baris and jawaban (and tahun, nama, jawaban_nilai if wanted).

    A code holds for the whole row; "lewati" for the row's year where a year stands beside it.
    Raises ImporError for a table without these columns, or two answers that contradict.
    """
    berkas = open_berkas(path, lambda table: len(_titles(table)[1]))
    indeks, kolom = _titles(berkas.tabel[0])
    if "baris" not in kolom or "jawaban" not in kolom:
        raise ImporError(f"{path.name}: kolom baris dan jawaban tidak ditemukan di berkas jawaban.")
    kode: dict[int, str] = {}
    lewati: set[tuple[int, int | None]] = set()
    nilai: dict[tuple[int, int], str] = {}
    nama: dict[int, str] = {}
    for nomor, cells in berkas.tabel[0].rows[indeks + 1 :]:
        if all(map(is_blank, cells)):
            continue
        isi = {k: cell_text(cell_at(cells, n)).strip() for k, n in kolom.items()}
        if not isi["jawaban"] and not isi.get("jawaban_nilai"):
            continue
        baris = _number(isi["baris"], path, nomor)
        tahun = _number(isi["tahun"], path, nomor) if isi.get("tahun") else None
        if isi.get("nama"):
            nama[baris] = isi["nama"]
        if isi["jawaban"].casefold() == LEWATI:
            lewati.add((baris, tahun))
        elif isi["jawaban"] and kode.setdefault(baris, isi["jawaban"]) != isi["jawaban"]:
            raise ImporError(f"{path.name} baris {nomor}: ada dua kode untuk baris {baris}.")
        if isi.get("jawaban_nilai"):
            if tahun is None:
                raise ImporError(f"{path.name} baris {nomor}: jawaban_nilai perlu kolom tahun.")
            nilai[(baris, tahun)] = isi["jawaban_nilai"]
    return Jawaban(kode, frozenset(lewati), nilai, nama)


def _titles(table: Table) -> tuple[int, dict[str, int]]:
    """Index of the first row with content, and its known titles."""
    for indeks, (_, cells) in enumerate(table.rows):
        if not all(map(is_blank, cells)):
            judul = {label_key(cell_text(c)).replace(" ", "_"): n for n, c in enumerate(cells, 1)}
            return indeks, {k: judul[k] for k in KOLOM if k in judul}
    return 0, {}


def _number(teks: str, path: Path, nomor: int) -> int:
    if not (teks.isascii() and teks.isdigit()):
        raise ImporError(f"{path.name} baris {nomor}: '{teks[:40]}' bukan nomor baris atau tahun.")
    return int(teks)
