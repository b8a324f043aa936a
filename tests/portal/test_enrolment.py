"""Enrolling an organisation: warisan stays, drafts are governed, nothing else notices."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from flask import g
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from ckanext.lppd.cli import get_commands
from ckanext.lppd.model import EnrolledOrg, GovernedDataset, Isian, Release, ScopeLog
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import manifest
from ckanext.lppd.release.selfcheck import run_selfcheck
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import City, as_upload

pytestmark = pytest.mark.usefixtures("clean_index")
REFUSALS = (toolkit.ValidationError, toolkit.NotAuthorized, DBAPIError)
ORG = "dinkes"
GOOD = b"kecamatan,jumlah\nMedan Kota,12\n"
lppd = get_commands()[0]


def make(city: City, name: str, org: str = ORG, *, private: bool = False, **extra: Any) -> Any:
    """Make an ordinary dataset with a link and an upload, before anything is enrolled."""
    dataset = city.call(
        "sysadmin",
        "package_create",
        name=name,
        title=f"Judul {name}",
        notes="Keterangan",
        license_id="cc-by",
        owner_org=city.agencies[org],
        private=private,
        extras=[{"key": "sumber", "value": "laporan"}],
        tags=[{"name": "kesehatan"}],
        resources=[{"url": "http://example.org/a.csv", "name": "tautan", "format": "CSV"}],
        **extra,
    )
    city.call(
        "sysadmin",
        "resource_create",
        package_id=dataset["id"],
        upload=as_upload(GOOD, "data.csv"),
        url="data.csv",
        name="berkas",
    )
    return city.call("sysadmin", "package_show", id=dataset["id"])


def enrol(city: City, org: str = ORG, **data: Any) -> Any:
    """Enrol an organisation."""
    return city.call("sysadmin", "lppd_organisasi_daftarkan", id=org, alasan="percobaan", **data)


def anybody(city: City, name: str) -> str:
    """Return, as text, what an anonymous client reads of a dataset; empty where refused."""
    try:
        return json.dumps(city.call("anonim", "package_show", id=name), sort_keys=True)
    except (toolkit.NotAuthorized, toolkit.ObjectNotFound):
        model.Session.rollback()
        return ""


@pytest.fixture
def old(city: City) -> dict[str, Any]:
    """Give a public dataset whose organisation was enrolled after it, as warisan."""
    dataset = make(city, "kasus-dbd")
    enrol(city)
    return dataset


def sql(statement: str, **data: Any) -> None:
    """Run a statement below Python and commit it."""
    try:
        model.Session.execute(text(statement), data)
        model.Session.commit()
    finally:
        model.Session.rollback()
        model.Session.expire_all()


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


def walk_to_public(city: City, package_id: str) -> dict[str, Any]:
    """Send a dataset through the whole chain."""
    isian = isian_of_package(package_id)
    assert isian is not None
    city.call("produsen_lain", "lppd_periksa", id=isian.id)
    shown = city.call("produsen_lain", "lppd_ajukan", id=isian.id)
    city.call("walidata", "lppd_setujui", id=isian.id, manifest=shown["manifest"])
    return city.call("walidata", "lppd_terbitkan", id=isian.id, manifest=shown["manifest"])


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
    city.call("produsen_lain", "package_patch", id="baru", title="Bebas lagi")
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


class Counter:
    """Counts the statements of our own tables while it is open."""

    def __enter__(self) -> Counter:
        self.ours: list[str] = []
        event.listen(model.meta.engine, "before_cursor_execute", self._note)
        return self

    def _note(self, conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "lppd_" in statement:
            self.ours.append(" ".join(statement.split()))

    def __exit__(self, *error: Any) -> None:
        event.remove(model.meta.engine, "before_cursor_execute", self._note)


def test_an_ordinary_dataset_costs_one_lookup(city: City) -> None:
    make(city, "biasa", "disdukcapil")
    enrol(city)
    with Counter() as shown:
        city.call("anonim", "package_show", id="biasa")
    with Counter() as searched:
        city.call("anonim", "package_search", q="*:*")
    assert len(shown.ours) == 1 and "WHERE package_id =" in shown.ours[0], shown.ours
    assert len(searched.ours) == 1, searched.ours


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


def test_releases_of_inherited_content_have_no_verdict(city: City, old: dict[str, Any]) -> None:
    city.call("walidata", "lppd_warisan_kelola", id=old["id"])
    release = model.Session.query(Release).one()
    assert (release.verdict_ids, release.approved_by) == ([], "")
    assert model.Session.query(Isian).filter_by(package_id=old["id"]).one().last_editor is None
    # withdrawing works as for every other
    isian = isian_of_package(old["id"])
    city.call("walidata", "lppd_tarik_publikasi", id=isian.id, reason="tidak layak tampil")
    assert anybody(city, old["id"]) == ""


def as_person(city: City, who: str) -> dict[str, str]:
    """Return the header of a signed-in client."""
    g.pop("_login_user", None)  # requests of a test share the context that remembers the person
    token = toolkit.get_action("api_token_create")(
        {"ignore_auth": True}, {"user": city.users[who], "name": f"uji-{who}"}
    )["token"]
    return {"Authorization": token}


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
    assert 'data-lppd="warisan"' not in page and "Inherited" in page
    copy = city.call("produsen_lain", "lppd_revisi_mulai", id=isian.id, note="angka baru")
    work = web.get(f"/lppd/isian/{copy['id']}", headers=headers).get_data(as_text=True)
    assert "a.csv" in work
    again = web.get("/lppd/warisan", headers=headers).get_data(as_text=True)
    assert f"/lppd/isian/{isian.id}" in again


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
