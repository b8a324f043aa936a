"""Reading and writing the `validation` table.

Functions commit only where they say so: the others take part in the caller's transaction, so
that a resource and the row about it are saved or lost together.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Collection, Mapping
from typing import Any

from ckan import model
from sqlalchemy import delete, func, select

from ckanext.lppd_validation import settings
from ckanext.lppd_validation.model import Validation, new_id, utc_now
from ckanext.lppd_validation.outcome import Outcome

log = logging.getLogger(__name__)

STATUSES = ("created", "running", "success", "failure", "error")
LOST = "The check was interrupted and gave no result. Run it again."
# A worker that was killed writes nothing, so a run this much over its time counts as lost.
GRACE = datetime.timedelta(seconds=60)


def latest(resource_id: str, *, lock: bool = False) -> Validation | None:
    """Return the newest row of a resource; ckanext-validation may have left more than one."""
    query = (
        select(Validation)
        .where(Validation.resource_id == resource_id)
        .order_by(Validation.created.desc().nulls_last(), Validation.id)
        .limit(1)
    )
    if lock:
        query = query.with_for_update()
    return model.Session.execute(query).scalars().first()


def status_of(row: Validation) -> str:
    """Return the status as of now: a run far over its time is an error, not still running."""
    if row.status == "running":
        limit = datetime.timedelta(seconds=settings.job_timeout()) + GRACE
        since = row.started or row.created
        if since is None or utc_now() - since > limit:
            return "error"
    return str(row.status)


def statuses(resource_ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Return status and time (ISO 8601, UTC) of the resources that have a row.

    The time is None while the check has not finished.
    """
    if not resource_ids:
        return {}
    query = (
        select(Validation)
        .where(Validation.resource_id.in_(list(resource_ids)))
        .order_by(Validation.created.asc().nulls_first(), Validation.id.desc())
    )
    return {
        str(row.resource_id): (status_of(row), _iso(row.finished))
        for row in model.Session.execute(query).scalars()
    }


def reset(resource_id: str) -> Validation:
    """Put the row of a resource to `created`, making it where there is none. Does not commit."""
    key = func.hashtext(f"lppd_validation:{resource_id}")
    model.Session.execute(select(func.pg_advisory_xact_lock(key)))
    row = latest(resource_id, lock=True)
    if row is None:
        row = Validation(id=new_id(), resource_id=resource_id)
        model.Session.add(row)
    row.status, row.created = "created", utc_now()
    for name in ("finished", "report", "error", "started", "run_id", "sha256", "schema_sha256"):
        setattr(row, name, None)
    model.Session.flush()
    return row


def record(resource_id: str, outcome: Outcome) -> Validation:
    """Write the outcome of a check that ran within the request. Does not commit."""
    row = reset(resource_id)
    row.started = row.created
    _fill(row, outcome)
    model.Session.flush()
    return row


def begin(resource_id: str) -> str:
    """Take the row for a new run and commit; the run id is needed to write the result.

    A run that still goes on loses the row to this one: its bytes or rules may be older.
    """
    row = latest(resource_id, lock=True) or reset(resource_id)
    run_id = new_id()
    row.status, row.started, row.run_id = "running", utc_now(), run_id
    model.Session.commit()
    return run_id


def finish(resource_id: str, run_id: str, outcome: Outcome) -> Validation | None:
    """Write the outcome and commit; None where the row has gone or belongs to a newer run."""
    row = latest(resource_id, lock=True)
    if row is None or row.run_id != run_id or row.status != "running":
        model.Session.rollback()
        log.info("The check of resource %s was overtaken by a newer one", resource_id)
        return None
    _fill(row, outcome)
    model.Session.commit()
    return row


def remove(resource_ids: Collection[str]) -> int:
    """Delete every row of the resources and return how many there were. Does not commit."""
    if not resource_ids:
        return 0
    query = delete(Validation).where(Validation.resource_id.in_(list(resource_ids)))
    done = model.Session.execute(query, execution_options={"synchronize_session": "fetch"})
    return int(done.rowcount)


def dictize(row: Validation) -> dict[str, Any]:
    """Return a row as the API shows it; a report stored as JSON text comes back as an object."""
    status, error = status_of(row), _decoded(row.error)
    if status != row.status:
        error = {"message": [LOST]}
    return {
        "id": row.id,
        "resource_id": row.resource_id,
        "status": status,
        "report": _decoded(row.report),
        "error": error,
        "created": _iso(row.created),
        "finished": _iso(row.finished),
        "sha256": row.sha256,
        "schema_sha256": row.schema_sha256,
    }


def overlay(resources: Collection[dict[str, Any]]) -> None:
    """Set `validation_status` and `validation_timestamp` of resource dicts from the table.

    Both go away where there is no row: what a client or an older plugin wrote there says nothing.
    """
    ids = [str(one["id"]) for one in resources if one.get("id")]
    found: Mapping[str, tuple[str, str | None]] = statuses(ids)
    for one in resources:
        for name in SERVER_FIELDS:
            one.pop(name, None)
        if one.get("id") in found:
            status, finished = found[one["id"]]
            one["validation_status"] = status
            if finished:
                one["validation_timestamp"] = finished


SERVER_FIELDS = ("validation_status", "validation_timestamp")


def _fill(row: Validation, outcome: Outcome) -> None:
    row.status, row.finished = outcome.status, utc_now()
    row.report, row.error = outcome.report, outcome.error
    row.sha256, row.schema_sha256 = outcome.sha256, outcome.schema_sha256


def _iso(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _decoded(value: Any) -> Any:
    # ckanext-validation 2.x stored JSON text inside the JSON column.
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None
