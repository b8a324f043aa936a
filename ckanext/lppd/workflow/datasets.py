"""What CKAN's dataset hooks mean for an isian. Runs inside core's transaction: flush, no commit."""

from __future__ import annotations

from typing import Any

from ckan import model

from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_by_identity, isian_of_package
from ckanext.lppd.release import manifest, scope, withdraw
from ckanext.lppd.release.publish import is_internal
from ckanext.lppd.workflow import checks, edit_cells, enrolment, metadata, rules, service

# set by the chained actions on a dataset of an ordinary type that becomes governed by this write
ENTERING = "lppd_entering"


def entered(context: Any, package_id: str) -> None:
    """Give a dataset that came under governance without a hook its isian; commits and indexes."""
    row = manifest.package_row(package_id)
    enrolment.ensure_isian(row.id, row.owner_org, row.state, _actor(context))
    model.Session.commit()
    withdraw.reindex(row.id)


def _actor(context: Any) -> service.Actor:
    user = model.User.get(context.get("user") or "")
    if user is None:
        # CLI and jobs may write without a user; the record then names the portal itself
        return service.Actor(id="portal", name="")
    return service.Actor(id=user.id, name=user.name)


def created(context: Any, dataset: dict[str, Any]) -> None:
    """Tie a new governed dataset to its isian; a sectoral dataset brings its own."""
    own = dataset.get("type") in manifest.GOVERNED_TYPES
    if not own and not is_internal(context) and not context.get(ENTERING):
        return
    if is_internal(context):
        scope.hold(dataset["id"])
        isian = model.Session.get(Isian, context["lppd_isian_id"])
    elif dataset["type"] == metadata.DATASET_TYPES["indikator"]:
        isian = isian_by_identity(
            str(dataset["edisi"]), str(dataset["kode_indikator"]), int(dataset["tahun"])
        )
    else:
        isian = Isian(kind="sektoral", owner_org=dataset["owner_org"])
        model.Session.add(isian)
    if isian is None:
        raise LookupError("a governed dataset was made without its isian")
    isian.package_id = dataset["id"]
    model.Session.flush()
    service.record_edit(isian, _actor(context))


def updated(context: Any, dataset: dict[str, Any]) -> None:
    """Record an edit; updates by the workflow itself and neutral ones leave no trace here."""
    if is_internal(context):
        before_commit = context.get("lppd_before_commit")
        if before_commit is not None:
            before_commit()
        return
    isian = isian_of_package(dataset["id"])
    if isian is None and context.get(ENTERING):
        row = manifest.package_row(dataset["id"])
        enrolment.ensure_isian(row.id, row.owner_org, row.state, _actor(context))
    elif isian is not None and rules.is_editable(isian.state):
        edit, actor = context.get("lppd_edit"), _actor(context)
        request = service.Request(note=edit.note, cells=list(edit.cells)) if edit else None
        service.record_edit(isian, actor, request)
        edit_cells.note_versions(isian, actor.id, edit)


def is_governed_resource(resource: dict[str, Any]) -> bool:
    """Tell whether a resource dict belongs to a governed dataset."""
    row = manifest.package_row(str(resource.get("package_id") or ""))
    return row is not None and bool(row.governed)


def file_changed(context: Any, resource: dict[str, Any]) -> None:
    """Ask a worker to check a governed file; the upload page of an isian checks it at once."""
    package_id = resource.get("package_id")
    isian = isian_of_package(package_id) if package_id else None
    if isian is None or context.get("lppd_checks_follow"):
        return
    checks.enqueue(isian.id, _actor(context).id)
