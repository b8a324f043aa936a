"""Whole files judged by columns get the report that the row-by-row check gives, or none at all.

LPPD_FUZZ_SECONDS=600 compares for so many seconds instead of a fixed number of files.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckanext.lppd.checking import (
    DEFAULT,
    Report,
    check,
    check_in_sandbox,
    column_rules,
    plain_lane,
    plain_table,
)
from ckanext.lppd.checking.plan import read_plan

SECONDS = float(os.environ.get("LPPD_FUZZ_SECONDS", "0"))
FILES = 250
NEVER = 10**12
FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "constraints": {"required": True, "minimum": 1}},
    {"name": "kode", "type": "string", "title": "Kode barang"},
    {"name": "nilai", "type": "number", "decimalChar": ",", "constraints": {"maximum": 500}},
    {"name": "tanggal", "type": "date"},
    {"name": "kode_wilayah", "type": "string", "constraints": {"enum": ["12.71", "12.71.01"]}},
    {"name": "keterangan", "type": "string", "constraints": {"maxLength": 12}},
]
CELLS = [
    *("", " ", "-", "0", "007", "-5", "1", "2", "1.234", "1,234", "12,50", "500", "501", "1e3"),
    *("x", " x", "x ", "#N/A", "Jumlah", "TOTAL 3", "total", "id", "Kode barang", "kode", "ID *"),
    *("2024-02-30", "2024-1-1", "1271", "Kota Medan", "12.71", "\u00a0", "é", "５", "nan", "3,0"),
    *("panjang sekali ini", "12.71.01", "30/01/2024", "1_0", "'", "9999999999999999", "A-1", "*"),
]
LINES = [
    *("", "1", ",,,,,", "Catatan: sumber dinas", "Jumlah,,,,,", "id,kode,nilai,tanggal,,"),
    *('"', '"a""b",,,,,', 'x"y,,,,,', '"a\nb",1,2,,,', "1,2,3,4,5,6,7", "(1),(2),(3),(4),(5),(6)"),
]
BYTES = [b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"\t", b"\x1f", b"\n\n", b'""', b"\xe2\x80\x8b"]


def made_schema(rng: random.Random) -> dict[str, Any]:
    fields = [{**one, "constraints": dict(one.get("constraints", {}))} for one in FIELDS]
    if rng.random() < 0.3:
        fields[1]["constraints"]["pattern"] = rng.choice(["[A-Z]-[0-9]+", "A.*", "x|A-1"])
    if rng.random() < 0.4:
        fields[rng.randrange(4)]["constraints"]["unique"] = True
    if rng.random() < 0.1:
        fields[5]["missingValues"] = ["", "-"]
    lppd: dict[str, Any] = {"wilayah": [{"kode": "12.71", "nama": "Kota Medan"}]}
    if rng.random() < 0.3:
        lppd["wilayah_wajib"] = ["12.71.01"]
    if rng.random() < 0.3:
        lppd["batas"] = {"nilai": {"min": "1", "max": "400"}}
    made: dict[str, Any] = {"fields": fields, "lppd": lppd}
    if rng.random() < 0.6:
        made["primaryKey"] = rng.choice([["id"], ["kode"], ["id", "kode"], ["nilai"], ["tanggal"]])
    return made


def made_file(rng: random.Random) -> bytes:
    """Return CSV bytes, ordinary but for a few changed cells, lines or bytes."""
    names = [one["name"] for one in FIELDS]
    rows = [
        [
            *(str(n + 1), f"A-{n}", f"{n % 300 + 1},{rng.randint(10, 99)}"),
            *(f"2024-01-{n % 28 + 1:02d}", rng.choice(["12.71", "12.71.01"])),
            rng.choice(["", "baik", "cukup"]),
        ]
        for n in range(rng.randint(2, 40))
    ]
    if rng.random() < 0.2:
        order = rng.sample(range(6), k=6)
        names = [names[n] for n in order]
        rows = [[row[n] for n in order] for row in rows]
    if rng.random() < 0.2:
        names[rng.randrange(6)] = rng.choice(["Kode barang", "ID *", "lain", "", "Nilai", "id"])
    if rng.random() < 0.1:
        names, rows = names[:-1], [row[:-1] for row in rows]
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(CELLS)
    if rng.random() < 0.1:
        rows.append(list(rng.choice(rows)))
    mark = rng.choice([",", ",", ";", "\t"])
    quoted = [[f'"{cell}"' if mark in cell else cell for cell in row] for row in [names, *rows]]
    lines = [mark.join(row) for row in quoted]
    if rng.random() < 0.12:
        place = rng.choice([0, 1, 2, len(lines) - 1, rng.randrange(len(lines)), len(lines)])
        lines.insert(place, rng.choice(LINES))
    if rng.random() < 0.05:
        number = rng.randrange(len(lines))
        lines[number] = lines[number].rpartition(mark)[0] if rng.random() < 0.5 else ""
    text = rng.choice(["\n", "\n", "\r\n"]).join(lines) + rng.choice(["\n", "", "\n\n"])
    data = text.encode("utf-8")
    if rng.random() < 0.1:
        data = b"\xef\xbb\xbf" + data
    if rng.random() < 0.08:
        place = rng.randrange(len(data))
        data = data[:place] + rng.choice(BYTES) + data[place:]
    return data


def cases(seed: int, count: int) -> Iterator[tuple[int, dict[str, Any], bytes]]:
    rng = random.Random(seed)
    started = time.monotonic()
    number = 0
    while time.monotonic() - started < SECONDS if SECONDS else number < count:
        number += 1
        own = rng.randrange(10**9)
        yield own, made_schema(random.Random(own)), made_file(random.Random(own + 1))


def report(
    bench: Any, schema: Any, data: bytes, monkeypatch: pytest.MonkeyPatch, from_bytes: int
) -> Report:
    monkeypatch.setattr(plain_lane, "MIN_BYTES", from_bytes)
    path = bench.folder / "berkas.csv"
    path.write_bytes(data)
    return check(path, format="csv", schema=schema)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows go the way of many: patterns instead of texts, several pieces."""
    monkeypatch.setattr(plain_lane, "DISTINCT", 8)
    monkeypatch.setattr(plain_table, "_PIECE", 300)


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Notes for every file whether the lane accepted it."""
    real = plain_lane.judge_plain
    notes: list[bool] = []

    def noting(*args: Any) -> Any:
        found = real(*args)
        notes.append(found is not None)
        return found

    monkeypatch.setattr(plain_lane, "judge_plain", noting)
    return notes


def test_same_reports(
    bench: Any, small: None, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = valid = 0
    for seed, schema, data in cases(11, FILES):
        count += 1
        slow = report(bench, schema, data, monkeypatch, NEVER)
        assert report(bench, schema, data, monkeypatch, 0) == slow, (seed, schema, data)
        valid += slow.valid
    print(f"{count} files, {sum(taken)} accepted by the lane, {valid} valid")
    # what is compared must be worth comparing, and the lane must not give up where it need not
    assert valid > count / 8 and sum(taken) > valid / 3 and valid < count


class _Nothing:
    """Stands for a step that asks nothing."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""


