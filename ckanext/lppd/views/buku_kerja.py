"""The workbook of an agency: download, check, store, and send what is ready, all at once."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import Response, make_response, request

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic.action.buku_kerja import checked_workbook, composed_workbook
from ckanext.lppd.views.files import workbook_response
from ckanext.lppd.views.guard import action, login_required, new_blueprint
from ckanext.lppd.views.isian import readable_errors
from ckanext.lppd.workflow import bukti, completeness, rules

ALL = 1000

buku_kerja = new_blueprint("lppd_buku_kerja", __name__)


def _context() -> dict[str, Any]:
    return {"user": toolkit.current_user.name}


def _which(edisi: str, tahun: int, pd: str) -> dict[str, Any]:
    return {"edisi": edisi, "tahun": tahun, "owner_org": pd}


def _page(
    which: dict[str, Any],
    found: dict[str, Any] | None = None,
    errors: dict[str, Any] | None = None,
    refused: dict[str, list[str]] | None = None,
) -> str:
    book = composed_workbook(_context(), dict(which))
    listed = action("lppd_isian_list", limit=ALL, **which)["results"]
    checks = completeness.check_results([row["package_id"] for row in listed if row["package_id"]])
    ready = [
        row
        for row in listed
        if row["state"] in (rules.DRAF, rules.DIKEMBALIKAN)
        and checks.get(row["package_id"]) == completeness.LOLOS
    ]
    return str(
        base.render(
            "lppd/buku_kerja.html",
            extra_vars={
                "which": which,
                "title": book.judul,
                "total": len(book.butir),
                "ready": ready,
                "proof": bukti.missing_of([row["id"] for row in ready], dictize.language()),
                "found": found,
                "errors": errors or {},
                "refused": refused or {},
                "chosen": request.form.getlist("isian") if errors or refused else None,
            },
        )
    )


@buku_kerja.route("/buku-kerja/<edisi>/<int:tahun>/<pd>", endpoint="buka")
@login_required
def buka(edisi: str, tahun: int, pd: str) -> str:
    """Show the workbook's page: download, upload, and what can be sent."""
    return _page(_which(edisi, tahun, pd))


@buku_kerja.route("/buku-kerja/<edisi>/<int:tahun>/<pd>.xlsx", endpoint="unduh")
@login_required
def unduh(edisi: str, tahun: int, pd: str) -> Response:
    """Give the workbook, filled with what is there already."""
    book = composed_workbook(_context(), _which(edisi, tahun, pd))
    return workbook_response(book.bytes(), f"lppd-{tahun}-{book.tanda.perangkat_daerah}.xlsx")


@buku_kerja.route("/buku-kerja/<edisi>/<int:tahun>/<pd>", methods=["POST"], endpoint="unggah")
@login_required
def unggah(edisi: str, tahun: int, pd: str) -> Any:
    """Take a filled workbook: check it only, store what is ready, or give it back marked."""
    which = _which(edisi, tahun, pd)
    data = {**which, "upload": request.files.get("upload")}
    step = request.form.get("langkah")
    try:
        if step == "tanda":
            book, found, _user = checked_workbook(_context(), data)
            name = f"lppd-{tahun}-{book.tanda.perangkat_daerah}-diperiksa.xlsx"
            return workbook_response(book.bytes(found), name)
        name = "lppd_buku_kerja_periksa" if step == "periksa" else "lppd_buku_kerja_simpan"
        result = action(name, **data)
    except toolkit.ValidationError as error:
        return make_response(_page(which, errors=error.error_dict), 422)
    return _page(which, found=result)


@buku_kerja.route("/buku-kerja/<edisi>/<int:tahun>/<pd>/kirim", methods=["POST"], endpoint="kirim")
@login_required
def kirim(edisi: str, tahun: int, pd: str) -> Any:
    """Send the ticked isian to the walidata, each on its own: one refusal stops no other."""
    which = _which(edisi, tahun, pd)
    sent, refused = 0, {}
    for isian_id in request.form.getlist("isian"):
        try:
            action("lppd_ajukan", id=isian_id)
            sent += 1
        except toolkit.ValidationError as error:
            told = readable_errors(error.error_dict)
            refused[isian_id] = [text for texts in told.values() for text in texts]
    if sent:
        toolkit.h.flash_success(
            toolkit.ungettext(
                "{num} indicator was sent to the walidata.",
                "{num} indicators were sent to the walidata.",
                sent,
            ).format(num=sent)
        )
    if refused:
        return make_response(_page(which, refused=refused), 422)
    if not sent:
        return make_response(
            _page(which, errors={"isian": [toolkit._("Tick at least one indicator to send.")]}), 422
        )
    return toolkit.redirect_to("lppd.tugas_saya")
