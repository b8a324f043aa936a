"""What is not released shows nowhere: not by id, name, search, count, activity or download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.model import Isian
from ckanext.lppd.release import health
from tests.portal.conftest import Chain

pytestmark = pytest.mark.usefixtures("clean_index")
STRANGERS = ("anonim", "orang_luar", "produsen_lain")

LISTS: dict[str, dict[str, Any]] = {
    "package_list": {},
    "package_search": {"q": "*:*"},
    "package_search by title": {"q": "Cakupan OR Persentase OR ikk"},
    "package_search private": {"q": "*:*", "include_private": True, "include_drafts": True},
    "package_autocomplete": {"q": "ikk"},
    "current_package_list_with_resources": {},
    "resource_search": {"query": "name:capaian"},
    "tag_list": {},
    "recently_changed_packages_activity_list": {},
    "organization_activity_list": {"id": "disdukcapil"},
    "user_activity_list": {"id": "u-produsen"},
    "lppd_nilai": {},
}
DIRECT = {
    "package_show": "package",
    "resource_show": "resource",
    "resource_view_list": "resource",
    "package_activity_list": "package",
    "lppd_rilis_list": "package",
    "lppd_isian_show": "isian",
}


@pytest.fixture(params=["draft", "approved", "withdrawn"])
def hidden(chain: Chain, request: pytest.FixtureRequest) -> dict[str, Any]:
    """Give a dataset that is not released, in each of the ways it can be so."""
    if request.param == "draft":
        chain.upload()
    elif request.param == "approved":
        chain.approved()
    else:
        chain.published()
        chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    return chain.show()


@pytest.mark.parametrize("who", STRANGERS)
def test_no_list_mentions_it(chain: Chain, hidden: dict[str, Any], who: str) -> None:
    wanted = (hidden["package_id"], hidden["capaian"]["resource_id"], hidden["dataset_name"])
    for name, data in LISTS.items():
        found = str(chain.city.call(who, name.split()[0], **data))
        assert not [part for part in (*wanted, hidden["nama"]) if part in found], name


@pytest.mark.parametrize("who", STRANGERS)
def test_no_direct_call_returns_it(chain: Chain, hidden: dict[str, Any], who: str) -> None:
    ids = {
        "package": hidden["package_id"],
        "resource": hidden["capaian"]["resource_id"],
        "isian": hidden["id"],
    }
    for action, kind in DIRECT.items():
        with pytest.raises((toolkit.NotAuthorized, toolkit.ObjectNotFound)):
            chain.city.call(who, action, id=ids[kind])
        model.Session.rollback()


def test_counts_do_not_include_it(chain: Chain, hidden: dict[str, Any]) -> None:
    organisation = chain.city.call("anonim", "organization_show", id="disdukcapil")
    assert organisation["package_count"] == 0
    listed = chain.city.call("anonim", "organization_list", all_fields=True)
    assert {row["name"]: row["package_count"] for row in listed}["disdukcapil"] == 0


def test_pages_and_downloads_are_closed(chain: Chain, hidden: dict[str, Any], web: Any) -> None:
    name, resource = hidden["dataset_name"], hidden["capaian"]
    for path in (
        f"/indikator-lppd/{name}",
        f"/dataset/{name}",
        f"/indikator-lppd/{name}/resource/{resource['resource_id']}",
        f"/indikator-lppd/{name}/resource/{resource['resource_id']}/download/capaian.csv",
        f"/dataset/{name}/resource/{resource['resource_id']}/download/capaian.csv",
        f"/indikator-lppd/activity/{name}",
    ):
        answer = web.get(path, follow_redirects=False)
        assert answer.status_code in (302, 403, 404), (path, answer.status_code)
        assert hidden["nama"] not in answer.get_data(as_text=True), path
    feed = web.get("/feeds/organization/disdukcapil.atom").get_data(as_text=True)
    assert name not in feed


def test_members_still_follow_what_was_withdrawn(chain: Chain) -> None:
    package_id = chain.published()["package_id"]
    chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    for who in ("produsen", "pengawas"):
        assert chain.city.call(who, "package_activity_list", id=package_id)


@pytest.fixture
def broken_gate(chain: Chain) -> Callable[[], None]:
    """Give a way to take a trigger away; it is put back at the end."""

    def switch(word: str) -> None:
        model.Session.rollback()
        model.Session.execute(text(f"ALTER TABLE package {word} TRIGGER lppd_gate_package"))
        model.Session.commit()
        health.forget()

    yield lambda: switch("DISABLE")  # type: ignore[misc]
    switch("ENABLE")


def test_with_a_broken_gate_nothing_governed_is_public(
    chain: Chain, broken_gate: Callable[[], None]
) -> None:
    published = chain.published()
    ordinary = chain.city.call(
        "produsen",
        "package_create",
        name="data-biasa",
        owner_org=chain.city.agencies["disdukcapil"],
        private=False,
    )
    broken_gate()
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=published["package_id"])
    model.Session.rollback()
    found = chain.city.call("anonim", "package_search", q="*:*")
    assert [hit["name"] for hit in found["results"]] == [ordinary["name"]]
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0
    assert model.Session.get(Isian, chain.id).state == "terpublikasi"
