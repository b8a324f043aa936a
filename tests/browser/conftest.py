"""Fixtures of the browser tests: one live portal for the session, people who sign in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import live

# a machine that runs other tests at the same time takes longer than the default of 5 seconds
expect.set_options(timeout=20_000)

Someone = Callable[..., Page]


@pytest.fixture(scope="session")
def portal_ini(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the settings of the portal and fill its database."""
    test_ini = Path(request.config.getoption("--ckan-ini")).resolve()
    ini = live.live_ini(test_ini, tmp_path_factory.mktemp("portal"), live.free_port())
    live.prepare(ini)
    return ini


@pytest.fixture(scope="session")
def portal_url(portal_ini: Path) -> Any:
    """Start a portal with its own settings on the database of the tests."""
    with live.serving(portal_ini) as url:
        yield url


@pytest.fixture(scope="session")
def isian(portal_url: str, portal_ini: Path) -> dict[str, str]:
    """Bring isian into every state; give the id for each state."""
    return live.states(portal_ini)


@pytest.fixture(params=[live.WIDE, live.NARROW], ids=["1280", "360"])
def width(request: pytest.FixtureRequest) -> int:
    """Give the width of a window on a desk, and of a phone."""
    return int(request.param)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    with sync_playwright() as playwright:
        chromium = live.chromium(playwright)
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember on the test whether it failed, for the screenshots."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def someone(browser: Browser, portal_url: str, request: pytest.FixtureRequest) -> Iterator[Someone]:
    """Give pages of signed-in people by name, of a visitor for an empty name.

    Each (name, width, script) has one page for the test; `width=` and `script=` as of
    `live.opened`.
    """
    pages: dict[tuple[str, int, bool], Page] = {}

    def page_of(name: str, width: int = live.WIDE, script: bool = True) -> Page:
        key = (name, width, script)
        if key not in pages:
            pages[key] = live.opened(browser, portal_url, name, width=width, script=script)
        return pages[key]

    yield page_of
    folder = Path(os.environ.get("LPPD_SCREENSHOTS") or ".run/screenshots")
    for (name, _width, _script), page in pages.items():
        if request.node.stash.get(FAILED, False):
            folder.mkdir(parents=True, exist_ok=True)
            picture = folder / f"{request.node.name}-{name or 'pengunjung'}.png"
            page.screenshot(path=str(picture), full_page=True)
        page.context.close()
