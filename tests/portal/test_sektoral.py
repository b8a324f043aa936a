"""A sectoral dataset goes the same way, checked by its own data dictionary."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model.isian_store import isian_of_package
from tests.portal.conftest import City, as_upload

pytestmark = pytest.mark.usefixtures("clean_index")

METADATA = {
    "title": "Jumlah Pasar Rakyat",
    "notes": "Pasar rakyat menurut kecamatan.",
    "license_id": "cc-by",
    "konsep": "Pasar rakyat",
    "definisi": "Pasar yang dikelola pemerintah kota",
    "klasifikasi": "Menurut kecamatan",
    "ukuran": "Jumlah",
    "satuan": "unit",
    "frekuensi": "tahunan",
    "tingkat_penyajian": "kecamatan",
    "jadwal_rilis": "Maret",
    "kamus_data": "kecamatan; teks\njumlah; bulat; unit",
}
GOOD = b"kecamatan,jumlah\nMedan Kota,12\nMedan Area,7\n"


@pytest.fixture
def dataset(city: City) -> dict[str, Any]:
    """Make a sectoral dataset with its data dictionary."""
    return city.call(
        "produsen",
        "package_create",
        type="data-sektoral",
        name="jumlah-pasar-rakyat",
        owner_org=city.agencies["disdukcapil"],
        private=False,
        **METADATA,
    )


def uploaded(city: City, dataset: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Upload a file to the isian behind the dataset."""
    isian = isian_of_package(dataset["id"])
    assert isian is not None
    upload = as_upload(content, "pasar.csv")
    return city.call("produsen", "lppd_isian_unggah", id=isian.id, upload=upload)


def test_it_is_private_from_the_start(city: City, dataset: dict[str, Any]) -> None:
    assert dataset["private"] is True
    with pytest.raises(toolkit.NotAuthorized):
        city.call("anonim", "package_show", id=dataset["id"])


def test_the_whole_chain(city: City, dataset: dict[str, Any]) -> None:
    isian = uploaded(city, dataset, GOOD)
    assert isian["berkas"][0]["verdict"]["valid"], isian["berkas"][0]["verdict"]
    city.call("produsen", "lppd_ajukan", id=isian["id"])
    manifest = city.call("walidata", "lppd_isian_show", id=isian["id"])["manifest"]
    city.call("walidata", "lppd_setujui", id=isian["id"], manifest=manifest)
    city.call("walidata", "lppd_terbitkan", id=isian["id"], manifest=manifest)
    shown = city.call("anonim", "package_show", id=dataset["id"])
    assert shown["private"] is False
    assert shown["resources"][0]["sha256"] == isian["berkas"][0]["sha256"]


def test_a_file_against_its_dictionary(city: City, dataset: dict[str, Any]) -> None:
    isian = uploaded(city, dataset, GOOD.replace(b",12", b",dua belas"))
    verdict = isian["berkas"][0]["verdict"]
    assert not verdict["valid"]
    assert [(f["code"], f["cell"]) for f in verdict["findings"]] == [("bukan_angka", "B2")]


def test_changing_the_dictionary_asks_for_a_new_check(city: City, dataset: dict[str, Any]) -> None:
    isian = uploaded(city, dataset, GOOD)
    kamus = "kecamatan; teks\njumlah; tahun"
    city.call("produsen", "package_patch", id=dataset["id"], kamus_data=kamus)
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("produsen", "lppd_ajukan", id=isian["id"])
    assert "belum diperiksa" in str(refusal.value.error_dict)
    model.Session.rollback()
    checked = city.call("produsen", "lppd_periksa", id=isian["id"])
    assert not checked["berkas"][0]["verdict"]["valid"]


def test_a_broken_dictionary_is_said_so(city: City, dataset: dict[str, Any]) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("produsen", "package_patch", id=dataset["id"], kamus_data="a; b; c; d; e; f")
        uploaded(city, dataset, GOOD)
    assert "kamus" in str(refusal.value.error_dict).lower()


def test_metadata_of_standar_data_is_required(city: City, dataset: dict[str, Any]) -> None:
    isian = uploaded(city, dataset, GOOD)
    city.call("produsen", "package_patch", id=dataset["id"], definisi="", jadwal_rilis="-")
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("produsen", "lppd_ajukan", id=isian["id"])
    assert {"definisi", "jadwal_rilis"} <= set(refusal.value.error_dict)
