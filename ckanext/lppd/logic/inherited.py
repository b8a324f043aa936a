"""Writes to datasets of ordinary types that come under governance, and to warisan."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.release import scope
from ckanext.lppd.release.gate import CLOSE_FIRST, INHERITED, refuse
from ckanext.lppd.workflow.datasets import ENTERING


def enter_at_creation(context: Any, data_dict: dict[str, Any]) -> bool:
    """Tell whether a new dataset belongs to an enrolled organisation, and mark the call."""
    if not scope.is_enrolled(data_dict.get("owner_org")):
        return False
    context[ENTERING] = True
    return True


def enter_by_moving(context: Any, row: Any, data_dict: dict[str, Any]) -> None:
    """Refuse a public dataset that moves into an enrolled organisation; mark a private one.

    Args:
        row: `manifest.package_row` of a dataset that is not governed.
        data_dict: the update; nothing is asked of the database where the owner stays.

    Raises:
        toolkit.ValidationError: where the dataset would be public there.
    """
    wanted = data_dict.get("owner_org")
    if not wanted or wanted == row.owner_org:
        return
    # a client may send the name of the organisation that it is in already
    if scope.enrolled_id(wanted) in (None, row.owner_org):
        return
    closed = toolkit.asbool(data_dict.get("private") or False)
    if not closed and data_dict.get("state", row.state) == "active":
        toolkit.check_access("package_update", context, {"id": row.id})
        raise refuse(CLOSE_FIRST, "owner_org", resources=len(data_dict.get("resources") or [None]))
    context[ENTERING] = True


def keep_inherited(
    current: dict[str, Any], data_dict: dict[str, Any], *, changed: bool, count: int
) -> None:
    """Let through what changes nothing that a reader sees; refuse all else with the way to go.

    Args:
        current: the dataset as it is.
        data_dict: the client's update, changed in place.
        changed: what `governed.changes_content` says.
        count: number of resources, for the shape of the refusal.

    Raises:
        toolkit.ValidationError: for a change.
    """
    uploads = any(
        isinstance(r.get("upload"), FileStorage) or r.get("clear_upload")
        for r in data_dict.get("resources") or []
        if isinstance(r, dict)
    )
    closing = "private" in data_dict and toolkit.asbool(data_dict["private"] or False)
    if changed or uploads or closing != bool(current["private"]):
        raise refuse(INHERITED, resources=count)
    data_dict["private"] = current["private"]
