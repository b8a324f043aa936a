"""Pictures of every page of the table, 1280 and 360 pixels wide, for docs/ and for looking at.

python -m tests.browser.screenshots --ini test.ini [--out docs/img]

The database that the ini names is emptied. Pictures of pages that are no longer in the table are
deleted. Run from the project's top directory.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import live
from tests.browser.pages import PAGES, PortalPage

QUALITY = 45
# a picture shows the top of a long page; nobody looks further down in a document
TALLEST = 2000


def take(page: Page, one: PortalPage, isian: dict[str, str], width: int, out: Path) -> Path:
    """Take the picture of a page; its person has signed in."""
    answer = page.goto(one.address(isian))
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{one.name}: {one.address(isian)} did not open")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        print(f"{one.name}: {wide} pixels wide at {width}")
    height = page.evaluate("document.documentElement.scrollHeight")
    path = out / f"{one.name}-{width}.jpg"
    page.screenshot(
        path=str(path),
        full_page=True,
        type="jpeg",
        quality=QUALITY,
        clip={"x": 0, "y": 0, "width": width, "height": min(height, TALLEST)},
    )
    return path


def take_all(browser: Browser, url: str, isian: dict[str, str], out: Path) -> list[Path]:
    """Take the pictures of every page at both widths."""
    taken = []
    for width in (live.WIDE, live.NARROW):
        for who in sorted({one.who for one in PAGES}):
            page = live.opened(browser, url, who, width=width)
            taken += [take(page, one, isian, width, out) for one in PAGES if one.who == who]
            page.context.close()
    return taken


def main() -> None:
    """Prepare a portal, take the pictures, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ini", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/img"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        ini = live.live_ini(options.ini.resolve(), Path(name), live.free_port())
        live.prepare(ini)
        isian = live.states(ini)
        with live.serving(ini) as url, sync_playwright() as playwright:
            browser = live.chromium(playwright)
            taken = take_all(browser, url, isian, options.out)
            browser.close()
    for old in set(options.out.glob("*.jpg")) - set(taken):
        old.unlink()
    size = sum(path.stat().st_size for path in taken)
    print(f"{len(taken)} pictures, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
