"""Kelengkapan for those who follow the whole year, and the parts of the organisations."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.logic.action.bukti import reads_package
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.pengingat import reminder_of
from ckanext.lppd.workbook.kelengkapan import completeness_csv, completeness_workbook
from ckanext.lppd.workbook.lembar import XLSX
from ckanext.lppd.workflow import completeness, declarations, roles, rules

oversight = new_blueprint("lppd_kelengkapan", __name__)

PER_PAGE = 50
FILTERS = ("pd", "urusan", "keadaan", "terlambat")


def _asked() -> dict[str, str]:
    """Return the filters of the address; a date that is none is told, the others are kept."""
    names = ("tahun", "tanggal", *FILTERS)
    return {name: request.args[name] for name in names if request.args.get(name)}


@oversight.route("/kelengkapan", endpoint="kelengkapan")
@login_required
def kelengkapan() -> Any:
    """Show agency x state and urusan x state for a year, and the isian behind one count."""
    try:
        return base.render("lppd/kelengkapan.html", extra_vars=_overview())
    except toolkit.ValidationError as error:
        year = positive_int(request.args.get("tahun"))
        kept = {**_asked(), "tahun": year} if year and "tanggal" in error.error_dict else {}
        kept.pop("tanggal", None)
        context = {**_overview(kept), "errors": error.error_dict, "failed": "saring"}
        return make_response(base.render("lppd/kelengkapan.html", extra_vars=context), 422)


def _overview(asked: dict[str, Any] | None = None) -> dict[str, Any]:
    chosen: dict[str, Any] = _asked() if asked is None else asked
    page = positive_int(request.args.get("page")) or 1
    offset = (page - 1) * PER_PAGE
    found = action("lppd_kelengkapan", **chosen, limit=PER_PAGE, offset=offset)
    agencies = found["perangkat_daerah"]
    totals = {s: sum(a["jumlah"][s] for a in agencies) for s in rules.STATE_LABELS}
    address = {**chosen, "tahun": found["tahun"]}

    def url(page: int, **_kwargs: Any) -> str:
        return str(toolkit.url_for("lppd_kelengkapan.kelengkapan", **address, page=page))

    # the list is cut already: Page only counts and links
    pager = Page(
        collection=range(found["count"]),
        page=page,
        items_per_page=PER_PAGE,
        item_count=found["count"],
        url=url,
    )
    may_plan = roles.may_plan(toolkit.current_user)
    histories = [y for y in action("lppd_tahun_list") if y["tahun"] == found["tahun"]]
    audits = rules.PENGAWAS in roles.reading_roles(toolkit.current_user.id)
    return {
        "found": found,
        "years": found["tahun_ada"],
        "year": found["tahun"],
        "states": list(rules.STATE_LABELS),
        "totals": totals,
        "total": sum(totals.values()),
        "done": sum(a["lengkap"] for a in agencies),
        "late": sum(a["terlambat"] for a in agencies),
        "chosen": chosen,
        "drilled": any(chosen.get(name) for name in FILTERS),
        "rows": [{**row, "step": toolkit._("View")} for row in found["results"]],
        "pager": pager.pager() if found["count"] > PER_PAGE else "",
        "histories": histories,
        "packages": histories if audits else [],
        "sees_evidence": _sees_evidence(chosen.get("pd")),
        "reminder": reminder_of(chosen, found, [y["state"] for y in histories]),
        "editions": action("lppd_katalog_list") if may_plan else [],
        "errors": {},
        "typed": {},
        "failed": None,
    }


def _sees_evidence(pd: str | None) -> bool:
    return bool(pd) and reads_package(toolkit.current_user.id, organisation_id(pd))


@oversight.route("/kelengkapan/<int:tahun>.<any(csv, xlsx):bentuk>", endpoint="unduh")
@login_required
def unduh(tahun: int, bentuk: str) -> Any:
    """Hand out the year as CSV (the list) or XLSX (the list and both tables)."""
    chosen = {**_asked(), "tahun": tahun}
    try:
        found = action("lppd_kelengkapan", **chosen, rinci=True, limit=10_000)
    except toolkit.ValidationError as error:
        raise toolkit.ObjectNotFound(str(error)) from error
    labels = {state: rules.label(state) for state in rules.STATE_LABELS}
    if bentuk == "csv":
        content, kind = completeness_csv(found["results"], labels), "text/csv; charset=utf-8"
    else:
        content, kind = (
            completeness_workbook(
                found["perangkat_daerah"], found["urusan"], found["results"], labels
            ),
            XLSX,
        )
    response = make_response(content)
    response.headers["Content-Type"] = kind
    day = found["tanggal"] or declarations.today().isoformat()
    name = f"kelengkapan-{tahun}-per-{day}.{bentuk}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@oversight.route("/tahun", methods=["POST"], endpoint="buka_tahun")
@login_required
def buka_tahun() -> Any:
    """Open a year for filling in."""
    data = {key: request.form.get(key, "") for key in ("edisi", "tahun", "prioritas")}
    try:
        result = action("lppd_tahun_buka", **data)
    except toolkit.ValidationError as error:
        context = {**_overview(), "errors": error.error_dict, "typed": data, "failed": "buka"}
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
