"""Validators for the `schema` and `validation_options` fields of a scheming schema."""

from __future__ import annotations

import json
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd_validation import options, settings, table_schema

__all__ = ["resource_schema_validator", "validation_options_validator"]


def resource_schema_validator(
    key: tuple[Any, ...], data: dict[Any, Any], errors: dict[Any, Any], context: dict[str, Any]
) -> None:
    """Accept a Table Schema as a dict or JSON text and store it as JSON text.

    A URL is refused, unless the resource already had that very URL from ckanext-validation: other
    fields of such a resource can still be edited, its check then says that the URL is not used.
    """
    value = data.get(key)
    if table_schema.is_url(value) and _already_there(key, data, value):
        return
    try:
        schema = table_schema.parse(value)
    except table_schema.SchemaError as error:
        raise toolkit.Invalid(str(error)) from error
    data[key] = json.dumps(schema) if schema is not None else None


def validation_options_validator(value: Any, context: dict[str, Any]) -> Any:
    """Store the site's default options under those of the resource, as JSON text."""
    try:
        given = options.parse(value)
        defaults = settings.default_options()
    except ValueError as error:
        message = toolkit._("Validation options must be a JSON object: {error}")
        raise toolkit.Invalid(message.format(error=error)) from error
    if not defaults:
        return value if isinstance(value, str) or not value else json.dumps(value)
    return json.dumps({**defaults, **given}, sort_keys=True)


def _already_there(key: tuple[Any, ...], data: dict[Any, Any], value: Any) -> bool:
    resource_id = data.get((*key[:-1], "id"))
    resource = model.Resource.get(resource_id) if isinstance(resource_id, str) else None
    return resource is not None and (resource.extras or {}).get("schema") == value
