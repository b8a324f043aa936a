"""What core shows beside the content of a dataset: views of its files, relationships.

Nobody approves it, so on governed data there is only what says nothing of its own.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic.types import Action
from ckanext.lppd.release import manifest, scope
from ckanext.lppd.release.file_views import HARMLESS_VIEWS, VIEW_TITLE
from ckanext.lppd.release.gate import refuse
from ckanext.lppd.release.publish import is_internal

VIEW_TYPE = "Tampilan ini dapat memuat isi yang tidak diperiksa. Pilih tampilan tabel."
VIEW_TEXT = (
    "Keterangan tampilan ikut terbaca umum tanpa diperiksa. Kosongkan, dan tulis penjelasannya di "
    "metadata dataset."
)
RELATIONSHIP = (
    "Hubungan antar-dataset tidak dapat dibuat pada data LPPD: keterangannya terbaca umum tanpa "
    "diperiksa."
)


def _guard_view(context: Any, resource_id: Any, view_type: Any, data_dict: dict[str, Any]) -> None:
    # drafts too: a view made before the publication would come along unreviewed
    if not scope.governs_resource(resource_id) or is_internal(context):
        return
    if view_type not in HARMLESS_VIEWS:
        raise refuse(VIEW_TYPE, "view_type")
    if str(data_dict.get("description") or "").strip():
        raise refuse(VIEW_TEXT, "description")
    data_dict["title"] = VIEW_TITLE


@toolkit.chained_action
def resource_view_create(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Keep unreviewed content off the page of a governed dataset."""
    _guard_view(context, data_dict.get("resource_id"), data_dict.get("view_type"), data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def resource_view_update(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Keep unreviewed content off the page of a governed dataset."""
    view = model.ResourceView.get(data_dict.get("id") or "")
    if view is not None:
        kind = data_dict.get("view_type") or view.view_type
        _guard_view(context, view.resource_id, kind, data_dict)
        other = data_dict.get("resource_id")
        if other and other != view.resource_id:
            _guard_view(context, other, kind, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def resource_create_default_resource_views(
    next_action: Action, context: Any, data_dict: dict[str, Any]
) -> Any:
    """Make no views by default on governed files: a portal's defaults may be of any kind."""
    package_id = (data_dict.get("resource") or {}).get("package_id")
    row = manifest.package_row(package_id or "")
    if row is not None and row.governed:
        toolkit.check_access("resource_create_default_resource_views", context, data_dict)
        return []
    return next_action(context, data_dict)


@toolkit.chained_action
def package_create_default_resource_views(
    next_action: Action, context: Any, data_dict: dict[str, Any]
) -> Any:
    """Make no views by default on governed files: a portal's defaults may be of any kind."""
    row = manifest.package_row((data_dict.get("package") or {}).get("id") or "")
    if row is not None and row.governed:
        toolkit.check_access("package_create_default_resource_views", context, data_dict)
        return []
    return next_action(context, data_dict)


def _guard_relationship(data_dict: dict[str, Any]) -> None:
    for end in ("subject", "object"):
        row = manifest.package_row(data_dict.get(end) or "")
        if row is not None and row.governed:
            raise refuse(RELATIONSHIP, end)


@toolkit.chained_action
def package_relationship_create(
    next_action: Action, context: Any, data_dict: dict[str, Any]
) -> Any:
    """Refuse relationships of governed data: their comment is shown and nobody has approved it."""
    _guard_relationship(data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def package_relationship_update(
    next_action: Action, context: Any, data_dict: dict[str, Any]
) -> Any:
    """Refuse relationships of governed data: their comment is shown and nobody has approved it."""
    _guard_relationship(data_dict)
    return next_action(context, data_dict)


ACTIONS = (
    resource_view_create,
    resource_view_update,
    resource_create_default_resource_views,
    package_create_default_resource_views,
    package_relationship_create,
    package_relationship_update,
)
