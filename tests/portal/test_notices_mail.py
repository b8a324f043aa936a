"""One mail for a person and run, through a real SMTP server: nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.cli import get_commands
from ckanext.lppd.model import Isian, Notice, NoticeSetting
from ckanext.lppd.notices import digest, rules, service
from ckanext.lppd.workflow import rules as workflow
from tests.portal.conftest import Chain, City
from tests.portal.told import (
    NOW,
    Inbox,
    due,
    free_port,
    in_two_threads,
    kinds,
    set_frequency,
    verbs_of,
)


@pytest.fixture
def smtp_port(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Point the portal at a port of this machine."""
    port = free_port()
    monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{port}")
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
    return port


@pytest.fixture
def inbox(smtp_port: int) -> Iterator[Inbox]:
    """Run an SMTP server for the test."""
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    yield handler
    controller.stop()


def test_one_mail_with_everything_and_nothing_twice(chain: Chain, inbox: Inbox) -> None:
    chain.submitted()
    chain.city.call(
        "produsen",
        "lppd_klinik_tanya",
        kepada="walidata",
        topik="lainnya",
        judul="Jam layanan",
        isi="Kapan bisa bertemu?",
    )
    first = digest.send(NOW)
    again = digest.send(NOW + timedelta(minutes=1))
    assert (first.sent, first.failed, again.sent) == (2, 0, 0)
    assert sorted(e.rcpt_tos[0] for e in inbox.envelopes) == [
        "walidata2@example.org",
        "walidata@example.org",
    ]
    body = inbox.to("walidata@example.org")[0]
    assert "Kiriman baru untuk diperiksa (1)" in body
    assert "2.f.1" in body and f"/lppd/isian/{chain.id}" in body
    assert "Pertanyaan Klinik (1)" in body and "Jam layanan" in body
    assert "/lppd/pemberitahuan/pengaturan" in body
    mail = inbox.mails()[0]
    assert mail["Subject"] == f"{toolkit.config['ckan.site_title']}: 2 pemberitahuan LPPD"
    assert "/lppd/pemberitahuan/pengaturan" in mail["List-Unsubscribe"]


def test_daily_weekly_at_once_and_never(chain: Chain, inbox: Inbox) -> None:
    city = chain.city
    set_frequency(city, "walidata", "harian")
    set_frequency(city, "walidata2", "langsung")
    set_frequency(city, "produsen", "mingguan")
    set_frequency(city, "produsen2", "tidak")
    chain.submitted()
    assert digest.send(NOW).sent == 2
    chain.act("tarik", "produsen")
    chain.act("ajukan", "produsen")
    assert digest.send(NOW + timedelta(hours=1)).sent == 1
    assert len(inbox.to("walidata2@example.org")) == 2
    assert digest.send(NOW + timedelta(hours=23)).sent == 1
    assert len(inbox.to("walidata@example.org")) == 2
    chain.act("kembalikan", "walidata", reason_code="angka_salah", note="Penyebut keliru")
    later = NOW + timedelta(days=2)
    assert digest.send(later).sent == 1
    chain.act("ajukan", "produsen2")
    chain.act("kembalikan", "walidata", reason_code="angka_salah", note="Penyebut keliru")
    assert digest.send(later + timedelta(days=6)).sent == 0
    assert digest.send(later + timedelta(days=7)).sent == 1
    assert len(inbox.to("produsen@example.org")) == 2
    assert inbox.to("produsen2@example.org") == []
    assert kinds(city, "produsen2")[-1] == "dikembalikan"


def test_the_job_after_an_act_mails_those_who_want_it_at_once(chain: Chain, inbox: Inbox) -> None:
    set_frequency(chain.city, "walidata2", "langsung")
    chain.submitted()
    digest.send_job()
    assert [e.rcpt_tos for e in inbox.envelopes] == [["walidata2@example.org"]]
    assert digest.send(datetime.now(timezone.utc)).sent == 1


def test_what_is_settled_read_or_muted_is_not_mailed(chain: Chain, inbox: Inbox) -> None:
    city = chain.city
    chain.submitted()
    chain.act("tarik", "produsen")
    assert digest.send(NOW).sent == 0, "nothing waits for the walidata any more"
    set_frequency(city, "walidata", "langsung", jenis=["prioritas"])
    chain.act("ajukan", "produsen")
    city.call("walidata2", "lppd_pemberitahuan_baca", semua=True)
    assert digest.send(NOW + timedelta(days=1)).sent == 0
    waiting = model.Session.query(Notice).filter(Notice.mail == "menunggu").count()
    assert (waiting, inbox.envelopes) == (0, [])


