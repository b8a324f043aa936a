"""The options `ckanext.validation.*`, same names as ckanext-validation, read at each use."""

from __future__ import annotations

import json
import logging
from typing import Any, Literal

from ckan.plugins import toolkit

log = logging.getLogger(__name__)

Mode = Literal["sync", "async"] | None
PREFIX = "ckanext.validation."
# The engine reads these two; .xls gets the answer "save as .xlsx" from the engine's own guard.
READABLE_FORMATS = ("csv", "xls", "xlsx")


def create_mode() -> Mode:
    """Return how new resources are checked: sync wins over async, None is not at all."""
    return _mode("create")


def update_mode() -> Mode:
    """Return how changed resources are checked."""
    return _mode("update")


def _mode(when: str) -> Mode:
    if toolkit.asbool(toolkit.config.get(f"{PREFIX}run_on_{when}_sync", False)):
        return "sync"
    if toolkit.asbool(toolkit.config.get(f"{PREFIX}run_on_{when}_async", True)):
        return "async"
    return None


def formats() -> tuple[str, ...]:
    """Return the resource formats to check, lower case; formats we cannot read are dropped."""
    wanted = [str(f).lower() for f in toolkit.aslist(toolkit.config.get(f"{PREFIX}formats") or "")]
    unreadable = [f for f in wanted if f not in READABLE_FORMATS]
    if unreadable:
        log.warning("%sformats: %s cannot be checked, ignored", PREFIX, ", ".join(unreadable))
    return tuple(f for f in wanted if f in READABLE_FORMATS) or READABLE_FORMATS


def is_supported(resource_format: str | None) -> bool:
    """Tell whether resources of this format are checked."""
    return (resource_format or "").strip().lower() in formats()


def default_options() -> dict[str, Any]:
    """Return the site's default validation options.

    Raises:
        ValueError: where `ckanext.validation.default_validation_options` is not a JSON object.
    """
    raw = toolkit.config.get(f"{PREFIX}default_validation_options")
    if not raw:
        return {}
    value = json.loads(raw)
    if not isinstance(value, dict):
        raise ValueError(f"{PREFIX}default_validation_options is not a JSON object")
    return value


def badges_in_listings() -> bool:
    """Tell whether the badge is shown in lists of resources."""
    return bool(toolkit.asbool(toolkit.config.get(f"{PREFIX}show_badges_in_listings", True)))


def clean_reports() -> bool:
    """Tell whether the report of a resource goes when its format is no longer a checked one."""
    return bool(toolkit.asbool(toolkit.config.get(f"{PREFIX}clean_validation_reports", False)))


def hidden_source(kind: str) -> bool:
    """Tell whether a way of giving a schema (`upload`, `json`) is hidden on the form."""
    return bool(toolkit.asbool(toolkit.config.get(f"{PREFIX}form.hide_{kind}_source", False)))


def job_timeout() -> int:
    """Return the seconds a background check may take, queueing excluded."""
    return int(toolkit.asint(toolkit.config.get(f"{PREFIX}job_timeout", 900)))
