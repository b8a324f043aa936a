"""Tidak berlaku, nihil, belum tersedia: declared with a reason, confirmed, never public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian
from ckanext.lppd.workflow import declarations, overview
from tests.portal.conftest import YEAR, Chain, Visitor

WHY = "Kota tidak memiliki wilayah pesisir"


def declared(chain: Chain, kind: str, **data: Any) -> dict[str, Any]:
    """Declare as the producer."""
    return chain.act(f"nyatakan_{kind}", "produsen", reason=WHY, **data)


@pytest.mark.parametrize("kind", ["tidak_berlaku", "nihil"])
def test_declared_confirmed_and_counted(chain: Chain, kind: str) -> None:
    waiting = declared(chain, kind)
    assert (waiting["state"], waiting["pernyataan"]) == ("menunggu_walidata", kind)
    assert waiting["package_id"] is None
    assert overview.overview(YEAR)[0][0].done == 0
    done = chain.act(f"sahkan_{kind}", "walidata")
    assert (done["state"], done["package_id"]) == (kind, None)
    assert overview.overview(YEAR)[0][0].done == 1
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0
    newest = chain.city.call("produsen", "lppd_riwayat", id=chain.id)
    assert [row["act"] for row in newest] == [f"sahkan_{kind}", f"nyatakan_{kind}"]
    assert newest[1]["note"] == WHY


def test_a_reason_is_asked_for(chain: Chain) -> None:
    with pytest.raises(toolkit.ValidationError) as refused:
        chain.act("nyatakan_nihil", "produsen", reason="x")
    assert "note" in refused.value.error_dict
    with pytest.raises(toolkit.ValidationError) as refused:
        chain.city.call("produsen", "lppd_nyatakan", id=chain.id, jenis="kosong", reason=WHY)
    assert "jenis" in refused.value.error_dict


def test_a_declaration_is_not_approved_as_a_file_nor_the_other_way(chain: Chain) -> None:
    chain.upload()
    waiting = declared(chain, "nihil")
    for name in ("setujui", "sahkan_tidak_berlaku"):
        with pytest.raises(toolkit.ValidationError):
            chain.act(name, "walidata", manifest=waiting["manifest"])
    chain.act("tarik", "produsen")
    assert chain.show()["pernyataan"] is None
    chain.act("ajukan", "produsen")
    with pytest.raises(toolkit.ValidationError):
        chain.act("sahkan_nihil", "walidata")


def test_who_declared_does_not_confirm(chain: Chain) -> None:
    declared(chain, "nihil")
    isian = model.Session.get(Isian, chain.id)
    isian.last_editor = model.User.get(chain.city.users["walidata"]).id
    model.Session.commit()
    with pytest.raises(toolkit.ValidationError):
        chain.act("sahkan_nihil", "walidata")
    assert "sahkan_nihil" not in chain.show("walidata")["acts"]
    assert chain.act("sahkan_nihil", "walidata2")["state"] == "nihil"


def test_a_declaration_is_returned_and_reopened(chain: Chain) -> None:
    declared(chain, "nihil")
    returned = chain.act("kembalikan", "walidata", note="Ada dua kejadian", reason_code="lainnya")
    assert (returned["state"], returned["pernyataan"]) == ("dikembalikan", None)
    declared(chain, "tidak_berlaku")
    chain.act("sahkan_tidak_berlaku", "walidata")
    with pytest.raises(toolkit.ValidationError):
        chain.upload()
    with pytest.raises(toolkit.ValidationError):
        chain.act("buka_lagi", "produsen", reason="")
    opened = chain.act("buka_lagi", "produsen", reason="Ternyata ada")
    assert (opened["state"], opened["pernyataan"]) == ("draf", None)
    assert chain.published()["state"] == "terpublikasi"


def test_a_confirmed_declaration_is_returned_by_the_walidata(chain: Chain) -> None:
    declared(chain, "nihil")
    chain.act("sahkan_nihil", "walidata")
    assert chain.act("kembalikan", "walidata", note="Ada kejadian")["state"] == "dikembalikan"


def test_a_promise_has_a_date_to_come_and_does_not_count(chain: Chain) -> None:
    for wrong in (None, "2020-01-31", "besok"):
        data = {"tanggal": wrong} if wrong else {}
        with pytest.raises(toolkit.ValidationError) as refused:
            declared(chain, "belum_tersedia", **data)
        assert "tanggal" in refused.value.error_dict
    day = (declarations.today() + timedelta(days=3)).isoformat()
    promised = declared(chain, "belum_tersedia", tanggal=day)
    assert (promised["state"], promised["dijanjikan"]) == ("belum_tersedia", day)
    assert not promised["terlambat"]
    assert overview.overview(YEAR)[0][0].done == 0
    isian = model.Session.get(Isian, chain.id)
    isian.promised = declarations.today() - timedelta(days=1)
    model.Session.commit()
    assert chain.show()["terlambat"]
    filled = chain.upload()
    assert (filled["state"], filled["dijanjikan"], filled["terlambat"]) == ("draf", None, False)


def test_a_draft_that_was_promised_is_sent_without_another_upload(chain: Chain) -> None:
    chain.upload()
    declared(chain, "belum_tersedia", tanggal=declarations.today().isoformat())
    assert chain.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def test_a_sectoral_isian_is_not_declared(chain: Chain) -> None:
    isian = Isian(kind="sektoral", owner_org=chain.city.agencies["disdukcapil"], state="draf")
    model.Session.add(isian)
    model.Session.commit()
    with pytest.raises(toolkit.ValidationError):
        Chain(chain.city, isian.id).act("nyatakan_nihil", "produsen", reason=WHY)


def test_the_forms_work_without_javascript_and_keep_what_was_typed(chain: Chain, web: Any) -> None:
    producer, walidata = Visitor(web, chain.city, "produsen"), Visitor(web, chain.city, "walidata")
    path = f"/lppd/isian/{chain.id}"
    typed = {"jenis": "belum_tersedia", "reason": WHY, "state_seen": "belum_diisi"}
    refused = producer.post(f"{path}/nyatakan", typed)
    assert refused.status_code == 422
    assert WHY in refused.body and "Isi tanggal" in refused.body
    assert '<option value="belum_tersedia" selected>' in refused.body
    stale = {"jenis": "nihil", "reason": WHY, "state_seen": "draf"}
    assert producer.post(f"{path}/nyatakan", stale).status_code == 422
    assert chain.show()["state"] == "belum_diisi"
    typed = {"jenis": "nihil", "reason": WHY, "state_seen": "belum_diisi"}
    assert producer.post(f"{path}/nyatakan", typed).status_code == 302
    assert WHY in walidata.get(path).body
    assert walidata.post(f"{path}/sahkan", {"jenis": "nihil"}).status_code == 422
    ticked = {"jenis": "nihil", "confirm": "ya", "state_seen": "menunggu_walidata"}
    assert walidata.post(f"{path}/sahkan", ticked).status_code == 302
    assert chain.show()["state"] == "nihil"
