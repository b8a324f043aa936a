"""The index still calls a withdrawn dataset public: nobody finds, counts or guesses it (R1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan.lib.search import SearchIndexError, query_for
from ckan.lib.search import rebuild as rebuild_index
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.release import health, index_behind, withdraw
from tests.portal.conftest import Chain, City

pytestmark = pytest.mark.usefixtures("clean_index")
STRANGERS = ("anonim", "orang_luar", "produsen_lain")
# (action, arguments): each may be asked by anybody and is answered from the index
ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "search": ("package_search", {"q": "*:*"}),
    "search for a word": ("package_search", {"q": "rahasia"}),
    "search with private ones": ("package_search", {"q": "rahasia", "include_private": True}),
    "search in one field": ("package_search", {"q": "notes:rahasia", "rows": 0}),
    "search by a filter": ("package_search", {"fq": "notes:rahasia"}),
    "search by a filter list": ("package_search", {"fq_list": ["notes:rahasia"]}),
    "names alone": ("package_search", {"q": "*:*", "fl": "name"}),
    "ids alone": ("package_search", {"q": "*:*", "fl": ["id"]}),
    "titles alone": ("package_search", {"q": "*:*", "fl": ["title", "notes"]}),
    "the whole entry": ("package_search", {"q": "*:*", "fl": ["validated_data_dict"]}),
    "every field": ("package_search", {"q": "*:*", "fl": ["*"]}),
    "fields in one text": ("package_search", {"q": "*:*", "fl": "name,notes,private"}),
    "no hits, a count": ("package_search", {"q": "*:*", "rows": 0}),
    "facets": (
        "package_search",
        {"q": "*:*", "rows": 0, "facet.field": ["tags", "organization", "res_format"]},
    ),
    "core schema": ("package_search", {"q": "*:*", "use_default_schema": True}),
    "autocomplete": ("package_autocomplete", {"q": "ikk"}),
    "tag": ("tag_show", {"id": "sandi", "include_datasets": True}),
    "organisation": ("organization_show", {"id": "disdukcapil", "include_datasets": True}),
    "datasets of a group": ("group_package_show", {"id": "disdukcapil"}),
    "recent": ("current_package_list_with_resources", {}),
}


@pytest.fixture
def stale(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give a dataset that was withdrawn while the index did not answer."""
    chain.upload()
    package_id = chain.show()["package_id"]
    chain.city.call(
        "produsen", "package_patch", id=package_id, notes="Angka rahasia", tag_string="sandi"
    )
    chain.act("ajukan", "produsen")
    manifest = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])["manifest"]
    chain.act("terbitkan", "walidata", manifest=manifest)
    assert chain.city.call("anonim", "package_search", q="rahasia")["count"] == 1

    def away(*_ids: Any, **_options: Any) -> None:
        raise SearchIndexError("Solr does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(withdraw, "rebuild_index", away)
        chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    assert in_index(package_id), "the index is not behind"
    return chain.show()


def in_index(package_id: str) -> bool:
    """Tell whether the index itself calls the dataset public."""
    found = query_for(model.Package).run({"q": f"id:{package_id}", "fq": "capacity:public"})
    return found["count"] == 1


def test_nobody_learns_of_it(chain: Chain, stale: dict[str, Any]) -> None:
    told = [stale["package_id"], stale["dataset_name"], stale["nama"], "rahasia"]
    for name, (action, data) in ASKED.items():
        for who in STRANGERS:
            found = chain.city.call(who, action, **data)
            said = json.dumps(found, default=str)
            assert not [part for part in told if part in said], (name, who, said)
            if action == "package_search":
                assert found["count"] == 0 and not found["results"], (name, who)
                assert not any(found["facets"].values()), (name, who)


def test_pages_and_feeds_do_not_name_it(stale: dict[str, Any], web: Any) -> None:
    for path in (
        "/",
        "/dataset/",
        "/dataset/?q=rahasia",
        "/organization/disdukcapil",
        "/feeds/dataset.atom",
        "/feeds/organization/disdukcapil.atom",
        "/feeds/tag/sandi.atom",
        "/feeds/custom.atom?q=rahasia",
        "/api/3/search/dataset?q=rahasia",
        "/api/2/util/dataset/autocomplete?incomplete=ikk",
        "/api/i18n/id",
    ):
        page = web.get(path, follow_redirects=True).get_data(as_text=True)
        assert stale["dataset_name"] not in page and "Angka rahasia" not in page, path


def test_the_index_catches_up_and_members_find_it(chain: Chain, stale: dict[str, Any]) -> None:
    withdraw.reindex_job(stale["package_id"])
    assert not in_index(stale["package_id"])
    assert model.Session.execute(text("SELECT count(*) FROM lppd_index_behind")).scalar() == 0
    found = chain.city.call("produsen", "package_search", q="rahasia", include_private=True)
    assert [hit["id"] for hit in found["results"]] == [stale["package_id"]]


def test_a_row_that_stayed_behind_hides_nothing(chain: Chain, stale: dict[str, Any]) -> None:
    """The whole index was built by hand, which knows nothing of the list."""
    rebuild_index(stale["package_id"], force=True)
    found = chain.city.call("produsen", "package_search", q="rahasia", include_private=True)
    assert found["count"] == 1
    manifest = chain.act("ajukan", "produsen")["manifest"]
    chain.act("setujui", "walidata", manifest=manifest)
    chain.act("terbitkan", "walidata", manifest=manifest)
    assert chain.city.call("anonim", "package_search", q="rahasia")["count"] == 1


ORDINARY_FIELDS: tuple[Any, ...] = ("name", ["name"], ["id"], "id,title", ["title"], ["*"])


@pytest.mark.parametrize("fields", ORDINARY_FIELDS, ids=str)
def test_a_field_list_is_answered_as_without_the_plugin(
    city: City, fields: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.call(
        "produsen",
        "package_create",
        name="data-biasa",
        title="Biasa",
        owner_org=city.agencies["disdukcapil"],
    )
    found = city.call("anonim", "package_search", q="*:*", fl=fields)
    monkeypatch.setattr(index_behind, "leave_out", lambda params: params)
    monkeypatch.setattr("ckanext.lppd.plugin.ask_what_is_rechecked", lambda params: params)
    monkeypatch.setattr("ckanext.lppd.plugin.drop_unreleased", lambda found, params: found)
    plain = city.call("anonim", "package_search", q="*:*", fl=fields)
    assert found == plain and found["count"] == 1


@pytest.fixture
def broken_gate(chain: Chain) -> Any:
    """Take a trigger away until the end."""

    def switch(word: str) -> None:
        model.Session.rollback()
        model.Session.execute(text(f"ALTER TABLE package {word} TRIGGER lppd_gate_package"))
        model.Session.commit()
        health.forget()

    yield lambda: switch("DISABLE")
    switch("ENABLE")


def test_with_a_broken_gate_no_field_list_finds_it(
    chain: Chain, broken_gate: Callable[[], None]
) -> None:
    published = chain.published()
    broken_gate()
    for fields in ("name", ["id"], ["title", "notes"], ["*"]):
        found = chain.city.call("anonim", "package_search", q="*:*", fl=fields)
        assert found["results"] == [], fields
    assert chain.city.call("anonim", "package_autocomplete", q="ikk") == []
    assert published["state"] == "terpublikasi"


def test_members_of_an_organisation_are_people_and_public_datasets(chain: Chain) -> None:
    """Core lists the datasets of an organisation to anybody, private ones too."""
    chain.upload()
    draft = chain.show()["package_id"]
    group = chain.city.agencies["disdukcapil"]
    for data in ({"id": group}, {"id": "disdukcapil", "object_type": "package"}):
        for who in STRANGERS:
            assert draft not in json.dumps(chain.city.call(who, "member_list", **data))
        for who in ("produsen", "walidata", "sysadmin"):
            assert draft in json.dumps(chain.city.call(who, "member_list", **data)), who


def test_the_keywords_of_a_draft_are_not_listed(chain: Chain) -> None:
    """Core lists and suggests the keywords of private datasets to anybody."""
    chain.upload()
    package_id = chain.show()["package_id"]
    chain.city.call("produsen", "package_patch", id=package_id, tag_string="sandi,umum")
    owner = chain.city.agencies["disdukcapil"]
    tags = [{"name": "umum"}, {"name": "biasa"}]
    chain.city.call("produsen", "package_create", name="biasa", owner_org=owner, tags=tags)
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "list": ("tag_list", {}),
        "list with fields": ("tag_list", {"all_fields": True}),
        "list by a word": ("tag_list", {"query": "sandi"}),
        "search": ("tag_search", {"query": "sandi"}),
        "autocomplete": ("tag_autocomplete", {"query": "san"}),
    }
    for name, (action, data) in asked.items():
        for who in STRANGERS:
            found = chain.city.call(who, action, **data)
            assert "sandi" not in json.dumps(found), (name, who)
            assert action != "tag_search" or found["count"] == 0
        assert "sandi" in json.dumps(chain.city.call("sysadmin", action, **data)), name
    assert sorted(chain.city.call("anonim", "tag_list")) == ["biasa", "umum"]


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_following_tells_nothing(chain: Chain, state: str) -> None:
    package_id = chain.published()["package_id"] if state == "withdrawn" else None
    if package_id is None:
        package_id = chain.upload()["package_id"]
    else:
        chain.city.call("orang_luar", "follow_dataset", id=package_id)
        chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    name = chain.show()["dataset_name"]
    if state == "draft":
        with pytest.raises(toolkit.NotAuthorized):
            chain.city.call("orang_luar", "follow_dataset", id=name)
        model.Session.rollback()
    me = chain.city.users["orang_luar"]
    for action in ("followee_list", "dataset_followee_list", "dashboard_activity_list"):
        assert name not in json.dumps(chain.city.call("orang_luar", action, id=me)), action


def test_a_withdrawn_file_is_not_sent_in_any_way(chain: Chain, web: Any) -> None:
    published = chain.published()
    name, file = published["dataset_name"], published["capaian"]["resource_id"]
    path = f"/indikator-lppd/{name}/resource/{file}/download/capaian.csv"
    first = web.get(path)
    page = web.get(f"/indikator-lppd/{name}")
    assert first.status_code == page.status_code == 200
    for answer in (first, page):
        kept = answer.headers["Cache-Control"]
        assert "no-cache" in kept or "private" in kept, "a cache may keep it"
    marks = {k: v for k, v in first.headers.items() if k in ("ETag", "Last-Modified")}
    chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    again = {
        "plain": {},
        "part": {"Range": "bytes=0-9"},
        "unchanged by mark": {"If-None-Match": marks.get("ETag", '"x"')},
        "unchanged by time": {"If-Modified-Since": marks.get("Last-Modified", "x")},
    }
    for how, headers in again.items():
        for address in (path, path.replace("capaian.csv", "lama.csv"), f"{path}?__no_cache=True"):
            for method in ("GET", "HEAD"):
                answer = web.test_client().open(address, method=method, headers=headers)
                assert answer.status_code in (302, 403, 404), (how, address, answer.status_code)
                assert not any(k in answer.headers for k in ("ETag", "Content-Range")), how
