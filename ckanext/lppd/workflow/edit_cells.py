"""A new version of the capaian from edited cells, typed rows or an older version.

Every way to new bytes ends in the same upload: hashed, stored beside the older bytes, checked,
recorded. What the caller saw is compared under the lock; a stale view changes nothing.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.katalog.isian_layar import IsianError, UbahSel, csv_ubah
from ckanext.lppd.model import FileVersion, Isian, Verdict, file_versions
from ckanext.lppd.release import evidence, storage
from ckanext.lppd.workflow import checks, metadata, roles, rules, service

STALE = (
    "Berkas berubah sejak Anda membuka halaman ini. Yang Anda ketik masih ada di bawah; muat ulang "
    "halaman, lalu simpan lagi bila masih perlu."
)
NOT_MENDABLE = (
    "Tabel ini tidak dapat diperbaiki per sel (judul kolom atau susunan barisnya perlu dibetulkan "
    "dulu). Perbaiki di Excel, lalu unggah lagi."
)


@dataclass(frozen=True)
class Edit:
    """How new bytes came to be; travels in the context of core's update to the record."""

    how: str
    note: str | None = None
    cells: tuple[str, ...] = ()


def note_versions(isian: Isian, user_id: str, edit: Edit | None) -> None:
    """Add a row for each file whose bytes differ from its newest version; flushes, no commit."""
    for file in evidence.stored_files(isian.package_id):
        before = file_versions.newest(file.resource_id)
        if not file.sha256 or (before is not None and before.sha256 == file.sha256):
            continue
        model.Session.add(
            FileVersion(
                isian_id=isian.id,
                resource_id=file.resource_id,
                sha256=file.sha256,
                previous_sha256=before.sha256 if before is not None else None,
                filename=file.filename,
                size=file.size,
                how=edit.how if edit else "unggah",
                note=edit.note if edit else None,
                created_by=user_id,
            )
        )
    model.Session.flush()


def locked_for_editing(isian_id: str, actor: service.Actor) -> Isian:
    """Return the isian with its row held, to a producer while its content may change.

    Raises:
        toolkit.NotAuthorized: for everybody but producers of the owner.
        toolkit.ValidationError: in a state that does not allow it.
    """
    isian = service.locked_isian(isian_id)
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Hanya produsen data pemilik isian yang dapat mengubah isinya.")
    if not rules.is_editable(isian.state):
        label = rules.label(isian.state)
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"state": [f"Keadaan sekarang: {label}. Isi tidak dapat diubah; tarik kembali dulu."]}
        )
    return isian


def capaian_of(isian: Isian) -> evidence.StoredFile | None:
    """Return the file with the result, if there is one."""
    files = evidence.stored_files(isian.package_id)
    return next((file for file in files if file.peran == evidence.CAPAIAN), None)


def refuse_stale(file: evidence.StoredFile | None, sha256_seen: str | None) -> None:
    """Refuse an edit of other bytes than those that were seen; gives the lock back.

    Raises:
        toolkit.ValidationError: where the file moved on.
    """
    now = (file.sha256 if file is not None else None) or ""
    if now != (sha256_seen or ""):
        model.Session.rollback()
        raise toolkit.ValidationError({"sha256_seen": [STALE]})


def mend_cells(
    isian_id: str, actor: service.Actor, edits: Sequence[UbahSel], sha256_seen: str
) -> Isian:
    """Write the capaian again with these cells mended, as a new version; commits and checks.

    Sending the same edit twice makes one version.

    Raises:
        toolkit.ValidationError: for a stale view, a cell that is not there, a table that cannot be
            mended cell by cell.
    """
    isian = locked_for_editing(isian_id, actor)
    file = capaian_of(isian)
    if file is None or not isian.is_indicator:
        model.Session.rollback()
        raise toolkit.ValidationError({"sel": ["Belum ada berkas capaian. Unggah dulu."]})
    if _just_done(file, actor, edits, sha256_seen):
        model.Session.rollback()
        return model.Session.get(Isian, isian_id)
    refuse_stale(file, sha256_seen)
    verdict = evidence.latest_verdict(file)
    schema = evidence.schema_of(isian, evidence.CAPAIAN, metadata.kamus_data(isian))
    try:
        content, told = csv_ubah(schema, source_of(verdict), edits)
    except IsianError as error:
        model.Session.rollback()
        raise toolkit.ValidationError({"sel": [str(error)]}) from error
    edit = Edit("sel", "; ".join(told), tuple(edit.sel for edit in edits))
    return put(isian, actor, content, csv_name(file.filename), edit)


