"""Auth functions: show follows `resource_show`, run follows `resource_update`."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

__all__ = [
    "resource_validation_delete",
    "resource_validation_run",
    "resource_validation_run_batch",
    "resource_validation_show",
]

AuthResult = dict[str, Any]


@toolkit.auth_allow_anonymous_access
def resource_validation_show(context: dict[str, Any], data_dict: dict[str, Any]) -> AuthResult:
    """Allow whoever may see the resource: the report quotes cells of its file."""
    return _as("resource_show", context, data_dict)


def resource_validation_run(context: dict[str, Any], data_dict: dict[str, Any]) -> AuthResult:
    """Allow whoever may change the resource."""
    return _as("resource_update", context, data_dict)


def resource_validation_delete(context: dict[str, Any], data_dict: dict[str, Any]) -> AuthResult:
    """Allow sysadmins only: a publisher must not make an unwanted verdict disappear."""
    return {"success": False, "msg": toolkit._("Only a sysadmin may delete a validation report")}


def resource_validation_run_batch(context: dict[str, Any], data_dict: dict[str, Any]) -> AuthResult:
    """Allow sysadmins only: one call may queue a job for every resource of the portal."""
    return {"success": False, "msg": toolkit._("Only a sysadmin may check many resources")}


def _as(action: str, context: dict[str, Any], data_dict: dict[str, Any]) -> AuthResult:
    try:
        toolkit.check_access(action, context, {"id": toolkit.get_or_bust(data_dict, "resource_id")})
    except toolkit.NotAuthorized as error:
        return {"success": False, "msg": str(error)}
    return {"success": True}
