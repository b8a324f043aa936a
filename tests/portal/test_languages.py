"""The catalogues are complete: a text without translation would show in English to a producer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "ckanext" / "lppd" / "i18n"
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s|%[sd]")


def _extracted() -> dict[str, str]:
    with (ROOT / "babel.cfg").open() as mapping:
        method_map, options_map = parse_mapping(mapping)
    keywords = {**DEFAULT_KEYWORDS, "_": None, "ungettext": (1, 2)}
    found = extract_from_dir(
        ROOT, method_map, options_map, keywords=keywords, strip_comment_tags=True
    )
    return {
        message if isinstance(message, str) else message[0]: filename
        for filename, _line, message, _comments, _context in found
    }


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text or ()]


def _translated(catalogue: Catalog) -> dict[str, list[str]]:
    return {
        _forms(message.id)[0]: _forms(message.string)
        for message in catalogue
        # Babel compiles an untranslated plural as itself
        if message.id
        and any(_forms(message.string))
        and _forms(message.string) != _forms(message.id)
    }


def test_every_text_has_an_indonesian_form() -> None:
    with (CATALOGUES / "id" / "LC_MESSAGES" / "ckanext-lppd.po").open("rb") as file:
        catalogue = read_po(file, locale="id")
    missing = {
        text: filename
        for text, filename in _extracted().items()
        if text not in catalogue or not all(_forms(catalogue[text].string))
    }
    assert not missing


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_compiled_catalogue_is_the_one_beside_it(lang: str) -> None:
    folder = CATALOGUES / lang / "LC_MESSAGES"
    with (folder / "ckanext-lppd.po").open("rb") as file:
        written = _translated(read_po(file, locale=lang))
    with (folder / "ckanext-lppd.mo").open("rb") as file:
        assert _translated(read_mo(file)) == written


@pytest.mark.parametrize("lang", ["id", "en"])
def test_translations_keep_their_placeholders(lang: str) -> None:
    with (CATALOGUES / lang / "LC_MESSAGES" / "ckanext-lppd.po").open("rb") as file:
        catalogue = read_po(file, locale=lang)
    broken = [
        message.id
        for message in catalogue
        for source, form in zip(_forms(message.id), _forms(message.string), strict=False)
        if message.id
        and form
        and set(PLACEHOLDER.findall(source)) != set(PLACEHOLDER.findall(form))
    ]
    assert not broken
