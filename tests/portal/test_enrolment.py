"""Warisan: what was public before stays, cannot be changed directly, and is revised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from ckanext.lppd.model import Isian, Release
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import manifest
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import City, as_upload
from tests.portal.ordinary import (
    GOOD,
    ORG,
    anybody,
    as_person,
    enrol,
    make,
    sql,
)

pytestmark = pytest.mark.usefixtures("clean_index")


@pytest.fixture
def old(city: City) -> dict[str, Any]:
    """Give a public dataset whose organisation was enrolled after it, as warisan."""
    dataset = make(city, "kasus-dbd")
    enrol(city)
    return dataset


def test_enrolling_and_leaving_are_on_record_and_for_sysadmins(city: City) -> None:
    for who in ("produsen_lain", "walidata", "anonim"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, "lppd_organisasi_daftarkan", id=ORG)
        model.Session.rollback()
    make(city, "terbuka")
    enrol(city)
    with pytest.raises(toolkit.ValidationError):
        enrol(city)
    with pytest.raises(toolkit.ValidationError):
        city.call("sysadmin", "lppd_organisasi_keluarkan", id=ORG)
    city.call("sysadmin", "lppd_organisasi_keluarkan", id=ORG, alasan="keliru mendaftarkan")
    acts = city.call("walidata", "lppd_organisasi_riwayat", id=ORG)
    assert [(a["act"], a["alasan"]) for a in acts] == [
        ("keluarkan", "keliru mendaftarkan"),
        ("daftarkan", "percobaan"),
    ]
    assert acts[1]["detail"]["warisan"] == 1
    # sticky: what was governed stays so
    assert manifest.package_row("terbuka").governed
    city.call("sysadmin", "package_create", name="sesudah", owner_org=city.agencies[ORG])
    assert not manifest.package_row("sesudah").governed
    for statement in ("DELETE FROM lppd_scope_log", "UPDATE lppd_scope_log SET reason = ''"):
        with pytest.raises(IntegrityError):
            sql(statement)


def test_a_dataset_of_a_plugin_that_is_gone_is_enrolled_too(city: City) -> None:
    """Core has no address for its files any more, so it can be neither shown nor indexed."""
    old = make(city, "panen-lama")
    for row in old["resources"]:
        sql("UPDATE resource SET url_type = 'upload' WHERE id = :id", id=row["id"])
    sql("UPDATE package SET type = 'lain', private = true WHERE id = :id", id=old["id"])
    assert enrol(city)["jumlah"]["draf"] == 1
    assert manifest.package_row(old["id"]).governed


def test_warisan_reads_as_before(city: City) -> None:
    dataset = make(city, "kasus-dbd")
    seen = anybody(city, dataset["id"])
    found = json.dumps(city.call("anonim", "package_search", q="*:*"), sort_keys=True)
    enrol(city)
    assert anybody(city, dataset["id"]) == seen != ""
    assert json.dumps(city.call("anonim", "package_search", q="*:*"), sort_keys=True) == found


def test_warisan_can_be_fetched_before_and_after_it_is_taken_over(
    city: City, old: dict[str, Any], web: Any
) -> None:
    resource = next(r for r in old["resources"] if r["name"] == "berkas")
    path = f"/dataset/{old['id']}/resource/{resource['id']}/download/data.csv"
    assert web.get(path).data == GOOD
    city.call("produsen_lain", "lppd_warisan_kelola", id=old["id"])
    assert web.get(path).data == GOOD


CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "title": ("package_patch", {"title": "Lain"}),
    "notes": ("package_patch", {"notes": "Lain"}),
    "author": ("package_patch", {"author": "Lain"}),
    "extras": ("package_patch", {"extras": [{"key": "sumber", "value": "lain"}]}),
    "no extras": ("package_patch", {"extras": []}),
    "tags": ("package_patch", {"tags": [{"name": "lain"}]}),
    "tag_string": ("package_patch", {"tag_string": "lain"}),
    "private": ("package_patch", {"private": True}),
    "state": ("package_patch", {"state": "deleted"}),
    "resources": ("package_patch", {"resources": []}),
    "owner": ("package_patch", {"owner_org": "disdukcapil"}),
    "move": ("package_owner_org_update", {"organization_id": "disdukcapil"}),
    "delete": ("package_delete", {}),
    "purge": ("dataset_purge", {}),
}


@pytest.mark.parametrize("who", ["produsen_lain", "sysadmin"])
def test_warisan_is_not_edited_directly(city: City, old: dict[str, Any], who: str) -> None:
    seen = anybody(city, old["id"])
    for name, (action, data) in CHANGES.items():
        with pytest.raises((toolkit.ValidationError, toolkit.NotAuthorized)) as refusal:
            city.call(who, action, id=old["id"], **data)
        if action == "package_patch" and name not in ("owner",):
            assert "lppd_warisan_kelola" in str(refusal.value.error_dict), name
        model.Session.rollback()
    resource = old["resources"][1]["id"]
    other = as_upload(b"a,b\n1,2\n", "data.csv")
    for action, data in (
        ("resource_patch", {"id": resource, "name": "lain"}),
        ("resource_patch", {"id": resource, "upload": other}),
        ("resource_delete", {"id": resource}),
        ("resource_create", {"package_id": old["id"], "url": "http://example.org/b.csv"}),
        ("bulk_update_private", {"datasets": [old["id"]], "org_id": ORG}),
        ("bulk_update_delete", {"datasets": [old["id"]], "org_id": ORG}),
    ):
        with pytest.raises((toolkit.ValidationError, toolkit.NotAuthorized)):
            city.call(who, action, **data)
        model.Session.rollback()
    assert anybody(city, old["id"]) == seen


def test_a_write_that_changes_nothing_passes(city: City, old: dict[str, Any]) -> None:
    before = anybody(city, old["id"])
    for resource in old["resources"]:
        city.call("sysadmin", "resource_patch", id=resource["id"], datastore_active=False)
    assert json.loads(anybody(city, old["id"]))["title"] == json.loads(before)["title"]


BELOW = {
    "title": "UPDATE package SET title = 'lain' WHERE id = :id",
    "licence": "UPDATE package SET license_id = 'lain' WHERE id = :id",
    "resource": "UPDATE resource SET url = 'http://lain' WHERE package_id = :id",
    "no resource": "DELETE FROM resource WHERE package_id = :id",
    "new resource": "INSERT INTO resource (id, package_id, url, state, position, extras) "
    "VALUES ('x', :id, 'http://x', 'active', 9, '{}')",
    "type": "UPDATE package SET type = 'lain' WHERE id = :id",
    "scope row": "DELETE FROM lppd_governed_dataset WHERE package_id = :id",
    "scope": "UPDATE lppd_governed_dataset SET manifest = 'x' WHERE package_id = :id",
    "not inherited": "UPDATE lppd_governed_dataset SET warisan = false WHERE package_id = :id",
    "truncate": "TRUNCATE lppd_governed_dataset",
    "truncate organisations": "TRUNCATE lppd_enrolled_org",
    "organisations": "DELETE FROM lppd_enrolled_org",
}


@pytest.mark.parametrize("name", BELOW)
def test_the_database_keeps_warisan_and_scope(city: City, old: dict[str, Any], name: str) -> None:
    seen = anybody(city, old["id"])
    with pytest.raises(IntegrityError):
        model.Session.execute(text(BELOW[name]), {"id": old["id"]})
        model.Session.commit()
    model.Session.rollback()
    assert anybody(city, old["id"]) == seen


def test_extras_below_python(city: City, old: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        if toolkit.check_ckan_version(min_version="2.12"):
            sql("""UPDATE package SET extras = '{"a": "b"}' WHERE id = :id""", id=old["id"])
        else:
            sql("DELETE FROM package_extra WHERE package_id = :id", id=old["id"])


def test_a_draft_cannot_be_made_warisan(city: City) -> None:
    draft = make(city, "draf", private=True)
    enrol(city)
    for statement in (
        "UPDATE lppd_governed_dataset SET warisan = true, manifest = lppd_manifest(:id)",
        "INSERT INTO lppd_governed_dataset VALUES ('x', 'baru', 'g', now(), true, 'm')",
        "UPDATE package SET private = false WHERE id = :id",
        "UPDATE package SET private = NULL WHERE id = :id",
        "UPDATE package SET owner_org = NULL, private = false WHERE id = :id",
        "UPDATE package SET type = 'harvest', private = false WHERE id = :id",
    ):
        with pytest.raises(DBAPIError):
            sql(statement, id=draft["id"])
    assert anybody(city, draft["id"]) == ""


def test_an_inherited_dataset_is_revised(city: City, old: dict[str, Any], web: Any) -> None:
    seen = anybody(city, old["id"])
    with pytest.raises(toolkit.NotAuthorized):
        city.call("produsen", "lppd_warisan_kelola", id=old["id"])
    isian = city.call("produsen_lain", "lppd_warisan_kelola", id=old["id"])
    again = city.call("walidata", "lppd_warisan_kelola", id=old["id"])
    assert (isian["id"], isian["state"], again["id"]) == (
        again["id"],
        "terpublikasi",
        isian["id"],
    )
    assert anybody(city, old["id"]) == seen
    version = city.call("anonim", "lppd_rilis_list", id=old["id"])[0]
    assert version["version"] == 1 and version["warisan"]
    assert [bool(file["sha256"]) for file in version["resources"]] == [False, True]
    page = web.get(f"/lppd/versi/{old['name']}").get_data(as_text=True)
    assert "version-warisan" in page
    copy = city.call("produsen_lain", "lppd_revisi_mulai", id=isian["id"], note="angka baru")
    assert len(copy["berkas"]) == 1 and copy["berkas"][0]["verdict"]["valid"]
    assert manifest.package_row(copy["package_id"]).governed
    assert anybody(city, copy["package_id"]) == ""
    city.call("produsen_lain", "package_patch", id=copy["package_id"], title="Judul baru")
    resource = copy["berkas"][0]["resource_id"]
    fresh = as_upload(GOOD + b"Medan Area,7\n", "data.csv")
    city.call("produsen_lain", "resource_patch", id=resource, upload=fresh)
    city.call("produsen_lain", "lppd_periksa", id=copy["id"])
    assert anybody(city, old["id"]) == seen
    shown = city.call("produsen_lain", "lppd_ajukan", id=copy["id"])
    city.call("walidata", "lppd_setujui", id=copy["id"], manifest=shown["manifest"])
    city.call("walidata", "lppd_terbitkan", id=copy["id"], manifest=shown["manifest"])
    now = json.loads(anybody(city, old["id"]))
    assert (now["title"], now["id"], now["name"]) == ("Judul baru", old["id"], old["name"])
    assert now["extras"] == [{"key": "sumber", "value": "laporan"}]
    assert [r["id"] for r in now["resources"]] == [old["resources"][1]["id"]]
    path = f"/dataset/{old['id']}/resource/{now['resources'][0]['id']}/download/data.csv"
    assert web.get(path).data == GOOD + b"Medan Area,7\n"
    first = f"/lppd/versi/{old['name']}/1/{now['resources'][0]['id']}/data.csv"
    assert web.get(first).data == GOOD
    assert verify_history()[2] == []
    assert city.call("walidata", "lppd_warisan_list")["count"] == 0


def test_releases_of_inherited_content_have_no_verdict(city: City, old: dict[str, Any]) -> None:
    city.call("walidata", "lppd_warisan_kelola", id=old["id"])
    release = model.Session.query(Release).one()
    assert (release.verdict_ids, release.approved_by) == ([], "")
    assert model.Session.query(Isian).filter_by(package_id=old["id"]).one().last_editor is None
    # withdrawing works as for every other
    isian = isian_of_package(old["id"])
    city.call("walidata", "lppd_tarik_publikasi", id=isian.id, reason="tidak layak tampil")
    assert anybody(city, old["id"]) == ""


def test_the_dataset_page_marks_warisan_and_offers_the_way(
    city: City, old: dict[str, Any], web: Any
) -> None:
    make(city, "biasa", "disdukcapil")
    path = f"/dataset/{old['name']}"
    page = web.get(path).get_data(as_text=True)
    assert 'data-lppd="warisan"' in page and "/kelola" not in page
    assert 'data-lppd="warisan"' not in web.get("/dataset/biasa").get_data(as_text=True)
    for who, offered in (("produsen", False), ("produsen_lain", True), ("walidata", True)):
        headers = as_person(city, who)
        page = web.get(path, headers=headers).get_data(as_text=True)
        assert (f"/lppd/warisan/{old['id']}/kelola" in page) is offered, who
    headers = as_person(city, "walidata2")
    listed = web.get("/lppd/warisan", headers=headers).get_data(as_text=True)
    assert old["title"] in listed and "biasa" not in listed
    assert old["title"] in web.get(f"/lppd/warisan?pd={ORG}", headers=headers).get_data(
        as_text=True
    )
    nothing = web.get("/lppd/warisan?pd=disdukcapil", headers=headers).get_data(as_text=True)
    assert old["title"] not in nothing
    refused = web.get("/lppd/warisan", headers=as_person(city, "orang_luar"))
    assert refused.status_code == 403
    headers = as_person(city, "walidata2")
    answer = web.post(f"/lppd/warisan/{old['id']}/kelola", headers=headers, follow_redirects=False)
    isian = isian_of_package(old["id"])
    assert isian is not None and answer.headers["Location"].endswith(f"/lppd/isian/{isian.id}")
    page = web.get(path).get_data(as_text=True)
    assert 'data-lppd="warisan"' not in page and "state-warisan" in page
    copy = city.call("produsen_lain", "lppd_revisi_mulai", id=isian.id, note="angka baru")
    work = web.get(f"/lppd/isian/{copy['id']}", headers=headers).get_data(as_text=True)
    assert "a.csv" in work
    again = web.get("/lppd/warisan", headers=headers).get_data(as_text=True)
    assert f"/lppd/isian/{isian.id}" in again
