"""Pages of a person's own notices and of how they are mailed."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.notices import rules, texts
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.klinik import PER_PAGE, found_or_missing, offset, paged

pemberitahuan = new_blueprint("lppd_pemberitahuan", __name__)


@pemberitahuan.route("/pemberitahuan", endpoint="daftar")
@login_required
def daftar() -> str:
    """List the notices of the person."""
    unread = request.args.get("tampil") == "belum"
    found = action("lppd_pemberitahuan_list", belum_dibaca=unread, limit=PER_PAGE, offset=offset())
    filters = {"tampil": "belum" if unread else ""}
    return base.render(
        "lppd/pemberitahuan/daftar.html",
        extra_vars={
            "page": paged(found, "lppd_pemberitahuan.daftar", filters),
            "total": found["count"],
            "unread": found["belum_dibaca"],
            "only_unread": unread,
        },
    )


@pemberitahuan.route("/pemberitahuan/<int:notice_id>/buka", methods=["POST"], endpoint="buka")
@login_required
def buka(notice_id: int) -> Any:
    """Mark a notice as read and go to what it is about."""
    done = found_or_missing("lppd_pemberitahuan_baca", id=notice_id)
    # the path is ours, made from the notice's own ids
    return toolkit.redirect_to(toolkit.h.url_for(done["path"]))


@pemberitahuan.route("/pemberitahuan/baca", methods=["POST"], endpoint="baca")
@login_required
def baca() -> Any:
    """Mark one notice, or all of them, as read."""
    wanted = positive_int(request.form.get("id"))
    data: dict[str, Any] = {"id": wanted} if wanted else {"semua": True}
    action("lppd_pemberitahuan_baca", **data)
    filters = {"tampil": "belum"} if request.form.get("tampil") == "belum" else {}
    return toolkit.redirect_to("lppd_pemberitahuan.daftar", **filters)


def _settings(values: dict[str, Any], errors: dict[str, Any]) -> str:
    return base.render(
        "lppd/pemberitahuan/pengaturan.html",
        extra_vars={
            "values": values,
            "errors": errors,
            "frequencies": list(rules.HOURS_BETWEEN),
            "kinds": rules.KINDS,
            "languages": list(texts.LANGUAGE_LABELS.items()),
            "address": toolkit.current_user.email,
        },
    )


@pemberitahuan.route("/pemberitahuan/pengaturan", endpoint="pengaturan")
@login_required
def pengaturan() -> str:
    """Show how the person is mailed."""
    return _settings(action("lppd_pemberitahuan_pengaturan"), {})


@pemberitahuan.route("/pemberitahuan/pengaturan", methods=["POST"], endpoint="pengaturan_simpan")
@login_required
def pengaturan_simpan() -> Any:
    """Save how the person is mailed."""
    values: dict[str, Any] = {
        "frekuensi": request.form.get("frekuensi", ""),
        "bahasa": request.form.get("bahasa", ""),
        "jenis": request.form.getlist("jenis"),
    }
    try:
        action("lppd_pemberitahuan_atur", **values)
    except toolkit.ValidationError as error:
        return make_response(_settings(values, error.error_dict), 422)
    toolkit.h.flash_success(toolkit._("Your choice was saved."))
    return toolkit.redirect_to("lppd_pemberitahuan.pengaturan")
