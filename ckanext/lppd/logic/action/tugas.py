"""Actions on assignments: list, change, as a workbook out and in, copied from an earlier year."""

from __future__ import annotations

import base64
import tempfile
from dataclasses import asdict
from pathlib import Path, PurePath
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from ckanext.lppd.checking import check_in_sandbox
from ckanext.lppd.logic import schema_tahun as schemas
from ckanext.lppd.logic.action.tahun import begin_year, edition_for, planner
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import AssignmentUpload
from ckanext.lppd.workbook import tugas as book
from ckanext.lppd.workflow import assignments, completeness, kalender, years

MAX_UPLOAD = 5 * 1024 * 1024


def _planned(context: Any, data: dict[str, Any]) -> tuple[str, int, str]:
    """Return edition, year and the planner's id; the year must exist."""
    toolkit.check_access("lppd_tahun_buka", context, data)
    actor_id = planner(context)
    edition = edition_for(data["edisi"], data["tahun"]).kode
    if not years.exists(edition, data["tahun"]):
        raise toolkit.ObjectNotFound(
            f"Tahun {data['tahun']} edisi {edition} belum ada. Rencanakan atau buka dulu."
        )
    return edition, data["tahun"], actor_id


def _names() -> dict[str, str]:
    """Return name in the list -> id of every organisation; equal titles get their short name."""
    listed = completeness.organisations()
    titles = [o.title for o in listed]
    return {
        o.title if titles.count(o.title) == 1 else f"{o.title} ({o.name})": o.id for o in listed
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "due": row["due"].isoformat() if row["due"] else None}


