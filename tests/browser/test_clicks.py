"""The paths of the producer and the walidata with their clicks counted (`pytest -s` prints them).

Goals of the journeys: a producer sends an indicator in 3 clicks from Tugas Saya when he types it
and in 4 with a file; one wrong cell costs 1; a walidata decides and stands before the next one in
3. With and without JavaScript, at 1280 and 360 pixels.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import live
from tests.browser.clicks import Counted, narrow_enough
from tests.browser.conftest import Someone
from tests.browser.live import NARROW, WIDE
from tests.browser.test_journey import CODE, EXAMPLE


@pytest.fixture(params=[(True, WIDE), (False, NARROW)], ids=["js-1280", "nojs-360"])
def producer(request: pytest.FixtureRequest, someone: Someone) -> Page:
    """Give the producer's page with and without JavaScript."""
    script, width = request.param
    return someone("produsen-kesehatan", width=width, script=script)


def code_of(page: Page, codes: tuple[str, str]) -> str:
    """Return an indicator for this run: each run works on one of its own."""
    width = page.viewport_size["width"] if page.viewport_size else WIDE
    return codes[0] if width == WIDE else codes[1]


def open_from_tasks(counted: Counted, code: str) -> None:
    """Open the indicator from Tugas Saya."""
    page = counted.page
    page.goto("/lppd/")
    counted.click(page.get_by_role("row").filter(has_text=f"{code} ·").get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_typing_an_indicator_and_sending_it(producer: Page) -> None:
    code = code_of(producer, ("1.b.1", "1.b.2"))
    counted = Counted(producer, f"isi di layar dan kirim {code}")
    open_from_tasks(counted, code)
    producer.locator("[name='n:12.71:pembilang']").fill("9")
    producer.locator("[name='n:12.71:penyebut']").fill("12")
    if code == "1.b.1":
        # the answer comes without leaving the page, and nothing is saved yet
        producer.keyboard.press("Tab")
        expect(producer.locator("#hasil-coba")).to_contain_text("75")
        expect(producer.locator("#hasil-coba")).to_contain_text("Belum disimpan")
        producer.locator("[name='n:12.71:pembilang']").fill("1.234")
        producer.keyboard.press("Tab")
        expect(producer.locator("#hasil-coba")).to_contain_text("dapat berarti")
        producer.locator("[name='n:12.71:pembilang']").fill("9")
    narrow_enough(producer)
    counted.click(producer.get_by_role("button", name="Simpan dan periksa"))
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")
    narrow_enough(producer)
    counted.click(producer.get_by_role("button", name="Kirim ke walidata"))
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    counted.done(3)


def test_check_only_works_without_javascript_too(producer: Page) -> None:
    code = code_of(producer, ("1.b.6", "1.b.7"))
    open_from_tasks(Counted(producer, ""), code)
    producer.locator("[name='n:12.71:pembilang']").fill("1.234")
    producer.locator("[name='n:12.71:penyebut']").fill("2000")
    producer.get_by_role("button", name="Periksa dulu").click()
    expect(producer.locator("#hasil-coba")).to_contain_text("dapat berarti")
    expect(producer.locator("[name='n:12.71:pembilang']")).to_have_value("1.234")
    expect(producer.locator(".lppd-page")).to_contain_text("Belum diisi")


def test_a_file_with_one_wrong_cell_is_mended_and_sent(producer: Page) -> None:
    code = code_of(producer, ("1.b.4", "1.b.5"))
    example = producer.request.get(EXAMPLE.replace(CODE, code)).text()
    value = example.split("2025,12.71,", 1)[1].split(",", 1)[0]
    wrong = example.replace("2025,12.71,", "2025,12.71,abc", 1)
    counted = Counted(producer, f"unggah, perbaiki satu sel, kirim {code}")
    open_from_tasks(counted, code)
    file: Any = {"name": "capaian.csv", "mimeType": "text/csv", "buffer": wrong.encode()}
    counted.choose_file("#field-upload", file)
    counted.click(producer.get_by_role("button", name="Unggah dan periksa"))
    expect(producer.locator("#hasil")).to_contain_text("1 kesalahan")
    row = producer.get_by_role("row").filter(has_text="bukan angka")
    cell = row.get_by_role("link", name="Sel D2", exact=True)
    expect(cell).to_have_attribute("href", "#sel-D2")
    box = row.get_by_role("textbox")
    expect(box).to_have_value(f"abc{value}")
    box.fill(value)
    narrow_enough(producer)
    counted.click(row.get_by_role("button", name="Simpan sel D2"))
    expect(producer.locator("#hasil")).to_contain_text("0 kesalahan")
    expect(producer.locator("#versi-berkas")).to_contain_text(f"D2: abc{value} → {value}")
    counted.click(producer.get_by_role("button", name="Kirim ke walidata"))
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")
    counted.done(5)


def test_the_walidata_decides_and_goes_on(someone: Someone) -> None:
    page = someone("walidata")
    counted = Counted(page, "periksa, setujui, berikutnya")
    page.goto("/lppd/antrean?sejak=&urut=lama")
    counted.click(page.get_by_role("row").filter(has_text="1.b.").first.get_by_role("link"))
    expect(page.locator(".lppd-queue")).to_contain_text("1 dari")
    counted.click(page.get_by_role("button", name="Setujui"))
    expect(page.locator(".lppd-page")).to_contain_text("Disetujui")
    first = page.url
    counted.click(page.locator("a[rel=next]"))
    assert page.url != first
    counted.done(3)
    second = page.url.split("#")[0]
    page.keyboard.press("k")
    page.wait_for_url(re.compile(r"/lppd/isian/"))
    page.goto(second)
    page.keyboard.press("q")
    page.wait_for_url(re.compile(r"/lppd/antrean"))
    page.keyboard.press("j")
    page.wait_for_url(re.compile(r"/lppd/isian/"))
    page.set_viewport_size({"width": NARROW, "height": 800})
    narrow_enough(page)
    page.goto("/lppd/antrean")
    narrow_enough(page)


def test_an_expired_session_loses_nothing(someone: Someone) -> None:
    page = someone("walidata2")
    page.goto("/lppd/antrean")
    page.get_by_role("row").filter(has_text="1.b.").first.get_by_role("link").click()
    page.get_by_text("Tulis catatan", exact=True).click()
    page.fill("#field-sel", "D2")
    page.fill("#field-teks", "Angka triwulan IV\nbelum ada.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Simpan catatan").click()
    expect(page.locator("#lagi")).to_be_visible()
    expect(page.locator(".lppd-facts")).to_contain_text("triwulan IV")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Masuk lagi di tab baru").click()
    live.sign_in(opened.value, "walidata2", go=False)
    page.get_by_role("button", name="Kirim lagi").click()
    if page.locator("#lagi").count():
        # signing in changed the token; the values are still there
        expect(page.locator(".lppd-facts")).to_contain_text("triwulan IV")
        page.get_by_role("button", name="Kirim lagi").click()
    expect(page.locator("#catatan")).to_contain_text("Angka triwulan IV")
    expect(page.locator("td#sel-D2")).to_contain_text("catatan")


def test_evidence_is_given_and_read_and_a_foreign_form_is_not_offered(
    someone: Someone, producer: Page
) -> None:
    code = code_of(producer, ("1.b.6", "1.b.7"))
    open_from_tasks(Counted(producer, ""), code)
    producer.get_by_text("Tambah data dukung", exact=True).first.click()
    producer.fill("#field-judul", "Rekap DKB")
    file: Any = {"name": "rekap.html", "mimeType": "text/html", "buffer": b"<script>1</script>"}
    producer.set_input_files("#field-bukti", file)
    producer.get_by_role("button", name="Tambah data dukung").click()
    expect(producer.locator("#error-bukti")).to_contain_text("bukan PDF")
    expect(producer.locator("#field-judul")).to_have_value("Rekap DKB")
    narrow_enough(producer)
    file = {"name": "rekap.pdf", "mimeType": "text/html", "buffer": b"%PDF-1.4\n%%EOF\n"}
    producer.set_input_files("#field-bukti", file)
    producer.get_by_role("button", name="Tambah data dukung").click()
    expect(producer.locator("#bukti")).to_contain_text("rekap.pdf")
    address = str(producer.locator("#bukti a").first.get_attribute("href"))
    assert producer.request.get(address).headers["content-type"] == "application/pdf"
    visitor = someone("")
    assert b"%PDF" not in visitor.request.get(address).body()
    other = visitor.request.post(
        producer.url.split("#")[0].split("?")[0] + "/catatan",
        form={"teks": "dari luar"},
        headers={"Origin": "https://jahat.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert other.status == 400 and "dari luar" not in other.text()
