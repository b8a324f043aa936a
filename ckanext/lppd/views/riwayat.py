"""Riwayat of a year: every act, filtered by agency and act, for those who follow the year."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import request

from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.workflow import completeness

riwayat = new_blueprint("lppd_riwayat", __name__)

PER_PAGE = 50


@riwayat.route("/riwayat/<edisi>/<int:tahun>", endpoint="tahun")
@login_required
def tahun(edisi: str, tahun: int) -> str:
    """Show the record of a year."""
    number = positive_int(request.args.get("page")) or 1
    chosen, act = request.args.get("pd") or "", request.args.get("tindakan") or ""
    found = action(
        "lppd_riwayat_tahun",
        edisi=edisi,
        tahun=tahun,
        owner_org=chosen,
        tindakan=act,
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )

    def url(page: int, **_kwargs: Any) -> str:
        return str(
            toolkit.url_for(
                "lppd_riwayat.tahun", edisi=edisi, tahun=tahun, pd=chosen, tindakan=act, page=page
            )
        )

    # the page is cut already: Page only counts and links
    pager = Page(
        collection=range(found["count"]),
        page=number,
        items_per_page=PER_PAGE,
        item_count=found["count"],
        url=url,
    )
    return base.render(
        "lppd/riwayat_tahun.html",
        extra_vars={
            "edisi": edisi,
            "tahun": tahun,
            "rows": found["results"],
            "count": found["count"],
            "acts": found["acts"],
            "act": act,
            "pd": chosen,
            "organisations": completeness.organisations(),
            "pager": pager.pager(),
        },
    )
