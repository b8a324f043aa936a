"""The calendar of a year: who moves it, what it stops, what reopening leaves behind."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.model import Isian, Transition
from ckanext.lppd.workflow import kalender, years
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import EDITION, YEAR, Chain, City

IDENTITY: dict[str, Any] = {"edisi": EDITION, "tahun": YEAR}


def move(city: City, act: str, who: str = "perencana", **data: Any) -> str:
    """Do an act on the year and return its state."""
    return str(city.call(who, "lppd_tahun_ubah", **IDENTITY, tindakan=act, **data)["state"])


def refusal(call: Any) -> str:
    """Return the sentence about the year that refuses this call."""
    with pytest.raises(toolkit.ValidationError) as refused:
        call()
    model.Session.rollback()
    assert "tahun" in refused.value.error_dict, refused.value.error_dict
    return str(refused.value.error_dict["tahun"][0])


def test_a_year_goes_its_way_and_back_only_with_a_reason(city: City) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    assert years.list_years()[0]["state"] == kalender.PERENCANAAN
    assert move(city, "buka") == kalender.PENGISIAN_DIBUKA
    assert move(city, "tutup", who="walidata") == kalender.DITUTUP
    assert move(city, "tutup") == kalender.DITUTUP
    assert move(city, "finalkan") == kalender.FINAL
    with pytest.raises(toolkit.ValidationError) as refused:
        move(city, "buka_kembali", reason=" ")
    assert "note" in refused.value.error_dict
    assert move(city, "buka_kembali", reason="Angka Dinkes keliru") == kalender.PENGISIAN_DIBUKA
    rows = model.Session.query(Transition).order_by(Transition.id).all()
    assert [(row.act, row.role) for row in rows] == [
        ("rencanakan", "perencana"),
        ("buka", "perencana"),
        ("tutup", "walidata"),
        ("finalkan", "perencana"),
        ("buka_kembali", "perencana"),
    ]
    assert rows[-1].note == "Angka Dinkes keliru"
    assert all(later.previous_hash == row.hash for row, later in pairwise(rows))
    assert verify_history()[2] == []


def test_the_record_shows_a_year_that_was_moved_below(city: City) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    model.Session.execute(text("UPDATE lppd_year SET state = 'final'"))
    model.Session.commit()
    assert ["keadaan" in fault.what for fault in verify_history()[2]] == [True]


@pytest.mark.parametrize("who", ["produsen", "pembina", "pengawas", "orang_luar"])
def test_others_do_not_move_a_year(city: City, who: str) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    for action in ("lppd_tahun_rencanakan", "lppd_tahun_buka"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, action, **IDENTITY)
    with pytest.raises(toolkit.NotAuthorized):
        move(city, "buka", who=who)


def test_wrong_orders_are_told_the_state(city: City) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    with pytest.raises(toolkit.ValidationError) as refused:
        move(city, "finalkan")
    assert refused.value.error_dict["state_now"] == ["perencanaan"]
    with pytest.raises(toolkit.ValidationError):
        move(city, "buka", state_seen="ditutup")
    with pytest.raises(toolkit.ValidationError):
        move(city, "hapus")
    with pytest.raises(toolkit.ObjectNotFound):
        city.call("perencana", "lppd_tahun_ubah", edisi=EDITION, tahun=2031, tindakan="buka")


def test_opening_leads_straight_to_filling_in(city: City) -> None:
    city.call("perencana", "lppd_tahun_buka", **IDENTITY)
    assert years.list_years()[0]["state"] == kalender.PENGISIAN_DIBUKA
    move(city, "tutup")
    assert "Buka" not in refusal(lambda: city.call("perencana", "lppd_tahun_buka", **IDENTITY))


def test_nothing_is_filled_in_while_planning(city: City) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    isian = city.call("produsen", "lppd_isian_show", **IDENTITY, kode="2.f.1")
    chain = Chain(city, isian["id"])
    sentence = refusal(chain.upload)
    assert "Perencanaan" in sentence and str(YEAR) in sentence
    assert isian["acts"] == []
    refusal(lambda: chain.act("nyatakan_nihil", "produsen", reason="tidak ada kejadian"))
    city.call("perencana", "lppd_tahun_buka", **IDENTITY)
    assert chain.upload()["state"] == "draf"


def test_after_closing_the_walidata_still_decides(chain: Chain) -> None:
    submitted = chain.submitted()
    move(chain.city, "tutup")
    assert "Ditutup" in refusal(lambda: chain.act("tarik", "produsen"))
    approved = chain.act("setujui", "walidata", manifest=submitted["manifest"])
    published = chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert published["state"] == "terpublikasi"
    refusal(lambda: chain.act("revisi_mulai", "produsen", note="angka baru"))


def test_after_final_nothing_changes_but_by_reopening(chain: Chain) -> None:
    chain.published()
    move(chain.city, "tutup")
    move(chain.city, "finalkan")
    for name, who in (("revisi_mulai", "produsen"), ("tarik_publikasi", "walidata")):
        refused = refusal(lambda n=name, w=who: chain.act(n, w, note="alasan yang cukup"))
        assert "Final" in refused and "membuka kembali" in refused
    refusal(
        lambda: chain.city.call("walidata", "lppd_isian_tugaskan", id=chain.id, due="2026-01-31")
    )
    move(chain.city, "buka_kembali", reason="Angka keliru")
    assert chain.act("revisi_mulai", "produsen", note="angka baru")["revisi_dari"] == chain.id


def test_a_draft_of_a_closed_year_is_not_edited_or_deleted(chain: Chain) -> None:
    package_id = chain.upload()["package_id"]
    move(chain.city, "tutup")
    before = model.Session.query(Transition).count()
    refusal(chain.upload)
    for action, data in (
        ("package_patch", {"id": package_id, "notes": "lain"}),
        ("package_delete", {"id": package_id}),
    ):
        assert "Ditutup" in refusal(lambda a=action, d=data: chain.city.call("produsen", a, **d))
    refusal(lambda: chain.city.call("sysadmin", "dataset_purge", id=package_id))
    assert model.Session.query(Transition).count() == before
    assert model.Session.get(Isian, chain.id).state == "draf"


def test_a_revision_of_a_closed_year_is_not_cancelled(chain: Chain) -> None:
    chain.published()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    move(chain.city, "tutup")
    refusal(lambda: copy.act("revisi_batal", "produsen"))
    refusal(lambda: copy.upload())


@pytest.mark.parametrize("year", ["dua ribu", "25", "２０２５", "-2025", "20255"])
def test_a_year_that_is_none_is_told_in_plain_words(city: City, year: str) -> None:
    with pytest.raises(toolkit.ValidationError) as refused:
        city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=year)
    assert refused.value.error_dict["tahun"] == ["Tahun ditulis dengan empat angka, misalnya 2025."]
