"""Fixtures of the tests that run inside CKAN on real PostgreSQL, Redis and Solr."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan import plugins as p
from ckan.plugins import toolkit
from ckan.tests import helpers
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from ckanext.lppd.katalog import example_csv, load_edisi, schemas_dir
from ckanext.lppd.model import Isian, OrganizationRole
from ckanext.lppd.model.katalog_store import get_edisi, save_edisi

EDITION = "2025"
YEAR = 2025
CODE = "2.f.1"
# what stays from test to test: the catalogue and what the migrations wrote
KEPT = frozenset({"alembic_version", "lppd_edition", "lppd_indicator", "system_info"})
TRUNCATED = (
    "lppd_bukti",
    "lppd_bukti_hapus",
    "lppd_current_release",
    "lppd_faq",
    "lppd_forum_decision",
    "lppd_file_version",
    "lppd_note",
    "lppd_note_done",
    "lppd_observation",
    "lppd_question_message",
    "lppd_release",
    "lppd_transition",
    "lppd_verdict",
    "lppd_visit",
)
SCOPE = ("lppd_enrolled_org", "lppd_governed_dataset", "lppd_scope_log")


@pytest.fixture(scope="session")
def web(reset_db: Any, migrate_db_for: Any) -> Any:
    """Give the session fresh tables (core, activity, ours), the edition 2025 and a web client."""
    reset_db()
    p.load_all()
    for plugin in ("activity", "lppd", "lppd_validation"):
        migrate_db_for(plugin)
    save_edisi(load_edisi(schemas_dir() / "edisi" / EDITION))
    model.Session.commit()
    return helpers._get_test_app()


@pytest.fixture(scope="session")
def flask_app(web: Any) -> Any:
    """Give the Flask application behind the web client."""
    return web.flask_app


@pytest.fixture
def portal(flask_app: Any, storage: Path) -> Iterator[None]:
    """Give a test an empty portal with the catalogue loaded."""
    if not p.plugin_loaded("lppd"):
        p.load_all()  # tests of other plugins unload everything behind them
    _empty()
    with flask_app.test_request_context():
        yield
    model.Session.remove()


@pytest.fixture
def storage(tmp_path: Path, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test its own file storage; without one of that name CKAN 2.12 keeps files there."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    # a name of its own: loading the plugins anew makes a storage of the name that is set
    absent = f"tidak-ada-{uuid.uuid4().hex}"
    monkeypatch.setitem(ckan_config, "ckan.files.default_storages.resource", absent)
    return tmp_path


def _empty() -> None:
    model.Session.remove()
    # these tables refuse DELETE and TRUNCATE by design, and the gate freezes public resources
    for word in ("DISABLE", "ENABLE"):
        for table in TRUNCATED:
            model.Session.execute(text(f"ALTER TABLE {table} {word} TRIGGER USER"))
        if word == "DISABLE":
            model.Session.execute(text(f"TRUNCATE {', '.join(TRUNCATED)} CASCADE"))
    model.Session.execute(text("UPDATE package SET private = true"))
    for table in SCOPE:  # these refuse to be emptied; nothing reads the gate in between
        model.Session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        model.Session.execute(text(f"TRUNCATE {table}"))
        model.Session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
    for table in reversed(model.repo.metadata.sorted_tables):
        if table.name not in {*KEPT, *TRUNCATED, *SCOPE}:
            model.Session.execute(table.delete())
    model.Session.commit()
    model.Session.remove()


@dataclass
class City:
    """The people and agencies of a small city; `call` acts as one of them."""

    agencies: dict[str, str]
    users: dict[str, str]

    def call(self, who: str, action: str, **data: Any) -> Any:
        """Call an action as this person, through its auth function."""
        name = "" if who == "anonim" else self.users.get(who, who)
        return toolkit.get_action(action)({"user": name, "auth_user_obj": _user(name)}, data)


def _user(name: str) -> Any:
    return model.User.get(name) if name else None


AGENCIES = {
    "disdukcapil": "produsen",
    "dinkes": "produsen",
    "diskominfo": "walidata",
    "bps": "pembina",
    "bappeda": "perencana",
    "inspektorat": "pengawas",
}
PEOPLE = {
    "produsen": ("disdukcapil", "editor"),
    "produsen2": ("disdukcapil", "admin"),
    "produsen_lain": ("dinkes", "editor"),
    "anggota": ("disdukcapil", "member"),
    "walidata": ("diskominfo", "editor"),
    "walidata2": ("diskominfo", "admin"),
    "pembina": ("bps", "editor"),
    "perencana": ("bappeda", "member"),
    "pengawas": ("inspektorat", "member"),
    "orang_luar": (None, None),
}


def make_city() -> City:
    """Make the agencies and one person for each part."""
    groups, users = {}, {}
    for name, role in AGENCIES.items():
        group = model.Group(name=name, title=name.title(), is_organization=True)
        group.type = "organization"
        model.Session.add(group)
        model.Session.flush()
        model.Session.add(OrganizationRole(group_id=group.id, role=role, urusan=[]))
        groups[name] = group.id
    for person, (agency, capacity) in PEOPLE.items():
        user = model.User(name=f"u-{person.replace('_', '-')}", email=f"{person}@example.org")
        model.Session.add(user)
        model.Session.flush()
        users[person] = user.name
        if agency:
            model.Session.add(
                model.Member(
                    table_name="user",
                    table_id=user.id,
                    group=model.Group.get(groups[agency]),
                    capacity=capacity,
                )
            )
    admin = model.User(name="u-sysadmin", email="sysadmin@example.org", sysadmin=True)
    model.Session.add(admin)
    users["sysadmin"] = admin.name
    model.Session.commit()
    return City(groups, users)


@pytest.fixture
def city(portal: None) -> City:
    """Give a test a city with its people."""
    return make_city()


def open_isian(city: City, code: str = CODE, year: int = YEAR) -> Isian:
    """Open one indicator and year for the civil registry."""
    row = Isian(
        kind="indikator",
        edition=EDITION,
        code=code,
        year=year,
        owner_org=city.agencies["disdukcapil"],
    )
    model.Session.add(row)
    model.Session.commit()
    return row


def indicator_csv(code: str = CODE, year: int = YEAR) -> bytes:
    """Return a file that passes every rule of the indicator."""
    edisi = get_edisi(EDITION)
    assert edisi is not None
    indikator = edisi.get(code)
    assert indikator is not None
    return example_csv(edisi, indikator, year)


def as_upload(content: bytes, filename: str = "capaian.csv") -> FileStorage:
    """Return bytes as a browser would send them."""
    return FileStorage(io.BytesIO(content), filename=filename)


class Visitor:
    """A person at the pages, signed in by an API token; each request stands on its own."""

    def __init__(self, web: Any, city: City, who: str) -> None:
        """Make a token for this person; `anonim` has none."""
        self.web, self.headers = web, {}
        if who != "anonim":
            made = toolkit.get_action("api_token_create")(
                {"user": city.users["sysadmin"]}, {"user": city.users[who], "name": f"uji {who}"}
            )
            self.headers = {"Authorization": made["token"]}

    def _send(self, method: str, path: str, **kw: Any) -> Any:
        # a context of its own: Flask would go on with the `g` (and the user) of the test around it
        send = getattr(self.web, method)
        return Context().run(send, path, headers=self.headers, follow_redirects=False, **kw)

    def get(self, path: str) -> Any:
        """Open a page in English, whose words are those of the templates."""
        return self._send("get", f"/en{path}")

    def post(self, path: str, data: dict[str, Any]) -> Any:
        """Send a form."""
        return self._send("post", path, data=data)


@pytest.fixture
def isian(city: City) -> Isian:
    """Open the year for one indicator that the civil registry answers for."""
    return open_isian(city)


@dataclass
class Chain:
    """One isian on its way; every method is one act by the right person and returns the isian."""

    city: City
    id: str

    def show(self, who: str = "walidata") -> dict[str, Any]:
        """Return the isian as this person sees it."""
        return self.city.call(who, "lppd_isian_show", id=self.id)

    def upload(self, content: bytes | None = None, who: str = "produsen", **kw: Any) -> Any:
        """Upload a file (a good one unless told otherwise)."""
        content = indicator_csv() if content is None else content
        upload = as_upload(content, kw.pop("filename", "capaian.csv"))
        return self.city.call(who, "lppd_isian_unggah", id=self.id, upload=upload, **kw)

    def act(self, name: str, who: str, **data: Any) -> dict[str, Any]:
        """Do an act of the workflow."""
        action, _, kind = name.partition("_")
        if action in ("nyatakan", "sahkan") and kind:
            name, data["jenis"] = action, kind
        return self.city.call(who, f"lppd_{name}", id=self.id, **data)

    def act_on(self, action: str, who: str = "produsen", **data: Any) -> Any:
        """Call any action on this isian."""
        return self.city.call(who, action, id=self.id, **data)

    def submitted(self) -> dict[str, Any]:
        """Bring the isian to menunggu_walidata."""
        self.upload()
        return self.act("ajukan", "produsen")

    def approved(self) -> dict[str, Any]:
        """Bring the isian to disetujui."""
        return self.act("setujui", "walidata", manifest=self.submitted()["manifest"])

    def published(self) -> dict[str, Any]:
        """Bring the isian to terpublikasi."""
        return self.act("terbitkan", "walidata", manifest=self.approved()["manifest"])


@pytest.fixture
def chain(city: City, isian: Isian) -> Iterator[Chain]:
    """Give a test an isian and the people to move it."""
    yield Chain(city, isian.id)
