"""Publish against every other act, in both orders, at every point where publishing holds or gives.

One of the two is stopped at a point, the other runs until it ends or waits, the first goes on. What
anybody reads afterwards was approved, the record is whole, and nobody waits for ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian
from ckanext.lppd.release import evidence, manifest, publish, revision
from ckanext.lppd.workflow import service
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import Chain, as_upload
from tests.portal.test_races import WAIT, Person
from tests.portal.test_revision import revised_csv

pytestmark = pytest.mark.usefixtures("clean_index")

# where the publisher stands still
POINTS: dict[str, tuple[Any, str]] = {
    "before the lock": (service, "locked_isian"),
    "under the lock": (evidence, "gaps"),
    "before the release": (publish, "add_release"),
    "before the public row": (publish, "make_public"),
}
SWITCH_POINTS: dict[str, tuple[Any, str]] = {
    "before the lock": (service, "locked_isian"),
    "before the switch": (revision, "switch"),
    "at the bytes": (revision, "_link_bytes"),
    "before the release": (publish, "add_release"),
    "before the copy goes": (revision, "purge_copy"),
}
HEAD_START = 0.4


class Ids:
    """What the acts are done to, read before the race."""

    def __init__(self, chain: Chain, shown: dict[str, Any]) -> None:
        self.chain, self.city = chain, chain.city
        self.isian, self.manifest = shown["id"], shown["manifest"]
        self.package, self.file = shown["package_id"], shown["capaian"]["resource_id"]

    def call(self, who: str, action: str, **data: Any) -> Any:
        """Call an action as this person."""
        return self.city.call(who, action, **data)


Act = Callable[[Ids], Any]
OTHERS: dict[str, Act] = {
    "upload": lambda ids: ids.call(
        "produsen", "resource_patch", id=ids.file, upload=as_upload(revised_csv())
    ),
    "upload by sysadmin": lambda ids: ids.call(
        "sysadmin", "resource_patch", id=ids.file, upload=as_upload(revised_csv())
    ),
    "isian upload": lambda ids: ids.call(
        "produsen", "lppd_isian_unggah", id=ids.isian, upload=as_upload(revised_csv())
    ),
    "metadata": lambda ids: ids.call("produsen", "package_patch", id=ids.package, title="Lain"),
    "keywords": lambda ids: ids.call(
        "sysadmin", "package_patch", id=ids.package, tags=[{"name": "lain"}]
    ),
    "file deleted": lambda ids: ids.call("produsen", "resource_delete", id=ids.file),
    "dataset deleted": lambda ids: ids.call("sysadmin", "package_delete", id=ids.package),
    "purged": lambda ids: ids.call("sysadmin", "dataset_purge", id=ids.package),
    "returned": lambda ids: ids.call(
        "walidata2", "lppd_kembalikan", id=ids.isian, note="angka keliru"
    ),
    "withdrawn": lambda ids: ids.call(
        "walidata2", "lppd_tarik_publikasi", id=ids.isian, note="angka keliru"
    ),
    "published too": lambda ids: ids.call(
        "walidata2", "lppd_terbitkan", id=ids.isian, manifest=ids.manifest
    ),
    "revised": lambda ids: ids.call(
        "produsen", "lppd_revisi_mulai", id=ids.isian, note="angka baru"
    ),
}


def race(
    monkeypatch: pytest.MonkeyPatch,
    app: Any,
    point: tuple[Any, str],
    first: Callable[[], Any],
    second: Callable[[], Any],
) -> list[Any]:
    """Stop the first at the point, let the second run or wait, let the first go on."""
    owner, name = point
    original = getattr(owner, name)
    arrived, go_on, stopped = threading.Event(), threading.Event(), threading.Event()

    def halting(*args: Any, **kwargs: Any) -> Any:
        if threading.current_thread() is people[0] and not stopped.is_set():
            stopped.set()
            arrived.set()
            go_on.wait(WAIT)
        return original(*args, **kwargs)

    model.Session.rollback()
    model.Session.remove()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, halting)
        started = threading.Event()
        people: list[Person] = []

        def leading() -> Any:
            started.wait(WAIT)
            try:
                return first()
            finally:
                arrived.set()  # an act that ends before the point must not be waited for

        people.append(Person(app, leading))
        started.set()
        assert arrived.wait(WAIT)
        people.append(Person(app, second))
        people[1].join(HEAD_START)
        go_on.set()
        return [person.done() for person in people]


def assert_legal(chain: Chain, allowed: set[str], outcomes: list[Any]) -> None:
    """Assert that what anybody reads is one of the approved contents, or nothing."""
    model.Session.rollback()
    assert not [o for o in outcomes if isinstance(o, BaseException) and _unknown(o)], outcomes
    isian = model.Session.get(Isian, chain.id, populate_existing=True)
    package_id = isian.package_id
    try:
        shown = chain.city.call("anonim", "package_show", id=package_id)
    except (toolkit.NotAuthorized, toolkit.ObjectNotFound, toolkit.ValidationError):
        model.Session.rollback()
        assert isian.state != "terpublikasi", outcomes
        assert chain.city.call("anonim", "lppd_nilai")["count"] == 0
    else:
        assert isian.state == "terpublikasi", outcomes
        assert manifest.is_released(package_id)
        assert {file["sha256"] for file in shown["resources"]} <= allowed
        assert shown["title"] != "Lain" and shown["tags"] == []
    assert verify_history()[2] == []


def _unknown(outcome: BaseException) -> bool:
    return not isinstance(outcome, (toolkit.ValidationError, toolkit.NotAuthorized))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("other", OTHERS)
def test_publish_first(
    chain: Chain, flask_app: Any, monkeypatch: pytest.MonkeyPatch, point: str, other: str
) -> None:
    ids = Ids(chain, chain.approved())
    allowed = {chain.show()["capaian"]["sha256"]}
    outcomes = race(
        monkeypatch,
        flask_app,
        POINTS[point],
        lambda: chain.act("terbitkan", "walidata", manifest=ids.manifest),
        lambda: OTHERS[other](ids),
    )
    assert_legal(chain, allowed, outcomes)


@pytest.mark.parametrize("other", OTHERS)
def test_the_other_first(
    chain: Chain, flask_app: Any, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """The other holds what it has written, up to its commit, while the publisher comes."""
    ids = Ids(chain, chain.approved())
    allowed = {chain.show()["capaian"]["sha256"]}
    outcomes = race(
        monkeypatch,
        flask_app,
        (model.Session, "commit"),
        lambda: OTHERS[other](ids),
        lambda: chain.act("terbitkan", "walidata", manifest=ids.manifest),
    )
    assert_legal(chain, allowed, outcomes)


@pytest.mark.parametrize("point", SWITCH_POINTS)
@pytest.mark.parametrize("other", ["metadata", "upload by sysadmin", "withdrawn", "purged"])
def test_the_switch_of_a_revision(
    chain: Chain, flask_app: Any, monkeypatch: pytest.MonkeyPatch, point: str, other: str
) -> None:
    """Against acts on the published dataset: the old version, the new one, or nothing."""
    ids = Ids(chain, chain.published())
    allowed = {chain.show()["capaian"]["sha256"]}
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    allowed.add(approved["capaian"]["sha256"])
    outcomes = race(
        monkeypatch,
        flask_app,
        SWITCH_POINTS[point],
        lambda: copy.act("terbitkan", "walidata", manifest=approved["manifest"]),
        lambda: OTHERS[other](ids),
    )
    assert_legal(chain, allowed, outcomes)
