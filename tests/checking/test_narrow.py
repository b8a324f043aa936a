"""Whole files judged by columns get the report that the row-by-row check gives, or none at all.

LPPD_FUZZ_SECONDS=600 compares for so many seconds instead of a fixed number of files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from ckanext.lppd.checking import (
    DEFAULT,
    Report,
    check,
    check_in_sandbox,
    column_rules,
    formula_rule,
    keys,
    narrow,
    plain_table,
    silent,
)
from ckanext.lppd.checking.plan import read_plan
from tests.checking.tables import seeds

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
    if rng.random() < 0.1 and len(rows) > 8:
        # the third row's number, written in another way
        rows[-1][0] = "03"
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


def formula_schema(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(["persentase", "persentase", "rasio", "pertumbuhan", "jumlah"])
    number = {"type": "number", "decimalChar": ","}
    return {
        "fields": [
            {"name": "id", "type": "integer", "constraints": {"required": True}},
            {"name": "a", **number},
            {"name": "b", **number, "constraints": {"minimum": 0}},
            {"name": "capaian", **number},
        ],
        "primaryKey": ["id"],
        "lppd": {
            "satuan": rng.choice(["persen", "orang"]),
            "rumus": {"jenis": kind, "ekspresi": f"{kind}(a, b)", "judul": {"a": "A", "b": "B"}},
        },
    }


def formula_file(rng: random.Random) -> bytes:
    """Return rows of which most results agree with their parts, to a digit or nearly."""
    lines = ["id;a;b;capaian"]
    for number in range(1, rng.randint(3, 40)):
        a, b = rng.randint(0, 400), rng.randint(1, 300)
        result = Decimal(rng.choice([a * 100, a * 100, a, (a - b) * 100])) / b
        if rng.random() < 0.2:
            result = Decimal(a + b)
        shown = f"{result:.{rng.choice([1, 2, 2, 2])}f}".replace(".", ",")
        if rng.random() < 0.05:
            shown = rng.choice(["", "0", "100", "7,5", "x"])
        lines.append(f"{number};{a};{rng.choice([b] * 20 + [0])};{shown}")
    return "\n".join(lines).encode()


WORDS = [
    *(
        "kode",
        "Kode",
        "Jumlah",
        "TOTAL 3",
        "total",
        "",
        '"a""b"',
        '"a\nb"',
        "#N/A",
        " x",
        "5",
        "A-1",
    ),
    *("Jumlah pegawai", "x y z", "5,0", "1,0", "01", "7"),
]


def text_schema(rng: random.Random) -> dict[str, Any]:
    number = {"type": "number", "decimalChar": ",", "constraints": {"minimum": 0, "maximum": 99}}
    if rng.random() < 0.5:
        number["constraints"]["unique"] = True  # type: ignore[index]
    made: dict[str, Any] = {
        "fields": [
            {"name": "kode", "type": "string"},
            {"name": "satuan", "type": "string", "constraints": {"maxLength": 14}},
            {"name": "nilai", **number},
            {"name": "keterangan", "type": "string"},
        ],
        "lppd": {"batas": {"nilai": {"max": "50"}}} if rng.random() < 0.5 else {},
    }
    if rng.random() < 0.3:
        made["fields"][2] = {"name": "nilai", "type": "string"}
    if rng.random() < 0.6:
        made["primaryKey"] = rng.choice([["kode"], ["kode", "satuan"], ["nilai"]])
    return made


def text_file(rng: random.Random) -> bytes:
    """Return rows whose texts may make them titles, totals, notes or split numbers."""
    mark = rng.choice([",", ",", ";"])
    lines = [mark.join(["kode", "satuan", "nilai", "keterangan"])]
    for number in range(rng.randint(2, 30)):
        cells = [f"K{number}", "orang", str(number % 60), "baik"]
        if rng.random() < 0.08:
            cells[rng.choice([0, 0, 1, 2, 3])] = rng.choice(WORDS)
        trap = rng.random()
        if trap < 0.03:
            cells[1] = cells[2] = ""
        elif trap < 0.06:
            cells[0], cells[1] = "", "Jumlah"
        elif trap < 0.09:
            cells[2] = str(rng.randint(90, 110))
        elif trap < 0.12:
            # not beside the row that it repeats, which would be kept in any case
            cells[2] = rng.choice(["{},0", "+{}", "0{}"]).format(max(number - 5, 0))
        elif trap < 0.15:
            cells = ["kode", "satuan", "nilai", "keterangan"]
        lines.append(mark.join(cells[: rng.choice([4] * 30 + [3])]))
    return "\n".join(lines).encode()


def report(
    bench: Any, schema: Any, data: bytes, monkeypatch: pytest.MonkeyPatch, from_bytes: int
) -> Report:
    monkeypatch.setattr(narrow, "MIN_BYTES", from_bytes)
    path = bench.folder / "berkas.csv"
    path.write_bytes(data)
    # the rows as they stand are given back for small files only, and those are never narrowed
    return replace(check(path, format="csv", schema=schema), source=None)


def cases(seed: int, count: int) -> Iterator[tuple[int, dict[str, Any], bytes]]:
    for own in seeds(seed, count):
        rng = random.Random(own)
        kind = rng.random()
        if kind < 0.25:
            yield own, formula_schema(rng), formula_file(rng)
        elif kind < 0.6:
            yield own, text_schema(rng), text_file(rng)
        else:
            yield own, made_schema(rng), made_file(random.Random(own + 1))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows go the way of many: patterns instead of texts, several pieces."""
    monkeypatch.setattr(silent, "SAMPLE", 8)
    monkeypatch.setattr(silent, "FEW", 4)
    monkeypatch.setattr(plain_table, "_PIECE", 300)


