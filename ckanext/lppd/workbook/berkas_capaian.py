"""The `capaian` file of one indicator and year made from a single figure of a table."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..checking import Report, check
from ..katalog.berkas import table_bytes
from ..numbers import write_number


def capaian_csv(schema: Mapping[str, Any], value: Decimal, keterangan: str) -> bytes:
    """A CSV (UTF-8, comma) with the columns of a table schema and one row: the whole region.

    Every digit of value is written, closing zeros too. schema: of an indicator without parts.
    """
    lppd = schema["lppd"]
    isi = {
        "kode_indikator": lppd["kode"],
        "tahun": str(lppd["tahun"]),
        "kode_wilayah": lppd["wilayah_wajib"][0],
        "capaian": write_number(value),
        "keterangan": keterangan,
    }
    kolom = [str(item["name"]) for item in schema["fields"]]
    return table_bytes(kolom, [[isi.get(nama, "") for nama in kolom]])


def check_capaian(data: bytes, schema: Mapping[str, Any]) -> Report:
    """What the portal's check says about such a file.

    In this process: the bytes are our own, of a handful of cells.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "capaian.csv"
        path.write_bytes(data)
        return check(path, format="csv", schema=schema)
