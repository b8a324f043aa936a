"""The reminder of Kelengkapan: one click copies it; without a script its text can be selected."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import live
from tests.browser.conftest import Someone

CHOICE = "/lppd/kelengkapan?pd=dinsos"
COPIED = "Pesan tersalin"


def copy(page: Page, address: str) -> str:
    """Press the button on a page; return the text that its field holds."""
    page.goto(address)
    page.get_by_role("button", name="Salin pesan pengingat").first.click()
    return page.locator("textarea[readonly]").first.input_value()


@pytest.mark.parametrize("secure", [True, False])
def test_one_click_copies_what_the_field_holds(someone: Someone, secure: bool) -> None:
    planner = someone("perencana")
    planner.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if not secure:
        # a portal without HTTPS: the browser offers no clipboard to scripts
        planner.add_init_script(
            "Object.defineProperty(window, 'isSecureContext', {get: () => false})"
        )
    wanted = copy(planner, CHOICE)
    assert wanted.startswith("Yth. Dinas Sosial,") and "/lppd/?tahun=2025" in wanted
    news = planner.locator("#pengingat-kabar")
    expect(news).to_contain_text(COPIED)
    assert news.get_attribute("aria-live") == "polite"
    pasted = planner.evaluate("navigator.clipboard.readText()")
    assert pasted.replace("\r\n", "\n") == wanted
    assert planner.evaluate("document.activeElement.dataset.lppdCopy") == "pengingat"


def test_a_browser_that_does_not_copy_shows_the_text(someone: Someone) -> None:
    planner = someone("perencana")
    planner.add_init_script(
        "Object.defineProperty(window, 'isSecureContext', {get: () => false});"
        "document.execCommand = () => false"
    )
    copy(planner, CHOICE)
    expect(planner.locator("#pengingat-kabar")).to_contain_text("tidak dapat menyalinnya")
    expect(planner.locator("#pengingat")).to_be_focused()


def test_everybody_and_each_agency(someone: Someone) -> None:
    planner = someone("perencana")
    planner.goto("/lppd/kelengkapan")
    planner.get_by_role("link", name="Pesan pengingat tiap perangkat daerah").click()
    expect(planner.get_by_role("heading", level=1)).to_contain_text("Pesan pengingat")
    of_one = planner.get_by_role("button", name="Salin pesan pengingat Dinas Sosial")
    expect(of_one).to_be_visible()


def test_without_a_script_the_text_is_there_and_no_dead_button(
    browser: Browser, portal_url: str
) -> None:
    context = browser.new_context(base_url=portal_url, locale="id-ID", java_script_enabled=False)
    page = context.new_page()
    live.sign_in(page, "perencana")
    page.goto(CHOICE)
    expect(page.get_by_role("button", name="Salin pesan pengingat")).to_be_hidden()
    page.locator("summary", has_text="Isi pesan pengingat").click()
    expect(page.locator("#pengingat")).to_be_visible()
    context.close()
