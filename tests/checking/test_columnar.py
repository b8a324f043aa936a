"""The columnar lane says what frictionless says: compared on made tables, and with guards removed.

LPPD_FUZZ_SECONDS=600 compares for so many seconds instead of a fixed number of tables.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckanext.lppd.checking import DEFAULT, column_rules, columnar, verdict
from ckanext.lppd.checking.plan import Plan
from ckanext.lppd.checking.verdict import Canonical, Verdict
from tests.checking import tables

TABLES = 500
SLOW = 10**9

Outcome = Verdict | type[Exception]


def judged(case: Any, monkeypatch: pytest.MonkeyPatch, *, from_rows: int, few: int) -> Outcome:
    """Judge a table with the lane taken from so many rows on."""
    schema, rows = case
    monkeypatch.setattr(columnar, "MIN_ROWS", from_rows)
    monkeypatch.setattr(columnar, "FEW", few)
    key = tuple(schema.get("primaryKey", ()))
    canonical = Canonical(rows, list(range(5, 5 + len(rows))))
    names = [one["name"] for one in schema["fields"]]
    columns = tuple(_column(name) for name in names)
    try:
        return verdict.verdict(canonical, schema, Plan(columns, key), DEFAULT)
    except (TypeError, ValueError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        return type(error)


def _column(name: str) -> Any:
    from ckanext.lppd.checking.plan import Column

    return Column(name, name, "string", "", False, False, None, (), ".", frozenset({name}))


def cases(seed: int, count: int) -> Iterator[tuple[int, Any]]:
    """Yield made tables, by each generator in turn."""
    for number, own in enumerate(tables.seeds(seed, count), start=1):
        yield own, tables.GENERATORS[number % 2](random.Random(own))


def test_same_verdict_and_flaws(monkeypatch: pytest.MonkeyPatch) -> None:
    left_out = objections = accepted = 0
    count = 0
    real = columnar.suspect_rows

    def counting(rows: Any, fields: Any, key: Any) -> Any:
        nonlocal left_out
        kept = real(rows, fields, key)
        left_out += kept is not None
        return kept

    monkeypatch.setattr(columnar, "suspect_rows", counting)
    for seed, case in cases(2025, TABLES):
        count += 1
        slow = judged(case, monkeypatch, from_rows=SLOW, few=0)
        fast = judged(case, monkeypatch, from_rows=1, few=0 if count % 3 else 64)
        assert fast == slow, (seed, case)
        if isinstance(slow, Verdict):
            accepted += slow.accepted
            objections += len(slow.flaws)
    print(f"{count} tables, {left_out} by the lane, {accepted} accepted, {objections} flaws")
    # what is compared must be worth comparing
    assert left_out > count / 2 and accepted > count / 20 and objections > count / 2


def _texts(one: Any) -> Callable[[str], object]:
    return lambda text: True


def _strip_first(real: Any) -> Any:
    def rule_for(one: Any) -> Any:
        rule = real(one)
        return rule and (lambda text: rule(text.strip()))

    return rule_for


def _any_format(real: Any) -> Any:
    def rule_for(one: Any) -> Any:
        return column_rules._text_rule(one) if one.type == "string" else real(one)

    return rule_for


def _later_only(real: Any) -> Any:
    def repeated(keys: Any, *, blank: Any) -> set[int]:
        seen: set[Any] = set()
        return {n for n, k in enumerate(keys) if k in seen or (k != blank and seen.add(k))}

    return repeated


def _only_unique(real: Any) -> Any:
    return lambda columns, fields, proofs, key: real(columns, fields, proofs, ())


def _only_primary(real: Any) -> Any:
    def key_rows(columns: Any, fields: Any, proofs: Any, key: Any) -> Any:
        kept = [one.constraints.pop("unique", None) for one in fields]
        found = real(columns, fields, proofs, key)
        for one, value in zip(fields, kept, strict=True):
            if value is not None:
                one.constraints["unique"] = value
        return found

    return key_rows


def _blank_keys_pass(real: Any) -> Any:
    def key_values(one: Any, column: Any, proof: Any) -> Any:
        values = real(one, column, proof)
        return [n if value is None else value for n, value in enumerate(values)]

    return key_values


def _searched(real: Any) -> Any:
    def rule_for(one: Any) -> Any:
        pattern = one.constraints.get("pattern")
        if pattern is None:
            return real(one)
        return lambda text: text and re.search(pattern, text)

    return rule_for


Change = Callable[[Any], Any]
LOOSE = re.compile(r"[-+0-9.,]+")
# what is removed or weakened: module, name, what stands there instead
ABLATIONS: dict[str, tuple[Any, str, Change]] = {
    "blank rows": (columnar, "blank_rows", lambda real: lambda columns, proofs: set()),
    "all keys": (columnar, "key_rows", lambda real: lambda *args: set()),
    "primary key": (columnar, "key_rows", _only_unique),
    "unique": (columnar, "key_rows", _only_primary),
    "blank keys": (columnar, "key_values", _blank_keys_pass),
    "first row of a key": (columnar, "repeated", _later_only),
    "keys by text": (columnar, "key_values", lambda real: lambda one, column, proof: column),
    "one way to write": (columnar, "writes_one_way", lambda real: lambda one: True),
    "odd text": (columnar, "has_odd_text", lambda real: lambda texts: False),
    "ragged rows": (columnar, "is_ragged", lambda real: lambda rows, width: False),
    "missing values of a field": (column_rules, "missing_texts", lambda real: lambda one: [""]),
    "strict bounds": (
        column_rules,
        "inside",
        lambda real: lambda low, value, high: low <= value <= high,
    ),
    "bounds": (column_rules, "inside", lambda real: lambda low, value, high: True),
    "shape of decimals": (column_rules, "_DECIMAL", lambda real: {",": LOOSE, ".": LOOSE}),
    "shape of whole numbers": (column_rules, "_WHOLE", lambda real: LOOSE),
    "shape of dates": (column_rules, "_DATE", lambda real: re.compile("[-0-9]+")),
    "bounds of dates": (
        column_rules,
        "_date_rule",
        lambda real: lambda one: column_rules._DATE.fullmatch,
    ),
    "plain numbers": (column_rules, "_is_plain_number", lambda real: lambda one: True),
    "rules of text": (column_rules, "_text_rule", lambda real: _texts),
    "stripped texts": (columnar, "rule_for", _strip_first),
    "format of text": (columnar, "rule_for", _any_format),
    "pattern as written": (columnar, "rule_for", _searched),
    "reader's objections": (
        columnar,
        "prove",
        lambda real: lambda one, texts: columnar.Proof(texts, values=dict.fromkeys(texts, "")),
    ),
}


@pytest.mark.parametrize("guard", list(ABLATIONS))
def test_the_comparison_sees_every_guard(guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, name, change = ABLATIONS[guard]
    weak = change(getattr(module, name))
    strong = getattr(module, name)
    for _, case in cases(7, 4000):
        # with the guard in place both ways agree, so only tables where the lane changes matter
        monkeypatch.setattr(module, name, weak)
        fast = judged(case, monkeypatch, from_rows=1, few=0)
        monkeypatch.setattr(module, name, strong)
        if fast != judged(case, monkeypatch, from_rows=1, few=0):
            assert fast != judged(case, monkeypatch, from_rows=SLOW, few=0)
            return
    pytest.fail(f"nothing noticed that this is gone: {guard}")


def test_a_large_table_with_flaws(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.schema = {
        "fields": [
            {"name": "id", "type": "integer", "constraints": {"required": True}},
            {"name": "nilai", "type": "number", "decimalChar": ",", "constraints": {"minimum": 0}},
            {"name": "nama", "type": "string", "constraints": {"maxLength": 20}},
        ],
        "primaryKey": ["id"],
        "lppd": {},
    }
    lines = [f'{n},"{n % 977},25",nama {n}' for n in range(1, 2001)]
    lines[400] = "7,1,kembar"
    lines[900] = "901,-5,nama"
    lines[1500] = f"1501,2,{'x' * 21}"
    data = ("id,nilai,nama\n" + "\n".join(lines) + "\n").encode()
    fast = bench.bytes(data)
    monkeypatch.setattr(columnar, "MIN_ROWS", SLOW)
    assert bench.bytes(data) == fast
    assert {finding.row for finding in fast.errors} == {402, 902, 1502}
