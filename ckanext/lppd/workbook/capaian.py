"""An achievement table: one row per indicator, one column of figures per year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..checking.plan import label_key
from ..checking.tables import Area, Cell, Table, cell_at, cell_text, column_letters, is_blank
from .buka import Berkas, open_berkas
from .kolom import ImporError, Kolom, Petunjuk, describe, find_kolom

_RUSAK = "\ufffd"


@dataclass(frozen=True, slots=True)
class Nilai:
    """One figure where it stands. sel is its address as in Excel, gabung the merged range it
    belongs to ("C4:C6"), None for a cell of its own."""

    tahun: int
    sel: str
    judul: str
    cell: Cell
    gabung: str | None = None


@dataclass(frozen=True, slots=True)
class BarisCapaian:
    """One row; nomor is its number in the file, as Excel shows it."""

    nomor: int
    kode: str
    nama: str
    nilai: tuple[Nilai, ...]
    tersembunyi: bool = False


@dataclass(frozen=True, slots=True)
class TabelCapaian:
    """A whole table. lembar is None for CSV; sha256 (hex) is of the file's bytes."""

    berkas: str
    lembar: str | None
    sha256: str
    tahun: tuple[int, ...]
    berkode: bool
    baris: tuple[BarisCapaian, ...]
    catatan: tuple[str, ...] = ()


def read_capaian(
    path: Path, petunjuk: Petunjuk | None = None, *, butuh_tahun: bool = True
) -> TabelCapaian:
    """Read an achievement table from a CSV or XLSX file.

    path: read in this process, so only for files on the administrator's own command line.
    petunjuk: what the person said about columns and sheet. butuh_tahun: False takes a bare list of
    names too.
    Raises ImporError where the file is refused or a column or sheet has to be asked about.
    """
    petunjuk = petunjuk or Petunjuk()

    def skor(table: Table) -> int:
        try:
            kolom = find_kolom(table, petunjuk, butuh_tahun=butuh_tahun)
        except ImporError:
            # a row of titles is there, only a question about it is open
            return 1
        return len(kolom.judul) + 1 if kolom else 0

    berkas = open_berkas(path, skor)
    table, kolom = _choose(berkas, petunjuk, butuh_tahun=butuh_tahun)
    baris = tuple(_rows(table, kolom))
    if not any(b.nama or b.kode for b in baris):
        raise ImporError(f"{berkas.nama}: tidak ada baris data di bawah judul kolom.")
    return TabelCapaian(
        berkas=berkas.nama,
        lembar=table.name,
        sha256=berkas.sha256,
        tahun=tuple(kolom.tahun),
        berkode=kolom.kode is not None,
        baris=baris,
        catatan=(*berkas.catatan, *kolom.catatan, *_remarks(table, kolom, baris)),
    )


def _choose(berkas: Berkas, petunjuk: Petunjuk, *, butuh_tahun: bool) -> tuple[Table, Kolom]:
    """Take the one sheet that has a row of titles, or the one that was named."""
    tabel = [t for t in berkas.tabel if petunjuk.lembar in (None, t.name)]
    if not tabel:
        nama = ", ".join(str(t.name) for t in berkas.tabel)
        raise ImporError(f"Lembar {petunjuk.lembar} tidak ada. Lembar yang ada: {nama}.")
    cocok: list[tuple[Table, Kolom]] = []
    for table in tabel:
        kolom = find_kolom(table, petunjuk, butuh_tahun=butuh_tahun)
        if kolom is not None:
            cocok.append((table, kolom))
    if len(cocok) > 1:
        nama = ", ".join(str(t.name) for t, _ in cocok)
        raise ImporError(f"Lebih dari satu lembar berisi tabel: {nama}. Pilih dengan --lembar.")
    if not cocok:
        _, cells = next(r for r in tabel[0].rows if not all(map(is_blank, r[1])))
        ada = {n: _text(cells, n) for n, c in enumerate(cells, 1) if not is_blank(c)}
        raise ImporError(
            f"{berkas.nama}: baris judul dengan kolom nama indikator tidak ditemukan. Sebutkan "
            f"kolomnya dengan --nama-kolom. Baris pertama berisi: {describe(ada)}."
        )
    return cocok[0]


def _rows(table: Table, kolom: Kolom) -> Iterator[BarisCapaian]:
    """The rows below the titles; blank rows, repeated titles and column numbers are no data."""
    pertama = True
    for nomor, cells in table.rows[kolom.indeks + 1 :]:
        if all(map(is_blank, cells)) or _is_title(cells, kolom):
            continue
        if pertama and _is_numbering(cells):
            continue
        pertama = False
        yield BarisCapaian(
            nomor=nomor,
            kode=_text(cells, kolom.kode),
            nama=_text(cells, kolom.nama),
            nilai=tuple(
                Nilai(
                    tahun,
                    f"{column_letters(n)}{nomor}",
                    kolom.judul[n],
                    cell_at(cells, n),
                    _merged(table.merged, nomor, n),
                )
                for tahun, n in kolom.tahun.items()
            ),
            tersembunyi=nomor in table.hidden_rows,
        )


def _text(cells: Sequence[Cell], kolom: int | None) -> str:
    return "" if kolom is None else " ".join(cell_text(cell_at(cells, kolom)).split())


def _is_title(cells: Sequence[Cell], kolom: Kolom) -> bool:
    isi = {n: cell_text(c) for n, c in enumerate(cells, 1) if not is_blank(c)}
    return len(isi) > 1 and all(
        label_key(teks) == label_key(kolom.judul.get(n, "")) for n, teks in isi.items()
    )


def _is_numbering(cells: Sequence[Cell]) -> bool:
    """Whether a row only counts its columns: 1 2 3 4 or (1) (2) (3) (4)."""
    isi = [cell_text(c).strip().strip("()") for c in cells if not is_blank(c)]
    return len(isi) >= 3 and isi == [str(n) for n in range(1, len(isi) + 1)]


def _merged(merged: Sequence[Area], baris: int, kolom: int) -> str | None:
    for area in merged:
        if area.top <= baris <= area.bottom and area.left <= kolom <= area.right:
            return area.span
    return None


def _remarks(table: Table, kolom: Kolom, baris: Sequence[BarisCapaian]) -> Iterator[str]:
    """What a person should know about the table as a whole."""
    for n in sorted(table.hidden_columns & {*kolom.tahun.values()}):
        yield f"Kolom {column_letters(n)} ({kolom.judul[n]}) tersembunyi, tetapi tetap dibaca."
    for b in baris:
        if _RUSAK in b.nama:
            yield (
                f"Baris {b.nomor}: nama memuat huruf yang sudah rusak di berkasnya. "
                "Namanya dipakai apa adanya; perbaiki di berkas asal."
            )
