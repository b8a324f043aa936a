"""Reading and writing the catalogue's own files: strict, and clear about what is wrong where."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml


class KatalogError(ValueError):
    """A catalogue file that cannot be used as it is.

    file: name of the file (or of the text field) the fault is in.
    line: line number in it, counted from 1 as an editor shows it; None: the whole file.
    message: what is wrong and what to do, in Indonesian.
    """

    def __init__(self, file: str, line: int | None, message: str) -> None:
        self.file = file
        self.line = line
        self.message = message
        where = file if line is None else f"{file} baris {line}"
        super().__init__(f"{where}: {message}")


@dataclass(frozen=True, slots=True)
class Baris:
    """One data row of a CSV file, with the place it came from."""

    file: str
    line: int
    nilai: Mapping[str, str]

    def __getitem__(self, kolom: str) -> str:
        return self.nilai[kolom]

    def salah(self, message: str) -> NoReturn:
        """Raise KatalogError for this row."""
        raise KatalogError(self.file, self.line, message)

    def wajib(self, kolom: str) -> str:
        """The value of a column that may not be empty."""
        if not self.nilai[kolom]:
            self.salah(f"kolom '{kolom}' kosong. Isi kolom itu atau hapus barisnya.")
        return self.nilai[kolom]

    def pilihan(self, kolom: str, boleh: Sequence[str]) -> str:
        """The value of a column that must be one of a fixed list."""
        nilai = self.wajib(kolom)
        if nilai not in boleh:
            self.salah(
                f"'{nilai}' tidak dikenal di kolom '{kolom}'. Pakai salah satu: {', '.join(boleh)}."
            )
        return nilai

    def daftar(self, kolom: str) -> tuple[str, ...]:
        """The parts of a column whose values are separated by ';'."""
        return tuple(bagian for teks in self.nilai[kolom].split(";") if (bagian := teks.strip()))


def read_text(path: Path) -> str:
    """Read a whole UTF-8 text file (a byte order mark is allowed).

    Raises KatalogError when the file is missing, unreadable, or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise KatalogError(
            path.name,
            None,
            f"berkas tidak dapat dibaca ({error.strerror}). Periksa letaknya: {path}.",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise KatalogError(
            path.name,
            line,
            "berkas bukan UTF-8. Simpan ulang dari Excel sebagai 'CSV UTF-8 (Comma delimited)'.",
        ) from error


def read_table(path: Path, kolom: Sequence[str]) -> list[Baris]:
    """Read a comma-separated UTF-8 file whose header holds exactly `kolom`, in any order.

    Every cell is text without blanks around it; rows without any content are left out.
    Raises KatalogError for an unknown, missing or repeated column, a row of another length, or a
    file without rows.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    hasil: list[Baris] = []
    kepala: list[str] = []
    awal = 1
    try:
        for sel in reader:
            line, awal = awal, reader.line_num + 1
            isi = [nilai.strip() for nilai in sel]
            if not any(isi):
                continue
            if not kepala:
                kepala = isi
                _periksa_kepala(path.name, line, kepala, kolom)
            elif len(isi) != len(kepala):
                raise KatalogError(
                    path.name,
                    line,
                    f"ada {len(isi)} kolom, seharusnya {len(kepala)}. "
                    "Teks yang memuat koma harus diapit tanda kutip.",
                )
            else:
                hasil.append(Baris(path.name, line, dict(zip(kepala, isi, strict=True))))
    except csv.Error as error:
        raise KatalogError(
            path.name, awal, f"baris CSV rusak ({error}). Periksa tanda kutip di sekitar baris ini."
        ) from error
    if not hasil:
        raise KatalogError(path.name, None, "berkas tidak berisi baris data.")
    return hasil


def _periksa_kepala(file: str, line: int, kepala: Sequence[str], kolom: Sequence[str]) -> None:
    if len(kepala) == 1 and ";" in kepala[0]:
        raise KatalogError(
            file, line, "pemisah kolom titik koma (;). Simpan ulang dengan pemisah koma."
        )
    for nama in kepala:
        if nama not in kolom:
            raise KatalogError(
                file, line, f"kolom '{nama}' tidak dikenal. Kolom yang dikenal: {', '.join(kolom)}."
            )
        if kepala.count(nama) > 1:
            raise KatalogError(
                file, line, f"kolom '{nama}' tertulis lebih dari sekali. Sisakan satu."
            )
    kurang = [nama for nama in kolom if nama not in kepala]
    if kurang:
        raise KatalogError(
            file, line, f"kolom {', '.join(kurang)} tidak ada. Tambahkan di baris judul."
        )


def table_bytes(kolom: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A header and rows as UTF-8 CSV: comma, CRLF, quotes only where they are needed."""
    keluaran = io.StringIO(newline="")
    writer = csv.writer(keluaran, lineterminator="\r\n")
    writer.writerow(kolom)
    writer.writerows(rows)
    return keluaran.getvalue().encode("utf-8")


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds one mapping; raises KatalogError, with the line if known."""
    try:
        isi = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise KatalogError(
            path.name, line, "YAML tidak terbaca. Periksa indentasi dan tanda kutip."
        ) from error
    if not isinstance(isi, dict):
        raise KatalogError(path.name, None, "isi berkas harus berupa daftar 'nama: nilai'.")
    return isi


def schemas_dir() -> Path:
    """The shipped schemas: inside the installed package, else at the top of the source tree."""
    paket = Path(__file__).resolve().parents[1]
    terpasang = paket / "schemas"
    return terpasang if terpasang.is_dir() else paket.parents[1] / "schemas"
