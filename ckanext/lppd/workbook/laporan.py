"""The report of an import: one row for each figure, with the question where there is one."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from ..numbers import write_number
from .jawaban import KOLOM, shown
from .rencana import Butir, Rencana


def report_bytes(rencana: Rencana, tindakan: Mapping[tuple[int, int], str] | None = None) -> bytes:
    """The report as CSV that Excel opens in columns here: UTF-8 with a mark, semicolons.

    One row per row and year of the table. tindakan: (baris, tahun) -> what was done.
    """
    keluaran = io.StringIO(newline="")
    writer = csv.writer(keluaran, delimiter=";", lineterminator="\r\n")
    writer.writerow(KOLOM)
    for b in rencana.butir:
        writer.writerow([shown(teks) for teks in _row(b, (tindakan or {}))])
    return keluaran.getvalue().encode("utf-8-sig")


def _row(b: Butir, tindakan: Mapping[tuple[int, int], str]) -> list[str]:
    return [
        str(b.baris),
        str(b.tahun),
        b.sel,
        b.kode_berkas,
        b.nama,
        b.tertulis,
        "" if b.value is None else write_number(b.value),
        b.hasil,
        b.alasan,
        b.penjelasan,
        b.kode or "",
        " | ".join(f"{c.kode} = {c.nama}" for c in b.calon),
        " ".join(b.peringatan),
        tindakan.get((b.baris, b.tahun), ""),
        "",
        "",
    ]
