"""Revisions (R5): a working copy that goes through the whole chain, and the switch to it.

While a revision is worked on, the approved version stays public, whole. Publishing the revision
changes the published dataset's content and metadata in one transaction: readers see the old
version or the new one. The ids and addresses of dataset and resources stay; the copy goes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from ckanext.lppd.model import Isian, Release, Verdict
from ckanext.lppd.release import evidence, inherited, manifest, publish
from ckanext.lppd.release.storage import ServerDigest, copy_stored, local_file, remove_bytes

_DEFER = text("SET CONSTRAINTS ALL DEFERRED")
_FILES = text("SELECT id FROM resource WHERE package_id = :id")
_ORPHANS = text(
    "SELECT p.id FROM package p WHERE (lppd_governed(p.type) OR "
    # an ordinary type says nothing: only what a revision made and wrote into the record is a copy
    "(lppd_governs(p.id, p.type) AND p.name LIKE '%--revisi-%' AND EXISTS "
    "(SELECT 1 FROM lppd_transition t WHERE t.package_id = p.id))) "
    "AND NOT EXISTS (SELECT 1 FROM lppd_isian i WHERE i.package_id = p.id) "
    "AND NOT EXISTS (SELECT 1 FROM lppd_release r WHERE r.package_id = p.id)"
)
# Fields of the copy that the published dataset keeps for itself.
OWN_FIELDS = frozenset(
    {
        "id",
        "name",
        "private",
        "state",
        "type",
        "owner_org",
        "organization",
        "creator_user_id",
        "metadata_created",
        "metadata_modified",
        "num_resources",
        "num_tags",
        "resources",
        "isopen",
        "license_title",
        "license_url",
        "relationships_as_object",
        "relationships_as_subject",
        "extras",
        "groups",
    }
)
MAX_NAME = 100  # of CKAN's own
CARRIED = ("name", "description", "format", "peran", "mimetype", "size", "schema_sha256")


def open_revision(parent: Isian) -> Isian | None:
    """Return the revision that is being worked on, if any."""
    return model.Session.scalars(select(Isian).where(Isian.parent_id == parent.id)).first()


def start(parent: Isian, user: str) -> Isian:
    """Make the working copy of a published isian: its metadata and its very bytes; commits.

    That none is open was asked under the lock (`no_revision`); a unique index stands behind it.
    """
    revision = Isian(
        kind="revisi",
        parent_id=parent.id,
        edition=parent.edition,
        code=parent.code,
        year=parent.year,
        owner_org=parent.owner_org,
        priority=parent.priority,
        resource_map={},
    )
    model.Session.add(revision)
    model.Session.flush()
    published = manifest.stored_dataset(parent.package_id)
    version = model.Session.query(Release).filter_by(package_id=parent.package_id).count() + 1
    context: dict[str, Any] = {
        "user": user,
        "lppd_internal": publish.INTERNAL,
        "lppd_isian_id": revision.id,
    }
    copy = toolkit.get_action("package_create")(
        context,
        {
            **_content(published),
            "name": _copy_name(published["name"], version, revision.id),
            "type": published["type"],
            "owner_org": published["owner_org"],
            "private": True,
        },
    )
    pairs = {}
    released = inherited.released_hashes(parent.package_id)
    for resource in published["resources"]:
        sha256 = resource.get("sha256") or released.get(resource["id"])
        # what was public before governance may hold links and files that cannot be checked
        if sha256 and evidence.is_checkable(resource["url"]):
            pairs[_copy_file(resource, sha256, copy["id"], user)] = resource["id"]
    fresh = model.Session.get(Isian, revision.id)
    fresh.resource_map = pairs
    model.Session.commit()
    return fresh


def _content(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what goes from one dataset to the other; `extras` are fields of ordinary types."""
    own = {name: value for name, value in dataset.items() if name not in OWN_FIELDS}
    return {**own, "extras": dataset.get("extras") or []}


def _copy_name(name: str, version: int, revision_id: str) -> str:
    ending = f"--revisi-{version}"
    if len(name) + len(ending) > MAX_NAME:
        ending = f"-{revision_id[:8]}{ending}"
    return name[: MAX_NAME - len(ending)] + ending


def left_out(revision: Isian) -> list[str]:
    """Return the names of published files that have no counterpart in the working copy."""
    parent = model.Session.get(Isian, revision.parent_id)
    kept = {
        revision.resource_map.get(file.resource_id)
        for file in evidence.stored_files(revision.package_id)
    }
    return [
        file.filename or file.resource_id
        for file in evidence.stored_files(parent.package_id)
        if file.resource_id not in kept
    ]


