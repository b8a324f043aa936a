"""Core actions wrapped so that governed datasets keep to the workflow.

Chained actions run for sysadmins and under `ignore_auth` too; the triggers hold even without them.
Datasets that are not governed pass straight through (R9).
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from flask import has_request_context
from sqlalchemy import bindparam, text

from ckanext.lppd.logic import governed, inherited
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.types import Action
from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import manifest, scope
from ckanext.lppd.release.gate import (
    CLOSE_FIRST,
    INHERITED,
    LOCKED,
    ONLY_BY_PUBLISHING,
    PUBLISHED,
    gate_errors,
    refuse,
)
from ckanext.lppd.release.publish import is_internal
from ckanext.lppd.release.storage import mark_upload, remove_bytes
from ckanext.lppd.workflow import bukti_bytes, datasets, rules, service, years
from ckanext.lppd.workflow import tables as table_jobs

_FILES = text("SELECT id FROM resource WHERE package_id = :id")
_GOVERNED_AMONG = text(
    "SELECT p.id, i.state FROM package p LEFT JOIN lppd_isian i ON i.package_id = p.id "
    "WHERE p.id IN :ids AND lppd_governs(p.id, p.type)"
).bindparams(bindparam("ids", expanding=True))


@toolkit.chained_action
def package_create(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Create a governed dataset private and tied to its isian."""
    if is_internal(context):
        return next_action(context, data_dict)
    own = data_dict.get("type") in manifest.GOVERNED_TYPES
    if own or inherited.enter_at_creation(context, data_dict):
        governed.prepare_create(data_dict)
    # other types too: one of their files may claim the id of a governed file
    with gate_errors():
        return next_action(context, data_dict)


