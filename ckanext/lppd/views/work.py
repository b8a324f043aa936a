"""Lists of work: Tugas Saya of the producers, Antrean Pemeriksaan of the reviewers."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import request

from ckanext.lppd.views import antrean as antrean_page
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.views.steps import producer_step, with_steps
from ckanext.lppd.workflow import completeness, contributions, roles

PER_PAGE = 50
ALL = 1000
SECTORAL = "sektoral"

work = new_blueprint("lppd", __name__)


def _page(rows: list[dict[str, Any]], endpoint: str) -> Page:
    filters = {key: value for key, value in request.args.items() if key == "tahun" and value}

    def url(page: int, **_kwargs: Any) -> str:
        return str(toolkit.url_for(endpoint, **filters, page=page))

    return Page(
        collection=rows,
        page=positive_int(request.args.get("page")) or 1,
        items_per_page=PER_PAGE,
        item_count=len(rows),
        url=url,
    )


@work.route("/", endpoint="tugas_saya")
@login_required
def tugas_saya() -> str:
    """List the isian of the person's own organisations, what blocks first."""
    years = completeness.opened_years()
    chosen = request.args.get("tahun") or ""
    year = positive_int(chosen) or (years[0] if years else None)
    if chosen == SECTORAL:
        found = action("lppd_isian_list", saya=True, jenis=SECTORAL, limit=ALL)
    elif year is not None:
        found = action("lppd_isian_list", saya=True, tahun=year, limit=ALL)
    else:
        found = {"results": []}
    mine = roles.organisations_of(toolkit.current_user.id, writing=False)
    writing = set(roles.organisations_of(toolkit.current_user.id))
    books: dict[tuple[str, str], int] = {}
    for row in found["results"]:
        if row["jenis"] == "indikator" and row["owner_org"] in writing:
            key = (row["edisi"], row["owner_org"])
            books[key] = books.get(key, 0) + 1
    others = [row for row in found["results"] if row["owner_org"] not in mine]
    asked = contributions.given_by(mine, [row["id"] for row in others])
    for row in others:
        row["sumbang"] = asked.get(row["id"])
    rows = with_steps(found["results"], producer_step)
    return base.render(
        "lppd/tugas_saya.html",
        extra_vars={
            "page": _page(rows, "lppd.tugas_saya"),
            "years": years,
            "year": SECTORAL if chosen == SECTORAL else year,
            "has_organisation": bool(mine),
            "books": [
                {"edisi": edisi, "tahun": year, "owner_org": owner, "total": total}
                for (edisi, owner), total in books.items()
            ],
            "todo": sum(1 for row in rows if row["primary"]),
            "total": len(rows),
        },
    )


@work.route("/antrean", endpoint="antrean")
@login_required
def antrean() -> str:
    """List what waits for the walidata or the pembina, the longest waiting first."""
    return antrean_page.show()
