"""Two at once: whatever the order, nothing unapproved is public and nothing approved is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ckanext.lppd.model import Isian
from ckanext.lppd.release import manifest, publish
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import Chain

pytestmark = pytest.mark.usefixtures("clean_index")
WAIT = 30
CHANGE = text("UPDATE resource SET name = 'lain.csv' WHERE package_id = :id")
TITLE = text("UPDATE package SET title = 'lain' WHERE id = :id")


class Person(threading.Thread):
    """Somebody acting in a session of their own; `outcome` is the result or the refusal."""

    def __init__(self, app: Any, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.app, self.work, self.outcome = app, work, None
        self.start()

    def run(self) -> None:
        """Work inside a request of its own."""
        with self.app.test_request_context():
            try:
                self.outcome = self.work()
            except (toolkit.ValidationError, toolkit.NotAuthorized, DBAPIError) as refusal:
                model.Session.rollback()
                self.outcome = refusal
            finally:
                model.Session.remove()

    def done(self) -> Any:
        """Wait for the end and return the outcome."""
        self.join(WAIT)
        assert not self.is_alive(), "a deadlock"
        return self.outcome


@contextmanager
def uncommitted(statement: Any, package_id: str) -> Iterator[Any]:
    """Hold an open transaction on a connection of its own that has run this statement."""
    connection = model.meta.engine.connect()
    transaction = connection.begin()
    try:
        connection.execute(statement, {"id": package_id})
        yield transaction
    finally:
        if transaction.is_active:
            transaction.rollback()
        connection.close()


def is_public(package_id: str) -> bool:
    """Tell what the database says in a fresh transaction."""
    model.Session.rollback()
    return bool(manifest.truly_public([package_id]))


@pytest.mark.parametrize("statement", [CHANGE, TITLE], ids=["resource", "package"])
@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_change_that_came_first(chain: Chain, flask_app: Any, statement: Any, end: str) -> None:
    """The publisher waits; a change that was kept stops him, one that was undone does not."""
    approved = chain.approved()
    model.Session.rollback()
    with uncommitted(statement, approved["package_id"]) as change:
        publisher = Person(
            flask_app,
            lambda: chain.act("terbitkan", "walidata", manifest=approved["manifest"]),
        )
        publisher.join(0.7)
        assert publisher.is_alive(), "the publisher did not wait for the open change"
        getattr(change, end)()
        outcome = publisher.done()
    if end == "commit":
        assert isinstance(outcome, toolkit.ValidationError)
        assert not is_public(approved["package_id"])
    else:
        assert outcome["state"] == "terpublikasi"
        assert is_public(approved["package_id"])


@pytest.mark.parametrize("statement", [CHANGE, TITLE], ids=["resource", "package"])
def test_a_change_that_came_second(
    chain: Chain, flask_app: Any, statement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change waits for the publisher and is then refused by the gate."""
    approved = chain.approved()
    package_id = approved["package_id"]
    model.Session.rollback()
    inserted, go_on = threading.Event(), threading.Event()
    make_public = publish.make_public

    def slowly(isian: Isian, user: str) -> Any:
        model.Session.execute(
            text("UPDATE package SET private = false WHERE id = :id"), {"id": package_id}
        )
        inserted.set()
        go_on.wait(WAIT)
        return make_public(isian, user)

    monkeypatch.setattr(publish, "make_public", slowly)
    publisher = Person(
        flask_app, lambda: chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    )
    assert inserted.wait(WAIT)

    def change() -> None:
        model.Session.execute(statement, {"id": package_id})
        model.Session.commit()

    changer = Person(flask_app, change)
    changer.join(0.7)
    assert changer.is_alive(), "the change did not wait for the publisher"
    go_on.set()
    assert publisher.done()["state"] == "terpublikasi"
    assert isinstance(changer.done(), DBAPIError)
    assert is_public(package_id)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("terbitkan", "walidata"), ("terbitkan", "walidata2")),
        (("terbitkan", "walidata"), ("kembalikan", "walidata2")),
    ],
)
def test_two_walidata_decide_at_once(
    chain: Chain, flask_app: Any, first: tuple[str, str], second: tuple[str, str]
) -> None:
    """One of the two acts happens, the other is told what it found."""
    approved = chain.approved()
    model.Session.rollback()

    def act(name: str, who: str) -> Callable[[], Any]:
        return lambda: chain.act(name, who, manifest=approved["manifest"], note="alasan yang cukup")

    people = [Person(flask_app, act(*first)), Person(flask_app, act(*second))]
    outcomes = [person.done() for person in people]
    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1, outcomes
    state = chain.show()["state"]
    assert is_public(approved["package_id"]) == (state == "terpublikasi")
    assert verify_history()[2] == []


def test_two_uploads_at_once_leave_one_of_the_two(chain: Chain, flask_app: Any) -> None:
    chain.upload()
    model.Session.rollback()
    people = [Person(flask_app, chain.upload) for _ in range(2)]
    for person in people:
        person.done()
    files = chain.show("produsen")["berkas"]
    assert len(files) == 1
    assert files[0]["verdict"]["valid"]
    assert verify_history()[2] == []


def test_two_revisions_at_once_make_one(chain: Chain, flask_app: Any) -> None:
    chain.published()
    model.Session.rollback()
    people = [
        Person(flask_app, lambda who=who: chain.act("revisi_mulai", who, note="angka baru"))
        for who in ("produsen", "produsen2")
    ]
    outcomes = [person.done() for person in people]
    assert sum(isinstance(outcome, dict) for outcome in outcomes) == 1, outcomes
    assert model.Session.query(Isian).filter_by(kind="revisi").count() == 1
