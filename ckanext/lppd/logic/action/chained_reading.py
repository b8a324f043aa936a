"""Reading actions of core that ask the index or a column, and not who may read the dataset."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.authz import is_sysadmin
from ckan.plugins import toolkit
from sqlalchemy import bindparam, text

from ckanext.lppd.logic.types import Action
from ckanext.lppd.release import health, manifest, scope

_GOVERNED_NAMES = text("SELECT name FROM package WHERE lppd_governs(id, type)")
_GOVERNED_AMONG = text(
    "SELECT id, name FROM package WHERE (id IN :given OR name IN :given) AND lppd_governs(id, type)"
).bindparams(bindparam("given", expanding=True))
# keywords that no other dataset than governed ones that are not public bear
_SECRET_KEYWORDS = text(
    """
    WITH closed AS (
        SELECT p.id FROM package p LEFT JOIN lppd_governed_dataset g ON g.package_id = p.id
         WHERE (lppd_governed(p.type) OR g.package_id IS NOT NULL)
           AND NOT (p.state = 'active' AND p.private IS FALSE))
    SELECT t.name FROM tag t
     WHERE EXISTS (SELECT 1 FROM package_tag u JOIN closed c ON c.id = u.package_id
                    WHERE u.tag_id = t.id)
       AND NOT EXISTS (SELECT 1 FROM package_tag u WHERE u.tag_id = t.id AND u.state = 'active'
                          AND u.package_id NOT IN (SELECT id FROM closed))
    """
)


@toolkit.side_effect_free
@toolkit.chained_action
def package_list(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Name no governed dataset while the gate is broken; core reads two columns and no label."""
    names = next_action(context, data_dict)
    if health.gate_is_whole():
        return names
    governed_names = set(model.Session.scalars(_GOVERNED_NAMES))
    return [name for name in names if name not in governed_names]


@toolkit.side_effect_free
@toolkit.chained_action
def resource_search(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Find no file of a governed dataset while the gate is broken."""
    found = next_action(context, data_dict)
    if health.gate_is_whole() or not isinstance(found.get("results"), list):
        return found
    kept = [
        resource
        for resource in found["results"]
        if not isinstance(resource, dict) or not scope.governs_resource(resource.get("id"))
    ]
    return {"count": found["count"] - len(found["results"]) + len(kept), "results": kept}


def _unreadable(context: Any, given: list[str]) -> set[str]:
    """Return ids and names of the governed datasets among these that this person may not read."""
    if not given:
        return set()
    hidden: set[str] = set()
    for row in model.Session.execute(_GOVERNED_AMONG, {"given": given}).all():
        try:
            toolkit.check_access("package_show", toolkit.fresh_context(context), {"id": row.id})
        except toolkit.NotAuthorized:
            hidden.update((row.id, row.name))
    return hidden


@toolkit.side_effect_free
@toolkit.chained_action
def package_autocomplete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Suggest nothing that only the index still calls public; core re-checks no hit here."""
    found = next_action(context, data_dict)
    hidden = _unreadable(context, [hit["name"] for hit in found])
    return [hit for hit in found if hit["name"] not in hidden]


@toolkit.side_effect_free
@toolkit.chained_action
def tag_show(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Show no dataset under a keyword that only the index still calls public."""
    tag = next_action(context, data_dict)
    listed = tag.get("packages") or []
    hidden = _unreadable(context, [dataset["id"] for dataset in listed])
    if hidden:
        tag["packages"] = [dataset for dataset in listed if dataset["id"] not in hidden]
    return tag


def _known_keywords(context: Any, found: list[Any]) -> list[Any]:
    """Leave out keywords (names or dictionaries) that tell what drafts are about."""
    if not found or context.get("ignore_auth") or is_sysadmin(context.get("user")):
        return found
    secret = set(model.Session.scalars(_SECRET_KEYWORDS))
    if not secret:
        return found
    return [one for one in found if (one["name"] if isinstance(one, dict) else one) not in secret]


@toolkit.side_effect_free
@toolkit.chained_action
def tag_list(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """List no keyword that only governed drafts bear; core lists those of private datasets."""
    return _known_keywords(context, next_action(context, data_dict))


@toolkit.side_effect_free
@toolkit.chained_action
def tag_autocomplete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Suggest no keyword that only governed drafts bear."""
    return _known_keywords(context, next_action(context, data_dict))


@toolkit.side_effect_free
@toolkit.chained_action
def tag_search(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Find and count no keyword that only governed drafts bear."""
    found = next_action(context, data_dict)
    kept = _known_keywords(context, found["results"])
    left_out = len(found["results"]) - len(kept)
    return {**found, "count": found["count"] - left_out, "results": kept}


@toolkit.side_effect_free
@toolkit.chained_action
def member_list(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Count and name no dataset of a group that the person who asks may not read."""
    found = next_action(context, data_dict)
    datasets = [member[0] for member in found if member[1] == "package"]
    if not datasets:
        return found
    public = manifest.truly_public(datasets) if health.gate_is_whole() else set()
    hidden = _unreadable(context, [one for one in datasets if one not in public])
    return [member for member in found if member[1] != "package" or member[0] not in hidden]


ACTIONS = (
    package_list,
    resource_search,
    package_autocomplete,
    tag_autocomplete,
    tag_list,
    tag_search,
    tag_show,
    member_list,
)
