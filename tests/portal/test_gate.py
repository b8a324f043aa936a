"""Bytes, hashes and states of the gate; the paths to public stand in `test_paths_to_public.py`."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.release import manifest
from ckanext.lppd.release.storage import stored_path
from tests.portal.conftest import Chain, as_upload, indicator_csv

pytestmark = pytest.mark.usefixtures("clean_index")

REFUSALS = (toolkit.ValidationError, toolkit.NotAuthorized, IntegrityError)


def assert_not_public(city: Any, package_id: str) -> None:
    """Look as an anonymous client would, by every door."""
    model.Session.rollback()
    with pytest.raises((toolkit.NotAuthorized, toolkit.ObjectNotFound)):
        city.call("anonim", "package_show", id=package_id)
    assert city.call("anonim", "package_search", q="*:*")["count"] == 0
    assert city.call("anonim", "package_list") == []
    assert city.call("anonim", "lppd_nilai")["count"] == 0
    assert not manifest.truly_public([package_id])


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


def test_a_caller_goes_on_in_the_same_session(chain: Chain) -> None:
    """A harvester goes on after a refusal by the database, without a rollback of its own."""
    resource_id = chain.upload()["capaian"]["resource_id"]
    owner = chain.city.agencies["disdukcapil"]
    chain.city.call("produsen", "resource_delete", id=resource_id)
    stolen = {"id": resource_id, "url": "capaian.csv", "url_type": "upload"}
    create = toolkit.get_action("package_create")
    context = {"ignore_auth": True, "user": chain.city.users["produsen"]}
    with pytest.raises(toolkit.ValidationError) as refusal:
        create(dict(context), {"name": "curian", "owner_org": owner, "resources": [stolen]})
    assert "lewat Terbitkan" in str(refusal.value.error_dict)
    create(dict(context), {"name": "berikutnya", "owner_org": owner})
    assert chain.city.call("anonim", "package_list") == ["berikutnya"]


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


def test_a_stale_search_index_shows_nothing(chain: Chain) -> None:
    published = chain.published()
    model.Session.execute(text("DELETE FROM lppd_current_release"))
    model.Session.execute(
        text("UPDATE package SET private = true WHERE id = :id"), {"id": published["package_id"]}
    )
    model.Session.commit()
    assert_not_public(chain.city, published["package_id"])
