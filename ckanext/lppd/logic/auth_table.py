"""The auth functions that the plugin registers: its own, and those of core that it tightens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.logic import auth
from ckanext.lppd.release import tables


@toolkit.chained_auth_function
@toolkit.auth_allow_anonymous_access
def datastore_search_sql(
    next_auth: Callable[[Any, Any], auth.AuthResult], context: Any, data_dict: Any
) -> auth.AuthResult:
    """Refuse SQL over our tables: a resource made with such an id would open them."""
    if any(tables.is_hidden(name) for name in context.get("table_names") or []):
        return {"success": False, "msg": tables.NOT_RELEASED}
    return next_auth(context, data_dict)


def get_auth_functions() -> dict[str, Any]:
    """Return name -> function; the DataStore's only where the portal has one."""
    functions = {name: item for name, item in vars(auth).items() if name.startswith("lppd_")}
    if tables.enabled():
        functions["datastore_search_sql"] = datastore_search_sql
    return functions
