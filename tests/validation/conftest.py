"""Fixtures of the tests of `lppd_validation`, over the real PostgreSQL, Redis and Solr."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from werkzeug.datastructures import FileStorage

from ckanext.lppd_validation import outbox
from ckanext.lppd_validation.model import Validation, forget_table

PLUGINS = "lppd_validation datastore activity"
VALID = b"a,b,c,d\n1,2,3,4\n"
INVALID = b"a,b,c,d\n1,2,3\n"


class Database:
    """Remembers that the test database was made anew once in this run, and who is in it."""

    clean = False
    editor: dict[str, Any]
    org: dict[str, Any]

    @classmethod
    def fill(cls) -> None:
        """Create the organisation and the editor that tests share; passwords take time."""
        cls.editor = factories.User()
        users = [{"name": cls.editor["name"], "capacity": "editor"}]
        cls.org = factories.Organization(users=users)


@pytest.fixture
def portal(
    ckan_config: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    reset_db: Callable[[], None],
    reset_index: Callable[[], None],
    migrate_db_for: Callable[..., None],
    with_plugins: Any,
) -> Iterator[None]:
    """A portal with the plugin loaded, an upload directory of its own and a migrated database."""
    monkeypatch.setitem(ckan_config, "ckan.storage_path", str(tmp_path))
    if not Database.clean:
        forget_table()
        reset_db()
        reset_index()
        migrate_db_for("activity")
        migrate_db_for("lppd_validation")
        Database.fill()
        Database.clean = True
    yield
    model.Session.rollback()


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of resources whose check was queued, instead of a queue."""
    found: list[str] = []

    def enqueue(resource_id: str) -> str:
        found.append(resource_id)
        return f"job-{len(found)}"

    monkeypatch.setattr(outbox, "enqueue", enqueue)
    return found


def upload(data: bytes = VALID, name: str = "data.csv") -> FileStorage:
    """Return a file as a form or the API sends it."""
    return FileStorage(io.BytesIO(data), filename=name)


def rows_of(resource_id: str) -> list[Validation]:
    """Return what the table holds about a resource, freshly read."""
    model.Session.expire_all()
    return model.Session.query(Validation).filter_by(resource_id=resource_id).all()


class Setting:
    """An organisation with an editor, and a dataset of it."""

    def __init__(self, *, private: bool = False) -> None:
        self.editor, self.org = Database.editor, Database.org
        self.dataset = factories.Dataset(owner_org=self.org["id"], private=private)

    def call(self, action: str, **data: Any) -> Any:
        """Call an action as the editor, with authorization."""
        context = {"user": self.editor["name"], "ignore_auth": False}
        return call_action(action, context, **data)

    def resource(self, data: bytes = VALID, name: str = "data.csv", **fields: Any) -> Any:
        """Create a resource with an upload, as the editor."""
        return self.call(
            "resource_create",
            package_id=self.dataset["id"],
            upload=upload(data, name),
            **{"format": "CSV", "url": name, **fields},
        )


@pytest.fixture
def setting(portal: None, queued: list[str]) -> Setting:
    """An organisation with an editor and a public dataset; checks are noted, not queued."""
    return Setting()
