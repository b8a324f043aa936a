"""Filling in on the page: try typed values, keep them, mend one cell, take a version back."""

from __future__ import annotations

import hashlib
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd import checking
from ckanext.lppd.katalog import dataset_name
from ckanext.lppd.katalog.isian_layar import UbahSel, csv_isian
from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import review_schema as schemas
from ckanext.lppd.logic.action.isian import make_dataset, readable_isian, restore_deleted
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian, file_versions
from ckanext.lppd.model.katalog_store import get_indikator
from ckanext.lppd.numbers import write_number
from ckanext.lppd.release import evidence
from ckanext.lppd.workflow import edit_cells, roles, rules, service

MAX_ROWS = 500


def lppd_isian_coba(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check typed values of an indicator; nothing is stored.

    :param id: id of the isian
    :param baris: list of rows, each `kode_wilayah` and the texts of the schema's fields as typed
    :returns: `valid`, `findings` with sentences, `counts`, and `values` with computed results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_isi", context, data_dict)
    data = validated(_without_rows(data_dict), schemas.values(), context)
    actor = caller(context)
    isian = _own_indicator(context, data["id"], actor)
    content = _content(isian, data_dict.get("baris"))
    schema = evidence.schema_of(isian, evidence.CAPAIAN)
    with tempfile.TemporaryDirectory(prefix="lppd-coba-") as folder:
        path = Path(folder) / "isian.csv"
        path.write_bytes(content)
        report = checking.check_in_sandbox(path, format="csv", schema=schema)
    return dictize.report(report.to_dict(), valid=report.valid)


def lppd_isian_isi(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Keep typed values as the capaian file (produsen); the same path as an upload.

    :param id: id of the isian
    :param baris: as in `lppd_isian_coba`
    :param sha256_seen: sha256 of the capaian that was on the page; empty where there was none
    :returns: the isian with the verdict
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_isi", context, data_dict)
    data = validated(_without_rows(data_dict), schemas.values(), context)
    actor = caller(context)
    isian = _own_indicator(context, data["id"], actor)
    content = _content(isian, data_dict.get("baris"))
    locked = edit_cells.locked_for_editing(isian.id, actor)
    file = edit_cells.capaian_of(locked)
    if file is not None and file.sha256 == hashlib.sha256(content).hexdigest():
        # the same values again (a double click, the back button): nothing to do
        toolkit.get_action("lppd_periksa")({"user": actor.name}, {"id": isian.id})
        return dictize.isian(_fresh(isian.id), actor.id)
    edit_cells.refuse_stale(file, data.get("sha256_seen"))
    package_id = locked.package_id or make_dataset(actor.name, locked)
    restore_deleted(actor.name, package_id)
    locked = edit_cells.locked_for_editing(isian.id, actor)
    _edisi, indikator = get_indikator(locked.edition, locked.code)
    name = f"{dataset_name(indikator, locked.year)}.csv"
    done = edit_cells.put(locked, actor, content, name, edit_cells.Edit("layar", "diisi di layar"))
    return dictize.isian(_fresh(done.id), actor.id)


def lppd_isian_ubah_sel(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Mend one cell of the capaian; kept as a new version of the file, written as CSV (produsen).

    :param id: id of the isian
    :param sel: address of the cell, such as `D3`
    :param nilai: the text to stand there; the check reads it as in any file
    :param sha256_seen: sha256 of the file that was on the page
    :returns: the isian with the verdict on the new version
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_isi", context, data_dict)
    data = validated(data_dict, schemas.cell(), context)
    actor = caller(context)
    isian = _own_indicator(context, data["id"], actor)
    edits = [UbahSel(data["sel"].strip().upper(), data["nilai"])]
    done = edit_cells.mend_cells(isian.id, actor, edits, data["sha256_seen"])
    return dictize.isian(_fresh(done.id), actor.id)


def lppd_isian_pulihkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take an older version of a file back as the newest (produsen).

    :param id: id of the isian
    :param versi: id of the version, from `lppd_isian_versi`
    :param sha256_seen: sha256 of the file that was on the page
    :returns: the isian
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_isi", context, data_dict)
    data = validated(data_dict, schemas.restore(), context)
    actor = caller(context)
    readable_isian(context, {"id": data["id"]})
    done = edit_cells.restore(data["id"], actor, data["versi"], data["sha256_seen"])
    return dictize.isian(_fresh(done.id), actor.id)


@toolkit.side_effect_free
def lppd_isian_versi(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the versions that the files of an isian had, newest first.

    :param id: id of the isian
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_isian_show", context, data_dict)
    isian = readable_isian(context, validated(data_dict, schemas.by_id(), context))
    current = {file.sha256 for file in evidence.stored_files(isian.package_id)}
    return [
        {
            "id": row.id,
            "resource_id": row.resource_id,
            "filename": row.filename,
            "size": row.size,
            "sha256": row.sha256,
            "cara": row.how,
            "keterangan": row.note,
            "oleh": dictize.user_name(row.created_by),
            "created": row.created_at.isoformat(),
            "sekarang": row.sha256 in current,
        }
        for row in file_versions.of_isian(isian.id)
    ]


def _without_rows(data_dict: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data_dict.items() if name != "baris"}


def _fresh(isian_id: str) -> Isian:
    return model.Session.get(Isian, isian_id)


def _own_indicator(context: Any, isian_id: str, actor: service.Actor) -> Isian:
    isian = readable_isian(context, {"id": isian_id})
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        raise toolkit.NotAuthorized("Hanya produsen data pemilik isian yang dapat mengisinya.")
    if not isian.is_indicator:
        raise toolkit.ValidationError({"baris": ["Data sektoral diunggah sebagai berkas."]})
    return isian


def _content(isian: Isian, rows: Any) -> bytes:
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise toolkit.ValidationError({"baris": [f"Kirim daftar baris, paling banyak {MAX_ROWS}."]})
    if not all(isinstance(row, dict) for row in rows):
        raise toolkit.ValidationError({"baris": ["Setiap baris berisi nama kolom dan nilainya."]})
    try:
        typed = [{str(name): _text(value) for name, value in row.items()} for row in rows]
        return csv_isian(evidence.schema_of(isian, evidence.CAPAIAN), typed)
    except ValueError as error:
        raise toolkit.ValidationError({"baris": [str(error)]}) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    # a JSON number has one reading, and a program means it: 12.5 is written 12,5
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return write_number(Decimal(str(value)))
    return str(value)
