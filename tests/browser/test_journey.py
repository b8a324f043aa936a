"""The main job in a real browser: a wrong file, its correction, approval, publication, download."""

from __future__ import annotations

import hashlib
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import Someone

CODE = "2.f.1"
EXAMPLE = f"/lppd/indikator/2025/{CODE}/2025/contoh.csv"


def open_isian(page: Page, code: str = CODE) -> str:
    """Go from Tugas Saya to the work page; return its path."""
    page.goto("/lppd/")
    page.get_by_role("row").filter(has_text=f"{code} ·").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page.url.split("?")[0]


def upload(page: Page, content: bytes, filename: str = "capaian.csv") -> None:
    """Choose a file and send it."""
    file: Any = {"name": filename, "mimeType": "text/csv", "buffer": content}
    page.set_input_files("#field-upload", file)
    page.get_by_role("button", name="Unggah dan periksa").click()


def test_from_a_wrong_file_to_the_public_download(someone: Someone) -> None:
    producer, walidata, visitor = someone("produsen"), someone("walidata"), someone("")
    good = producer.request.get(EXAMPLE).body()
    wrong = good.replace(b"2.f.1,2025,12.71,", b"2.f.1,2025,12.71,abc", 1)

    work_page = open_isian(producer)
    upload(producer, wrong)
    result = producer.locator("#hasil")
    expect(result.get_by_role("alert")).to_contain_text("1 kesalahan")
    expect(result.get_by_role("row").filter(has_text="D2")).to_contain_text("bukan angka")
    expect(producer.get_by_role("button", name="Kirim ke walidata")).to_have_count(0)

    upload(producer, good)
    expect(result).to_contain_text("0 kesalahan")
    producer.get_by_role("button", name="Kirim ke walidata").click()
    expect(producer.locator(".lppd-page")).to_contain_text("Menunggu pemeriksaan walidata")

    visitor.goto(work_page)
    expect(visitor.locator("#field-login")).to_be_visible()

    walidata.goto("/lppd/antrean")
    walidata.get_by_role("row").filter(has_text=f"{CODE} ·").get_by_role("link").click()
    walidata.get_by_role("button", name="Setujui").click()
    expect(walidata.locator(".lppd-page")).to_contain_text("Disetujui")
    walidata.get_by_label("Saya sudah melihat").check()
    walidata.get_by_role("button", name="Terbitkan").click()
    expect(walidata.locator(".lppd-page")).to_contain_text("Terpublikasi")

    visitor.goto("/dataset/ikk-2025-2-f-1-2025")
    expect(visitor.locator(".lppd-panel")).to_contain_text(hashlib.sha256(good).hexdigest())
    link = visitor.locator("a[href*='/download/']").first.get_attribute("href")
    assert link is not None
    assert visitor.request.get(link).body() == good
    visitor.goto(f"/lppd/indikator/2025/{CODE}")
    expect(visitor.get_by_role("table")).to_contain_text("Kota Medan")


def test_a_refused_return_keeps_what_was_typed(someone: Someone) -> None:
    producer, walidata = someone("produsen"), someone("walidata")
    work_page = open_isian(producer, "2.f.3")
    upload(producer, producer.request.get(EXAMPLE.replace(CODE, "2.f.3")).body())
    producer.get_by_role("button", name="Kirim ke walidata").click()

    walidata.goto(work_page)
    walidata.get_by_text("Kembalikan untuk diperbaiki").first.click()
    walidata.select_option("#field-reason_code", "angka_salah")
    walidata.fill("#field-note", "ya")
    walidata.get_by_role("button", name="Kembalikan", exact=True).click()
    expect(walidata.get_by_role("alert").first).to_contain_text("Tulis alasannya")
    expect(walidata.locator("#field-note")).to_have_value("ya")
    expect(walidata.locator("#field-note")).to_have_attribute("aria-invalid", "true")
    expect(walidata.locator("#field-reason_code")).to_have_value("angka_salah")

    walidata.fill("#field-note", "Jumlah profil tahun 2025 belum lengkap.")
    walidata.fill("#field-cells", "D2")
    walidata.get_by_role("button", name="Kembalikan", exact=True).click()
    expect(walidata.locator(".lppd-page")).to_contain_text("Dikembalikan untuk diperbaiki")
    producer.goto(work_page)
    expect(producer.locator(".lppd-note-warning").first).to_contain_text("Jumlah profil tahun 2025")


def test_a_form_without_our_token_changes_nothing(someone: Someone) -> None:
    producer = someone("produsen")
    work_page = open_isian(producer, "2.f.4")
    answer = producer.request.post(f"{work_page}/ajukan", form={"_csrf_token": "palsu"})
    assert answer.status == 400
    assert "Tidak ada yang disimpan" in answer.text()
    # one anonymous request must not switch the protection off for the rest of the process
    someone("").request.get(f"{work_page}/ajukan")
    answer = producer.request.post(f"{work_page}/ajukan", form={"_csrf_token": "palsu"})
    assert answer.status == 400
    missing = producer.request.post(f"{work_page}/unggah", multipart={"peran": "capaian"})
    assert missing.status == 400
    producer.goto(work_page)
    expect(producer.locator(".lppd-page")).to_contain_text("Belum diisi")


def test_a_program_with_a_token_needs_no_form(someone: Someone) -> None:
    producer = someone("produsen")
    path = open_isian(producer, "2.f.6").rsplit("/", 1)[1]
    csrf = producer.locator("input[name=_csrf_token]").first.get_attribute("value")
    created = producer.request.post(
        "/api/3/action/api_token_create",
        data={"user": "produsen", "name": "uji"},
        headers={"X-CSRFToken": csrf or ""},
    )
    token = created.json()["result"]["token"]
    answer = someone("").request.post(
        f"/lppd/isian/{path}/periksa", headers={"Authorization": token}, max_redirects=0
    )
    assert answer.status == 422
    assert "Belum ada berkas" in answer.text()


def test_pages_keep_to_their_people(someone: Someone) -> None:
    producer, perencana, visitor = someone("produsen"), someone("perencana"), someone("")
    for path in ("/lppd/antrean", "/lppd/kelengkapan", "/lppd/organisasi"):
        assert producer.request.get(path).status == 403, path
        visitor.goto(path)
        expect(visitor.locator("#field-login")).to_be_visible()
    answer = perencana.goto("/lppd/kelengkapan")
    assert answer is not None and answer.status == 200
    assert perencana.request.get("/lppd/organisasi").status == 403
    for path in ("/lppd/indikator", f"/lppd/indikator/2025/{CODE}"):
        assert visitor.request.get(path).status == 200, path
