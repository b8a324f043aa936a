"""Enrolling an organisation: drafts and newcomers are governed, nothing else notices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.lib.navl.dictization_functions import DataError
from ckan.plugins import toolkit
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.cli import get_commands
from ckanext.lppd.model import EnrolledOrg, GovernedDataset, ScopeLog
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import manifest
from ckanext.lppd.release.selfcheck import run_selfcheck
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import City, as_upload
from tests.portal.ordinary import (
    GOOD,
    ORG,
    Counter,
    anybody,
    as_person,
    enrol,
    make,
    sql,
    walk_to_public,
)

pytestmark = pytest.mark.usefixtures("clean_index")
lppd = get_commands()[0]


def test_a_dry_run_counts_and_lists_and_changes_nothing(city: City) -> None:
    make(city, "terbuka")
    make(city, "tertutup", private=True)
    city.call(
        "produsen_lain",
        "package_create",
        type="data-sektoral",
        name="sektoral",
        title="Sektoral",
        owner_org=city.agencies[ORG],
    )
    found = enrol(city, uji=True)
    assert found["jumlah"] == {"warisan": 1, "draf": 1, "dibiarkan": 1}
    names = {key: [row["name"] for row in found[key]] for key in ("warisan", "draf", "dibiarkan")}
    assert names == {"warisan": ["terbuka"], "draf": ["tertutup"], "dibiarkan": ["sektoral"]}
    assert "2 dataset memuat tautan" in " ".join(found["perhatian"])
    for table in (EnrolledOrg, GovernedDataset, ScopeLog):
        assert model.Session.query(table).count() == 0


def test_a_private_dataset_becomes_a_draft_and_is_published(city: City, web: Any) -> None:
    draft = make(city, "draf", private=True)
    link, file = draft["resources"]
    enrol(city)
    isian = isian_of_package(draft["id"])
    assert isian is not None and (isian.kind, isian.state) == ("sektoral", "draf")
    assert city.call("walidata", "package_show", id=draft["id"])["id"] == draft["id"]
    found = city.call("walidata", "package_search", q="name:draf", include_private=True)
    assert [hit["name"] for hit in found["results"]] == ["draf"]
    with pytest.raises(toolkit.ValidationError) as refusal:
        walk_to_public(city, draft["id"])
    assert "tautan" in str(refusal.value.error_dict)
    model.Session.rollback()
    city.call("produsen_lain", "resource_delete", id=link["id"])
    published = walk_to_public(city, draft["id"])
    assert published["state"] == "terpublikasi"
    now = json.loads(anybody(city, draft["id"]))
    assert now["resources"][0]["id"] == file["id"]
    path = f"/dataset/{draft['id']}/resource/{file['id']}/download/data.csv"
    assert web.get(path).data == GOOD


def test_a_new_dataset_is_governed_whatever_its_type(city: City) -> None:
    enrol(city)
    for name, extra in (("baru", {}), ("asing", {"type": "peta"})):
        dataset = city.call(
            "produsen_lain",
            "package_create",
            name=name,
            title="Baru",
            notes="Isi",
            license_id="cc-by",
            owner_org=ORG,
            private=False,
            **extra,
        )
        assert dataset["private"] is True
        assert manifest.package_row(name).governed
        assert anybody(city, name) == ""
    city.call(
        "produsen_lain",
        "resource_create",
        package_id="baru",
        upload=as_upload(GOOD, "data.csv"),
        url="data.csv",
    )
    walk_to_public(city, manifest.package_row("baru").id)
    assert anybody(city, "baru") != ""
    with pytest.raises(toolkit.ValidationError):
        city.call("sysadmin", "package_patch", id="baru", title="Lain")


def test_odd_extras_are_left_to_core_to_refuse(city: City) -> None:
    enrol(city)
    for extras in (["x"], "x", {"a": "b"}):
        with pytest.raises((toolkit.ValidationError, DataError)):
            city.call("produsen_lain", "package_create", name="b", owner_org=ORG, extras=extras)
        model.Session.rollback()


def test_a_stranger_learns_nothing_by_moving_a_dataset_in(city: City) -> None:
    dataset = make(city, "tertutup", "disdukcapil", private=True)
    enrol(city)
    for who in ("orang_luar", "produsen_lain"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, "package_update", id=dataset["id"], owner_org=ORG, private=False)
        model.Session.rollback()


def test_a_dictionary_in_the_extras_counts(city: City) -> None:
    enrol(city)
    dataset = city.call(
        "produsen_lain",
        "package_create",
        name="baru",
        owner_org=ORG,
        extras=[{"key": "kamus_data", "value": "kecamatan; teks\njumlah; bulat"}],
    )
    isian = isian_of_package(dataset["id"])
    assert isian is not None
    upload = as_upload(GOOD.replace(b"12", b"dua"), "data.csv")
    shown = city.call("produsen_lain", "lppd_isian_unggah", id=isian.id, upload=upload)
    assert [f["code"] for f in shown["berkas"][0]["verdict"]["findings"]] == ["bukan_angka"]


def test_moving_in_closed_is_governed_and_open_is_refused(city: City) -> None:
    enrol(city)
    private = make(city, "tertutup", "disdukcapil", private=True)
    patched = make(city, "tertutup-juga", "disdukcapil", private=True)
    public = make(city, "terbuka", "disdukcapil")
    seen = anybody(city, public["id"])
    for action, data in (
        ("package_owner_org_update", {"organization_id": ORG}),
        ("package_patch", {"owner_org": ORG}),
    ):
        with pytest.raises(toolkit.ValidationError) as refusal:
            city.call("sysadmin", action, id=public["id"], **data)
        assert "tertutup" in str(refusal.value.error_dict)
        model.Session.rollback()
    with pytest.raises(IntegrityError):
        sql(
            f"UPDATE package SET owner_org = '{city.agencies[ORG]}' WHERE id = :id", id=public["id"]
        )
    assert anybody(city, public["id"]) == seen
    city.call("sysadmin", "package_owner_org_update", id=private["id"], organization_id=ORG)
    city.call("sysadmin", "package_patch", id=patched["id"], owner_org=city.agencies[ORG])
    for dataset in (private, patched):
        assert manifest.package_row(dataset["id"]).governed
        assert isian_of_package(dataset["id"]).state == "draf"
        with pytest.raises(toolkit.ValidationError):
            city.call("sysadmin", "package_patch", id=dataset["id"], private=False)
        model.Session.rollback()
    # moved below Python: governed by the trigger; it gets its isian with the first change
    below = make(city, "di-bawah", "disdukcapil", private=True)
    sql(
        "UPDATE package SET owner_org = :org, metadata_modified = now() WHERE id = :id",
        id=below["id"],
        org=city.agencies[ORG],
    )
    city.call("produsen_lain", "package_patch", id=below["id"], title="Lain")
    assert isian_of_package(below["id"]).state == "draf"


def test_what_was_deleted_comes_back_closed(city: City) -> None:
    dataset = make(city, "terhapus")
    city.call("sysadmin", "package_delete", id=dataset["id"])
    enrol(city)
    with pytest.raises(IntegrityError):
        sql("UPDATE package SET state = 'active' WHERE id = :id", id=dataset["id"])
    city.call("sysadmin", "package_patch", id=dataset["id"], state="active")
    row = manifest.package_row(dataset["id"])
    assert (row.state, row.private) == ("active", True)
    assert anybody(city, dataset["id"]) == ""


def test_only_a_walidata_ends_it_for_one_dataset(city: City, web: Any) -> None:
    enrol(city)
    dataset = city.call(
        "produsen_lain", "package_create", name="baru", title="A", notes="b", owner_org=ORG
    )
    city.call("produsen_lain", "package_patch", id="baru", license_id="cc-by")
    resource = city.call(
        "produsen_lain",
        "resource_create",
        package_id="baru",
        upload=as_upload(GOOD, "data.csv"),
        url="data.csv",
    )
    walk_to_public(city, dataset["id"])
    for who in ("produsen_lain", "sysadmin", "pembina"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, "lppd_tata_kelola_akhiri", id="baru", reason="tidak perlu")
        model.Session.rollback()
    with pytest.raises(toolkit.ValidationError):
        city.call("walidata", "lppd_tata_kelola_akhiri", id="baru")
    model.Session.rollback()
    city.call("walidata", "lppd_tata_kelola_akhiri", id="baru", reason="bukan data sektoral")
    assert not manifest.package_row("baru").governed
    assert isian_of_package(dataset["id"]) is None
    last = model.Session.query(ScopeLog).order_by(ScopeLog.id.desc()).first()
    assert (last.act, last.reason) == ("akhiri", "bukan data sektoral")
    city.call("produsen_lain", "package_patch", id="baru", title="Bebas lagi", owner_org=ORG)
    assert json.loads(anybody(city, "baru"))["title"] == "Bebas lagi"
    path = f"/dataset/{dataset['id']}/resource/{resource['id']}/download/data.csv"
    assert web.get(path).data == GOOD
    assert verify_history()[2] == []
    assert [r.name for r in run_selfcheck() if not r.ok] == []


def test_nothing_of_a_draft_leaks(city: City, web: Any) -> None:
    opened = make(city, "pernah-terbuka")
    city.call("sysadmin", "package_patch", id=opened["id"], private=True)
    enrol(city)
    for who in ("anonim", "orang_luar", "produsen"):
        for action, data in (
            ("package_list", {}),
            ("package_search", {"q": "*:*", "include_private": True, "include_drafts": True}),
            ("current_package_list_with_resources", {}),
            ("recently_changed_packages_activity_list", {}),
            ("organization_activity_list", {"id": ORG}),
            ("resource_search", {"query": "name:berkas"}),
        ):
            assert "pernah-terbuka" not in str(city.call(who, action, **data)), (who, action)
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, "package_show", id=opened["id"])
        model.Session.rollback()
    assert web.get("/dataset/pernah-terbuka").status_code in (302, 403, 404)


def _seen_by_all(city: City, names: list[str], web: Any) -> str:
    found: list[Any] = []
    for who in ("anonim", "produsen"):
        for name in names:
            found.append(city.call(who, "package_show", id=name))
        found.append(city.call(who, "package_search", q="*:*", rows=200, sort="name asc"))
        found.append(
            city.call(
                who, "package_search", q="*:*", rows=200, sort="name asc", include_private=True
            )
        )
    for dataset in found[: len(names)]:
        for resource in dataset["resources"]:
            if resource["url_type"] == "upload":
                path = f"/dataset/{dataset['id']}/resource/{resource['id']}/download/data.csv"
                found.append(web.get(path).get_data(as_text=True))
    return json.dumps(found, sort_keys=True, default=str)


def test_a_hundred_ordinary_datasets_do_not_notice(city: City, web: Any) -> None:
    make(city, "dengan-berkas", "disdukcapil")
    names = ["dengan-berkas"]
    for number in range(100):
        org = ORG if number % 3 == 0 else "disdukcapil"
        kind = {"type": "peta"} if number % 10 == 1 else {}
        city.call(
            "sysadmin",
            "package_create",
            name=f"biasa-{number:03}",
            title=f"Biasa {number}",
            owner_org=city.agencies[org],
            resources=[{"url": "http://example.org/a.csv"}],
            **kind,
        )
        names.append(f"biasa-{number:03}")
    before = _seen_by_all(city, names, web)
    assert enrol(city)["jumlah"]["warisan"] == 34
    assert _seen_by_all(city, names, web) == before


def test_an_ordinary_dataset_costs_one_lookup(city: City) -> None:
    make(city, "biasa", "disdukcapil")
    enrol(city)
    with Counter() as shown:
        city.call("anonim", "package_show", id="biasa")
    with Counter() as searched:
        city.call("anonim", "package_search", q="*:*")
    assert len(shown.ours) == 1 and "WHERE package_id =" in shown.ours[0], shown.ours
    # what is behind in the index is asked once for a search, not for a dataset
    assert ["lppd_index_behind" in one for one in searched.ours] == [True, False], searched.ours


def test_the_self_check_sees_what_slipped_and_what_is_missing(city: City) -> None:
    make(city, "biasa", private=True)
    enrol(city)
    assert [r.name for r in run_selfcheck() if not r.ok] == []
    sql("ALTER TABLE package DISABLE TRIGGER lppd_enter_scope")
    try:
        sql(
            "INSERT INTO package (id, name, owner_org, private, state, type) "
            "VALUES ('luput', 'luput', :org, true, 'active', 'dataset')",
            org=city.agencies[ORG],
        )
        failed = {r.name: r.detail for r in run_selfcheck() if not r.ok}
    finally:
        sql("ALTER TABLE package ENABLE TRIGGER lppd_enter_scope")
    assert "1 dataset luput" in failed["Cakupan tata kelola"]
    assert "lppd_enter_scope" in failed["Pemicu basis data"]


def test_the_commands(city: City, cli: Any) -> None:
    make(city, "terbuka")
    make(city, "tertutup", private=True)
    dry = cli.invoke(lppd, ["daftarkan", ORG, "--uji"])
    assert dry.exit_code == 0, dry.output
    assert "1 dataset terbuka sekarang" in dry.output and "terbuka\tdataset" in dry.output
    assert "tidak ada yang berubah" in dry.output
    assert model.Session.query(EnrolledOrg).count() == 0
    done = cli.invoke(lppd, ["daftarkan", ORG, "--alasan", "SK 12/2026"])
    assert done.exit_code == 0 and f"{ORG} terdaftar" in done.output, done.output
    listed = cli.invoke(lppd, ["warisan", ORG])
    assert "terbuka\tbelum dikelola" in listed.output and "1 dataset warisan" in listed.output
    assert cli.invoke(lppd, ["keluarkan", ORG]).exit_code != 0
    left = cli.invoke(lppd, ["keluarkan", ORG, "--alasan", "digabung"])
    assert left.exit_code == 0, left.output
    assert cli.invoke(lppd, ["daftarkan", "tidak-ada"]).exit_code != 0
    assert cli.invoke(lppd, ["periksa"]).exit_code == 0


def test_the_list_page_costs_the_same_for_many(city: City, web: Any) -> None:
    headers = as_person(city, "walidata")
    counts = []
    for number in range(2):
        for part in range(1 + 6 * number):
            make(city, f"lama-{number}-{part}", ORG if number else "disdukcapil")
        enrol(city, ORG if number else "disdukcapil")
        with Counter() as counted:
            assert web.get("/lppd/warisan", headers=headers).status_code == 200
        counts.append(len(counted.ours))
    assert counts[0] == counts[1], counts