@toolkit.chained_action
def package_update(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Let a governed dataset change only where its state allows it."""
    row = manifest.package_row(data_dict.get("id") or data_dict.get("name") or "")
    if row is None:
        return next_action(context, data_dict)
    if not row.governed:
        inherited.enter_by_moving(context, row, data_dict)
        # its organisation may be enrolled at this very moment
        with gate_errors(resources=len(data_dict.get("resources") or [None])):
            return next_action(context, data_dict)
    for resource in data_dict.get("resources") or []:
        # computed at every reading, never stored
        resource.pop("datastore_active", None)
    if not is_internal(context):
        toolkit.check_access("package_update", context, {"id": row.id})
        governed.prepare_update(manifest.stored_dataset(row.id), data_dict)
    with gate_errors(resources=len(data_dict.get("resources") or [None])):
        return next_action(context, data_dict)


@toolkit.chained_action
def resource_create(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Hash a governed upload before core stores it."""
    row = manifest.package_row(data_dict.get("package_id") or "")
    if row is not None and row.governed:
        data_dict.pop("sha256", None)
        mark_upload(data_dict)
    with gate_errors():
        return next_action(context, data_dict)


@toolkit.chained_action
def package_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Delete a governed draft; its isian goes back to being not filled in."""
    row = manifest.package_row(toolkit.get_or_bust(data_dict, "id"))
    if row is None or not row.governed:
        return next_action(context, data_dict)
    toolkit.check_access("package_delete", context, {"id": row.id})
    if row.warisan:
        raise refuse(INHERITED)
    isian = isian_of_package(row.id)
    if isian is not None:
        if not rules.is_editable(isian.state):
            message = PUBLISHED if isian.state == rules.TERPUBLIKASI else LOCKED
            _refuse_on_page("delete", message)
            raise refuse(message)
        _record_removal(isian, context)
    with gate_errors():
        return next_action(context, data_dict)


@toolkit.chained_action
def resource_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Tell the page of core why a file stays; on the API the refusal passes as it is."""
    try:
        return next_action(context, data_dict)
    except toolkit.ValidationError as refusal:
        told = (refusal.error_dict or {}).get("message")
        if isinstance(told, list) and told and scope.governs_resource(data_dict.get("id")):
            model.Session.rollback()
            _refuse_on_page("delete", str(told[0]))
        raise


def _record_removal(isian: Isian, context: Any) -> None:
    years.require(isian, rules.PRODUSEN)
    from_state, isian.state = isian.state, rules.BELUM_DIISI
    isian.declaration, isian.promised = None, None
    service.record(
        isian, "hapus", from_state, rules.PRODUSEN, caller(context), service.Request(), None
    )


@toolkit.chained_action
def dataset_purge(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Purge a governed dataset that is not published, and its stored bytes with it."""
    row = manifest.package_row(toolkit.get_or_bust(data_dict, "id"))
    if row is None or not row.governed or is_internal(context):
        return next_action(context, data_dict)
    toolkit.check_access("dataset_purge", context, {"id": row.id})
    if manifest.is_released(row.id):
        raise refuse(INHERITED if row.warisan else PUBLISHED)
    isian = isian_of_package(row.id)
    proof: list[str] = []
    if isian is not None:
        _record_removal(isian, context)
    # an upload that is under way ends first, so that its bytes are among those that go; year,
    # isian, dataset is the order in which everybody takes these locks
    manifest.lock_package(row.id)
    resource_ids = list(model.Session.scalars(_FILES, {"id": row.id}))
    if isian is not None:
        proof = bukti_bytes.of_isian(isian.id)
        bukti_bytes.take_off(isian, caller(context).id)
        isian.package_id = None
        if isian.kind != "indikator":
            model.Session.delete(isian)
    with gate_errors():
        result = next_action(context, data_dict)
    remove_bytes(resource_ids)
    bukti_bytes.collect(proof)
    table_jobs.after_purge(row.id)
    return result


@toolkit.chained_action
def package_owner_org_update(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Keep a governed dataset with the organisation that answers for it (R10)."""
    row = manifest.package_row(toolkit.get_or_bust(data_dict, "id"))
    wanted = governed.organisation_id(data_dict.get("organization_id"))
    if row is not None and row.governed and wanted != row.owner_org:
        raise refuse("Perangkat daerah pemilik data LPPD tidak dapat diganti.", "owner_org")
    # core calls this action in every `package_create` and `package_update`, with the row written
    stays = row is None or row.governed or wanted == row.owner_org
    if stays or not scope.is_enrolled(wanted):
        return next_action(context, data_dict)
    toolkit.check_access("package_owner_org_update", context, data_dict)
    if row.state == "active" and not row.private:
        raise refuse(CLOSE_FIRST, "owner_org")
    with gate_errors():
        result = next_action(context, data_dict)
    datasets.entered(context, row.id)
    return result


def _refuse_on_page(view: str, message: str) -> None:
    """Refuse in the only way that this page of core knows: a ValidationError would end as a 500."""
    if has_request_context() and toolkit.get_endpoint()[1] == view:
        toolkit.h.flash_error(message)
        raise toolkit.NotAuthorized(message)


def _refuse_bulk(data_dict: dict[str, Any], message: str) -> None:
    ids = data_dict.get("datasets") or []
    if not ids:
        return
    if not all(isinstance(item, str) for item in ids):
        raise toolkit.ValidationError({"datasets": ["Sebutkan id dataset sebagai teks."]})
    rows = model.Session.execute(_GOVERNED_AMONG, {"ids": list(ids)}).all()
    if rows:
        told = f"{message} ({len(rows)} dataset LPPD)"
        _refuse_on_page("bulk_process", told)
        raise toolkit.ValidationError({"datasets": [told]})


@toolkit.chained_action
def bulk_update_public(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse governed datasets by name; 2.11 would write SQL without asking any validator."""
    _refuse_bulk(data_dict, ONLY_BY_PUBLISHING)
    return next_action(context, data_dict)


@toolkit.chained_action
def bulk_update_private(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse governed datasets: withdrawing needs a reason on record."""
    _refuse_bulk(data_dict, PUBLISHED)
    return next_action(context, data_dict)


@toolkit.chained_action
def bulk_update_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse governed datasets: each is deleted on its own, with its trace."""
    _refuse_bulk(data_dict, "Hapus data LPPD satu per satu dari halaman datasetnya.")
    return next_action(context, data_dict)


@toolkit.chained_action
def tag_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Say why a keyword of published data stays; the database refuses it."""
    with gate_errors():
        return next_action(context, data_dict)


ACTIONS = (
    package_create,
    package_update,
    resource_create,
    package_delete,
    resource_delete,
    dataset_purge,
    package_owner_org_update,
    bulk_update_public,
    bulk_update_private,
    bulk_update_delete,
    tag_delete,
)
