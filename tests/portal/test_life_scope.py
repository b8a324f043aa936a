"""Ordinary datasets while organisations are enrolled and leave: what anybody reads, at every step.

An oracle of its own remembers what was governed and what was public when; the portal is asked as an
anonymous client. `LPPD_HYPOTHESIS=nightly` walks a thousand steps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ckan import model
from ckan.lib import uploader
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import BuildError

from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import manifest
from ckanext.lppd.release.storage import sha256_of_file
from ckanext.lppd.workflow import rules
from ckanext.lppd.workflow.history import verify_history
from tests.portal import test_life
from tests.portal.conftest import City, as_upload
from tests.portal.test_life import NIGHTLY

# core has no address for the files of a type that no plugin knows (one of the SQL statements)
REFUSALS = (*test_life.REFUSALS, BuildError)

PEOPLE = st.sampled_from(["produsen", "produsen_lain", "walidata", "walidata2", "sysadmin"])
ORGS = st.sampled_from(["disdukcapil", "dinkes"])
ACTS = st.sampled_from(["ajukan", "tarik", "setujui", "kembalikan", "terbitkan", "tarik_publikasi"])
WHICH = st.integers(min_value=0, max_value=3)
PARTS = st.integers(min_value=0, max_value=500)
MOST = 4
HEAD = {"notes": "Isi", "license_id": "cc-by"}


class Scope(RuleBasedStateMachine):
    """What people, administrators and SQL do to ordinary datasets of two organisations."""

    city: City
    made = 0

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.enrolled: set[str] = set()
        self.governed: set[str] = set()
        self.inherited: dict[str, Any] = {}
        self.approved: set[Any] = set()
        model.Session.rollback()
        for name in ("disdukcapil", "dinkes"):
            self._try("sysadmin", "lppd_organisasi_keluarkan", id=name, alasan="mulai lagi")

    def _try(self, who: str, action: str, **data: Any) -> Any:
        try:
            return self.city.call(who, action, **data)
        except REFUSALS:
            return None
        finally:
            model.Session.rollback()
            model.Session.expire_all()

    def _one(self, which: int) -> str:
        return self.ids[which % len(self.ids)]

    def _isian(self, which: int, revision: bool) -> str:
        isian = isian_of_package(self._one(which))
        if isian is None:
            return ""
        copy = model.Session.query(Isian).filter_by(parent_id=isian.id).first()
        return str(copy.id if revision and copy is not None else isian.id)

    def _entered(self, package_id: str) -> None:
        row = manifest.package_row(package_id)
        names = {self.city.agencies[name] for name in self.enrolled}
        if row is not None and row.owner_org in names:
            self.governed.add(package_id)

    def _content(self, package_id: str) -> Any:
        """Return what anybody reads, down to the bytes; None where it is refused."""
        try:
            dataset = self.city.call("anonim", "package_show", id=package_id)
        except REFUSALS:
            return None
        finally:
            model.Session.rollback()
        files = [
            (r["id"], r["url"], r["name"], sha256_of_file(Path(self._path(r))))
            for r in dataset["resources"]
        ]
        extras = [(e["key"], e["value"]) for e in dataset["extras"]]
        return dataset["title"], dataset["notes"], tuple(extras), tuple(files)

    def _path(self, resource: dict[str, Any]) -> str:
        return str(uploader.get_resource_uploader(dict(resource)).get_path(resource["id"]))

    @precondition(lambda self: len(self.ids) < MOST)
    @rule(org=ORGS, private=st.booleans(), part=PARTS)
    def create(self, org: str, private: bool, part: int) -> None:
        Scope.made += 1
        dataset = self._try(
            "produsen" if org == "disdukcapil" else "produsen_lain",
            "package_create",
            name=f"biasa-{Scope.made}",
            title=f"Biasa {Scope.made}",
            owner_org=org,
            private=private,
            **HEAD,
        )
        assert dataset is not None
        self.ids.append(dataset["id"])
        self._entered(dataset["id"])
        self.upload("sysadmin", len(self.ids) - 1, part)

    @precondition(lambda self: self.ids)
    @rule(who=PEOPLE, which=WHICH, part=PARTS)
    def upload(self, who: str, which: int, part: int) -> None:
        file = as_upload(f"kecamatan,jumlah\nMedan,{part}\n".encode(), "data.csv")
        shown = self._try("sysadmin", "package_show", id=self._one(which)) or {"resources": []}
        if shown["resources"]:
            self._try(who, "resource_patch", id=shown["resources"][0]["id"], upload=file)
        else:
            self._try(
                who, "resource_create", package_id=self._one(which), upload=file, url="data.csv"
            )

    @rule(who=st.sampled_from(["sysadmin", "walidata", "produsen"]), org=ORGS)
    def enrol(self, who: str, org: str) -> None:
        owner = self.city.agencies[org]
        before = {
            i: self._content(i)
            for i in self.ids
            if (row := manifest.package_row(i)) is not None and row.owner_org == owner
        }
        if self._try(who, "lppd_organisasi_daftarkan", id=org) is None:
            return
        assert who == "sysadmin"
        self.enrolled.add(org)
        for package_id, content in before.items():
            if package_id not in self.governed and content is not None:
                self.inherited[package_id] = content
            self.governed.add(package_id)

    @rule(who=st.sampled_from(["sysadmin", "walidata"]), org=ORGS)
    def leave(self, who: str, org: str) -> None:
        if self._try(who, "lppd_organisasi_keluarkan", id=org, alasan="coba") is not None:
            self.enrolled.discard(org)

    @precondition(lambda self: self.ids)
    @rule(
        who=PEOPLE,
        which=WHICH,
        change=st.sampled_from(
            [
                {"private": False},
                {"private": True},
                {"title": "Judul lain"},
                {"extras": [{"key": "a", "value": "b"}]},
                {"state": "deleted"},
                {"state": "active"},
                {"state": "active", "private": False},
                {"resources": []},
                {"type": "peta", "private": False},
            ]
        ),
    )
    def patch(self, who: str, which: int, change: dict[str, Any]) -> None:
        self._try(who, "package_patch", id=self._one(which), **change)

    @precondition(lambda self: self.ids)
    @rule(which=WHICH, org=ORGS, how=st.sampled_from(["update", "patch", "open", "sql"]))
    def move(self, which: int, org: str, how: str) -> None:
        package_id = self._one(which)
        before = manifest.package_row(package_id)
        if how == "update":
            self._try("sysadmin", "package_owner_org_update", id=package_id, organization_id=org)
        elif how == "sql":
            self.sql(which, f"UPDATE package SET owner_org = '{self.city.agencies[org]}'")
        else:
            opened = {"private": False} if how == "open" else {}
            self._try("sysadmin", "package_patch", id=package_id, owner_org=org, **opened)
        # what a walidata let go stays so in its organisation; it comes back by moving in
        if manifest.package_row(package_id).owner_org != before.owner_org:
            self._entered(package_id)

    @precondition(lambda self: self.ids)
    @rule(who=PEOPLE, which=WHICH, action=st.sampled_from(["package_delete", "dataset_purge"]))
    def remove(self, who: str, which: int, action: str) -> None:
        package_id = self._one(which)
        self._try(who, action, id=package_id)
        if manifest.package_row(package_id) is None:
            self.ids.remove(package_id)

    @precondition(lambda self: self.ids)
    @rule(which=WHICH)
    def undelete(self, which: int) -> None:
        try:
            model.Package.get(self._one(which)).state = "active"
            model.Session.commit()
        except DBAPIError:
            pass
        finally:
            model.Session.rollback()

    @precondition(lambda self: self.ids)
    @rule(who=PEOPLE, which=WHICH)
    def take_over(self, who: str, which: int) -> None:
        self._try(who, "lppd_warisan_kelola", id=self._one(which))

    @precondition(lambda self: self.ids)
    @rule(who=PEOPLE, which=WHICH)
    def let_go(self, who: str, which: int) -> None:
        package_id = self._one(which)
        if self._try(who, "lppd_tata_kelola_akhiri", id=package_id, reason="coba") is not None:
            assert who.startswith("walidata")
            self.governed.discard(package_id)
            self.inherited.pop(package_id, None)

    @precondition(lambda self: self.ids)
    @rule(who=PEOPLE, which=WHICH, name=ACTS, revision=st.booleans())
    def act(self, who: str, which: int, name: str, revision: bool) -> None:
        target = self._isian(which, revision)
        shown = self._try("walidata", "lppd_isian_show", id=target) or {}
        seen = {"manifest": shown.get("manifest"), "note": "alasan yang cukup"}
        done = self._try(who, f"lppd_{name}", id=target, **seen)
        if done and name == "setujui" and done["state"] == rules.DISETUJUI:
            title = manifest.stored_dataset(done["package_id"])["title"]
            self.approved.add((title, tuple(sorted(f["sha256"] for f in done["berkas"]))))

    @precondition(lambda self: self.ids)
    @rule(which=WHICH)
    def go_forward(self, which: int) -> None:
        """Walk the whole way, by the right people, so that long lives are seen too."""
        for who in ("produsen", "produsen_lain"):
            isian = self._isian(which, False)
            if isian:
                self._try(who, "lppd_revisi_mulai", id=isian, note="angka baru")
        for revision in (True, False):
            target = self._isian(which, revision)
            for who in ("produsen", "produsen_lain"):
                self._try(who, "lppd_periksa", id=target)
                self.act(who, which, "ajukan", revision)
            self.act("walidata2", which, "setujui", revision)
            self.act("walidata", which, "terbitkan", revision)

    @precondition(lambda self: self.ids)
    @rule(
        which=WHICH,
        statement=st.sampled_from(
            [
                "UPDATE package SET private = false",
                "UPDATE package SET private = NULL",
                "UPDATE package SET owner_org = NULL",
                "UPDATE package SET title = 'lain'",
                "UPDATE package SET type = 'lain', private = false",
                "UPDATE package SET state = 'active', private = false",
            ]
        ),
    )
    def sql(self, which: int, statement: str) -> None:
        self._run(f"{statement}, metadata_modified = now() WHERE id = :id", self._one(which))

    @precondition(lambda self: self.ids)
    @rule(which=WHICH, table=st.sampled_from(["lppd_governed_dataset", "lppd_current_release"]))
    def empty(self, which: int, table: str) -> None:
        self._run(f"DELETE FROM {table} WHERE package_id = :id", self._one(which))

    def _run(self, statement: str, package_id: str) -> None:
        try:
            model.Session.execute(text(statement), {"id": package_id})
            model.Session.commit()
        except DBAPIError:
            pass
        finally:
            model.Session.rollback()
            model.Session.expire_all()

    @invariant()
    def governed_stays_governed(self) -> None:
        for package_id in self.governed & set(self.ids):
            assert manifest.package_row(package_id).governed

    @invariant()
    def what_anybody_reads_was_inherited_or_approved(self) -> None:
        for package_id in self.governed & set(self.ids):
            content = self._content(package_id)
            if content is None or content == self.inherited.get(package_id):
                continue
            title, _notes, _extras, files = content
            assert (title, tuple(sorted(sha256 for *_rest, sha256 in files))) in self.approved

    @invariant()
    def the_record_is_whole(self) -> None:
        assert verify_history()[2] == []


def test_life_of_ordinary_datasets(city: City) -> None:
    Scope.city = city
    run_state_machine_as_test(
        Scope,
        settings=settings(
            max_examples=25 if NIGHTLY else 4,
            stateful_step_count=40 if NIGHTLY else 16,
            deadline=None,
            derandomize=not NIGHTLY,
            suppress_health_check=list(HealthCheck),
        ),
    )
