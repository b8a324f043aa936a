"""Notices: who is told what, reminders once, one mail per person and run, a server that is down."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ckan import model
from ckan.plugins import toolkit
from redis.exceptions import ConnectionError as RedisDown
from sqlalchemy import event, text

from ckanext.lppd.cli import get_commands
from ckanext.lppd.model import Isian, Notice, NoticeSetting
from ckanext.lppd.notices import digest, reminders, rules, service, texts
from ckanext.lppd.notices.counts import Counts, counts_of
from ckanext.lppd.workflow import rules as workflow
from tests.portal.conftest import Chain, City, indicator_csv
from tests.portal.signed_in import Browser

NOW = datetime(2026, 2, 1, 7, 0, tzinfo=timezone.utc)
TODAY = NOW.date()


class Inbox:
    """Keeps what a real SMTP server was given."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.refuse = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, or say that it cannot be taken now."""
        if self.refuse:
            return "451 coba lagi nanti"
        self.envelopes.append(envelope)
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        """Return what arrived."""
        return [
            message_from_bytes(envelope.content, policy=policy.default)
            for envelope in self.envelopes
        ]

    def to(self, address: str) -> list[str]:
        """Return the bodies that one address received."""
        return [
            message_from_bytes(e.content).get_payload(decode=True).decode()
            for e in self.envelopes
            if e.rcpt_tos == [address]
        ]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


def kinds(city: City, who: str) -> list[str]:
    """Return the kinds of a person's notices, oldest first."""
    found = city.call(who, "lppd_pemberitahuan_list")["results"]
    return [row["jenis"] for row in reversed(found)]


def set_frequency(city: City, who: str, frequency: str, **data: Any) -> None:
    """Set how a person is mailed."""
    city.call(
        who,
        "lppd_pemberitahuan_atur",
        **{"frekuensi": frequency, "bahasa": "id", "jenis": list(rules.KINDS), **data},
    )


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
            if act.name in ("kembalikan", "tarik_publikasi") and act.role == workflow.WALIDATA:
                assert told == {workflow.PRODUSEN}
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


def due(isian: Isian, when: date | None) -> None:
    """Set the due date."""
    model.Session.get(Isian, isian.id).due = when
    model.Session.commit()


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


def in_two_threads(run: Any) -> list[Any]:
    """Run something twice at the same moment; return what each gave."""
    barrier, results = Barrier(2), []

    def host() -> None:
        barrier.wait()
        try:
            results.append(run())
        finally:
            model.Session.remove()

    threads = [Thread(target=host) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


# -- mail --------------------------------------------------------------------------------------


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
    assert mail["Subject"] == "CKAN: 2 pemberitahuan LPPD"
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


def counted(run: Any) -> tuple[list[str], Any]:
    """Return the statements that something sent, and its result."""
    statements: list[str] = []
    engine = model.meta.engine

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.strip().split()[0].upper())

    event.listen(engine, "before_cursor_execute", note)
    try:
        return statements, run()
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_hundred_people_in_bounded_statements(chain: Chain, inbox: Inbox) -> None:
    crowd(chain.city, 98)
    chain.submitted()
    statements, outcome = counted(lambda: digest.send(NOW))
    assert (outcome.sent, len(inbox.envelopes)) == (100, 100)
    # one for each mail, and the same few whatever the number of people
    assert len(statements) - 100 <= 8, statements
    few, _outcome = counted(lambda: digest.send(NOW + timedelta(minutes=1)))
    assert len(few) <= 4


def test_telling_a_hundred_people_is_one_statement(chain: Chain) -> None:
    crowd(chain.city, 98)
    chain.upload()
    actor_id = model.User.get(chain.city.users["produsen"]).id
    isian = model.Session.get(Isian, chain.id)
    isian.state = workflow.MENUNGGU_WALIDATA
    model.Session.flush()
    statements, _none = counted(lambda: service.told(isian, "ajukan", "produsen", actor_id, "k"))
    assert sorted(statements) == ["INSERT", "RELEASE", "SAVEPOINT", "SELECT"]
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


def test_an_act_asks_a_worker_once(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs: list[Any] = []
    chain.upload()
    monkeypatch.setattr(service.toolkit, "enqueue_job", lambda job, **_kw: jobs.append(job))
    chain.act("ajukan", "produsen")
    assert jobs == [digest.send_job]


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
        seen: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(model.meta.engine, "before_cursor_execute", note)
        try:
            browser.get(who, "/lppd/faq")
        finally:
            event.remove(model.meta.engine, "before_cursor_execute", note)
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
    few, _ = counted(lambda: browser.get("walidata", path))
    add(19)
    many, answer = counted(lambda: browser.get("walidata", path))
    assert answer.status_code == 200
    assert len(many) == len(few)
