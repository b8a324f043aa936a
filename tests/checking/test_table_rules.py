"""Districts against the city, this year against the last: at the right cell, with both numbers."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import check, check_in_sandbox
from ckanext.lppd.katalog import load_edisi, schemas_dir, table_schema

EDISI = load_edisi(schemas_dir() / "edisi" / "2025")
CODE = "1.a.1"
HEAD = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
DISTRICTS = [w.kode for w in EDISI.wilayah if w.tingkat == "kecamatan"]


@pytest.fixture
def medan(bench: Any) -> Any:
    """A bench with the schema of a real indicator: one city, 21 districts."""
    indikator = EDISI.get(CODE)
    assert indikator is not None
    bench.schema = table_schema(EDISI, indikator, 2025)
    return bench


def table(parts: dict[str, tuple[str, str]], why: str = "") -> str:
    """Rows of the real schema; results are computed."""
    return "".join(f'{CODE},2025,{k},"{a}","{b}",,{why}\n' for k, (a, b) in parts.items())


def whole(part: str = "10", of: str = "20", *, leave: int = 0) -> dict[str, tuple[str, str]]:
    """The city as the sum of equal districts, the last `leave` of them left out."""
    kept = DISTRICTS[: len(DISTRICTS) - leave]
    total = tuple(
        str(Decimal(n.replace(",", ".")) * len(kept)).replace(".", ",") for n in (part, of)
    )
    return {"12.71": (total[0], total[1])} | {code: (part, of) for code in kept}


def test_parts_that_add_up(medan: Any) -> None:
    report = medan.csv(table(whole()), head=HEAD)
    assert report.valid
    assert not report.warnings


def test_sum_names_both_numbers_and_cells(medan: Any) -> None:
    rows = whole() | {"12.71": ("211", "420")}
    finding = medan.one(medan.csv(table(rows), head=HEAD), "jumlah_wilayah")
    assert (finding.cell, finding.value) == ("D2", "211")
    assert finding.message() == (
        "Sel D2 (pembilang): Kota Medan (12.71) 211, tetapi jumlah 21 kecamatan (D3:D23) = 210; "
        "selisih 1. Perbaiki yang keliru."
    )
    assert "D3:D23" in finding.message("en")


def test_sum_of_scattered_rows_lists_the_cells(medan: Any) -> None:
    text = table({DISTRICTS[0]: ("1", "2"), "12.71": ("9", "4"), DISTRICTS[1]: ("3", "2")})
    found = [item for item in medan.csv(text, head=HEAD).errors]
    assert [(item.code, item.cell) for item in found] == [("jumlah_wilayah", "D3")]
    assert found[0].params["sel_bagian"] == "D2, D4"


def test_a_city_alone_has_nothing_to_add_up(medan: Any) -> None:
    report = medan.csv(table({"12.71": ("10", "20")}), head=HEAD)
    assert report.valid
    assert not report.warnings


def test_a_cell_that_is_wrong_already_is_not_added_up(medan: Any) -> None:
    rows = whole() | {DISTRICTS[3]: ("1.000", "20")}
    assert [f.code for f in medan.csv(table(rows), head=HEAD).errors] == ["angka_dua_arti"]


def test_rounded_parts_may_differ_by_their_rounding(medan: Any) -> None:
    rows = whole("10,3", "20") | {"12.71": ("216,4", "420")}
    assert medan.csv(table(rows), head=HEAD).valid  # 216,3 by addition
    rows["12.71"] = ("218,4", "420")
    medan.one(medan.csv(table(rows), head=HEAD), "jumlah_wilayah")


def test_the_mean_of_the_districts_is_no_result(medan: Any) -> None:
    shares = {DISTRICTS[0]: ("10", "10", "100"), DISTRICTS[1]: ("0", "90", "0")}
    rows = [f"{CODE},2025,12.71,10,100,50,\n"]
    rows += [f"{CODE},2025,{code},{a},{b},{c},\n" for code, (a, b, c) in shares.items()]
    finding = medan.one(medan.csv("".join(rows), head=HEAD), "capaian_berbeda")
    assert (finding.cell, finding.params["hasil"]) == ("F2", "10,00")


def test_parts_that_do_not_add_up_by_the_catalogue(medan: Any) -> None:
    medan.schema["lppd"]["aturan"]["aditif"] = ["pembilang"]
    rows = whole() | {"12.71": ("210", "999")}
    assert medan.csv(table(rows), head=HEAD).valid


def test_missing_districts_are_named(medan: Any) -> None:
    report = medan.csv(table(whole(leave=2)), head=HEAD)
    assert report.valid
    (finding,) = report.warnings
    assert (finding.code, finding.cell) == ("kecamatan_kurang", "C2")
    assert "2 dari 21 kecamatan" in finding.message()
    for code in DISTRICTS[-2:]:
        assert code in finding.message()


def test_missing_districts_do_not_excuse_the_sum(medan: Any) -> None:
    rows = whole(leave=1) | {"12.71": ("210", "420")}
    codes = [item.code for item in medan.csv(table(rows), head=HEAD).errors]
    assert codes == ["jumlah_wilayah"] * 2


def test_outlier_among_districts(medan: Any) -> None:
    rows = {code: (str(40 + n), "100") for n, code in enumerate(DISTRICTS)}
    rows[DISTRICTS[5]] = ("1", "100")
    total = sum(int(a) for a, _ in rows.values())
    report = medan.csv(table({"12.71": (str(total), "2100")} | rows), head=HEAD)
    assert [(f.code, f.cell) for f in report.warnings] == []
    rows = {code: (str(400 + n), "1000") for n, code in enumerate(DISTRICTS)}
    rows[DISTRICTS[5]] = ("4", "1000")
    total = sum(int(a) for a, _ in rows.values())
    report = medan.csv(table({"12.71": (str(total), "21000")} | rows), head=HEAD)
    assert [(f.code, f.cell) for f in report.warnings] == [("pencilan", "F8")]


def reference(**city: str) -> dict[str, Any]:
    return {"tahun": 2024, "rilis": "rilis-7", "versi": 3, "nilai": {"12.71": city}}


@pytest.mark.parametrize(
    ("before", "part", "cell"),
    [
        ({"capaian": "10.00"}, "31", "F2"),  # 21 points
        ({"capaian": "11.00"}, "31", None),  # 20 points: not more than the threshold
        ({"capaian": "31", "pembilang": "15"}, "31", "D2"),  # more than twice
        ({"capaian": "31", "pembilang": "16"}, "31", None),
        ({"capaian": "1", "pembilang": "1"}, "9", None),  # ninefold, but by eight only
        ({"capaian": "31", "pembilang": "0"}, "31", "D2"),
        ({}, "31", None),
    ],
)
def test_jump(medan: Any, before: dict[str, str], part: str, cell: str | None) -> None:
    medan.reference = reference(**before)
    report = medan.csv(table({"12.71": (part, "100")}), head=HEAD)
    assert report.valid
    found = [item.cell for item in report.warnings if item.code == "lompatan"]
    assert found == ([cell] if cell else [])


def test_jump_in_words(medan: Any) -> None:
    medan.reference = reference(capaian="61.7", pembilang="617", penyebut="1000")
    report = medan.csv(table({"12.71": ("986", "1000")}), head=HEAD)
    (finding,) = report.warnings
    assert finding.message() == (
        "Sel F2 (capaian): Kota Medan (12.71) berubah dari 61,7 (2024) menjadi 98,60 (2025). Bila "
        "benar, tulis penjelasan singkat di kolom keterangan baris itu."
    )
    report = medan.csv(table({"12.71": ("986", "1000")}, why="sensus baru"), head=HEAD)
    assert not report.warnings
    (finding,) = [item for item in report.findings if item.code == "lompatan_dijelaskan"]
    assert finding.level == "info"
    assert finding.message().endswith('menjadi 98,60 (2025). Penjelasan: "sensus baru".')


def test_same_as_last_year(medan: Any) -> None:
    before = {"pembilang": "31", "penyebut": "100", "capaian": "31.00"}
    medan.reference = reference(**before)
    (finding,) = medan.csv(table({"12.71": ("31", "100")}), head=HEAD).warnings
    assert (finding.code, finding.cell) == ("sama_tahun_lalu", "F2")
    assert not medan.csv(table({"12.71": ("32", "100")}), head=HEAD).warnings
    # a new district was not there last year: not the same table
    both = table({"12.71": ("31", "100"), DISTRICTS[0]: ("31", "100")})
    assert "sama_tahun_lalu" not in medan.csv(both, head=HEAD).counts


def test_the_report_says_what_was_compared_with(medan: Any) -> None:
    plain = medan.csv(table({"12.71": ("31", "100")}), head=HEAD)
    assert plain.pembanding is None
    medan.reference = reference(capaian="1")
    report = medan.csv(table({"12.71": ("31", "100")}), head=HEAD)
    assert report.pembanding is not None
    assert report.pembanding["rilis"] == "rilis-7"
    assert (report.pembanding["tahun"], report.pembanding["versi"]) == (2024, 3)
    # the verdict follows from bytes and schema; last year only adds questions
    assert (report.valid, report.schema_sha256) == (plain.valid, plain.schema_sha256)


def test_the_sandbox_compares_too(medan: Any) -> None:
    path: Path = medan.file((HEAD + table({"12.71": ("31", "100")})).encode())
    given = reference(capaian="1")
    inside = check(path, format="csv", schema=medan.schema, reference=given)
    assert inside.warnings
    assert check_in_sandbox(path, format="csv", schema=medan.schema, reference=given) == inside


@pytest.mark.parametrize(
    "broken",
    [{}, {"tahun": 2024}, reference(capaian="x"), reference(capaian="NaN"), {"nilai": []}],
)
def test_a_reference_that_is_none(medan: Any, broken: dict[str, Any]) -> None:
    medan.reference = broken
    report = medan.csv(table({"12.71": ("31", "100")}), head=HEAD)
    assert [item.code for item in report.errors] == ["skema_rusak"]


@pytest.mark.parametrize("change", [{"induk": None}, {"lompatan": []}, {"pencilan": {"batas": 1}}])
def test_rules_that_cannot_be_read(medan: Any, change: dict[str, Any]) -> None:
    medan.schema = copy.deepcopy(medan.schema)
    rules = medan.schema["lppd"]["aturan"]
    rules.update(change)
    if change == {"induk": None}:
        del rules["induk"]
    report = medan.csv(table({"12.71": ("31", "100")}), head=HEAD)
    assert [item.code for item in report.errors] == ["skema_rusak"]


@pytest.mark.parametrize(
    "other", ["Medan Kota", "KECAMATAN MEDAN KOTA", "kec. medan kota", "1275060", "12,71,01"]
)
def test_one_region_twice_under_two_names(medan: Any, other: str) -> None:
    rows = table({"12.71": ("2", "4"), "12.71.01": ("1", "2"), other: ("1", "2")})
    report = medan.csv(rows.replace("12,71,01", '"12,71,01"'), head=HEAD)
    assert [(f.code, f.row) for f in report.errors] == [("baris_ganda", 4)]
    assert report.errors[0].params["baris_lain"] == "3"


def test_every_region_by_all_its_names(medan: Any) -> None:
    """Each district by code, BPS code, name and alias gives its own code and no other."""
    for region in EDISI.wilayah:
        if region.tingkat != "kecamatan":
            continue
        for name in (region.kode_bps, region.nama, region.nama.upper(), *region.alias):
            text = table({"12.71": ("1", "2"), name: ("1", "2")})
            report = medan.csv(text, head=HEAD)
            assert report.valid, (name, report.errors)
            assert report.values[1]["kode_wilayah"] == region.kode
