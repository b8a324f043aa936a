"""Workbooks of a whole year, for those who plan, review and supervise."""

from __future__ import annotations

from datetime import datetime

from ckan.plugins import toolkit
from flask import Response

from ckanext.lppd.views.files import workbook_response
from ckanext.lppd.views.guard import login_required, new_blueprint
from ckanext.lppd.workbook.kompilasi import kompilasi_bytes, paket_reviu_bytes
from ckanext.lppd.workflow import kompilasi as service
from ckanext.lppd.workflow import roles

kompilasi = new_blueprint("lppd_kompilasi", __name__)


def _only_readers_of_all() -> None:
    user = toolkit.current_user
    if not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized(
            toolkit._("This workbook is for walidata, pembina, perencana and pengawas.")
        )


def _today() -> str:
    now = datetime.now(toolkit.h.get_display_timezone())
    return str(toolkit.h.lppd_date(now.isoformat(), with_time=True))


@kompilasi.route("/kompilasi/<edisi>/<int:tahun>.xlsx", endpoint="unduh")
@login_required
def unduh(edisi: str, tahun: int) -> Response:
    """Give the compilation of a year."""
    _only_readers_of_all()
    catalogue, city, rows = service.laporan_tahun(edisi, tahun)
    content = kompilasi_bytes(catalogue, tahun, city, rows, _today())
    return workbook_response(content, f"kompilasi-lppd-{tahun}.xlsx")


@kompilasi.route("/paket-reviu/<edisi>/<int:tahun>/<pd>.xlsx", endpoint="reviu")
@login_required
def reviu(edisi: str, tahun: int, pd: str) -> Response:
    """Give the review package of one agency."""
    _only_readers_of_all()
    sees = roles.may_see_evidence(toolkit.current_user.id, None)
    catalogue, city, rows = service.laporan_tahun(edisi, tahun, pd, evidence=sees)
    content = paket_reviu_bytes(catalogue, tahun, city, rows[0].perangkat_daerah, rows, _today())
    return workbook_response(content, f"paket-reviu-{tahun}-{pd}.xlsx")
