"""No door of the DataStore leads around the release: writes, aliases, SQL, foreign resources."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.release import tables
from ckanext.lppd.workflow import tables as table_jobs
from tests.portal.conftest import Chain
from tests.portal.datastore import FIRST, fresh_tables, names, published, search, work

__all__ = ["fresh_tables"]
pytestmark = pytest.mark.usefixtures("clean_index", "fresh_tables")

WRITES: dict[str, dict[str, Any]] = {
    "datastore_create": {"fields": [{"id": "a"}], "force": True},
    "datastore_upsert": {"records": [{"a": 1}], "force": True},
    "datastore_delete": {"force": True},
    "datastore_records_delete": {"filters": {}, "force": True},
    "datastore_run_triggers": {},
}


@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("who", ["produsen", "sysadmin"])
def test_writes_are_refused(chain: Chain, action: str, who: str) -> None:
    _, resource_id = published(chain)
    work()
    for name in (resource_id, next(iter(names()))):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.city.call(who, action, resource_id=name, **WRITES[action])
        assert "diisi oleh portal" in str(refusal.value.error_dict)
        model.Session.rollback()
    assert search(chain, "anonim", resource_id)["total"] == 1


@pytest.mark.parametrize("action", ["datastore_search", "datastore_info", *WRITES])
def test_a_second_id_does_not_slip_past(chain: Chain, action: str) -> None:
    _, resource_id = published(chain)
    work()
    other = stock(chain)
    for name in (resource_id, next(iter(names()))):
        for ids in ({"resource_id": other, "id": name}, {"resource_id": name, "id": other}):
            with pytest.raises(toolkit.ValidationError):
                chain.city.call("sysadmin", action, **ids, **WRITES.get(action, {}))
            model.Session.rollback()
    assert search(chain, "anonim", resource_id)["total"] == 1


def stock(chain: Chain, **data: Any) -> Any:
    """Make an ordinary public resource with a DataStore table."""
    city = chain.city
    dataset = city.call(
        "produsen", "package_create", name="biasa", owner_org=city.agencies["disdukcapil"]
    )
    made = city.call("produsen", "resource_create", package_id=dataset["id"], url="x", **data)
    fields = [{"id": "a", "type": "text"}]
    city.call(
        "produsen",
        "datastore_create",
        resource_id=made["id"],
        fields=fields,
        records=[{"a": "1"}],
        force=True,
    )
    return made["id"]


def test_ordinary_tables_work_as_before(chain: Chain, web: Any) -> None:
    resource_id = stock(chain)
    assert search(chain, "anonim", resource_id)["records"][0]["a"] == "1"
    assert web.get(f"/datastore/dump/{resource_id}").data.split() == [b"_id,a", b"1,1"]
    assert search(chain, "anonim", "_table_metadata")["total"] >= 1
    shown = chain.city.call("anonim", "resource_show", id=resource_id)
    assert shown["datastore_active"] is True
    assert web.get("/datastore/dump/tidak-ada").status_code == 404


def test_no_alias_and_no_foreign_resource_opens_a_table(chain: Chain) -> None:
    chain.upload(FIRST)
    chain.act("ajukan", "produsen")
    chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    work()
    (hidden,) = names()
    other = stock(chain)
    for alias in (chain.show()["capaian"]["resource_id"], hidden, f"x,{hidden}"):
        with pytest.raises(toolkit.ValidationError):
            chain.city.call(
                "sysadmin", "datastore_create", resource_id=other, aliases=alias, force=True
            )
        model.Session.rollback()
    for who in ("anonim", "produsen", "sysadmin"):
        with pytest.raises(toolkit.ObjectNotFound):
            search(chain, who, hidden)
    asked = {"user": "", "auth_user_obj": None, "table_names": [hidden]}
    with pytest.raises(toolkit.NotAuthorized):
        toolkit.check_access("datastore_search_sql", asked, {})
    toolkit.check_access("datastore_search_sql", {**asked, "table_names": [other]}, {})


def test_a_purge_and_the_command_remove_tables(chain: Chain, cli: Any) -> None:
    from ckan.cli.cli import ckan

    chain.approved()
    work()
    assert len(names()) == 1
    chain.city.call("sysadmin", "dataset_purge", id=chain.show()["package_id"])
    assert names() == set()
    table_jobs._write(f"{tables.PREFIX}{'1' * 32}", [{"id": "a", "type": "text"}], [{"a": "1"}])
    done = cli.invoke(ckan, ["lppd", "bersihkan"])
    assert done.exit_code == 0 and "1 tabel DataStore dihapus" in done.output
    assert names() == set()
