"""The content of a dataset as one hash, and whether a release stands behind it.

The hash itself is computed by the database (`lppd_manifest`), so that the gate's triggers and the
Python side can never disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

# Governed by themselves; every other dataset may be governed by a row of its own (scope.py).
GOVERNED_TYPES = ("indikator-lppd", "data-sektoral")

_RELEASED = text("SELECT lppd_released(:id)")
_MANIFEST = text("SELECT lppd_manifest(:id)")
_ROW = text(
    "SELECT p.id, p.name, p.type, p.state, p.private, p.owner_org, "
    "lppd_governed(p.type) OR g.package_id IS NOT NULL AS governed, "
    "coalesce(g.warisan, false) AS warisan "
    "FROM package p LEFT JOIN lppd_governed_dataset g ON g.package_id = p.id "
    "WHERE p.id = :id OR p.name = :id "
    # as core looks it up: a dataset may bear the id of another one as its name
    "ORDER BY p.id = :id DESC LIMIT 1"
)
# One statement: two would be of two moments, and the label is asked for on every page.
_VISIBLE = text(
    "SELECT state, owner_org, (state = 'active' AND private IS FALSE AND lppd_released(id)) "
    "AS released FROM package WHERE id = :id"
)
_LOCKED_ROW = text("SELECT id FROM package WHERE id = :id FOR UPDATE")
# Without the manifest: the triggers keep a public row to its release, and whether they stand is
# asked apart (health.py); computing twenty manifests would double the time of a search.
_PUBLIC = text(
    "SELECT p.id FROM package p LEFT JOIN lppd_current_release c ON c.package_id = p.id "
    "LEFT JOIN lppd_governed_dataset g ON g.package_id = p.id "
    # one array, not a list of parameters: planning the list would cost more than the question
    "WHERE p.id = ANY(:ids) AND p.state = 'active' AND p.private IS FALSE "
    "AND (NOT (lppd_governed(p.type) OR g.package_id IS NOT NULL) "
    "OR c.release_id IS NOT NULL OR g.warisan)"
)


def current_manifest(package_id: str) -> str | None:
    """Return the manifest of the dataset as it is now in this transaction."""
    return model.Session.execute(_MANIFEST, {"id": package_id}).scalar()


def is_released(package_id: str) -> bool:
    """Tell whether the current release matches the dataset as it is now."""
    return bool(model.Session.execute(_RELEASED, {"id": package_id}).scalar())


def package_row(name_or_id: Any):  # type: ignore[no-untyped-def]
    """Return the dataset's own columns, read from the database and never from the identity map.

    Columns: id, name, type, state, private, owner_org, governed, warisan. None where there is no
    dataset. `governed` is the one question, whatever the reason (type or enrolled organisation).

    Raises:
        toolkit.ValidationError: for what is no text; core would find a dataset by `["its id"]` too.
    """
    if not isinstance(name_or_id, str):
        raise toolkit.ValidationError({"id": ["Sebutkan id atau nama dataset sebagai teks."]})
    return model.Session.execute(_ROW, {"id": name_or_id}).first()


def visibility_row(package_id: str):  # type: ignore[no-untyped-def]
    """Return state, owner_org and `released` (public, and the release matches what is there).

    None where there is no dataset.
    """
    return model.Session.execute(_VISIBLE, {"id": package_id}).first()


def stored_dataset(package_id: str) -> dict[str, Any]:
    """Return the dataset as `package_show` gives it from the database, never from the index.

    For decisions inside the portal; nothing of it is handed to somebody who may not read it.
    """
    # ignore_auth: what is decided with it concerns the content, not the one who asks
    context = {"ignore_auth": True, "use_cache": False}
    return dict(toolkit.get_action("package_show")(context, {"id": package_id}))


def lock_package(package_id: str) -> None:
    """Hold the dataset's row until the transaction ends: uploads and acts wait for one another."""
    model.Session.execute(_LOCKED_ROW, {"id": package_id})


def truly_public(package_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are public in the database, whatever the search index says."""
    ids = list(package_ids)
    if not ids:
        return set()
    return {row.id for row in model.Session.execute(_PUBLIC, {"ids": ids})}
