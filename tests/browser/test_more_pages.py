"""Revision, withdrawal, assignment, parts of organisations: the forms behind the main job."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Someone
from tests.browser.test_journey import EXAMPLE, open_isian, upload

CODE = "2.f.7"
REASON = "Angka penyebut diperbarui oleh Dukcapil."


def test_a_revision_and_a_withdrawal(someone: Someone) -> None:
    producer, walidata, visitor = someone("produsen"), someone("walidata2"), someone("")
    work_page = open_isian(producer, CODE)
    upload(producer, producer.request.get(EXAMPLE.replace("2.f.1", CODE)).body())
    producer.get_by_role("button", name="Kirim ke walidata").click()
    walidata.goto(work_page)
    walidata.get_by_role("button", name="Setujui").click()
    walidata.get_by_label("Saya sudah melihat").check()
    walidata.get_by_role("button", name="Terbitkan").click()
    expect(walidata.locator(".lppd-page")).to_contain_text("Terpublikasi")

    producer.goto(work_page)
    producer.locator("summary", has_text="Buka revisi").click()
    producer.fill("#field-note", REASON)
    producer.get_by_role("button", name="Buka revisi").click()
    expect(producer.locator(".lppd-page")).to_contain_text("Ini revisi")
    assert producer.url.split("#")[0] != work_page
    assert visitor.request.get("/dataset/ikk-2025-2-f-7-2025").status == 200
    producer.locator("summary", has_text="Batalkan revisi").click()
    producer.get_by_label("Salinan kerja").check()
    producer.get_by_role("button", name="Batalkan revisi").click()
    expect(producer.locator(".lppd-page")).to_contain_text("Terpublikasi")

    walidata.goto(work_page)
    walidata.locator("summary", has_text="Tarik publikasi").click()
    walidata.fill("#field-note", REASON)
    walidata.get_by_label("Data ini tidak lagi tampil").check()
    walidata.get_by_role("button", name="Tarik publikasi").click()
    expect(walidata.locator(".lppd-page")).to_contain_text("Tersimpan, belum dikirim")
    assert visitor.request.get("/dataset/ikk-2025-2-f-7-2025").status in (403, 404)


def test_the_planner_assigns_what_nobody_answers_for(someone: Someone) -> None:
    perencana = someone("perencana")
    perencana.goto("/lppd/kelengkapan?pd=-")
    perencana.get_by_role("row").filter(has_text="Indeks Pembangunan Manusia").get_by_role(
        "link"
    ).click()
    perencana.select_option("#field-owner_org", label="Badan Perencanaan Pembangunan Daerah")
    perencana.fill("#field-due", "2026-02-15")
    perencana.get_by_role("button", name="Simpan penugasan").click()
    expect(perencana.locator(".lppd-page")).to_contain_text("15 Februari 2026")

    perencana.goto("/lppd/kelengkapan")
    perencana.get_by_text("Buka tahun pengisian").click()
    perencana.fill("#field-tahun", "1999")
    perencana.get_by_role("button", name="Buka tahun").click()
    expect(perencana.locator("#error-tahun")).to_contain_text("tidak mencakup")
    expect(perencana.locator("#field-tahun")).to_have_value("1999")


def test_the_administrator_sets_the_part_of_an_organisation(someone: Someone) -> None:
    admin = someone("admin-portal")
    admin.goto("/lppd/organisasi")
    row = admin.get_by_role("row").filter(has_text="Dinas Perhubungan")
    row.get_by_role("combobox").select_option("pengawas")
    row.get_by_role("button").click()
    expect(admin.locator(".flash-messages")).to_contain_text("Peran tersimpan")
    row = admin.get_by_role("row").filter(has_text="Dinas Perhubungan")
    expect(row.get_by_role("combobox")).to_have_value("pengawas")
    row.get_by_role("combobox").select_option("produsen")
    row.get_by_role("button").click()
    expect(admin.locator(".flash-messages")).to_contain_text("Peran tersimpan")
