# ruff: noqa: E501 - one row of a table on one line
"""Paths to public below the actions: the ORM, and SQL as the application's own role.

In each statement {draft}, {approved}, {public}, {stock} are dataset ids, {file}, {public_file} and
{stock_file} ids of their files. All must be refused but those in QUIET, which change nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable

from ckan import model
from sqlalchemy import text

from tests.portal.attack import World

Try = Callable[[World], None]


def ids(world: World) -> dict[str, str]:
    """Return what the statements name."""
    return {
        "draft": world.draft.package_id,
        "approved": world.approved.package_id,
        "public": world.public.package_id,
        "stock": world.stock.package_id,
        "file": world.draft.resource_id,
        "public_file": world.public.resource_id,
        "stock_file": world.stock.resource_id,
        "isian": world.draft.isian_id,
    }


def sql(statement: str) -> Try:
    """Run statements in one transaction and commit."""

    def attempt(world: World) -> None:
        filled = statement
        for name, value in ids(world).items():
            filled = filled.replace("{" + name + "}", value)
        model.Session.rollback()  # an open transaction here would be waited for
        connection = model.meta.engine.raw_connection()
        try:
            connection.cursor().execute("SET lock_timeout = '10s'; " + filled)
            connection.commit()
        finally:
            # nothing of the session (temporary tables, search_path) may stay in the pool
            connection.invalidate()

    return attempt


def copied(world: World) -> None:
    """Load a row that is open from the start with COPY."""
    connection = model.meta.engine.raw_connection()
    try:
        row = io.StringIO("salin\tsalin\tindikator-lppd\tactive\tf\n")
        connection.cursor().copy_from(
            row, "package", columns=("id", "name", "type", "state", "private")
        )
        connection.commit()
    finally:
        connection.rollback()
        connection.close()


def orm(change: Callable[[World], None]) -> Try:
    """Change objects and commit."""

    def attempt(world: World) -> None:
        change(world)
        model.Session.commit()

    return attempt


def assign(what: str, **values: object) -> Try:
    """Set attributes of a dataset or of its file."""

    def change(world: World) -> None:
        is_file = what.endswith("file")
        found = (model.Resource if is_file else model.Package).get(ids(world)[what])
        for name, value in values.items():
            setattr(found, name, value)

    return orm(change)


def query_update(world: World) -> None:
    """Write past the unit of work."""
    model.Session.query(model.Package).filter_by(id=world.draft.package_id).update(
        {"private": False}
    )


def by_mappings(world: World) -> None:
    """Write in bulk."""
    model.Session.bulk_update_mappings(
        model.Package, [{"id": world.draft.package_id, "private": False}]
    )


def undeleted(world: World) -> None:
    """Delete by the model's own method, open, and bring back."""
    dataset = model.Package.get(world.draft.package_id)
    dataset.delete()
    model.Session.flush()
    dataset.private, dataset.state = False, "active"


def made(world: World) -> None:
    """Make an open governed dataset by the model."""
    model.Session.add(model.Package(name="orm-baru", type="data-sektoral", private=False))


def tagged(world: World) -> None:
    """Add a keyword by the model's own method."""
    model.Package.get(world.public.package_id).add_tag_by_name("lain")


