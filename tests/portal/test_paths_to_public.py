"""No way to public but a release: each path, tried by everybody, against what anybody can read.

The paths stand in two tables: `paths_actions.py` (actions, forms, commands) and `paths_sql.py` (ORM
and SQL as the application's own role). After each attempt an anonymous client reads what it read
before, the stored bytes are the same, the refusal is an orderly one, and the next request works.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan import plugins as p
from psycopg2 import Error as PgError
from sqlalchemy.exc import DBAPIError

from ckanext.lppd.release import health
from tests.portal import paths_sql
from tests.portal.attack import Attack, Refused, World, forget_rows, make_world
from tests.portal.paths_actions import CONTENT, ONLY, OVER_HTTP, VISIBILITY

# the nightly run adds those who may do no more than one of these
EVERYBODY = ("anonim", "orang_luar", "produsen", "produsen2", "walidata", "sysadmin", "ignore_auth")
FEW = ("anonim", "produsen", "sysadmin", "ignore_auth")
IDENTITIES = EVERYBODY if os.environ.get("LPPD_HYPOTHESIS") == "nightly" else FEW
PASS_PERMISSIONS = ("sysadmin", "ignore_auth")
ROWS = {**VISIBILITY, **CONTENT}
# acts of CKAN itself that hide what was public; that nothing becomes readable is asserted
MAY_HIDE = frozenset(
    {
        "organization_delete",
        "organization_purge",
        "organization state",
        "ckan dataset delete",
        "ckan dataset purge",
    }
)


class _Kept:
    """The world that the next attack may use."""

    world: World | None = None


@pytest.fixture(scope="module")
def folder(web: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the module's world its files."""
    yield tmp_path_factory.mktemp("serang")
    _Kept.world = None
    forget_rows()


@pytest.fixture
def world(
    web: Any, folder: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    """Give the world as it was made."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(folder))
    # without a storage of that name CKAN 2.12 keeps files there, and their bytes can be looked at
    monkeypatch.setitem(ckan_config, "ckan.files.default_storages.resource", "tidak-ada")
    health.forget()
    if _Kept.world is None:
        _Kept.world = make_world(web, folder)
    if _Kept.world.fingerprint() != _Kept.world.state:
        _Kept.world.put_back()
    yield _Kept.world
    model.Session.remove()


def test_the_tables_are_long_enough() -> None:
    assert len(ROWS) + len(paths_sql.ROWS) >= 60
    assert not set(ROWS) & set(paths_sql.ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_no_action_changes_what_anybody_reads(world: World, name: str) -> None:
    """Everybody tries in turn; where a row changed, the reader looks at once, else at the end.

    Where everybody was refused and no row changed, by one door each: the other doors read these
    rows, the index (searched) and the bytes (downloaded, hashed).
    """
    attempt, says = ROWS[name]
    let_through = False
    for who in ONLY.get(name, IDENTITIES):
        if who == "ignore_auth" and name in OVER_HTTP:
            continue
        attack = Attack(world, who)
        refusal: Refused | None = None
        try:
            attempt(attack)
        except Refused as refused:
            refusal = refused
        model.Session.rollback()
        if says and who in PASS_PERMISSIONS:
            assert refusal is not None, f"{who} was let through"
            assert says in refusal.said, (who, refusal.said)
            assert refusal.status == 409
        if refusal is None:
            let_through = True
        else:
            attack.go_on()
        if world.fingerprint() != world.state:
            assert_same(world, name, who)
            world.put_back()
    assert_same(world, name, "at the end", brief=not let_through)


def assert_same(world: World, name: str, who: str, *, brief: bool = False) -> None:
    """Assert that an anonymous client reads what it read before."""
    hidden = (world.draft, world.approved)
    for what, now in world.look(brief=brief).items():
        if name in MAY_HIDE and not any(t.package_id in what or t.name in what for t in hidden):
            continue
        assert now == world.seen[what], (name, who, what)


@pytest.mark.parametrize("name", paths_sql.ROWS)
def test_the_database_refuses_what_python_does_not_see(world: World, name: str) -> None:
    if not paths_sql.applies(name):
        return
    refusal = DBAPIError if name.startswith(paths_sql.BY_MODEL) else PgError
    try:
        with world.inside():
            if name in paths_sql.QUIET:
                paths_sql.ROWS[name](world)
            else:
                with pytest.raises(refusal):
                    paths_sql.ROWS[name](world)
    finally:
        model.Session.rollback()
    # nothing that a reader could see comes from elsewhere than these rows
    assert world.fingerprint() == world.state
    if name in paths_sql.WITHOUT_PLUGIN:
        assert_same(world, name, "SQL")


def test_the_gate_holds_without_the_plugin(world: World) -> None:
    p.unload_all()
    try:
        for name in paths_sql.WITHOUT_PLUGIN:
            with pytest.raises((DBAPIError, PgError)):
                paths_sql.ROWS[name](world)
            model.Session.rollback()
    finally:
        p.load_all()
    assert_same(world, "all", "without the plugin")
