"""Every migration on a populated database: there, back, there again, and where a table is busy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg2
import pytest
from ckan import model

from tests.portal import conftest, migrated
from tests.portal.migrated import BUSY, REVISIONS, Database, before, impatient
from tests.portal.services import Postgres, own_postgres

# 0006 hashes more of the same content; that it stays released is asserted
REHASHED = {("lppd_current_release", "manifest"), ("lppd_governed_dataset", "manifest")}
# what is refused is asserted at every step
IN_OTHER_WORDS = {"0002": ("lppd_guard_resource()", "lppd_guard_extra()")}
# Revision -> what its downgrade says where it would lose what cannot be had again.
REFUSED = {
    "0001": "withdraw the published LPPD datasets",
    "0002": "withdraw the published datasets of enrolled organisations",
    "0003": "take the declarations back",
    "0005": "the record names evidence",
}
PUBLISH_ENROLLED = """
    INSERT INTO lppd_release (id, package_id, isian_id, version, manifest, content, verdict_ids,
                              approved_by, published_by)
        VALUES ('rel-2', 'war-1', 'isian-2', 1, lppd_manifest('war-1'), '{"warisan": true}',
                '[]', '', '');
    INSERT INTO lppd_current_release (package_id, release_id, manifest)
        VALUES ('war-1', 'rel-2', lppd_manifest('war-1'));
    UPDATE lppd_governed_dataset SET warisan = false WHERE package_id = 'war-1';
"""
# what must be there for the refusal
FIRST = {
    "0002": PUBLISH_ENROLLED,
    "0005": "INSERT INTO lppd_transition (isian_id, act, from_state, to_state, role, actor, "
    "evidence) VALUES ('isian-1', 'bukti_unggah', 'draf', 'draf', 'produsen', 'u-p', 'x')",
}


@pytest.fixture(scope="module")
def server(web: Any) -> Iterator[Postgres]:
    """Give a cluster with a database at every revision."""
    conftest._empty()
    address = model.meta.engine.url.render_as_string(hide_password=False)
    model.meta.engine.dispose()
    with own_postgres(address) as made:
        migrated.at_each_revision(made)
        yield made


@pytest.fixture
def copy_of(server: Postgres) -> Iterator[Any]:
    """Give a way to copy the database at a revision; the copy is dropped at the end."""
    made: list[Database] = []

    def copy(revision: str) -> Database:
        made.append(Database(server, f"uji_{len(made)}", f"at_{revision}"))
        return made[-1]

    yield copy
    for database in made:
        database.drop()


def kept(older: dict[str, Any], newer: dict[str, Any]) -> None:
    """Assert that each row of before is there, with the same in each column of before."""
    for table, rows in older.items():
        columns = set(rows[0]) if rows else set()
        columns -= {column for name, column in REHASHED if name == table}
        narrow = [{c: row[c] for c in columns} for row in rows]
        found = [{c: row[c] for c in columns} for row in newer[table]]
        missing = [row for row in narrow if row not in found]
        assert not missing and len(found) == len(narrow), table


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_there_and_back_and_there_again(copy_of: Any, revision: str) -> None:
    database = copy_of(before(revision))
    schema, rows, truths = database.schema(), database.rows(), database.truths()
    assert truths["broken chain"] == [] and ("pub-1", True) in truths["released"]
    database.migrate(revision, forward=True)
    newer = database.schema(), database.rows()
    kept(rows, newer[1])
    assert database.truths() == truths
    assert_gate(database)
    database.migrate(before(revision), forward=False)
    assert database.revision() == before(revision)
    assert said_before(revision, database.schema()) == said_before(revision, schema)
    assert database.rows() == rows
    assert database.truths() == truths
    assert_gate(database)
    database.migrate(revision, forward=True)
    assert (database.schema(), database.rows()) == newer
    assert_gate(database)


def said_before(revision: str, schema: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Leave out the functions whose older rule a downgrade says in other words."""
    left_out = IN_OTHER_WORDS.get(revision, ())
    functions = {k: v for k, v in schema["functions"].items() if k not in left_out}
    return {**schema, "functions": functions}


def assert_gate(database: Database) -> None:
    """Assert that what is published is frozen and what is not stays closed."""
    for statement in (
        "UPDATE package SET title = 'lain' WHERE id = 'pub-1'",
        "UPDATE resource SET url = 'lain' WHERE id = 'res-1'",
        "UPDATE package SET private = false WHERE id = 'draf-1'",
        "UPDATE package SET private = NULL WHERE id = 'draf-1'",
        "DELETE FROM lppd_current_release",
        "DELETE FROM lppd_transition",
        "UPDATE lppd_verdict SET valid = true",
    ):
        assert database.refuses(statement), statement
    database.run("UPDATE package SET title = title WHERE id = 'biasa-1'")


WAYS = [
    *((revision, True) for revision in REVISIONS if BUSY.get(revision, (None, ""))[0]),
    *((revision, False) for revision in REVISIONS if revision in BUSY),
]


@pytest.mark.parametrize(("revision", "forward"), WAYS)
def test_a_busy_table_stops_it_cleanly(copy_of: Any, revision: str, forward: bool) -> None:
    """The one who waits gives up soon, says what to do, leaves nothing, and may try again."""
    start, end = (before(revision), revision) if forward else (revision, before(revision))
    database = copy_of(start)
    if end == "base":
        database.run("DELETE FROM lppd_current_release; UPDATE package SET private = true")
    elif revision == "0003" and not forward:
        database.run("UPDATE lppd_isian SET state = 'belum_diisi', declaration = NULL")
    schema, rows = database.schema(), database.rows()
    busy = BUSY[revision][0 if forward else 1]
    with database.connection() as other:
        # somebody writes and has not committed yet
        other.cursor().execute(f"LOCK TABLE {busy} IN ROW EXCLUSIVE MODE")
        with impatient() as asked, pytest.raises(click.ClickException) as refusal:
            database.migrate(end, forward=forward)
        assert asked == ["SET LOCAL lock_timeout = '15s'"]
        assert "sedang dipakai" in str(refusal.value) and "ulangi" in str(refusal.value)
        assert database.schema() == schema and database.rows() == rows
        other.rollback()
    database.migrate(end, forward=forward)
    if forward:
        assert database.revision() == end


@pytest.mark.parametrize("revision", REFUSED)
def test_a_downgrade_that_would_lose_what_counts_is_refused(copy_of: Any, revision: str) -> None:
    database = copy_of(revision)
    if revision in FIRST:
        database.run(FIRST[revision])
    schema, rows = database.schema(), database.rows()
    with pytest.raises(psycopg2.Error, match=REFUSED[revision]):
        database.migrate(before(revision), forward=False)
    assert database.schema() == schema and database.rows() == rows
    assert database.revision() == revision


def test_every_migration_sets_a_time_to_wait() -> None:
    for path in (Path(migrated.FOLDER) / "versions").glob("[0-9]*.py"):
        assert path.read_text().count("SET LOCAL lock_timeout = '15s'") == 2, path.name
