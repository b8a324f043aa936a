"""The posts of filling in and examining: evidence, notes, typed values, mended cells, the queue."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request, send_file

from ckanext.lppd.logic.action.bukti import file_for
from ckanext.lppd.views.guard import action, login_required, new_blueprint
from ckanext.lppd.views.isian import page_context, readable_errors, run
from ckanext.lppd.views.isian_page import typed_rows

review = new_blueprint("lppd_periksa", __name__)


@review.route("/isian/<isian_id>/bukti", methods=["POST"], endpoint="bukti_unggah")
@login_required
def bukti_unggah(isian_id: str) -> Any:
    """Take an evidence file."""
    data = {
        "id": isian_id,
        "upload": request.files.get("bukti"),
        "judul": request.form.get("judul", ""),
        "dokumen": request.form.get("dokumen", ""),
    }
    return run(isian_id, "bukti_unggah", lambda: action("lppd_bukti_unggah", **data))


@review.route("/isian/<isian_id>/bukti/<bukti_id>/hapus", methods=["POST"], endpoint="bukti_hapus")
@login_required
def bukti_hapus(isian_id: str, bukti_id: str) -> Any:
    """Take evidence off the list."""
    data = {"id": isian_id, "bukti_id": bukti_id}
    return run(isian_id, "bukti_hapus", lambda: action("lppd_bukti_hapus", **data))


@review.route("/isian/<isian_id>/bukti/<bukti_id>", endpoint="bukti_unduh")
@login_required
def bukti_unduh(isian_id: str, bukti_id: str) -> Any:
    """Send an evidence file to who may see it: as a file, of the type its bytes have, uncached."""
    path, row = file_for({"user": toolkit.current_user.name}, isian_id, bukti_id)
    answer = make_response(
        send_file(path, mimetype=row.mimetype, as_attachment=True, download_name=row.filename)
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@review.route("/isian/<isian_id>/catatan", methods=["POST"], endpoint="catatan_buat")
@login_required
def catatan_buat(isian_id: str) -> Any:
    """Pin a note."""
    data = {name: request.form.get(name, "") for name in ("tempat", "sel", "teks")}
    return run(isian_id, "catatan_buat", lambda: action("lppd_catatan_buat", id=isian_id, **data))


@review.route("/isian/<isian_id>/catatan/selesai", methods=["POST"], endpoint="catatan_selesai")
@login_required
def catatan_selesai(isian_id: str) -> Any:
    """Mark a note as dealt with."""
    data = {name: request.form.get(name, "") for name in ("catatan_id", "jawaban")}
    call = lambda: action("lppd_catatan_selesai", id=isian_id, **data)  # noqa: E731
    return run(isian_id, "catatan_selesai", call)


@review.route("/isian/<isian_id>/coba", methods=["POST"], endpoint="coba")
@login_required
def coba(isian_id: str) -> Any:
    """Check what stands in the form and keep nothing; a fragment for htmx, else the whole page."""
    trial, errors = None, {}
    try:
        trial = action("lppd_isian_coba", id=isian_id, baris=typed_rows())
    except toolkit.ValidationError as error:
        errors = readable_errors(error.error_dict)
    shown = {"trial": trial, "trial_errors": errors}
    if request.headers.get("HX-Request"):
        data = action("lppd_isian_show", id=isian_id)
        return base.render("lppd/snippets/form_result.html", extra_vars={**shown, "isian": data})
    return base.render("lppd/isian.html", extra_vars={**page_context(isian_id), **shown})


@review.route("/isian/<isian_id>/isi", methods=["POST"], endpoint="isi")
@login_required
def isi(isian_id: str) -> Any:
    """Keep what stands in the form as the capaian file."""
    data = {"baris": typed_rows(), "sha256_seen": request.form.get("sha256_seen", "")}
    return run(isian_id, "isi", lambda: action("lppd_isian_isi", id=isian_id, **data))


@review.route("/isian/<isian_id>/ubah-sel", methods=["POST"], endpoint="ubah_sel")
@login_required
def ubah_sel(isian_id: str) -> Any:
    """Mend one cell."""
    data = {name: request.form.get(name, "") for name in ("sel", "nilai", "sha256_seen")}
    return run(isian_id, "ubah_sel", lambda: action("lppd_isian_ubah_sel", id=isian_id, **data))


@review.route("/isian/<isian_id>/pulihkan", methods=["POST"], endpoint="pulihkan")
@login_required
def pulihkan(isian_id: str) -> Any:
    """Take an older version of a file back."""
    data = {name: request.form.get(name, "") for name in ("versi", "sha256_seen")}
    return run(isian_id, "pulihkan", lambda: action("lppd_isian_pulihkan", id=isian_id, **data))


@review.route("/antrean/ambil", methods=["POST"], endpoint="ambil")
@login_required
def ambil() -> Any:
    """Take the ticked rows of the queue for oneself, or give them back."""
    role = request.form.get("antrean", "")
    data = {
        "ids": request.form.getlist("ids"),
        "antrean": role,
        "lepas": request.form.get("lepas") == "ya",
    }
    try:
        number = action("lppd_antrean_ambil", **data)["jumlah"]
    except toolkit.ValidationError as error:
        texts = [text for texts in readable_errors(error.error_dict).values() for text in texts]
        toolkit.h.flash_error(" ".join(texts))
    else:
        told = (
            toolkit._("{number} given back.")
            if data["lepas"]
            else toolkit._("{number} taken. Others see that you examine them.")
        )
        toolkit.h.flash_success(told.format(number=number))
    return toolkit.redirect_to("lppd.antrean", antrean=role)
