"""A broken gate is noticed, said, and closes governed data, in web and worker; then it recovers."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan import plugins as p
from ckan.cli import jobs
from ckan.lib.plugins import DefaultPermissionLabels
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.cli import get_commands
from ckanext.lppd.cli.lppd import lppd
from ckanext.lppd.release import health
from ckanext.lppd.release.selfcheck import CHECKS, run_selfcheck
from tests.portal.conftest import Chain

pytestmark = pytest.mark.usefixtures("clean_index")

TRIGGERS, REFUSES, LABELS = "Pemicu basis data", "Gerbang menolak percobaan", "Label izin"
LEAK, ORDER, MIGRATION = "Tidak ada yang terbuka tanpa rilis", "Urutan plugin", "Migrasi"
PLACES = "Penyimpanan tertutup"
SQL_SEARCH, UNOWNED = "Kueri SQL DataStore", "Dataset tanpa pemilik"
NOTHING = (
    "CREATE OR REPLACE FUNCTION lppd_nothing() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NULL; END $$; "
)


@dataclass(frozen=True)
class Break:
    """How somebody with the table owner's rights breaks the gate, what notices, how it is mended.

    `closes`: whether published data is hidden as well (else only the self-check reports it).
    """

    sql: str
    mend: str
    noticed: frozenset[str]
    closes: bool = True


FUNCTIONS = ("lppd_released(text)", "lppd_governed(text)", "lppd_guard_package()")
BY_SQL = {
    "trigger off": Break(
        "ALTER TABLE package DISABLE TRIGGER lppd_gate_package",
        "ALTER TABLE package ENABLE TRIGGER lppd_gate_package",
        frozenset({TRIGGERS, REFUSES}),
    ),
    "all triggers of a table off": Break(
        "ALTER TABLE resource DISABLE TRIGGER USER",
        "ALTER TABLE resource ENABLE TRIGGER USER",
        frozenset({TRIGGERS}),
    ),
    "trigger gone": Break(
        "DROP TRIGGER lppd_gate_proof ON lppd_current_release",
        "CREATE TRIGGER lppd_gate_proof AFTER INSERT OR UPDATE ON lppd_current_release "
        "FOR EACH ROW EXECUTE FUNCTION lppd_guard_proof()",
        frozenset({TRIGGERS, REFUSES}),
    ),
    "trigger calls nothing": Break(
        NOTHING + "DROP TRIGGER lppd_gate_tag ON tag; CREATE CONSTRAINT TRIGGER lppd_gate_tag "
        "AFTER UPDATE ON tag FOR EACH ROW EXECUTE FUNCTION lppd_nothing()",
        "DROP TRIGGER lppd_gate_tag ON tag; DROP FUNCTION lppd_nothing; "
        "CREATE CONSTRAINT TRIGGER lppd_gate_tag AFTER UPDATE ON tag DEFERRABLE INITIALLY "
        "IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lppd_guard_tag()",
        frozenset({TRIGGERS, REFUSES}),  # the second sees a function without its search_path
    ),
    "function says yes": Break(
        "CREATE OR REPLACE FUNCTION lppd_released(pid text) RETURNS boolean LANGUAGE sql STABLE "
        "AS $$ SELECT true $$",
        "",
        frozenset({REFUSES}),
        closes=False,
    ),
    "nothing is governed": Break(
        "CREATE OR REPLACE FUNCTION lppd_governed(dataset_type text) RETURNS boolean "
        "LANGUAGE sql IMMUTABLE AS $$ SELECT false $$",
        "",
        frozenset({REFUSES}),
        closes=False,
    ),
    "search_path free": Break(
        "ALTER FUNCTION lppd_guard_package() RESET search_path",
        "",
        frozenset({REFUSES}),
        closes=False,
    ),
    "stamped, and a table is not there": Break(
        "ALTER TABLE lppd_claim RENAME TO lppd_lain",
        "ALTER TABLE lppd_lain RENAME TO lppd_claim",
        frozenset({MIGRATION}),
        closes=False,
    ),
    "stamped behind": Break(
        "UPDATE lppd_alembic_version SET version_num = '0000'",
        "UPDATE lppd_alembic_version SET version_num = '{head}'",
        frozenset({MIGRATION}),
        closes=False,
    ),
}


def execute(statement: str) -> None:
    """Run statements as the application's own role, which owns the tables here; commits."""
    model.Session.rollback()
    if statement:
        model.Session.connection().exec_driver_sql(statement)
    model.Session.commit()
    health.forget()


@pytest.fixture
def definitions(portal: None) -> Iterator[None]:
    """Put the functions back as they were."""
    find = "SELECT pg_get_functiondef(CAST('{}' AS regprocedure))"
    kept = [model.Session.execute(text(find.format(name))).scalar() for name in FUNCTIONS]
    yield
    for definition in kept:
        execute(str(definition).replace("%", "%%"))


