"""Files as people send them by mistake: one clear sentence each, nothing valid, nothing public."""

from __future__ import annotations

import pytest
from ckan.plugins import toolkit

from tests.portal.conftest import Chain, indicator_csv

GOOD = indicator_csv
HEADER = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"

BAD_FILES: dict[str, tuple[bytes, str, str]] = {
    "missing header": (
        b'2.f.1,2025,12.71,690,1243,"55,51",\n',
        "capaian.csv",
        "kepala_tidak_ditemukan",
    ),
    "missing column": (
        b"kode_indikator,tahun,kode_wilayah,pembilang,capaian\n2.f.1,2025,12.71,690,\n",
        "capaian.csv",
        "kolom_hilang",
    ),
    "text in a number": (
        (HEADER + "2.f.1,2025,12.71,seribu,1243,,\n").encode(),
        "capaian.csv",
        "bukan_angka",
    ),
    "two readings": (
        (HEADER + "2.f.1,2025,12.71,1.234,5000,,\n").encode(),
        "capaian.csv",
        "angka_dua_arti",
    ),
    "wrong year": (
        (HEADER + "2.f.1,2024,12.71,690,1243,,\n").encode(),
        "capaian.csv",
        "tahun_salah",
    ),
    "unknown region": (
        (HEADER + "2.f.1,2025,12.71,690,1243,,\n2.f.1,2025,99.99,1,2,,\n").encode(),
        "capaian.csv",
        "wilayah_tidak_dikenal",
    ),
    "header only": (HEADER.encode(), "capaian.csv", "tanpa_baris"),
    "PDF renamed": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "capaian.xlsx", "berkas_bukan_xlsx"),
    "0 bytes": (b"", "capaian.csv", "berkas_nol_byte"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_one_clear_error_and_nothing_valid(chain: Chain, name: str) -> None:
    content, filename, code = BAD_FILES[name]
    isian = chain.upload(content, filename=filename)
    verdict = isian["capaian"]["verdict"]
    errors = [f for f in verdict["findings"] if f["level"] == "kesalahan"]
    assert not verdict["valid"]
    assert [error["code"] for error in errors] == [code], errors
    assert errors[0]["pesan"].endswith(".")
    assert isian["state"] == "draf"
    with pytest.raises(toolkit.ValidationError):
        chain.act("ajukan", "produsen")
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=isian["package_id"])


@pytest.mark.parametrize(
    ("filename", "hint"), [("x.pdf", "CSV"), ("x.xls", ".xlsx"), ("x", "CSV"), ("x.csv.exe", "CSV")]
)
def test_other_kinds_of_file_are_refused_by_name(chain: Chain, filename: str, hint: str) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.upload(GOOD(), filename=filename)
    assert hint in str(refusal.value.error_dict)
    isian = chain.city.call("produsen", "lppd_isian_show", id=chain.id)
    assert (isian["state"], isian["package_id"]) == ("belum_diisi", None)


def test_nothing_chosen(chain: Chain) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.city.call("produsen", "lppd_isian_unggah", id=chain.id)
    assert "Pilih berkas" in str(refusal.value.error_dict)


def test_text_is_stored_as_the_same_file(chain: Chain) -> None:
    text = GOOD().decode()
    isian = chain.city.call("produsen", "lppd_isian_unggah", id=chain.id, teks=text)
    assert isian["capaian"]["verdict"]["valid"]
    assert isian["capaian"]["filename"] == "capaian.csv"


def test_metadata_must_be_there_to_submit(chain: Chain) -> None:
    isian = chain.upload()
    chain.city.call("produsen", "package_patch", id=isian["package_id"], konsep="-")
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("ajukan", "produsen")
    assert "konsep" in refusal.value.error_dict
