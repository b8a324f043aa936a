"""The planners' page of a year: its calendar, who answers for what, the list as a workbook."""

from __future__ import annotations

import base64
from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.workbook.lembar import XLSX
from ckanext.lppd.workflow import completeness, kalender, roles

tugas = new_blueprint("lppd_tugas", __name__)

MAX_ROWS = 200


def planners_only() -> None:
    """Refuse the page to others than walidata, perencana and administrators."""
    if not roles.may_plan(toolkit.current_user):
        raise toolkit.NotAuthorized(
            toolkit._("Years and assignments are for the walidata and Bappeda.")
        )


def _years() -> list[dict[str, Any]]:
    return list(action("lppd_tahun_list"))


def _chosen(years: list[dict[str, Any]], given: Any) -> dict[str, Any] | None:
    edition, year = given.get("edisi"), positive_int(given.get("tahun"))
    wanted = [y for y in years if (not edition or y["edisi"] == edition) and y["tahun"] == year]
    return next(iter(wanted or years), None)


def _context(given: Any) -> dict[str, Any]:
    """Return what the page shows; `given` holds edisi, tahun, q (the address or a form)."""
    years = _years()
    year = _chosen(years, given)
    text = (given.get("q") or "").strip()
    rows = []
    if year is not None:
        identity = {"edisi": year["edisi"], "tahun": year["tahun"]}
        rows = action("lppd_tugas_list", **identity)
    unassigned = [row for row in rows if not row["owner_org"]]
    found = [r for r in rows if text.casefold() in f"{r['kode']} {r['nama']}".casefold()]
    return {
        "years": years,
        "year": year,
        "q": text,
        "rows": (found if text else unassigned)[:MAX_ROWS],
        "unassigned": len(unassigned),
        "total": len(rows),
        "may_change": year is not None and year["state"] in kalender.PLANNING,
        "reasoned": [act.name for act in kalender.ACTS if act.reason],
        "organisations": completeness.organisations(),
        "editions": action("lppd_katalog_list"),
        "errors": {},
        "typed": {},
        "failed": None,
    }


def _refused(name: str, error: toolkit.ValidationError) -> Any:
    messages = {
        field: [str(text) for text in (found if isinstance(found, list) else [found])]
        for field, found in error.error_dict.items()
        if field != "state_now"
    }
    context = {**_context(request.form), "errors": messages, "failed": name}
    context["typed"] = request.form.to_dict()
    return make_response(base.render("lppd/penugasan.html", extra_vars=context), 422)


def _identity() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("edisi", "tahun")}


def _back(identity: dict[str, Any]) -> Any:
    return toolkit.redirect_to("lppd_tugas.penugasan", **identity)


@tugas.route("/penugasan", endpoint="penugasan")
@login_required
def penugasan() -> str:
    """Show the year, what nobody answers for yet, and the ways to assign."""
    planners_only()
    return base.render("lppd/penugasan.html", extra_vars=_context(request.args))


@tugas.route("/penugasan/tahun", methods=["POST"], endpoint="tahun")
@login_required
def tahun() -> Any:
    """Move the year on."""
    names = ("tindakan", "reason", "state_seen")
    data = {name: request.form[name] for name in names if request.form.get(name)}
    try:
        done = action("lppd_tahun_ubah", **_identity(), **data)
    except toolkit.ValidationError as error:
        return _refused("tahun", error)
    state = kalender.label(done["state"], toolkit.h.lang())
    toolkit.h.flash_success(toolkit._("The year is now: {state}.").format(state=state))
    return _back(_identity())


@tugas.route("/penugasan/rencanakan", methods=["POST"], endpoint="rencanakan")
@login_required
def rencanakan() -> Any:
    """Make a year, in planning."""
    try:
        done = action("lppd_tahun_rencanakan", **_identity())
    except toolkit.ValidationError as error:
        return _refused("rencanakan", error)
    toolkit.h.flash_success(
        toolkit._("{new} indicators planned, {unassigned} without a responsible agency.").format(
            new=done["dibuat"], unassigned=len(done["belum_ditugaskan"])
        )
    )
    return _back(_identity())


