"""The published versions of a dataset: a page for readers, and the very bytes of each version."""

from __future__ import annotations

from typing import Any

from ckan.lib import base
from ckan.plugins import toolkit

from ckanext.lppd.release.storage import send_stored
from ckanext.lppd.views.guard import action, new_blueprint

versions = new_blueprint("lppd_versi", __name__)


@versions.route("/versi/<dataset>", endpoint="daftar")
def daftar(dataset: str) -> str:
    """List the versions with date, approver and fingerprint; for who may read the dataset."""
    return base.render(
        "lppd/versi.html",
        extra_vars={
            "versions": action("lppd_rilis_list", id=dataset),
            "dataset": action("package_show", id=dataset),
        },
    )


@versions.route("/versi/<dataset>/<int:number>/<resource_id>/<filename>", endpoint="unduh")
def unduh(dataset: str, number: int, resource_id: str, filename: str) -> Any:
    """Send a file of one version, as it was published; a withdrawn version is not sent."""
    for version in action("lppd_rilis_list", id=dataset):
        if version["version"] != number or version["ditarik"]:
            continue
        for resource in version["resources"]:
            if resource["id"] == resource_id and resource["sha256"]:
                return send_stored(resource_id, resource["sha256"], resource["filename"])
    raise toolkit.ObjectNotFound("no such version")
