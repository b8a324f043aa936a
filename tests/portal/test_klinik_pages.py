"""Klinik on its pages, without JavaScript: forms, links from the work page, typed markup, CSRF."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from ckan import model

from ckanext.lppd.model import QuestionMessage
from tests.portal.conftest import CODE, EDITION, Chain, City, indicator_csv
from tests.portal.signed_in import Browser, form_of
from tests.portal.test_klinik import QUESTION, VISIT, answered, ask

MARKUP = '<script>alert(1)</script> & "kutip" {{7*7}}'


def test_asking_from_the_work_page(chain: Chain, web: Any) -> None:
    browser = Browser(web, chain.city)
    work = browser.page("produsen", f"/lppd/isian/{chain.id}")
    link = work.select_one("#klinik a.btn")
    assert link is not None and f"isian_id={chain.id}" in link["href"]
    typed = form_of(browser.page("produsen", f"{link['href']}&sel=D3"), "/klinik/tanya")
    assert (typed["isian_id"], typed["sel"]) == (chain.id, "D3")
    typed |= {**QUESTION, "judul": ""}
    answer = browser.post("produsen", "/lppd/klinik/tanya", **typed)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    again = form_of(page, "/klinik/tanya")
    assert (again["isi"].strip(), again["sel"], again["topik"]) == (
        QUESTION["isi"],
        "D3",
        QUESTION["topik"],
    )
    assert "Judul belum diisi" in page.get_text()
    again["judul"] = "Penyebut penduduk"
    for _twice in range(2):
        sent = browser.post("produsen", "/lppd/klinik/tanya", **again)
        assert sent.status_code == 302
    thread = sent.headers["Location"]
    work = browser.page("produsen", f"/lppd/isian/{chain.id}")
    assert len(work.select("#klinik li")) == 1
    assert work.select_one("#klinik li a")["href"] == thread.replace("http://test.ckan.net", "")
    # gone back, and something else asked with the form that is still open
    other = browser.post("produsen", "/lppd/klinik/tanya", **{**again, "judul": "Pembilang"})
    assert other.status_code == 302 and other.headers["Location"] != thread
    for who, status in (("pengawas", 200), ("produsen_lain", 403), ("anonim", 302)):
        assert browser.get(who, thread).status_code == status
    assert "Penyebut penduduk" not in browser.get("perencana", f"/lppd/isian/{chain.id}").text


def test_a_finding_links_to_klinik_with_its_cell(chain: Chain, web: Any) -> None:
    wrong = indicator_csv().decode().replace("2025,12.71,", "2025,12.71,abc", 1).encode()
    chain.upload(wrong)
    page = Browser(web, chain.city).page("produsen", f"/lppd/isian/{chain.id}")
    links = [a["href"] for a in page.select("#hasil a") if "/klinik/tanya" in a["href"]]
    assert links and "sel=" in links[0] and f"isian_id={chain.id}" in links[0]


def test_answering_closing_and_publishing_on_the_page(city: City, web: Any) -> None:
    browser, question = Browser(web, city), ask(city, edisi=EDITION, kode=CODE)
    path = f"/lppd/klinik/{question['id']}"
    typed = form_of(browser.page("pembina", path), "/jawab")
    short = browser.post("pembina", f"{path}/jawab", **{**typed, "isi": "ya"})
    assert short.status_code == 422 and ">ya</textarea>" in short.text
    typed["isi"] = MARKUP
    assert browser.post("pembina", f"{path}/jawab", **typed).status_code == 302
    page = browser.page("pembina", path)
    assert MARKUP in page.select_one(".lppd-answer").get_text()
    public = form_of(page, "/faq/terbitkan")
    assert (public["pertanyaan"].strip(), public["jawaban"], public["kode"]) == (
        QUESTION["judul"],
        "",
        CODE,
    )
    public["jawaban"] = f"Penduduk pertengahan tahun. {MARKUP}"
    assert browser.post("pembina", f"{path}/faq/terbitkan", **public).status_code == 302
    for where in ("/lppd/faq?q=pertengahan", f"/lppd/indikator/{EDITION}/{CODE}"):
        shown = browser.page("anonim", where)
        assert MARKUP in shown.get_text(), where
        assert not shown.find_all("script", string=lambda s: s and "alert(1)" in s), where
    assert browser.post("pembina", f"{path}/faq/turunkan").status_code == 302
    assert "pertengahan" not in browser.get("anonim", "/lppd/faq").text
    seen = form_of(browser.page("produsen", path), "/selesai")
    assert browser.post("produsen", f"{path}/selesai", **seen).status_code == 302
    stale = browser.post("produsen", f"{path}/tambah", **{**seen, "isi": "Satu lagi, tolong."})
    assert stale.status_code == 422
    assert "Satu lagi, tolong." not in str(
        city.call("produsen", "lppd_klinik_show", id=question["id"])
    )
    assert browser.post("produsen", f"{path}/hapus").status_code == 404


def test_no_page_runs_what_people_type(chain: Chain, web: Any) -> None:
    city, browser = chain.city, Browser(web, chain.city)
    question = ask(city, isian_id=chain.id, judul=f"J {MARKUP}", isi=f"I {MARKUP}")
    visit = {**VISIT, "hal": MARKUP, "peserta": MARKUP, "tempat": MARKUP, "hasil": MARKUP}
    made = city.call("pembina", "lppd_klinik_pertemuan_catat", **visit)
    for who, path in (
        ("pembina", "/lppd/klinik"),
        ("pembina", f"/lppd/klinik?q={quote(MARKUP)}"),
        ("pembina", f"/lppd/klinik/{question['id']}"),
        ("pembina", "/lppd/klinik/pertemuan"),
        ("pembina", f"/lppd/klinik/pertemuan/{made['id']}"),
        ("pembina", "/lppd/klinik/laporan"),
        ("pembina", "/lppd/pemberitahuan"),
        ("produsen", f"/lppd/isian/{chain.id}"),
        ("produsen", f"/lppd/klinik/tanya?sel={quote(MARKUP)}&kode={quote(MARKUP)}"),
        ("anonim", f"/lppd/faq?q={quote(MARKUP)}&kode={quote(MARKUP)}"),
    ):
        text_of = browser.get(who, path).get_data(as_text=True)
        assert "<script>alert(1)" not in text_of, path


def test_the_report_pages(city: City, web: Any) -> None:
    browser, question = Browser(web, city), answered(city)
    year = question["nomor"].split("/")[1]
    assert "Disdukcapil" in browser.page("perencana", "/lppd/klinik/laporan").get_text()
    for kind, begin in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf")):
        answer = browser.get("pengawas", f"/lppd/klinik/laporan/{year}.{kind}")
        assert answer.status_code == 200 and answer.data.startswith(begin)
        assert "attachment" in answer.headers["Content-Disposition"]
    assert browser.get("pengawas", f"/lppd/klinik/laporan/{year}.exe").status_code == 404
    for who, status in (("produsen", 403), ("anonim", 302)):
        for path in ("/lppd/klinik/laporan", f"/lppd/klinik/laporan/{year}.csv"):
            assert browser.get(who, path).status_code == status


def test_an_appointment_on_the_page(city: City, web: Any) -> None:
    browser = Browser(web, city)
    typed = form_of(browser.page("pembina", "/lppd/klinik/pertemuan/catat"), "/catat")
    typed |= {**VISIT, "owner_org": city.agencies["disdukcapil"], "tanggal": ""}
    refused = browser.post("pembina", "/lppd/klinik/pertemuan/catat", **typed)
    assert refused.status_code == 422 and VISIT["hal"] in refused.text
    typed["tanggal"] = VISIT["tanggal"]
    assert browser.post("pembina", "/lppd/klinik/pertemuan/catat", **typed).status_code == 302
    page = browser.page("walidata", "/lppd/klinik/pertemuan")
    path = next(
        a["href"]
        for a in page.find_all("a")
        if "/pertemuan/" in a["href"] and "catat" not in a["href"]
    )
    change = form_of(browser.page("walidata", path), path)
    change["hasil"] = "MS-Ind disepakati"
    assert browser.post("walidata", path, **change).status_code == 302
    assert browser.post("walidata", path, **change).status_code == 422, "an older version"
    assert "MS-Ind disepakati" in browser.page("anggota", "/lppd/klinik/pertemuan").get_text()
    for who in ("produsen", "pengawas"):
        assert browser.get(who, "/lppd/klinik/pertemuan/catat").status_code == 403
        assert browser.get(who, path).status_code == 403


def test_a_form_from_elsewhere_is_refused(
    city: City, web: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(city)
    monkeypatch.setitem(ckan_config, "WTF_CSRF_ENABLED", True)
    for path in (
        "/lppd/klinik/tanya",
        f"/lppd/klinik/{question['id']}/jawab",
        "/lppd/forum/catat",
        "/lppd/klinik/pertemuan/catat",
        "/lppd/pemberitahuan/baca",
        "/lppd/pemberitahuan/pengaturan",
    ):
        answer = web.post(path, data=QUESTION, follow_redirects=False)
        assert answer.status_code == 400, path
    assert model.Session.query(QuestionMessage).count() == 1


def test_odd_addresses_are_pages_that_are_not_there_or_empty_lists(city: City, web: Any) -> None:
    browser = Browser(web, city)
    for path, status in (
        ("/lppd/klinik/%00", 404),
        ("/lppd/klinik/" + "x" * 300, 404),
        ("/lppd/klinik/pertemuan/%00", 404),
        ("/lppd/klinik/laporan/99999999999.csv", 404),
        ("/lppd/klinik/tanya?isian_id=%00&sel=%00", 200),
        (f"/lppd/klinik?q=%00&kode={'9' * 300}&keadaan=x&page=999999999", 200),
        (f"/lppd/faq?q={'%25' * 300}&kode={'9' * 300}&page=-1", 200),
        (f"/lppd/forum?tahun=99999999999999&edisi={'9' * 300}&q=%00", 200),
        ("/lppd/forum/99999999999/1", 404),
        ("/lppd/forum/2026/99999999999999999999999", 404),
    ):
        assert browser.get("walidata", path).status_code == status, path
    sent = browser.post("walidata", "/lppd/pemberitahuan/99999999999999999999999/buka")
    assert sent.status_code == 404
    zero = {**QUESTION, "kepada": "walidata", "judul": "nul\x00nul nul", "isian_id": "\x00"}
    assert browser.post("produsen", "/lppd/klinik/tanya", **zero).status_code == 302
