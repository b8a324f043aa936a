"""No way to public but a release: each path, tried by everybody, against what anybody can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.model import Isian, Release, Transition, Verdict
from ckanext.lppd.release import manifest
from ckanext.lppd.release.storage import stored_path
from tests.portal.conftest import Chain, as_upload, indicator_csv

pytestmark = pytest.mark.usefixtures("clean_index")

REFUSALS = (toolkit.ValidationError, toolkit.NotAuthorized, IntegrityError)
Path = Callable[["Attack"], Any]


class Attack:
    """A draft with a checked file, and somebody who tries to make it public."""

    def __init__(self, chain: Chain, who: str) -> None:
        isian = chain.upload()
        self.city, self.who = chain.city, who
        self.package_id: str = isian["package_id"]
        self.resource_id: str = isian["capaian"]["resource_id"]

    def call(self, action: str, **data: Any) -> Any:
        """Call an action as the attacker; `ignore_auth` is one of them."""
        if self.who != "ignore_auth":
            return self.city.call(self.who, action, **data)
        user = self.city.users["produsen"]
        return toolkit.get_action(action)({"ignore_auth": True, "user": user}, data)

    def dataset(self, **changes: Any) -> dict[str, Any]:
        """Return the dataset as it is, with changes."""
        shown = toolkit.get_action("package_show")({"ignore_auth": True}, {"id": self.package_id})
        return {**shown, **changes}


def _sql(statement: str) -> Path:
    def run(attack: Attack) -> None:
        model.Session.execute(text(statement), {"id": attack.package_id})
        model.Session.commit()

    return run


def _orm(attack: Attack) -> None:
    model.Package.get(attack.package_id).private = False
    model.Session.commit()


def _orm_null(attack: Attack) -> None:
    model.Package.get(attack.package_id).private = None
    model.Session.commit()


def _query_update(attack: Attack) -> None:
    model.Session.query(model.Package).filter_by(id=attack.package_id).update({"private": False})
    model.Session.commit()


def _without_private(attack: Attack) -> Any:
    dataset = attack.dataset()
    dataset.pop("private")
    return attack.call("package_update", **dataset)


def _delete_and_undelete(attack: Attack) -> Any:
    attack.call("package_delete", id=attack.package_id)
    return attack.call("package_patch", id=attack.package_id, state="active", private=False)


PATHS: dict[str, Path] = {
    "package_patch": lambda a: a.call("package_patch", id=a.package_id, private=False),
    "package_patch text": lambda a: a.call("package_patch", id=a.package_id, private="False"),
    "package_patch zero": lambda a: a.call("package_patch", id=a.package_id, private=0),
    "package_update": lambda a: a.call("package_update", **a.dataset(private=False)),
    "package_update by name": lambda a: a.call(
        "package_update", **{**a.dataset(private=False), "id": a.dataset()["name"]}
    ),
    "package_update without private": _without_private,
    "package_update without owner": lambda a: a.call(
        "package_update", **a.dataset(private=False, owner_org=None)
    ),
    "package_revise": lambda a: a.call(
        "package_revise", match={"id": a.package_id}, update={"private": False}
    ),
    "package_patch type": lambda a: a.call(
        "package_patch", id=a.package_id, type="dataset", private=False
    ),
    "bulk_update_public": lambda a: a.call(
        "bulk_update_public", datasets=[a.package_id], org_id=a.city.agencies["disdukcapil"]
    ),
    "delete and undelete": _delete_and_undelete,
    "state through draft": lambda a: (
        a.call("package_patch", id=a.package_id, state="draft", private=False),
        a.call("package_patch", id=a.package_id, state="active"),
    ),
    "move to another owner": lambda a: (
        a.call(
            "package_owner_org_update",
            id=a.package_id,
            organization_id=a.city.agencies["dinkes"],
        ),
        a.call("package_patch", id=a.package_id, private=False),
    ),
    "own release columns": lambda a: a.call(
        "package_patch", id=a.package_id, private=False, lppd_manifest="x", release="x"
    ),
    "lppd_terbitkan from draf": lambda a: a.city.call(
        a.who if a.who != "ignore_auth" else "produsen",
        "lppd_terbitkan",
        id=model.Session.query(Isian).one().id,
        manifest=manifest.current_manifest(a.package_id),
    ),
    "ORM": _orm,
    "ORM null": _orm_null,
    "Query.update": _query_update,
    "SQL": _sql("UPDATE package SET private = false WHERE id = :id"),
    "SQL null": _sql("UPDATE package SET private = NULL WHERE id = :id"),
    "SQL other type": _sql("UPDATE package SET type = 'dataset', private = false WHERE id = :id"),
    "SQL other type first": _sql("UPDATE package SET type = 'dataset' WHERE id = :id"),
    "SQL by way of draft": _sql(
        "UPDATE package SET private = false, state = 'draft' WHERE id = :id; "
        "UPDATE package SET state = 'active' WHERE id = :id"
    ),
}
IDENTITIES = ("produsen", "produsen2", "walidata", "sysadmin", "ignore_auth")
BELOW_PYTHON = tuple(name for name in PATHS if name.startswith(("ORM", "SQL", "Query")))


def assert_not_public(city: Any, package_id: str) -> None:
    """Look as an anonymous client would, by every door."""
    model.Session.rollback()
    with pytest.raises((toolkit.NotAuthorized, toolkit.ObjectNotFound)):
        city.call("anonim", "package_show", id=package_id)
    assert city.call("anonim", "package_search", q="*:*")["count"] == 0
    assert city.call("anonim", "package_list") == []
    assert city.call("anonim", "lppd_nilai")["count"] == 0
    assert not manifest.truly_public([package_id])


@pytest.mark.parametrize("path", [name for name in PATHS if name not in BELOW_PYTHON])
@pytest.mark.parametrize("who", IDENTITIES)
def test_no_action_makes_a_draft_public(chain: Chain, path: str, who: str) -> None:
    attack = Attack(chain, who)
    try:
        PATHS[path](attack)
    except REFUSALS:
        model.Session.rollback()
    assert_not_public(chain.city, attack.package_id)


@pytest.mark.parametrize("path", BELOW_PYTHON)
def test_the_database_refuses_what_python_does_not_see(chain: Chain, path: str) -> None:
    attack = Attack(chain, "sysadmin")
    with pytest.raises(IntegrityError):
        PATHS[path](attack)
    assert_not_public(chain.city, attack.package_id)


def test_the_gate_holds_without_the_plugin(chain: Chain) -> None:
    attack = Attack(chain, "sysadmin")
    p.unload_all()
    try:
        with pytest.raises(IntegrityError):
            model.Session.execute(
                text("UPDATE package SET private = false WHERE id = :id"),
                {"id": attack.package_id},
            )
        model.Session.rollback()
    finally:
        p.load_all()
    assert_not_public(chain.city, attack.package_id)


def test_the_refusal_says_what_to_do_and_leaves_the_session_usable(chain: Chain) -> None:
    attack = Attack(chain, "sysadmin")
    with pytest.raises(toolkit.ValidationError) as refusal:
        attack.call("package_patch", id=attack.package_id, private=False)
    assert "Terbitkan" in str(refusal.value.error_dict)
    assert attack.dataset()["private"] is True


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("package_patch", {"title": "Judul lain"}),
        ("package_patch", {"notes": "Catatan lain"}),
        ("package_patch", {"license_id": "odc-pddl"}),
        ("package_patch", {"definisi": "Definisi lain"}),
        ("package_patch", {"private": True}),
        ("package_patch", {"state": "deleted"}),
        ("package_patch", {"resources": []}),
        ("package_delete", {}),
        ("dataset_purge", {}),
    ],
)
@pytest.mark.parametrize("who", ["produsen", "sysadmin"])
def test_published_is_frozen(chain: Chain, action: str, data: dict[str, Any], who: str) -> None:
    published = chain.published()
    with pytest.raises(REFUSALS):
        chain.city.call(who, action, id=published["package_id"], **data)
    model.Session.rollback()
    now = chain.city.call("anonim", "package_show", id=published["package_id"])
    assert (now["title"], len(now["resources"])) == (published["nama"] + ", 2025", 1)


@pytest.mark.parametrize("who", ["produsen", "sysadmin"])
def test_published_bytes_survive_an_upload(chain: Chain, who: str) -> None:
    published = chain.published()
    resource = published["capaian"]
    stored = stored_path(resource["resource_id"], resource["sha256"])
    before = stored.read_bytes()
    other = as_upload(indicator_csv().replace(b"12.71,", b"12.71,1"))
    for action, data in (
        ("resource_patch", {"id": resource["resource_id"], "upload": other}),
        ("resource_update", {"id": resource["resource_id"], "upload": other, "url": "x.csv"}),
        ("resource_create", {"package_id": published["package_id"], "upload": other, "url": "x"}),
        ("resource_delete", {"id": resource["resource_id"]}),
        ("lppd_isian_unggah", {"id": published["id"], "upload": other}),
    ):
        with pytest.raises(REFUSALS):
            chain.city.call(who, action, **data)
        model.Session.rollback()
    assert stored.read_bytes() == before
    assert manifest.is_released(published["package_id"])


def test_a_client_cannot_write_the_hashes(chain: Chain) -> None:
    uploaded = chain.upload()
    resource = uploaded["capaian"]
    chain.city.call(
        "produsen",
        "resource_patch",
        id=resource["resource_id"],
        sha256="0" * 64,
        schema_sha256="1" * 64,
        url="http://example.org/lain.csv",
        url_type="",
    )
    now = chain.show("produsen")["capaian"]
    assert (now["sha256"], now["schema_sha256"]) == (resource["sha256"], resource["schema_sha256"])
    assert now["filename"] == "capaian.csv"


def test_links_and_foreign_resource_ids_are_refused(chain: Chain) -> None:
    uploaded = chain.upload()
    package_id = uploaded["package_id"]
    for data in (
        {"url": "http://example.org/x.csv"},
        {"url": "x.csv", "url_type": "upload", "sha256": uploaded["capaian"]["sha256"]},
        {"id": "b4d1f6a0-0000-4000-8000-000000000000", "url": "x.csv"},
    ):
        with pytest.raises(toolkit.ValidationError):
            chain.city.call("produsen", "resource_create", package_id=package_id, **data)
        model.Session.rollback()


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_content_is_locked_while_it_is_decided(chain: Chain, state: str) -> None:
    isian = getattr(chain, state)()
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.upload()
    assert "Tarik kembali" in str(refusal.value.error_dict)
    model.Session.rollback()
    with pytest.raises(toolkit.ValidationError):
        chain.city.call("produsen", "package_patch", id=isian["package_id"], title="Lain")
    assert chain.show()["manifest"] == isian["manifest"]


def test_changed_stored_bytes_stop_publishing(chain: Chain) -> None:
    approved = chain.approved()
    resource = approved["capaian"]
    stored_path(resource["resource_id"], resource["sha256"]).write_bytes(b"lain")
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert "berubah" in str(refusal.value.error_dict)
    assert_not_public(chain.city, approved["package_id"])


def test_datastore_writes_on_governed_data_are_refused(chain: Chain) -> None:
    published = chain.published()
    for action, data in (
        ("datastore_create", {"fields": [{"id": "a"}], "force": True}),
        ("datastore_upsert", {"records": [{"a": 1}], "force": True}),
        ("datastore_delete", {"force": True}),
    ):
        with pytest.raises(toolkit.ValidationError):
            chain.city.call(
                "sysadmin", action, resource_id=published["capaian"]["resource_id"], **data
            )
        model.Session.rollback()


def test_a_view_with_foreign_content_is_refused_on_a_public_page(chain: Chain) -> None:
    published = chain.published()
    with pytest.raises(toolkit.ValidationError):
        chain.city.call(
            "sysadmin",
            "resource_view_create",
            resource_id=published["capaian"]["resource_id"],
            view_type="webpage_view",
            title="x",
            page_url="http://example.org",
        )


@pytest.mark.parametrize("table", [Verdict, Transition, Release])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_record_is_append_only(chain: Chain, table: Any, statement: str) -> None:
    chain.published()
    with pytest.raises(IntegrityError):
        model.Session.execute(text(statement.format(table.__tablename__)))
    model.Session.rollback()


def test_the_release_of_a_public_dataset_cannot_be_taken_away(chain: Chain) -> None:
    published = chain.published()
    model.Session.execute(text("DELETE FROM lppd_current_release"))
    with pytest.raises(IntegrityError):
        model.Session.commit()
    model.Session.rollback()
    assert manifest.is_released(published["package_id"])


def test_a_stale_search_index_shows_nothing(chain: Chain) -> None:
    published = chain.published()
    model.Session.execute(text("DELETE FROM lppd_current_release"))
    model.Session.execute(
        text("UPDATE package SET private = true WHERE id = :id"), {"id": published["package_id"]}
    )
    model.Session.commit()
    assert_not_public(chain.city, published["package_id"])


def test_ordinary_datasets_pass_untouched(chain: Chain) -> None:
    dataset = chain.city.call(
        "produsen",
        "package_create",
        name="data-biasa",
        owner_org=chain.city.agencies["disdukcapil"],
        private=False,
        resources=[{"url": "http://example.org/a.csv", "sha256": "abc"}],
    )
    assert dataset["private"] is False
    assert dataset["resources"][0]["sha256"] == "abc"
    shown = chain.city.call("anonim", "package_show", id="data-biasa")
    assert shown["resources"][0]["url"] == "http://example.org/a.csv"
    chain.city.call("produsen", "package_delete", id="data-biasa")