def test_same_reports(bench: Any, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    real = narrow.narrow_csv
    left_out: list[int] = []

    def noting(*args: Any) -> Any:
        found = real(*args)
        left_out.append(found.left_out if found else 0)
        return found

    monkeypatch.setattr(narrow, "narrow_csv", noting)
    monkeypatch.setattr("ckanext.lppd.checking.engine.narrow_csv", noting)
    count = valid = flawed = 0
    for seed, schema, data in cases(11, FILES):
        count += 1
        slow = report(bench, schema, data, monkeypatch, NEVER)
        assert report(bench, schema, data, monkeypatch, 0) == slow, (seed, schema, data)
        valid += slow.valid
        flawed += not slow.valid and bool(left_out) and bool(left_out[-1])
    narrowed = sum(map(bool, left_out))
    print(f"{count} files, {narrowed} narrowed, {valid} valid, {flawed} narrowed and not valid")
    # what is compared must be worth comparing, and the lane must not give up where it need not
    assert valid > count / 8 and narrowed > count / 5 and flawed > count / 20


Change = Callable[[Any], Any]


def _without(**less: Any) -> Change:
    return lambda real: lambda **words: real(**{**words, **less})


def _unread(real: Any) -> Any:
    class Unread(real):  # type: ignore[misc, valid-type]
        """Asks frictionless nothing."""

        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self._read = lambda text: (text or None, None)

    return Unread


# what is removed or weakened: object, name, what stands there instead
ABLATIONS: dict[str, tuple[Any, str, Change]] = {
    "odd bytes": (plain_table, "has_odd_bytes", lambda real: lambda data: False),
    "bytes counted": (plain_table, "is_accounted_for", lambda real: lambda data, frame: True),
    "quotes and breaks in cells": (narrow, "Place", _without(odd="")),
    "titles": (narrow, "Place", _without(title=None)),
    "totals": (narrow, "Place", _without(total_mark=None)),
    "filled first and key cells": (narrow, "Place", _without(filled=False)),
    "split numbers": (narrow, "Place", _without(no_digits=False)),
    "texts that stay": (silent, "as_it_stands", lambda real: lambda column: lambda text: True),
    "objections": (narrow, "SilentColumn", _unread),
    "bounds of the rules": (narrow, "bounds_of", lambda real: lambda column, plan: []),
    "bounds of the field": (column_rules, "_own_bounds", lambda real: lambda one: ([], [])),
    "powers of ten": (
        column_rules,
        "_between_powers",
        lambda real: lambda lows, highs: "(?:0|-?[1-9][0-9]{0,8})",
    ),
    "shapes": (
        silent,
        "_shape",
        lambda real: lambda *args: lambda series: series.str.len_chars() >= 0,
    ),
    "few filled cells": (narrow, "thinly_filled", lambda real: lambda series, blank: []),
    "rows around": (narrow, "_AROUND", lambda real: (0,)),
    "keys": (keys.Key, "twins", lambda real: lambda self, typed, places: []),
    "order of keys": (keys, "_is_ascending", lambda real: lambda texts: True),
    "keys equal once typed": (
        narrow._Narrowing,
        "_typed_columns",
        lambda real: lambda self: ({}, []),
    ),
    "values of keys": (keys.Key, "_one_way", lambda real: lambda self, one, texts: texts),
    "formula": (
        narrow,
        "formula_holds",
        lambda real: lambda plan, columns: columns["capaian"].is_not_null(),
    ),
    "room of a formula": (formula_rule, "_ERROR", lambda real: -0.2),
}


def outcome(schema: Any, data: bytes) -> Any:
    found = narrow.narrow_csv(data, schema, read_plan(schema), DEFAULT)
    return found and (found.table.rows, found.left_out, found.regions)


@pytest.mark.parametrize("guard", list(ABLATIONS))
def test_the_comparison_sees_every_guard(
    guard: str, bench: Any, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name, change = ABLATIONS[guard]
    strong = vars(owner)[name]
    for _, schema, data in cases(5, 1200):
        before = outcome(schema, data)
        monkeypatch.setattr(owner, name, change(strong))
        # only files where the guard changes what is left out can show anything
        if outcome(schema, data) != before:
            weak = report(bench, schema, data, monkeypatch, 0)
            monkeypatch.setattr(owner, name, strong)
            if weak != report(bench, schema, data, monkeypatch, NEVER):
                return
        monkeypatch.setattr(owner, name, strong)
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
    assert len(data) >= narrow.MIN_BYTES
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
