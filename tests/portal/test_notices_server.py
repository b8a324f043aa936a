"""Mails as they leave: both forms of the letter, and servers that stop answering."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from ckan import model

import ckanext.lppd
from ckanext.lppd.model import NoticeSetting
from ckanext.lppd.notices import digest
from tests.portal.conftest import Chain
from tests.portal.told import NOW, Inbox, mail_server, set_frequency


@pytest.fixture
def inbox(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Run an SMTP server for the test."""
    with mail_server(ckan_config, monkeypatch) as running:
        yield running


def test_a_mail_has_both_forms_and_nothing_of_a_name_acts(chain: Chain, inbox: Inbox) -> None:
    evil = '<img src="https://jahat.example/x.png"> & "Budi"'
    model.User.get(chain.city.users["produsen"]).fullname = evil
    model.Session.commit()
    chain.submitted()
    digest.send(NOW)
    mail = inbox.mails()[0]
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    (plain,), (html,) = (inbox.to("walidata@example.org", kind) for kind in ("plain", "html"))
    assert f"dikirim oleh {evil}" in plain
    assert "<img" not in html and "&lt;img src=" in html and '<html lang="id">' in html
    for text in (plain, html):
        assert f"/lppd/isian/{chain.id}" in text and "Kiriman baru untuk diperiksa (1)" in text


def test_without_a_choice_the_language_is_the_portals(
    chain: Chain, inbox: Inbox, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckan.locale_default", "en")
    set_frequency(chain.city, "walidata2", "harian", bahasa="id")
    shown = chain.city.call("walidata", "lppd_pemberitahuan_pengaturan")
    assert shown["bahasa"] == "en"
    chain.submitted()
    digest.send(NOW)
    assert "New submissions" in inbox.to("walidata@example.org", "html")[0]
    assert "Kiriman baru" in inbox.to("walidata2@example.org", "html")[0]
    setting = model.Session.get(NoticeSetting, model.User.get(chain.city.users["walidata"]).id)
    assert setting.language is None, "a portal that changes its language changes the mails"


# -- servers that stop answering ---------------------------------------------------------------

SILENT: dict[str, list[bytes]] = {
    "at once": [],
    "after the greeting": [b"220 siap\r\n"],
    "after the hello": [b"220 siap\r\n", b"250 halo\r\n"],
    "after the sender": [b"220 siap\r\n", b"250 halo\r\n", b"250 ok\r\n"],
    "before it takes the mail": [b"220 siap\r\n", *[b"250 ok\r\n"] * 3, b"354 tulis\r\n"],
}


@contextmanager
def silent_server(answers: list[bytes]) -> Iterator[int]:
    """Accept every connection, say these lines one a question, then never anything again."""
    held: list[socket.socket] = []

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                connection, _address = listening.accept()
            except OSError:
                return
            held.append(connection)
            Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        try:
            for number, answer in enumerate(answers):
                if number and not connection.recv(65536):
                    return
                connection.sendall(answer)
        except OSError:
            return

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        thread = Thread(target=serve, args=(listening,), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()
        thread.join(5)


@pytest.mark.parametrize("moment", SILENT)
def test_a_server_that_stops_answering_holds_nobody(
    chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(digest, "ANSWER_SECONDS", 0.2)
    chain.submitted()
    before = socket.getdefaulttimeout()
    with silent_server(SILENT[moment]) as port:
        monkeypatch.setitem(ckan_config, "smtp.server", f"127.0.0.1:{port}")
        monkeypatch.setitem(ckan_config, "smtp.mail_from", "portal@example.org")
        started = monotonic()
        outcome = digest.send(NOW)
        took = monotonic() - started
    assert (outcome.sent, outcome.failed) == (0, 2)
    assert took < 5
    assert socket.getdefaulttimeout() == before
    model.Session.expire_all()
    settings = model.Session.query(NoticeSetting).all()
    assert {(s.failures, s.claimed_until) for s in settings} == {(1, None)}
    with mail_server(ckan_config, monkeypatch) as inbox:
        assert digest.send(NOW.replace(day=2)).sent == 2, "nothing was lost"
        assert len(inbox.envelopes) == 2


def test_without_an_address_to_send_from_everything_waits(
    chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "smtp.server", "127.0.0.1:1")
    monkeypatch.setitem(ckan_config, "smtp.mail_from", "")
    chain.submitted()
    assert not digest.send(NOW).configured
    assert model.Session.query(NoticeSetting).count() == 0


def test_the_bound_is_a_few_seconds() -> None:
    assert 0 < digest.ANSWER_SECONDS * digest.GIVE_UP_AFTER < digest.JOB_SECONDS


def modules_with(pattern: str) -> set[str]:
    """Return the modules of the plugin whose text holds a pattern."""
    root = Path(ckanext.lppd.__file__).parent
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }


def test_mail_leaves_from_the_command_and_from_a_job_only() -> None:
    assert modules_with(r"\bmailer\b|mail_user|mail_recipient|smtplib") == {"notices/digest.py"}
    sending = modules_with(r"digest\.send\(|digest\.send_job|import send\b")
    assert sending == {"cli/pemberitahuan.py", "notices/service.py"}
