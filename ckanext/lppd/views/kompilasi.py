"""Workbooks of a whole year, for those who plan, review and supervise."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ckan.plugins import toolkit
from flask import Response

from ckanext.lppd.logic.action.bukti import package_for, reads_package
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.views.files import archive_response, workbook_response
from ckanext.lppd.views.guard import login_required, new_blueprint
from ckanext.lppd.workbook.kompilasi import kompilasi_bytes, paket_reviu_bytes
from ckanext.lppd.workflow import bukti_paket, roles
from ckanext.lppd.workflow import kompilasi as service
from ckanext.lppd.workflow.bukti_paket import Item

kompilasi = new_blueprint("lppd_kompilasi", __name__)


def _only_readers_of_all() -> None:
    user = toolkit.current_user
    if not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized(
            toolkit._("This workbook is for walidata, pembina, perencana and pengawas.")
        )


def _context() -> dict[str, Any]:
    return {"user": toolkit.current_user.name}


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


def _sees_evidence(pd: str) -> bool:
    return reads_package(toolkit.current_user.id, organisation_id(pd))


def _package(edisi: str, tahun: int, pd: str, items: list[Item], *, proof: bool) -> bytes:
    catalogue, city, rows = service.laporan_tahun(edisi, tahun, pd, items)
    name = rows[0].perangkat_daerah
    return paket_reviu_bytes(catalogue, tahun, city, name, rows, _today(), bukti=proof)


@kompilasi.route("/paket-reviu/<edisi>/<int:tahun>/<pd>.xlsx", endpoint="reviu")
@login_required
def reviu(edisi: str, tahun: int, pd: str) -> Response:
    """Give the review package of one agency."""
    _only_readers_of_all()
    proof = _sees_evidence(pd)
    items = package_for(_context(), edisi, tahun, pd) if proof else []
    content = _package(edisi, tahun, pd, items, proof=proof)
    return workbook_response(content, f"paket-reviu-{tahun}-{pd}.xlsx")


@kompilasi.route("/paket-reviu/<edisi>/<int:tahun>/<pd>.zip", endpoint="reviu_zip")
@login_required
def reviu_zip(edisi: str, tahun: int, pd: str) -> Any:
    """Give the review package of one agency and the files of its evidence."""
    items = package_for(_context(), edisi, tahun, pd)
    book = _package(edisi, tahun, pd, items, proof=True)
    name = f"paket-reviu-{tahun}-{pd}"
    try:
        file, size = bukti_paket.archive(items, [(f"{name}.xlsx", book)])
    except bukti_paket.NoSpace:
        toolkit.h.flash_error(
            toolkit._("The server has no room for this archive now. Take the files one by one.")
        )
        return toolkit.redirect_to("lppd_kelengkapan.kelengkapan", tahun=tahun, pd=pd)
    return archive_response(file, size, f"{name}.zip")
