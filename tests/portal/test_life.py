"""The whole life of an isian as a state machine, checked against what anybody can really read.

`LPPD_HYPOTHESIS=nightly` walks a thousand steps; the ordinary profile a few dozen.
"""

from __future__ import annotations

import os
from typing import Any

from ckan import model
from ckan.plugins import toolkit
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

from ckanext.lppd.model import Isian
from ckanext.lppd.release.storage import sha256_of_file, stored_path
from ckanext.lppd.workflow import rules
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import CODE, YEAR, Chain, open_isian

NIGHTLY = os.environ.get("LPPD_HYPOTHESIS") == "nightly"
REFUSALS = (
    toolkit.ValidationError,
    toolkit.NotAuthorized,
    toolkit.ObjectNotFound,
    DBAPIError,
)
PEOPLE = st.sampled_from(["produsen", "produsen2", "walidata", "walidata2", "sysadmin", "pembina"])
ACTS = st.sampled_from(sorted({act.name for act in rules.ACTS} - {"isi", "revisi_mulai"}))
PARTS = st.integers(min_value=0, max_value=500)


def csv_of(part: int) -> bytes:
    """Return a good file whose bytes depend on `part`."""
    return (
        "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
        f"{CODE},{YEAR},12.71,{part},500,,\n"
    ).encode()


