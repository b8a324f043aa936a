"""What happens in an office: a double click, the back button, two tabs, a session that ran out.

Nothing that was typed is lost, nothing is done twice, and nothing of somebody else's is covered.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import live
from tests.browser.conftest import Someone
from tests.browser.test_journey import EXAMPLE

PART, WHOLE = "n:12.71:pembilang", "n:12.71:penyebut"


@pytest.fixture(params=[True, False], ids=["js", "nojs"])
def script(request: pytest.FixtureRequest) -> bool:
    """Run the test with JavaScript and without."""
    return bool(request.param)


@pytest.fixture
def producer(someone: Someone, script: bool) -> Page:
    """Give the page of a producer with indicators of her own."""
    return someone("produsen-kesehatan", script=script)


def opened(page: Page, code: str) -> str:
    """Open the work page of an indicator; return its address."""
    page.goto("/lppd/")
    page.get_by_role("row").filter(has_text=f"{code} ·").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page.url.split("?")[0]


def type_values(page: Page, part: str, whole: str = "12") -> None:
    """Type both parts of the result."""
    page.locator(f"[name='{PART}']").fill(part)
    page.locator(f"[name='{WHOLE}']").fill(whole)


def csv_of(page: Page, code: str) -> Any:
    """Return the example of an indicator as a file to choose."""
    content = page.request.get(EXAMPLE.replace("2.f.1", code)).body()
    return {"name": "capaian.csv", "mimeType": "text/csv", "buffer": content}


def test_a_double_click_saves_once_and_sends_once(producer: Page, script: bool) -> None:
    work = opened(producer, "1.b.8" if script else "1.b.9")
    type_values(producer, "9")
    producer.get_by_role("button", name="Simpan dan periksa").dblclick()
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")
    producer.goto(work)
    expect(producer.locator("#versi-berkas")).to_have_count(0)
    producer.get_by_role("button", name="Kirim ke walidata").dblclick()
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    producer.goto(work)
    sent = producer.locator("section[aria-labelledby=riwayat] tbody tr").filter(
        has_text="Dikirim ke walidata"
    )
    expect(sent).to_have_count(1)


def test_a_double_click_asks_and_records_once(someone: Someone, script: bool) -> None:
    mark = f"dua kali {script}"
    page = someone("produsen-kesehatan", script=script)
    page.goto("/lppd/klinik/tanya")
    page.select_option("#field-kepada", "pembina")
    page.select_option("#field-topik", "lainnya")
    page.fill("#field-judul", f"Tanya {mark}")
    page.fill("#field-isi", "Pertanyaan yang dikirim dengan klik ganda.")
    page.get_by_role("button", name="Kirim pertanyaan").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Tanya {mark}")
    page.goto("/lppd/klinik")
    expect(page.get_by_role("row").filter(has_text=f"Tanya {mark}")).to_have_count(1)

    pembina = someone("pembina", script=script)
    pembina.goto("/lppd/klinik/pertemuan/catat")
    pembina.select_option("#field-owner_org", label="Dinas Kesehatan")
    pembina.fill("#field-tanggal", "2025-11-03")
    pembina.fill("#field-tempat", f"Tempat {mark}")
    pembina.select_option("#field-topik", "lainnya")
    pembina.fill("#field-hal", "Pertemuan yang dicatat dengan klik ganda")
    pembina.fill("#field-peserta", "Lina Tarigan")
    pembina.get_by_role("button", name="Simpan").dblclick()
    expect(pembina.get_by_role("heading", level=1)).to_have_text("Pertemuan")
    pembina.goto("/lppd/klinik/pertemuan")
    expect(pembina.get_by_role("row").filter(has_text=f"Tempat {mark}")).to_have_count(1)


def test_the_back_button_after_saving(producer: Page, script: bool) -> None:
    opened(producer, "1.b.10" if script else "1.b.11")
    type_values(producer, "9")
    producer.get_by_role("button", name="Simpan dan periksa").click()
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")
    producer.go_back()
    type_values(producer, "10")
    producer.get_by_role("button", name="Simpan dan periksa").click()
    # what was typed after going back counts, and what was saved before it is kept as a version
    expect(producer.locator("#versi-berkas tbody tr")).to_have_count(2)
    expect(producer.locator(f"[name='{PART}']")).to_have_value("10")

    producer.get_by_role("button", name="Kirim ke walidata").click()
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    producer.go_back()
    # the page is asked for anew: what was sent cannot be sent again
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    expect(producer.get_by_role("button", name="Kirim ke walidata")).to_have_count(0)


def test_two_tabs_do_not_cover_each_other(someone: Someone, producer: Page, script: bool) -> None:
    work = opened(producer, "1.b.12" if script else "1.b.13")
    other = producer.context.new_page()
    other.goto(work)
    type_values(producer, "9")
    producer.get_by_role("button", name="Simpan dan periksa").click()
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")

    type_values(other, "11")
    other.get_by_role("button", name="Simpan dan periksa").click()
    expect(other.locator("#galat")).to_contain_text("berubah")
    expect(other.locator(f"[name='{PART}']")).to_have_value("11")
    other.goto(work)
    expect(other.locator(f"[name='{PART}']")).to_have_value("9")

    producer.get_by_role("button", name="Kirim ke walidata").click()
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    other.get_by_role("button", name="Simpan dan periksa").click()
    expect(other.locator("#galat")).to_contain_text("Menunggu pemeriksaan walidata")

    # two tabs of the walidata: approved in one, returned in the other
    first = someone("walidata", script=script)
    first.goto(work)
    second = first.context.new_page()
    second.goto(work)
    first.get_by_role("button", name="Setujui").click()
    expect(first.locator(".lppd-page")).to_contain_text("Disetujui")
    second.locator("summary", has_text="Kembalikan untuk diperbaiki").click()
    second.select_option("#field-reason_code", "angka_salah")
    second.fill("#field-note", "Angka triwulan IV belum masuk.")
    second.get_by_role("button", name="Kembalikan", exact=True).click()
    expect(second.locator("#galat")).to_contain_text("Disetujui")
    first.goto(work)
    expect(first.get_by_role("button", name="Terbitkan")).to_be_visible()


def sign_in_beside(page: Page, name: str) -> None:
    """Sign in again in a second tab, as the page offers, and come back."""
    with page.context.expect_page() as opened_tab:
        page.get_by_role("link", name="Masuk lagi di tab baru").click()
    live.sign_in(opened_tab.value, name, go=False)
    opened_tab.value.close()


def send_again(page: Page, typed: str) -> None:
    """Send what was kept; once more where signing in changed the token of the form."""
    page.get_by_role("button", name="Kirim lagi").click()
    if page.locator("#lagi").count():
        expect(page.locator(".lppd-facts")).to_contain_text(typed)
        page.get_by_role("button", name="Kirim lagi").click()


def test_a_session_that_ran_out_while_typing(producer: Page, script: bool) -> None:
    opened(producer, "1.b.14" if script else "1.b.3")
    if script:
        type_values(producer, "97531", "98642")
        name, button, place = "97531", "Simpan dan periksa", "#hasil"
    else:
        producer.locator("summary", has_text="Tidak ada nilai").click()
        producer.select_option("#field-jenis", "belum_tersedia")
        producer.fill("#field-reason", "Survei baru selesai bulan Maret.\nAngka menyusul.")
        producer.fill("#field-tanggal", "2027-03-31")
        name, button, place = "Angka menyusul", "Nyatakan", ".lppd-page"
    producer.context.clear_cookies()
    producer.get_by_role("button", name=button, exact=True).click()
    expect(producer.locator("#lagi")).to_be_visible()
    expect(producer.locator(".lppd-facts")).to_contain_text(name)
    sign_in_beside(producer, "produsen-kesehatan")
    send_again(producer, name)
    shown = "0 kesalahan" if script else "31 Maret 2027"
    expect(producer.locator(place)).to_contain_text(shown)


def test_a_session_that_ran_out_before_an_upload(producer: Page, script: bool) -> None:
    code = "1.b.6" if script else "1.b.7"
    opened(producer, code)
    producer.set_input_files("#field-upload", csv_of(producer, code))
    producer.select_option("#field-peran", "capaian")
    producer.context.clear_cookies()
    producer.get_by_role("button", name="Unggah dan periksa").click()
    expect(producer.locator("#lagi")).to_be_visible()
    sign_in_beside(producer, "produsen-kesehatan")
    for _time in range(2):
        if producer.locator("#lagi").count():
            # a browser never gives a file back: it is asked for, by name
            producer.set_input_files("#lagi-upload", csv_of(producer, code))
            producer.get_by_role("button", name="Kirim lagi").click()
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")


def test_a_page_asked_for_after_the_session_ran_out(producer: Page) -> None:
    producer.context.clear_cookies()
    producer.goto("/lppd/?tahun=2025")
    live.sign_in(producer, "produsen-kesehatan", go=False)
    expect(producer.get_by_role("heading", level=1)).to_have_text("Tugas Saya")
    assert producer.url.endswith("/lppd/?tahun=2025")
