"""`/datastore/dump/<resource>` of governed resources: one table from the first row to the last."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.lib.navl import dictization_functions
from ckan.plugins import toolkit
from flask import Blueprint, Response, request

from ckanext.lppd.release import tables

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
SEARCH = ("filters", "q", "distinct", "plain", "language", "fields")

datastore = Blueprint("lppd_datastore", __name__)


@datastore.route("/datastore/dump/<resource_id>", endpoint="dump")
def dump(resource_id: str) -> Any:
    """Send all rows as CSV, TSV, JSON or XML, as core does; other resources are core's own."""
    # the module belongs to a plugin that a portal may do without
    from ckanext.datastore import blueprint as core

    target = tables.resolve(resource_id)
    if target is None and not tables.is_hidden(resource_id):
        return core.dump(resource_id)
    if request.args.get("format", "csv") not in CONTENT_TYPES:
        # before core's validator, which fails over its own message on 2.12.0
        return base.abort(400, f"Pilih salah satu bentuk: {', '.join(CONTENT_TYPES)}.")
    data, errors = dictization_functions.validate(request.args.to_dict(), core.dump_schema())
    if errors:
        return base.abort(400, "\n".join(f"{k}: {' '.join(e)}" for k, e in errors.items()))
    pinned = resource_id
    if target is not None and target.name:
        # pages of a long answer must not come from two versions
        pinned = tables.Pinned.to(resource_id, target.name)
    try:
        body = core.dump_to(
            pinned,
            fmt=data["format"],
            offset=data["offset"],
            limit=data.get("limit"),
            options={"bom": data["bom"]},
            sort=data["sort"],
            search_params={name: data[name] for name in SEARCH if name in data},
            user=toolkit.current_user.name,
        )
    except (toolkit.ObjectNotFound, toolkit.NotAuthorized) as error:
        return base.abort(404, str(error) or "Tabel tidak ditemukan.")
    answer = Response(body, headers={"Content-Type": CONTENT_TYPES[data["format"]]})
    filename = f"{resource_id}.{data['format']}"
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer
