"""Clicks counted and held against the goals of the journeys (`pytest -s` prints them).

A click is a press on a link, a button or a heading that opens, and the choice of a file; typing
and choosing from a list is none.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Download, Locator, Page


class Counted:
    """A page on which every click is counted."""

    def __init__(self, page: Page, what: str) -> None:
        width = page.viewport_size["width"] if page.viewport_size else 0
        self.page, self.what, self.clicks = page, f"{what} ({width})", 0

    def click(self, target: Locator) -> None:
        """Click once."""
        self.clicks += 1
        target.click()

    def download(self, target: Locator) -> Download:
        """Click once on what gives a file."""
        with self.page.expect_download() as coming:
            self.click(target)
        return coming.value

    def choose_file(self, place: str, file: Any) -> None:
        """Choose a file: one click."""
        self.clicks += 1
        self.page.set_input_files(place, file)

    def done(self, goal: int) -> None:
        """Print the number and hold it against the goal."""
        print(f"\nklik: {self.what}: {self.clicks} (sasaran {goal})")
        assert self.clicks <= goal, self.what


def narrow_enough(page: Page) -> None:
    """Nothing of ours is wider than the window."""
    # before the styles are there everything is wide
    page.wait_for_load_state("load")
    wide = page.evaluate(
        "[...document.querySelectorAll('.lppd-page *')].filter(e => !e.closest('.lppd-scroll')"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className || e.tagName)"
    )
    assert wide == [], wide
