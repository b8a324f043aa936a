"""Every hostile file ends with its own outcome, in bounded time and memory; the server lives on.

The memory of a file is the address space that the kernel grants the child that checks it: needing
more would end in `waktu_habis`, which no file here may.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import DEFAULT, check_in_sandbox
from ckanext.lppd.checking.warm import SERVERS
from tests.checking.conftest import GOOD, HEAD
from tests.checking.hostile_books import CONTAINERS, PARTS
from tests.checking.hostile_files import KINDS, TEXTS, Hostile

FILES = [*TEXTS, *KINDS, *CONTAINERS, *PARTS]
AT_LEAST = 60


def checked(bench: Any, path: Path, one: Hostile) -> Any:
    limits = replace(DEFAULT, memory=one.memory, wall_seconds=one.seconds)
    return check_in_sandbox(path, format=one.format, schema=bench.schema, limits=limits)


def test_there_are_enough_of_them(bench: Any) -> None:
    assert len({one.name for one in FILES}) == len(FILES)
    distinct = {hash(one.make(bench)) for one in FILES}
    print(f"{len(distinct)} hostile files")
    assert len(distinct) >= max(AT_LEAST, len(FILES) - 2)


@pytest.mark.parametrize("one", FILES, ids=lambda one: one.name.replace(" ", "-"))
def test_hostile_file(bench: Any, one: Hostile) -> None:
    path = bench.file(one.make(bench))
    good = Hostile("good", "csv", lambda bench: b"", "valid")
    if SERVERS.pid is None:
        assert checked(bench, bench.file((HEAD + GOOD).encode()), good).valid
    server = SERVERS.pid
    started = time.monotonic()
    report = checked(bench, path, one)
    taken = time.monotonic() - started
    path.unlink()
    if one.outcome == "valid":
        assert report.valid, report.findings
    else:
        assert not report.valid
        assert one.outcome in report.errors[0].code, report.findings
        assert len(report.errors[0].message()) > 20
    assert taken < one.seconds
    assert checked(bench, bench.file((HEAD + GOOD).encode()), good).valid
    assert SERVERS.pid == server is not None


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_what_is_no_file(bench: Any, tmp_path: Path, format: str) -> None:
    link, chain, pipe = tmp_path / "tautan", tmp_path / "rantai", tmp_path / "pipa"
    link.symlink_to("/etc/passwd")
    chain.symlink_to(chain)
    os.mkfifo(pipe)
    for path in (link, chain, pipe, tmp_path, tmp_path / "tiada", Path("/dev/zero")):
        report = check_in_sandbox(path, format=format, schema=bench.schema)
        assert not report.valid and list(report.counts) == ["berkas_tidak_terbaca"]
