"""Actions on isian: open a year, list, show, upload, check."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import or_, select
from werkzeug.datastructures import FileStorage

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.action.katalog import loaded_indikator
from ckanext.lppd.logic.caller import caller, caller_id
from ckanext.lppd.logic.governed import accept_extension, organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Contributor, Isian
from ckanext.lppd.model.isian_store import isian_by_identity
from ckanext.lppd.release import evidence, manifest
from ckanext.lppd.release.storage import sha256_of
from ckanext.lppd.workflow import assignments, checks, contributions, metadata, roles, rules

DEFAULT_LIMIT = 200
MAX_LIMIT = 1000


def readable_isian(context: Any, data: dict[str, Any]) -> Isian:
    """Return the isian asked for, to somebody who may read it.

    Raises:
        toolkit.ObjectNotFound: where it does not exist.
        toolkit.NotAuthorized: for others than the producing organisation, reviewers and sysadmins.
    """
    if data.get("id"):
        isian = model.Session.get(Isian, data["id"])
    else:
        edition, code, year = data.get("edisi"), data.get("kode"), data.get("tahun")
        if not (edition and code and year):
            raise toolkit.ValidationError({"id": ["Sebutkan id, atau edisi, kode, dan tahun."]})
        isian = isian_by_identity(edition, code, year)
    if isian is None:
        raise toolkit.ObjectNotFound("Isian tidak ditemukan.")
    user = model.User.get(context.get("user") or "")
    if user is None:
        raise toolkit.NotAuthorized("Masuk dulu untuk melihat isian.")
    readable = (
        user.sysadmin
        or roles.is_reviewer(user.id)
        or isian.owner_org in (mine := roles.organisations_of(user.id, writing=False))
        or contributions.contributes_to(isian.id, mine)
    )
    if not readable:
        raise toolkit.NotAuthorized("Isian ini milik perangkat daerah lain.")
    return isian


def lppd_isian_tugaskan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Give an isian to the agency that answers for it, or change its priority or due date.

    :param id: id of the isian
    :type id: string
    :param owner_org: id or name of the organisation (optional)
    :type owner_org: string
    :param prioritas: Data Prioritas, checked again by the pembina (optional)
    :type prioritas: boolean
    :param due: due date, YYYY-MM-DD (optional)
    :type due: string
    :param dilihat: the assignment that the caller saw, as in `lppd_tugas_list` (optional)
    :type dilihat: string
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_tugaskan", context, data_dict)
    data = validated(data_dict, schemas.assign(), context)
    if not roles.may_plan(model.User.get(context.get("user") or "")):
        raise toolkit.NotAuthorized("Penugasan diatur oleh walidata atau perencana.")
    actor = caller(context)
    isian = readable_isian(context, data)
    names = ("owner_org", "prioritas", "due", "dilihat")
    wish = {name: data[name] for name in names if name in data}
    if "owner_org" in wish:
        wish["owner_org"] = organisation_id(wish["owner_org"])
        if wish["owner_org"] is None:
            raise toolkit.ValidationError({"owner_org": ["Perangkat daerah ini tidak ada."]})
    if wish.get("due"):
        wish["due"] = wish["due"].date()
    if isian.kind != "indikator":
        raise toolkit.ValidationError({"id": ["Hanya isian indikator yang ditugaskan."]})
    try:
        assignments.apply(isian.edition, isian.year, [{**wish, "kode": isian.code}], actor.id)
    except toolkit.ValidationError as error:
        model.Session.rollback()
        if "penugasan" in error.error_dict:
            raise toolkit.ValidationError({"owner_org": error.error_dict["penugasan"]}) from error
        raise
    model.Session.commit()
    return dictize.isian(model.Session.get(Isian, isian.id), actor.id)


@toolkit.side_effect_free
def lppd_isian_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List isian that the caller may read.

    :param edisi, tahun, owner_org, state: filters (optional)
    :param jenis: `indikator`, `sektoral` or `revisi` (optional)
    :param antrean: `walidata` or `pembina`: what waits for that role (optional)
    :param saya: only those of the caller's own organisations (optional)
    :param limit: at most this many, 200 by default, 1000 at most
    :param offset: skip this many
    :returns: count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_list", context, data_dict)
    data = validated(data_dict, schemas.list_isian(), context)
    user = model.User.get(context.get("user") or "")
    if user is None:
        raise toolkit.NotAuthorized("Masuk dulu untuk melihat isian.")
    where = []
    mine = roles.organisations_of(user.id, writing=False)
    if data.get("saya") or not (user.sysadmin or roles.is_reviewer(user.id)):
        given = select(Contributor.isian_id).where(Contributor.owner_org.in_(mine))
        where.append(or_(Isian.owner_org.in_(mine), Isian.id.in_(given)))
    if data.get("edisi"):
        where.append(Isian.edition == data["edisi"])
    if data.get("tahun"):
        where.append(Isian.year == data["tahun"])
    if data.get("jenis"):
        where.append(Isian.kind == data["jenis"])
    if data.get("owner_org"):
        where.append(Isian.owner_org == (organisation_id(data["owner_org"]) or ""))
    if data.get("state"):
        where.append(Isian.state == data["state"])
    queue = {
        rules.WALIDATA: (rules.MENUNGGU_WALIDATA, rules.DISETUJUI),
        rules.PEMBINA: (rules.MENUNGGU_PEMBINA,),
    }
    if data.get("antrean"):
        where.append(Isian.state.in_(queue[data["antrean"]]))
    limit = min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    return dictize.isian_page(where, limit=limit, offset=int(data.get("offset") or 0))


@toolkit.side_effect_free
def lppd_isian_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show one isian: its state, files with their verdicts, and the acts the caller may do.

    :param id: id of the isian; or `edisi`, `kode` and `tahun` together
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_show", context, data_dict)
    isian = readable_isian(context, validated(data_dict, schemas.show_isian(), context))
    return dictize.isian(isian, caller_id(context))


def lppd_isian_unggah(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Upload the content of an isian and check it; the dataset is made with the first upload.

    :param id: id of the isian
    :type id: string
    :param upload: a CSV or XLSX file; or
    :param teks: the content of a CSV file
    :param filename: name of the file when `teks` is given
    :param peran: `capaian` (default for an indicator) or `rincian`
    :param manifest: `manifest` of the content the caller saw, empty for none (optional)
    :returns: the isian with the verdict on the new file
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_unggah", context, data_dict)
    data = validated(data_dict, schemas.upload(), context)
    actor = caller(context)
    isian = readable_isian(context, data)
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        raise toolkit.NotAuthorized("Hanya produsen data pemilik isian yang dapat mengunggah.")
    upload = _upload_of(data)
    # before there is a dataset: a refused file must not turn an untouched isian into a draft
    accept_extension(str(upload.filename))
    peran = data.get("peran") or (evidence.CAPAIAN if isian.is_indicator else evidence.RINCIAN)
    if "manifest" in data and not _as_seen(isian, data["manifest"], upload):
        return dictize.isian(isian, actor.id)
    package_id = isian.package_id or make_dataset(actor.name, isian)
    restore_deleted(actor.name, package_id)
    resource = {"upload": upload, "url": upload.filename, "peran": peran}
    resource["name"] = PurePath(str(upload.filename)).name
    existing = [f for f in evidence.stored_files(package_id) if f.peran == peran]
    if existing and peran == evidence.CAPAIAN:
        toolkit.get_action("resource_patch")(
            {"user": actor.name, "lppd_checks_follow": True},
            {**resource, "id": existing[0].resource_id},
        )
    else:
        toolkit.get_action("resource_create")(
            {"user": actor.name, "lppd_checks_follow": True}, {**resource, "package_id": package_id}
        )
    fresh = model.Session.get(Isian, isian.id)
    checks.check_now_or_later(fresh, actor.id)
    return dictize.isian(fresh, actor.id)


def lppd_periksa(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check the files of an isian that have no verdict for their bytes and today's rules.

    :param id: id of the isian
    :type id: string
    :rtype: dictionary
    """
    toolkit.check_access("lppd_periksa", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    actor = caller(context)
    isian = readable_isian(context, data)
    if not isian.package_id:
        raise toolkit.ValidationError({"berkas": ["Belum ada berkas. Unggah dulu."]})
    # only for the producer: refreshing the fingerprint is an edit, and an editor cannot approve
    editing = rules.PRODUSEN in roles.parts_in(actor.id, isian.owner_org)
    if editing and rules.is_editable(isian.state) and checks.rules_changed(isian):
        toolkit.get_action("package_patch")({"user": actor.name}, {"id": isian.package_id})
    checks.check_now_or_later(isian, actor.id)
    return dictize.isian(model.Session.get(Isian, isian.id), actor.id)


def _as_seen(isian: Isian, seen: str, upload: FileStorage) -> bool:
    """Tell whether the content is what the caller saw; False where this very file came already.

    Raises:
        toolkit.ValidationError: where somebody else's content would be replaced unseen.
    """
    current = manifest.current_manifest(isian.package_id) if isian.package_id else ""
    if seen == current:
        return True
    digest = sha256_of(upload.stream)  # type: ignore[arg-type]
    if digest in {file.sha256 for file in evidence.stored_files(isian.package_id)}:
        return False
    raise toolkit.ValidationError(
        {"upload": ["Isi berubah sejak halaman ini dibuka. Muat ulang, periksa, lalu unggah lagi."]}
    )


def _upload_of(data: dict[str, Any]) -> FileStorage:
    upload = data.get("upload")
    if isinstance(upload, FileStorage) and upload.filename:
        return upload
    if data.get("teks"):
        name = PurePath(data.get("filename") or "capaian.csv").name
        return FileStorage(io.BytesIO(data["teks"].encode("utf-8")), filename=name)
    raise toolkit.ValidationError({"upload": ["Pilih berkas CSV atau XLSX untuk diunggah."]})


def make_dataset(user: str, isian: Isian) -> str:
    """Make the dataset of an indicator's isian and return its id; commits."""
    if isian.kind != "indikator":
        raise toolkit.ValidationError({"id": ["Buat dataset sektoralnya dulu."]})
    loaded_indikator(isian.edition, isian.code)
    dataset = toolkit.get_action("package_create")(
        {"user": user},
        {
            "type": metadata.DATASET_TYPES["indikator"],
            "edisi": isian.edition,
            "kode_indikator": isian.code,
            "tahun": str(isian.year),
            "owner_org": isian.owner_org,
        },
    )
    return str(dataset["id"])


def restore_deleted(user: str, package_id: str) -> None:
    """Bring a deleted dataset back, without its files."""
    package = model.Package.get(package_id)
    if package is not None and package.state == "deleted":
        toolkit.get_action("package_patch")(
            {"user": user}, {"id": package_id, "state": "active", "resources": []}
        )
