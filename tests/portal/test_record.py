"""The record of acts shows tampering, and the self-check sees a broken gate."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.lib.search import common as search_common
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.cli.lppd import lppd
from ckanext.lppd.model.tables import Transition
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import Chain


def tamper(statement: str) -> None:
    """Change the record as the owner of the database could, with the trigger switched off."""
    model.Session.execute(text("ALTER TABLE lppd_transition DISABLE TRIGGER USER"))
    model.Session.execute(text(statement))
    model.Session.execute(text("ALTER TABLE lppd_transition ENABLE TRIGGER USER"))
    model.Session.commit()


def test_an_untouched_record_verifies(chain: Chain) -> None:
    chain.published()
    rows, isian, faults = verify_history()
    assert (isian, faults) == (1, [])
    assert rows == model.Session.query(Transition).count()


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE lppd_transition SET note = 'lain' WHERE act = 'setujui'", "isi baris"),
        ("UPDATE lppd_transition SET actor = 'x' WHERE act = 'ajukan'", "isi baris"),
        ("DELETE FROM lppd_transition WHERE act = 'ajukan'", "baris sebelumnya"),
        ("DELETE FROM lppd_transition WHERE act = 'terbitkan'", "keadaan isian"),
    ],
)
def test_tampering_shows(chain: Chain, statement: str, what: str) -> None:
    chain.published()
    tamper(statement)
    _rows, _isian, faults = verify_history()
    assert faults and what in faults[0].what


def test_the_command_says_so(chain: Chain, cli: object) -> None:
    chain.submitted()
    clean = cli.invoke(lppd, ["riwayat", "verifikasi"])  # type: ignore[attr-defined]
    assert clean.exit_code == 0, clean.output
    tamper("UPDATE lppd_transition SET note = 'x'")
    broken = cli.invoke(lppd, ["riwayat", "verifikasi"])  # type: ignore[attr-defined]
    assert broken.exit_code == 1


def test_withdrawing_works_while_solr_is_down(
    chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = chain.published()
    nowhere = "http://127.0.0.1:9/solr/none"
    monkeypatch.setitem(ckan_config, "solr_url", nowhere)
    if hasattr(search_common, "SolrSettings"):  # CKAN 2.11 keeps the address in a class
        monkeypatch.setattr(search_common.SolrSettings, "_url", nowhere)
    queued: list[tuple[str, str]] = []
    monkeypatch.setattr(
        toolkit, "enqueue_job", lambda job, args, **kw: queued.append((job.__name__, args[0]))
    )
    withdrawn = chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    assert withdrawn["state"] == "draf"
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=published["package_id"])
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0
    assert queued.count(("reindex_job", published["package_id"])) == 1
