"""Actions on evidence (data dukung): list, upload, remove. Never public, whatever happens."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import review_schema as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Bukti, Isian, bukti_store
from ckanext.lppd.release.bukti import evidence_path
from ckanext.lppd.workflow import bukti, bukti_paket, roles
from ckanext.lppd.workflow.bukti_paket import Item

log = logging.getLogger(__name__)


def seeable_isian(context: Any, isian_id: str) -> Isian:
    """Return an isian to somebody who may see its evidence.

    Raises:
        toolkit.NotAuthorized: for everybody else, sysadmins and planners included.
    """
    actor = caller(context)
    isian = readable_isian(context, {"id": isian_id})
    if not roles.may_see_evidence(actor.id, isian.owner_org):
        raise toolkit.NotAuthorized(
            "Data dukung hanya untuk produsen data pemilik, walidata, pembina, dan Inspektorat."
        )
    return isian


def _dictionary(row: Bukti, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "judul": row.title,
        "dokumen": row.document,
        "dokumen_nama": names.get(row.document, row.document),
        "filename": row.filename,
        "mimetype": row.mimetype,
        "size": row.size,
        "sha256": row.sha256,
        "created_by": dictize.user_name(row.created_by),
        "created": row.created_at.isoformat(),
    }


def _listing(isian: Isian) -> dict[str, Any]:
    lang = dictize.language()
    rows = bukti_store.of_isian(isian)
    documents = bukti.documents(isian)
    names = {item.kode: item.nama.get(lang, item.nama["id"]) for item in documents}
    given = {row.document for row in rows}
    return {
        "sha256": bukti_store.list_sha256(isian),
        "bukti": [_dictionary(row, names) for row in rows],
        "peringatan": bukti.missing(isian, given, lang, documents),
        "dokumen": [
            {
                "kode": item.kode,
                "nama": names[item.kode],
                "diminta": item.diminta,
                "ada": item.kode in given,
            }
            for item in documents
        ],
    }


@toolkit.side_effect_free
def lppd_bukti_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the evidence of an isian and which of the catalogue's documents are there.

    For producers of the owner, walidata, pembina and pengawas.

    :param id: id of the isian
    :returns: `sha256` of the list, `bukti`, the checklist `dokumen`, and `peringatan`: the sentence
        on what is missing, from a draft until it is decided
    :rtype: dictionary
    """
    toolkit.check_access("lppd_bukti_list", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    return _listing(seeable_isian(context, data["id"]))


def lppd_bukti_unggah(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add an evidence file (produsen, while the isian may be changed).

    The type is decided by the bytes: PDF, JPG, PNG, XLSX, DOCX.

    :param id: id of the isian
    :param upload: the file
    :param judul: title of the document
    :param dokumen: which document of the checklist it is
    :returns: as `lppd_bukti_list`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_bukti_ubah", context, data_dict)
    data = validated(data_dict, schemas.evidence(), context)
    actor = caller(context)
    isian = readable_isian(context, {"id": data["id"]})
    upload = data.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise toolkit.ValidationError({"bukti": ["Pilih berkas data dukung untuk diunggah."]})
    bukti.add(
        isian.id,
        actor,
        upload.stream,  # type: ignore[arg-type]
        filename=upload.filename,
        title=data.get("judul") or "",
        document=data.get("dokumen") or "",
    )
    return _listing(seeable_isian(context, data["id"]))


def lppd_bukti_hapus(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take evidence off the list, on record (produsen, while the isian may be changed).

    :param id: id of the isian
    :param bukti_id: id of the evidence
    :returns: as `lppd_bukti_list`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_bukti_ubah", context, data_dict)
    data = validated(data_dict, schemas.evidence_removal(), context)
    actor = caller(context)
    readable_isian(context, {"id": data["id"]})
    bukti.remove(data["id"], data["bukti_id"], actor)
    return _listing(seeable_isian(context, data["id"]))


def reads_package(user_id: str | None, owner_org: str | None) -> bool:
    """Tell whether this user takes the evidence of all of an agency's indicators at once.

    Walidata, pembina and Inspektorat; a producer takes his own piece by piece.
    """
    return roles.is_reviewer(user_id) and roles.may_see_evidence(user_id, owner_org)


def package_for(context: Any, edition: str, year: int, owner_org: str) -> list[Item]:
    """Return all evidence of an agency's indicators of a year, to who may take it.

    Raises:
        toolkit.NotAuthorized: for everybody else, planners and sysadmins included.
    """
    toolkit.check_access("lppd_bukti_list", context, {})
    actor = caller(context)
    if not reads_package(actor.id, organisation_id(owner_org)):
        raise toolkit.NotAuthorized(
            "Paket data dukung hanya untuk walidata, pembina data, dan Inspektorat."
        )
    items = bukti_paket.evidence_of(edition, year, owner_org)
    # it may hold personal data: who took how much of whom stands in the portal's log
    log.info("evidence of %s %s, %s files, by user %s", owner_org, year, len(items), actor.id)
    return items


def file_for(context: Any, isian_id: str, bukti_id: str) -> tuple[Path, Bukti]:
    """Return the stored bytes of evidence on the list of an isian, to who may see it.

    Raises:
        toolkit.ObjectNotFound: where it is not on the list, or its bytes are gone.
    """
    row = bukti.find(seeable_isian(context, isian_id), bukti_id)
    path = evidence_path(row.sha256)
    if not path.is_file():
        raise toolkit.ObjectNotFound("Berkas data dukung ini tidak ada di penyimpanan.")
    return path, row
