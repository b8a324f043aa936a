"""Two generators of schemas and tables that are hard to judge, for the differential tests."""

from __future__ import annotations

import datetime
import os
import random
import time
from collections.abc import Iterator
from typing import Any

SECONDS = float(os.environ.get("LPPD_FUZZ_SECONDS", "0"))
Rows = list[list[str]]
Case = tuple[dict[str, Any], Rows]

# texts that readers of other kinds take otherwise than frictionless does
TRAPS: dict[str, list[str]] = {
    "integer": [
        *("01", "+5", "1_000", "-0", "00", "7.0", "1e3", "12a", "-", "٣", "0", "1", "2", "-1"),
        *("99999999999999999999", "", " 1", "1 ", "\u00a07", "１", "0x10"),
    ],
    "number": [
        *("1,5", "1,50", "01,5", "+1", "1.", ",5", "1,2,3", "1.5", "NaN", "Infinity", "1e3"),
        *("-Infinity", "1E-2", "-", "0", "0,0", "-0", "1_0", "", " 1,5", "1000000", "x", "1,55"),
        *("1000000,00000000000000000001", "1000000,00000000000000000002") * 2,
        "999999,99999999999999999999",
    ],
    "string": [
        *("", " ", "a", "A", "Axyz", "B", "AB", "a ", " a", "-", "0", "é", "a\nb", "a\rb"),
        *("a\r\nb", '"', ",", "A\n", "xxxxxxxxxxxx", "nama@contoh.id", "\ud800", "\0"),
    ],
    "date": [
        *("2024-01-01", "2024-1-1", "2024-02-30", "24-02-01", "2024-02- 1", "", "x"),
        " 2024-01-02",
    ],
    "year": ["2024", "0000", " 123", "1_23", "20240", "", "x", "2031", "+123"],
    "boolean": ["true", "false", "True", "1", "0", "ya", "", "TRUE"],
}
TYPES = list(TRAPS)


def seeds(seed: int, count: int) -> Iterator[int]:
    """Yield so many seeds; with LPPD_FUZZ_SECONDS until the time is over."""
    rng = random.Random(seed)
    started = time.monotonic()
    number = 0
    while time.monotonic() - started < SECONDS if SECONDS else number < count:
        number += 1
        yield rng.randrange(10**9)


def good(rng: random.Random, kind: str, number: int) -> str:
    """Return an ordinary text of a type; mostly a different one for each row."""
    if kind == "integer":
        return str(number + 1)
    if kind == "number":
        return f"{number + 1},{rng.randint(10, 99)}"
    if kind == "date":
        return str(datetime.date(2020, 1, 1) + datetime.timedelta(number))
    if kind == "year":
        return str(2000 + number % 30)
    if kind == "boolean":
        return rng.choice(["true", "false"])
    return f"A{number}"


def field(rng: random.Random, name: str, kind: str) -> dict[str, Any]:
    """Return a field of a type with constraints that its texts sometimes meet."""
    made: dict[str, Any] = {"name": name, "type": kind}
    limits: dict[str, Any] = {}
    if rng.random() < 0.4:
        limits["required"] = True
    if rng.random() < 0.25:
        limits["unique"] = True
    if kind == "number" and rng.random() < 0.85:
        made["decimalChar"] = ","
    if kind == "number" and rng.random() < 0.08:
        made[rng.choice(["bareNumber", "floatNumber"])] = rng.choice([True, False])
    if kind == "number" and rng.random() < 0.05:
        made["groupChar"] = ","
    if kind in ("integer", "number") and rng.random() < 0.6:
        limits["minimum"] = rng.choice([0, 1, -1, 2])
        limits["maximum"] = rng.choice([1000000, 1000000, 1000000, 30, 2**53])
    if kind == "integer" and rng.random() < 0.1:
        made["bareNumber"] = False
    if kind == "string":
        if rng.random() < 0.3:
            limits["pattern"] = rng.choice(["A|B", "A[0-9]*", "[^,]*", "A.*|a"])
        if rng.random() < 0.3:
            limits["maxLength"] = rng.choice([2, 3, 10])
        if rng.random() < 0.2:
            limits["minLength"] = rng.choice([0, 1, 2])
        if rng.random() < 0.06:
            made["format"] = rng.choice(["email", "uuid", "uri"])
    if kind in ("date", "year") and rng.random() < 0.4:
        limits["minimum"] = "2020-01-05" if kind == "date" else 2003
    if kind in ("string", "integer") and rng.random() < 0.1:
        texts = ["A1", "A2", "a", "", "B"] if kind == "string" else [1, 2, 3, 4, 5]
        limits["enum"] = texts
    if rng.random() < 0.12:
        made["missingValues"] = rng.choice([["", "-"], ["0"], ["", "1", "A1"], ["A2", "2"]])
    if limits:
        made["constraints"] = limits
    return made


def schema(rng: random.Random, kinds: list[str]) -> dict[str, Any]:
    """Return a schema with a field for each type and, mostly, a primary key."""
    fields = [field(rng, f"k{n}", kind) for n, kind in enumerate(kinds)]
    made: dict[str, Any] = {"fields": fields}
    if rng.random() < 0.7:
        names = [one["name"] for one in fields]
        made["primaryKey"] = rng.sample(names, k=min(len(names), rng.choice([1, 1, 2])))
    return made


def mutated(rng: random.Random) -> Case:
    """First generator: an ordinary table in which a few cells or rows are changed."""
    kinds = [rng.choice(TYPES) for _ in range(rng.randint(1, 5))]
    height = rng.randint(4, 30)
    rows = [[good(rng, kind, n) for kind in kinds] for n in range(height)]
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        number, place = rng.randrange(height), rng.randrange(len(kinds))
        act = rng.random()
        if act < 0.6:
            rows[number][place] = rng.choice(TRAPS[kinds[place]])
        elif act < 0.8:
            other = rng.randrange(height)
            rows[number] = list(rows[other])
        elif act < 0.92:
            rows[number] = [""] * len(kinds)
        else:
            pair = rng.choice([["", ""], ["1", "1"], ["1", "01"], ["7,5", "7,50"], ["3", "3,0"]])
            rows[number][place], rows[number - 1][place] = pair
    if rng.random() < 0.03:
        number = rng.randrange(height)
        rows[number] = rows[number][:-1] if rng.random() < 0.5 else [*rows[number], "lebih"]
    return schema(rng, kinds), rows


def mixed(rng: random.Random) -> Case:
    """Second generator: columns drawn from few texts of one kind, so that values meet often."""
    kinds = [rng.choice(TYPES) for _ in range(rng.randint(1, 3))]
    pools = []
    for kind in kinds:
        traps = rng.sample(TRAPS[kind], k=rng.randint(1, 3))
        plain = [good(rng, kind, n) for n in range(rng.randint(3, 60))]
        pools.append((traps, plain))
    rows = []
    for number in range(rng.randint(1, 40)):
        row = []
        for traps, plain in pools:
            text = plain[number % len(plain)] if rng.random() < 0.6 else rng.choice(plain)
            row.append(rng.choice(traps) if rng.random() < 0.06 else text)
        rows.append(row)
    return schema(rng, kinds), rows


GENERATORS = (mutated, mixed)
