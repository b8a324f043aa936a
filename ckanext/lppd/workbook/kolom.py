"""Which column of a table holds the names, the codes, and the figures of which year.

A column is taken by itself only where its title has one reading; all else is put to the person who
runs the import, with the titles that were found and the option that answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..checking.limits import DEFAULT
from ..checking.plan import label_key
from ..checking.tables import Cell, Table, cell_text, column_letters, is_blank
from ..katalog.muat import TAHUN_TERAKHIR, TAHUN_TERAWAL

NAMA = frozenset(
    {
        "ikk",
        "indikator",
        "indikator kinerja",
        "indikator kinerja daerah",
        "indikator kinerja kunci",
        "indikator kinerja utama",
        "nama indikator",
        "nama indikator kinerja",
        "uraian indikator",
    }
)
KODE = frozenset({"kode", "kode ikk", "kode indikator", "kode indikator kinerja", "nomor ikk"})
# A running number may be a code, but only a person can say so.
NOMOR = frozenset({"id", "no", "no urut", "nomor", "nomor urut"})
# Words of columns that name a year and hold something else than what was achieved.
BUKAN_CAPAIAN = frozenset(
    {"anggaran", "baseline", "pagu", "proyeksi", "rencana", "sasaran", "target"}
)
_TAHUN = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_HURUF = re.compile(r"[A-Z]{1,2}", re.ASCII)


class ImporError(ValueError):
    """A table that cannot be used as it is; the text says what to do, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Petunjuk:
    """What the person said about the table; None leaves it to the titles.

    kode, nama: a title or the letter of a column. tahun: year -> title or letter, None where the
    title names the year itself; an empty mapping takes every year that is found.
    """

    kode: str | None = None
    nama: str | None = None
    tahun: Mapping[int, str | None] = field(default_factory=dict)
    lembar: str | None = None


@dataclass(frozen=True, slots=True)
class Kolom:
    """Where things stand, columns counted from 1. `baris` is the number of the title row."""

    indeks: int
    baris: int
    nama: int
    kode: int | None
    tahun: Mapping[int, int]
    judul: Mapping[int, str]
    catatan: tuple[str, ...] = ()


def find_kolom(table: Table, petunjuk: Petunjuk, *, butuh_tahun: bool) -> Kolom | None:
    """Find the row of titles; None where no row can be one.

    butuh_tahun: whether a table without a column for a year is of no use.
    Raises ImporError where a row is surely the titles and a column has more than one reading.
    """
    baris_awal = table.rows[: DEFAULT.header_search]
    terbaik: tuple[int, int] | None = None
    for indeks, (_, cells) in enumerate(baris_awal):
        judul = _judul(cells)
        if len(_calon(judul, NAMA, petunjuk.nama)) == 0 or len(judul) < 2:
            continue
        nilai = sum(bool(years_in(teks)) for teks in judul.values())
        if terbaik is None or nilai > terbaik[0]:
            terbaik = (nilai, indeks)
    if terbaik is None:
        return None
    indeks = terbaik[1]
    baris, cells = table.rows[indeks]
    return _kolom(indeks, baris, _judul(cells), petunjuk, butuh_tahun=butuh_tahun)


def years_in(judul: str) -> list[int]:
    """The years a title names, each once, in its order: "capaian_tahun_2018" -> [2018]."""
    angka = [int(teks) for teks in _TAHUN.findall(judul)]
    return list(dict.fromkeys(n for n in angka if TAHUN_TERAWAL <= n <= TAHUN_TERAKHIR))


def describe(judul: Mapping[int, str]) -> str:
    """The titles with their letters, for a question."""
    return ", ".join(f"{column_letters(n)}={teks[:40]}" for n, teks in list(judul.items())[:20])


def _judul(cells: Sequence[Cell]) -> dict[int, str]:
    return {
        n: " ".join(cell_text(cell).split())
        for n, cell in enumerate(cells, start=1)
        if not is_blank(cell)
    }


