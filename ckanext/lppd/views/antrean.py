"""Antrean Pemeriksaan: what waits for the walidata or the pembina, filtered and in order."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import request

from ckanext.lppd.views.guard import action, positive_int
from ckanext.lppd.views.steps import reviewer_step, with_steps
from ckanext.lppd.workflow import queue, roles

PER_PAGE = 50
FILTERS = ("antrean", "pd", "urusan", "sejak", "prioritas", "saya", "urut")


def show() -> str:
    """Render the queue of the person of this request."""
    user = toolkit.current_user
    queues = list(queue.STATES) if user.sysadmin else queue.queues_of(user.id)
    if not queues:
        raise toolkit.NotAuthorized(toolkit._("The queue is for walidata and pembina data."))
    chosen = {name: request.args.get(name, "") for name in FILTERS}
    role = chosen["antrean"] if chosen["antrean"] in queues else queues[0]
    number = positive_int(request.args.get("page")) or 1
    wanted: dict[str, Any] = {
        "antrean": role,
        "owner_org": chosen["pd"],
        "urusan": chosen["urusan"],
        "urut": chosen["urut"] if chosen["urut"] in (queue.LAMA, queue.TENGGAT) else queue.LAMA,
        "limit": PER_PAGE,
        "offset": (number - 1) * PER_PAGE,
    }
    for name in ("prioritas", "saya"):
        if chosen[name]:
            wanted[name] = True
    errors: dict[str, list[str]] = {}
    try:
        found = action("lppd_antrean_list", **wanted, sejak=chosen["sejak"] or None)
    except toolkit.ValidationError:
        errors["sejak"] = [toolkit._("Write a day such as 2026-02-15. All days are shown.")]
        found = action("lppd_antrean_list", **wanted)
    agencies, affairs = queue.choices(role)
    return base.render(
        "lppd/antrean.html",
        extra_vars={
            "rows": with_steps(found["results"], reviewer_step, sort=False),
            "page": _page(found["count"], number, chosen),
            "queues": queues,
            "queue": role,
            "total": found["count"],
            "chosen": chosen,
            "filtered": any(chosen[name] for name in FILTERS if name not in ("antrean", "urut")),
            "agencies": agencies,
            "affairs": affairs,
            "may_take": role in roles.parts_in(user.id, None),
            "errors": errors,
        },
    )


def _page(count: int, number: int, chosen: dict[str, str]) -> Page:
    kept = {name: value for name, value in chosen.items() if value}

    def url(page: int, **_kwargs: Any) -> str:
        return str(toolkit.url_for("lppd.antrean", **kept, page=page))

    return Page(
        collection=range(count), page=number, items_per_page=PER_PAGE, item_count=count, url=url
    )