class Life(RuleBasedStateMachine):
    """Everything that people, administrators and programs do to one isian."""

    chain: Chain

    def __init__(self) -> None:
        super().__init__()
        self.approved: set[str] = set()
        model.Session.rollback()
        self._fresh_isian()

    def _fresh_isian(self) -> None:
        used = model.Session.query(Isian).filter_by(kind="indikator").count()
        self.year = YEAR + used
        self.id = open_isian(self.chain.city, year=self.year).id

    def _isian(self) -> Isian:
        model.Session.rollback()
        return model.Session.get(Isian, self.id, populate_existing=True)

    def _try(self, who: str, action: str, **data: Any) -> Any:
        try:
            return self.chain.city.call(who, action, **data)
        except REFUSALS:
            return None
        finally:
            model.Session.rollback()

    def _target(self, revision: bool) -> str:
        copy = model.Session.query(Isian).filter_by(parent_id=self.id).first()
        return copy.id if revision and copy is not None else self.id

    @rule(who=PEOPLE, part=PARTS, bad=st.booleans(), revision=st.booleans())
    def upload(self, who: str, part: int, bad: bool, revision: bool) -> None:
        content = csv_of(part).decode().replace(str(YEAR), str(self.year))
        text_ = content.replace("12.71", "xx") if bad else content
        self._try(who, "lppd_isian_unggah", id=self._target(revision), teks=text_)

    @rule(who=PEOPLE, name=ACTS, revision=st.booleans())
    def act(self, who: str, name: str, revision: bool) -> None:
        target = self._target(revision)
        shown = self._try("walidata", "lppd_isian_show", id=target) or {}
        action, _, kind = name.partition("_")
        more = {"jenis": kind} if action in ("nyatakan", "sahkan") else {}
        done = self._try(
            who,
            f"lppd_{action if more else name}",
            **more,
            id=target,
            manifest=shown.get("manifest"),
            note="alasan yang cukup",
        )
        if done and name == "setujui" and done["state"] == rules.DISETUJUI:
            self.approved.update(file["sha256"] for file in done["berkas"])

    @rule(who=PEOPLE)
    def go_forward(self, who: str) -> None:
        """Do what the page offers, so that long ways are walked too."""
        for revision in (False, True):
            target = self._target(revision)
            shown = self._try(who, "lppd_isian_show", id=target)
            forward = [
                a for a in (shown or {}).get("acts", []) if a in ("ajukan", "setujui", "terbitkan")
            ]
            if forward:
                self.act(who, forward[0], revision)

    @rule(who=PEOPLE)
    def revise(self, who: str) -> None:
        self._try(who, "lppd_revisi_mulai", id=self.id, note="angka diperbarui")

    @rule(who=PEOPLE)
    def abandon(self, who: str) -> None:
        self._try(who, "lppd_revisi_batal", id=self._target(True), note="tidak jadi")

    @precondition(lambda self: self._isian().package_id)
    @rule(
        who=PEOPLE,
        change=st.sampled_from(
            [
                {"private": False},
                {"private": True},
                {"state": "deleted"},
                {"state": "active"},
                {"title": "Judul lain"},
                {"resources": []},
                {"type": "dataset", "private": False},
                {"owner_org": "dinkes", "private": False},
            ]
        ),
    )
    def patch(self, who: str, change: dict[str, Any]) -> None:
        self._try(who, "package_patch", id=self._isian().package_id, **change)

    @precondition(lambda self: self._isian().package_id)
    @rule(who=PEOPLE, action=st.sampled_from(["package_delete", "dataset_purge"]))
    def remove(self, who: str, action: str) -> None:
        self._try(who, action, id=self._isian().package_id)

    @rule(who=PEOPLE, enters=st.booleans())
    def scope(self, who: str, enters: bool) -> None:
        action = "lppd_organisasi_daftarkan" if enters else "lppd_organisasi_keluarkan"
        self._try(who, action, id="disdukcapil", alasan="percobaan")

    @precondition(lambda self: self._isian().package_id)
    @rule(who=PEOPLE, organisation=st.sampled_from(["dinkes", "disdukcapil"]))
    def move(self, who: str, organisation: str) -> None:
        package_id = self._isian().package_id
        self._try(who, "package_owner_org_update", id=package_id, organization_id=organisation)
        self._try(who, "lppd_tata_kelola_akhiri", id=package_id, reason="coba diakhiri")

    @precondition(lambda self: self._isian().package_id)
    @rule()
    def undelete(self) -> None:
        try:
            model.Package.get(self._isian().package_id).state = "active"
            model.Session.commit()
        except DBAPIError:
            pass
        finally:
            model.Session.rollback()

    @precondition(lambda self: self._isian().package_id)
    @rule(
        statement=st.sampled_from(
            [
                "UPDATE package SET private = false WHERE id = :id",
                "UPDATE package SET private = NULL WHERE id = :id",
                "UPDATE package SET owner_org = NULL, private = false WHERE id = :id",
                "UPDATE package SET state = 'active' WHERE id = :id",
                "UPDATE resource SET name = 'lain' WHERE package_id = :id",
                "DELETE FROM lppd_current_release WHERE package_id = :id",
            ]
        )
    )
    def sql(self, statement: str) -> None:
        try:
            model.Session.execute(text(statement), {"id": self._isian().package_id})
            model.Session.commit()
        except DBAPIError:
            pass
        finally:
            model.Session.rollback()

    @invariant()
    def what_anybody_reads_was_approved(self) -> None:
        isian = self._isian()
        city = self.chain.city
        values = city.call("anonim", "lppd_nilai", kode=CODE, tahun=self.year)["count"]
        if not isian.package_id:
            assert values == 0
            return
        try:
            dataset = city.call("anonim", "package_show", id=isian.package_id)
        except REFUSALS:
            model.Session.rollback()
            assert values == 0
            return
        assert isian.state == rules.TERPUBLIKASI
        assert dataset["private"] is False and dataset["title"] != ""
        for resource in dataset["resources"]:
            stored = stored_path(resource["id"], resource["sha256"])
            assert resource["sha256"] in self.approved
            assert sha256_of_file(stored) == resource["sha256"]

    @invariant()
    def the_record_is_whole(self) -> None:
        assert [fault for fault in verify_history()[2] if fault.isian_id == self.id] == []


def test_life(chain: Chain) -> None:
    Life.chain = chain
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25 if NIGHTLY else 3,
            stateful_step_count=40 if NIGHTLY else 14,
            deadline=None,
            derandomize=not NIGHTLY,
            suppress_health_check=list(HealthCheck),
        ),
    )
