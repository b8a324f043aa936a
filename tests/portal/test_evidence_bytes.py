"""Bytes of evidence: gone once nothing points at them, never before, whatever is cut short."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.cli import get_commands
from ckanext.lppd.model import BuktiRemoval, Isian
from ckanext.lppd.release.bukti import evidence_path
from ckanext.lppd.workflow import bukti as evidence
from ckanext.lppd.workflow import bukti_bytes
from tests.portal.conftest import Chain, indicator_csv, open_isian
from tests.portal.test_evidence_files import PDF, give, listed

OTHER = PDF + b"% lain\n"


def kept(content: bytes) -> bool:
    """Tell whether these bytes lie in the storage."""
    return evidence_path(hashlib.sha256(content).hexdigest()).is_file()


def remove(chain: Chain, content: bytes = PDF) -> None:
    """Take a file off the list as the producer."""
    sha256 = hashlib.sha256(content).hexdigest()
    (row,) = [row for row in listed(chain)["bukti"] if row["sha256"] == sha256]
    chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=row["id"])


def published(chain: Chain) -> None:
    """Publish what is there, with its evidence."""
    sent = chain.submitted()
    seen = {"manifest": sent["manifest"], "bukti_sha256": sent["bukti_sha256"]}
    chain.act("setujui", "walidata", **seen)
    chain.act("terbitkan", "walidata", **seen)


def revised(chain: Chain) -> Chain:
    """Open a revision."""
    made = chain.act("revisi_mulai", "produsen", note="angka baru dari BPS")
    return Chain(chain.city, made["id"])


def test_what_is_removed_goes_with_the_last_list_that_has_it(chain: Chain) -> None:
    other = Chain(chain.city, open_isian(chain.city, "2.f.2").id)
    for one in (chain, other):
        give(one)
    give(chain, OTHER, "lain.pdf", judul="Lain")
    remove(chain)
    assert kept(PDF) and kept(OTHER)
    remove(other)
    assert not kept(PDF) and kept(OTHER)
    assert model.Session.query(BuktiRemoval).count() == 2
    assert "bukti_hapus" in {
        row["act"] for row in chain.city.call("walidata", "lppd_riwayat", id=chain.id)
    }


def test_the_same_file_can_come_back(chain: Chain) -> None:
    give(chain)
    remove(chain)
    assert not kept(PDF)
    give(chain)
    assert kept(PDF) and len(listed(chain)["bukti"]) == 1


def test_a_file_twice_on_a_list_stays_until_both_are_off(chain: Chain) -> None:
    give(chain)
    given = give(chain, judul="Judul kedua")
    first, second = (row["id"] for row in given["bukti"])
    chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=first)
    assert kept(PDF)
    chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=second)
    assert not kept(PDF)


def test_what_was_approved_stays_as_long_as_the_dataset(chain: Chain) -> None:
    give(chain)
    published(chain)
    copy = revised(chain)
    remove(copy)
    assert kept(PDF), "the published version has it"
    give(copy, OTHER, "lain.pdf")
    copy.upload(indicator_csv() + b"\r\n")
    published_copy = copy.act("ajukan", "produsen")
    seen = {
        "manifest": published_copy["manifest"],
        "bukti_sha256": published_copy["bukti_sha256"],
    }
    copy.act("setujui", "walidata", **seen)
    copy.act("terbitkan", "walidata", **seen)
    assert [row["filename"] for row in listed(chain)["bukti"]] == ["lain.pdf"]
    assert kept(OTHER) and kept(PDF), "version 1 was approved with it"
    chain.act("tarik_publikasi", "walidata", reason="angka keliru semua")
    assert bukti_bytes.sweep() == 0
    chain.city.call("sysadmin", "dataset_purge", id=chain.show()["package_id"])
    assert not kept(OTHER) and not kept(PDF)
    assert listed(chain)["bukti"] == []


def test_a_revision_that_is_given_up_leaves_nothing(chain: Chain) -> None:
    give(chain)
    published(chain)
    copy = revised(chain)
    give(copy, OTHER, "lain.pdf")
    copy.act("revisi_batal", "produsen")
    assert kept(PDF) and not kept(OTHER)


def test_a_purged_draft_takes_its_evidence_along(chain: Chain) -> None:
    other = Chain(chain.city, open_isian(chain.city, "2.f.2").id)
    give(chain)
    give(chain, OTHER, "lain.pdf", judul="Lain")
    give(other, OTHER, "lain.pdf")
    package_id = chain.upload()["package_id"]
    chain.city.call("sysadmin", "dataset_purge", id=package_id)
    assert not kept(PDF) and kept(OTHER)
    assert listed(chain)["bukti"] == [] and len(listed(other)["bukti"]) == 1
    assert model.Session.get(Isian, chain.id).state == "belum_diisi"


def test_a_deleted_draft_keeps_it(chain: Chain) -> None:
    give(chain)
    chain.city.call("produsen2", "package_delete", id=chain.upload()["package_id"])
    assert kept(PDF) and len(listed(chain)["bukti"]) == 1


def test_a_refused_removal_removes_nothing(chain: Chain) -> None:
    give(chain)
    chain.submitted()
    with pytest.raises(toolkit.ValidationError, match="Tarik kembali dulu"):
        remove(chain)
    assert kept(PDF)


def test_who_stores_bytes_and_who_removes_them_wait_for_each_other(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []
    store = evidence.storage.store

    def watched(stream: Any) -> str:
        with model.meta.engine.connect() as other:
            query = "SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))"
            key = f"lppd-bukti:{hashlib.sha256(PDF).hexdigest()}"
            tried.append(bool(other.execute(text(query), {"key": key}).scalar()))
        return store(stream)

    monkeypatch.setattr(evidence.storage, "store", watched)
    give(chain)
    assert tried == [False], "held while the row is not committed"
    assert bukti_bytes.sweep() == 0 and kept(PDF)


def test_a_storage_that_fails_does_not_keep_it_on_the_list(
    chain: Chain, monkeypatch: pytest.MonkeyPatch, cli: Any
) -> None:
    give(chain)

    def broken(_path: Path, **_kw: Any) -> None:
        raise OSError("hanya-baca")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", broken)
        remove(chain)
    assert listed(chain)["bukti"] == [] and kept(PDF)
    done = cli.invoke(get_commands()[0], ["bersihkan"])
    assert done.exit_code == 0, done.output
    assert "1 berkas data dukung dihapus." in done.output and not kept(PDF)


def test_the_command_removes_what_was_cut_short_and_nothing_else(chain: Chain, cli: Any) -> None:
    give(chain)
    place = evidence_path(hashlib.sha256(PDF).hexdigest()).parent
    lost = evidence_path(hashlib.sha256(OTHER).hexdigest())
    lost.parent.mkdir(exist_ok=True)
    lost.write_bytes(OTHER)
    old, new, foreign = place / ".bukti-lama", place / ".bukti-baru", place / "catatan.txt"
    for path in (old, new, foreign):
        path.write_bytes(b"x")
    long_ago = time.time() - 2 * bukti_bytes.UNFINISHED_SECONDS
    os.utime(old, (long_ago, long_ago))
    done = cli.invoke(get_commands()[0], ["bersihkan"])
    assert "2 berkas data dukung dihapus." in done.output
    assert kept(PDF) and not lost.exists() and not old.exists()
    assert new.exists() and foreign.exists()


def test_a_file_that_is_refused_is_not_stored(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MAX_FILES", 1)
    give(chain)
    with pytest.raises(toolkit.ValidationError, match="Paling banyak 1"):
        give(chain, OTHER, "lain.pdf")
    assert not kept(OTHER)
