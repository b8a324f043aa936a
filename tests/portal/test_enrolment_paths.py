"""The paths to public for an ordinary dataset of an enrolled organisation; races; migration."""

from __future__ import annotations

import threading
from typing import Any

import psycopg2
import pytest
from ckan import model
from ckan import plugins as p
from ckan.cli import db as db_cli
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from ckanext.lppd.model import EnrolledOrg, GovernedDataset
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import health, manifest
from ckanext.lppd.release.selfcheck import run_selfcheck
from ckanext.lppd.workflow import enrolment
from tests.portal.conftest import Chain, City, as_upload
from tests.portal.ordinary import GOOD, ORG, anybody, enrol, make, sql
from tests.portal.ordinary_paths import BELOW_PYTHON, PATHS, REFUSALS, Attack
from tests.portal.test_gate import assert_not_public
from tests.portal.test_races import Person, uncommitted

pytestmark = pytest.mark.usefixtures("clean_index")


class OrdinaryAttack(Attack):
    """A draft of an ordinary type, governed by its organisation, and somebody who tries."""

    def __init__(self, city: City, who: str) -> None:
        enrol(city, "disdukcapil")
        self.city, self.who = city, who
        dataset = city.call(
            "produsen", "package_create", name="draf-biasa", title="Draf", owner_org="disdukcapil"
        )
        self.package_id = dataset["id"]
        made = city.call(
            "produsen",
            "resource_create",
            package_id=self.package_id,
            upload=as_upload(GOOD, "data.csv"),
            url="data.csv",
        )
        self.resource_id = made["id"]


@pytest.mark.parametrize("path", [name for name in PATHS if name not in BELOW_PYTHON])
@pytest.mark.parametrize("who", ["produsen", "sysadmin", "ignore_auth"])
def test_no_action_makes_a_draft_public(city: City, path: str, who: str) -> None:
    attack = OrdinaryAttack(city, who)
    try:
        PATHS[path](attack)
    except REFUSALS:
        model.Session.rollback()
    assert_not_public(city, attack.package_id)


# the row of the dataset decides, not its type: a change of type alone is refused as well
@pytest.mark.parametrize("path", BELOW_PYTHON)
def test_the_database_refuses_what_python_does_not_see(city: City, path: str) -> None:
    attack = OrdinaryAttack(city, "sysadmin")
    statement = {"SQL other type": "type = 'lain', private = false", "SQL other type first": ""}
    with pytest.raises(IntegrityError):
        if path in statement:
            sql(
                f"UPDATE package SET {statement[path] or 'type = NULL'} WHERE id = :id",
                id=attack.package_id,
            )
        else:
            PATHS[path](attack)
    assert_not_public(city, attack.package_id)


def test_without_the_plugin_the_trigger_still_governs_what_is_new(city: City) -> None:
    enrol(city)
    p.unload_all()
    try:
        new = (
            "INSERT INTO package (id, name, owner_org, private, state, type) "
            "VALUES (:id, :id, :org, :private, 'active', 'dataset')"
        )
        with pytest.raises(IntegrityError):
            sql(new, id="buka", org=city.agencies[ORG], private=False)
        sql(new, id="tutup", org=city.agencies[ORG], private=True)
        with pytest.raises(IntegrityError):
            sql("UPDATE package SET private = false WHERE id = 'tutup'")
    finally:
        p.load_all()
    assert manifest.package_row("tutup").governed


def test_with_a_broken_gate_warisan_and_drafts_are_not_public(city: City) -> None:
    dataset = make(city, "warisan")
    other = make(city, "biasa", "disdukcapil")
    enrol(city)
    sql("ALTER TABLE package DISABLE TRIGGER lppd_enter_scope")
    health.forget()
    try:
        assert anybody(city, dataset["id"]) == ""
        assert anybody(city, other["id"]) != ""
        found = city.call("anonim", "package_search", q="*:*")["results"]
        assert [hit["name"] for hit in found] == ["biasa"]
    finally:
        sql("ALTER TABLE package ENABLE TRIGGER lppd_enter_scope")
        health.forget()
    assert anybody(city, dataset["id"]) != ""


def test_a_purged_id_comes_back_governed(city: City) -> None:
    dataset = make(city, "draf", private=True)
    enrol(city)
    city.call("sysadmin", "lppd_organisasi_keluarkan", id=ORG, alasan="coba dulu")
    city.call("sysadmin", "dataset_purge", id=dataset["id"])
    assert isian_of_package(dataset["id"]) is None
    with pytest.raises((toolkit.ValidationError, IntegrityError)):
        city.call(
            "sysadmin",
            "package_create",
            id=dataset["id"],
            name="draf",
            owner_org=city.agencies["disdukcapil"],
            private=False,
        )
    model.Session.rollback()
    assert anybody(city, dataset["id"]) == ""


def test_a_working_copy_is_governed_after_its_organisation_left(city: City) -> None:
    dataset = make(city, "warisan")
    enrol(city)
    isian = city.call("walidata", "lppd_warisan_kelola", id=dataset["id"])
    city.call("sysadmin", "lppd_organisasi_keluarkan", id=ORG, alasan="coba dulu")
    copy = city.call("produsen_lain", "lppd_revisi_mulai", id=isian["id"], note="angka baru")
    assert manifest.package_row(copy["package_id"]).governed
    with pytest.raises(IntegrityError):
        sql("UPDATE package SET private = false WHERE id = :id", id=copy["package_id"])
    city.call("produsen_lain", "lppd_revisi_batal", id=copy["id"], note="tidak jadi")
    assert anybody(city, dataset["id"]) != ""


