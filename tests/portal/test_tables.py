"""The DataStore shows the rows of the current release, whole, and nothing else."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.logic.auth_table import get_auth_functions
from ckanext.lppd.release import tables
from ckanext.lppd.workflow import tables as table_jobs
from tests.portal.conftest import CODE, Chain, as_upload
from tests.portal.datastore import (
    EVERYONE,
    FIRST,
    REFUSALS,
    SECOND,
    csv_of,
    fresh_tables,
    names,
    published,
    search,
    work,
)

__all__ = ["fresh_tables"]

pytestmark = pytest.mark.usefixtures("clean_index", "fresh_tables")


def raw(web: Any, resource_id: str, action: str = "datastore_search") -> str:
    """Return what an anonymous client of the API gets, to the digit."""
    answer = web.get(f"/api/3/action/{action}?resource_id={resource_id}")
    assert answer.status_code == 200, answer.data
    return str(answer.get_data(as_text=True))


def test_numbers_are_numbers_and_exact(chain: Chain, web: Any) -> None:
    _, resource_id = published(chain)
    work()
    text_of_answer = raw(web, resource_id)
    assert '"capaian":70.00' in text_of_answer.replace(" ", "")
    result = json.loads(text_of_answer)["result"]
    assert result["resource_id"] == resource_id and tables.PREFIX not in text_of_answer
    assert {f["id"]: f["type"] for f in result["fields"]} == {
        "_id": "int",
        "kode_indikator": "text",
        "tahun": "numeric",
        "kode_wilayah": "text",
        "pembilang": "numeric",
        "penyebut": "numeric",
        "capaian": "numeric",
        "keterangan": "text",
    }
    row = result["records"][0]
    assert (row["kode_wilayah"], row["pembilang"], row["keterangan"]) == ("12.71", 700, None)
    for asked in ({"pembilang": 700}, {"tahun": "2025"}):
        assert search(chain, "anonim", resource_id, filters=asked)["total"] == 1
    assert search(chain, "anonim", resource_id, filters={"pembilang": 7})["total"] == 0


def test_info_names_the_resource_and_the_columns(chain: Chain, web: Any) -> None:
    _, resource_id = published(chain)
    work()
    answer = raw(web, resource_id, "datastore_info")
    info = json.loads(answer)["result"]
    assert (info["meta"]["id"], info["meta"]["count"]) == (resource_id, 1)
    assert tables.PREFIX not in answer
    labels = {field["id"]: field["info"]["label"] for field in info["fields"]}
    assert labels["kode_wilayah"] == "Kode wilayah"


@pytest.mark.parametrize("form", ["csv", "tsv", "json"])
def test_dump(chain: Chain, web: Any, form: str) -> None:
    package_id, resource_id = published(chain)
    path = f"/datastore/dump/{resource_id}?format={form}"
    missing = web.get(path)
    assert missing.status_code == 404
    assert "sedang disiapkan" in missing.get_data(as_text=True)
    work()
    answer = web.get(path)
    assert answer.status_code == 200
    assert f"{resource_id}.{form}" in answer.headers["Content-Disposition"]
    content = answer.get_data(as_text=True)
    if form == "csv":
        assert content.splitlines()[1] == f"1,{CODE},2025,12.71,700,1000,70.00,"
    # JSON goes through core's own reading of numbers
    assert ("70.0" if form == "json" else "70.00") in content and tables.PREFIX not in content
    assert web.get(f"/datastore/dump/{resource_id}?format=exe").status_code == 400
    hidden = next(iter(names()))
    assert web.get(f"/datastore/dump/{hidden}").status_code == 404
    chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    assert web.get(path).status_code == 404
    assert chain.show()["package_id"] == package_id


def test_the_table_is_there_when_the_walidata_publishes(chain: Chain, web: Any) -> None:
    chain.upload(FIRST)
    chain.act("ajukan", "produsen")
    assert work() == 0
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    resource_id = chain.show()["capaian"]["resource_id"]
    assert work() == 1
    (hidden,) = names()
    for who in EVERYONE:
        for name in (resource_id, hidden):
            with pytest.raises(REFUSALS):
                search(chain, who, name)
    chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert work() == 0
    assert search(chain, "anonim", resource_id)["total"] == 1
    dataset = chain.city.call("anonim", "package_show", id=approved["package_id"])
    assert dataset["resources"][0]["datastore_active"] is True


@pytest.mark.parametrize("state", ["upload", "submitted", "approved", "withdrawn"])
def test_what_is_not_released_is_not_there(chain: Chain, state: str) -> None:
    if state == "withdrawn":
        published(chain)
        work()
        chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    else:
        getattr(chain, state)()
    resource_id = chain.show()["capaian"]["resource_id"]
    table_jobs.tables_job(chain.show()["package_id"])
    assert len(names()) == (1 if state == "approved" else 0)
    for who in EVERYONE:
        for action in ("datastore_search", "datastore_info"):
            for asked in (resource_id, *names()):
                for key in ("resource_id", "id"):
                    with pytest.raises(REFUSALS):
                        chain.city.call(who, action, **{key: asked})
    with pytest.raises(toolkit.ObjectNotFound) as refusal:
        search(chain, "anonim", resource_id)
    with pytest.raises(toolkit.ObjectNotFound) as nobody:
        search(chain, "anonim", "tidak-ada")
    assert str(refusal.value).replace(resource_id, "x") == str(nobody.value).replace(
        "tidak-ada", "x"
    )


def test_a_revision_switches_the_table_with_the_release(chain: Chain, web: Any) -> None:
    package_id, resource_id = published(chain)
    work()
    (old,) = names()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(SECOND)
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    assert work() == 1
    assert len(names()) == 2
    assert '"capaian":70.00' in raw(web, resource_id).replace(" ", "")
    with pytest.raises(REFUSALS):
        search(chain, "anonim", copy.show()["capaian"]["resource_id"])
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert '"capaian":80.5' in raw(web, resource_id).replace(" ", "")
    with pytest.raises(toolkit.ObjectNotFound):
        search(chain, "sysadmin", old)
    table_jobs.tables_job(package_id)
    assert old not in names() and len(names()) == 1


def test_a_long_answer_stays_with_one_version(chain: Chain) -> None:
    _, resource_id = published(chain)
    work()
    (old,) = names()
    pinned = tables.Pinned.to(resource_id, old)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(SECOND)
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    work()
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert search(chain, "anonim", pinned)["records"][0]["capaian"] == 70
    assert search(chain, "anonim", resource_id)["records"][0]["capaian"] == 80.5
    chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    with pytest.raises(toolkit.ObjectNotFound):
        search(chain, "anonim", pinned)


def test_a_reader_who_misses_the_table_asks_for_it_once(chain: Chain) -> None:
    package_id, resource_id = published(chain)
    jobs.get_queue().empty()
    for _ in range(3):
        with pytest.raises(toolkit.ObjectNotFound) as refusal:
            search(chain, "anonim", resource_id)
        assert str(refusal.value) == tables.PREPARING
    dataset = chain.city.call("anonim", "package_show", id=package_id)
    assert dataset["resources"][0]["datastore_active"] is False
    assert work() == 1
    assert search(chain, "anonim", resource_id)["total"] == 1
    found = chain.city.call("anonim", "package_search", q="*:*")["results"][0]
    shown = chain.city.call("anonim", "resource_show", id=resource_id)
    assert found["resources"][0]["datastore_active"] is True
    assert shown["datastore_active"] is True


def test_a_lost_table_is_made_again(chain: Chain) -> None:
    package_id, resource_id = published(chain)
    work()
    with table_jobs._engine().connect() as connection, connection.begin():
        connection.execute(text(f'DROP TABLE "{next(iter(names()))}"'))
    for action in ("datastore_search", "datastore_info"):
        with pytest.raises(toolkit.ObjectNotFound) as refusal:
            chain.city.call("anonim", action, resource_id=resource_id)
        assert str(refusal.value) == tables.PREPARING
        model.Session.rollback()
    assert work() == 1
    assert search(chain, "anonim", resource_id)["total"] == 1
    assert table_jobs.missing() == [] and package_id


def test_never_partly(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    city = csv_of("70,00").replace(b";70,00;", b";70,00;Hanya satu kecamatan")
    district = b"2.f.1;2025;12.71.01;700;1000;70,00;Hanya kecamatan ini\n"
    _, resource_id = published(chain, city + district)
    backend = table_jobs._backend()
    original, calls = type(backend).upsert, []

    def second_fails(self: Any, context: Any, data_dict: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise toolkit.ValidationError({"records": ["terputus"]})
        return original(self, context, data_dict)

    monkeypatch.setattr(table_jobs, "BATCH", 1)
    with monkeypatch.context() as patch, pytest.raises(toolkit.ValidationError):
        patch.setattr(type(backend), "upsert", second_fails)
        work()
    assert len(names()) == 1
    with pytest.raises(toolkit.ObjectNotFound):
        search(chain, "anonim", resource_id)
    assert table_jobs.discard() == 1
    table_jobs.load(chain.show()["package_id"])
    assert search(chain, "anonim", resource_id)["total"] == 2


def test_a_table_that_is_being_loaded_is_not_dropped(portal: None) -> None:
    name = f"{tables.PREFIX}{'0' * 32}"
    with table_jobs._held(name):
        table_jobs._write(name, [{"id": "a", "type": "text"}], [{"a": "1"}])
        assert table_jobs.discard() == 0
    assert table_jobs.discard() == 1


def test_two_workers_make_one_table(chain: Chain) -> None:
    package_id, resource_id = published(chain)
    barrier, faults = threading.Barrier(2), []

    def run() -> None:
        try:
            barrier.wait(30)
            table_jobs.load(package_id)
        except Exception as error:  # noqa: BLE001 - told to the test below
            faults.append(error)
        finally:
            model.Session.remove()

    workers = [threading.Thread(target=run) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert faults == [] and len(names()) == 1
    assert search(chain, "anonim", resource_id)["total"] == 1


def test_the_command_loads_what_is_missing(chain: Chain, cli: Any) -> None:
    from ckanext.lppd.cli.lppd import lppd

    _, resource_id = published(chain)
    done = cli.invoke(lppd, ["tabel"])
    assert done.exit_code == 0, done.output
    assert "1 tabel dimuat, 0 dataset masih tanpa tabel" in done.output
    assert search(chain, "anonim", resource_id)["total"] == 1


def test_detail_tables_are_text_under_names_the_datastore_takes(chain: Chain) -> None:
    chain.upload(FIRST)
    package_id = chain.show("produsen")["package_id"]
    content = b'_No.;Laju "A": %;Laju  A;Nilai\n001;1,50;x;12\n'
    made = chain.city.call(
        "produsen",
        "resource_create",
        package_id=package_id,
        upload=as_upload(content, "rincian.csv"),
        url="rincian.csv",
        peran="rincian",
    )
    chain.city.call("produsen", "lppd_periksa", id=chain.id)
    chain.act("ajukan", "produsen")
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    work()
    found = search(chain, "anonim", made["id"])
    columns = {field["id"]: field["type"] for field in found["fields"] if field["id"] != "_id"}
    assert set(columns.values()) == {"text"}
    row = found["records"][0]
    assert [row[name] for name in columns] == ["001", "1,50", "x", "12"]
    assert search(chain, "anonim", made["id"], q="x")["total"] == 1


def test_column_names() -> None:
    long = "é" * 60
    titles = ["_id", "A", "a", 'b"c', "d:e%", "\x07", long, long + "x"]
    found = table_jobs.column_names(titles)
    assert [found[t] for t in titles[:6]] == ["id", "A", "a 2", "b c", "d e", "kolom"]
    assert len({name.casefold() for name in found.values()}) == len(titles)
    assert all(len(name.encode()) <= 63 for name in found.values())


def test_without_the_datastore_nothing_happens(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "enabled", lambda: False)
    assert "datastore_search_sql" not in get_auth_functions()
    package_id, _ = published(chain)
    assert work() == 0
    table_jobs.tables_job(package_id)
    chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    assert work() == 0 and names() == set()
