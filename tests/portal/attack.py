"""A small portal to attack, people who attack it, and what anybody can read of it.

The world is made once; after an attack that left a trace in it (a producer may well delete a draft)
its rows and files are put back.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ckan import model
from ckan.lib import search
from ckan.plugins import toolkit
from ckanext.datastore.backend.postgres import get_read_engine
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from tests.portal import conftest
from tests.portal.conftest import YEAR, Chain, City, as_upload, indicator_csv

API = "/api/3/action/"
REFUSED = (400, 403, 404, 409)
PEOPLE = ("orang_luar", "produsen", "produsen2", "walidata", "sysadmin")
KEPT_ROWS = "lppd_serang"
STATE = (
    "SELECT to_jsonb(p) - 'metadata_modified' FROM package p ORDER BY id",
    "SELECT to_jsonb(r) - 'metadata_modified' - 'last_modified' FROM resource r ORDER BY id",
    "SELECT to_jsonb(i) - 'updated_at' - 'last_editor' FROM lppd_isian i ORDER BY id",
    "SELECT to_jsonb(c) FROM lppd_current_release c ORDER BY package_id",
    "SELECT to_jsonb(t) FROM package_tag t ORDER BY id",
    "SELECT to_jsonb(t) FROM tag t ORDER BY id",
    "SELECT to_jsonb(m) FROM member m ORDER BY id",
    'SELECT to_jsonb(g) FROM "group" g ORDER BY id',
    "SELECT to_jsonb(v) FROM resource_view v ORDER BY id",
    "SELECT to_jsonb(r) FROM package_relationship r ORDER BY id",
    "SELECT to_jsonb(a) - 'id' - 'timestamp' FROM activity a WHERE activity_type = 'x'",
)


class Refused(Exception):
    """An attack that was turned away: the status and what was said."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(status, said)
        self.status, self.said = status, said


@dataclass
class Target:
    """A dataset of the world."""

    isian_id: str
    package_id: str
    name: str
    resources: list[str]

    @property
    def resource_id(self) -> str:
        """Its capaian."""
        return self.resources[0]


