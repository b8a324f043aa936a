"""Kelengkapan: counts by agency and urusan, at any date, as files, in as many queries as before."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.model import Isian, Transition
from ckanext.lppd.workflow import declarations, overview, rules
from tests.portal import many
from tests.portal.conftest import EDITION, YEAR, Chain, City, Visitor
from tests.portal.statements import counted


def test_both_tables_agree_and_lead_to_the_isian(chain: Chain, web: Any) -> None:
    city = chain.city
    city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=YEAR)
    chain.published()
    found = city.call("perencana", "lppd_kelengkapan", tahun=YEAR)
    agencies, affairs = found["perangkat_daerah"], found["urusan"]
    assert sum(a["total"] for a in agencies) == sum(a["total"] for a in affairs) == 127
    assert sum(a["lengkap"] for a in agencies) == sum(a["lengkap"] for a in affairs) == 1
    assert agencies[0]["nama"] == overview.NOBODY
    mine = next(a for a in agencies if a["nama"] == "disdukcapil")
    assert mine["jumlah"]["terpublikasi"] == 1 and mine["total"] == 7
    drilled = city.call(
        "perencana", "lppd_kelengkapan", tahun=YEAR, pd="disdukcapil", keadaan="terpublikasi"
    )
    assert [row["kode"] for row in drilled["results"]] == ["2.f.1"]
    affair = drilled["results"][0]["urusan"]
    by_affair = city.call("perencana", "lppd_kelengkapan", tahun=YEAR, urusan=affair)
    assert by_affair["count"] == 7
    visitor = Visitor(web, city, "perencana")
    page = visitor.get(f"/lppd/kelengkapan?tahun={YEAR}").body
    assert "keadaan=terpublikasi" in page and "lppd-heat-" in page
    drilled_page = visitor.get(
        f"/lppd/kelengkapan?tahun={YEAR}&pd=disdukcapil&keadaan=terpublikasi"
    )
    assert f"/lppd/isian/{chain.id}" in drilled_page.body
    assert visitor.get("/lppd/kelengkapan?tanggal=kemarin").status_code == 422
    wrong = visitor.get(f"/lppd/kelengkapan?tahun={YEAR}&pd=disdukcapil&tanggal=kemarin")
    assert wrong.status_code == 422 and 'value="disdukcapil" selected' in wrong.text


def test_the_state_at_a_date_is_that_of_the_newest_act_before_its_end(chain: Chain) -> None:
    chain.submitted()
    today = declarations.today()
    yesterday = today - timedelta(days=1)
    model.Session.execute(text("ALTER TABLE lppd_transition DISABLE TRIGGER USER"))
    earlier = "created_at - interval '3 days' WHERE act = 'isi'"
    model.Session.execute(text(f"UPDATE lppd_transition SET created_at = {earlier}"))
    model.Session.execute(text("ALTER TABLE lppd_transition ENABLE TRIGGER USER"))
    model.Session.commit()
    for day, state in (
        (today, "menunggu_walidata"),
        (yesterday, "draf"),
        (today - timedelta(days=9), "belum_diisi"),
    ):
        agencies, affairs = overview.overview(YEAR, day)
        assert agencies[0].counts == affairs[0].counts == {state: 1}, day
        assert [row["state"] for row in overview.listing(YEAR, day)[1]] == [state]


def test_what_is_past_its_date_is_late(chain: Chain) -> None:
    isian = model.Session.get(Isian, chain.id)
    isian.due = declarations.today() - timedelta(days=2)
    model.Session.commit()
    assert overview.overview(YEAR)[0][0].late == 1
    assert overview.overview(YEAR, declarations.today() - timedelta(days=5))[0][0].late == 0
    day = (declarations.today() + timedelta(days=3)).isoformat()
    chain.act("nyatakan_belum_tersedia", "produsen", reason="menunggu BPS", tanggal=day)
    assert overview.overview(YEAR)[0][0].late == 0
    model.Session.get(Isian, chain.id).promised = declarations.today() - timedelta(days=1)
    model.Session.commit()
    found = chain.city.call("pengawas", "lppd_kelengkapan", tahun=YEAR, terlambat=True)
    assert [(r["kode"], r["terlambat"]) for r in found["results"]] == [("2.f.1", True)]
    chain.submitted()
    assert overview.overview(YEAR)[0][0].late == 0


def test_the_files_hold_every_isian(chain: Chain, web: Any) -> None:
    chain.city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=YEAR)
    model.Session.get(model.Group, chain.city.agencies["disdukcapil"]).title = "=HYPERLINK(1)"
    model.Session.commit()
    visitor = Visitor(web, chain.city, "pengawas")
    got = visitor.get(f"/lppd/kelengkapan/{YEAR}.csv")
    rows = list(csv.DictReader(io.StringIO(got.data.decode("utf-8-sig"))))
    assert len(rows) == 127
    assert {r["Perangkat daerah"] for r in rows} >= {"'=HYPERLINK(1)", "Belum ditugaskan"}
    book = openpyxl.load_workbook(
        io.BytesIO(visitor.get(f"/lppd/kelengkapan/{YEAR}.xlsx?tanggal=2020-01-31").data)
    )
    assert book.sheetnames == ["Perangkat daerah", "Urusan", "Isian"]
    assert book["Isian"].max_row == 128
    titles = {cell.value: cell.data_type for cell in book["Perangkat daerah"]["A"]}
    assert titles["=HYPERLINK(1)"] == "s"
    assert visitor.get(f"/lppd/kelengkapan/{YEAR}.csv?tanggal=x").status_code == 404


@pytest.mark.parametrize("who", ["produsen", "orang_luar"])
def test_others_do_not_see_the_whole_year(chain: Chain, web: Any, who: str) -> None:
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "lppd_kelengkapan", tahun=YEAR)
    visitor = Visitor(web, chain.city, who)
    for path in ("/lppd/kelengkapan", f"/lppd/kelengkapan/{YEAR}.csv"):
        assert visitor.get(path).status_code == 403
    assert Visitor(web, chain.city, "anonim").get("/lppd/kelengkapan").status_code == 302


def test_the_public_page_tells_what_has_no_value(chain: Chain, web: Any) -> None:
    visitor = Visitor(web, chain.city, "anonim")
    address = f"/lppd/indikator/{EDITION}/2.f.1"
    chain.act("nyatakan_nihil", "produsen", reason="tidak ada kejadian")
    assert f"{YEAR}: Nil" not in visitor.get(address).body
    chain.act("sahkan_nihil", "walidata")
    page = visitor.get(address).body
    assert f"{YEAR}: Nil" in page and "tidak ada kejadian" not in page


def test_last_year_is_shown_for_reference_only(chain: Chain, web: Any) -> None:
    chain.published()
    chain.city.call("perencana", "lppd_tahun_salin", edisi=EDITION, dari=YEAR, ke=YEAR + 1)
    later = model.Session.query(Isian).filter_by(year=YEAR + 1, code="2.f.1").one()
    page = Visitor(web, chain.city, "produsen").get(f"/lppd/isian/{later.id}").body
    assert "for reference only" in page
    assert later.package_id is None and later.state == "belum_diisi"


PAGES: dict[str, tuple[str, str]] = {
    "Tugas Saya": ("produsen", f"/lppd/?tahun={YEAR}"),
    "Antrean": ("walidata", "/lppd/antrean"),
    "Kelengkapan": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}"),
    "Kelengkapan at a date": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}&tanggal=2026-01-31"),
    "Kelengkapan drilled": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}&keadaan=draf"),
    "Riwayat": ("pengawas", f"/lppd/riwayat/banyak/{YEAR}"),
}


@pytest.fixture
def seeded(city: City) -> Iterator[Callable[[int, int], None]]:
    """Give the test a portal that can be filled and filled again."""

    def fill(agencies: int, indicators: int) -> None:
        many.forget()
        many.seed(agencies, city.users["produsen"], indicators)

    yield fill
    many.forget()


def test_every_page_asks_as_many_queries_for_many_as_for_few(
    city: City, web: Any, seeded: Callable[[int, int], None]
) -> None:
    numbers: dict[str, list[int]] = {name: [] for name in PAGES}
    visitors = {who: Visitor(web, city, who) for who, _path in PAGES.values()}
    for agencies, indicators in ((2, 7), (8, 60)):
        seeded(agencies, indicators)
        for name, (who, path) in PAGES.items():
            visitors[who].get(path)  # fills the cache of the catalogue
            model.Session.remove()
            with counted() as statements:
                page = visitors[who].get(path)
            assert page.status_code == 200, (name, page.status_code)
            numbers[name].append(len(statements))
    for name, (few, all_of_them) in numbers.items():
        assert few == all_of_them, (name, few, all_of_them)
        assert few < 60, (name, few)


def test_the_overview_is_one_query(city: City, seeded: Callable[[int, int], None]) -> None:
    seeded(3, 20)
    for at in (None, declarations.today()):
        with counted() as statements:
            agencies, affairs = overview.overview(YEAR, at)
        assert len(statements) == 1
        assert sum(line.total for line in agencies) == sum(line.total for line in affairs) == 60
    with counted() as statements:
        total, rows = overview.listing(YEAR, declarations.today(), limit=7, offset=7)
    assert (len(statements), total, len(rows)) == (1, 60, 7)
    assert model.Session.query(Transition).count() > 0
    assert set(rules.STATE_LABELS) >= {row["state"] for row in rows}
