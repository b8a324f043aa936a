"""Table Schema given with a resource: JSON objects only, looked over without frictionless.

A schema that is a URL or a path is refused: fetching it would let a publisher make the server
read any address, and the rules behind an address can change after the check. Importing
frictionless in a web process changes that process' CSV limits, so the shape is checked here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

MAX_TEXT = 1_000_000
MAX_FIELDS = 500
FIELD_TYPES = frozenset(
    {
        "any",
        "array",
        "boolean",
        "date",
        "datetime",
        "duration",
        "geojson",
        "geopoint",
        "integer",
        "list",
        "number",
        "object",
        "string",
        "time",
        "year",
        "yearmonth",
    }
)
# Without jsonSchema: its references may point to addresses that would be fetched.
CONSTRAINTS = frozenset(
    {
        "required",
        "unique",
        "pattern",
        "enum",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
    }
)


class SchemaError(ValueError):
    """The schema cannot be used; the text says what is wrong and where."""


def parse(value: Any) -> dict[str, Any] | None:
    """Read a schema: a dict, JSON text (str or UTF-8 bytes), or nothing.

    Returns:
        The descriptor, or None where there is none.

    Raises:
        SchemaError: where it is a URL, is not a JSON object or is not a Table Schema.
    """
    if value is None or value == "" or value == b"":
        return None
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SchemaError("JSON error in Table Schema descriptor: not UTF-8") from error
    if isinstance(value, str):
        value = _from_text(value)
    if not isinstance(value, dict):
        raise SchemaError("Invalid Table Schema descriptor: it must be a JSON object")
    _check(value)
    return value


def is_url(value: Any) -> bool:
    """Tell whether a stored schema is an address, as ckanext-validation allowed."""
    return isinstance(value, str) and value.strip().lower().startswith(("http:", "https:"))


def sha256(schema: Mapping[str, Any]) -> str:
    """Return the hash of the schema's canonical JSON (sorted keys, no spaces, UTF-8)."""
    canonical = json.dumps(schema, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _from_text(value: str) -> Any:
    if is_url(value):
        raise SchemaError("Invalid Table Schema: give the JSON itself, a URL is not fetched")
    if len(value) > MAX_TEXT:
        raise SchemaError("Invalid Table Schema: longer than 1 MB")
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"JSON error in Table Schema descriptor: {error}") from error


def _check(schema: dict[str, Any]) -> None:
    if "fields" not in schema:
        raise SchemaError("Invalid Table Schema: 'fields' is a required property")
    fields = schema["fields"]
    if not isinstance(fields, list) or not fields:
        raise SchemaError("Invalid Table Schema: 'fields' must be a list with at least one field")
    if len(fields) > MAX_FIELDS:
        raise SchemaError(f"Invalid Table Schema: more than {MAX_FIELDS} fields")
    names: set[str] = set()
    for number, field in enumerate(fields, start=1):
        name = _check_field(number, field)
        if name in names:
            raise SchemaError(f"Invalid Table Schema: two fields are named '{name}'")
        names.add(name)
    _check_keys(schema, names)


def _check_field(number: int, field: Any) -> str:
    if not isinstance(field, dict):
        raise SchemaError(f"Invalid Table Schema: field {number} must be an object")
    name = field.get("name")
    if not isinstance(name, str) or not name:
        raise SchemaError(f"Invalid Table Schema: field {number} has no 'name'")
    kind = field.get("type", "any")
    if not isinstance(kind, str) or kind not in FIELD_TYPES:
        raise SchemaError(f"Invalid Table Schema: field '{name}' has an unknown type")
    constraints = field.get("constraints", {})
    if not isinstance(constraints, dict):
        raise SchemaError(f"Invalid Table Schema: 'constraints' of '{name}' must be an object")
    unknown = sorted(str(key) for key in constraints if key not in CONSTRAINTS)
    if unknown:
        raise SchemaError(
            f"Invalid Table Schema: field '{name}' has unknown constraint {unknown[0]}"
        )
    return name


def _check_keys(schema: dict[str, Any], names: set[str]) -> None:
    key = schema.get("primaryKey", [])
    columns = [key] if isinstance(key, str) else key
    known = isinstance(columns, list) and all(isinstance(c, str) and c in names for c in columns)
    if not known:
        raise SchemaError("Invalid Table Schema: 'primaryKey' names a field that is not there")
    if schema.get("foreignKeys"):
        raise SchemaError("Invalid Table Schema: 'foreignKeys' to other tables are not checked")
    missing = schema.get("missingValues", [""])
    if not isinstance(missing, list) or not all(isinstance(one, str) for one in missing):
        raise SchemaError("Invalid Table Schema: 'missingValues' must be a list of texts")