@tugas.route("/penugasan/salin", methods=["POST"], endpoint="salin")
@login_required
def salin() -> Any:
    """Carry the assignments of one year over to another."""
    data = {name: request.form.get(name, "") for name in ("edisi", "dari", "ke")}
    try:
        done = action("lppd_tahun_salin", **data)
    except toolkit.ValidationError as error:
        return _refused("salin", error)
    toolkit.h.flash_success(
        toolkit._("{number} assignments copied. Values are never copied.").format(
            number=len(done["perubahan"])
        )
    )
    return _back({"edisi": data["edisi"], "tahun": data["ke"]})


@tugas.route("/penugasan/simpan", methods=["POST"], endpoint="simpan")
@login_required
def simpan() -> Any:
    """Save the rows of the list, all or none."""
    wishes = []
    for code in request.form.getlist("kode"):
        wish: dict[str, Any] = {"kode": code, "due": request.form.get(f"tenggat-{code}", "")}
        if f"pd-{code}" in request.form:
            wish["owner_org"] = request.form[f"pd-{code}"]
        wish["prioritas"] = bool(request.form.get(f"prioritas-{code}"))
        wish["dilihat"] = request.form.get(f"dilihat-{code}")
        start = f"penyumbang-{code}-"
        wish["penyumbang"] = {
            name[len(start) :]: value
            for name, value in request.form.items()
            if name.startswith(start)
        }
        wishes.append(wish)
    try:
        done = action("lppd_tugas_atur", **_identity(), tugas=wishes)
    except toolkit.ValidationError as error:
        return _refused("simpan", error)
    number = len(done["perubahan"])
    toolkit.h.flash_success(toolkit._("{number} changes saved.").format(number=number))
    return _back(_identity())


@tugas.route("/penugasan/<edisi>/<int:tahun>.xlsx", endpoint="unduh")
@login_required
def unduh(edisi: str, tahun: int) -> Any:
    """Hand out the list as a workbook."""
    found = action("lppd_tugas_unduh", edisi=edisi, tahun=tahun)
    response = make_response(base64.b64decode(found["isi_base64"]))
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{found["nama"]}"'
    return response


@tugas.route("/penugasan/unggah", methods=["POST"], endpoint="unggah")
@login_required
def unggah() -> Any:
    """Read a workbook and show what it would change."""
    try:
        found = action("lppd_tugas_unggah", **_identity(), upload=request.files.get("upload"))
    except toolkit.ValidationError as error:
        return _refused("unggah", error)
    return toolkit.redirect_to("lppd_tugas.unggahan", upload_id=found["id"])


@tugas.route("/penugasan/unggahan/<upload_id>", endpoint="unggahan")
@login_required
def unggahan(upload_id: str) -> str:
    """Show what an uploaded workbook would change, or what is wrong in it."""
    planners_only()
    return _upload_page(upload_id, {})


def _upload_page(upload_id: str, errors: dict[str, Any]) -> str:
    found = action("lppd_tugas_rencana", id=upload_id)
    return base.render(
        "lppd/penugasan_unggahan.html", extra_vars={"found": found, "errors": errors}
    )


@tugas.route("/penugasan/unggahan/<upload_id>", methods=["POST"], endpoint="terapkan")
@login_required
def terapkan(upload_id: str) -> Any:
    """Write what was shown."""
    seen = request.form.get("terlihat", "")
    try:
        done = action("lppd_tugas_terapkan", id=upload_id, terlihat=seen)
    except toolkit.ValidationError as error:
        return make_response(_upload_page(upload_id, error.error_dict), 422)
    number = len(done["perubahan"])
    toolkit.h.flash_success(toolkit._("{number} changes saved.").format(number=number))
    return _back(_identity())
