"""Reading the DataStore through a governed resource: always the table of its current release."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import plugins as p
from ckan.logic import auth_audit_exempt
from ckan.plugins import toolkit
from sqlalchemy.exc import ProgrammingError

from ckanext.lppd.logic.types import Action
from ckanext.lppd.release import tables
from ckanext.lppd.workflow import tables as table_jobs


def _asked_for(data_dict: dict[str, Any]) -> Any:
    """Return the resource id of a call, which core takes from either name.

    Raises:
        toolkit.ValidationError: for two ids of which one is ours: which is meant is core's secret.
    """
    given = {str(data_dict[name]) for name in ("resource_id", "id") if data_dict.get(name)}
    if len(given) > 1 and any(tables.is_hidden(one) or tables.resolve(one) for one in given):
        raise toolkit.ValidationError({"id": ["Sebutkan resource_id saja."]})
    return data_dict.get("resource_id") or data_dict.get("id")


def _read(
    context: Any, resource_id: str, action: str, work: Callable[[str], dict[str, Any]]
) -> dict[str, Any] | None:
    """Do the work on the table behind a governed resource; None where the id is not governed.

    A table that was replaced between looking it up and reading it is looked up once more.
    """
    for last in (False, True):
        try:
            found = tables.table_for(context, resource_id, action)
        except toolkit.ObjectNotFound as error:
            if str(error) == tables.PREPARING:
                _ask(resource_id)
            raise
        if found is None:
            return None
        try:
            return work(found[1])
        except (toolkit.ObjectNotFound, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and "UndefinedTable" not in repr(error.orig):
                raise
            if last or isinstance(resource_id, tables.Pinned):
                _ask(resource_id)
                # not core's words: they name the hidden table
                raise toolkit.ObjectNotFound(tables.PREPARING) from error
    return None


def _ask(resource_id: str) -> None:
    target = tables.resolve(resource_id)
    if target is not None:
        table_jobs.ask(target.package_id)


@toolkit.chained_action
@toolkit.side_effect_free
@auth_audit_exempt
def datastore_search(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Search the table of the current release; its own name is never told."""
    resource_id = _asked_for(data_dict)
    if not isinstance(resource_id, str):
        return next_action(context, data_dict)

    def search(table: str) -> dict[str, Any]:
        asked = {name: value for name, value in data_dict.items() if name != "id"}
        # ignore_auth: the caller was tested for the public resource; the table has none
        inner = {**context, "ignore_auth": True}
        result = next_action(inner, {**asked, "resource_id": table})
        return {**result, "resource_id": str(resource_id)}

    result = _read(context, resource_id, "datastore_search", search)
    return next_action(context, data_dict) if result is None else result


@toolkit.chained_action
@toolkit.side_effect_free
@auth_audit_exempt
def datastore_info(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Describe the table of the current release under the id of the resource."""
    resource_id = _asked_for(data_dict)
    if not isinstance(resource_id, str):
        return next_action(context, data_dict)

    def info(table: str) -> dict[str, Any]:
        # not by core's action: it would ask for a resource with the table's name
        return _info(table, str(resource_id), data_dict)

    result = _read(context, resource_id, "datastore_info", info)
    return next_action(context, data_dict) if result is None else result


def _info(table: str, resource_id: str, data_dict: dict[str, Any]) -> dict[str, Any]:
    # the module belongs to a plugin that a portal may do without
    from ckanext.datastore import interfaces
    from ckanext.datastore.backend import DatastoreBackend

    backend = DatastoreBackend.get_active_backend()
    if not backend.resource_exists(table):
        raise toolkit.ObjectNotFound(table)
    wanted: tuple[bool, ...] = ()
    if toolkit.check_ckan_version("2.12"):
        names = ("include_meta", "include_fields_schema")
        wanted = tuple(toolkit.asbool(data_dict.get(name, True)) for name in names)
    info: dict[str, Any] = backend.resource_fields(table, *wanted)
    plugin_data = backend.resource_plugin_data(table)
    for place, field in enumerate(info["fields"]):
        for plugin in p.PluginImplementations(interfaces.IDataDictionaryForm):
            field = plugin.update_datastore_info_field(field, plugin_data.get(field["id"], {}))
        info["fields"][place] = field
    if "id" in info.get("meta", {}):
        info["meta"] |= {"id": resource_id, "aliases": []}
    return info


# exempt, as core's own are: lists such as `_table_metadata` are read without an auth function
READING = (datastore_search, datastore_info)
