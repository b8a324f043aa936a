"""Pictures of every page, wide (1280) and narrow (360 pixels), for docs/ and for looking at them.

python -m tests.browser.screenshots --ini test.ini [--out docs/img]

The database that the ini names is emptied. Run from the project's top directory.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import live

WIDTHS = (1280, 360)
PUBLISHED, WAITING_PEMBINA, RETURNED, WITH_ERRORS, WAITING = (
    "2.f.1",
    "2.f.2",
    "2.f.3",
    "2.f.4",
    "2.f.5",
)


class Walk:
    """Brings isian into every state, as the people would, and takes pictures on the way."""

    def __init__(self, browser: Browser, url: str, out: Path) -> None:
        """Sign everybody in."""
        self.out = out
        names = ("produsen", "walidata", "pembina", "perencana", "admin-portal")
        self.pages = {name: live.signed_in(browser, url, name) for name in names}
        self.pages[""] = live.visitor(browser, url)
        self.paths: dict[str, str] = {}

    def picture(self, name: str, who: str, path: str | None = None) -> None:
        """Take both pictures of a page (of the one that is open where no path is given)."""
        page = self.pages[who]
        if path is not None:
            page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(150)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                print(f"{name}: wider than {width}")
            picture = str(self.out / f"{name}-{width}.jpg")
            page.screenshot(path=picture, full_page=True, type="jpeg", quality=70)
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})

    def open(self, code: str, who: str = "produsen") -> Page:
        """Open the work page of an indicator."""
        page = self.pages[who]
        if code not in self.paths:
            self.pages["produsen"].goto("/lppd/")
            row = self.pages["produsen"].get_by_role("row").filter(has_text=f"{code} ·")
            self.paths[code] = str(row.get_by_role("link").get_attribute("href"))
        page.goto(self.paths[code])
        return page

    def upload(self, code: str, d2: str = "") -> Page:
        """Upload the example file, with another value in cell D2 where one is given."""
        page = self.open(code)
        example = page.request.get(f"/lppd/indikator/2025/{code}/2025/contoh.csv").text()
        lines = example.split("\r\n")
        if d2:
            cells = lines[1].split(",")
            lines[1] = ",".join([*cells[:3], d2, *cells[4:]])
        content = "\r\n".join(lines).encode()
        page.set_input_files(
            "#field-upload",
            {"name": f"capaian-{code}-2025.csv", "mimeType": "text/csv", "buffer": content},
        )
        page.get_by_role("button", name="Unggah dan periksa").click()
        return page

    def send(self, code: str) -> None:
        """Upload and send to the walidata."""
        self.upload(code).get_by_role("button", name="Kirim ke walidata").click()

    def approve(self, code: str) -> Page:
        """Approve as walidata."""
        page = self.open(code, "walidata")
        page.get_by_role("button", name="Setujui").click()
        return page

    def give_back(self, code: str, note: str) -> None:
        """Return as walidata; a picture of the refusal of an empty note on the way."""
        page = self.open(code, "walidata")
        page.get_by_text("Kembalikan untuk diperbaiki").first.click()
        page.select_option("#field-reason_code", "angka_salah")
        page.fill("#field-note", "ya")
        page.get_by_role("button", name="Kembalikan", exact=True).click()
        self.picture("isian-kembalikan-ditolak", "walidata")
        page.fill("#field-note", note)
        page.fill("#field-cells", "D2")
        page.get_by_role("button", name="Kembalikan", exact=True).click()

    def take(self) -> None:
        """Walk through all pages."""
        self.picture("masuk", "", "/user/login")
        self.open(PUBLISHED)
        self.picture("isian-belum-diisi", "produsen")
        self.upload(WITH_ERRORS, "12.345")
        self.picture("isian-kesalahan", "produsen")
        self.upload(PUBLISHED)
        self.picture("isian-siap-kirim", "produsen")
        for code in (WAITING, WAITING_PEMBINA, RETURNED, PUBLISHED):
            self.send(code)
        self.give_back(RETURNED, "Jumlah profil belum memuat triwulan IV. Lengkapi menjadi 12.")
        self.open(RETURNED)
        self.picture("isian-dikembalikan", "produsen")
        self.approve(WAITING_PEMBINA)
        self.open(PUBLISHED, "walidata")
        self.picture("isian-periksa", "walidata")
        page = self.approve(PUBLISHED)
        self.picture("isian-disetujui", "walidata")
        page.get_by_label("Saya sudah melihat").check()
        page.get_by_role("button", name="Terbitkan").click()
        self.picture("isian-terpublikasi", "walidata")
        self.open(PUBLISHED)
        self.picture("isian-terpublikasi-produsen", "produsen")
        self.picture("tugas-saya", "produsen", "/lppd/")
        self.picture("antrean", "walidata", "/lppd/antrean")
        self.picture("antrean-pembina", "pembina", "/lppd/antrean")
        self.picture("kelengkapan", "perencana", "/lppd/kelengkapan")
        self.picture("kelengkapan-pd", "perencana", "/lppd/kelengkapan?pd=-")
        self.picture("organisasi", "admin-portal", "/lppd/organisasi")
        self.picture("indikator-daftar", "", "/lppd/indikator?urusan=&q=penduduk")
        self.picture("indikator", "", f"/lppd/indikator/2025/{PUBLISHED}")
        self.picture("dataset", "", "/dataset/ikk-2025-2-f-1-2025")
        self.picture("dataset-draf", "produsen", "/dataset/ikk-2025-2-f-4-2025")
        self.picture("dataset-ubah", "produsen", "/dataset/edit/ikk-2025-2-f-4-2025")


def main() -> None:
    """Prepare a portal, walk through it, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ini", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/img"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        ini = live.live_ini(options.ini.resolve(), Path(name), live.free_port())
        live.prepare(ini)
        with live.serving(ini) as url, sync_playwright() as playwright:
            browser = live.chromium(playwright)
            Walk(browser, url, options.out).take()
            browser.close()


if __name__ == "__main__":
    main()
