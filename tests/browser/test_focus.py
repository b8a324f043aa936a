"""The Tab key on the pages people live in: seen where one is, in order, and first at a refusal."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Someone
from tests.browser.pages import PLANNER, PRODUCER, WALIDATA

WALKED: tuple[tuple[str, str, str], ...] = (
    ("tugas-saya", PRODUCER, "/lppd/"),
    ("isian-belum-diisi", PRODUCER, "/lppd/isian/{belum_diisi}"),
    ("isian-kesalahan", PRODUCER, "/lppd/isian/{draf}"),
    ("antrean", WALIDATA, "/lppd/antrean"),
    ("isian-periksa", WALIDATA, "/lppd/isian/{menunggu_walidata}"),
    ("kelengkapan", PLANNER, "/lppd/kelengkapan"),
)
MAX_STEPS = 400
# numbers what can be reached by Tab, in the order of the document
NUMBERED = """() => {
    const all = document.querySelectorAll(
        '.lppd-page a[href], .lppd-page button, .lppd-page input:not([type=hidden]),'
        + ' .lppd-page select, .lppd-page textarea, .lppd-page summary,'
        + ' .lppd-page [tabindex="0"]');
    let n = 0;
    for (const one of all) if (one.checkVisibility() && !one.disabled) {
        one.dataset.nth = n++;
        const style = getComputedStyle(one);
        one.dataset.plain = [style.outlineStyle, style.outlineWidth, style.boxShadow,
                             style.borderColor].join('|');
    }
    return n;
}"""
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one.dataset.nth === undefined) return null;
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    const now = [style.outlineStyle, style.outlineWidth, style.boxShadow,
                 style.borderColor].join('|');
    return {
        nth: +one.dataset.nth, text: (one.innerText || one.name || one.id || '').slice(0, 60),
        // the button inside a date draws its own ring, which the box around it does not show
        marked: one.type === 'date' || now !== one.dataset.plain || (style.outlineStyle !== 'none'
                                              && parseFloat(style.outlineWidth) > 0),
        inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
                && box.width > 0 && box.height > 0,
        top: box.top + scrollY, bottom: box.bottom + scrollY,
    };
}"""


def walk(page: Page) -> tuple[int, list[dict[str, Any]]]:
    """Press Tab through the page; return how many places there are and those that were reached."""
    page.wait_for_load_state("load")
    # a page that scrolls smoothly is still on its way when it is measured
    page.emulate_media(reduced_motion="reduce")
    number = int(page.evaluate(NUMBERED))
    page.evaluate("document.activeElement.blur()")
    reached: list[dict[str, Any]] = []
    for _step in range(MAX_STEPS):
        page.keyboard.press("Tab")
        place = page.evaluate(FOCUSED)
        if place is not None:
            reached.append(place)
            if place["nth"] == number - 1:
                break
    return number, reached


@pytest.mark.parametrize(("name", "who", "path"), WALKED, ids=[one[0] for one in WALKED])
def test_tab_goes_through_the_page_in_order_and_shows_where(
    someone: Someone, isian: dict[str, str], name: str, who: str, path: str
) -> None:
    page = someone(who)
    page.goto(path.format(**isian))
    number, reached = walk(page)
    order = [place["nth"] for place in reached]
    assert order == sorted(order), "the order of the document"
    missed = set(range(number)) - set(order)
    radios = page.locator(".lppd-page input[type=radio]").count()
    assert len(missed) <= radios, missed
    assert not [place for place in reached if not place["marked"]], "focus is seen"
    assert not [place for place in reached if not place["inside"]], "focus is on the screen"
    # nothing after a place lies wholly above it
    jumps = [
        (before["text"], after["text"])
        for before, after in pairwise(reached)
        if after["bottom"] <= before["top"]
    ]
    assert not jumps, jumps


@pytest.mark.parametrize("script", [True, False], ids=["js", "nojs"])
def test_a_refusal_is_where_reading_goes_on(
    someone: Someone, isian: dict[str, str], script: bool
) -> None:
    page = someone(WALIDATA, script=script)
    page.goto(f"/lppd/isian/{isian['menunggu_walidata']}")
    page.locator("summary", has_text="Kembalikan untuk diperbaiki").click()
    page.select_option("#field-reason_code", "angka_salah")
    page.fill("#field-note", "ya")
    page.get_by_role("button", name="Kembalikan", exact=True).click()
    summary = page.locator("#galat")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(summary.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#field-note")).to_be_focused()
    expect(page.locator("#field-note")).to_be_in_viewport()


REFUSED: tuple[tuple[str, str, str, str, str], ...] = (
    ("tahun", PLANNER, "/lppd/kelengkapan", "/lppd/tahun", "1999"),
    ("rencana", PLANNER, "/lppd/penugasan", "/penugasan/rencanakan", "1999"),
)


@pytest.mark.parametrize(("name", "who", "path", "action", "year"), REFUSED)
def test_a_refused_year_is_told_first(
    someone: Someone, isian: dict[str, str], name: str, who: str, path: str, action: str, year: str
) -> None:
    page = someone(who)
    page.goto(path)
    form = page.locator(f"form[action$='{action}']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("[name=tahun]").fill(year)
    form.get_by_role("button").click()
    expect(page.locator("#galat")).to_be_focused()
    expect(page.locator("#galat")).to_contain_text("tidak mencakup")
    expect(page.locator(f"form[action$='{action}'] [name=tahun]")).to_have_value(year)
