"""What one check costs, against frictionless alone on the same files in the same run.

Run it with `bin/bench engine`. Both engines take turns on every file, warm and in one process; the
last line is one JSON object with the ratios of the medians (frictionless : ours, more is better).
The warm server and a fresh child are compared as well. LPPD_BENCH_LARGE=1 adds 1,000,000 rows,
which takes minutes.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ckanext

HERE = str(Path(__file__).resolve().parents[1] / "ckanext")
if HERE not in ckanext.__path__:
    # an installed `ckanext` is found first and does not know this checkout
    ckanext.__path__.append(HERE)

from ckanext.lppd.checking import DEFAULT, check, check_in_sandbox, sandbox  # noqa: E402

LARGE = os.environ.get("LPPD_BENCH_LARGE") == "1"
LIMITS = replace(DEFAULT, max_bytes=128 * 1024 * 1024, max_rows=1_000_001)
SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {
            "name": "nomor",
            "type": "string",
            "constraints": {"required": True, "unique": True, "pattern": "[A-Z]-[0-9]{7}"},
        },
        {
            "name": "kecamatan",
            "type": "string",
            "constraints": {"enum": ["Medan Kota", "Medan Baru", "Medan Area"]},
        },
        {"name": "status", "type": "string", "constraints": {"enum": ["Final", "Sementara"]}},
        {"name": "tahun", "type": "year", "constraints": {"minimum": 2000, "maximum": 2030}},
        {
            "name": "nilai",
            "type": "number",
            "decimalChar": ",",
            "constraints": {"minimum": 0, "maximum": 1000000},
        },
        {"name": "tanggal", "type": "date", "constraints": {"minimum": "2000-01-01"}},
        {"name": "keterangan", "type": "string", "constraints": {"maxLength": 60}},
    ],
    "primaryKey": ["id"],
    "missingValues": [""],
}
# format, rows, with flaws, rounds, times faster than frictionless that is asked for (None: not)
CASES = [
    ("csv", 100, False, 15, 0.9),
    ("csv", 1_000, False, 9, None),
    ("csv", 10_000, False, 5, None),
    ("csv", 100_000, False, 3, None),
    ("csv", 100_000, True, 3, None),
    ("xlsx", 100, False, 9, None),
    ("xlsx", 10_000, False, 3, None),
]
if LARGE:
    CASES += [
        ("csv", 1_000_000, False, 1, 40.0),
        ("csv", 1_000_000, True, 1, 40.0),
        ("xlsx", 100_000, False, 1, 6.0),
        ("xlsx", 100_000, True, 1, 6.0),
    ]


def rows(count: int, flawed: bool) -> list[list[str]]:
    """Return a header and so many rows; with flaws, one row in ten thousand has one."""
    rng = random.Random(5)
    first = datetime.date(2024, 1, 1)
    made = [[one["name"] for one in SCHEMA["fields"]]]
    for number in range(count):
        row = [
            *(str(number + 1), f"A-{number:07d}"),
            rng.choice(["Medan Kota", "Medan Baru", "Medan Area"]),
            rng.choice(["Final", "Sementara"]),
            str(rng.randint(2015, 2025)),
            f"{rng.randint(0, 99999)},{rng.randint(0, 99):02d}",
            str(first + datetime.timedelta(rng.randint(0, 700))),
            f"catatan {rng.randint(0, 5000)}",
        ]
        if flawed and number % 10_000 == 77:
            row[1], row[5] = f"A-{number - 1:07d}", "-1"
        made.append(row)
    return made


def write(folder: Path, format: str, count: int, flawed: bool) -> Path:
    """Write the table as a file; in a workbook numbers and years are numbers."""
    path = folder / f"{count}{'-cacat' if flawed else ''}.{format}"
    if format == "csv":
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(rows(count, flawed))
        path.write_text(stream.getvalue(), encoding="utf-8")
        return path
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    for number, row in enumerate(rows(count, flawed)):
        cells: list[Any] = list(row)
        if number:
            cells[0], cells[4] = int(row[0]), int(row[4])
            cells[5] = float(row[5].replace(",", "."))
        sheet.append(cells)
    book.save(path)
    return path


def frictionless_alone(path: Path, format: str) -> bool:
    """Validate as the library is meant to be used; its own fences cost it nothing here."""
    import frictionless

    found = frictionless.Resource(
        path=path.name,
        basepath=str(path.parent),
        format=format,
        schema=frictionless.Schema.from_descriptor(SCHEMA),
    ).validate()
    return bool(found.valid)


def timed(work: Callable[[], bool], expected: bool) -> float:
    """Return the seconds that this call takes; its answer must be the expected one."""
    started = time.perf_counter()
    answer = work()
    taken = time.perf_counter() - started
    if answer is not expected:
        raise SystemExit(f"a wrong answer: {answer}, expected {expected}")
    return taken


def interleaved(
    name: str, ours: Callable[[], bool], theirs: Callable[[], bool], expected: bool, rounds: int
) -> float:
    """Time both in turn, print the medians and return how many times ours is faster."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        order = (0, 1) if number % 2 else (1, 0)
        taken = [0.0, 0.0]
        for which in order:
            taken[which] = timed((ours, theirs)[which], expected)
        # the first round loads what either of them loads late; a long one has nothing to gain
        if number or rounds == 1:
            times[0].append(taken[0])
            times[1].append(taken[1])
        if rounds == 1:
            break
    our, other = statistics.median(times[0]), statistics.median(times[1])
    print(
        f"{name}: ours {our * 1000:.1f} ms ({min(times[0]) * 1000:.1f}-{max(times[0]) * 1000:.1f}),"
        f" other {other * 1000:.1f} ms ({min(times[1]) * 1000:.1f}-{max(times[1]) * 1000:.1f}),"
        f" {len(times[0])} rounds, {other / our:.2f} times",
        flush=True,
    )
    return other / our


