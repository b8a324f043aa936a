"""Notices about work that is shared: parts of other agencies, and the year as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from ckan import model
from sqlalchemy import text

from ckanext.lppd.model import Contributor, Isian, Notice, Year
from ckanext.lppd.notices import agencies, digest, reminders, service, texts
from ckanext.lppd.workflow import assignments
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, City, open_isian
from tests.portal.signed_in import Browser
from tests.portal.told import NOW, Inbox, due, kinds, mail_server, set_frequency, verbs_of

TODAY = NOW.date()


@pytest.fixture
def inbox(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Run an SMTP server for the test."""
    with mail_server(ckan_config, monkeypatch) as running:
        yield running


@pytest.fixture
def shared(chain: Chain) -> Chain:
    """The health agency supplies the denominator."""
    owner = chain.city.agencies["dinkes"]
    model.Session.add(Contributor(isian_id=chain.id, part="penyebut", owner_org=owner))
    model.Session.commit()
    return chain


def give(chain: Chain, who: str, **values: str) -> None:
    """Fill in parts as this person."""
    chain.city.call(who, "lppd_sumbang", id=chain.id, nilai=values)


def ask(city: City, agency: str | None, *codes: str, part: str = "penyebut") -> None:
    """Ask an agency for a part of these indicators, as the planner does with a list."""
    wanted = city.agencies[agency] if agency else None
    wishes = [{"kode": code, "penyumbang": {part: wanted}} for code in codes]
    actor = model.User.get(city.users["perencana"]).id
    assignments.apply(EDITION, YEAR, wishes, actor)
    model.Session.commit()


def said(city: City, who: str) -> list[str]:
    """Return what a person's notices say, oldest first."""
    found = city.call(who, "lppd_pemberitahuan_list")["results"]
    return [row["pesan"] for row in reversed(found)]


# -- parts of other agencies -------------------------------------------------------------------


def test_an_agency_hears_what_is_asked_of_it(chain: Chain) -> None:
    city = chain.city
    open_isian(city, "2.f.2")
    statements, _none = verbs_of(lambda: ask(city, "dinkes", CODE, "2.f.2"))
    assert kinds(city, "produsen_lain") == ["kontribusi"] * 2
    assert said(city, "produsen_lain")[0].endswith("Dinkes diminta mengisi bagian penyebut.")
    assert kinds(city, "produsen") == []
    ask(city, None, "2.f.2")
    ask(city, "dinkes", "2.f.2")
    assert kinds(city, "produsen_lain") == ["kontribusi"] * 3, "asked anew"
    ask(city, "dinkes", "2.f.2")
    assert len(kinds(city, "produsen_lain")) == 3
    for code in ("2.f.3", "2.f.4", "2.f.5"):
        open_isian(city, code)
    more, _none = verbs_of(lambda: ask(city, "dinkes", "2.f.3", "2.f.4", "2.f.5"))
    assert more.count("WITH") == statements.count("WITH") == 1


def test_while_a_year_is_planned_nobody_is_asked(chain: Chain) -> None:
    city = chain.city
    model.Session.get(Year, (EDITION, YEAR)).state = "perencanaan"
    model.Session.commit()
    ask(city, "dinkes", CODE)
    assert kinds(city, "produsen_lain") == []
    city.call("perencana", "lppd_tahun_ubah", edisi=EDITION, tahun=YEAR, tindakan="buka")
    assert kinds(city, "produsen_lain") == kinds(city, "produsen") == ["tahun"]


def test_who_gave_a_part_hears_what_became_of_it(shared: Chain) -> None:
    city = shared.city
    give(shared, "produsen_lain", penyebut="1243")
    give(shared, "produsen", pembilang="690")
    shared.act("ajukan", "produsen")
    assert kinds(city, "produsen_lain") == []
    shared.act("kembalikan", "walidata", reason_code="angka_salah", note="Penyebut keliru")
    assert kinds(city, "produsen_lain") == ["sumbang_kembali"]
    assert "bagian penyebut dari Dinkes" in said(city, "produsen_lain")[0]
    give(shared, "produsen_lain", penyebut="1250")
    sent = shared.act("ajukan", "produsen")
    shared.act("setujui", "walidata", manifest=sent["manifest"])
    assert kinds(city, "produsen_lain") == ["sumbang_kembali", "sumbang_diterima"]
    assert kinds(city, "produsen") == ["dikembalikan", "disetujui"]
    opened = city.call("produsen_lain", "lppd_pemberitahuan_list")["results"][0]
    assert opened["path"] == f"/lppd/isian/{shared.id}"


def test_who_gave_nothing_is_not_told(shared: Chain) -> None:
    shared.approved()
    assert kinds(shared.city, "produsen_lain") == []


def test_parts_are_reminded_of_until_they_are_given(shared: Chain, inbox: Inbox) -> None:
    city = shared.city
    due(model.Session.get(Isian, shared.id), TODAY + timedelta(days=7))
    assert reminders.remind(TODAY) == reminders.remind(TODAY) + 3
    assert kinds(city, "produsen_lain") == ["sumbang_tenggat"]
    assert (
        "bagian penyebut dari Dinkes paling lambat 8 Februari 2026"
        in said(city, "produsen_lain")[0]
    )
    assert reminders.remind(TODAY + timedelta(days=8)) == 3
    assert kinds(city, "produsen_lain")[-1] == "sumbang_lewat"
    give(shared, "produsen_lain", penyebut="1243")
    assert reminders.remind(TODAY + timedelta(days=15)) == 2, "the owner alone"
    digest.send(NOW + timedelta(days=15))
    assert inbox.to("produsen_lain@example.org") == [], "what was given meanwhile is not mailed"
    assert len(inbox.to("produsen@example.org")) == 1


