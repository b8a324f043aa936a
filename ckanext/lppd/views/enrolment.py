"""Warisan: the list for later review, and the button that starts governing one dataset."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import request

from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.workflow import completeness

PER_PAGE = 50

enrolment = new_blueprint("lppd_warisan", __name__)


@enrolment.route("/warisan", endpoint="daftar")
@login_required
def daftar() -> str:
    """List the public datasets that were open before governance."""
    chosen = request.args.get("pd") or ""
    number = positive_int(request.args.get("page")) or 1
    filters = {"owner_org": chosen} if chosen else {}
    found = action("lppd_warisan_list", limit=PER_PAGE, offset=(number - 1) * PER_PAGE, **filters)

    def url(page: int, **_kwargs: Any) -> str:
        kept = {"pd": chosen} if chosen else {}
        return str(toolkit.url_for("lppd_warisan.daftar", **kept, page=page))

    page = Page(
        collection=found["results"],
        page=number,
        items_per_page=PER_PAGE,
        item_count=found["count"],
        presliced_list=True,
        url=url,
    )
    enrolled = [o for o in completeness.organisations() if o.enrolled]
    return base.render(
        "lppd/warisan.html",
        extra_vars={"page": page, "organisations": enrolled, "chosen": chosen},
    )


@enrolment.route("/warisan/<dataset>/kelola", methods=["POST"], endpoint="kelola")
@login_required
def kelola(dataset: str) -> Any:
    """Bring one inherited dataset into the workflow and go to its work page."""
    try:
        isian = action("lppd_warisan_kelola", id=dataset)
    except toolkit.ValidationError as error:
        texts = [text for found in error.error_dict.values() for text in found]
        toolkit.h.flash_error(" ".join(texts))
        return toolkit.redirect_to("dataset.read", id=dataset)
    toolkit.h.flash_success(
        toolkit._(
            "The dataset is governed now. What is public stays until a revision is published."
        )
    )
    return toolkit.redirect_to("lppd_isian.baca", isian_id=isian["id"])
