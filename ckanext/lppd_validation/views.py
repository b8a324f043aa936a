"""The report page."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit
from flask import Blueprint

__all__ = ["validation"]

# The name and the address are those of ckanext-validation: links to reports stay good.
validation = Blueprint("validation", __name__)


def read(id: str, resource_id: str) -> Any:
    """Show the last check of a resource.

    Args:
        id: id or name of the dataset that the resource belongs to.
        resource_id: id of the resource.
    """
    context = {"user": toolkit.current_user.name, "auth_user_obj": toolkit.current_user}
    try:
        resource = toolkit.get_action("resource_show")(dict(context), {"id": resource_id})
        dataset = toolkit.get_action("package_show")(dict(context), {"id": resource["package_id"]})
        if id not in (dataset["id"], dataset["name"]):
            raise toolkit.ObjectNotFound("another dataset")
        result = toolkit.get_action("resource_validation_show")(
            dict(context), {"resource_id": resource_id}
        )
    except toolkit.NotAuthorized:
        return toolkit.abort(403, toolkit._("Unauthorized to read this validation report"))
    except toolkit.ObjectNotFound:
        return toolkit.abort(404, toolkit._("No validation report exists for this resource"))
    return toolkit.render(
        "validation/validation_read.html",
        extra_vars={
            "validation": result,
            "resource": resource,
            "dataset": dataset,
            "pkg_dict": dataset,
            "pkg": dataset,
            "dataset_type": dataset["type"],
        },
    )


validation.add_url_rule(
    "/dataset/<id>/resource/<resource_id>/validation", "read", methods=("GET",), view_func=read
)
