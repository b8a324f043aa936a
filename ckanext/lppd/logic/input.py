"""Validation of an action's input, in one line."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit


def validated(data_dict: dict[str, Any], schema: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the cleaned input.

    Raises:
        toolkit.ValidationError: naming every field at fault.
    """
    data, errors = toolkit.navl_validate(data_dict, schema, context)
    if errors:
        raise toolkit.ValidationError(errors)
    return data
