"""The example file of every indicator of the shipped edition passes every rule of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.lppd.checking import check
from ckanext.lppd.katalog import Edisi, example_csv, load_edisi, schemas_dir, table_schema

YEAR = 2025


@pytest.fixture(scope="module")
def edisi() -> Edisi:
    return load_edisi(schemas_dir() / "edisi" / "2025")


def test_every_example_passes(edisi: Edisi, tmp_path: Path) -> None:
    assert len(edisi.indikator) == 127
    refused = {}
    for indikator in edisi.indikator:
        path = tmp_path / "capaian.csv"
        path.write_bytes(example_csv(edisi, indikator, YEAR))
        report = check(path, format="csv", schema=table_schema(edisi, indikator, YEAR))
        if not report.valid or report.warnings:
            refused[indikator.kode] = [item.message() for item in report.findings]
    assert refused == {}
