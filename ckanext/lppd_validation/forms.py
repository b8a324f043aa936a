"""The three ways in which a form may give a schema, brought into the one `schema` field."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd_validation import table_schema


def take_schema(resource: dict[str, Any]) -> None:
    """Move `schema_upload`, `schema_url` or `schema_json` into `schema`; all three go away.

    Raises:
        toolkit.ValidationError: for an upload that is no JSON text, and for a URL: rules behind
            an address can change after the check, and the server would fetch what it is told to.
    """
    upload = resource.pop("schema_upload", None)
    url = resource.pop("schema_url", None)
    text = resource.pop("schema_json", None)
    if isinstance(upload, FileStorage) and upload.filename:
        resource["schema"] = _read(upload)
    elif url:
        if not _keeps(resource, url):
            message = toolkit._("Give the schema itself as JSON; a URL is not fetched")
            raise toolkit.ValidationError({"schema_url": [message]})
        resource["schema"] = url
    elif text:
        resource["schema"] = text


def _read(upload: FileStorage) -> str:
    data = upload.stream.read(table_schema.MAX_TEXT + 1)
    try:
        if len(data) > table_schema.MAX_TEXT:
            raise ValueError("longer than 1 MB")
        return data.decode("utf-8-sig")
    except ValueError as error:
        message = toolkit._("The schema file must be JSON in UTF-8, at most 1 MB")
        raise toolkit.ValidationError({"schema_upload": [message]}) from error


def _keeps(resource: dict[str, Any], url: Any) -> bool:
    row = model.Resource.get(str(resource.get("id") or ""))
    return row is not None and (row.extras or {}).get("schema") == url
