"""The background check of one resource."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit

from ckanext.lppd_validation import checker, interfaces, source, store
from ckanext.lppd_validation.outcome import Outcome
from ckanext.lppd_validation.resources import as_dict

log = logging.getLogger(__name__)


def run_validation_job(resource: str | Mapping[str, Any]) -> None:
    """Check the stored file of a resource and write the result.

    Args:
        resource: the resource id; a resource dict is taken for its id, so that a job queued by
            ckanext-validation can still be run.

    Whatever happens, the row never stays `running`: an exception leaves it at `error` and goes on
    to the worker's log.
    """
    resource_id = str(resource["id"]) if isinstance(resource, Mapping) else str(resource)
    run_id = store.begin(resource_id)
    outcome = Outcome.broken("The check stopped with a fault. Run it again, or ask the portal.")
    try:
        outcome = check_stored(resource_id)
    finally:
        # The fault may have been in the database session itself.
        model.Session.rollback()
        row = store.finish(resource_id, run_id, outcome)
    if row is None:
        return
    log.info("Resource %s checked: %s", resource_id, row.status)
    result = store.dictize(row)
    reindex(resource_id)
    interfaces.announce(result)


def check_stored(resource_id: str) -> Outcome:
    """Check the stored file of a resource in the sandbox and return the outcome."""
    resource = model.Resource.get(resource_id)
    if resource is None or resource.state != model.State.ACTIVE:
        return Outcome.broken("The resource is not there any more")
    data = as_dict(resource)
    # Nothing is read from the database from here on: a long check holds no transaction open.
    model.Session.rollback()
    with tempfile.TemporaryDirectory(prefix="lppd-validation-") as directory:
        try:
            copy = source.copy_stored(data, Path(directory))
        except source.SourceError as error:
            return Outcome.broken(str(error))
        return checker.check(copy, data)


def reindex(resource_id: str) -> None:
    """Bring the status of a resource into the search index; a failing index loses no result."""
    resource = model.Resource.get(resource_id)
    if resource is None:
        return
    try:
        search.rebuild(resource.package_id)
    except (search.SearchError, search.SearchIndexError, toolkit.ObjectNotFound):
        log.exception("Dataset %s could not be reindexed", resource.package_id)
