"""Data dictionaries of sectoral tables."""

from __future__ import annotations

import pytest
from frictionless import Schema
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lppd.katalog import KatalogError, table_schema_sektoral

KAMUS = """nama; tipe; satuan; keterangan

kecamatan; teks; ; Nama kecamatan
jumlah_siswa; bulat; orang; SD; SMP
Luas Wilayah; Angka; ha
tanggal; tanggal
tahun; tahun
"""


def test_columns() -> None:
    schema = table_schema_sektoral(KAMUS, "Jumlah Siswa")
    assert Schema.validate_descriptor(schema).valid
    assert [(f["name"], f["type"]) for f in schema["fields"]] == [
        ("kecamatan", "string"),
        ("jumlah_siswa", "integer"),
        ("Luas Wilayah", "number"),
        ("tanggal", "date"),
        ("tahun", "year"),
    ]
    assert schema["fields"][1]["title"] == "Jumlah siswa"
    assert schema["fields"][1]["description"].startswith("SD; SMP Satuan: orang.")
    assert schema["fields"][2]["decimalChar"] == ","
    assert schema["lppd"]["kolom_angka"] == ["jumlah_siswa", "Luas Wilayah"]
    assert schema["lppd"]["satuan_kolom"] == {"jumlah_siswa": "orang", "Luas Wilayah": "ha"}


@pytest.mark.parametrize(
    ("kamus", "baris", "pesan"),
    [
        ("", None, "masih kosong"),
        ("nama; tipe", None, "masih kosong"),
        ("a; teks\n\nb", 3, "'b' belum lengkap"),
        ("a; teks\nb; uang", 2, "tipe 'uang' tidak dikenal"),
        ("a; teks\n; teks", 2, "nama kolom kosong"),
        ("a; teks\nA; angka", 2, "kolom 'A' sudah ada di baris 1"),
        (f"{'a' * 101}; teks", 1, "lebih dari 100 huruf"),
        ("\n".join(f"k{i}; teks" for i in range(201)), None, "paling banyak 200"),
    ],
)
def test_unclear_dictionaries(kamus: str, baris: int | None, pesan: str) -> None:
    with pytest.raises(KatalogError) as salah:
        table_schema_sektoral(kamus, "Judul")
    assert salah.value.line == baris
    assert pesan in salah.value.message


@given(st.text(alphabet="ab;\n\t teksangka\u2028", max_size=60))
def test_any_text_gives_a_usable_schema_or_an_error(kamus: str) -> None:
    try:
        schema = table_schema_sektoral(kamus, "Judul")
    except KatalogError:
        return
    assert Schema.validate_descriptor(schema).valid
