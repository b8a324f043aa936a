"""The options allow-list and the schemas that may be given."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lppd_validation import options, resources, table_schema


@pytest.mark.parametrize(
    ("given_options", "honoured"),
    [
        ({"delimiter": ";"}, {"delimiter": ";"}),
        ({"dialect": {"csv": {"delimiter": "|"}}}, {"delimiter": "|"}),
        ({"encoding": "UTF-8"}, {"encoding": "utf-8"}),
        ({"encoding": "windows-1252"}, {"encoding": "cp1252"}),
        ({"headers": 3}, {"header_row": 3}),
        ({"dialect": {"headerRows": [2]}}, {"header_row": 2}),
        ({"sheet": "Isian"}, {"sheet": "Isian"}),
        ({"dialect": {"excel": {"sheet": 2}}}, {"sheet": 2}),
    ],
)
def test_allowed_options_are_honoured(
    given_options: dict[str, Any], honoured: dict[str, Any]
) -> None:
    found = options.honoured(given_options)
    assert found.to_dict() == honoured and found.ignored == ()


@pytest.mark.parametrize(
    "name",
    [
        "skip_errors",
        "pick_errors",
        "limit_rows",
        "limit_errors",
        "checks",
        "checklist",
        "trusted",
        "basepath",
        "type",
        "format",
        "scheme",
        "extrapaths",
        "innerpath",
        "compression",
        "detector",
        "schema",
        "onerror",
    ],
)
def test_everything_else_is_ignored_and_named(name: str) -> None:
    found = options.honoured({name: "x"})
    assert found.to_dict() == {} and found.ignored == (name,)


@pytest.mark.parametrize(
    "bad",
    [
        {"delimiter": "a"},
        {"delimiter": ",,"},
        {"encoding": "utf-7"},
        {"encoding": "unicode_escape"},
        {"headers": 0},
        {"headers": True},
        {"headers": 10_000},
        {"dialect": {"headerRows": [1, 2]}},
        {"dialect": {"commentChar": "#"}},
        {"dialect": "http://x.test/dialect.json"},
        {"sheet": ""},
    ],
)
def test_values_outside_the_list_are_ignored(bad: dict[str, Any]) -> None:
    found = options.honoured(bad)
    assert found.to_dict() == {} and len(found.ignored) == 1


def test_a_resource_wins_over_the_site() -> None:
    found = options.honoured({"delimiter": ";", "sheet": "A"}, {"delimiter": "|"})
    assert found.to_dict() == {"delimiter": "|", "sheet": "A"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(options.ALLOWED)) | st.text(), JSON))
def test_only_listed_values_ever_get_through(source: dict[str, Any]) -> None:
    found = options.honoured(source)
    assert found.delimiter in (None, *options.DELIMITERS)
    assert found.encoding in (None, *options.ENCODINGS)
    assert found.header_row is None or 1 <= found.header_row <= options.MAX_HEADER_ROW


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("https://x.test/schema.json", "URL"),
        ("HTTP://x.test/schema.json", "URL"),
        ("/etc/passwd", "JSON error"),
        ("{a,b}", "JSON error"),
        ('""', "object"),
        ("[1]", "object"),
        ({"a": 1}, "'fields' is a required property"),
        ({"fields": []}, "at least one"),
        ({"fields": [{"type": "string"}]}, "no 'name'"),
        ({"fields": [{"name": "a", "type": "sql"}]}, "unknown type"),
        ({"fields": [{"name": "a"}, {"name": "a"}]}, "two fields"),
        ({"fields": [{"name": "a", "constraints": {"jsonSchema": {}}}]}, "unknown constraint"),
        ({"fields": [{"name": "a"}], "primaryKey": "b"}, "primaryKey"),
        ({"fields": [{"name": "a"}], "primaryKey": [{}]}, "primaryKey"),
        ({"fields": [{"name": "a"}], "foreignKeys": [{"x": 1}]}, "foreignKeys"),
        (b"\xff\xfe", "UTF-8"),
        ("[" * 100_000, "JSON error"),
    ],
)
def test_schemas_that_are_refused(schema: Any, words: str) -> None:
    with pytest.raises(table_schema.SchemaError, match=words):
        table_schema.parse(schema)


def test_schemas_that_are_accepted() -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}], "primaryKey": ["a"]}
    assert table_schema.parse(schema) == schema
    assert table_schema.parse(b'\xef\xbb\xbf{"fields": [{"name": "a"}]}')
    assert table_schema.parse("") is None
    same = {"primaryKey": ["a"], "fields": schema["fields"]}
    assert table_schema.sha256(schema) == table_schema.sha256(same)


@given(st.text() | JSON)
def test_a_schema_is_parsed_or_refused_never_anything_else(value: Any) -> None:
    try:
        found = table_schema.parse(value)
    except table_schema.SchemaError:
        return
    assert found is None or found["fields"]


def test_rules_compare_by_meaning() -> None:
    text = {"format": "csv", "schema": '{"b": 1, "a": 2}'}
    assert resources.rules(text) == resources.rules({"format": "CSV ", "schema": {"a": 2, "b": 1}})