def source_of(verdict: Verdict | None) -> dict[str, Any]:
    """Return what is needed to write a checked table again.

    Raises:
        IsianError: where its check did not keep it: not checked, or not only rows of data.
    """
    source = verdict.report.get("source") if verdict is not None else None
    if not source:
        raise IsianError(NOT_MENDABLE)
    return dict(source)


def csv_name(filename: str) -> str:
    """Return the name of the CSV that takes the place of this file."""
    return f"{PurePath(filename).stem or 'capaian'}.csv"


def _just_done(
    file: evidence.StoredFile, actor: service.Actor, edits: Sequence[UbahSel], sha256_seen: str
) -> bool:
    last = file_versions.newest(file.resource_id)
    if last is None or last.sha256 != file.sha256 or last.previous_sha256 != sha256_seen:
        return False
    told = [part.split(" → ")[-1] for part in (last.note or "").split("; ")]
    wanted = [" ".join(edit.nilai.split()) or "(kosong)" for edit in edits]
    return last.how == "sel" and last.created_by == actor.id and told == wanted


def restore(isian_id: str, actor: service.Actor, version_id: int, sha256_seen: str) -> Isian:
    """Take an older version of a file back as the newest one; commits and checks.

    Raises:
        toolkit.ValidationError: for a stale view or bytes that are not whole any more.
        toolkit.ObjectNotFound: for a version of another isian.
    """
    isian = locked_for_editing(isian_id, actor)
    version = model.Session.get(FileVersion, version_id)
    files = {file.resource_id: file for file in evidence.stored_files(isian.package_id)}
    file = files.get(version.resource_id) if version is not None else None
    if version is None or file is None:
        model.Session.rollback()
        raise toolkit.ObjectNotFound("Versi berkas ini tidak ada.")
    if file.sha256 == version.sha256:
        model.Session.rollback()
        return model.Session.get(Isian, isian_id)
    refuse_stale(file, sha256_seen)
    try:
        with storage.local_file(version.resource_id, version.sha256) as path:
            content = path.read_bytes()
        if storage.sha256_of(io.BytesIO(content)) != version.sha256:
            raise ValueError("the stored bytes differ from their hash")
    except (OSError, ValueError) as error:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"versi": ["Berkas versi ini tidak utuh lagi di penyimpanan. Unggah berkasnya lagi."]}
        ) from error
    edit = Edit("pulih", f"versi {version.created_at:%d-%m-%Y %H.%M} dipakai lagi")
    return put(isian, actor, content, version.filename, edit, resource_id=file.resource_id)


def put(
    isian: Isian,
    actor: service.Actor,
    content: bytes,
    filename: str,
    edit: Edit,
    *,
    resource_id: str | None = None,
) -> Isian:
    """Store bytes as the newest version of the capaian (or of `resource_id`), commit and check.

    The caller holds the locks and has compared what was seen.
    """
    upload = FileStorage(io.BytesIO(content), filename=filename)
    file = capaian_of(isian) if resource_id is None else None
    target = resource_id or (file.resource_id if file is not None else None)
    context: dict[str, Any] = {
        "user": actor.name,
        "lppd_checks_follow": True,
        "lppd_edit": edit,
    }
    fields: dict[str, Any] = {"upload": upload, "url": filename, "name": filename}
    if target is not None:
        toolkit.get_action("resource_patch")(context, {**fields, "id": target})
    else:
        toolkit.get_action("resource_create")(
            context, {**fields, "package_id": isian.package_id, "peran": evidence.CAPAIAN}
        )
    fresh = model.Session.get(Isian, isian.id)
    checks.check_now_or_later(fresh, actor.id)
    return fresh
