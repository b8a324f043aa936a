"""Who reads, uploads, assigns and opens years; the acts themselves are in `test_matrix`."""

from __future__ import annotations

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import OrganizationRole
from tests.portal.conftest import Chain, City


@pytest.mark.parametrize("who", ["produsen_lain", "orang_luar", "anonim"])
def test_an_isian_is_not_shown_to_others(chain: Chain, who: str) -> None:
    with pytest.raises(toolkit.NotAuthorized):
        chain.show(who)
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "lppd_riwayat", id=chain.id)


@pytest.mark.parametrize("who", ["anggota", "walidata", "pembina", "perencana", "pengawas"])
def test_reviewers_and_members_read_a_private_dataset(chain: Chain, who: str) -> None:
    package_id = chain.upload()["package_id"]
    assert chain.show(who)["package_id"] == package_id
    assert chain.city.call(who, "package_show", id=package_id)["private"] is True


@pytest.mark.parametrize("who", ["produsen_lain", "orang_luar", "anonim"])
def test_strangers_do_not_read_a_private_dataset(chain: Chain, who: str) -> None:
    package_id = chain.upload()["package_id"]
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "package_show", id=package_id)


@pytest.mark.parametrize("who", ["produsen_lain", "anggota", "walidata", "sysadmin", "orang_luar"])
def test_only_the_producer_uploads(chain: Chain, who: str) -> None:
    with pytest.raises(toolkit.NotAuthorized):
        chain.upload(who=who)


@pytest.mark.parametrize("who", ["produsen2", "walidata2", "perencana"])
def test_only_a_sysadmin_sets_the_part_of_an_organisation(city: City, who: str) -> None:
    data = {"id": "disdukcapil", "peran_sdi": "walidata"}
    with pytest.raises(toolkit.NotAuthorized):
        city.call(who, "lppd_organisasi_atur", **data)
    assert city.call("sysadmin", "lppd_organisasi_atur", **data)["peran_sdi"] == "walidata"


def test_an_unknown_part_is_refused(city: City) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("sysadmin", "lppd_organisasi_atur", id="disdukcapil", peran_sdi="raja")
    assert "peran_sdi" in refusal.value.error_dict


def test_lists_show_what_one_may_read(chain: Chain) -> None:
    for who, count in (("produsen", 1), ("produsen_lain", 0), ("pengawas", 1), ("orang_luar", 0)):
        assert chain.city.call(who, "lppd_isian_list")["count"] == count
    chain.submitted()
    assert chain.city.call("walidata", "lppd_isian_list", antrean="walidata")["count"] == 1
    assert chain.city.call("pembina", "lppd_isian_list", antrean="pembina")["count"] == 0


def test_opening_a_year_is_idempotent_and_assigns_by_urusan(city: City) -> None:
    with pytest.raises(toolkit.NotAuthorized):
        city.call("produsen", "lppd_tahun_buka", edisi="2025", tahun=2025)
    first = city.call("perencana", "lppd_tahun_buka", edisi="2025", tahun=2025)
    again = city.call("walidata", "lppd_tahun_buka", edisi="2025", tahun=2025)
    assert (first["dibuat"], again["dibuat"], again["sudah_ada"]) == (127, 0, 127)
    mine = city.call("produsen", "lppd_isian_list", saya=True)
    assert mine["count"] == 7
    assert all(row["kode"].startswith("2.f") for row in mine["results"])
    with pytest.raises(toolkit.ValidationError):
        city.call("walidata", "lppd_tahun_buka", edisi="2025", tahun=2019)


def test_assigning(city: City) -> None:
    city.call("walidata", "lppd_tahun_buka", edisi="2025", tahun=2025)
    isian = city.call("walidata", "lppd_isian_show", edisi="2025", kode="A", tahun=2025)
    assert isian["owner_org"] is None
    assigned = city.call(
        "perencana", "lppd_isian_tugaskan", id=isian["id"], owner_org="bappeda", prioritas=True
    )
    assert (assigned["owner_org_title"], assigned["prioritas"]) == ("Bappeda", True)
    with pytest.raises(toolkit.NotAuthorized):
        city.call("produsen", "lppd_isian_tugaskan", id=isian["id"], owner_org="disdukcapil")


def test_parts_are_counted_by_role_table(city: City) -> None:
    rows = city.call("anonim", "lppd_organisasi_list")
    assert {row["name"]: row["peran_sdi"] for row in rows}["bps"] == "pembina"
    assert model.Session.query(OrganizationRole).count() == len(rows)
