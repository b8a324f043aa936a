"""BPS, the pembina data: priority data examined once more, and the appointments of Klinik.

Goal of the journey: 3 clicks from the queue to a note on an indicator, and to an appointment on
record; a decision on priority data takes 2 (approve) or 3 (return, with its reason).
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.clicks import Counted, narrow_enough
from tests.browser.conftest import Someone
from tests.browser.live import WIDE

NOTE = "Jumlah pemuda belum memuat kecamatan baru."


@pytest.fixture
def pembina(someone: Someone, width: int, isian: dict[str, str]) -> Page:
    """Give the pembina's page, before the queue."""
    page = someone("pembina", width=width)
    page.goto("/lppd/antrean")
    narrow_enough(page)
    return page


def from_queue(counted: Counted, code: str) -> None:
    """Open an indicator from the queue."""
    row = counted.page.get_by_role("row").filter(has_text=f"{code} ·")
    counted.click(row.get_by_role("link", name="Periksa"))
    expect(counted.page.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan pembina")
    narrow_enough(counted.page)


def test_priority_data_are_approved_and_not_published_by_bps(pembina: Page, width: int) -> None:
    counted = Counted(pembina, "pembina: antrean, setujui data prioritas")
    from_queue(counted, "2.m.1" if width == WIDE else "2.m.3")
    counted.click(pembina.get_by_role("button", name="Setujui"))
    expect(pembina.locator(".lppd-page .lppd-chip").first).to_have_text("Disetujui")
    expect(pembina.get_by_role("button", name="Terbitkan")).to_have_count(0)
    counted.done(2)


def test_a_note_on_an_indicator_and_a_return(someone: Someone, pembina: Page, width: int) -> None:
    code = "2.m.2" if width == WIDE else "2.m.4"
    counted = Counted(pembina, "pembina: antrean, catatan pada indikator")
    from_queue(counted, code)
    counted.click(pembina.get_by_text("Tulis catatan", exact=True))
    pembina.fill("#field-sel", "D2")
    pembina.fill("#field-teks", NOTE)
    counted.click(pembina.get_by_role("button", name="Simpan catatan"))
    expect(pembina.locator("#catatan")).to_contain_text(NOTE)
    expect(pembina.locator("td#sel-D2")).to_contain_text("catatan")
    counted.done(3)

    pembina.goto("/lppd/antrean")
    counted = Counted(pembina, "pembina: antrean, kembalikan data prioritas")
    from_queue(counted, code)
    counted.click(pembina.locator("summary", has_text="Kembalikan untuk diperbaiki"))
    pembina.select_option("#field-reason_code", "angka_salah")
    pembina.fill("#field-note", NOTE)
    counted.click(pembina.get_by_role("button", name="Kembalikan", exact=True))
    # a return of the pembina goes to the walidata first (Perpres 39/2019)
    expect(pembina.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    expect(pembina.get_by_role("button", name="Setujui")).to_have_count(0)
    counted.done(3)

    walidata = someone("walidata", width=width)
    walidata.goto(pembina.url.split("#")[0])
    expect(walidata.locator(".lppd-note-warning").first).to_contain_text(NOTE)
    expect(walidata.locator("#catatan")).to_contain_text(NOTE)


def test_an_appointment_goes_on_record(someone: Someone, pembina: Page, width: int) -> None:
    place = f"Ruang layanan BPS, meja {width}"
    counted = Counted(pembina, "pembina: antrean, pertemuan tercatat")
    counted.click(pembina.locator(".lppd-tabs").get_by_role("link", name="Klinik"))
    narrow_enough(pembina)
    counted.click(pembina.get_by_role("link", name="Catat pertemuan"))
    narrow_enough(pembina)
    pembina.select_option("#field-owner_org", label="Dinas Pemuda dan Olahraga")
    pembina.fill("#field-tanggal", "2025-10-20")
    pembina.fill("#field-tempat", place)
    pembina.select_option("#field-topik", "standar_data")
    pembina.fill("#field-hal", "Batas umur pemuda")
    pembina.fill("#field-peserta", "Tono Sitepu")
    pembina.fill("#field-hasil", "Dipakai 16 sampai 30 tahun.")
    counted.click(pembina.get_by_role("button", name="Simpan"))
    row = pembina.get_by_role("row").filter(has_text=place)
    expect(row).to_contain_text("Dipakai 16 sampai 30 tahun.")
    expect(row).to_contain_text("20 Oktober 2025")
    narrow_enough(pembina)
    counted.done(3)

    agency = someone("produsen-pemuda", width=width)
    agency.goto("/lppd/klinik/pertemuan")
    expect(agency.get_by_role("row").filter(has_text=place)).to_have_count(1)
    expect(agency.get_by_role("link", name="Catat pertemuan")).to_have_count(0)
    other = someone("produsen-kesehatan", width=width)
    other.goto("/lppd/klinik/pertemuan")
    expect(other.locator(".lppd-page")).not_to_contain_text(place)
