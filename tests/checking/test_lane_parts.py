"""What makes the lane quick says the same as the plain way would."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from ckanext.lppd.checking import plain_table
from ckanext.lppd.checking.digest import Digest
from ckanext.lppd.checking.keys import Key
from ckanext.lppd.checking.plain_table import has_odd_bytes, load_polars
from ckanext.lppd.checking.plan import label_key
from ckanext.lppd.checking.rows import _reads_like
from ckanext.lppd.checking.verdict import read_schema


@pytest.mark.parametrize("size", [0, 10, 3 * 1024 * 1024])
def test_the_digest(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert Digest(data).hex() == hashlib.sha256(data).hexdigest()


def key_of(*texts: str) -> tuple[Key, list[list[int]]]:
    """Return a key that has seen these texts, two at a time, and what it said of each pair."""
    pl = load_polars()
    one = read_schema({"fields": [{"name": "a", "type": "string"}]}).fields[0]
    key = Key([one])
    pairs = [texts[at : at + 2] for at in range(0, len(texts), 2)]
    return key, [key.add({"a": pl.Series(pair, dtype=pl.String)}) for pair in pairs]


TWINS = [
    (("1", "2", "9", "10", "11", "100"), []),
    (("1", "1", "2", "3"), [0, 1]),
    (("1", "2", "2", "3"), [1, 2]),
    (("1", "2", "3", "1"), [0, 3]),
    (("10", "9", "8", "10"), [0, 3]),
    (("", "", "a", "b"), []),
]


@pytest.mark.parametrize(("texts", "twins"), TWINS)
def test_twins(texts: tuple[str, ...], twins: list[int]) -> None:
    key, said = key_of(*texts)
    assert key.twins({}, []) == twins
    together = [2 * n + place for n, places in enumerate(said) for place in places]
    assert set(together) <= set(twins)


def test_twins_once_typed() -> None:
    pl = load_polars()
    key, _ = key_of("1", "2", "3", " 2")
    # typing changes the last one only; the first is compared with itself and is no twin
    assert key.twins({"a": pl.Series(["1", "2"])}, [0, 3]) == [1]


@pytest.mark.parametrize("text", ["id", "ID *", "Id.", "*id", "i d", "ıd", "e\u0301", "é", "", "#"])
@pytest.mark.parametrize("title", ["id", "i d", "é", "e", "", None])
def test_a_title_told_by_its_first_letter(text: str, title: str | None) -> None:
    assert _reads_like(text, title) is (label_key(text) == title)


def test_odd_bytes_in_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_table, "_BLOCK", 4)
    plain = "kode,é\n1,2\n".encode()
    assert not has_odd_bytes(plain)
    marks: list[Any] = [b"\0", b"\r", b"\x1f", "\ufeff".encode()]
    for mark in marks:
        for place in range(len(plain) + 1):
            assert has_odd_bytes(plain[:place] + mark + plain[place:])
