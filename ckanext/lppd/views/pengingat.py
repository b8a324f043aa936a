"""The reminder to copy: for the choice on Kelengkapan, and a page with one text an agency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan.lib import base
from flask import request

from ckanext.lppd.logic.action.kelengkapan import tasks_url
from ckanext.lppd.notices import chat_text
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.workflow import declarations, kalender, rules

pengingat = new_blueprint("lppd_pengingat", __name__)

FILTERS = ("pd", "urusan", "keadaan", "terlambat")
# what Kelengkapan shows at once; of more the page of the texts is only linked
MAX_ON_PAGE = 300


def reminder_of(
    chosen: Mapping[str, Any], found: Mapping[str, Any], states: list[str]
) -> dict[str, Any] | None:
    """Return what Kelengkapan shows of a reminder; None where there is nothing to remind of.

    Of the whole year it is the number of each agency, which the page has read already.

    Args:
        chosen: the filters of the page.
        found: answer of `lppd_kelengkapan`.
        states: states of the year, one for each edition.
    """
    if chosen.get("tanggal") or kalender.PENGISIAN_DIBUKA not in states:
        return None
    filters = {name: chosen[name] for name in FILTERS if chosen.get(name)}
    year = found["tahun"]
    shown: dict[str, Any] = {"address": {**filters, "tahun": year}, "pesan": ""}
    if not filters:
        owing = [
            chat_text.Owing(
                agency["judul"],
                sum(agency["jumlah"][state] for state in rules.EDITABLE),
                agency["terlambat"],
            )
            for agency in found["perangkat_daerah"]
            if agency["id"]
        ]
        shown["pesan"] = chat_text.summary(year, owing, declarations.today(), tasks_url(year))
        shown["jumlah"] = sum(agency.unsent for agency in owing)
    elif found["count"] <= MAX_ON_PAGE:
        shown.update(action("lppd_pengingat", **filters, tahun=year))
    else:
        return shown
    return shown if shown["pesan"] else None


@pengingat.route("/kelengkapan/pengingat", endpoint="daftar")
@login_required
def daftar() -> str:
    """Show one text for each agency that has not sent everything of a choice."""
    year = positive_int(request.args.get("tahun"))
    asked: dict[str, Any] = {n: request.args[n] for n in FILTERS if request.args.get(n)}
    if year:
        asked["tahun"] = year
    found = action("lppd_pengingat", **asked, rinci=True)
    # of one agency the text of all would only repeat its own
    whole = found if len(found["perangkat_daerah"]) > 1 else None
    return str(
        base.render(
            "lppd/pengingat.html",
            extra_vars={"found": found, "whole": whole, "year": found["tahun"]},
        )
    )