NEW = (
    "INSERT INTO package (id, name, owner_org, private, state, type) "
    "SELECT 'sela', 'sela', owner_org, false, 'active', 'dataset' FROM package WHERE id = :id"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE package SET title = 'lain' WHERE id = :id",
        "UPDATE resource SET name = 'lain' WHERE package_id = :id",
        NEW,
    ],
    ids=["package", "resource", "new dataset"],
)
def test_enrolment_waits_for_a_write_and_inherits_what_it_left(
    city: City, flask_app: Any, statement: str
) -> None:
    dataset = make(city, "warisan")
    model.Session.rollback()
    with uncommitted(text(statement), dataset["id"]) as write:
        admin = Person(flask_app, lambda: enrol(city))
        admin.join(0.7)
        assert admin.is_alive(), "the enrolment did not wait"
        write.commit()
        assert not isinstance(admin.done(), Exception), admin.outcome
    model.Session.rollback()
    rows = model.Session.query(GovernedDataset).all()
    assert {row.package_id for row in rows} >= {dataset["id"]}
    assert all(row.warisan and manifest.is_released(row.package_id) for row in rows)
    assert len(rows) == (2 if statement == NEW else 1)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE package SET title = 'lain' WHERE id = :id", NEW],
    ids=["package", "new dataset"],
)
def test_a_write_that_came_second_is_refused(
    city: City, flask_app: Any, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    dataset = make(city, "warisan")
    seen = anybody(city, dataset["id"])
    planned, go_on = threading.Event(), threading.Event()
    plan = enrolment.plan

    def slowly(group_id: str) -> Any:
        found = plan(group_id)
        planned.set()
        assert go_on.wait(30)
        return found

    monkeypatch.setattr(enrolment, "plan", slowly)
    admin = Person(flask_app, lambda: enrol(city))
    assert planned.wait(30)

    def write() -> None:
        model.Session.execute(text(statement), {"id": dataset["id"]})
        model.Session.commit()

    writer = Person(flask_app, write)
    writer.join(0.7)
    assert writer.is_alive(), "the write did not wait for the enrolment"
    go_on.set()
    assert not isinstance(admin.done(), Exception), admin.outcome
    assert isinstance(writer.done(), DBAPIError)
    assert anybody(city, dataset["id"]) == seen


def test_a_view_from_before_does_not_come_along(city: City) -> None:
    """A web page shown beside the file was never approved, and would be public with it."""
    attack = OrdinaryAttack(city, "produsen")
    isian = isian_of_package(attack.package_id)
    head = {"notes": "Isi", "license_id": "cc-by"}
    city.call("produsen", "package_patch", id=attack.package_id, **head)
    city.call("produsen", "lppd_periksa", id=isian.id)
    for view in (
        {"view_type": "webpage_view", "title": "Tabel", "config": {"page_url": "http://lain"}},
        {"view_type": "datatables_view", "title": "Tabel", "description": "angka sebenarnya 90"},
        {"view_type": "datatables_view", "title": "angka sebenarnya 90"},
    ):
        row = model.ResourceView(resource_id=attack.resource_id, order=0, **view)
        model.Session.add(row)
        model.Session.commit()
        with pytest.raises(toolkit.ValidationError) as refusal:
            city.call("produsen", "lppd_ajukan", id=isian.id)
        assert "Hapus tampilan itu" in str(refusal.value.error_dict), view
        model.Session.rollback()
        city.call("produsen", "resource_view_delete", id=row.id)
    model.Session.add(
        model.ResourceView(
            resource_id=attack.resource_id, view_type="datatables_view", title="Tabel", order=0
        )
    )
    model.Session.commit()
    assert city.call("produsen", "lppd_ajukan", id=isian.id)["state"] == "menunggu_walidata"


def migrate(version: str, *, forward: bool) -> None:
    """Run the migrations of the plugin to this version."""
    model.Session.remove()
    db_cli._run_migrations("lppd", version, forward)
    health.forget()


def test_migration_of_a_populated_database(chain: Chain) -> None:
    city = chain.city
    released = chain.published()["package_id"]
    inherited, draft = make(city, "warisan"), make(city, "draf", private=True)
    taken = make(city, "diambil")
    seen = {i: anybody(city, i) for i in (released, inherited["id"], taken["id"])}
    enrol(city)
    isian = city.call("walidata", "lppd_warisan_kelola", id=taken["id"])
    try:
        with pytest.raises(psycopg2.Error, match="withdraw the published datasets"):
            migrate("0001", forward=False)
        assert [r.name for r in run_selfcheck() if not r.ok] == []
        city.call("walidata", "lppd_tarik_publikasi", id=isian["id"], reason="sebelum mundur")
        migrate("0001", forward=False)
        # the types are governed as before, ordinary datasets are ordinary again
        for statement in (
            "UPDATE package SET title = 'lain' WHERE id = :id",
            "UPDATE resource SET name = 'lain' WHERE package_id = :id",
            "DELETE FROM lppd_current_release WHERE package_id = :id",
        ):
            with pytest.raises(IntegrityError):
                sql(statement, id=released)
        sql("UPDATE package SET private = false WHERE id = :id", id=draft["id"])
        sql("UPDATE package SET private = true WHERE id = :id", id=draft["id"])
        migrate("head", forward=True)
    finally:
        model.Session.remove()
        migrate("head", forward=True)
    assert {i: anybody(city, i) for i in seen} == {**seen, taken["id"]: ""}
    assert model.Session.query(EnrolledOrg).count() == 0
    assert enrol(city)["jumlah"] == {"warisan": 1, "draf": 2, "dibiarkan": 0}
    assert isian_of_package(taken["id"]).id == isian["id"]
    assert [r.name for r in run_selfcheck() if not r.ok] == []
    with pytest.raises(IntegrityError):
        sql("UPDATE package SET private = false WHERE id = :id", id=draft["id"])
