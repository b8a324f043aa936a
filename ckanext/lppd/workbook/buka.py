"""Opening a table file under the guards of `checking`, in the calling process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..checking.formats import ZIP, guard_kind, read_file
from ..checking.limits import DEFAULT, Limits
from ..checking.report import Stop
from ..checking.tables import DELIMITERS, Table, decode, is_blank, read_csv
from ..checking.xlsx import read_workbook
from .kolom import ImporError

_KEPALA = 64 * 1024


@dataclass(frozen=True)
class Berkas:
    """A file that was read: its name, the SHA-256 of its bytes (hex), its tables with content."""

    nama: str
    sha256: str
    tabel: tuple[Table, ...]
    catatan: tuple[str, ...] = ()


def open_berkas(path: Path, skor: Callable[[Table], int], limits: Limits = DEFAULT) -> Berkas:
    """Read a CSV (any usual delimiter and encoding) or XLSX file.

    skor: how much a table looks like the wanted one; chooses the delimiter of a CSV.
    Raises ImporError for a file that is refused; the text is the check's own sentence.
    """
    try:
        data = read_file(path, limits)
        tabel, catatan = _tables(data, path.suffix.casefold(), skor, limits)
    except Stop as stop:
        raise ImporError(f"{path.name}: {stop.finding.message()}") from stop
    except OSError as error:
        raise ImporError(f"{path.name}: tidak dapat dibaca ({error.strerror}).") from error
    isi = [t for t in tabel if any(not is_blank(c) for _, cells in t.rows for c in cells)]
    if not isi:
        raise ImporError(f"{path.name}: {Stop('berkas_kosong').finding.message()}")
    terlihat = tuple(t for t in isi if not t.hidden)
    catatan += [f"Lembar tersembunyi {t.name} tidak dibaca." for t in isi if t.hidden]
    return Berkas(path.name, hashlib.sha256(data).hexdigest(), terlihat, tuple(catatan))


def _tables(
    data: bytes, akhiran: str, skor: Callable[[Table], int], limits: Limits
) -> tuple[list[Table], list[str]]:
    buku_kerja = akhiran == ".xlsx" or (akhiran not in (".csv", ".txt", ".tsv") and _is_zip(data))
    guard_kind(data, "xlsx" if buku_kerja else "csv")
    if buku_kerja:
        return read_workbook(data, limits), []
    teks, kodefikasi = decode(data)
    catatan = ["Berkas CSV ini bukan UTF-8; dibaca sebagai Windows-1252. Periksa huruf khusus."]
    kepala = "".join(teks[:_KEPALA].splitlines(keepends=True)[: limits.header_search])
    pemisah = max(DELIMITERS, key=lambda tanda: _score(kepala, tanda, skor, limits))
    return [read_csv(teks, pemisah, limits)], catatan if kodefikasi == "cp1252" else []


def _is_zip(data: bytes) -> bool:
    return data.startswith(ZIP)


def _score(
    teks: str, pemisah: str, skor: Callable[[Table], int], limits: Limits
) -> tuple[int, int]:
    try:
        table = read_csv(teks, pemisah, limits)
    except Stop:
        # a head cut inside quotes, or a delimiter that makes no table
        return 0, 0
    return skor(table), max((len(cells) for _, cells in table.rows), default=0)
