"""Core actions wrapped so that governed datasets keep to the workflow.

Chained actions run for sysadmins and under `ignore_auth` too; the triggers hold even without them.
Datasets that are not governed pass straight through (R9).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from flask import has_request_context
from sqlalchemy import bindparam, text

from ckanext.lppd.logic import governed, inherited
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import health, manifest, scope, tables
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

Action = Callable[[Any, dict[str, Any]], Any]

# Views that show the released file itself; all others can put unreviewed content on the page.
HARMLESS_VIEWS = frozenset({"datatables_view", "recline_view", "recline_grid_view"})
VIEW_TITLE = "Tabel"
VIEW_TYPE = "Tampilan ini dapat memuat isi yang tidak diperiksa. Pilih tampilan tabel."
VIEW_TEXT = (
    "Keterangan tampilan ikut terbaca umum tanpa diperiksa. Kosongkan, dan tulis penjelasannya di "
    "metadata dataset."
)
RELATIONSHIP = (
    "Hubungan antar-dataset tidak dapat dibuat pada data LPPD: keterangannya terbaca umum tanpa "
    "diperiksa."
)
DATASTORE = "Tabel DataStore dari data LPPD diisi oleh portal dari berkas yang disetujui."

_GOVERNED_OF_RESOURCE = text(
    "SELECT p.id, p.private, p.state FROM resource r JOIN package p ON p.id = r.package_id "
    "WHERE r.id = :id AND lppd_governs(p.id, p.type)"
)
_GOVERNED_NAMES = text("SELECT name FROM package WHERE lppd_governs(id, type)")
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
    row = manifest.package_row(str(data_dict.get("package_id") or ""))
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
        if isinstance(told, list) and told and _governed_resource(data_dict.get("id")):
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
    resource_ids = [resource.id for resource in model.Package.get(row.id).resources_all]
    proof: list[str] = []
    if isian is not None:
        _record_removal(isian, context)
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
    ids = [str(item) for item in data_dict.get("datasets") or []]
    if not ids:
        return
    rows = model.Session.execute(_GOVERNED_AMONG, {"ids": ids}).all()
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


def _governed_resource(resource_id: Any) -> Any:
    if not resource_id:
        return None
    return model.Session.execute(_GOVERNED_OF_RESOURCE, {"id": str(resource_id)}).first()


def _guard_datastore(context: Any, data_dict: dict[str, Any]) -> None:
    if is_internal(context):
        return
    resource = data_dict.get("resource") or {}
    names = data_dict.get("aliases") or []
    names = names.split(",") if isinstance(names, str) else names
    names = [str(name).strip() for name in names]
    # an alias with the name of a governed resource would answer in its place
    taken = [name for name in names if _governed_resource(name)]
    # core takes the resource from either name
    given = [data_dict.get("resource_id"), data_dict.get("id"), resource.get("id")]
    if taken or any(map(tables.is_hidden, (*given, *names))):
        raise refuse(DATASTORE, "aliases" if taken else "resource_id")
    package = manifest.package_row(str(resource.get("package_id") or ""))
    touched = any(_governed_resource(one) for one in given)
    if touched or (package is not None and package.governed):
        raise refuse(DATASTORE, "resource_id")


@toolkit.chained_action
def datastore_create(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_upsert(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_records_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def datastore_run_triggers(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Refuse table writes on governed data: nothing checks them."""
    _guard_datastore(context, data_dict)
    return next_action(context, data_dict)


def _guard_view(context: Any, resource_id: Any, view_type: Any, data_dict: dict[str, Any]) -> None:
    # drafts too: a view made before the publication would come along unreviewed
    if _governed_resource(resource_id) is None or is_internal(context):
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
    row = manifest.package_row(str(package_id or ""))
    if row is not None and row.governed:
        toolkit.check_access("resource_create_default_resource_views", context, data_dict)
        return []
    return next_action(context, data_dict)


@toolkit.chained_action
def package_create_default_resource_views(
    next_action: Action, context: Any, data_dict: dict[str, Any]
) -> Any:
    """Make no views by default on governed files: a portal's defaults may be of any kind."""
    row = manifest.package_row(str((data_dict.get("package") or {}).get("id") or ""))
    if row is not None and row.governed:
        toolkit.check_access("package_create_default_resource_views", context, data_dict)
        return []
    return next_action(context, data_dict)


def _guard_relationship(data_dict: dict[str, Any]) -> None:
    for end in ("subject", "object"):
        row = manifest.package_row(str(data_dict.get(end) or ""))
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
        if not isinstance(resource, dict) or _governed_resource(resource.get("id")) is None
    ]
    return {"count": found["count"] - len(found["results"]) + len(kept), "results": kept}


@toolkit.chained_action
def tag_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Say why a keyword of published data stays; the database refuses it."""
    with gate_errors():
        return next_action(context, data_dict)


CORE = (
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
    resource_view_create,
    resource_view_update,
    resource_create_default_resource_views,
    package_create_default_resource_views,
    package_relationship_create,
    package_relationship_update,
    package_list,
    resource_search,
    tag_delete,
)
# A chained action without its base breaks `get_action`: these need the datastore plugin.
NEEDS_DATASTORE = (
    datastore_create,
    datastore_upsert,
    datastore_delete,
    datastore_records_delete,
    datastore_run_triggers,
)
