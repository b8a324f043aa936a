"""Forum Satu Data: who records, numbers, versions, what is public, links from the indicators."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ckanext.lppd.model import ForumDecision
from tests.portal.conftest import CODE, EDITION, PEOPLE, Chain, City
from tests.portal.signed_in import Browser, form_of

MARKUP = '<script>alert("x")</script><img src=x onerror=alert(1)>'
DECISION: dict[str, Any] = {
    "tanggal": "2026-04-30",
    "tempat": "Kantor Bappeda",
    "hadir": "Bappeda, Diskominfo, BPS Kota Medan, Disdukcapil",
    "agenda": "Penyebut penduduk",
    "keputusan": "Penyebut memakai penduduk pertengahan tahun.",
    "edisi": EDITION,
    "indikator": f"{CODE}, 2.f.2",
}
EVERYBODY = (*PEOPLE, "sysadmin", "anonim")


def record(city: City, **data: Any) -> dict[str, Any]:
    """Record a decision."""
    return city.call("perencana", "lppd_forum_catat", **{**DECISION, **data})


def correct(city: City, **data: Any) -> dict[str, Any]:
    """Correct the first decision of 2026."""
    values = {**DECISION, "tahun": 2026, "nomor": 1, "versi": 1, "alasan": "salah ketik"}
    return city.call("perencana", "lppd_forum_perbaiki", **{**values, **data})


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_secretariat_records_and_everybody_reads(city: City, who: str) -> None:
    record(city)
    for action, data in (
        ("lppd_forum_catat", DECISION),
        (
            "lppd_forum_perbaiki",
            {**DECISION, "tahun": 2026, "nomor": 1, "versi": 1, "alasan": "salah ketik"},
        ),
    ):
        if who == "perencana":
            city.call(who, action, **data)
        else:
            with pytest.raises(toolkit.NotAuthorized):
                city.call(who, action, **data)
            model.Session.rollback()
    assert city.call(who, "lppd_forum_show", tahun=2026, nomor=1)["tempat"] == "Kantor Bappeda"
    assert city.call(who, "lppd_forum_list", kode=CODE)["count"] >= 1


def test_numbers_run_within_a_year(city: City) -> None:
    numbers = [
        (d["tahun"], d["nomor"])
        for d in (record(city), record(city), record(city, tanggal="2025-11-01"), record(city))
    ]
    assert numbers == [(2026, 1), (2026, 2), (2025, 1), (2026, 3)]


def test_two_at_once_get_two_numbers_and_one_form_gets_one(city: City) -> None:
    city.call("anonim", "lppd_forum_list")  # CKAN gathers its auth functions at the first call
    barrier, got = Barrier(4), []

    def one(key: str) -> None:
        barrier.wait()
        try:
            got.append(record(city, kunci=key)["nomor"])
        finally:
            model.Session.remove()

    threads = [Thread(target=one, args=(key,)) for key in ("a", "b", "c", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(set(got)) == [1, 2, 3] and len(got) == 4
    assert model.Session.query(ForumDecision).count() == 3


def test_a_correction_is_a_version_and_nothing_is_lost(city: City) -> None:
    record(city)
    with pytest.raises(toolkit.ValidationError) as refusal:
        correct(city, alasan="")
    assert "alasan" in refusal.value.error_dict
    correct(city, keputusan="Penyebut memakai penduduk akhir tahun.", indikator="2.f.2")
    shown = city.call("anonim", "lppd_forum_show", tahun=2026, nomor=1)
    assert (shown["versi"], shown["alasan"]) == (2, "salah ketik")
    assert [v["keputusan"].split()[-2] for v in shown["semua_versi"]] == ["akhir", "pertengahan"]
    with pytest.raises(toolkit.ValidationError) as refusal:
        correct(city, keputusan="Versi ketiga dari yang pertama.")
    assert "versi" in refusal.value.error_dict
    with pytest.raises(toolkit.ObjectNotFound):
        correct(city, nomor=9)
    # only what the newest version touches is linked
    assert city.call("anonim", "lppd_forum_list", edisi=EDITION, kode=CODE)["count"] == 0
    assert city.call("anonim", "lppd_forum_list", edisi=EDITION, kode="2.f.2")["count"] == 1
    for statement in (
        "UPDATE lppd_forum_decision SET agenda = 'x'",
        "DELETE FROM lppd_forum_decision",
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            model.Session.execute(text(statement))
        model.Session.rollback()


def test_bad_input_is_named_field_by_field(city: City) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("perencana", "lppd_forum_catat", tanggal="31/04/2026", tautan="x")
    wanted = {"tanggal", "tempat", "hadir", "agenda", "keputusan"}
    assert set(refusal.value.error_dict) == wanted
    for link in ("javascript:alert(1)", "data:text/html,x", "//x.id", "http://", "https://[x"):
        with pytest.raises(toolkit.ValidationError) as refusal:
            record(city, tautan=link)
        assert "tautan" in refusal.value.error_dict, link
    with pytest.raises(toolkit.ValidationError) as refusal:
        record(city, indikator="2.f.1; 9.z.1")
    assert "9.z.1" in refusal.value.error_dict["indikator"][0]
    with pytest.raises(toolkit.ValidationError) as refusal:
        record(city, hadir="Budi (NIP 198001012005011001)", keputusan="Hubungi a@b.go.id segera")
    assert set(refusal.value.error_dict) == {"hadir", "keputusan"}
    assert model.Session.query(ForumDecision).count() == 0


def test_search(city: City) -> None:
    record(city)
    for words, count in (("pertengahan", 1), ("PENYEBUT", 1), ("%", 0), ("kecamatan", 0)):
        assert city.call("anonim", "lppd_forum_list", q=words)["count"] == count, words
    assert city.call("anonim", "lppd_forum_list", tahun=2025)["count"] == 0


def test_pages_link_both_ways_and_show_markup_as_text(chain: Chain, web: Any) -> None:
    city, browser = chain.city, Browser(web, chain.city)
    record(city, agenda=f"Rapat {MARKUP}", keputusan=MARKUP, hadir=MARKUP, tempat=MARKUP)
    for who, path in (
        ("anonim", "/lppd/forum"),
        ("anonim", "/lppd/forum/2026/1"),
        ("anonim", f"/lppd/indikator/{EDITION}/{CODE}"),
        ("produsen", f"/lppd/isian/{chain.id}"),
        ("perencana", "/lppd/forum/2026/1/perbaiki"),
    ):
        page = browser.page(who, path)
        assert not page.find_all("img", src="x"), path
        assert all("alert(" not in script.get_text() for script in page.find_all("script")), path
        if "indikator" in path or "isian" in path:
            assert page.find("a", href="/lppd/forum/2026/1"), path
    link = browser.page("anonim", "/lppd/forum/2026/1").find(
        "a", href=f"/lppd/indikator/{EDITION}/{CODE}"
    )
    assert link is not None
    assert browser.get("anonim", "/lppd/forum/2026/99").status_code == 404


def test_the_form_keeps_what_was_typed(city: City, web: Any) -> None:
    browser = Browser(web, city)
    typed = form_of(browser.page("perencana", "/lppd/forum/catat"), "/forum/catat")
    typed |= {**DECISION, "tanggal": "", "keputusan": MARKUP}
    answer = browser.post("perencana", "/lppd/forum/catat", **typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Tanggal belum diisi" in page
    assert MARKUP not in page
    assert "&lt;script&gt;" in page and "Penyebut penduduk" in page
    typed["tanggal"] = "2026-04-30"
    for _twice in range(2):
        done = browser.post("perencana", "/lppd/forum/catat", **typed)
        assert done.status_code == 302 and done.headers["Location"].endswith("/lppd/forum/2026/1")
    assert model.Session.query(ForumDecision).count() == 1
    change = form_of(browser.page("perencana", "/lppd/forum/2026/1/perbaiki"), "/perbaiki")
    assert change["indikator"] == f"{CODE}, 2.f.2"
    change |= {"alasan": "salah ketik", "agenda": "Penyebut"}
    done = browser.post("perencana", "/lppd/forum/2026/1/perbaiki", **change)
    assert done.status_code == 302
    # a visitor is sent to the login page, and gets back what was typed with an expired session
    for who, read, written in (
        ("walidata", 403, 403),
        ("produsen", 403, 403),
        ("anonim", 302, 400),
    ):
        assert browser.get(who, "/lppd/forum/catat").status_code == read
        assert browser.post(who, "/lppd/forum/catat", **typed).status_code == written
