"""DataStore tables of approved and released files: loaded by a worker, dropped when not needed.

A table is made when the content is approved, so that it is there when the walidata publishes; it
counts from the moment its row stands in the register, when every row is in it. Nothing here runs
inside the transaction of an act.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.plugins import toolkit
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ckanext.lppd import checking
from ckanext.lppd.katalog import schema_sha256
from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import evidence, tables, withdraw
from ckanext.lppd.workflow import metadata, rules

log = logging.getLogger(__name__)

BATCH = 5000
ASK_AGAIN_SECONDS = 120
NAME_BYTES = 63
# what the check calls a number is one; everything else stays the text that it is
TYPES = {"number": "numeric", "integer": "numeric", "date": "date"}
LOADED_STATES = (rules.DISETUJUI, rules.TERPUBLIKASI)

_MISSING = text(
    """
    SELECT DISTINCT i.package_id FROM lppd_isian i
      JOIN resource r ON r.package_id = i.package_id AND r.state = 'active'
     WHERE i.state IN ('disetujui', 'terpublikasi') AND (i.package_id = :id OR :id IS NULL)
       AND NOT EXISTS (SELECT 1 FROM lppd_datastore_table t
                        WHERE t.sha256 = (r.extras::jsonb) ->> 'sha256'
                          AND t.schema_sha256 = (r.extras::jsonb) ->> 'schema_sha256')
    """
)
_UNNEEDED = text(
    """
    DELETE FROM lppd_datastore_table t
     WHERE NOT EXISTS (
           SELECT 1 FROM lppd_current_release c
             JOIN lppd_release l ON l.id = c.release_id
             CROSS JOIN LATERAL jsonb_array_elements(l.content -> 'resources') file
            WHERE file ->> 'sha256' = t.sha256 AND file ->> 'schema_sha256' = t.schema_sha256)
       AND NOT EXISTS (
           SELECT 1 FROM lppd_isian i JOIN resource r ON r.package_id = i.package_id
            WHERE i.state = 'disetujui' AND r.state = 'active'
              AND (r.extras::jsonb) ->> 'sha256' = t.sha256
              AND (r.extras::jsonb) ->> 'schema_sha256' = t.schema_sha256)
    """
)
_REGISTER = text(
    "INSERT INTO lppd_datastore_table (sha256, schema_sha256, name, rows) "
    "VALUES (:sha256, :schema_sha256, :name, :rows) ON CONFLICT DO NOTHING"
)
_REGISTERED = text("SELECT 1 FROM lppd_datastore_table WHERE name = :name")
_ALL_REGISTERED = text("SELECT name FROM lppd_datastore_table")
_STRIKE = text("DELETE FROM lppd_datastore_table WHERE name = :name")
_IS_LOADED = text(
    "SELECT 1 FROM lppd_datastore_table WHERE sha256 = :sha256 AND schema_sha256 = :schema"
)
_OURS = text(
    "SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind = 'r' AND starts_with(c.relname, :prefix)"
)


def follow(package_id: str | None, *, withdrawn: bool = False) -> None:
    """After an act was committed: ask a worker for what is missing, or to drop what is over."""
    if package_id is None or not tables.enabled():
        return
    if withdrawn or model.Session.execute(_MISSING, {"id": package_id}).first():
        _enqueue(package_id)


def ask(package_id: str) -> None:
    """A reader found no table: ask a worker, but not once for every reader."""
    try:
        key = f"lppd:tabel:{toolkit.config['ckan.site_id']}:{package_id}"
        if connect_to_redis().set(key, "1", nx=True, ex=ASK_AGAIN_SECONDS):
            _enqueue(package_id)
    except RedisError:
        log.exception("no worker could be asked for the table of %s", package_id)


def _enqueue(package_id: str) -> None:
    try:
        toolkit.enqueue_job(
            tables_job,
            [package_id],
            title=f"lppd tabel {package_id}",
            rq_kwargs={"timeout": toolkit.config["ckanext.lppd.check_timeout"]},
        )
    except RedisError:
        # a reader who misses the table asks again
        log.exception("no worker could be asked for the table of %s", package_id)


def tables_job(package_id: str) -> None:
    """Job: load what is missing of one dataset, and drop every table that is not needed."""
    if tables.enabled():
        forget_lost()
        load(package_id)
        discard()


def after_purge(package_id: str) -> None:
    """Drop what a purged dataset leaves behind; a worker does it where the DataStore is down."""
    if not tables.enabled():
        return
    try:
        discard()
    except SQLAlchemyError:
        model.Session.rollback()
        log.exception("the tables of %s are dropped later", package_id)
        _enqueue(package_id)


def missing() -> list[str]:
    """Return the datasets that are approved or public and lack a table."""
    return [row.package_id for row in model.Session.execute(_MISSING, {"id": None})]


def load(package_id: str) -> int:
    """Load the tables of a dataset's approved files that are not there; commits.

    Returns how many were loaded. A file that cannot be loaded whole has no table.
    """
    isian = isian_of_package(package_id)
    if isian is None or isian.state not in LOADED_STATES:
        return 0
    public = isian.state == rules.TERPUBLIKASI
    kamus = metadata.kamus_data(isian)
    loaded = sum(_load_file(isian, file, kamus) for file in evidence.stored_files(package_id))
    if loaded and public:
        # lists of datasets say from the index whether there is a table
        withdraw.reindex(package_id)
    return loaded


def _load_file(isian: Isian, file: evidence.StoredFile, kamus: str) -> bool:
    key = {"sha256": file.sha256, "schema": file.schema_sha256}
    if not file.sha256 or model.Session.execute(_IS_LOADED, key).first():
        return False
    read = _read(isian, file, kamus)
    # no transaction of CKAN's database is held open while the rows are written
    model.Session.commit()
    if read is None:
        return False
    fields, rows = read
    name = f"{tables.PREFIX}{uuid.uuid4().hex}"
    with _held(name):
        _write(name, fields, rows)
        values = {"sha256": file.sha256, "schema_sha256": file.schema_sha256, "name": name}
        added = model.Session.execute(_REGISTER, {**values, "rows": len(rows)})
        model.Session.commit()
    if added.rowcount == 0:
        # another worker was first
        _drop(name)
        return False
    return True


def _read(
    isian: Isian, file: evidence.StoredFile, kamus: str
) -> tuple[list[dict[str, Any]], list[Mapping[str, str | None]]] | None:
    """Return columns and rows as they were approved; None where they cannot be had whole."""
    try:
        schema = evidence.schema_of(isian, file.peran, kamus)
        verdict = evidence.latest_verdict(file)
        limits = replace(checking.DEFAULT, max_values=checking.DEFAULT.max_rows)
        kind = "xlsx" if file.filename.lower().endswith(".xlsx") else "csv"
        with file.local() as path:
            report = checking.check_in_sandbox(path, format=kind, schema=schema, limits=limits)
    except (LookupError, ValueError, OSError):
        log.exception("the rows of resource %s cannot be read", file.resource_id)
        return None
    approved = verdict.report if verdict is not None and verdict.valid else {}
    whole = report.valid and report.values_complete and report.sha256 == file.sha256
    same = schema_sha256(schema) == file.schema_sha256 and approved.get("rows") == report.rows
    if approved.get("values_complete"):
        # what was approved is what is shown, whatever a later version of the check would read
        same = same and list(map(dict, report.values)) == approved["values"]
    if not whole or not same:
        log.error("resource %s reads otherwise than when approved; no table", file.resource_id)
        return None
    types = {str(item["name"]): item for item in schema.get("fields") or []}
    names = column_names(list(report.values[0]))
    fields = [
        {
            "id": names[title],
            "type": TYPES.get(str(types.get(title, {}).get("type")), "text"),
            "info": {"label": str(types.get(title, {}).get("title") or title)},
        }
        for title in names
    ]
    return fields, [{names[title]: row[title] for title in names} for row in report.values]


def column_names(titles: Sequence[str]) -> dict[str, str]:
    """Return title -> a column name that the DataStore takes; equal ones get a number.

    It takes no name that begins with `_`, holds a quote or a control character, or is longer than
    63 bytes; a colon or percent sign would be read as SQL.
    """
    taken: set[str] = set()
    names = {}
    for title in titles:
        plain = "".join(c if c.isprintable() and c not in '":%\\' else " " for c in title)
        base = " ".join(plain.split()).lstrip("_ ") or "kolom"
        name, number = _cut(base), 1
        while name.casefold() in taken:
            number += 1
            name = _cut(base, f" {number}")
        taken.add(name.casefold())
        names[title] = name
    return names


def _cut(base: str, ending: str = "") -> str:
    room = NAME_BYTES - len(ending.encode())
    return base.encode()[:room].decode(errors="ignore").strip() + ending


def _backend() -> Any:
    # the module belongs to a plugin that a portal may do without
    from ckanext.datastore.backend import DatastoreBackend

    return DatastoreBackend.get_active_backend()


def _engine() -> Any:
    from ckanext.datastore.backend.postgres import get_write_engine

    return get_write_engine()


@contextmanager
def _held(name: str) -> Iterator[None]:
    """Keep `discard` away from a table that is being loaded; a killed process lets go."""
    with _engine().connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
        yield


def _write(
    name: str, fields: list[dict[str, Any]], rows: Sequence[Mapping[str, str | None]]
) -> None:
    backend = _backend()
    quiet = {"include_records": False}
    backend.create({}, {"resource_id": name, "fields": fields, "records": [], **quiet}, {})
    remaining = iter(rows)
    while batch := [dict(row) for row in islice(remaining, BATCH)]:
        asked = {"resource_id": name, "records": batch, "method": "insert", **quiet}
        backend.upsert({}, asked)
    backend.calculate_record_count(name)


def discard() -> int:
    """Drop every table that no current release and no approved content needs; commits.

    Returns how many were dropped. One that is read or loaded just now is left for the next time.
    """
    model.Session.execute(_UNNEEDED)
    model.Session.commit()
    return sum(_drop(name) for name in _our_tables() if not _is_registered(name))


def forget_lost() -> int:
    """Strike out of the register what is not in the DataStore (a restore without it); commits."""
    # the register first: a table is there before its row is
    known = [row.name for row in model.Session.execute(_ALL_REGISTERED)]
    there = set(_our_tables())
    lost = [name for name in known if name not in there]
    for name in lost:
        model.Session.execute(_STRIKE, {"name": name})
    model.Session.commit()
    return len(lost)


def _our_tables() -> list[str]:
    with _engine().connect() as connection:
        return [row.name for row in connection.execute(_OURS, {"prefix": tables.PREFIX})]


def _is_registered(name: str) -> bool:
    found = model.Session.execute(_REGISTERED, {"name": name}).first() is not None
    # read committed: the next question sees what was committed since
    model.Session.commit()
    return found


def _drop(name: str) -> bool:
    lock = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
    try:
        with _engine().connect() as connection, connection.begin():
            if not connection.execute(lock, {"name": name}).scalar() or _is_registered(name):
                return False
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))
    except DBAPIError:
        log.warning("table %s is in use; it is dropped the next time", name)
        return False
    return True
