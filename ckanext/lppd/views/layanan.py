"""Pages of Klinik's appointments and its yearly report."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import Response, make_response, request

from ckanext.lppd.klinik import report, rules, visits
from ckanext.lppd.logic.action.klinik import report_of
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.klinik import form_values, sent_once
from ckanext.lppd.workflow import completeness, roles

layanan = new_blueprint("lppd_layanan", __name__)

LAST_YEAR = 9999
VISIT_FIELDS = ("owner_org", "tanggal", "tempat", "topik", "hal", "peserta", "hasil")
DOWNLOADS = {
    "xlsx": (
        report.as_xlsx,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "csv": (report.as_csv, "text/csv; charset=utf-8"),
}


def _speaks() -> bool:
    return bool(roles.parts_in(toolkit.current_user.id, None) & rules.ANSWERERS)


@layanan.route("/klinik/pertemuan", endpoint="pertemuan")
@login_required
def pertemuan() -> str:
    """List the appointments that the person may read."""
    year = positive_int(request.args.get("tahun"))
    return base.render(
        "lppd/klinik/pertemuan.html",
        extra_vars={
            "visits": action("lppd_klinik_pertemuan_list", tahun=year or ""),
            "year": year,
            "may_record": _speaks(),
        },
    )


def _form(typed: dict[str, Any], errors: dict[str, Any], visit_id: str | None) -> str:
    if not _speaks():
        raise toolkit.NotAuthorized(
            toolkit._("Appointments are recorded by walidata and pembina data.")
        )
    return base.render(
        "lppd/klinik/pertemuan_form.html",
        extra_vars={
            "typed": typed,
            "errors": errors,
            "visit_id": visit_id,
            "organisations": [o for o in completeness.organisations() if o.role],
        },
    )


@layanan.route("/klinik/pertemuan/catat", endpoint="catat")
@login_required
def catat() -> str:
    """Show an empty form."""
    return _form({"kunci": uuid.uuid4().hex}, {}, None)


@layanan.route("/klinik/pertemuan/catat", methods=["POST"], endpoint="catat_simpan")
@login_required
def catat_simpan() -> Any:
    """Record an appointment."""
    return _save(form_values((*VISIT_FIELDS, "kunci")), None)


@layanan.route("/klinik/pertemuan/<visit_id>", endpoint="ubah")
@login_required
def ubah(visit_id: str) -> str:
    """Show the form with an appointment as it stands."""
    if not _speaks():
        return _form({}, {}, None)
    return _form(visits.one(visit_id.replace("\x00", "")), {}, visit_id)


@layanan.route("/klinik/pertemuan/<visit_id>", methods=["POST"], endpoint="ubah_simpan")
@login_required
def ubah_simpan(visit_id: str) -> Any:
    """Save an appointment with what was added."""
    return _save(form_values((*VISIT_FIELDS, "versi")), visit_id)


def _save(typed: dict[str, Any], visit_id: str | None) -> Any:
    data = {**typed, "id": visit_id} if visit_id else sent_once(typed)
    try:
        action("lppd_klinik_pertemuan_catat", **data)
    except toolkit.ValidationError as error:
        return make_response(_form(typed, error.error_dict, visit_id), 422)
    toolkit.h.flash_success(toolkit._("The appointment was recorded."))
    return toolkit.redirect_to("lppd_layanan.pertemuan")


@layanan.route("/klinik/laporan", endpoint="laporan")
@login_required
def laporan() -> str:
    """Show the report of a year."""
    years = report.years()
    now = datetime.now(timezone.utc).year
    year = positive_int(request.args.get("tahun")) or (years[0] if years else now)
    return base.render(
        "lppd/klinik/laporan.html",
        extra_vars={
            "report": report_of({"user": toolkit.current_user.name}, {"tahun": year}),
            "years": sorted({*years, year}, reverse=True),
            "quick_days": report.QUICK_DAYS,
        },
    )


@layanan.route("/klinik/laporan/<int:tahun>.<kind>", endpoint="unduh")
@login_required
def unduh(tahun: int, kind: str) -> Response:
    """Hand out the report as XLSX or CSV."""
    if kind not in DOWNLOADS:
        raise toolkit.ObjectNotFound("no such format")
    if tahun > LAST_YEAR:
        raise toolkit.ObjectNotFound("no such year")
    found = report_of({"user": toolkit.current_user.name}, {"tahun": tahun})
    write, mimetype = DOWNLOADS[kind]
    response = make_response(write(found))
    response.headers["Content-Type"] = mimetype
    name = f"laporan-klinik-{tahun}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