Change = Callable[[Any], Any]
# what is removed or weakened: object, name, what stands there instead
ABLATIONS: dict[str, tuple[Any, str, Change]] = {
    "odd bytes": (plain_table, "has_odd_bytes", lambda real: lambda data: False),
    "whole lines": (plain_table, "whole_line", lambda real: lambda mark, width: ""),
    "rows are data": (plain_lane._Lane, "rows_are_data", lambda real: _Nothing()),
    "cells stay": (plain_lane._Lane, "cells_stay", lambda real: _Nothing()),
    "rules": (plain_lane._Lane, "rules_are_silent", lambda real: _Nothing()),
    "primary key": (plain_lane._Lane, "_primary_key", lambda real: _Nothing()),
    "unique": (plain_lane._Texts, "has_no_twins", lambda real: lambda self: True),
    "values of keys": (plain_lane, "column_keeps_values", lambda real: lambda one, column: True),
    "missing values": (plain_lane, "missing_texts", lambda real: lambda one: [""]),
    "objections": (
        plain_lane,
        "prove",
        lambda real: lambda one, texts: real(one, set()),
    ),
    "rules of columns": (
        plain_lane,
        "series_rule",
        lambda real: lambda one: lambda column: column.str.len_chars() >= 0,
    ),
    "bounds of columns": (column_rules, "_float_bounds", lambda real: lambda one: (-1e99, 1e99)),
    "texts that stay": (plain_lane, "_stays", lambda real: lambda column: ""),
    "doubt": (plain_lane, "require", lambda real: lambda shown: None),
}


@pytest.mark.parametrize("guard", list(ABLATIONS))
def test_the_comparison_sees_every_guard(
    guard: str, bench: Any, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, change = ABLATIONS[guard]
    strong = vars(owner)[name]
    for _, schema, data in cases(5, 4000):
        monkeypatch.setattr(owner, name, change(strong))
        found = plain_lane.judge_plain(data, schema, read_plan(schema), DEFAULT)
        monkeypatch.setattr(owner, name, strong)
        if found is None:
            continue
        slow = report(bench, schema, data, monkeypatch, NEVER)
        if (slow.valid, slow.values, slow.counts) != (True, found.values, found.out.counts):
            return
    pytest.fail(f"nothing noticed that this is gone: {guard}")


@pytest.mark.parametrize("last", ["", "-7,x,y,2024-02-30,12.71,\n"])
def test_a_large_file_in_the_sandbox(bench: Any, last: str) -> None:
    """The memory that the sandbox allows is enough, and flaws are found in the usual way."""
    schema = {"fields": FIELDS, "primaryKey": ["id"], "lppd": {}}
    rows = (
        f'{n},A-{n},"{n % 300},25",2024-01-{n % 28 + 1:02d},12.71.01,baik\n'
        for n in range(1, 70_000)
    )
    data = "id,kode,nilai,tanggal,kode_wilayah,keterangan\n" + "".join(rows) + last
    assert len(data) >= plain_lane.MIN_BYTES
    found = check_in_sandbox(bench.file(data.encode()), format="csv", schema=schema)
    assert found.rows == 69_999 + bool(last), found
    assert found.valid is not bool(last)


def test_not_more_memory_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain_table.has_room(10**6)
    with open("/proc/self/statm", encoding="ascii") as stream:
        used = int(stream.read().split()[0]) * 4096
    limit = (used + plain_table._BASE + 60 * 10**6, -1)
    monkeypatch.setattr("resource.getrlimit", lambda kind: limit)
    assert plain_table.has_room(10**6)
    assert not plain_table.has_room(DEFAULT.max_bytes)
    # enough for either way alone, and not for one after the other
    limit = (used + plain_table._BASE + 300 * 10**6, -1)
    assert not plain_table.has_room(20 * 10**6)
    assert plain_table.has_room(40 * 10**6) and plain_table.has_room(10 * 10**6)
