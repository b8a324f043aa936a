"""The reminder to copy: right for the choice, for those who follow the year, in constant SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Contributor, Isian, PartValue, Year
from ckanext.lppd.workflow import declarations, unsent
from tests.portal import many
from tests.portal.conftest import EDITION, YEAR, Chain, City, Visitor, open_isian
from tests.portal.statements import counted

FOLLOWERS = ("walidata", "pembina", "perencana", "pengawas", "sysadmin")


def texts(web: Any, city: City, path: str, who: str = "perencana") -> list[str]:
    """Return the texts that the fields of a page hold."""
    answer = Visitor(web, city, who).get(path)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.body, "html.parser")
    fields = page.find_all("textarea", readonly=True)
    for field in fields:
        # a text without a button that copies it, or without a name, helps nobody
        assert page.find("button", attrs={"data-lppd-copy": field["id"]}).has_attr("hidden")
        assert page.find(id=f"{field['id']}-kabar")["aria-live"] == "polite"
        assert page.find("label", attrs={"for": field["id"]})
    return [field.get_text() for field in fields]


def test_the_choice_is_what_the_text_speaks_of(chain: Chain, web: Any) -> None:
    city, today = chain.city, declarations.today()
    second = open_isian(city, "2.f.2")
    other = open_isian(city, "1.b.1")
    other.owner_org = city.agencies["dinkes"]
    other.due = today - timedelta(days=3)
    second.due = today + timedelta(days=3)
    model.Session.add(
        Contributor(isian_id=chain.id, part="penyebut", owner_org=city.agencies["dinkes"])
    )
    model.Session.commit()
    address = f"/lppd/kelengkapan?tahun={YEAR}"
    (short,) = texts(web, city, address)
    assert "- Dinkes: 1, 1 lewat tenggat\n- Disdukcapil: 2\n" in short
    everybody, *each = texts(web, city, f"/lppd/kelengkapan/pengingat?tahun={YEAR}")
    assert "- Dinkes: 1.b.1 (" in everybody and "2.f.1 (bagian penyebut)" in everybody
    assert "- Disdukcapil: 2.f.1 (tenggat belum ditetapkan); 2.f.2 (tenggat " in everybody
    assert "4 indikator dari 2 perangkat daerah, 1 di antaranya lewat tenggat" in everybody
    for text in (short, everybody):
        assert text.count(f"/lppd/?tahun={YEAR}") == 1 and "/en/lppd" not in text
    (mine,) = texts(web, city, f"{address}&pd=disdukcapil")
    name = city.call("walidata", "lppd_isian_show", id=chain.id)["nama"]
    assert mine.startswith("Yth. Disdukcapil,") and f"2.f.1 {name}" in mine and "1.b.1" not in mine
    (late,) = texts(web, city, f"{address}&terlambat=ya")
    assert "1.b.1" in late and "2.f" not in late
    assert texts(web, city, f"{address}&keadaan=terpublikasi") == []
    assert texts(web, city, f"{address}&tanggal=2026-01-31") == []
    assert each[1] == mine and each[0].startswith("Yth. Dinkes,") and len(each) == 2


def test_what_is_sent_or_given_is_not_asked_for(chain: Chain) -> None:
    city = chain.city

    def missing() -> list[tuple[str, str]]:
        found = city.call("perencana", "lppd_pengingat", tahun=YEAR, rinci=True)
        return [(a["nama"], a["jumlah"]) for a in found["perangkat_daerah"]]

    model.Session.add(
        Contributor(isian_id=chain.id, part="penyebut", owner_org=city.agencies["dinkes"])
    )
    model.Session.commit()
    assert missing() == [("dinkes", 1), ("disdukcapil", 1)]
    city.call("produsen_lain", "lppd_sumbang", id=chain.id, nilai={"penyebut": "1243"})
    assert model.Session.query(PartValue).count() == 1
    assert missing() == [("disdukcapil", 1)]
    chain.submitted()
    assert missing() == []
    assert city.call("perencana", "lppd_pengingat", tahun=YEAR)["pesan"] == ""


def test_a_year_that_takes_nothing_reminds_nobody(chain: Chain) -> None:
    model.Session.get(Year, (EDITION, YEAR)).state = "ditutup"
    model.Session.commit()
    assert chain.city.call("perencana", "lppd_pengingat", tahun=YEAR)["jumlah"] == 0
    assert chain.city.call("perencana", "lppd_pengingat", tahun=1999)["pesan"] == ""


@pytest.mark.parametrize(
    "who", ["produsen", "produsen_lain", "anggota", "orang_luar", "anonim", *FOLLOWERS]
)
def test_only_those_who_follow_the_year_get_it(chain: Chain, web: Any, who: str) -> None:
    path = f"/lppd/kelengkapan/pengingat?tahun={YEAR}"
    if who in FOLLOWERS:
        assert chain.city.call(who, "lppd_pengingat", tahun=YEAR)["jumlah"] == 1
        assert len(texts(web, chain.city, path, who)) == 1
        return
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "lppd_pengingat", tahun=YEAR)
    answer = Visitor(web, chain.city, who).get(path)
    assert answer.status_code == (302 if who == "anonim" else 403)
    assert "Yth." not in answer.body


def test_a_title_is_text_on_the_page(chain: Chain, web: Any) -> None:
    model.Group.get(chain.city.agencies["disdukcapil"]).title = "</textarea><script>x</script>"
    model.Session.commit()
    page = Visitor(web, chain.city, "perencana").get(f"/lppd/kelengkapan/pengingat?tahun={YEAR}")
    assert "<script>x" not in page.body and "&lt;script&gt;x" in page.body


@pytest.fixture
def large(city: City) -> Iterator[City]:
    """A city with many isian of one agency and another."""
    many.seed(2, city.users["produsen"])
    yield city
    many.forget()


def test_one_statement_and_none_where_the_page_knows_it(large: City, web: Any) -> None:
    today = declarations.today()
    with counted() as seen:
        found = unsent.unsent(YEAR, today)
    assert len(seen) == 1 and sum(len(a.unsent) for a in found) > 50
    with counted() as seen:
        page = Visitor(web, large, "perencana").get(f"/lppd/kelengkapan?tahun={YEAR}").body
    assert "- Perangkat daerah 1: " in page
    assert not [statement for statement in seen if "unsent" in statement]


def test_without_a_year_there_is_a_page(city: City, web: Any) -> None:
    assert model.Session.query(Isian).count() == 0
    page = Visitor(web, city, "perencana").get("/lppd/kelengkapan/pengingat")
    assert page.status_code == 200 and "Nothing is missing" in page.body
