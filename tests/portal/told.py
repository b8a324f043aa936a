"""What the tests of notices share: a real SMTP server, what a person was told, counted SQL."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from ckan import model

from ckanext.lppd.model import Isian
from ckanext.lppd.notices import rules
from tests.portal.conftest import City
from tests.portal.statements import counted

NOW = datetime(2026, 2, 1, 7, 0, tzinfo=timezone.utc)


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

    def to(self, address: str, kind: str = "plain") -> list[str]:
        """Return the bodies that one address received, as plain text or as HTML."""
        return [
            message_from_bytes(e.content, policy=policy.default).get_body((kind,)).get_content()
            for e in self.envelopes
            if e.rcpt_tos == [address]
        ]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mail_server(config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """Run an SMTP server that the portal sends to."""
    port, handler = free_port(), Inbox()
    monkeypatch.setitem(config, "smtp.server", f"127.0.0.1:{port}")
    monkeypatch.setitem(config, "smtp.mail_from", "portal@example.org")
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield handler
    finally:
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


def verbs_of(run: Any) -> tuple[list[str], Any]:
    """Return the first word of each statement that something sent, and its result."""
    with counted() as seen:
        result = run()
    return [statement.strip().split()[0].upper() for statement in seen], result


def due(isian: Isian, when: date | None) -> None:
    """Set the due date."""
    model.Session.get(Isian, isian.id).due = when
    model.Session.commit()