def _copy_file(resource: dict[str, Any], sha256: str, package_id: str, user: str) -> str:
    filename = resource["url"].rsplit("/", 1)[-1]
    with local_file(resource["id"], sha256) as path, path.open("rb") as stream:
        made = toolkit.get_action("resource_create")(
            {"user": user, "lppd_checks_follow": True},
            {
                "package_id": package_id,
                "upload": FileStorage(stream, filename=filename),
                "url": filename,
                **{name: resource.get(name) for name in ("name", "description", "peran")},
            },
        )
    return str(made["id"])


def switch(
    parent: Isian, revision: Isian, user: str, finish: Callable[[str], None]
) -> dict[str, Any]:
    """Put the copy's content in the place of the published one; core's update commits it all.

    Args:
        parent: the published isian, locked by the caller.
        revision: its approved revision.
        user: name of the acting walidata.
        finish: called with the new manifest inside the transaction, after the content was written
            and before the commit: inserts release, pointer and observations.
    """
    copy = manifest.stored_dataset(revision.package_id)
    published = manifest.stored_dataset(parent.package_id)
    known = {resource["id"]: resource for resource in published["resources"]}
    resources = [
        _moved(resource, known.get(revision.resource_map.get(resource["id"], ""), {}))
        for resource in copy["resources"]
    ]
    content = _content(copy)
    model.Session.execute(_DEFER)

    written: list[bool] = []

    def before_commit() -> None:
        written.append(True)
        model.Session.flush()
        checked = {file.resource_id: file for file in evidence.stored_files(revision.package_id)}
        rows = evidence.stored_files(parent.package_id)
        for resource, row in zip(resources, rows, strict=True):
            _link_bytes(resource["sha256"], resource["lppd_from"], row.resource_id)
            _carry_verdict(checked[resource["lppd_from"]], row, parent.package_id)
        finish(str(manifest.current_manifest(parent.package_id)))

    context: dict[str, Any] = {
        "user": user,
        "ignore_auth": True,  # the role was tested by the service
        "lppd_internal": publish.INTERNAL,
        "lppd_before_commit": before_commit,
    }
    sent = [{k: v for k, v in resource.items() if k != "lppd_from"} for resource in resources]
    result = toolkit.get_action("package_update")(
        context, {**published, **content, "resources": sent, "metadata_modified": None}
    )
    if not written:
        # CKAN 2.12 returns early where nothing differs; the new release is recorded all the same
        before_commit()
        model.Session.commit()
    return dict(result)


def _moved(copied: dict[str, Any], published: dict[str, Any]) -> dict[str, Any]:
    """Return the resource as it will stand in the published dataset: its id, the copy's content."""
    moved = {**published, **{name: copied.get(name) for name in CARRIED}}
    moved["url"] = copied["url"].rsplit("/", 1)[-1]
    moved["url_type"] = "upload"
    moved["sha256"] = ServerDigest(copied["sha256"])
    if copied["sha256"] != published.get("sha256"):
        moved["last_modified"] = copied["last_modified"]
    moved["lppd_from"] = copied["id"]
    return moved


def _carry_verdict(
    checked: evidence.StoredFile, published: evidence.StoredFile, package_id: str
) -> None:
    """Record the copy's verdict for the published resource: the same bytes, the same rules."""
    verdict = evidence.latest_verdict(checked)
    same = (checked.sha256, checked.schema_sha256) == (published.sha256, published.schema_sha256)
    if verdict is None or not same:
        raise toolkit.ValidationError({"berkas": [f"{checked.filename}: belum diperiksa."]})
    if evidence.latest_verdict(published) is not None:
        return
    model.Session.add(
        Verdict(
            package_id=package_id,
            resource_id=published.resource_id,
            sha256=verdict.sha256,
            schema_sha256=verdict.schema_sha256,
            engine=verdict.engine,
            valid=verdict.valid,
            report=verdict.report,
            created_by=verdict.created_by,
        )
    )
    model.Session.flush()


def _link_bytes(sha256: str, from_resource: str, to_resource: str) -> None:
    """Give the published resource the bytes under their hash; older versions stay beside them."""
    copy_stored(sha256, from_resource, to_resource)


def forget(revision: Isian) -> None:
    """Remove the isian of a working copy; the record of acts stays. Flushes, no commit."""
    model.Session.delete(revision)
    model.Session.flush()


def purge_copy(package_id: str) -> None:
    """Remove the dataset of a working copy and its bytes; commits."""
    # deleted files too: their rows and bytes are there still
    ids = list(model.Session.scalars(_FILES, {"id": package_id}))
    # ignore_auth: purging is a sysadmin's act elsewhere; here it is the end of the copy
    context: dict[str, Any] = {"ignore_auth": True, "lppd_internal": publish.INTERNAL}
    context["user"] = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    toolkit.get_action("dataset_purge")(context, {"id": package_id})
    remove_bytes(ids)


def orphans() -> list[str]:
    """Return the ids of copies whose isian is gone: what a killed process leaves behind.

    Such a dataset is private, refuses every change, and was never released.
    """
    return [row.id for row in model.Session.execute(_ORPHANS)]
