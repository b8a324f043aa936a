"""Bappeda, the planner: who is missing, what is behind a count, and the year in one workbook.

Goal of the journey: 1 click to see who is missing; 3 with the drill-down and the compilation.
"""

from __future__ import annotations

import io

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.clicks import Counted, narrow_enough
from tests.browser.conftest import Someone


def test_who_is_missing_and_the_compilation(
    someone: Someone, width: int, isian: dict[str, str]
) -> None:
    page = someone("perencana", width=width)
    page.goto("/dashboard/")
    counted = Counted(page, "perencana: siapa belum, rincian, kompilasi")
    counted.click(page.locator(".account-masthead").get_by_role("link", name="Kelengkapan").first)
    table = page.get_by_role("table").first
    expect(table).to_contain_text("Dinas Sosial")
    shares = [
        int(text.split()[0])
        for text in table.locator("tbody tr:not(.lppd-total) td:nth-child(2)").all_inner_texts()
    ]
    assert shares == sorted(shares), "who is missing most stands first"
    narrow_enough(page)
    assert counted.clicks == 1

    agency = table.get_by_role("row").filter(has_text="Dinas Sosial")
    counted.click(agency.locator("a[href*='keadaan=draf']"))
    listed = page.locator("#rincian tbody tr")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("1.f.2 ·")
    expect(listed).to_contain_text("Draf")
    narrow_enough(page)

    file = counted.download(page.get_by_role("link", name="Kompilasi 2025 (Excel)"))
    counted.done(3)
    assert file.suggested_filename == "kompilasi-lppd-2025.xlsx"
    book = load_workbook(io.BytesIO(file.path().read_bytes()), read_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    codes = {str(cell) for row in rows for cell in row}
    assert {"1.f.2", "1.f.6", "2.m.1"} <= codes, "every indicator of the year is in it"


def test_the_planner_looks_and_plans_but_decides_nothing(
    someone: Someone, isian: dict[str, str]
) -> None:
    page = someone("perencana")
    page.goto(f"/lppd/isian/{isian['menunggu_walidata']}")
    for name in ("Setujui", "Kembalikan", "Tarik kembali", "Unggah dan periksa"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    # evidence may hold personal data
    expect(page.locator("#bukti")).to_have_count(0)
