"""Pages of Forum Satu Data: public list and decision; forms of the secretariat."""

from __future__ import annotations

import uuid
from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.forum import service
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.klinik import (
    PER_PAGE,
    form_values,
    found_or_missing,
    offset,
    paged,
    query_text,
    sent_once,
)

forum = new_blueprint("lppd_forum", __name__)

FIELDS = (
    "tanggal",
    "tempat",
    "hadir",
    "agenda",
    "keputusan",
    "edisi",
    "indikator",
    "tautan",
    "keterangan",
    "alasan",
    "versi",
    "kunci",
)


@forum.route("/forum", endpoint="daftar")
def daftar() -> str:
    """List the decisions; for everybody."""
    filters = {
        "tahun": positive_int(request.args.get("tahun")) or "",
        "edisi": query_text("edisi", 20),
        "kode": query_text("kode", 20),
        "q": query_text("q"),
    }
    found = action("lppd_forum_list", **filters, limit=PER_PAGE, offset=offset())
    return base.render(
        "lppd/forum/daftar.html",
        extra_vars={
            "page": paged(found, "lppd_forum.daftar", filters),
            "total": found["count"],
            "filters": filters,
            "years": service.years(),
        },
    )


@forum.route("/forum/<int:tahun>/<int:nomor>", endpoint="baca")
def baca(tahun: int, nomor: int) -> str:
    """Show a decision with its versions; for everybody."""
    return base.render(
        "lppd/forum/baca.html",
        extra_vars={"decision": found_or_missing("lppd_forum_show", tahun=tahun, nomor=nomor)},
    )


def _form(typed: dict[str, Any], errors: dict[str, Any], of: tuple[int, int] | None) -> str:
    if service.recorder_role(toolkit.current_user.id) is None:
        raise toolkit.NotAuthorized(
            toolkit._("Decisions are recorded by the secretariat of the forum (Bappeda).")
        )
    return base.render(
        "lppd/forum/form.html",
        extra_vars={
            "typed": typed,
            "errors": errors,
            "of": of,
            "editions": action("lppd_katalog_list"),
        },
    )


@forum.route("/forum/catat", endpoint="catat")
@login_required
def catat() -> str:
    """Show an empty form."""
    edition = str(toolkit.config["ckanext.lppd.default_edition"])
    return _form({"kunci": uuid.uuid4().hex, "edisi": edition}, {}, None)


@forum.route("/forum/catat", methods=["POST"], endpoint="catat_simpan")
@login_required
def catat_simpan() -> Any:
    """Record a decision."""
    typed = form_values(FIELDS)
    try:
        done = action("lppd_forum_catat", **sent_once(typed))
    except toolkit.ValidationError as error:
        return make_response(_form(typed, error.error_dict, None), 422)
    toolkit.h.flash_success(
        toolkit._("Decision {number} was recorded.").format(
            number=f"{done['nomor']}/{done['tahun']}"
        )
    )
    return toolkit.redirect_to("lppd_forum.baca", tahun=done["tahun"], nomor=done["nomor"])


@forum.route("/forum/<int:tahun>/<int:nomor>/perbaiki", endpoint="perbaiki")
@login_required
def perbaiki(tahun: int, nomor: int) -> str:
    """Show the form with the decision as it stands."""
    found = found_or_missing("lppd_forum_show", tahun=tahun, nomor=nomor)
    touched = found["indikator"]
    typed = {
        **found,
        "alasan": "",
        "indikator": ", ".join(item["kode"] for item in touched),
        "edisi": touched[0]["edisi"]
        if touched
        else str(toolkit.config["ckanext.lppd.default_edition"]),
    }
    return _form(typed, {}, (tahun, nomor))


@forum.route(
    "/forum/<int:tahun>/<int:nomor>/perbaiki", methods=["POST"], endpoint="perbaiki_simpan"
)
@login_required
def perbaiki_simpan(tahun: int, nomor: int) -> Any:
    """Record a new version of a decision."""
    typed = form_values(FIELDS)
    try:
        action("lppd_forum_perbaiki", **{**typed, "tahun": tahun, "nomor": nomor})
    except toolkit.ValidationError as error:
        return make_response(_form(typed, error.error_dict, (tahun, nomor)), 422)
    toolkit.h.flash_success(toolkit._("The correction was recorded as a new version."))
    return toolkit.redirect_to("lppd_forum.baca", tahun=tahun, nomor=nomor)
