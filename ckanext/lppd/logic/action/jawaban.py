"""Actions by which the producer answers what the check asked."""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.checking.questions import DESIMAL
from ckanext.lppd.checking.rewrite import Answer, Rewritten
from ckanext.lppd.checking.sandbox_rewrite import rewrite_in_sandbox
from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian
from ckanext.lppd.release import evidence, manifest
from ckanext.lppd.workflow import checks, explain, metadata, roles, rules, service


def lppd_isian_jelaskan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Explain unusual values (produsen): one reason for each warning that asks for one.

    The keys are in `alasan` of `lppd_isian_show`. A reason stays with the statement it explains,
    also in a later file; `lppd_ajukan` is refused while one lacks.

    :param id: id of the isian
    :type id: string
    :param alasan: key of the warning -> reason; a blank one leaves the question open
    :type alasan: dictionary
    :returns: the isian
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    reasons = data_dict.get("alasan")
    data = validated({"id": data_dict.get("id")}, schemas.by_id(), context)
    if not isinstance(reasons, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in reasons.items()
    ):
        raise toolkit.ValidationError({"alasan": ["Kirim alasan sebagai {kunci: teks}."]})
    actor = caller(context)
    isian = readable_isian(context, data)
    explain.explain(isian.id, actor, reasons)
    return dictize.isian(model.Session.get(Isian, isian.id), actor.id)


def lppd_isian_jawab(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Say once for a column how its numbers with two readings are meant (produsen).

    The answer is written into a new version of the file, only where the check asked: `1.234`
    becomes `1234` or `1,2340`. It is recorded as an act of this person, the bytes before it are
    kept, and the new file is checked. A workbook is replaced by the CSV of its table, and only when
    nothing else is wrong with it.

    :param id: id of the isian
    :type id: string
    :param kolom: name of the column (`nama` of the finding)
    :type kolom: string
    :param bacaan: `ribuan` or `desimal`
    :type bacaan: string
    :param bentuk: answer only for numbers written like this: `koma`, `titik` or `titik_tiga`
        (`bentuk` of the finding; optional, all of them)
    :param resource_id: the file (optional, the one with the result)
    :param sha256: fingerprint of the file that was seen (optional); another one is refused
    :returns: the isian with the verdict on the new file
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_unggah", context, data_dict)
    data = validated(data_dict, schemas.answer(), context)
    actor = caller(context)
    isian = service.locked_isian(readable_isian(context, data).id)
    try:
        file = _file_to_answer(isian, actor, data)
        done = _written(isian, file, data)
        _record_answer(isian, file, actor, data, done.changed)
        stem = PurePath(file.filename).stem or evidence.CAPAIAN
        upload = FileStorage(io.BytesIO(done.content), filename=f"{stem}.csv")
        # the record and the new file are one transaction
        toolkit.get_action("resource_patch")(
            {"user": actor.name, "lppd_checks_follow": True},
            {
                "id": file.resource_id,
                "upload": upload,
                "url": upload.filename,
                "name": upload.filename,
            },
        )
    except (toolkit.NotAuthorized, toolkit.ValidationError):
        model.Session.rollback()
        raise
    fresh = model.Session.get(Isian, isian.id)
    checks.check_now_or_later(fresh, actor.id)
    return dictize.isian(fresh, actor.id)


def _file_to_answer(
    isian: Isian, actor: service.Actor, data: dict[str, Any]
) -> evidence.StoredFile:
    """Return the file the answer is about, where this person may change it now."""
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        raise toolkit.NotAuthorized("Hanya produsen data pemilik isian yang dapat menjawab.")
    if not rules.is_editable(isian.state):
        raise toolkit.ValidationError(
            {"state": ["Isian ini sudah dikirim. Tarik dulu, lalu jawab pertanyaannya."]}
        )
    files = evidence.stored_files(isian.package_id)
    wanted = data.get("resource_id")
    file = next(
        (f for f in files if (f.resource_id == wanted if wanted else f.peran == evidence.CAPAIAN)),
        None,
    )
    if file is None or not file.uploaded or not file.sha256:
        raise toolkit.ValidationError({"resource_id": ["Berkas ini tidak ada di isian ini."]})
    if data.get("sha256") and data["sha256"] != file.sha256:
        raise toolkit.ValidationError(
            {"sha256": ["Berkasnya sudah berganti. Muat ulang halaman, lalu jawab lagi."]}
        )
    return file


def _written(isian: Isian, file: evidence.StoredFile, data: dict[str, Any]) -> Rewritten:
    """Return the file with the answer in it; refuses where it cannot be written or changes none."""
    with file.local() as path:
        done = rewrite_in_sandbox(
            path,
            sha256=str(file.sha256),
            format="xlsx" if file.filename.lower().endswith(".xlsx") else "csv",
            schema=evidence.schema_of(isian, file.peran, metadata.kamus_data(isian)),
            answer=Answer(data["kolom"], data["bacaan"], data.get("bentuk")),
        )
    if done.problem is not None:
        told = done.problem.message(dictize.language())
        raise toolkit.ValidationError({"kolom": [f"Jawaban belum dapat ditulis. {told}"]})
    if not done.changed:
        raise toolkit.ValidationError(
            {"kolom": ["Tidak ada lagi angka di kolom itu yang perlu dijawab."]}
        )
    return done


def _record_answer(
    isian: Isian,
    file: evidence.StoredFile,
    actor: service.Actor,
    data: dict[str, Any],
    changed: int,
) -> None:
    meant = "koma desimal" if data["bacaan"] == DESIMAL else "ribuan"
    note = (
        f"Kolom {data['kolom']}: {changed} sel dibaca sebagai {meant}. "
        f"Berkas sebelumnya {file.filename}, SHA-256 {file.sha256}."
    )
    seen = manifest.current_manifest(isian.package_id)
    request = service.Request(note=note)
    service.record(isian, "jawab", isian.state, rules.PRODUSEN, actor, request, seen)