OPENED = "UPDATE package SET private = false WHERE id = '{draft}'; "
SHADOW = "CREATE SCHEMA lain; SET LOCAL search_path = lain, public; "
YES = "CREATE FUNCTION lain.{}(text) RETURNS boolean LANGUAGE sql AS $$ SELECT {} $$; "
FORGED = (
    "INSERT INTO lppd_release (id, package_id, isian_id, version, manifest, content, verdict_ids, "
    "approved_by, published_by) VALUES ('palsu', '{draft}', '{isian}', 1, lppd_manifest('{draft}'), "
    "'{}', {verdicts}, 'palsu', 'palsu'); INSERT INTO lppd_current_release VALUES "
    "('{draft}', 'palsu', lppd_manifest('{draft}')); "
)
ALL_VERDICTS = "(SELECT jsonb_agg(id) FROM lppd_verdict WHERE package_id = '{draft}')"
# fmt: off
ROWS: dict[str, Try] = {
    "ORM private": assign("draft", private=False),
    "ORM null": assign("draft", private=None),
    "ORM approved": assign("approved", private=False),
    "ORM type and private": assign("draft", type="dataset", private=False),
    "ORM owner": assign("public", owner_org=None),
    "ORM title": assign("public", title="lain"),
    "ORM file address": assign("public_file", url="http://example.org/lain.csv"),
    "ORM file state": assign("public_file", state="deleted"),
    "ORM file extras": assign("public_file", extras={"sha256": "0" * 64}),
    "ORM file to another dataset": assign("public_file", package_id="x"),
    "ORM undelete": orm(undeleted),
    "ORM new": orm(made),
    "ORM keyword": orm(tagged),
    "Query.update": orm(query_update),
    "bulk_update_mappings": orm(by_mappings),
    "COPY": copied,
    "SQL private": sql(OPENED),
    "SQL null": sql("UPDATE package SET private = NULL WHERE id = '{draft}'"),
    "SQL approved": sql("UPDATE package SET private = false WHERE id = '{approved}'"),
    "SQL everything": sql("UPDATE package SET private = false"),
    "SQL type and private": sql("UPDATE package SET type = 'dataset', private = false WHERE id = '{draft}'"),
    "SQL type": sql("UPDATE package SET type = 'dataset' WHERE id = '{draft}'"),
    "SQL type null": sql("UPDATE package SET type = NULL WHERE id = '{draft}'"),
    "SQL into a governed type": sql("UPDATE package SET type = 'data-sektoral' WHERE id = '{stock}'"),
    "SQL by way of draft": sql("UPDATE package SET private = false, state = 'draft' WHERE id = '{draft}'; UPDATE package SET state = 'active' WHERE id = '{draft}'"),
    "SQL by way of deleted": sql("UPDATE package SET private = NULL, state = 'deleted' WHERE id = '{draft}'; UPDATE package SET state = 'active' WHERE id = '{draft}'"),
    "SQL without owner": sql("UPDATE package SET owner_org = NULL, private = false WHERE id = '{draft}'"),
    "SQL insert": sql("INSERT INTO package (id, name, type, state, private) VALUES ('b', 'b', 'data-sektoral', 'active', false)"),
    "SQL insert by default": sql("INSERT INTO package (id, name, type, state) VALUES ('b', 'b', 'data-sektoral', 'active')"),
    "SQL on conflict": sql("INSERT INTO package (id, name, type) VALUES ('{draft}', 'b', 'data-sektoral') ON CONFLICT (id) DO UPDATE SET private = false"),
    "SQL merge": sql("MERGE INTO package p USING (SELECT '{draft}' AS id) s ON p.id = s.id WHEN MATCHED THEN UPDATE SET private = false"),
    "SQL with": sql("WITH x AS (UPDATE package SET private = false WHERE id = '{draft}' RETURNING id) SELECT * FROM x"),
    "SQL do": sql("DO $$ BEGIN UPDATE package SET private = false WHERE id = '{draft}'; END $$"),
    "SQL do that swallows": sql("DO $$ BEGIN UPDATE package SET private = false WHERE id = '{draft}'; EXCEPTION WHEN others THEN NULL; END $$"),
    "SQL prepared": sql("PREPARE buka AS UPDATE package SET private = false WHERE id = $1; EXECUTE buka('{draft}')"),
    "SQL savepoint": sql("SAVEPOINT a; SET CONSTRAINTS ALL DEFERRED; " + OPENED + "RELEASE a"),
    "SQL deferred": sql("SET CONSTRAINTS ALL DEFERRED; " + OPENED),
    "SQL deferred, file too": sql("SET CONSTRAINTS ALL DEFERRED; UPDATE resource SET url = 'http://example.org' WHERE id = '{public_file}'"),
    "SQL deferred, closed again": sql("SET CONSTRAINTS ALL DEFERRED; " + OPENED + "UPDATE package SET private = true WHERE id = '{draft}'"),
    "SQL as a replica": sql("SET session_replication_role = replica; " + OPENED),
    "SQL as somebody else": sql("SET ROLE postgres; " + OPENED),
    "SQL system triggers off": sql("ALTER TABLE package DISABLE TRIGGER ALL; " + OPENED),
    "SQL a function's definer": sql("CREATE FUNCTION buka() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$ UPDATE package SET private = false WHERE id = '{draft}' $$; SELECT buka()"),
    "SQL shadow released": sql(SHADOW + YES.format("lppd_released", "true") + OPENED),
    "SQL shadow unreleased": sql(SHADOW + YES.format("lppd_unreleased", "false") + OPENED),
    "SQL shadow governed": sql(SHADOW + YES.format("lppd_governed", "false") + OPENED),
    "SQL shadow operator": sql(SHADOW + "CREATE FUNCTION lain.tidak(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$; CREATE OPERATOR lain.= (LEFTARG = text, RIGHTARG = text, FUNCTION = lain.tidak); SET LOCAL search_path = lain, pg_catalog, public; UPDATE package SET private = false WHERE id LIKE '{draft}'"),
    "SQL shadow table": sql("CREATE TEMP TABLE lppd_current_release AS SELECT '{draft}'::text AS package_id, 'x'::text AS release_id, lppd_manifest('{draft}') AS manifest; " + OPENED),
    "SQL shadow package": sql("CREATE TEMP TABLE package AS SELECT * FROM public.package WHERE false; UPDATE public.package SET private = false WHERE id = '{draft}'"),
    "SQL shadow schema": sql(SHADOW + "CREATE TABLE lain.lppd_current_release AS SELECT '{draft}'::text AS package_id, lppd_manifest('{draft}') AS manifest; " + OPENED),
    "SQL another's release": sql("INSERT INTO lppd_current_release SELECT '{draft}', release_id, lppd_manifest('{draft}') FROM lppd_current_release; " + OPENED),
    "SQL the pointer moved": sql("UPDATE lppd_current_release SET package_id = '{draft}', manifest = lppd_manifest('{draft}'); " + OPENED),
    "SQL forged release": sql(FORGED.replace("{verdicts}", "'[]'") + OPENED),
    "SQL forged release with its verdicts": sql(FORGED.replace("{verdicts}", ALL_VERDICTS) + OPENED),
    "SQL pointer's manifest": sql("UPDATE lppd_current_release SET manifest = 'x'"),
    "SQL pointer gone": sql("DELETE FROM lppd_current_release"),
    "SQL pointer and file": sql("UPDATE resource SET name = 'lain' WHERE id = '{public_file}'; UPDATE lppd_current_release SET manifest = lppd_manifest('{public}')"),
    "SQL pointer and file, deferred": sql("SET CONSTRAINTS ALL DEFERRED; UPDATE resource SET name = 'lain' WHERE id = '{public_file}'; UPDATE lppd_current_release SET manifest = lppd_manifest('{public}')"),
    "SQL truncate pointer": sql("TRUNCATE lppd_current_release"),
    "SQL truncate releases": sql("TRUNCATE lppd_release CASCADE"),
    "SQL truncate verdicts": sql("TRUNCATE lppd_verdict"),
    "SQL truncate record": sql("TRUNCATE lppd_transition"),
    "SQL truncate numbers": sql("TRUNCATE lppd_observation"),
    "SQL truncate files": sql("TRUNCATE resource CASCADE"),
    "SQL truncate datasets": sql("TRUNCATE package CASCADE"),
    "SQL truncate keywords": sql("TRUNCATE package_tag"),
    "SQL truncate fields (2.11)": sql("TRUNCATE package_extra"),
    "SQL record changed": sql("UPDATE lppd_transition SET actor = 'x'"),
    "SQL record removed": sql("DELETE FROM lppd_transition"),
    "SQL verdict turned": sql("UPDATE lppd_verdict SET valid = true"),
    "SQL release removed": sql("DELETE FROM lppd_release"),
    "SQL number changed": sql("UPDATE lppd_observation SET value = 90"),
    "SQL title": sql("UPDATE package SET title = 'lain' WHERE id = '{public}'"),
    "SQL owner": sql("UPDATE package SET owner_org = '{stock}' WHERE id = '{public}'"),
    "SQL author": sql("UPDATE package SET author = 'lain' WHERE id = '{public}'"),
    "SQL address": sql("UPDATE package SET url = 'http://example.org' WHERE id = '{public}'"),
    "SQL licence": sql("UPDATE package SET license_id = NULL WHERE id = '{public}'"),
    "SQL id": sql("UPDATE package SET id = 'lain' WHERE id = '{public}'"),
    "SQL name": sql("UPDATE package SET name = 'lain' WHERE id = '{public}'"),
    "SQL field (2.11)": sql("UPDATE package_extra SET value = 'lain' WHERE package_id = '{public}' AND key = 'definisi'"),
    "SQL field added (2.11)": sql("INSERT INTO package_extra (id, package_id, key, value, state) VALUES ('x', '{public}', 'x', 'x', 'active')"),
    "SQL field removed (2.11)": sql("DELETE FROM package_extra WHERE package_id = '{public}'"),
    "SQL field (2.12)": sql("""UPDATE package SET extras = extras || '{"definisi": "lain"}' WHERE id = '{public}'"""),
    "SQL keyword added": sql("INSERT INTO tag (id, name) VALUES ('x', 'salah'); INSERT INTO package_tag (id, package_id, tag_id, state) SELECT 'x', '{public}', id, 'active' FROM tag WHERE name = 'salah'"),
    "SQL keyword removed": sql("DELETE FROM package_tag WHERE package_id = '{public}'"),
    "SQL keyword hidden": sql("UPDATE package_tag SET state = 'deleted' WHERE package_id = '{public}'"),
    "SQL keyword renamed": sql("UPDATE tag SET name = 'salah' WHERE name = 'lppd'"),
    "SQL file address": sql("UPDATE resource SET url = 'http://example.org/x.csv', url_type = NULL WHERE id = '{public_file}'"),
    "SQL file hash": sql("""UPDATE resource SET extras = replace(extras, '"sha256"', '"x"') WHERE id = '{public_file}'"""),
    "SQL file hidden": sql("UPDATE resource SET state = 'deleted' WHERE id = '{public_file}'"),
    "SQL file removed": sql("DELETE FROM resource WHERE id = '{public_file}'"),
    "SQL file added": sql("INSERT INTO resource (id, package_id, url, state, position) VALUES ('x', '{public}', 'http://example.org', 'active', 9)"),
    "SQL file moved out": sql("UPDATE resource SET package_id = '{stock}' WHERE id = '{file}'"),
    "SQL file moved in": sql("UPDATE resource SET package_id = '{public}' WHERE id = '{stock_file}'"),
    "SQL file's id": sql("UPDATE resource SET id = 'x' WHERE id = '{public_file}'"),
}
# fmt: on
BY_MODEL = ("ORM", "Query", "bulk_")
# refused inside, where the one who tries hides it from himself; or undone before it counts
QUIET = frozenset({"SQL do that swallows", "SQL deferred, closed again"})
WITHOUT_PLUGIN = (
    "ORM private",
    "Query.update",
    "SQL private",
    "SQL type",
    "SQL insert",
    "SQL title",
    "SQL file address",
    "SQL pointer gone",
)


def applies(name: str) -> bool:
    """Tell whether the row is about this CKAN: 2.11 keeps further fields in `package_extra`."""
    if "(2.1" not in name:
        return True
    found = model.Session.execute(text("SELECT to_regclass('package_extra')")).scalar()
    return (found is not None) == ("(2.11)" in name)
