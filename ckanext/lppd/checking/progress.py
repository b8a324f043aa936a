"""How far a check is: told by the child through a file, read by whoever waits for it.

A check that tells nothing is a check like any other: progress is for the person who waits, and no
fault of it may become a fault of the check.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .rows import DataRow

MEMBACA = "membaca"
MEMERIKSA = "memeriksa"
STEPS = (MEMBACA, MEMERIKSA)

Tell = Callable[[str, int, int], None]
"""Takes the step, the rows done and all rows (0 and 0 while they are not known)."""

_EVERY = 1000
_PAUSE = 0.25
_LARGEST = 4096


class Counted(Sequence[DataRow]):
    """Rows that tell how many of them were taken, when they are gone through for the first time."""

    def __init__(self, rows: Sequence[DataRow], tell: Tell) -> None:
        """Wrap rows; the rows themselves stay as they are."""
        self._rows = rows
        self._tell = tell
        self._told = False

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self._rows[index]

    def __iter__(self) -> Iterator[DataRow]:
        if self._told:
            yield from self._rows
            return
        self._told = True
        for number, row in enumerate(self._rows):
            if number % _EVERY == 0:
                self._tell(MEMBACA, number, len(self._rows))
            yield row


def row_counter(total: int, tell: Tell) -> Callable[[object], None]:
    """Return a function that the engine calls for every row it judged."""
    done = 0

    def count(row: object) -> None:
        nonlocal done
        done += 1
        if done % _EVERY == 0:
            tell(MEMERIKSA, done, total)

    return count


def tell_nobody(step: str, done: int, total: int) -> None:
    """Take progress that nobody asked for."""


def into_file(path: Path) -> Tell:
    """Return what writes progress to a file, whole each time and not more often than needed."""
    last, written = "", 0.0

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last, written
        now = time.monotonic()
        if step == last and now - written < _PAUSE:
            return
        last, written = step, now
        part = path.with_suffix(".part")
        part.write_text(json.dumps([step, done, total]), encoding="ascii")
        part.replace(path)

    return tell


@contextlib.contextmanager
def watched(path: Path, tell: Tell | None) -> Iterator[None]:
    """Pass on what a child writes to `path` while the block runs."""
    if tell is None:
        yield
        return
    ended = threading.Event()

    def watch() -> None:
        seen = None
        while not ended.wait(_PAUSE):
            found = _read(path)
            if found is not None and found != seen:
                seen = found
                tell(*found)

    thread = threading.Thread(target=watch, name="lppd-kemajuan", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _read(path: Path) -> tuple[str, int, int] | None:
    """Return the progress a child wrote; None for none and for what is not one."""
    try:
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(path, flags), "rb") as stream:
            step, done, total = json.loads(stream.read(_LARGEST))
        if step not in STEPS:
            return None
        return step, int(done), int(total)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
