"""The actions of ckanext-validation, and the two saves that this plugin looks over."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd_validation import hooks, jobs, outbox, settings, store, sync
from ckanext.lppd_validation.model import table_ready

__all__ = [
    "package_create",
    "package_update",
    "resource_validation_delete",
    "resource_validation_run",
    "resource_validation_run_batch",
    "resource_validation_show",
]

log = logging.getLogger(__name__)
PAGE = 100
SEARCH_KEYS = ("q", "fq", "fq_list")
Context = dict[str, Any]
DataDict = dict[str, Any]


def resource_validation_run(context: Context, data_dict: DataDict) -> str | None:
    """Check the uploaded file of a resource.

    Args:
        data_dict: `resource_id`; `async` (default true), where false checks within the request
            and is for sysadmins.

    Returns:
        The id of the background job, None when the check ran within the request.

    Raises:
        toolkit.ValidationError: where the format is not a checked one or there is no upload.
        toolkit.ObjectNotFound: where there is no such resource.
    """
    resource_id = _resource_id(data_dict)
    toolkit.check_access("resource_validation_run", context, data_dict)
    in_background = toolkit.asbool(data_dict.get("async", True))
    if not in_background:
        # A check may take a minute of a web process; a publisher could start many.
        toolkit.check_access("sysadmin", {**context}, {})
    show = toolkit.get_action("resource_show")
    resource = show({"ignore_auth": True}, {"id": resource_id})
    resource_id = resource["id"]
    _require_checkable(resource)
    _require_table()
    store.reset(resource_id)
    model.Session.commit()
    if in_background:
        return outbox.enqueue(resource_id)
    jobs.run_validation_job(resource_id)
    return None


@toolkit.side_effect_free
def resource_validation_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the last check of a resource.

    Args:
        data_dict: `resource_id`.

    Returns:
        id, resource_id, status (created, running, success, failure, error), report (frictionless
        5 shape, or None), error, created, finished (ISO 8601, UTC), sha256, schema_sha256.

    Raises:
        toolkit.ObjectNotFound: where the resource, or a check of it, does not exist.
    """
    resource_id = _resource_id(data_dict)
    toolkit.check_access("resource_validation_show", context, data_dict)
    row = store.latest(resource_id) if table_ready() else None
    if row is None:
        raise toolkit.ObjectNotFound(toolkit._("No validation report exists for this resource"))
    result = store.dictize(row)
    resource = model.Resource.get(resource_id)
    if row.sha256 is None and (resource is None or resource.url_type != "upload"):
        # ckanext-validation followed links to files of the server, and quoted their lines.
        result["report"] = None
    return result


def resource_validation_delete(context: Context, data_dict: DataDict) -> None:
    """Delete the check of a resource; sysadmins only.

    Args:
        data_dict: `resource_id`.

    Raises:
        toolkit.ObjectNotFound: where there is nothing to delete.
    """
    resource_id = _resource_id(data_dict)
    toolkit.check_access("resource_validation_delete", context, data_dict)
    _require_table()
    if not store.remove([resource_id]):
        raise toolkit.ObjectNotFound(toolkit._("No validation report exists for this resource"))
    model.Session.commit()
    jobs.reindex(resource_id)


def resource_validation_run_batch(context: Context, data_dict: DataDict) -> dict[str, str]:
    """Queue the check of many resources; sysadmins only.

    Args:
        data_dict: `dataset_ids` (an id or name, a list of them, or that list as JSON text), or
            `query` (an object, or its JSON text, with q, fq and fq_list as for
            `package_search`). Without either, every dataset with a checked format.

    Returns:
        `{"output": sentence}`.
    """
    toolkit.check_access("resource_validation_run_batch", context, data_dict)
    _require_table()
    dataset_ids = _dataset_ids(data_dict.get("dataset_ids"))
    try:
        query = _search_query(data_dict.get("query"))
    except ValueError:
        message = toolkit._("Error parsing search parameters {query}")
        return {"output": message.format(query=data_dict.get("query"))}
    datasets = _named(dataset_ids) if dataset_ids else _found(query)
    seen = queued = 0
    for dataset in datasets:
        seen += 1
        queued += sum(_queue(dataset, resource) for resource in dataset.get("resources") or [])
    if not seen:
        return {"output": toolkit._("No suitable datasets for validation")}
    message = toolkit._("Done. {count} resources sent to the validation queue")
    return {"output": message.format(count=queued)}