def test_english_for_who_chose_it(chain: Chain, inbox: Inbox) -> None:
    set_frequency(chain.city, "walidata", "langsung", bahasa="en")
    chain.submitted()
    digest.send(NOW)
    assert "New submissions to examine" in inbox.to("walidata@example.org")[0]
    assert "Kiriman baru" in inbox.to("walidata2@example.org")[0]


def test_a_server_that_is_down_loses_nothing(chain: Chain, smtp_port: int) -> None:
    chain.submitted()
    assert (digest.send(NOW).sent, digest.send(NOW).failed) == (0, 0)
    settings = {s.user_id: s for s in model.Session.query(NoticeSetting)}
    assert {s.failures for s in settings.values()} == {1}
    assert {s.claimed_until for s in settings.values()} == {None}
    handler = Inbox()
    controller = Controller(handler, hostname="127.0.0.1", port=smtp_port)
    controller.start()
    try:
        assert digest.send(NOW + timedelta(minutes=4)).sent == 0, "waits before it tries again"
        assert digest.send(NOW + timedelta(minutes=6)).sent == 2
        assert digest.send(NOW + timedelta(minutes=7)).sent == 0
    finally:
        controller.stop()
    assert len(handler.envelopes) == 2
    model.Session.expire_all()
    assert {s.failures for s in model.Session.query(NoticeSetting)} == {0}


def test_a_server_that_refuses_is_asked_again_later(chain: Chain, inbox: Inbox) -> None:
    chain.submitted()
    inbox.refuse = True
    assert digest.send(NOW).failed == 2
    assert digest.send(NOW + timedelta(minutes=6)).failed == 2
    inbox.refuse = False
    assert digest.send(NOW + timedelta(minutes=12)).sent == 0, "the second wait is longer"
    assert digest.send(NOW + timedelta(minutes=17)).sent == 2


def test_waiting_grows_to_six_hours() -> None:
    assert [rules.wait_minutes(n) for n in (1, 2, 3, 20, 1000)] == [5, 10, 20, 360, 360]


def crowd(city: City, number: int) -> None:
    """Add people who work for the walidata, each with news."""
    group = model.Group.get(city.agencies["diskominfo"])
    for n in range(number):
        user = model.User(name=f"banyak-{n:03}", email=f"banyak-{n:03}@example.org")
        model.Session.add(user)
        model.Session.flush()
        model.Session.add(
            model.Member(table_name="user", table_id=user.id, group=group, capacity="editor")
        )
    model.Session.commit()


def test_a_hundred_people_in_bounded_statements(chain: Chain, inbox: Inbox) -> None:
    crowd(chain.city, 98)
    chain.submitted()
    statements, outcome = verbs_of(lambda: digest.send(NOW))
    assert (outcome.sent, len(inbox.envelopes)) == (100, 100)
    # one for each mail, and the same few whatever the number of people
    assert len(statements) - 100 <= 8, statements
    few, _outcome = verbs_of(lambda: digest.send(NOW + timedelta(minutes=1)))
    assert len(few) <= 4


def test_telling_a_hundred_people_is_one_statement(chain: Chain) -> None:
    crowd(chain.city, 98)
    chain.upload()
    actor_id = model.User.get(chain.city.users["produsen"]).id
    isian = model.Session.get(Isian, chain.id)
    isian.state = workflow.MENUNGGU_WALIDATA
    model.Session.flush()
    statements, _none = verbs_of(lambda: service.told(isian, "ajukan", "produsen", actor_id, "k"))
    assert sorted(statements) == ["RELEASE", "SAVEPOINT", "SELECT", "WITH"]
    assert model.Session.query(Notice).filter(Notice.key == "dikirim:k").count() == 100


def test_two_hosts_send_one_mail_each(chain: Chain, inbox: Inbox) -> None:
    crowd(chain.city, 18)
    chain.submitted()
    outcomes = in_two_threads(lambda: digest.send(NOW))
    assert sum(o.sent for o in outcomes) == 20
    assert len({e.rcpt_tos[0] for e in inbox.envelopes}) == len(inbox.envelopes) == 20


