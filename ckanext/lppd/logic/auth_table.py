"""The auth functions that the plugin registers: its own, and those of core that it tightens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import auth
from ckanext.lppd.release import health, scope, tables
from ckanext.lppd.release.labels import may_read_closed


@toolkit.chained_auth_function
@toolkit.auth_allow_anonymous_access
def datastore_search_sql(
    next_auth: Callable[[Any, Any], auth.AuthResult], context: Any, data_dict: Any
) -> auth.AuthResult:
    """Refuse SQL over our tables: a resource made with such an id would open them."""
    if any(tables.is_hidden(name) for name in context.get("table_names") or []):
        return {"success": False, "msg": tables.NOT_RELEASED}
    return next_auth(context, data_dict)


@toolkit.chained_auth_function
@toolkit.auth_allow_anonymous_access
def package_show(next_auth: Any, context: Any, data_dict: Any) -> auth.AuthResult:
    """Close governed data while the gate is broken, whichever plugin CKAN asks for its labels."""
    if not health.gate_is_whole():
        dataset = context.get("package") or model.Package.get(data_dict.get("id") or "")
        if dataset is not None and scope.is_governed(dataset.id, dataset.type):
            user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
            if not may_read_closed(dataset, user):
                return {"success": False, "msg": "Data ini sedang tidak terbuka untuk umum."}
    result: auth.AuthResult = next_auth(context, data_dict)
    return result


def get_auth_functions() -> dict[str, Any]:
    """Return name -> function; the DataStore's only where the portal has one."""
    functions = {name: item for name, item in vars(auth).items() if name.startswith("lppd_")}
    functions["package_show"] = package_show
    if tables.enabled():
        functions["datastore_search_sql"] = datastore_search_sql
    return functions