@dataclass
class World:
    """A city with a draft, an approved and a published dataset, and an ordinary one."""

    web: Any
    inside: Callable[[], Any]  # a request context; HTTP calls need to be made outside of one
    storage: Path
    city: City
    draft: Target
    approved: Target
    public: Target
    stock: Target
    tokens: dict[str, str]
    seen: dict[str, Any] = field(default_factory=dict)
    state: str = ""
    has_tables: bool = False

    def bytes_of(self, target: Target) -> dict[str, str]:
        """Return the hash of each stored file of a dataset."""
        return {
            str(path.relative_to(self.storage)): hashlib.sha256(path.read_bytes()).hexdigest()
            for resource_id in target.resources
            for path in sorted((self.storage / "lppd" / resource_id).iterdir())
        }

    def look(self, *, brief: bool = False) -> dict[str, Any]:
        """Return what an anonymous client can read: everything, or by one door each."""
        model.Session.rollback()
        seen: dict[str, Any] = {}
        calls: list[tuple[str, dict[str, Any]]] = [
            ("package_search", {"q": "*:*", "include_private": True, "include_drafts": True}),
            ("package_list", {}),
            ("resource_search", {"query": "name:capaian"}),
            ("current_package_list_with_resources", {}),
            ("lppd_nilai", {}),
        ]
        for target in (self.draft, self.approved, self.public):
            calls.append(("package_show", {"id": target.package_id}))
            if brief:
                continue
            calls.append(("package_show", {"id": target.name}))
            calls.append(("package_relationships_list", {"id": target.package_id}))
            for resource_id in target.resources:
                calls.append(("resource_show", {"id": resource_id}))
                calls.append(("resource_view_list", {"id": resource_id}))
                if self.has_tables:
                    calls.append(("datastore_search", {"resource_id": resource_id}))
        for action, data in calls[: 2 if brief else 5] + calls[5:]:
            seen[f"{action} {data}"] = self._anonymous(action, data)
        for target in (self.public,) if brief else (self.draft, self.approved, self.public):
            address = f"/dataset/{target.package_id}/resource/{target.resource_id}/download/x.csv"
            answer = self.web.get(address, follow_redirects=False)
            seen[address] = (answer.status_code, hashlib.sha256(answer.data).hexdigest())
            if answer.status_code != 200:
                seen[address] = answer.status_code
        seen["bytes"] = [self.bytes_of(target) for target in (self.approved, self.public)]
        return seen

    def _anonymous(self, action: str, data: dict[str, Any]) -> Any:
        try:
            with self.inside():
                found = self.city.call("anonim", action, **data)
        except (toolkit.NotAuthorized, toolkit.ObjectNotFound) as refusal:
            model.Session.rollback()
            return type(refusal).__name__
        found = json.loads(json.dumps(found, default=str))
        # a write that nobody reads moves a dataset in the order of changes
        for listed in (found, found.get("results") if isinstance(found, dict) else None):
            if isinstance(listed, list) and listed and isinstance(listed[0], dict):
                listed.sort(key=lambda item: str(item.get("id")))
        return _without_times(found)

    def keep(self) -> None:
        """Remember rows and files, so that they can be put back."""
        model.Session.rollback()
        run = model.Session.connection().exec_driver_sql
        run(f"DROP SCHEMA IF EXISTS {KEPT_ROWS} CASCADE; CREATE SCHEMA {KEPT_ROWS}")
        for table in _tables():
            run(f'CREATE TABLE {KEPT_ROWS}."{table}" AS TABLE public."{table}"')
        model.Session.commit()
        shutil.copytree(self.storage / "lppd", self.storage / "asal")
        self.seen, self.state = self.look(), self.fingerprint()

    def put_back(self) -> None:
        """Give the world its rows, files and index back."""
        conftest._empty()
        run = model.Session.connection().exec_driver_sql
        tables = _tables()
        for table in tables:
            run(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            run(f'INSERT INTO "{table}" SELECT * FROM {KEPT_ROWS}."{table}"')
        for table in tables:
            run(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        model.Session.commit()
        shutil.rmtree(self.storage / "lppd")
        shutil.copytree(self.storage / "asal", self.storage / "lppd")
        search.clear_all()
        with self.inside():
            for target in (self.draft, self.approved, self.public, self.stock):
                search.rebuild(target.package_id, force=True)

    def fingerprint(self) -> str:
        """Return a hash of the rows that an attack may change, times left out."""
        model.Session.rollback()
        digest = hashlib.sha256()
        for statement in STATE:
            for row in model.Session.execute(text(statement)).scalars():
                digest.update(json.dumps(row, sort_keys=True, default=str).encode())
        digest.update(json.dumps(self.bytes_of(self.public)).encode())
        return digest.hexdigest()


def _has_tables() -> bool:
    """Tell whether the DataStore was set up: its permissions make the view that a search reads."""
    with get_read_engine().connect() as connection:
        found = connection.execute(text("SELECT to_regclass('_table_metadata')")).scalar()
    return found is not None


def _tables() -> list[str]:
    tables = [table.name for table in model.repo.metadata.sorted_tables]
    return [name for name in tables if name not in conftest.KEPT]


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_times(v) for k, v in value.items() if k != "metadata_modified"}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def make_world(web: Any, storage: Path) -> World:
    """Empty the portal and fill it: four datasets and a token for each person."""
    with web.flask_app.test_request_context():
        world = _filled(web, storage)
    world.has_tables = _has_tables()
    world.keep()
    return world


def _filled(web: Any, storage: Path) -> World:
    conftest._empty()
    search.clear_all()
    city = conftest.make_city()
    chains = [Chain(city, conftest.open_isian(city, year=YEAR + n).id) for n in range(3)]
    for number, chain in enumerate(chains):
        chain.upload(indicator_csv(year=YEAR + number))
        package_id = chain.show()["package_id"]
        city.call("produsen", "package_patch", id=package_id, tag_string="penduduk,lppd")
        chain.city.call(
            "produsen",
            "resource_create",
            package_id=package_id,
            upload=as_upload(b"a,b\n1,2\n", "rincian.csv"),
            url="rincian.csv",
            name="rincian.csv",
            peran="rincian",
        )
        chain.act("periksa", "produsen")
    for chain in chains[1:]:
        chain.act("ajukan", "produsen")
        chain.act("setujui", "walidata2", manifest=chain.show()["manifest"])
    chains[2].act("terbitkan", "walidata2", manifest=chains[2].show()["manifest"])
    stock = city.call(
        "produsen",
        "package_create",
        name="data-biasa",
        owner_org=city.agencies["disdukcapil"],
        resources=[{"url": "http://example.org/a.csv", "name": "biasa.csv"}],
    )
    return World(
        web,
        web.flask_app.test_request_context,
        storage,
        city,
        *(_target(chain) for chain in chains),
        Target("", stock["id"], stock["name"], [stock["resources"][0]["id"]]),
        tokens={person: _token(city.users[person]) for person in PEOPLE},
    )


def _target(chain: Chain) -> Target:
    shown = chain.show()
    files = sorted(shown["berkas"], key=lambda file: file["peran"])
    return Target(
        chain.id,
        shown["package_id"],
        shown["dataset_name"],
        [file["resource_id"] for file in files],
    )


def _token(user: str) -> str:
    made = toolkit.get_action("api_token_create")(
        {"ignore_auth": True, "user": user}, {"user": user, "name": "uji"}
    )
    return str(made["token"])


def forget_rows() -> None:
    """Remove what `keep` left in the database."""
    model.Session.rollback()
    model.Session.connection().exec_driver_sql(f"DROP SCHEMA IF EXISTS {KEPT_ROWS} CASCADE")
    model.Session.commit()


class Attack:
    """Somebody who tries: over HTTP with a token, anonymously, or in Python with `ignore_auth`."""

    def __init__(self, world: World, who: str) -> None:
        self.world, self.who = world, who
        self.draft, self.approved = world.draft, world.approved
        self.public, self.stock = world.public, world.stock
        self.agencies = world.city.agencies
        self.headers = {"Authorization": world.tokens[who]} if who in world.tokens else {}

    def call(self, action: str, **data: Any) -> Any:
        """Call an action; an `upload` goes as a form.

        Raises:
            Refused: for an orderly refusal; anything else is a failure of the portal.
        """
        if self.who == "ignore_auth":
            return self.within(action, {}, **data)
        if isinstance(data.get("upload"), FileStorage):
            sent = {**data, "upload": (data["upload"].stream, data["upload"].filename)}
            form = {name: str(v) if isinstance(v, bool) else v for name, v in sent.items()}
            return self.post(API + action, data=form, content_type="multipart/form-data")
        return self.post(API + action, json=data)

    def within(self, action: str, context: dict[str, Any], **data: Any) -> Any:
        """Call an action in Python with `ignore_auth`, as harvesters and jobs do."""
        user = self.world.city.users["produsen"]
        try:
            with self.world.inside():
                asked = {"ignore_auth": True, "user": user, **context}
                return toolkit.get_action(action)(asked, data)
        except toolkit.ValidationError as refusal:
            raise Refused(409, json.dumps(refusal.error_dict, ensure_ascii=False)) from refusal
        except (toolkit.NotAuthorized, toolkit.ObjectNotFound) as refusal:
            raise Refused(403, str(refusal)) from refusal

    def post(self, address: str, **sent: Any) -> Any:
        """Send a request; return the result of an action, or the text of a page."""
        return self.answer(self.world.web.post(address, **self._options(sent)))

    def get(self, address: str, **sent: Any) -> Any:
        """Fetch an address; return the result of an action, or the text of a page."""
        return self.answer(self.world.web.get(address, **self._options(sent)))

    def _options(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"headers": self.headers, "follow_redirects": False, **sent}

    def answer(self, answer: Any) -> Any:
        """Return what an answer holds.

        Raises:
            Refused: for a refusal.
        """
        said = answer.get_data(as_text=True)
        assert answer.status_code < 500, said[:2000]
        if answer.status_code in REFUSED:
            if answer.mimetype == "application/json":
                said = json.dumps(json.loads(said), ensure_ascii=False)
            raise Refused(answer.status_code, said)
        if answer.mimetype == "application/json":
            return json.loads(said).get("result")
        return said

    def dataset(self, target: Target, **changes: Any) -> dict[str, Any]:
        """Return a dataset as it is, with changes, ready to be sent back."""
        with self.world.inside():
            shown = toolkit.get_action("package_show")(
                {"ignore_auth": True}, {"id": target.package_id}
            )
        return json.loads(json.dumps({**shown, **changes}, default=str))

    def go_on(self) -> None:
        """Do what this person may do: it must work right after a refusal."""
        if self.who == "ignore_auth":
            assert self.within("package_show", {}, id=self.stock.package_id)["state"] == "active"
        else:
            assert self.get(f"{API}package_show?id={self.stock.name}")["state"] == "active"


def other_file(filename: str = "capaian.csv") -> FileStorage:
    """Return a file that nobody has approved."""
    return as_upload(indicator_csv().replace(b"12.71,", b"12.71,1"), filename)


def has_action(name: str) -> bool:
    """Tell whether this CKAN has the action."""
    try:
        toolkit.get_action(name)
    except KeyError:
        return False
    return True