def periksa(cli: Any) -> tuple[int, set[str]]:
    """Run `ckan lppd periksa`; return its exit code and the names of the checks that failed."""
    done = cli.invoke(lppd, ["periksa"])
    lines = [line[6:].split(":")[0] for line in done.output.splitlines() if line[:4] == "CELA"]
    return done.exit_code, set(lines)


def anybody_reads(chain: Chain, package_id: str) -> list[bool]:
    """Return whether an anonymous reader finds the dataset: shown, searched, listed, counted."""
    model.Session.rollback()
    try:
        shown = chain.city.call("anonim", "package_show", id=package_id)["id"] == package_id
    except toolkit.NotAuthorized:
        shown = False
    found = chain.city.call("anonim", "package_search", q="*:*")["count"] == 1
    listed = bool(chain.city.call("anonim", "package_list"))
    files = bool(chain.city.call("anonim", "resource_search", query="name:capaian")["count"])
    numbers = chain.city.call("anonim", "lppd_nilai")["count"] > 0
    return [shown, found, listed, files, numbers]


OPEN, CLOSED = [True] * 5, [False] * 5


@pytest.mark.parametrize("name", BY_SQL)
def test_a_break_in_the_database(chain: Chain, cli: Any, definitions: None, name: str) -> None:
    package_id = chain.published()["package_id"]
    head = model.Session.execute(text("SELECT version_num FROM lppd_alembic_version")).scalar()
    assert periksa(cli) == (0, set())
    case = BY_SQL[name]
    execute(case.sql)
    try:
        assert periksa(cli) == (1, case.noticed)
        assert anybody_reads(chain, package_id) == (CLOSED if case.closes else OPEN)
    finally:
        execute(case.mend.format(head=head))
    if name not in ("function says yes", "nothing is governed", "search_path free"):
        assert periksa(cli) == (0, set())
        assert anybody_reads(chain, package_id) == OPEN


def _other_labels(monkeypatch: pytest.MonkeyPatch, config: Any) -> None:
    labels = DefaultPermissionLabels()
    for module in ("ckanext.lppd.release.health", "ckan.lib.plugins"):
        monkeypatch.setattr(f"{module}.get_permission_labels", lambda: labels)


def _setting(key: str, value: Any) -> Callable[[pytest.MonkeyPatch, Any], None]:
    return lambda monkeypatch, config: monkeypatch.setitem(config, key, value)


def _public_directory(monkeypatch: pytest.MonkeyPatch, config: Any) -> None:
    # above the uploads, and written in a way of its own
    folder = Path(config["ckan.storage_path"]) / "lppd" / ".."
    monkeypatch.setitem(config, "extra_public_paths", f"/srv/gambar, {folder}")


def _public_storage(monkeypatch: pytest.MonkeyPatch, config: Any) -> None:
    from ckan.lib import files

    settings = {"type": "ckan:fs", "path": config["ckan.storage_path"], "public": True}
    storage = files.make_storage("lppd-terbuka", settings)
    monkeypatch.setitem(files.storages.members, "lppd-terbuka", storage)


SETTINGS: dict[str, tuple[Callable[[pytest.MonkeyPatch, Any], None], str]] = {
    "another plugin holds the labels": (_other_labels, LABELS),
    "lppd not first": (
        _setting("ckan.plugins", ["activity", "lppd", "scheming_datasets"]),
        ORDER,
    ),
    "SQL search on": (_setting("ckan.datastore.sqlsearch.enabled", True), SQL_SEARCH),
    "unowned datasets on": (_setting("ckan.auth.create_unowned_dataset", True), UNOWNED),
    "uploads in a public directory": (_public_directory, PLACES),
}
if toolkit.check_ckan_version("2.12"):
    SETTINGS["public file storage"] = (_public_storage, PLACES)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_opens_a_way_around(
    chain: Chain, cli: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    package_id = chain.published()["package_id"]
    change, noticed = SETTINGS[name]
    with monkeypatch.context() as patch:
        change(patch, ckan_config)
        health.forget()
        assert periksa(cli) == (1, {noticed})
        assert anybody_reads(chain, package_id) == CLOSED
        members = chain.city.call("produsen", "package_show", id=package_id)
        assert members["id"] == package_id
    health.forget()
    assert periksa(cli) == (0, set())
    assert anybody_reads(chain, package_id) == OPEN


def test_a_row_opened_while_the_trigger_was_off_stays_unread(chain: Chain, cli: Any) -> None:
    """Off, open, on again: the trigger is back, the row says public, and nobody reads it."""
    package_id = chain.approved()["package_id"]
    execute(
        "ALTER TABLE package DISABLE TRIGGER lppd_gate_package; "
        f"UPDATE package SET private = false WHERE id = '{package_id}'; "
        "ALTER TABLE package ENABLE TRIGGER lppd_gate_package"
    )
    assert periksa(cli) == (1, {LEAK})
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=package_id)
    model.Session.rollback()
    assert chain.city.call("anonim", "package_search", q="*:*")["count"] == 0
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0