def test_a_person_that_another_host_is_mailing_is_left_alone(chain: Chain, inbox: Inbox) -> None:
    chain.submitted()
    model.Session.execute(digest._MAKE_SETTINGS, {"frequency": "langsung"})
    model.Session.execute(
        text("UPDATE lppd_notice_setting SET claimed_until = :until"),
        {"until": NOW + timedelta(minutes=10)},
    )
    model.Session.commit()
    assert digest.send(NOW).sent == 0
    assert digest.send(NOW + timedelta(minutes=11)).sent == 2, "the other host died"


def test_no_line_of_a_name_becomes_a_header(chain: Chain, inbox: Inbox) -> None:
    evil = "Budi\r\nBcc: semua@example.org"
    for who in ("produsen", "walidata"):
        model.User.get(chain.city.users[who]).fullname = evil
    model.Session.commit()
    chain.city.call(
        "produsen",
        "lppd_klinik_tanya",
        kepada="walidata",
        topik="lainnya",
        judul="Halo\r\nBcc: semua@example.org\r\n\r\nisi palsu",
        isi="Pertanyaan biasa.",
    )
    assert digest.send(NOW).sent == 2
    for mail in inbox.mails():
        assert mail["Bcc"] is None
        assert "\n" not in mail["Subject"]
        assert "Halo Bcc: semua@example.org isi palsu" in mail["Subject"]
    assert all(len(e.rcpt_tos) == 1 for e in inbox.envelopes)


def test_old_news_is_not_mailed_when_mail_is_set_up_late(chain: Chain, inbox: Inbox) -> None:
    chain.submitted()
    assert digest.send(datetime.now(timezone.utc) + timedelta(days=31)).sent == 0
    assert kinds(chain.city, "walidata") == ["dikirim"]


def test_without_an_address_or_account_nothing_is_mailed(chain: Chain, inbox: Inbox) -> None:
    model.User.get(chain.city.users["walidata"]).email = ""
    model.User.get(chain.city.users["walidata2"]).state = "deleted"
    model.Session.commit()
    chain.submitted()
    assert digest.send(NOW).sent == 0
    assert kinds(chain.city, "walidata") == ["dikirim"]


def test_without_a_server_everything_waits(
    chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch, cli: Any
) -> None:
    monkeypatch.setitem(ckan_config, "smtp.server", "")
    chain.submitted()
    assert not digest.send(NOW).configured
    assert {n.mail for n in model.Session.query(Notice)} == {"menunggu"}
    result = cli.invoke(get_commands()[0], ["kirim-pemberitahuan"])
    assert result.exit_code == 0, result.output
    assert "Surel belum diatur" in result.output


def test_the_command(chain: Chain, inbox: Inbox, cli: Any) -> None:
    chain.upload()
    today = datetime.now(timezone.utc).date()
    due(model.Session.get(Isian, chain.id), today + timedelta(days=3))
    lppd = get_commands()[0]
    first = cli.invoke(lppd, ["kirim-pemberitahuan"])
    again = cli.invoke(lppd, ["kirim-pemberitahuan"])
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "2 pengingat baru." in first.output and "2 surel terkirim, 0 gagal." in first.output
    assert "0 pengingat baru." in again.output and "0 surel terkirim" in again.output
    assert "Tenggat sudah dekat" in inbox.to("produsen@example.org")[0]


def test_the_command_says_so_where_mail_fails(chain: Chain, smtp_port: int, cli: Any) -> None:
    chain.submitted()
    result = cli.invoke(get_commands()[0], ["kirim-pemberitahuan"])
    assert result.exit_code == 1
    assert "0 surel terkirim, 2 gagal." in result.output


def test_an_act_asks_a_worker_once_and_only_where_somebody_wants_it_now(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Any] = []
    chain.upload()
    monkeypatch.setattr(service.toolkit, "enqueue_job", lambda job, **_kw: jobs.append(job))
    chain.act("ajukan", "produsen")
    assert jobs == []
    chain.act("tarik", "produsen")
    for who in ("walidata", "walidata2"):
        set_frequency(chain.city, who, "langsung")
    chain.act("ajukan", "produsen")
    assert jobs == [digest.send_job]
