"""The work page of one isian, and the posts behind its buttons (post, redirect, get)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.model import Isian
from ckanext.lppd.views import isian_page
from ckanext.lppd.views.guard import action, login_required, new_blueprint
from ckanext.lppd.workflow import checks, completeness, progress, roles, rules

isian = new_blueprint("lppd_isian", __name__)

# What a form sent is shown again when it is refused; files cannot be.
KEPT_FIELDS = (
    *("note", "reason_code", "cells", "reason", "confirm", "owner_org", "due", "peran"),
    *("judul", "dokumen", "tempat", "sel", "teks", "catatan_id", "jawaban", "nilai"),
    *("jenis", "tanggal", "catatan", "prioritas"),
)
SEEN = ("manifest", "bukti_sha256", "state_seen")
# one field for each warning that asks for a reason, followed by its key
REASON_FIELD = "alasan-"
# a field of the form in which parts are filled in: `nilai-penyebut`
VALUE = "nilai-"
Posted = dict[str, Any]


def _(text: str) -> str:
    """Mark a text for translation; it is translated when it is shown."""
    return text


DONE = {
    "unggah": _("The file was uploaded and checked. See the result below."),
    "periksa": _("The file was checked again."),
    "ajukan": _("Sent to the walidata."),
    "tarik": _("Taken back. You can change the content again."),
    "setujui": _("Approved."),
    "kembalikan": _("Returned with your note."),
    "terbitkan": _("Published. The data are public now."),
    "tarik_publikasi": _("Publication withdrawn. The data are no longer public."),
    "revisi_mulai": _("A revision was opened. The published version stays public meanwhile."),
    "revisi_batal": _("The revision was cancelled. The published version stays as it was."),
    "tugaskan": _("The assignment was saved."),
    "sumbang": _("The value was saved and put into the file. See the result below."),
    "nyatakan": _("Your declaration was saved."),
    "sahkan": _("The declaration was confirmed. It counts as complete."),
    "buka_lagi": _("The declaration was taken back. You can fill in a value now."),
    "jelaskan": _("Your explanations were saved."),
    "jawab": _("Your answer was written into a new version of the file, which was checked."),
    "bukti_unggah": _("The evidence was added. It is never public."),
    "bukti_hapus": _("The evidence was taken off the list; the history keeps that it was there."),
    "catatan_buat": _("The note was pinned. The producer sees it at its place."),
    "catatan_selesai": _("The note was marked as dealt with."),
    "isi": _("The values were saved and checked. See the result below."),
    "ubah_sel": _("The cell was mended and kept as a new version of the file (CSV)."),
    "pulihkan": _("The older version is the current one again."),
}

# where on the page the outcome of a form is seen
ANCHORS = {
    **dict.fromkeys(
        ("unggah", "periksa", "isi", "ubah_sel", "pulihkan", "jawab", "sumbang"), "hasil"
    ),
    **dict.fromkeys(("bukti_unggah", "bukti_hapus"), "bukti"),
    **dict.fromkeys(("catatan_buat", "catatan_selesai"), "catatan"),
}


def page_context(isian_id: str) -> dict[str, Any]:
    """Return what the work page shows to the person of this request."""
    data = action("lppd_isian_show", id=isian_id)
    user = toolkit.current_user
    parts = roles.parts_in(user.id, data["owner_org"])
    history = action("lppd_riwayat", id=isian_id)
    indicator, schema = None, None
    if data["kode"]:
        indicator = action("lppd_indikator_show", edisi=data["edisi"], kode=data["kode"])
        identity = {key: data[key] for key in ("edisi", "kode", "tahun")}
        schema = action("lppd_skema_show", **identity)["schema"]
    fields = schema["fields"] if schema else []
    may_assign = not data["package_id"] and roles.may_plan(user)
    return {
        "isian": data,
        "indikator": indicator,
        "titles": {field["name"]: field.get("title") or field["name"] for field in fields},
        "history": history,
        "returned": _last_return(data, history),
        "reasons": rules.REASON_CODES,
        "check_again": _check_again(data),
        "may_cancel": bool(
            data["revisi_dari"] and rules.PRODUSEN in parts and rules.is_editable(data["state"])
        ),
        "is_producer": rules.PRODUSEN in parts,
        "is_reviewer": roles.is_reviewer(user.id),
        "approves_own_work": _approves_own_work(data, parts, user.id),
        "organisations": completeness.organisations() if may_assign else [],
        "errors": {},
        "typed": {},
        "failed": None,
        **isian_page.extras(data, user.id, schema),
    }


def _check_again(data: dict[str, Any]) -> bool:
    """Tell whether a file has no result for its bytes and today's rules."""
    if any(file["verdict"] is None for file in data["berkas"]):
        return True
    if not data["berkas"] or not rules.is_editable(data["state"]):
        return False
    try:
        return checks.rules_changed(model.Session.get(Isian, data["id"]))
    except (LookupError, ValueError):
        # rules that cannot be composed are told by the action when it is asked to check
        return True