@toolkit.chained_action
def package_create(next_action: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    """Check the uploads of a new dataset first where the site asks for it, then create it."""
    return _save("package_create", next_action, context, data_dict)


@toolkit.chained_action
def package_update(next_action: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    """Note what is stored, check new uploads first where the site asks for it, then update."""
    return _save("package_update", next_action, context, data_dict)


def _save(name: str, next_action: Callable[..., Any], context: Context, data_dict: DataDict) -> Any:
    wanted = data_dict.get("id") or data_dict.get("name") if name == "package_update" else None
    with hooks.dataset_save(context, wanted if isinstance(wanted, str) else None) as save:
        resources = data_dict.get("resources")
        resources = resources if isinstance(resources, list) else []
        if resources and "sync" in (settings.create_mode(), settings.update_mode()):
            # CKAN asks later, but nobody else may make the server check a file.
            toolkit.check_access(name, context, data_dict)
            _check_uploads(context, save, resources)
        hooks.place_results(save, resources)
        result = next_action(context, data_dict)
        if not context.get("defer_commit"):
            hooks.announce(save)
        return result


def _check_uploads(context: Context, save: hooks.Save, resources: list[Any]) -> None:
    """Check the resources of a dataset; errors stand at the resource's place, as CKAN's own do."""
    for index, resource in enumerate(resources):
        if not isinstance(resource, dict):
            continue
        try:
            is_new = str(resource.get("id") or "") not in save.before
            sync.check_before(context, save, resource, is_new=is_new)
        except toolkit.ValidationError as error:
            errors: list[Any] = [{} for _ in resources]
            errors[index] = error.error_dict
            raise toolkit.ValidationError({"resources": errors}) from error


def _resource_id(data_dict: DataDict) -> str:
    resource_id = data_dict.get("resource_id")
    if not resource_id or not isinstance(resource_id, str):
        raise toolkit.ValidationError({"resource_id": [toolkit._("Missing value")]})
    return resource_id


def _require_checkable(resource: dict[str, Any]) -> None:
    if not settings.is_supported(resource.get("format")):
        message = toolkit._("Unsupported resource format. Must be one of {formats}")
        formats = ", ".join(settings.formats())
        raise toolkit.ValidationError({"format": [message.format(formats=formats)]})
    if not resource.get("url") and resource.get("url_type") != "upload":
        message = toolkit._("Resource must have a valid URL or an uploaded file")
        raise toolkit.ValidationError({"url": [message]})
    if resource.get("url_type") != "upload":
        message = toolkit._("Only uploaded files are checked; this resource is a link")
        raise toolkit.ValidationError({"url": [message]})


def _require_table() -> None:
    if not table_ready():
        message = toolkit._('The table is missing, run "ckan db upgrade -p lppd_validation"')
        raise toolkit.ValidationError({"validation": [message]})


def _queue(dataset: dict[str, Any], resource: dict[str, Any]) -> int:
    try:
        _require_checkable(resource)
        toolkit.get_action("resource_validation_run")(
            {"ignore_auth": True}, {"resource_id": resource["id"]}
        )
    except (toolkit.ValidationError, toolkit.ObjectNotFound) as error:
        log.info("Resource %s of %s not queued: %s", resource["id"], dataset["name"], error)
        return 0
    return 1


def _dataset_ids(value: Any) -> list[str]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    if not isinstance(value, list):
        value = [value] if value else []
    return [str(one) for one in value]


def _search_query(value: Any) -> dict[str, Any]:
    """Return the allowed search keys; raises ValueError for what is not an object."""
    if isinstance(value, str) and value:
        value = json.loads(value)
    if not value:
        terms = (term for name in settings.formats() for term in (name, name.upper()))
        return {"fq_list": [" OR ".join(f'res_format:"{term}"' for term in terms)]}
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return {name: value[name] for name in SEARCH_KEYS if value.get(name)}


def _named(dataset_ids: list[str]) -> Iterator[dict[str, Any]]:
    for dataset_id in dataset_ids:
        try:
            yield toolkit.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
        except toolkit.ObjectNotFound:
            log.warning("No dataset %s to check", dataset_id)


def _found(query: dict[str, Any]) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        page = toolkit.get_action("package_search")(
            {"ignore_auth": True},
            # A fixed order: pages of an unordered search may repeat or skip datasets.
            {
                "q": "*:*",
                **query,
                "include_private": True,
                "rows": PAGE,
                "start": start,
                "sort": "id asc",
            },
        )
        yield from page["results"]
        start += PAGE
        if start >= page["count"] or not page["results"]:
            return
