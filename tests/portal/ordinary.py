"""Ordinary datasets and the people around them, for the tests of enrolment."""

from __future__ import annotations

import json
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from flask import g
from sqlalchemy import event, text

from ckanext.lppd.model.isian_store import isian_of_package
from tests.portal.conftest import City, as_upload

ORG = "dinkes"
GOOD = b"kecamatan,jumlah\nMedan Kota,12\n"


def make(city: City, name: str, org: str = ORG, *, private: bool = False, **extra: Any) -> Any:
    """Make an ordinary dataset with a link and an upload, before anything is enrolled."""
    dataset = city.call(
        "sysadmin",
        "package_create",
        name=name,
        title=f"Judul {name}",
        notes="Keterangan",
        license_id="cc-by",
        owner_org=city.agencies[org],
        private=private,
        extras=[{"key": "sumber", "value": "laporan"}],
        tags=[{"name": "kesehatan"}],
        resources=[{"url": "http://example.org/a.csv", "name": "tautan", "format": "CSV"}],
        **extra,
    )
    city.call(
        "sysadmin",
        "resource_create",
        package_id=dataset["id"],
        upload=as_upload(GOOD, "data.csv"),
        url="data.csv",
        name="berkas",
    )
    return city.call("sysadmin", "package_show", id=dataset["id"])


def enrol(city: City, org: str = ORG, **data: Any) -> Any:
    """Enrol an organisation."""
    return city.call("sysadmin", "lppd_organisasi_daftarkan", id=org, alasan="percobaan", **data)


def anybody(city: City, name: str) -> str:
    """Return, as text, what an anonymous client reads of a dataset; empty where refused."""
    try:
        return json.dumps(city.call("anonim", "package_show", id=name), sort_keys=True)
    except (toolkit.NotAuthorized, toolkit.ObjectNotFound):
        model.Session.rollback()
        return ""


def sql(statement: str, **data: Any) -> None:
    """Run a statement below Python and commit it."""
    try:
        model.Session.execute(text(statement), data)
        model.Session.commit()
    finally:
        model.Session.rollback()
        model.Session.expire_all()


def walk_to_public(city: City, package_id: str) -> dict[str, Any]:
    """Send a dataset through the whole chain."""
    isian = isian_of_package(package_id)
    assert isian is not None
    city.call("produsen_lain", "lppd_periksa", id=isian.id)
    shown = city.call("produsen_lain", "lppd_ajukan", id=isian.id)
    city.call("walidata", "lppd_setujui", id=isian.id, manifest=shown["manifest"])
    return city.call("walidata", "lppd_terbitkan", id=isian.id, manifest=shown["manifest"])


class Counter:
    """Counts the statements of our own tables while it is open."""

    def __enter__(self) -> Counter:
        self.ours: list[str] = []
        event.listen(model.meta.engine, "before_cursor_execute", self._note)
        return self

    def _note(self, conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "lppd_" in statement:
            self.ours.append(" ".join(statement.split()))

    def __exit__(self, *error: Any) -> None:
        event.remove(model.meta.engine, "before_cursor_execute", self._note)


def as_person(city: City, who: str) -> dict[str, str]:
    """Return the header of a signed-in client."""
    g.pop("_login_user", None)  # requests of a test share the context that remembers the person
    token = toolkit.get_action("api_token_create")(
        {"ignore_auth": True}, {"user": city.users[who], "name": f"uji-{who}"}
    )["token"]
    return {"Authorization": token}
