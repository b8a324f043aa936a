"""Template helpers, with the names of ckanext-validation where themes may use them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlparse

from ckan.plugins import toolkit
from markupsafe import Markup

from ckanext.lppd_validation import report, settings

__all__ = [
    "dump_json_value",
    "get_validation_badge",
    "is_url_valid",
    "lppd_validation_table",
    "validation_extract_report_from_errors",
    "validation_hide_source",
]

_BADGE = Markup(
    '<a href="{url}" class="validation-badge" title="{title}">'
    '<span class="prefix">{prefix}</span><span class="status {status}">{word}</span></a>'
)


def get_validation_badge(resource: dict[str, Any], in_listing: bool = False) -> Markup:
    """Return the badge that links to the report; nothing where there is no check.

    Args:
        resource: a resource as shown by the API.
        in_listing: whether the badge stands in a list, where the site may not want it.
    """
    status = resource.get("validation_status")
    if not status or (in_listing and not settings.badges_in_listings()):
        return Markup("")
    shown = report.shown_status(str(status))
    word, sentence = report.status_words(shown)
    url = toolkit.url_for("validation.read", id=resource["package_id"], resource_id=resource["id"])
    return _BADGE.format(
        url=url,
        title=f"{sentence} {resource.get('validation_timestamp') or ''}",
        prefix=toolkit._("data"),
        status=shown,
        word=word,
    )


def lppd_validation_table(validation_report: dict[str, Any] | None) -> dict[str, Any]:
    """Return a report ready for a page: `rows`, `total`, `shown`, `notes`, `rows_checked`."""
    return report.for_page(validation_report)


def validation_extract_report_from_errors(
    errors: dict[str, Any],
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Split the report of a refused upload from the errors of a form.

    Returns:
        The report, or None, and the errors with a link to it in its place.
    """
    found = errors.get("validation")
    first = found[0] if isinstance(found, list) and found else None
    if not isinstance(first, dict):
        return None, errors
    sentence = toolkit._("There are validation issues with this file, please see the {report}.")
    link = Markup('<a href="#validation-report">{}</a>').format(toolkit._("report below"))
    errors["validation"] = [Markup("{}").format(sentence).replace("{report}", link)]
    return first, errors


def validation_hide_source(type: str) -> bool:
    """Tell whether a way of giving a schema is hidden on the form; a URL always is."""
    return type == "url" or (type in ("upload", "json") and settings.hidden_source(type))


def dump_json_value(value: Any, indent: int | None = None) -> Any:
    """Return a value as JSON text, or as it is where it cannot be written as JSON."""
    try:
        return json.dumps(value, indent=indent, sort_keys=True)
    except (TypeError, ValueError):
        return value


def is_url_valid(url: Any) -> bool:
    """Tell whether a text has the shape of a URL."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlparse(url)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc)
