"""Template helpers of the dataset page: is it governed, what stands behind it, who may act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import page_of_package
from ckanext.lppd.release import revision, scope
from ckanext.lppd.release.manifest import GOVERNED_TYPES
from ckanext.lppd.workflow import inherited, metadata, roles


def lppd_is_governed_type(dataset_type: str | None) -> bool:
    """Tell whether datasets of this type go through the workflow."""
    return dataset_type in metadata.DATASET_TYPES.values()


def lppd_is_governed(package_id: str | None, dataset_type: str | None) -> bool:
    """Tell whether this dataset is governed; one that is not there yet is known by its type."""
    if not package_id:
        return lppd_is_governed_type(dataset_type)
    return scope.is_governed(package_id, dataset_type)


@toolkit.chained_helper
def humanize_entity_type(
    next_helper: Callable[..., str | None], entity_type: str, object_type: str, purpose: str
) -> str | None:
    """Call our dataset types "dataset" on core's pages, not by their technical names."""
    if entity_type == "package" and lppd_is_governed_type(object_type):
        return None
    return next_helper(entity_type, object_type, purpose)


def lppd_isian_for(package_id: str) -> dict[str, Any] | None:
    """Return state, current release and file hash behind a dataset, for its page.

    `id` is given only to people who may open the isian.
    """
    isian = page_of_package(package_id)
    if isian is None:
        return None
    release = None
    if isian.release_id is not None:
        release = {
            "id": isian.release_id,
            "version": isian.version,
            "published": isian.published_at.isoformat(),
            "resources": isian.resources,
            "warisan": isian.warisan,
        }
    return {
        "id": isian.id if _may_read(isian) else None,
        "dataset": package_id,
        "kode": isian.code,
        "edisi": isian.edition,
        "state": isian.state,
        "release": release,
    }


def lppd_governance(pkg: dict[str, Any]) -> dict[str, Any]:
    """Return what the dataset page says of governance; one lookup and empty for ordinary datasets.

    `isian`: as `lppd_isian_for`; or `warisan` with `may_start` (its produsen, or a walidata).
    """
    state = "tipe" if pkg["type"] in GOVERNED_TYPES else scope.scope_of(pkg["id"])
    if state is None:
        return {}
    if state == "warisan":
        user_id = getattr(toolkit.current_user, "id", None)
        may_start = inherited.may_take_over(user_id, pkg.get("owner_org"))
        return {"warisan": True, "may_start": may_start}
    return {"isian": lppd_isian_for(pkg["id"])}


def lppd_left_out(isian_id: str) -> list[str]:
    """Return the published files that a revision has no counterpart of."""
    isian = model.Session.get(Isian, isian_id)
    return revision.left_out(isian) if isian is not None and isian.is_revision else []


def _may_read(isian: Any) -> bool:
    user = toolkit.current_user
    if not user.is_authenticated:
        return False
    return bool(
        user.sysadmin
        or roles.is_reviewer(user.id)
        or isian.owner_org in roles.organisations_of(user.id, writing=False)
    )