def test_reminders_take_four_statements(shared: Chain) -> None:
    due(model.Session.get(Isian, shared.id), TODAY)
    assert verbs_of(lambda: reminders.remind(TODAY))[0] == ["SELECT", "SELECT", "SELECT", "INSERT"]
    for code in ("2.f.2", "2.f.3", "2.f.4"):
        due(open_isian(shared.city, code), TODAY)
    assert len(verbs_of(lambda: reminders.remind(TODAY))[0]) == 4


@pytest.mark.parametrize("state", ["perencanaan", "ditutup", "final"])
def test_a_year_that_takes_nothing_has_no_reminders(shared: Chain, state: str) -> None:
    due(model.Session.get(Isian, shared.id), TODAY)
    model.Session.get(Year, (EDITION, YEAR)).state = state
    model.Session.commit()
    assert reminders.remind(TODAY) == 0


# -- the year ----------------------------------------------------------------------------------


def move(city: City, act: str, **data: str) -> None:
    """Move the year on."""
    city.call("perencana", "lppd_tahun_ubah", edisi=EDITION, tahun=YEAR, tindakan=act, **data)


def test_everybody_with_work_in_a_year_is_told_once(shared: Chain, inbox: Inbox) -> None:
    city = shared.city
    open_isian(city, "2.f.2")
    move(city, "tutup")
    move(city, "finalkan")
    move(city, "buka_kembali", reason="angka BPS terbit")
    for who, number in (("produsen", 2), ("produsen2", 2), ("produsen_lain", 1)):
        assert kinds(city, who) == ["tahun"] * 3
        assert said(city, who) == [
            f"Pengisian data LPPD 2025 ditutup; {number} dari {number} indikator perangkat daerah "
            "Anda belum dikirim. Yang sudah dikirim tetap diperiksa.",
            "Data LPPD 2025 ditetapkan final dan tidak berubah lagi.",
            "Pengisian data LPPD 2025 dibuka kembali: angka BPS terbit",
        ]
    for who in ("anggota", "walidata", "pembina", "perencana", "pengawas", "orang_luar"):
        assert kinds(city, who) == [], who
    assert digest.send(NOW).sent == 3
    (body,) = inbox.to("produsen@example.org")
    assert body.count("/lppd/?tahun=2025") == 3 and "(3)" in body
    path = city.call("produsen", "lppd_pemberitahuan_list")["results"][0]["path"]
    assert path == f"/lppd/?tahun={YEAR}"


def test_opening_tells_how_much_there_is_and_later_work_too(city: City) -> None:
    city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=YEAR)
    city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=YEAR)
    assert kinds(city, "produsen") == ["tahun"]
    number = model.Session.query(Isian).filter_by(owner_org=city.agencies["disdukcapil"]).count()
    assert said(city, "produsen") == [
        f"Pengisian data LPPD 2025 dibuka: {number} indikator untuk perangkat daerah Anda."
    ]
    before = kinds(city, "produsen_lain")
    ask(city, "dinkes", CODE)
    assert kinds(city, "produsen_lain").count("tahun") == 1
    assert len(kinds(city, "produsen_lain")) == len(before) + (2 if not before else 1)
    assert kinds(city, "produsen") == ["tahun"], "who was told is not told again"


def test_a_year_takes_one_statement_for_many_people(shared: Chain) -> None:
    group = model.Group.get(shared.city.agencies["dinkes"])
    for n in range(50):
        user = model.User(name=f"orang-{n:02}", email=f"orang-{n:02}@example.org")
        model.Session.add(user)
        model.Session.flush()
        model.Session.add(
            model.Member(table_name="user", table_id=user.id, group=group, capacity="editor")
        )
    model.Session.commit()
    statements, _none = verbs_of(lambda: move(shared.city, "tutup"))
    assert model.Session.query(Notice).filter(Notice.kind == "tahun").count() == 53
    assert statements.count("WITH") == 1 and len(statements) < 25


def test_a_failure_to_tell_does_not_keep_a_year_open(
    shared: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agencies, "_YEAR", text("INSERT INTO no_such_table VALUES (:kind)"))
    move(shared.city, "tutup")
    assert model.Session.get(Year, (EDITION, YEAR)).state == "ditutup"
    assert model.Session.query(Notice).count() == 0


def test_a_mail_at_once_is_asked_for(shared: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(service.toolkit, "enqueue_job", lambda job, **kw: jobs.append((job, kw)))
    set_frequency(shared.city, "produsen_lain", "langsung", jenis=["dikirim"])
    move(shared.city, "tutup")
    assert jobs == [], "this kind is muted"
    set_frequency(shared.city, "produsen_lain", "langsung")
    move(shared.city, "buka_kembali", reason="angka BPS terbit")
    assert [job for job, _kw in jobs] == [digest.send_job]
    assert jobs[0][1]["rq_kwargs"]["timeout"] == digest.JOB_SECONDS


def test_each_kind_can_be_chosen_on_the_page(shared: Chain, web: Any) -> None:
    page = Browser(web, shared.city).page("produsen_lain", "/lppd/pemberitahuan/pengaturan")
    for kind in ("tahun", "kontribusi", "sumbang_tenggat", "sumbang_kembali", "sumbang_diterima"):
        box = page.find("input", id=f"jenis-{kind}")
        assert box.has_attr("checked")
        label = page.find("label", attrs={"for": f"jenis-{kind}"}).get_text(strip=True)
        assert label == texts.KIND_LABELS[kind]["id"]
