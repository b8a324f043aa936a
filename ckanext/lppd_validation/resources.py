"""Resources as this plugin looks at them: plain dicts, and what in them calls for a new check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ckan import model

from ckanext.lppd_validation import settings

Fingerprint = tuple[str, ...]


def as_dict(resource: model.Resource) -> dict[str, Any]:
    """Return a resource row as a dict, its extra fields beside the columns."""
    names = ("id", "package_id", "name", "url", "url_type", "format", "hash", "size")
    columns = {name: getattr(resource, name) for name in names}
    return {**(resource.extras or {}), **columns, "last_modified": resource.last_modified}


def fingerprint(resource: Mapping[str, Any]) -> Fingerprint:
    """Return what a verdict rests on: bytes, format, schema and options of a stored resource.

    `last_modified` stands for the bytes of an upload: CKAN sets it with every new file.
    """
    uploaded = resource.get("url_type") == "upload"
    return (
        str(resource.get("url") or ""),
        "upload" if uploaded else "",
        str(resource.get("last_modified") or "") if uploaded else "",
        str(resource.get("sha256") or ""),
        *rules(resource),
    )


def rules(resource: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return format, schema and options in one written form each, to be compared."""
    return (
        str(resource.get("format") or "").strip().lower(),
        _canonical(resource.get("schema")),
        _canonical(resource.get("validation_options")),
    )


def effective_format(resource: Mapping[str, Any], filename: str | None = None) -> str:
    """Return the format of a resource that is being saved, lower case.

    Where none is given CKAN takes it from the file name, so the same is done here.
    """
    given = str(resource.get("format") or "").strip().lower()
    if given:
        return given
    suffix = PurePath(filename or str(resource.get("url") or "")).suffix.lower().lstrip(".")
    return suffix if suffix in settings.READABLE_FORMATS else ""


def _canonical(value: Any) -> str:
    """Write a value that may be an object or its JSON text in one form."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return str(value)
    return json.dumps(value, sort_keys=True, default=str)