def warm_and_cold(path: Path) -> float:
    """Compare `check_in_sandbox` with the warm server and with a fresh child for each check."""
    servers = sandbox.SERVERS

    class NoServers:
        """Never has a server."""

        def run(self, *args: Any, **kwargs: Any) -> None:
            """Return None, upon which a fresh child is started."""

    def sandboxed(which: Any) -> bool:
        sandbox.SERVERS = which
        try:
            return check_in_sandbox(path, format="csv", schema={**SCHEMA, "lppd": {}}).valid
        finally:
            sandbox.SERVERS = servers

    sandboxed(servers)
    none: Any = NoServers()
    return interleaved(
        "sandbox, csv 100: warm server : fresh child",
        lambda: sandboxed(servers),
        lambda: sandboxed(none),
        True,
        9,
    )


def bare_polars(path: Path) -> float:
    """Compare with polars that only parses the same CSV into columns of text."""
    import polars

    def parsed() -> bool:
        return polars.read_csv(path, infer_schema=False).height > 0

    return interleaved(
        f"bare polars parse of {path.name}", lambda: one("lppd", "csv", path), parsed, True, 3
    )


def peak(path: Path, format: str, engine: str) -> float:
    """Return the peak memory (MB) of a fresh process that does one check of `path`."""
    done = subprocess.run(
        [sys.executable, __file__, "--peak", engine, format, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout.split()[-1])


def one(engine: str, format: str, path: Path) -> bool:
    """Check once with one engine."""
    if engine == "frictionless":
        return frictionless_alone(path, format)
    return check(path, format=format, schema={**SCHEMA, "lppd": {}}, limits=LIMITS).valid


def main() -> int:
    """Compare on every file and print the JSON line."""
    import frictionless

    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors")
    print(f"frictionless {frictionless.__version__}; load {os.getloadavg()[0]:.1f}")
    ratios: dict[str, float] = {}
    goals: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="lppd-bench-") as name:
        folder = Path(name)
        # before anything is judged in this process: a child is forked from a server of its own
        ratios["sandbox_warm"] = warm_and_cold(write(folder, "csv", 100, False))
        for format, count, flawed, rounds, goal in CASES:
            path = write(folder, format, count, flawed)
            key = f"{format}_{count}{'_flawed' if flawed else ''}"
            ratios[key] = interleaved(
                f"{format} {count}{' with flaws' if flawed else ''}",
                lambda path=path, format=format: one("lppd", format, path),  # type: ignore[misc]
                lambda path=path, format=format: one(  # type: ignore[misc]
                    "frictionless", format, path
                ),
                not flawed,
                rounds,
            )
            if goal is not None:
                goals[key] = goal
        largest = folder / f"{1_000_000 if LARGE else 100_000}.csv"
        ratios["bare_polars"] = bare_polars(largest)
        # our whole check within four times of its parse
        goals["bare_polars"] = 0.25
        ours, theirs = (peak(largest, "csv", engine) for engine in ("lppd", "frictionless"))
        print(f"peak memory, {largest.name}: ours {ours:.0f} MB, frictionless {theirs:.0f} MB")
        ratios["peak_memory"] = theirs / ours
        goals["peak_memory"] = 1.0
    ok = all(ratios[key] >= goal for key, goal in goals.items())
    rounded = {key: round(ratio, 2) for key, ratio in ratios.items()}
    print(json.dumps({"bench": "engine", "ratios": rounded, "goals": goals, "ok": ok}))
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peak"]:
        one(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
        # not ru_maxrss, which begins with what the parent of this process had
        status = Path("/proc/self/status").read_text(encoding="ascii")
        print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
        sys.exit(0)
    sys.exit(main())
