"""A real portal for the browser: own settings, fresh database, web server on a free port."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PASSWORD = "sandi-uji-peramban-2025"
WIDE, NARROW, HEIGHT = 1280, 360, 800
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
]


def live_ini(test_ini: Path, folder: Path, port: int) -> Path:
    """Write the settings of a live server: those of the tests, with sessions and CSRF for real."""
    text = test_ini.read_text(encoding="utf-8")
    for name in ("SESSION_COOKIE_DOMAIN", "WTF_CSRF_ENABLED", "testing", r"ckan\.files\.\S+"):
        text = re.sub(rf"(?m)^{name}\s*=.*\n", "", text)
    values = {
        "ckan.site_url": f"http://127.0.0.1:{port}",
        "ckan.storage_path": str(folder / "storage"),
        "ckan.site_title": "Satu Data Kota Medan",
        "ckan.locale_default": "id",
        "ckan.locales_offered": "id en",
    }
    for name, value in values.items():
        text = re.sub(rf"(?m)^{re.escape(name)}\s*=.*\n", "", text)
        text = text.replace("[app:main]\n", f"[app:main]\n{name} = {value}\n", 1)
    path = folder / "live.ini"
    path.write_text(text, encoding="utf-8")
    return path


def _environment(ini: Path) -> dict[str, str]:
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "CKAN_INI": str(ini), "PYTHONPATH": os.pathsep.join(filter(None, paths))}


def run(ini: Path, *command: str) -> str:
    """Run a command on these settings; return what it printed."""
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(ini), capture_output=True, text=True, timeout=300
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def prepare(ini: Path) -> None:
    """Empty the database, migrate it, load the catalogue, people and an open year."""
    seed = str(Path(__file__).with_name("seed.py"))
    ckan = (str(Path(sys.executable).with_name("ckan")), "-c", str(ini))
    run(ini, sys.executable, seed, str(ini), "empty")
    run(ini, *ckan, "db", "init")
    for plugin in ("activity", "lppd", "lppd_validation"):
        run(ini, *ckan, "db", "upgrade", "-p", plugin)
    run(ini, *ckan, "search-index", "clear")
    run(ini, *ckan, "lppd", "init")
    run(ini, sys.executable, seed, str(ini), "people", PASSWORD)


def load_tables(ini: Path) -> str:
    """Load the DataStore tables of what is released, as the worker would; return what was said."""
    return run(ini, str(Path(sys.executable).with_name("ckan")), "-c", str(ini), "lppd", "tabel")


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(ini: Path) -> Iterator[str]:
    """Run the portal of these settings (`live_ini`); give its address."""
    url = re.findall(r"(?m)^ckan\.site_url\s*=\s*(\S+)", ini.read_text(encoding="utf-8"))[-1]
    log = ini.with_name("server.log")
    command = [sys.executable, "-m", "gunicorn", "--chdir", str(ROOT / "deploy")]
    # its control socket would lie in the home directory, shared by every run
    command += ["--no-control-socket", "--bind", url.removeprefix("http://")]
    command += ["--threads", "4", "wsgi:application"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=_environment(ini), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_up(url, server, log)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/api/3/action/status_show", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"the portal did not start:\n{log.read_text(errors='replace')[-3000:]}")


def chromium(playwright: Playwright) -> Browser:
    """Start the machine's own Chromium."""
    path = os.environ.get("LPPD_CHROMIUM") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)


def opened(
    browser: Browser, url: str, name: str = "", *, width: int = WIDE, script: bool = True
) -> Page:
    """Return a page of this person, signed in through the form; of a visitor without a name."""
    context = browser.new_context(
        base_url=url,
        locale="id-ID",
        java_script_enabled=script,
        viewport={"width": width, "height": HEIGHT},
    )
    page = context.new_page()
    if name:
        sign_in(page, name)
    return page


def sign_in(page: Page, name: str, *, go: bool = True) -> None:
    """Sign in through the form (which is open already where `go` is False)."""
    if go:
        page.goto("/user/login")
    page.fill("#field-login", name)
    page.fill("#field-password", PASSWORD)
    page.press("#field-password", "Enter")
    page.wait_for_selector(".account.authed")


def states(ini: Path) -> dict[str, str]:
    """Bring isian into every state; return the id for each state, and of what goes with them."""
    seed = str(Path(__file__).with_name("seed.py"))
    done = run(ini, sys.executable, seed, str(ini), "states")
    return dict(json.loads(done.splitlines()[-1]))