def _calon(judul: Mapping[int, str], dikenal: frozenset[str], petunjuk: str | None) -> list[int]:
    """Columns whose title is known, or the one that was asked for by title or letter."""
    if petunjuk is None:
        return [n for n, teks in judul.items() if label_key(teks) in dikenal]
    cocok = [n for n, teks in judul.items() if label_key(teks) == label_key(petunjuk)]
    if not cocok and _HURUF.fullmatch(petunjuk):
        cocok = [n for n in judul if column_letters(n) == petunjuk]
    return cocok


def _satu(judul: Mapping[int, str], cocok: list[int], apa: str, opsi: str) -> int:
    if len(cocok) == 1:
        return cocok[0]
    temuan = "lebih dari satu" if cocok else "tidak ada"
    raise ImporError(
        f"Kolom {apa}: {temuan} yang cocok. Sebutkan judul atau huruf kolomnya dengan {opsi}. "
        f"Kolom yang ada: {describe(judul)}."
    )


def _kolom(
    indeks: int, baris: int, judul: dict[int, str], petunjuk: Petunjuk, *, butuh_tahun: bool
) -> Kolom:
    nama = _satu(judul, _calon(judul, NAMA, petunjuk.nama), "nama indikator", "--nama-kolom")
    catatan: list[str] = []
    kode: int | None = None
    calon_kode = _calon(judul, KODE, petunjuk.kode)
    if calon_kode or petunjuk.kode is not None:
        kode = _satu(judul, calon_kode, "kode indikator", "--kode-kolom")
    else:
        catatan += [
            f"Kolom {column_letters(n)} ({teks}) dianggap nomor urut. Bila itu kode indikator, "
            f"tambahkan --kode-kolom {column_letters(n)}."
            for n, teks in judul.items()
            if label_key(teks) in NOMOR
        ]
    lain = {n: teks for n, teks in judul.items() if n not in (nama, kode)}
    tahun = _tahun(lain, petunjuk, catatan)
    if butuh_tahun and not tahun:
        raise ImporError(
            "Tidak ada kolom capaian yang judulnya menyebut satu tahun. Sebutkan, misalnya "
            f"--tahun 2019=D. Kolom yang ada: {describe(judul)}."
        )
    return Kolom(indeks, baris, nama, kode, tahun, judul, tuple(catatan))


def _tahun(judul: dict[int, str], petunjuk: Petunjuk, catatan: list[str]) -> dict[int, int]:
    """Year -> column, by what was said, else by titles that name one year."""
    per_tahun: dict[int, list[int]] = {}
    ragu: list[int] = []
    for n, teks in judul.items():
        tahun = years_in(teks)
        if not tahun:
            continue
        if set(label_key(teks).split()) & BUKAN_CAPAIAN:
            catatan.append(f"Kolom {column_letters(n)} ({teks}) bukan capaian dan tidak dibaca.")
        elif len(tahun) > 1:
            ragu.append(n)
        else:
            per_tahun.setdefault(tahun[0], []).append(n)
    hasil: dict[int, int] = {}
    for t in petunjuk.tahun or sorted(per_tahun):
        kolom = petunjuk.tahun.get(t)
        cocok = _calon(judul, frozenset(), kolom) if kolom is not None else per_tahun.get(t, [])
        hasil[t] = _satu(judul, cocok, f"capaian tahun {t}", f"--tahun {t}=HURUF")
    if not petunjuk.tahun and ragu:
        raise ImporError(
            f"Judul kolom {describe({n: judul[n] for n in ragu})} menyebut lebih dari satu tahun. "
            "Sebutkan kolom tiap tahun, misalnya --tahun 2019=D."
        )
    if len(set(hasil.values())) < len(hasil):
        raise ImporError("Satu kolom tidak dapat menjadi capaian dua tahun. Periksa --tahun.")
    return hasil
