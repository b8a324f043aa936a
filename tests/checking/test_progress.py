"""How far a check is: told row by row, passed on from the child, and never in its way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import check, check_in_sandbox
from ckanext.lppd.checking.progress import _read, into_file, watched

SCHEMA = {
    "fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}],
    "missingValues": [""],
}


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A table of five thousand rows."""
    path = tmp_path / "panjang.csv"
    path.write_text("a,b\n" + "".join(f"x{n},{n}\n" for n in range(5000)), encoding="utf-8")
    return path


def test_every_step_is_told(long: Path) -> None:
    told: list[tuple[str, int, int]] = []
    report = check(long, format="csv", schema=SCHEMA, tell=lambda *said: told.append(said))
    assert report.valid
    assert told[0] == ("membaca", 0, 0)
    assert ("membaca", 4000, 5000) in told
    assert ("memeriksa", 0, 5000) in told
    assert ("memeriksa", 5000, 5000) in told
    assert told == sorted(told, key=lambda said: (said[0] != "membaca", said[1]))


def test_the_child_tells_too(long: Path) -> None:
    told: list[tuple[str, int, int]] = []
    quiet = check_in_sandbox(long, format="csv", schema=SCHEMA)
    loud = check_in_sandbox(long, format="csv", schema=SCHEMA, tell=lambda *said: told.append(said))
    assert loud == quiet
    for _step, done, total in told:
        assert 0 <= done <= total <= 5000


def test_what_a_child_wrote_is_passed_on(tmp_path: Path) -> None:
    import threading

    path = tmp_path / "kemajuan.json"
    heard = threading.Event()
    told: list[Any] = []

    def tell(*said: Any) -> None:
        told.append(said)
        heard.set()

    with watched(path, tell):
        into_file(path)("memeriksa", 7, 9)
        assert heard.wait(10)
    assert told[0] == ("memeriksa", 7, 9)


@pytest.mark.parametrize(
    "content", ["", "x", "[]", "{}", '["lain", 1, 2]', '["membaca", "x", 2]', "[" * 5000]
)
def test_what_is_no_progress_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kemajuan.json"
    path.write_text(content, encoding="utf-8")
    assert _read(path) is None
    assert _read(tmp_path / "tidak-ada") is None
    (tmp_path / "tautan").symlink_to(path)
    assert _read(tmp_path / "tautan") is None


def test_the_file_is_written_seldom(tmp_path: Path) -> None:
    path = tmp_path / "kemajuan.json"
    tell = into_file(path)
    for number in range(1000):
        tell("membaca", number, 1000)
    assert json.loads(path.read_text(encoding="ascii"))[1] < 1000
    tell("memeriksa", 0, 1000)
    assert json.loads(path.read_text(encoding="ascii")) == ["memeriksa", 0, 1000]
