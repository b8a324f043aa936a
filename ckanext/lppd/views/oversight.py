"""Kelengkapan for those who follow the whole year, and the parts of the organisations."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.steps import VIEW_ONLY, with_steps
from ckanext.lppd.workflow import completeness, roles, rules

oversight = new_blueprint("lppd_kelengkapan", __name__)

UNASSIGNED = "-"
ALL = 1000


@oversight.route("/kelengkapan", endpoint="kelengkapan")
@login_required
def kelengkapan() -> str:
    """Show agency x state with counts for a year, and the isian behind one count."""
    user = toolkit.current_user
    if not (user.sysadmin or roles.is_reviewer(user.id)):
        raise toolkit.NotAuthorized(
            toolkit._("Completeness is for walidata, pembina data, Bappeda and Inspektorat.")
        )
    return base.render("lppd/kelengkapan.html", extra_vars=_overview())


def _overview() -> dict[str, Any]:
    years = completeness.opened_years()
    year = positive_int(request.args.get("tahun")) or (years[0] if years else None)
    agencies = completeness.progress_of_year(year) if year else []
    chosen = request.args.get("pd") or ""
    state = request.args.get("keadaan") or ""
    agency = next((a for a in agencies if chosen and (a.name or UNASSIGNED) == chosen), None)
    totals = {s: sum(a.counts.get(s, 0) for a in agencies) for s in rules.STATE_LABELS}
    return {
        "years": years,
        "year": year,
        "agencies": agencies,
        "states": list(rules.STATE_LABELS),
        "totals": totals,
        "total": sum(totals.values()),
        "done": sum(a.done for a in agencies),
        "agency": agency,
        "state": state if state in rules.STATE_LABELS else "",
        "rows": _rows(year, agency, state) if year and (agency or state) else [],
        "editions": action("lppd_katalog_list") if roles.may_plan(toolkit.current_user) else [],
        "errors": {},
        "typed": {},
    }


def _rows(
    year: int, agency: completeness.AgencyProgress | None, state: str
) -> list[dict[str, Any]]:
    filters: dict[str, Any] = {"tahun": year, "limit": ALL}
    if state in rules.STATE_LABELS:
        filters["state"] = state
    if agency is not None and agency.id is not None:
        filters["owner_org"] = agency.id
    rows = action("lppd_isian_list", **filters)["results"]
    if agency is not None:
        rows = [row for row in rows if row["owner_org"] == agency.id]
    return with_steps(rows, lambda row: VIEW_ONLY)


@oversight.route("/tahun", methods=["POST"], endpoint="buka_tahun")
@login_required
def buka_tahun() -> Any:
    """Open a year for filling in."""
    data = {key: request.form.get(key, "") for key in ("edisi", "tahun", "prioritas")}
    try:
        result = action("lppd_tahun_buka", **data)
    except toolkit.ValidationError as error:
        context = {**_overview(), "errors": error.error_dict, "typed": data}
        return make_response(base.render("lppd/kelengkapan.html", extra_vars=context), 422)
    toolkit.h.flash_success(
        toolkit._("{new} isian opened, {unassigned} without a responsible agency.").format(
            new=result["dibuat"], unassigned=len(result["belum_ditugaskan"])
        )
    )
    return toolkit.redirect_to("lppd_kelengkapan.kelengkapan", tahun=data["tahun"])


def _sysadmins_only() -> None:
    if not toolkit.current_user.sysadmin:
        raise toolkit.NotAuthorized(toolkit._("Only administrators of the portal set these."))


def _organisation_page(errors: dict[str, Any], failed: str | None) -> str:
    return base.render(
        "lppd/organisasi.html",
        extra_vars={
            "organisations": completeness.organisations(),
            "roles": rules.ROLES,
            "errors": errors,
            "failed": failed,
        },
    )


@oversight.route("/organisasi", endpoint="organisasi")
@login_required
def organisasi() -> str:
    """List every organisation with the part it plays."""
    _sysadmins_only()
    return _organisation_page({}, None)


@oversight.route("/organisasi", methods=["POST"], endpoint="organisasi_simpan")
@login_required
def organisasi_simpan() -> Any:
    """Set the part of one organisation."""
    _sysadmins_only()
    wanted = request.form.get("id", "")
    try:
        result = action(
            "lppd_organisasi_atur", id=wanted, peran_sdi=request.form.get("peran_sdi", "")
        )
    except toolkit.ValidationError as error:
        return make_response(_organisation_page(error.error_dict, wanted), 422)
    toolkit.h.flash_success(toolkit._("The part was saved."))
    url = toolkit.url_for("lppd_kelengkapan.organisasi", _anchor=f"pd-{result['id']}")
    return toolkit.redirect_to(url)
