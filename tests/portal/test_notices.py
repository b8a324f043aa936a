"""Notices: who is told what, never in the way of an act; reminders told once; the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from redis.exceptions import ConnectionError as RedisDown

from ckanext.lppd.model import Isian, Notice
from ckanext.lppd.notices import reminders, rules, service, texts
from ckanext.lppd.notices.counts import Counts, counts_of
from ckanext.lppd.workflow import rules as workflow
from tests.portal.conftest import Chain, City, indicator_csv
from tests.portal.signed_in import Browser
from tests.portal.statements import counted
from tests.portal.told import NOW, due, in_two_threads, kinds, set_frequency, verbs_of

TODAY = NOW.date()


def test_the_whole_chain_tells_whom_it_concerns(chain: Chain) -> None:
    city = chain.city
    model.Session.get(Isian, chain.id).priority = True
    model.Session.commit()
    submitted = chain.submitted()
    assert kinds(city, "walidata") == kinds(city, "walidata2") == ["dikirim"]
    assert kinds(city, "produsen") == kinds(city, "pembina") == []
    waiting = chain.act("setujui", "walidata", manifest=submitted["manifest"])
    assert kinds(city, "pembina") == ["prioritas"]
    chain.act("kembalikan", "pembina", reason_code="angka_salah", note="periksa lagi D3")
    assert kinds(city, "walidata")[-1] == "kembali_walidata"
    chain.act("setujui", "walidata", manifest=submitted["manifest"])
    chain.act("setujui", "pembina", manifest=waiting["manifest"])
    chain.act("terbitkan", "walidata", manifest=waiting["manifest"])
    chain.act("tarik_publikasi", "walidata2", reason="angka penyebut keliru")
    assert kinds(city, "produsen") == ["disetujui", "terpublikasi", "ditarik"]
    assert kinds(city, "produsen2") == ["disetujui", "terpublikasi", "ditarik"]
    for who in ("anggota", "produsen_lain", "perencana", "pengawas", "orang_luar", "sysadmin"):
        assert kinds(city, who) == [], who


def test_a_published_revision_is_told_once(chain: Chain) -> None:
    chain.published()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="penyebut baru")["id"])
    copy.upload(indicator_csv() + b"\r\n")
    copy.upload(indicator_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert kinds(chain.city, "produsen2").count("terpublikasi") == 2


def test_every_way_to_a_state_is_told(chain: Chain) -> None:
    """Whatever the act that brings an isian before a role, the role is told."""
    for act in workflow.ACTS:
        for to in {act.to, act.to_priority} - {None}:
            told = {row.tell for row in rules.tells(act.name, str(to), act.role)}
            if to in (workflow.MENUNGGU_WALIDATA,):
                assert told == {workflow.WALIDATA}
            if to == workflow.MENUNGGU_PEMBINA:
                assert told == {workflow.PEMBINA}
            if act.name == "tarik_publikasi":
                assert told == {workflow.PRODUSEN}
            if act.name == "kembalikan" and act.role == workflow.WALIDATA:
                assert told == {workflow.PRODUSEN, rules.PENYUMBANG}
    assert rules.tells("isi", workflow.DRAF, workflow.PRODUSEN) == ()
    assert set(texts.KIND_LABELS) == set(texts._SENTENCES) == set(rules.KINDS)


def test_a_failure_to_tell_never_breaks_the_act(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain.upload()
    monkeypatch.setattr(service, "_TELL", "INSERT INTO no_such_table VALUES (:kind)")
    assert chain.act("ajukan", "produsen")["state"] == workflow.MENUNGGU_WALIDATA
    assert model.Session.query(Notice).count() == 0
    newest = chain.city.call("walidata", "lppd_riwayat", id=chain.id)[0]
    assert newest["act"] == "ajukan"


def test_a_refused_act_tells_nobody(chain: Chain) -> None:
    with pytest.raises(toolkit.ValidationError):
        chain.act("ajukan", "produsen")
    assert model.Session.query(Notice).count() == 0


def test_redis_down_does_not_break_the_act(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    set_frequency(chain.city, "walidata", "langsung")
    chain.upload()

    def down(*_args: Any, **_kwargs: Any) -> None:
        raise RedisDown("down")

    monkeypatch.setattr(service.toolkit, "enqueue_job", down)
    assert chain.act("ajukan", "produsen")["state"] == workflow.MENUNGGU_WALIDATA
    assert kinds(chain.city, "walidata") == ["dikirim"]


def test_klinik_tells_whoever_is_asked_and_whoever_asked(city: City) -> None:
    question = city.call(
        "produsen",
        "lppd_klinik_tanya",
        kepada="pembina",
        topik="metadata",
        judul="Isi MS-Ind",
        isi="Bagaimana mengisi MS-Ind?",
    )
    assert (kinds(city, "pembina"), kinds(city, "walidata")) == (["klinik_tanya"], [])
    city.call("walidata", "lppd_klinik_jawab", id=question["id"], isi="Lihat panduan.")
    assert kinds(city, "produsen") == kinds(city, "produsen2") == ["klinik_jawab"]
    city.call("walidata", "lppd_klinik_selesai", id=question["id"])
    assert kinds(city, "produsen") == ["klinik_jawab", "klinik_selesai"]


# -- reminders ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (15, None),
        (14, ("tenggat", 14)),
        (8, ("tenggat", 14)),
        (7, ("tenggat", 7)),
        (2, ("tenggat", 7)),
        (1, ("tenggat", 1)),
        (0, ("tenggat", 1)),
        (-1, ("lewat", 0)),
        (-7, ("lewat", 0)),
        (-8, ("lewat", 1)),
    ],
)
def test_steps_of_reminders(days: int, wanted: tuple[str, int] | None) -> None:
    assert rules.reminder(days) == wanted


def test_each_step_is_told_once_over_two_months(city: City, isian: Isian) -> None:
    due(isian, TODAY + timedelta(days=30))
    told = []
    for day in range(60):
        for _twice in range(2):
            if reminders.remind(TODAY + timedelta(days=day)):
                told.append(30 - day)
    assert told == [14, 7, 1, -1, -8, -15, -22, -29]
    assert kinds(city, "produsen") == ["tenggat"] * 3 + ["lewat"] * 5
    assert kinds(city, "anggota") == kinds(city, "walidata") == []


def test_a_new_due_date_begins_its_own_reminders(city: City, isian: Isian) -> None:
    due(isian, TODAY + timedelta(days=7))
    assert reminders.remind(TODAY) == 2
    due(isian, TODAY + timedelta(days=14))
    assert reminders.remind(TODAY) == 2
    assert reminders.remind(TODAY) == 0


def test_what_was_sent_is_not_reminded_of(chain: Chain) -> None:
    chain.submitted()
    due(chain.show() and model.Session.get(Isian, chain.id), TODAY)
    assert reminders.remind(TODAY) == 0


def test_two_hosts_remind_once(city: City, isian: Isian) -> None:
    due(isian, TODAY)
    written = in_two_threads(lambda: reminders.remind(TODAY))
    assert sorted(written) == [0, 2]
    assert kinds(city, "produsen") == ["tenggat"]


# -- the caller's own -------------------------------------------------------------------------


def test_notices_and_settings_are_ones_own(chain: Chain) -> None:
    city = chain.city
    chain.submitted()
    mine = city.call("walidata", "lppd_pemberitahuan_list")
    assert (mine["count"], mine["belum_dibaca"]) == (1, 1)
    for who in ("walidata2", "sysadmin", "produsen"):
        with pytest.raises(toolkit.ObjectNotFound):
            city.call(who, "lppd_pemberitahuan_baca", id=mine["results"][0]["id"])
    for name in ("list", "baca", "pengaturan", "atur"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call("anonim", f"lppd_pemberitahuan_{name}")
    read = city.call("walidata", "lppd_pemberitahuan_baca", id=mine["results"][0]["id"])
    assert read == {"ditandai": 1, "path": f"/lppd/isian/{chain.id}"}
    assert city.call("walidata", "lppd_pemberitahuan_list")["belum_dibaca"] == 0
    assert city.call("walidata2", "lppd_pemberitahuan_list")["belum_dibaca"] == 1


def test_settings_are_checked(city: City) -> None:
    assert city.call("produsen", "lppd_pemberitahuan_pengaturan")["frekuensi"] == "harian"
    set_frequency(city, "produsen", "mingguan", jenis=["lewat"])
    saved = city.call("produsen", "lppd_pemberitahuan_pengaturan")
    assert (saved["frekuensi"], saved["jenis"]) == ("mingguan", ["lewat"])
    with pytest.raises(toolkit.ValidationError) as refusal:
        set_frequency(city, "produsen", "tiap detik", bahasa="fr")
    assert set(refusal.value.error_dict) == {"frekuensi", "bahasa"}
    with pytest.raises(toolkit.ValidationError) as refusal:
        set_frequency(city, "produsen", "harian", jenis=["gosip"])
    assert "gosip" in refusal.value.error_dict["jenis"][0]


# -- pages -------------------------------------------------------------------------------------


def test_the_list_and_what_it_opens(chain: Chain, web: Any) -> None:
    chain.submitted()
    browser = Browser(web, chain.city)
    page = browser.page("walidata", "/lppd/pemberitahuan")
    assert "dikirim oleh" in page.get_text()
    buttons = [f["action"] for f in page.find_all("form") if f["action"].endswith("/buka")]
    assert len(buttons) == 1
    opened = browser.post("walidata", buttons[0])
    assert opened.status_code == 302 and opened.headers["Location"].endswith(chain.id)
    assert browser.post("walidata2", buttons[0]).status_code == 404
    assert browser.post("walidata2", "/lppd/pemberitahuan/baca").status_code == 302
    for who in ("walidata", "walidata2"):
        assert chain.city.call(who, "lppd_pemberitahuan_list")["belum_dibaca"] == 0
    assert browser.get("anonim", "/lppd/pemberitahuan").status_code == 302


def test_the_settings_page(city: City, web: Any) -> None:
    browser = Browser(web, city)
    path = "/lppd/pemberitahuan/pengaturan"
    page = browser.page("produsen", path)
    assert "produsen@example.org" in page.get_text()
    sent = {"frekuensi": "mingguan", "bahasa": "en", "jenis": ["lewat", "dikembalikan"]}
    assert browser.post("produsen", path, **sent).status_code == 302
    saved = city.call("produsen", "lppd_pemberitahuan_pengaturan")
    assert (saved["frekuensi"], saved["bahasa"]) == ("mingguan", "en")
    assert saved["jenis"] == ["lewat", "dikembalikan"]
    refused = browser.post("produsen", path, frekuensi="", bahasa="en", jenis=["lewat"])
    assert refused.status_code == 422
    assert 'id="jenis-lewat" name="jenis" value="lewat" checked' in refused.text


def test_the_head_of_every_page_counts_in_one_statement(chain: Chain, web: Any) -> None:
    city, browser = chain.city, Browser(web, chain.city)
    assert counts_of(user_id(city, "produsen")) == Counts(tasks=1)
    chain.submitted()
    assert counts_of(user_id(city, "produsen")) == Counts()
    assert counts_of(user_id(city, "walidata")) == Counts(unread=1, queue=1)
    assert counts_of(user_id(city, "pengawas")) == Counts()
    page = browser.page("walidata", "/lppd/antrean")
    head = page.select_one(".account").get_text(" ", strip=True)
    assert "(1)" in head
    numbers = [n.get_text() for n in page.select(".lppd-tabs .lppd-count")]
    assert numbers == ["1", "1"]
    dashboard = browser.page("walidata", "/dashboard/datasets")
    assert [a for a in dashboard.select(".nav-tabs a") if a["href"] == "/lppd/antrean"]

    def head_statements(who: str) -> int:
        with counted() as seen:
            browser.get(who, "/lppd/faq")
        return sum("AS unread" in statement for statement in seen)

    assert (head_statements("walidata"), head_statements("anonim")) == (1, 0)


def user_id(city: City, who: str) -> str:
    """Return the id of a person."""
    return str(model.User.get(city.users[who]).id)


@pytest.mark.parametrize("path", ["/lppd/pemberitahuan", "/lppd/klinik", "/lppd/forum"])
def test_a_list_takes_the_same_statements_for_one_row_and_for_twenty(
    city: City, web: Any, path: str
) -> None:
    browser = Browser(web, city)

    def add(number: int) -> None:
        for n in range(number):
            city.call(
                "produsen",
                "lppd_klinik_tanya",
                kepada="walidata",
                topik="lainnya",
                judul=f"Pertanyaan {n}",
                isi="Isi pertanyaan.",
                edisi="2025",
                kode="2.f.1",
            )
            city.call(
                "perencana",
                "lppd_forum_catat",
                tanggal="2026-01-05",
                tempat="Bappeda",
                hadir="Semua",
                agenda="Agenda",
                keputusan="Disepakati.",
                indikator="2.f.1",
                edisi="2025",
            )

    add(1)
    browser.get("walidata", path)
    few, _ = verbs_of(lambda: browser.get("walidata", path))
    add(19)
    many, answer = verbs_of(lambda: browser.get("walidata", path))
    assert answer.status_code == 200
    assert len(many) == len(few)
