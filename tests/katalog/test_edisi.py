"""The shipped edition: complete, honest about its sources, and the same after any round trip."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from ckanext.lppd.katalog import Edisi, dataset_name, load_edisi, tulis_edisi

TUMBUH = ["2.k.1", "2.l.1", "2.p.2", "3.b.2", "3.b.3", "3.c.1", "3.c.2", "3.c.3", "3.e.3"]


def test_all_127_rows_load(edisi: Edisi) -> None:
    assert Counter(i.jenis for i in edisi.indikator) == {
        "makro": 6,
        "ikk_outcome": 104,
        "ikk_penunjang": 17,
    }
    assert Counter(i.keyakinan for i in edisi.indikator) == {"tinggi": 60, "sedang": 67}


def test_codes_are_text(edisi: Edisi) -> None:
    assert edisi.kode == "2025"
    assert {"1.b.1", "1.b.10", "1.c.10", "2.c", "A"} <= {i.kode for i in edisi.indikator}


def test_every_row_names_source_and_page(edisi: Edisi) -> None:
    assert all(i.sumber and i.halaman and i.sumber_data for i in edisi.indikator)
    assert {d.keyakinan for d in edisi.dasar} == {"tinggi", "sedang"}


def test_direction_is_not_invented(edisi: Edisi) -> None:
    assert all(i.arah is None for i in edisi.indikator)


def test_unit_is_normalised_and_source_text_kept(edisi: Edisi) -> None:
    assert Counter(i.satuan for i in edisi.indikator)["persen"] == 112
    assert edisi.get("3.a.2").satuan == "kg/kapita/tahun"  # type: ignore[union-attr]
    assert edisi.get("3.a.2").satuan_sumber == "Kg/Kap/Thn"  # type: ignore[union-attr]


def test_growth_indicators(edisi: Edisi) -> None:
    assert [i.kode for i in edisi.indikator if i.rumus.jenis == "pertumbuhan"] == TUMBUH
    for kode in TUMBUH:
        i = edisi.get(kode)
        assert i is not None
        assert " - " in i.pembilang
        assert all(b.kolom != "capaian" for b in i.batas), "growth may be negative"


def test_no_hard_upper_bound_on_any_percentage(edisi: Edisi) -> None:
    atas = {
        (i.kode, b.kolom)
        for i in edisi.indikator
        for b in i.batas
        if b.maksimum is not None and b.minimum != b.maksimum
    }
    assert atas == {("F", "capaian"), ("2.i.1", "capaian"), ("2.i.1", "wtd"), ("2.i.1", "wtl")}


def test_every_share_above_100_is_a_warning(edisi: Edisi) -> None:
    for i in edisi.indikator:
        if i.rumus.jenis in ("persentase", "rerata"):
            assert any(b.kolom == "capaian" and b.maksimum == 100 for b in i.wajar), i.kode


def test_every_counted_part_is_not_negative(edisi: Edisi) -> None:
    tanpa = {
        (i.kode, part.name)
        for i in edisi.indikator
        for part in i.rumus.parts
        if not any(b.kolom == part.name and b.minimum is not None for b in i.batas)
    }
    assert tanpa == {("3.e.1", "pertumbuhan_pdrb")}


@pytest.mark.parametrize(("kode", "nilai"), [("1.e.1", 3), ("2.f.3", 2), ("2.o", 918)])
def test_fixed_denominators(edisi: Edisi, kode: str, nilai: int) -> None:
    batas = {b.kolom: b for b in edisi.get(kode).batas}  # type: ignore[union-attr]
    assert batas["penyebut"].minimum == batas["penyebut"].maksimum == nilai


@pytest.mark.parametrize(
    ("kode", "bagian", "hasil"),
    [
        ("1.a.1", {"pembilang": "3", "penyebut": "4"}, "75"),
        ("2.k.1", {"nilai_n": "90", "nilai_n_1": "100"}, "-10"),
        ("2.q.1", {"pra_membaca": "0.6", "saat_membaca": "0.7", "pasca_membaca": "0.8"}, "72"),
        ("2.q.2", {"kepatuhan": "0.5", "kinerja": "0.9"}, "78"),
        ("2.r", {"a": "10", "i": "20", "s": "30", "j": "40"}, "25"),
        ("2.i.1", {"ktd": "0.9", "wtd": "70", "ktl": "0.5", "wtl": "30"}, "0.78"),
    ],
)
def test_formula_of_the_source(edisi: Edisi, kode: str, bagian: dict[str, str], hasil: str) -> None:
    rumus = edisi.get(kode).rumus  # type: ignore[union-attr]
    assert rumus.compute({n: Decimal(t) for n, t in bagian.items()}) == Decimal(hasil)


def test_dataset_name(edisi: Edisi) -> None:
    i = edisi.get("1.a.1")
    assert i is not None
    assert i.slug == "1-a-1"
    assert dataset_name(i, 2025) == "ikk-2025-1-a-1-2025"
    assert len({dataset_name(i, 2025) for i in edisi.indikator}) == 127


def test_years_covered(edisi: Edisi) -> None:
    assert not edisi.covers(2024)
    assert edisi.covers(2025) and edisi.covers(2030)


def test_dict_round_trip_is_identical(edisi: Edisi) -> None:
    data = json.loads(json.dumps(edisi.to_dict()))
    kembali = Edisi.from_dict(data)
    assert kembali == edisi
    assert kembali.to_dict() == edisi.to_dict()
    assert kembali.sha256 == edisi.sha256


def test_file_round_trip_is_identical(edisi: Edisi, tmp_path: Path) -> None:
    tulis_edisi(edisi, tmp_path)
    tulis_edisi(load_edisi(tmp_path), tmp_path)
    assert load_edisi(tmp_path) == edisi
    assert b"wilayah: wilayah.csv" in (tmp_path / "edisi.yaml").read_bytes()