@pytest.mark.parametrize(("table", "trigger"), health.TRIGGERS)
@pytest.mark.parametrize("word", ["DISABLE", "DROP"])
def test_each_trigger_is_missed(portal: None, table: str, trigger: str, word: str) -> None:
    if model.Session.execute(text(f"SELECT to_regclass('{table}')")).scalar() is None:
        assert table == "package_extra"
        return
    drop = f"DROP TRIGGER {trigger} ON {table}"
    off = f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"
    model.Session.execute(text(drop if word == "DROP" else off))
    assert health.missing_triggers() == [f"{table}.{trigger}"]
    model.Session.rollback()
    assert health.missing_triggers() == []


def test_the_self_check_passes_on_a_whole_portal(portal: None) -> None:
    assert {result.name: result.ok for result in run_selfcheck()} == dict.fromkeys(CHECKS, True)


def test_nothing_is_published_while_the_gate_is_broken(chain: Chain) -> None:
    approved = chain.approved()
    execute("ALTER TABLE tag DISABLE TRIGGER lppd_gate_tag")
    try:
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.act("terbitkan", "walidata", manifest=approved["manifest"])
        assert "ckan lppd periksa" in str(refusal.value.error_dict)
    finally:
        execute("ALTER TABLE tag ENABLE TRIGGER lppd_gate_tag")
    assert chain.show()["state"] == "disetujui"
    assert chain.act("terbitkan", "walidata", manifest=approved["manifest"])["state"] == (
        "terpublikasi"
    )


def test_the_web_process_says_so_once_and_asks_the_database_seldom(
    chain: Chain, web: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    package_id = chain.published()["package_id"]
    asked: list[int] = []
    missing = health.missing_triggers
    monkeypatch.setattr(health, "missing_triggers", lambda: asked.append(1) or missing())
    execute("ALTER TABLE package DISABLE TRIGGER lppd_gate_package")
    try:
        with caplog.at_level(logging.CRITICAL, logger="ckanext.lppd.release.health"):
            for _ in range(3):
                answer = web.get(f"/api/3/action/package_show?id={package_id}")
                assert answer.status_code == 403
        lines = [record.getMessage() for record in caplog.records]
        assert sum("lppd web: the gate does not stand" in line for line in lines) == 1
        assert sum("package.lppd_gate_package" in line for line in lines) == 1
        assert len(asked) == 1
    finally:
        execute("ALTER TABLE package ENABLE TRIGGER lppd_gate_package")
    assert web.get(f"/api/3/action/package_show?id={package_id}").status_code == 200


def run_worker(config: Any, job: bool) -> str:
    """Start a real worker on a queue of its own, with or without a job; return what it said."""
    if job:
        toolkit.enqueue_job(len, ["x"], title="lppd test", queue="lppd-health")
    program = Path(sys.executable).with_name("ckan")
    done = subprocess.run(
        [program, "-c", config["__file__"], "jobs", "worker", "--burst", "lppd-health"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout


BROKEN = "lppd worker: the gate does not stand"


@pytest.mark.parametrize("job", [False, True], ids=["nothing to do", "a job"])
def test_a_worker_says_so_when_it_starts(chain: Chain, ckan_config: Any, job: bool) -> None:
    chain.upload()
    execute("ALTER TABLE package DISABLE TRIGGER lppd_gate_package")
    try:
        said = run_worker(ckan_config, job)
    finally:
        execute("ALTER TABLE package ENABLE TRIGGER lppd_gate_package")
    assert said.count(BROKEN) == 1 and "package.lppd_gate_package" in said


def test_a_worker_that_ckan_did_not_start_says_so_at_its_first_job(
    chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.upload()
    execute("ALTER TABLE package DISABLE TRIGGER lppd_gate_package")
    try:
        with caplog.at_level(logging.CRITICAL, logger="ckanext.lppd.release.health"):
            for _ in range(2):
                for plugin in p.PluginImplementations(p.IForkObserver):
                    plugin.before_fork()
    finally:
        execute("ALTER TABLE package ENABLE TRIGGER lppd_gate_package")
    assert [BROKEN in record.getMessage() for record in caplog.records].count(True) == 1


def test_the_command_is_watched_once(portal: None) -> None:
    for _ in range(3):
        get_commands()
    callback = jobs.worker.callback
    assert callback.lppd_looks_at_the_gate  # type: ignore[union-attr]
    assert not hasattr(callback.__wrapped__, "__wrapped__")  # type: ignore[union-attr]
