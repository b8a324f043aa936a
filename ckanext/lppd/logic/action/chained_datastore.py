"""Writes to DataStore tables of governed data: the portal alone fills them, from released files."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.logic.types import Action
from ckanext.lppd.release import manifest, scope, tables
from ckanext.lppd.release.gate import refuse
from ckanext.lppd.release.publish import is_internal

DATASTORE = "Tabel DataStore dari data LPPD diisi oleh portal dari berkas yang disetujui."


def _guard_datastore(context: Any, data_dict: dict[str, Any]) -> None:
    if is_internal(context):
        return
    resource = data_dict.get("resource") or {}
    names = data_dict.get("aliases") or []
    names = names.split(",") if isinstance(names, str) else names
    names = [str(name).strip() for name in names]
    # an alias with the name of a governed resource would answer in its place
    taken = [name for name in names if scope.governs_resource(name)]
    # core takes the resource from either name
    given = [data_dict.get("resource_id"), data_dict.get("id"), resource.get("id")]
    if taken or any(map(tables.is_hidden, (*given, *names))):
        raise refuse(DATASTORE, "aliases" if taken else "resource_id")
    package = manifest.package_row(resource.get("package_id") or "")
    touched = any(scope.governs_resource(one) for one in given)
    if touched or (package is not None and package.governed):
        raise refuse(DATASTORE, "resource_id")


@toolkit.chained_action
def datastore_create(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_upsert(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_records_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_run_triggers(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


# A chained action without its base breaks `get_action`: these need the datastore plugin.
ACTIONS = (
    datastore_create,
    datastore_upsert,
    datastore_delete,
    datastore_records_delete,
    datastore_run_triggers,
)
