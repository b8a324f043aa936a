"""Writing an indicator's table from what a person typed, and mending single cells of one.

What is typed goes into the file as it was typed: the check reads it as it reads any file, so that
the form knows no rule of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .berkas import table_bytes

MAX_TYPED = 500
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_ROLES = ("kode_indikator", "tahun", "kode_wilayah")


class IsianError(ValueError):
    """What was typed cannot stand in the table; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class UbahSel:
    """One mended cell: its address as Excel shows it, and the text to stand there."""

    sel: str
    nilai: str


def kolom_isian(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields that a person fills in for each region."""
    return [field for field in schema["fields"] if field["name"] not in _ROLES]


def csv_isian(schema: Mapping[str, Any], baris: Sequence[Mapping[str, str]]) -> bytes:
    """Write rows typed by region as the indicator's CSV; rows without anything typed are left out.

    Args:
        schema: Table Schema of the indicator.
        baris: for each region `kode_wilayah` and the texts of the fields, as typed.

    Raises:
        IsianError: for no row at all, an unknown region, one twice, or a text that is too long.
    """
    names = [field["name"] for field in schema["fields"]]
    filled = [field["name"] for field in kolom_isian(schema)]
    lppd = schema["lppd"]
    regions = [region["kode"] for region in lppd["wilayah"]]
    typed: dict[str, dict[str, str]] = {}
    for row in baris:
        region = row.get("kode_wilayah") or ""
        if region not in regions:
            raise IsianError(f"Wilayah {region or '(kosong)'} tidak ada di daftar indikator ini.")
        if region in typed:
            raise IsianError(f"Wilayah {region} tertulis dua kali.")
        texts = {name: " ".join((row.get(name) or "").split()) for name in filled}
        if any(len(text) > MAX_TYPED for text in texts.values()):
            raise IsianError(f"Isian paling panjang {MAX_TYPED} huruf tiap kotak.")
        if any(texts.values()):
            typed[region] = texts
    if not typed:
        raise IsianError("Belum ada yang diisi. Isi paling sedikit satu baris.")
    fixed = {"kode_indikator": str(lppd["kode"]), "tahun": str(lppd["tahun"])}
    rows = [
        [{**fixed, "kode_wilayah": region, **typed[region]}[name] for name in names]
        for region in regions
        if region in typed
    ]
    return table_bytes(names, rows)


def csv_ubah(
    schema: Mapping[str, Any], source: Mapping[str, Any], ubahan: Sequence[UbahSel]
) -> tuple[bytes, list[str]]:
    """Write a checked table again with some cells mended.

    Args:
        schema: Table Schema that the table was checked against.
        source: `source` of its report.
        ubahan: the mended cells.

    Returns:
        The new CSV and, for each cell, "D3: old -> new".

    Raises:
        IsianError: for a cell that is not one of the table's, or a text that is too long.
    """
    fields = schema["fields"]
    names = [field["name"] for field in fields]
    place = {letters: names.index(name) for name, letters in source["kolom"] if letters}
    rows = {number: list(texts) for number, texts in source["baris"]}
    told = []
    for ubah in ubahan:
        found = _CELL.match(ubah.sel)
        column = place.get(found[1]) if found else None
        row = rows.get(int(found[2])) if found else None
        if column is None or row is None:
            raise IsianError(f"Sel {ubah.sel[:12]} tidak ada di tabel ini. Muat ulang halaman.")
        text = " ".join(ubah.nilai.split())
        if len(text) > MAX_TYPED:
            raise IsianError(f"Isian paling panjang {MAX_TYPED} huruf tiap sel.")
        told.append(f"{ubah.sel}: {row[column] or '(kosong)'} → {text or '(kosong)'}")
        row[column] = text
    return table_bytes(names, rows.values()), told
