"""The generated Table Schemas: accepted by frictionless, together with their own example files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from frictionless import Report, Resource, Schema, formats, system

from ckanext.lppd.katalog import (
    Edisi,
    Indikator,
    KatalogError,
    example_csv,
    schema_sha256,
    table_schema,
)

TAHUN = 2025


def periksa(folder: Path, isi: bytes, schema: dict[str, Any]) -> Report:
    """Validate bytes as the product does: named format, encoding and control, nothing trusted."""
    (folder / "isi.csv").write_bytes(isi)
    with system.use_context(trusted=False):
        return Resource(
            path="isi.csv",
            basepath=str(folder),
            scheme="file",
            format="csv",
            encoding="utf-8",
            control=formats.CsvControl(delimiter=","),
            schema=Schema.from_descriptor(schema),
        ).validate()


def ambil(edisi: Edisi, kode: str) -> tuple[Indikator, dict[str, Any]]:
    i = edisi.get(kode)
    assert i is not None
    return i, table_schema(edisi, i, TAHUN)


def kolom(schema: dict[str, Any], nama: str) -> dict[str, Any]:
    return next(f for f in schema["fields"] if f["name"] == nama)


def test_every_schema_and_its_example_pass_frictionless(edisi: Edisi, tmp_path: Path) -> None:
    for i in edisi.indikator:
        schema = table_schema(edisi, i, TAHUN)
        assert Schema.validate_descriptor(schema).valid, i.kode
        laporan = periksa(tmp_path, example_csv(edisi, i, TAHUN), schema)
        assert laporan.valid, (i.kode, laporan.flatten(["rowNumber", "fieldName", "note"]))
        assert len(laporan.tasks) == 1 and not laporan.warnings and laporan.tasks[0].stats["rows"]


def test_columns_of_a_ratio(edisi: Edisi) -> None:
    i, schema = ambil(edisi, "1.a.1")
    assert [f["name"] for f in schema["fields"]] == [
        "kode_indikator",
        "tahun",
        "kode_wilayah",
        "pembilang",
        "penyebut",
        "capaian",
        "keterangan",
    ]
    assert schema["primaryKey"] == ["kode_indikator", "tahun", "kode_wilayah"]
    assert kolom(schema, "pembilang")["title"] == i.pembilang
    assert schema["lppd"]["kolom_angka"] == ["pembilang", "penyebut", "capaian"]
    assert schema["lppd"]["batas"]["pembilang"] == {"min": "0"}
    assert schema["lppd"]["wajar"] == {"capaian": {"max": "100"}}


def test_regions_are_city_and_districts(edisi: Edisi) -> None:
    _, schema = ambil(edisi, "1.a.1")
    kode = kolom(schema, "kode_wilayah")["constraints"]["enum"]
    assert (len(kode), kode[0], kode[-1]) == (22, "12.71", "12.71.21")
    assert schema["lppd"]["wilayah_wajib"] == ["12.71"]


def test_numbers_use_a_decimal_comma_and_no_grouping(edisi: Edisi) -> None:
    for i in edisi.indikator:
        for f in table_schema(edisi, i, TAHUN)["fields"]:
            if f["type"] == "number":
                assert f["decimalChar"] == "," and "groupChar" not in f
            assert f["title"] and f["description"]


def test_result_is_required_only_where_it_cannot_be_computed(edisi: Edisi) -> None:
    for i in edisi.indikator:
        syarat = kolom(table_schema(edisi, i, TAHUN), "capaian")["constraints"]
        assert syarat.get("required", False) is not i.rumus.dihitung, i.kode


@pytest.mark.parametrize(
    ("kode", "baris", "sah"),
    [
        ("1.a.1", '1.a.1,2025,12.71,3,4,"75,0",', True),
        ("1.a.1", "1.a.1,2025,12.71,3,4,,", True),
        ("1.a.1", "1.a.1,2025,12.71,,4,,", False),
        ("1.a.1", "1.a.1,2025,12.71,-3,4,,", False),
        ("1.a.1", "1.a.1,2025,12.71,3.5,4,,", False),
        ("1.a.1", "1.a.1,2025,1271,3,4,,", False),
        ("1.a.1", "1.a.2,2025,12.71,3,4,,", False),
        ("1.a.1", "1.a.1,2026,12.71,3,4,,", False),
        ("1.a.1", "1.a.1,2025,12.71,3,4,,\r\n1.a.1,2025,12.71,3,4,,", False),
        ("2.l.2", "2.l.2,2025,12.71,9,4,225,", True),
        ("2.k.1", "2.k.1,2025,12.71,1,4,-75,", True),
        ("1.e.1", "1.e.1,2025,12.71,2,4,50,", False),
        ("4.e.2", "4.e.2,2025,12.71,5,", True),
        ("4.e.2", "4.e.2,2025,12.71,6,", False),
        ("F", 'F,2025,12.71,"0,39",', True),
        ("F", 'F,2025,12.71,"1,39",', False),
        ("A", "A,2025,12.71,,", False),
    ],
)
def test_frictionless_decides_by_the_schema(
    edisi: Edisi, tmp_path: Path, kode: str, baris: str, sah: bool
) -> None:
    _, schema = ambil(edisi, kode)
    judul = ",".join(f["name"] for f in schema["fields"])
    assert periksa(tmp_path, f"{judul}\r\n{baris}\r\n".encode(), schema).valid is sah


def test_a_bound_that_is_no_whole_number_keeps_its_comma(edisi: Edisi, tmp_path: Path) -> None:
    i, _ = ambil(edisi, "F")
    sempit = replace(i.batas[0], maksimum=i.batas[0].maksimum / 4)  # type: ignore[operator]
    ubahan = replace(i, batas=(sempit,))
    schema = table_schema(replace(edisi, indikator=(ubahan,)), ubahan, TAHUN)
    assert kolom(schema, "capaian")["constraints"]["maximum"] == "0,25"
    judul = b"kode_indikator,tahun,kode_wilayah,capaian,keterangan\r\n"
    assert periksa(tmp_path, judul + b'F,2025,12.71,"0,25",\r\n', schema).valid
    assert not periksa(tmp_path, judul + b'F,2025,12.71,"0,26",\r\n', schema).valid


def test_fingerprint_follows_every_rule(edisi: Edisi) -> None:
    i, schema = ambil(edisi, "1.a.1")
    assert schema_sha256(schema) == schema_sha256(dict(reversed(schema.items())))
    longgar = replace(i, wajar=())
    lain = table_schema(replace(edisi, indikator=(longgar,)), longgar, TAHUN)
    assert schema_sha256(lain) != schema_sha256(schema)
    assert schema_sha256(table_schema(edisi, i, 2026)) != schema_sha256(schema)


def test_year_and_edition_must_fit(edisi: Edisi) -> None:
    i, _ = ambil(edisi, "1.a.1")
    with pytest.raises(KatalogError, match="tahun 2024 tidak dicakup"):
        table_schema(edisi, i, 2024)
    with pytest.raises(KatalogError, match="bukan isinya"):
        table_schema(edisi, replace(i, edisi="2020"), TAHUN)


def test_examples_are_the_same_every_time_and_districts_add_up(edisi: Edisi) -> None:
    i, _ = ambil(edisi, "1.a.1")
    isi = example_csv(edisi, i, TAHUN)
    assert isi == example_csv(edisi, i, TAHUN)
    baris = [teks.split(",") for teks in isi.decode("utf-8").split("\r\n")[1:-1]]
    assert len(baris) == 22
    assert sum(int(b[3]) for b in baris[1:]) == int(baris[0][3])


def test_examples_hold_no_number_with_two_readings(edisi: Edisi) -> None:
    for i in edisi.indikator:
        for bagian in example_csv(edisi, i, TAHUN).decode("utf-8").split('"')[1::2]:
            angka, koma, desimal = bagian.partition(",")
            assert "." not in bagian and (not koma or len(desimal) != 3), (i.kode, angka)