@toolkit.side_effect_free
def lppd_tugas_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the assignments of a year (walidata, perencana): agency, contributors, due date.

    :param edisi: code of the edition
    :param tahun: year of the data
    :param belum: only those without a responsible agency (optional)
    :rtype: list of dictionaries
    """
    data = validated(data_dict, schemas.list_assignments(), context)
    edition, year, _actor = _planned(context, data)
    rows = assignments.unassigned if data.get("belum") else assignments.assignments
    return [_plain(row) for row in rows(edition, year)]


def lppd_tugas_atur(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Change assignments of one year, all or none (walidata, perencana).

    :param edisi: code of the edition
    :param tahun: year of the data
    :param tugas: list of dictionaries with `kode` and any of `owner_org` (id or name, empty for
        nobody), `due` (YYYY-MM-DD or empty), `prioritas`, `penyumbang` (part -> id or name),
        `dilihat` (as `lppd_tugas_list` gave it: refused where the row moved since)
    :returns: `perubahan`: what was changed
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.year(), context)
    edition, year, actor_id = _planned(context, data)
    wishes = [_wish(item) for item in data_dict.get("tugas") or []]
    return _apply(edition, year, wishes, actor_id)


def _apply(
    edition: str, year: int, wishes: list[dict[str, Any]], actor_id: str, seen: str | None = None
) -> dict[str, Any]:
    try:
        done = assignments.apply(edition, year, wishes, actor_id, seen=seen)
    except toolkit.ValidationError:
        model.Session.rollback()
        raise
    model.Session.commit()
    return {"perubahan": [asdict(change) for change in done.changes]}


def _wish(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict) or not item.get("kode"):
        raise toolkit.ValidationError({"tugas": ["Tiap penugasan menyebut kode indikatornya."]})
    wish: dict[str, Any] = {"kode": str(item["kode"]), "dilihat": item.get("dilihat")}
    if "owner_org" in item:
        wish["owner_org"] = _organisation(item["owner_org"], item["kode"])
    if "due" in item:
        wish["due"] = _day(item["due"], item["kode"])
    if "prioritas" in item:
        wish["prioritas"] = toolkit.asbool(item["prioritas"])
    if isinstance(item.get("penyumbang"), dict):
        given = item["penyumbang"].items()
        wish["penyumbang"] = {str(p): _organisation(o, item["kode"]) for p, o in given}
    return wish


def _organisation(given: Any, code: str) -> str | None:
    if not given:
        return None
    found = organisation_id(str(given))
    if found is None:
        raise toolkit.ValidationError({"tugas": [f"{code}: perangkat daerah {given} tidak ada."]})
    return found


def _day(given: Any, code: str) -> Any:
    if not given:
        return None
    try:
        return toolkit.get_validator("isodate")(str(given), {}).date()
    except (toolkit.Invalid, AttributeError) as error:
        raise toolkit.ValidationError(
            {"tugas": [f"{code}: tenggat {given} bukan tanggal. Tulis seperti 2026-01-31."]}
        ) from error


@toolkit.side_effect_free
def lppd_tugas_unduh(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the assignments of a year as a workbook with drop-downs (walidata, perencana).

    :param edisi: code of the edition
    :param tahun: year of the data
    :returns: `nama` of the file and its bytes, `isi_base64`
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.year(), context)
    edition, year, _actor = _planned(context, data)
    names = _names()
    titles = {organisation: name for name, organisation in names.items()}
    rows = []
    for row in assignments.assignments(edition, year):
        given = [titles.get(row["penyumbang"].get(p) or "") for p in row["bagian"]]
        rows.append(
            {
                "kode": row["kode"],
                "indikator": row["nama"],
                "perangkat_daerah": titles.get(row["owner_org"] or ""),
                "penyumbang_1": given[0] if given else None,
                "penyumbang_2": given[1] if len(given) > 1 else None,
                "tenggat": row["due"],
                "prioritas": row["prioritas"],
            }
        )
    content = book.assignments_workbook(rows, list(names))
    encoded = base64.b64encode(content).decode("ascii")
    return {"nama": f"penugasan-{edition}-{year}.xlsx", "isi_base64": encoded}


def lppd_tugas_unggah(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Read a workbook of assignments in the sandbox and keep it; nothing is changed yet.

    :param edisi: code of the edition
    :param tahun: year of the data
    :param upload: the XLSX file of `lppd_tugas_unduh`, filled in
    :returns: as `lppd_tugas_rencana`
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.year(), context)
    edition, year, actor_id = _planned(context, data)
    upload = data_dict.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise toolkit.ValidationError({"upload": ["Pilih berkas Excel (.xlsx) penugasan."]})
    name = PurePath(upload.filename).name
    if not name.lower().endswith(".xlsx"):
        raise toolkit.ValidationError({"upload": ["Simpan sebagai .xlsx, lalu unggah lagi."]})
    edisi = edition_for(edition, year)
    schema = book.assignments_schema([i.kode for i in edisi.indikator], list(_names()))
    with tempfile.NamedTemporaryFile(prefix="lppd-tugas-", suffix=".xlsx") as copy:
        content = upload.stream.read(MAX_UPLOAD + 1)
        if len(content) > MAX_UPLOAD:
            raise toolkit.ValidationError({"upload": ["Berkas lebih besar dari 5 MB."]})
        copy.write(content)
        copy.flush()
        report = check_in_sandbox(Path(copy.name), format="xlsx", schema=schema)
    kept = AssignmentUpload(
        edition=edition,
        year=year,
        filename=name,
        rows=[dict(row) for row in report.values] if report.valid else [],
        findings=[item.message() for item in report.findings],
        created_by=actor_id,
    )
    model.Session.add(kept)
    model.Session.commit()
    return _outcome(kept)


def _wishes(kept: AssignmentUpload) -> list[dict[str, Any]]:
    edisi = edition_for(kept.edition, kept.year)
    names = _names()
    wishes = []
    for row in kept.rows:
        indikator = edisi.get(row["kode"] or "")
        parts = [part.name for part in indikator.rumus.parts] if indikator else []
        wishes.append(book.read_row(row, parts, names))
    return wishes


def _outcome(kept: AssignmentUpload) -> dict[str, Any]:
    found = assignments.plan(kept.edition, kept.year, _wishes(kept))
    errors = [*(kept.findings if not kept.rows else []), *found.errors]
    return {
        "id": kept.id,
        "edisi": kept.edition,
        "tahun": kept.year,
        "berkas": kept.filename,
        "diunggah": kept.created_at.isoformat(),
        "diterapkan": kept.applied_at.isoformat() if kept.applied_at else None,
        "baris": len(kept.rows),
        "kesalahan": errors,
        "perubahan": [asdict(change) for change in found.changes],
        "terlihat": found.digest,
    }


def _own_upload(upload_id: str, actor_id: str) -> AssignmentUpload:
    kept = model.Session.get(AssignmentUpload, upload_id)
    if kept is None or kept.created_by != actor_id:
        raise toolkit.ObjectNotFound("Unggahan penugasan tidak ditemukan.")
    return kept


@toolkit.side_effect_free
def lppd_tugas_rencana(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show what an uploaded workbook would change now.

    :param id: id of the upload; the caller's own
    :returns: `kesalahan` (sentences), `perubahan`, and `terlihat`, which `lppd_tugas_terapkan`
        takes back
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.upload_id(), context)
    toolkit.check_access("lppd_tahun_buka", context, data)
    return _outcome(_own_upload(data["id"], planner(context)))


def lppd_tugas_terapkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Write what an uploaded workbook says, all or none; as it was shown.

    :param id: id of the upload; the caller's own
    :param terlihat: `terlihat` of what was shown
    :returns: `perubahan`
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.apply_upload(), context)
    toolkit.check_access("lppd_tahun_buka", context, data)
    actor_id = planner(context)
    kept = _own_upload(data["id"], actor_id)
    if kept.applied_at is not None:
        return {"perubahan": []}
    if not kept.rows:
        raise toolkit.ValidationError({"penugasan": list(kept.findings)})
    # flushed and committed together with the assignments
    kept.applied_at = model.Session.scalar(select(func.now()))
    return _apply(kept.edition, kept.year, _wishes(kept), actor_id, data["terlihat"])


def lppd_tahun_salin(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Carry a year over: list, agencies, contributors, due dates and metadata; never values.

    A target year that does not exist is made, in planning.

    :param edisi: code of the edition
    :param dari: the year to copy
    :param ke: the year to fill
    :returns: `perubahan` and the `state` of the target year
    :rtype: dictionary
    """
    data = validated(data_dict, schemas.copy_year(), context)
    edition, source, actor_id = _planned(context, {**data, "tahun": data["dari"]})
    target = data["ke"]
    if target == source:
        raise toolkit.ValidationError({"ke": ["Pilih tahun lain daripada tahun asal."]})
    if not years.exists(edition, target):
        begin_year(context, {"edisi": edition, "tahun": target}, kalender.PERENCANAAN)
    try:
        done = assignments.copy_year(edition, source, target, actor_id)
    except toolkit.ValidationError:
        model.Session.rollback()
        raise
    state = years.for_planning(edition, target).state
    model.Session.commit()
    return {"perubahan": [asdict(change) for change in done.changes], "state": state}