def _last_return(data: dict[str, Any], history: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the note that sent the isian to where it is now, if a note did."""
    back = (rules.DIKEMBALIKAN, rules.MENUNGGU_WALIDATA)
    # evidence or an explanation, which leaves the state as it is, does not take the note away
    acts = [row for row in history if row["from_state"] != row["to_state"]]
    if data["state"] not in back or not acts or acts[0]["act"] != "kembalikan":
        return None
    return acts[0]


def _approves_own_work(data: dict[str, Any], parts: frozenset[str], user_id: str) -> bool:
    """Tell whether somebody could approve here if he had not made the last change himself (R4)."""
    if data["last_editor"] != user_id:
        return False
    return any(act.name == "setujui" for act in rules.acts_from(data["state"], parts))


@isian.route("/isian/<isian_id>", endpoint="baca")
@login_required
def baca(isian_id: str) -> str:
    """Show the work page."""
    return base.render("lppd/isian.html", extra_vars=page_context(isian_id))


def run(isian_id: str, name: str, call: Callable[[], Any]) -> Any:
    """Do what the form asks; show the page again, with what was typed, where it is refused."""
    try:
        result = call()
    except toolkit.ValidationError as error:
        context = page_context(isian_id)
        context["errors"] = readable_errors(error.error_dict)
        context["failed"] = name
        context["typed"] = {
            key: request.form[key]
            for key in request.form
            if key in KEPT_FIELDS or key.startswith((REASON_FIELD, VALUE))
        }
        return make_response(base.render("lppd/isian.html", extra_vars=context), 422)
    toolkit.h.flash_success(toolkit._(DONE[name]))
    # publishing or cancelling a revision leads back to the isian that it belonged to
    target = result["id"] if isinstance(result, dict) and "state" in result else isian_id
    url = toolkit.url_for("lppd_isian.baca", isian_id=target, _anchor=ANCHORS.get(name))
    return toolkit.redirect_to(url)


def readable_errors(error_dict: dict[str, Any]) -> dict[str, list[str]]:
    """Return field -> sentences; what is for programs only (`state_now`, row lists) is left out."""
    errors: dict[str, list[str]] = {}
    for field, messages in error_dict.items():
        if field in {"state_now", "resources"}:
            continue
        found = messages if isinstance(messages, list) else [messages]
        errors[field] = [text for text in found if isinstance(text, str)]
    return {field: texts for field, texts in errors.items() if texts} or {
        "message": [toolkit._("This could not be saved. Reload the page and try again.")]
    }


def _seen() -> Posted:
    return {key: request.form[key] for key in SEEN if request.form.get(key)}


def _act(isian_id: str, name: str, **data: Any) -> Any:
    return run(isian_id, name, lambda: action(f"lppd_{name}", id=isian_id, **_seen(), **data))


def _confirmed(isian_id: str, name: str, **data: Any) -> Any:
    """Do an act that the form asks to confirm with a tick."""

    def call() -> Any:
        if not request.form.get("confirm"):
            raise toolkit.ValidationError({"confirm": [toolkit._("Tick this box to go on.")]})
        return action(f"lppd_{name}", id=isian_id, **_seen(), **data)

    return run(isian_id, name, call)


@isian.route("/isian/<isian_id>/unggah", methods=["POST"], endpoint="unggah")
@login_required
def unggah(isian_id: str) -> Any:
    """Take a file and have it checked."""
    data: Posted = {"upload": request.files.get("upload")}
    data.update({key: request.form[key] for key in ("peran", "manifest") if key in request.form})
    return run(isian_id, "unggah", lambda: action("lppd_isian_unggah", id=isian_id, **data))


@isian.route("/isian/<isian_id>/periksa", methods=["POST"], endpoint="periksa")
@login_required
def periksa(isian_id: str) -> Any:
    """Check again what has no result for today's rules."""
    return run(isian_id, "periksa", lambda: action("lppd_periksa", id=isian_id))


@isian.route("/isian/<isian_id>/ajukan", methods=["POST"], endpoint="ajukan")
@login_required
def ajukan(isian_id: str) -> Any:
    """Send to the walidata."""
    return _act(isian_id, "ajukan")


@isian.route("/isian/<isian_id>/tarik", methods=["POST"], endpoint="tarik")
@login_required
def tarik(isian_id: str) -> Any:
    """Take a submission back."""
    return _act(isian_id, "tarik")


@isian.route("/isian/<isian_id>/setujui", methods=["POST"], endpoint="setujui")
@login_required
def setujui(isian_id: str) -> Any:
    """Approve what was seen."""
    return _act(isian_id, "setujui")


@isian.route("/isian/<isian_id>/kembalikan", methods=["POST"], endpoint="kembalikan")
@login_required
def kembalikan(isian_id: str) -> Any:
    """Return with a reason and a note."""
    cells = [cell for cell in re.split(r"[\s,;]+", request.form.get("cells", "")) if cell]
    return _act(
        isian_id,
        "kembalikan",
        reason_code=request.form.get("reason_code") or None,
        note=request.form.get("note", ""),
        cells=cells,
    )


@isian.route("/isian/<isian_id>/terbitkan", methods=["POST"], endpoint="terbitkan")
@login_required
def terbitkan(isian_id: str) -> Any:
    """Publish what was approved."""
    return _confirmed(isian_id, "terbitkan")


@isian.route("/isian/<isian_id>/tarik-publikasi", methods=["POST"], endpoint="tarik_publikasi")
@login_required
def tarik_publikasi(isian_id: str) -> Any:
    """Take a publication back with a reason."""
    return _confirmed(isian_id, "tarik_publikasi", note=request.form.get("note", ""))


@isian.route("/isian/<isian_id>/revisi", methods=["POST"], endpoint="revisi_mulai")
@login_required
def revisi_mulai(isian_id: str) -> Any:
    """Open a working copy of what is published."""
    return _act(isian_id, "revisi_mulai", note=request.form.get("note", ""))


@isian.route("/isian/<isian_id>/batalkan-revisi", methods=["POST"], endpoint="revisi_batal")
@login_required
def revisi_batal(isian_id: str) -> Any:
    """Give a working copy up."""
    return _confirmed(isian_id, "revisi_batal", note=request.form.get("note", ""))


@isian.route("/isian/<isian_id>/sumbang", methods=["POST"], endpoint="sumbang")
@login_required
def sumbang(isian_id: str) -> Any:
    """Fill in the parts that are this agency's."""
    given = {k[len(VALUE) :]: v for k, v in request.form.items() if k.startswith(VALUE) and v}
    data: Posted = {"nilai": given, "catatan": request.form.get("catatan") or None}
    return run(isian_id, "sumbang", lambda: action("lppd_sumbang", id=isian_id, **data))


@isian.route("/isian/<isian_id>/nyatakan", methods=["POST"], endpoint="nyatakan")
@login_required
def nyatakan(isian_id: str) -> Any:
    """Declare that there is no value, or not yet."""
    names = ("jenis", "reason", "tanggal")
    data = {name: request.form[name] for name in names if request.form.get(name)}
    return _act(isian_id, "nyatakan", **data)


@isian.route("/isian/<isian_id>/sahkan", methods=["POST"], endpoint="sahkan")
@login_required
def sahkan(isian_id: str) -> Any:
    """Confirm a declaration."""
    return _confirmed(isian_id, "sahkan", jenis=request.form.get("jenis", ""))


@isian.route("/isian/<isian_id>/buka-lagi", methods=["POST"], endpoint="buka_lagi")
@login_required
def buka_lagi(isian_id: str) -> Any:
    """Take a confirmed declaration back."""
    return _act(isian_id, "buka_lagi", reason=request.form.get("reason", ""))


@isian.route("/isian/<isian_id>/tugaskan", methods=["POST"], endpoint="tugaskan")
@login_required
def tugaskan(isian_id: str) -> Any:
    """Give the isian to the agency that answers for it."""
    data: Posted = {
        "owner_org": request.form.get("owner_org", ""),
        "prioritas": bool(request.form.get("prioritas")),
    }
    if request.form.get("due"):
        data["due"] = request.form["due"]
    return run(isian_id, "tugaskan", lambda: action("lppd_isian_tugaskan", id=isian_id, **data))


@isian.route("/isian/<isian_id>/kemajuan", endpoint="kemajuan")
@login_required
def kemajuan(isian_id: str) -> Any:
    """Show how far the check is; once there is a result, have the page loaded again."""
    data = action("lppd_isian_show", id=isian_id)
    response = make_response(base.render("lppd/snippets/progress.html", {"isian": data}))
    response.headers["Cache-Control"] = "no-store"
    if not data["kemajuan"] or data["kemajuan"]["keadaan"] == progress.SELESAI:
        response.headers["HX-Refresh"] = "true"
    return response


@isian.route("/isian/<isian_id>/jelaskan", methods=["POST"], endpoint="jelaskan")
@login_required
def jelaskan(isian_id: str) -> Any:
    """Save the explanations of unusual values."""
    reasons = {
        name.removeprefix(REASON_FIELD): text
        for name, text in request.form.items()
        if name.startswith(REASON_FIELD)
    }
    return run(
        isian_id, "jelaskan", lambda: action("lppd_isian_jelaskan", id=isian_id, alasan=reasons)
    )


@isian.route("/isian/<isian_id>/jawab", methods=["POST"], endpoint="jawab")
@login_required
def jawab(isian_id: str) -> Any:
    """Write one answer for the numbers of a column that have two readings."""
    names = ("kolom", "bacaan", "bentuk", "resource_id", "sha256")
    data = {name: request.form[name] for name in names if request.form.get(name)}
    return run(isian_id, "jawab", lambda: action("lppd_isian_jawab", id=isian_id, **data))
