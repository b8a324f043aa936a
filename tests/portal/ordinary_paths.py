"""Ways to make a draft public, tried on datasets of an ordinary type (`test_enrolment_paths`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.model import Isian
from ckanext.lppd.release import manifest
from tests.portal.conftest import Chain

REFUSALS = (toolkit.ValidationError, toolkit.NotAuthorized, IntegrityError)
Path = Callable[["Attack"], Any]


class Attack:
    """A draft with a checked file, and somebody who tries to make it public."""

    def __init__(self, chain: Chain, who: str) -> None:
        isian = chain.upload()
        self.city, self.who = chain.city, who
        self.package_id: str = isian["package_id"]
        self.resource_id: str = isian["capaian"]["resource_id"]

    def call(self, action: str, **data: Any) -> Any:
        """Call an action as the attacker; `ignore_auth` is one of them."""
        if self.who != "ignore_auth":
            return self.city.call(self.who, action, **data)
        user = self.city.users["produsen"]
        return toolkit.get_action(action)({"ignore_auth": True, "user": user}, data)

    def dataset(self, **changes: Any) -> dict[str, Any]:
        """Return the dataset as it is, with changes."""
        shown = toolkit.get_action("package_show")({"ignore_auth": True}, {"id": self.package_id})
        return {**shown, **changes}


def _sql(statement: str) -> Path:
    def run(attack: Attack) -> None:
        model.Session.execute(text(statement), {"id": attack.package_id})
        model.Session.commit()

    return run


def _orm(attack: Attack) -> None:
    model.Package.get(attack.package_id).private = False
    model.Session.commit()


def _orm_null(attack: Attack) -> None:
    model.Package.get(attack.package_id).private = None
    model.Session.commit()


def _query_update(attack: Attack) -> None:
    model.Session.query(model.Package).filter_by(id=attack.package_id).update({"private": False})
    model.Session.commit()


def _without_private(attack: Attack) -> Any:
    dataset = attack.dataset()
    dataset.pop("private")
    return attack.call("package_update", **dataset)


def _delete_and_undelete(attack: Attack) -> Any:
    attack.call("package_delete", id=attack.package_id)
    return attack.call("package_patch", id=attack.package_id, state="active", private=False)


PATHS: dict[str, Path] = {
    "package_patch": lambda a: a.call("package_patch", id=a.package_id, private=False),
    "package_patch text": lambda a: a.call("package_patch", id=a.package_id, private="False"),
    "package_patch zero": lambda a: a.call("package_patch", id=a.package_id, private=0),
    "package_update": lambda a: a.call("package_update", **a.dataset(private=False)),
    "package_update by name": lambda a: a.call(
        "package_update", **{**a.dataset(private=False), "id": a.dataset()["name"]}
    ),
    "package_update without private": _without_private,
    "package_update without owner": lambda a: a.call(
        "package_update", **a.dataset(private=False, owner_org=None)
    ),
    "package_revise": lambda a: a.call(
        "package_revise", match={"id": a.package_id}, update={"private": False}
    ),
    "package_patch type": lambda a: a.call(
        "package_patch", id=a.package_id, type="dataset", private=False
    ),
    "bulk_update_public": lambda a: a.call(
        "bulk_update_public", datasets=[a.package_id], org_id=a.city.agencies["disdukcapil"]
    ),
    "delete and undelete": _delete_and_undelete,
    "state through draft": lambda a: (
        a.call("package_patch", id=a.package_id, state="draft", private=False),
        a.call("package_patch", id=a.package_id, state="active"),
    ),
    "move to another owner": lambda a: (
        a.call(
            "package_owner_org_update",
            id=a.package_id,
            organization_id=a.city.agencies["dinkes"],
        ),
        a.call("package_patch", id=a.package_id, private=False),
    ),
    "own release columns": lambda a: a.call(
        "package_patch", id=a.package_id, private=False, lppd_manifest="x", release="x"
    ),
    "lppd_terbitkan from draf": lambda a: a.city.call(
        a.who if a.who != "ignore_auth" else "produsen",
        "lppd_terbitkan",
        id=model.Session.query(Isian).one().id,
        manifest=manifest.current_manifest(a.package_id),
    ),
    "ORM": _orm,
    "ORM null": _orm_null,
    "Query.update": _query_update,
    "SQL": _sql("UPDATE package SET private = false WHERE id = :id"),
    "SQL null": _sql("UPDATE package SET private = NULL WHERE id = :id"),
    "SQL other type": _sql("UPDATE package SET type = 'dataset', private = false WHERE id = :id"),
    "SQL other type first": _sql("UPDATE package SET type = 'dataset' WHERE id = :id"),
    "SQL by way of draft": _sql(
        "UPDATE package SET private = false, state = 'draft' WHERE id = :id; "
        "UPDATE package SET state = 'active' WHERE id = :id"
    ),
}
BELOW_PYTHON = tuple(name for name in PATHS if name.startswith(("ORM", "SQL", "Query")))
