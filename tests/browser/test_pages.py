"""Every page, in both languages: accessible, without a foreign word, not wider than a phone."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import live
from tests.browser.live import HEIGHT, NARROW, WIDE
from tests.browser.pages import FILES, PAGES, PortalPage

# CKAN 2.12's own navigation is a few pixels wider than the narrowest phones
CORE_OVERHANG = 8
# the drop-down widget and the pager that CKAN itself draws, and the mark-up hint of its text fields
NOT_OURS = {"exclude": [[".select2-container"], [".pagination"], ["a[href='#markdown']"]]}
# words that only English has; a page in Indonesian that shows one shows an untranslated sentence
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|this|that|from|for|not|are|is|was|has|have|please|there|these"
    r"|add|edit|view|search|filter|save|cancel|delete|remove|upload|choose|show|hide|click|here"
    r"|all|more|no|yes|by|of|to|in|on|at|or|an|be)\b",
    re.IGNORECASE,
)
# proper names, and texts of CKAN's scripts, which take no words from an extension
LEFT_ALONE = {
    "Open Data Commons Public Domain Dedication and License (PDDL)",
    "Edit",
    "Search",
    "cc-by",
}
VISIBLE_TEXT = """() => {
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent.closest('script, style, template, code, pre, [lang]:not(html)')) continue;
        found.add(walker.currentNode.textContent.trim().replace(/\\s+/g, ' '));
    }
    for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
        for (const element of document.querySelectorAll(`body [${name}]`))
            if (!element.closest('[lang]:not(html)')) found.add(element.getAttribute(name).trim());
    found.add(document.title);
    return [...found].filter(Boolean);
}"""


@pytest.fixture(scope="session")
def people(browser: Browser, portal_url: str, isian: dict[str, str]) -> Any:
    """Give one signed-in page for each person of the table."""
    pages: dict[str, Page] = {}
    for name in sorted({page.who for page in PAGES}):
        pages[name] = live.opened(browser, portal_url, name)
    yield pages
    for page in pages.values():
        page.context.close()


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def portal_page(request: pytest.FixtureRequest) -> PortalPage:
    """Give each page of the table."""
    return request.param


def opened(
    people: dict[str, Page], page: PortalPage, isian: dict[str, str], lang: str = "id"
) -> Page:
    """Open a page as its person; it must be there."""
    tab = people[page.who]
    answer = tab.goto(page.address(isian, lang))
    assert answer is not None and answer.status == 200, page.address(isian, lang)
    return tab


@pytest.mark.parametrize("lang", ["id", "en"])
def test_accessible(
    people: dict[str, Page], portal_page: PortalPage, isian: dict[str, str], lang: str
) -> None:
    tab = opened(people, portal_page, isian, lang)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    # the form of CKAN 2.12 has no first heading; that page is not ours to change
    rules = {"page-has-heading-one": {"enabled": portal_page.endpoint is not None}}
    found = Axe().run(tab, context=NOT_OURS, options={"rules": rules})
    assert found.violations_count == 0, found.generate_report()


def test_no_english_in_the_indonesian_page(
    people: dict[str, Page], portal_page: PortalPage, isian: dict[str, str]
) -> None:
    texts = opened(people, portal_page, isian).evaluate(VISIBLE_TEXT)
    left = [text for text in texts if ENGLISH.search(text) and text not in LEFT_ALONE]
    assert not left, left


def test_not_wider_than_a_phone(
    people: dict[str, Page], portal_page: PortalPage, isian: dict[str, str]
) -> None:
    tab = people[portal_page.who]
    tab.set_viewport_size({"width": NARROW, "height": HEIGHT})
    try:
        opened(people, portal_page, isian)
        width = tab.evaluate("document.documentElement.scrollWidth")
    finally:
        tab.set_viewport_size({"width": WIDE, "height": HEIGHT})
    assert width <= NARROW + CORE_OVERHANG


def test_every_page_is_in_the_table(portal_ini: Path) -> None:
    script = (
        "import json, sys; from ckan.cli import CKANConfigLoader; "
        "from ckan.config.middleware import make_app; "
        "app = make_app(CKANConfigLoader(sys.argv[1]).get_config()); "
        "print(json.dumps(sorted({rule.endpoint for rule in app._wsgi_app.url_map.iter_rules() "
        "if str(rule).startswith('/lppd') and 'GET' in rule.methods})))"
    )
    done = live.run(portal_ini, sys.executable, "-c", script, str(portal_ini))
    routes = set(json.loads(done.splitlines()[-1]))
    assert routes - {page.endpoint for page in PAGES} - FILES == set()
