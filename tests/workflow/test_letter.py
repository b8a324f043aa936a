"""A digest: the same letter as plain text and as HTML, nothing in it acts, nothing is fetched."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from ckanext.lppd.notices import rules
from ckanext.lppd.notices.letter import MAX_LISTED, MAX_SUBJECT, Line, Mail, digest
from ckanext.lppd.notices.texts import sentence

LIST, SETTINGS = "https://p.example/lppd/pemberitahuan", "https://p.example/lppd/pengaturan"
EVIL = '<img src="https://jahat.example/x.png" onerror="alert(1)">&"\''


class Seen(HTMLParser):
    """Collects the tags, the addresses and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def letter(
    lang: str = "id", number: int = 2, text: str = "2.f.1: dikirim oleh Budi."
) -> tuple[Mail, Seen]:
    """Return a digest and what its HTML shows."""
    lines = [Line(rules.DIKIRIM, text, f"https://p.example/lppd/isian/{n}") for n in range(number)]
    made = digest(f"Ibu {text}", f"Portal {text}", lines, lang, LIST, SETTINGS)
    return made, Seen(made.html)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_both_say_the_same(lang: str) -> None:
    made, html = letter(lang)
    assert f'<html lang="{lang}">' in made.html
    for line in made.body.splitlines():
        words = line.removeprefix("- ").strip()
        if not words or words == "--":
            continue
        # a link stands behind its words in the text, and on them in the HTML
        told, _colon, address = words.rpartition(": ")
        if words.startswith("https://"):
            assert words in html.addresses
        elif address.startswith("https://"):
            assert told in html.text and address in html.addresses
        else:
            assert words in html.text, words
    assert ("Yth. Ibu" in made.body) == (lang == "id") == ("Yth. Ibu" in html.text)
    assert f"\n-- \n{'Surel' if lang == 'id' else 'You'}" in made.body


def test_what_people_typed_is_text() -> None:
    made, html = letter(text=EVIL)
    assert set(html.tags) <= {"html", "head", "meta", "body", "p", "h2", "ul", "li", "a"}
    assert all(address.startswith("https://p.example/") for address in html.addresses)
    assert EVIL in html.text and EVIL in made.body


def test_an_address_does_not_leave_its_attribute() -> None:
    lines = [Line("x", "y", 'https://p.example/"><script>alert(1)</script>')]
    made = digest("a", "b", lines, "id", LIST, SETTINGS)
    assert "script" not in Seen(made.html).tags


def test_long_lists_tell_the_true_number_in_both() -> None:
    made, html = letter(number=MAX_LISTED + 5)
    assert made.html.count("<li>") == MAX_LISTED
    for text in (made.body, html.text):
        assert "dan 5 lainnya" in text and f"({MAX_LISTED + 5})" in text
    assert made.subject.endswith(f"{MAX_LISTED + 5} pemberitahuan LPPD")


def test_one_notice_is_the_subject() -> None:
    made, _html = letter(number=1, text="angka keliru " * 30)
    assert made.subject.startswith("Portal angka keliru") and len(made.subject) <= MAX_SUBJECT


@pytest.mark.parametrize(
    ("chosen", "portal", "wanted"),
    [
        ("en", "id", "en"),
        ("id", "en", "id"),
        (None, "id", "id"),
        (None, "en", "en"),
        (None, "en_GB", "en"),
        (None, "fr", "id"),
        (None, None, "id"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_persons_or_the_portals(
    chosen: str | None, portal: str | None, wanted: str
) -> None:
    assert rules.language(chosen, portal) == wanted


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("buka", "dibuka: 3 indikator"),
        ("tutup", "ditutup; 0 dari 3 indikator"),
        ("buka_kembali", "dibuka kembali: angka BPS terbit"),
        ("finalkan", "ditetapkan final"),
    ],
)
def test_what_happened_to_a_year(act: str, words: str) -> None:
    data = {"act": act, "year": 2025, "number": 3, "open": 0, "text": "angka BPS\nterbit"}
    assert words in sentence(rules.TAHUN, data, "id")
    english = sentence(rules.TAHUN, data, "en")
    assert "2025" in english and "LPPD data" in english and "…" not in english
    assert act in rules.YEAR_ACTS
