"""Inspektorat, the pengawas: everything of the year with its evidence, and nothing to change.

Goal of the journey: the review package of an agency in 2 clicks.
"""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.clicks import Counted, narrow_enough
from tests.browser.conftest import Someone


@pytest.fixture
def pengawas(someone: Someone, width: int, isian: dict[str, str]) -> Page:
    """Give the page of the Inspektorat, where signing in leads."""
    page = someone("pengawas", width=width)
    page.goto("/dashboard/")
    return page


def test_the_review_package_of_an_agency(pengawas: Page) -> None:
    counted = Counted(pengawas, "pengawas: paket reviu satu perangkat daerah")
    header = pengawas.locator(".account-masthead")
    counted.click(header.get_by_role("link", name="Kelengkapan").first)
    narrow_enough(pengawas)
    row = pengawas.get_by_role("row").filter(has_text="Dinas Sosial")
    file = counted.download(row.get_by_role("link", name="Paket reviu (Excel)"))
    counted.done(2)
    assert file.suggested_filename == "paket-reviu-2025-dinsos.xlsx"
    book = load_workbook(io.BytesIO(file.path().read_bytes()), read_only=True)
    cells = {str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row}
    assert {"1.f.3", "1.f.6"} <= cells and "2.f.1" not in cells
    assert {"Rekap layanan", "rekap.pdf"} <= cells, "the package lists the evidence"


def test_history_and_evidence_are_read(pengawas: Page, isian: dict[str, str]) -> None:
    counted = Counted(pengawas, "pengawas: riwayat dan data dukung satu indikator")
    pengawas.goto("/lppd/kelengkapan")
    row = pengawas.get_by_role("row").filter(has_text="Dinas Sosial")
    counted.click(row.locator("a[href*='keadaan=menunggu_walidata']"))
    listed = pengawas.locator("#rincian").get_by_role("row").filter(has_text="1.f.3 ·")
    counted.click(listed.get_by_role("link"))
    narrow_enough(pengawas)
    history = pengawas.locator("section[aria-labelledby=riwayat]")
    expect(history).to_contain_text("Budi Ginting")
    file = counted.download(pengawas.locator("#bukti").get_by_role("link", name="rekap.pdf"))
    assert file.path().read_bytes().startswith(b"%PDF-")
    counted.done(3)
    assert pengawas.locator(".lppd-page form[method=post]").count() == 0, "nothing to press"
    # the first act of the year: what other tests did may fill the first page
    pengawas.goto("/lppd/riwayat/2025/2025?tindakan=buka")
    expect(pengawas.locator(".lppd-page")).to_contain_text("Bappeda")
    narrow_enough(pengawas)


ACTS: dict[str, dict[str, Any]] = {
    "unggah": {"peran": "capaian"},
    "isi": {"n:12.71:pembilang": "1", "n:12.71:penyebut": "2"},
    "tarik": {},
    "setujui": {},
    "kembalikan": {"reason_code": "angka_salah", "note": "Angka ini harus diperbaiki dulu."},
    "catatan": {"teks": "Catatan dari pengawas."},
    "nyatakan": {"jenis": "nihil", "reason": "Tidak ada kejadian pada tahun ini."},
    "tugaskan": {"owner_org": "dinkes"},
    "bukti": {"judul": "Rekap", "dokumen": "lainnya"},
    "terbitkan": {"confirm": "ya"},
}


@pytest.mark.parametrize("act", ACTS)
def test_what_is_sent_without_a_button_changes_nothing(
    someone: Someone, isian: dict[str, str], act: str
) -> None:
    page = someone("pengawas")
    address = f"/lppd/isian/{isian['menunggu_walidata']}"
    page.goto(address)
    before = page.locator(".lppd-page").inner_text()
    token = page.locator("meta[name=_csrf_token]").get_attribute("content") or ""
    file: Any = {"name": "rekap.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    files = {"unggah": {"upload": file}, "bukti": {"bukti": file}}.get(act, {})
    answer = page.request.post(
        f"{address}/{act}",
        multipart={**ACTS[act], **files},
        headers={"X-CSRFToken": token},
        max_redirects=0,
    )
    assert answer.status == 403, answer.status
    page.goto(address)
    assert page.locator(".lppd-page").inner_text() == before
