"""Jobs that start only once the transaction that asked for them is committed.

A job enqueued earlier could run before its resource is there, or for one that never comes.
"""

from __future__ import annotations

import logging
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from redis.exceptions import RedisError
from sqlalchemy import event

from ckanext.lppd_validation import jobs, settings

log = logging.getLogger(__name__)
_KEY = "lppd_validation_outbox"


def enqueue(resource_id: str) -> str:
    """Queue the check of a committed resource and return the job id.

    Raises:
        redis.exceptions.RedisError: where the queue cannot be reached.
    """
    job = toolkit.enqueue_job(
        jobs.run_validation_job,
        [resource_id],
        title=f"Data validation of resource {resource_id}",
        rq_kwargs={"timeout": settings.job_timeout()},
    )
    return str(job.id)


def enqueue_after_commit(resource_id: str) -> None:
    """Queue the check of a resource when the current transaction is committed."""
    session = model.Session()
    session.info.setdefault(_KEY, {})[resource_id] = None
    for name, listener in (("after_commit", _committed), ("after_rollback", _rolled_back)):
        if not event.contains(session, name, listener):
            event.listen(session, name, listener)


def _committed(session: Any) -> None:
    # Releasing a savepoint fires this event as well; nothing is durable then.
    if session.in_nested_transaction():
        return
    for resource_id in session.info.pop(_KEY, {}):
        try:
            enqueue(resource_id)
        except RedisError:
            # The data is saved by now; the row says "created" and the check can be run by hand.
            log.exception("No job for the check of resource %s: the queue is down", resource_id)


def _rolled_back(session: Any) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_KEY, None)
