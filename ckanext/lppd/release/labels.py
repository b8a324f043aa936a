"""Who sees a governed dataset: permission labels from the database row, and the search re-checked.

Labels and search hits come from the index, which can be behind; the row decides.
"""

from __future__ import annotations

import logging
from typing import Any

from ckan.lib.plugins import DefaultPermissionLabels

from ckanext.lppd.release import health, manifest, scope
from ckanext.lppd.workflow import roles

log = logging.getLogger(__name__)

REVIEWER_LABEL = "lppd-reviewer"


class GovernedPermissionLabels(DefaultPermissionLabels):
    """Default labels, with governed datasets public only while a release matches them."""

    lppd_reads_the_row = True  # the self-check knows the plugin by it

    def get_dataset_labels(self, dataset_obj: Any) -> list[str]:
        """Return the labels of a dataset; governed ones are read from their row, not the object."""
        if not scope.is_governed(dataset_obj.id, dataset_obj.type):
            return super().get_dataset_labels(dataset_obj)
        row = manifest.visibility_row(dataset_obj.id)
        if row is None:
            return []
        if row.released and health.gate_is_whole():
            return ["public"]
        labels = [f"member-{row.owner_org}"] if row.owner_org else []
        if row.state == "active":
            labels.append(REVIEWER_LABEL)
        return labels

    def get_user_dataset_labels(self, user_obj: Any) -> list[str]:
        """Return the labels a user may see; reviewers read every governed private dataset."""
        labels = super().get_user_dataset_labels(user_obj)
        if user_obj and not user_obj.is_anonymous and roles.is_reviewer(user_obj.id):
            labels.append(REVIEWER_LABEL)
        return labels


# what a re-check reads of a hit; a client may ask the index for other fields alone
RECHECKED = ("id", "capacity", "dataset_type")
_ADDED = "lppd_added_fields"


def ask_what_is_rechecked(search_params: dict[str, Any]) -> dict[str, Any]:
    """Have the index return what the re-check reads, where a client named the fields it wants."""
    wanted = search_params.get("fl")
    if not wanted:
        return search_params
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    asked = {name for part in names for name in str(part).replace(",", " ").split()}
    if "*" in asked:
        return search_params
    added = [name for name in RECHECKED if name not in asked]
    search_params["fl"] = [*names, *added]
    search_params.setdefault("extras", {})[_ADDED] = added
    return search_params


def drop_unreleased(
    search_results: dict[str, Any], search_params: dict[str, Any]
) -> dict[str, Any]:
    """Remove search hits that the index calls public while the database does not (fail closed)."""
    hits = search_results.get("results", [])
    claimed = _claimed(hits)
    if claimed:
        public = manifest.truly_public(claimed) if health.gate_is_whole() else set()
        hidden = set(claimed) - public
        if hidden:
            log.warning("search index calls %d unreleased datasets public; dropped", len(hidden))
            hits = [hit for hit in hits if hit["id"] not in hidden]
            search_results["results"] = hits
            search_results["count"] = max(0, search_results["count"] - len(hidden))
    for name in (search_params.get("extras") or {}).get(_ADDED, ()):
        for hit in hits:
            hit.pop(name, None)
    return search_results


def _claimed(hits: list[dict[str, Any]]) -> list[str]:
    """Return the ids of governed datasets that the index calls public.

    A hit is a whole dataset (`private`, `type`), or the fields that a client named (`capacity`,
    `dataset_type`).
    """
    shown = [
        hit
        for hit in hits
        if not hit.get("private", False) and hit.get("capacity", "public") == "public"
    ]
    kinds = {hit["id"]: hit.get("type", hit.get("dataset_type")) for hit in shown}
    claimed = [one for one, kind in kinds.items() if kind in manifest.GOVERNED_TYPES]
    others = [one for one, kind in kinds.items() if kind not in manifest.GOVERNED_TYPES]
    claimed.extend(scope.governed_among(others))
    return claimed


def may_read_closed(dataset_obj: Any, user_obj: Any) -> bool:
    """Tell whether somebody reads a governed dataset that is not public: its members, reviewers."""
    labels = GovernedPermissionLabels()
    held = set(labels.get_user_dataset_labels(user_obj)) - {"public"}
    return bool(held & set(labels.get_dataset_labels(dataset_obj)))
