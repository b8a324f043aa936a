"""Last year means one thing: check, review, workbook, compilation and page read the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ckan import model
from sqlalchemy import text

from ckanext.lppd.model import Isian
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.release import previous_year
from ckanext.lppd.workflow import buku_kerja, kompilasi
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, Visitor, indicator_csv, open_isian
from tests.portal.statements import counted

NEXT = "berikut"

_COPY = """
INSERT INTO lppd_edition (code, title, status, data, sha256)
    SELECT :new, title, status, jsonb_set(data, '{kode}', to_jsonb(CAST(:new AS text))),
           :new || '-' || :name || '-' || :unit
      FROM lppd_edition WHERE code = :old;
INSERT INTO lppd_indicator (edition, code, position, data)
    SELECT :new, code, position, data || jsonb_build_object('edisi', CAST(:new AS text))
           || CASE WHEN code = :code AND :name <> '' THEN jsonb_build_object('nama', :name)
                   ELSE '{}' END
           || CASE WHEN code = :code AND :unit <> '' THEN jsonb_build_object('satuan', :unit)
                   ELSE '{}' END
      FROM lppd_indicator WHERE edition = :old;
"""

Make = Callable[..., Chain]


@pytest.fixture
def later(chain: Chain) -> Iterator[Make]:
    """Give the isian of the year after, in an edition that copies the one of the chain."""

    def make(name: str = "", unit: str = "") -> Chain:
        values = {"new": NEXT, "old": EDITION, "code": CODE, "name": name, "unit": unit}
        for statement in _COPY.split(";"):
            if statement.strip():
                model.Session.execute(text(statement), values)
        owner = chain.city.agencies["disdukcapil"]
        isian = Isian(kind="indikator", edition=NEXT, code=CODE, year=YEAR + 1, owner_org=owner)
        model.Session.add(isian)
        model.Session.commit()
        return Chain(chain.city, isian.id)

    yield make
    model.Session.rollback()
    for table, column in (
        ("lppd_isian", "edition"),
        ("lppd_year", "edition"),
        ("lppd_indicator", "edition"),
        ("lppd_edition", "code"),
    ):
        model.Session.execute(text(f"DELETE FROM {table} WHERE {column} = :code"), {"code": NEXT})
    model.Session.commit()


def seen_by_all(web: Any, chain: Chain, edition: str) -> dict[str, Any]:
    """Return the city's figures of the year before as each part of the portal reads them."""
    isian = model.Session.get(Isian, chain.id)
    edisi = get_edisi(edition)
    assert edisi is not None
    city = edisi.wilayah[0].kode
    _edisi, _city, rows = kompilasi.laporan_tahun(edition, YEAR + 1)
    book = buku_kerja.compose("disdukcapil", edition, YEAR + 1)
    checked = previous_year.reference(isian)
    review = chain.act_on("lppd_tinjauan", "walidata")
    page = Visitor(web, chain.city, "produsen").get(f"/lppd/isian/{chain.id}").body
    return {
        "check": (checked or {}).get("nilai", {}).get(city, {}),
        "compilation": {k: str(v) for k, v in rows[0].tahun_lalu.get(city, {}).items()},
        "workbook": {k: str(v) for k, v in book.butir[0].tahun_lalu.items()},
        "review": {
            name: value["before"]
            for row in review["baris"][:1]
            for name, value in row["nilai"].items()
            if value["before"]
        },
        "page": "for reference only" in page,
    }


def upload(chain: Chain) -> None:
    """Upload the figures of the year after."""
    chain.upload(indicator_csv().decode().replace(f",{YEAR},", f",{YEAR + 1},").encode())


def test_all_parts_agree_in_one_edition(chain: Chain, web: Any) -> None:
    chain.published()
    other = Chain(chain.city, open_isian(chain.city, year=YEAR + 1).id)
    upload(other)
    seen = seen_by_all(web, other, EDITION)
    assert seen["page"] and {"pembilang", "penyebut", "capaian"} <= set(seen["check"])
    assert seen["check"] == seen["compilation"]
    assert seen["workbook"] == seen["check"]
    assert seen["review"].items() <= seen["check"].items() and len(seen["review"]) >= 2


def test_the_same_indicator_of_another_edition_counts_everywhere(
    chain: Chain, web: Any, later: Make
) -> None:
    chain.published()
    other = later()
    upload(other)
    seen = seen_by_all(web, other, NEXT)
    assert seen["page"] and seen["check"] and seen["review"]
    assert seen["check"] == seen["compilation"] == seen["workbook"]
    assert other.act_on("lppd_tinjauan", "walidata")["sama"]
    counts = other.show("produsen")["capaian"]["verdict"]["counts"]
    # the check sees a copied file across editions too; the example carries its remark
    assert "sama_tahun_lalu_dijelaskan" in counts


@pytest.mark.parametrize("changed", [{"name": "Indikator lain"}, {"unit": "poin"}])
def test_another_indicator_under_the_same_code_counts_nowhere(
    chain: Chain, web: Any, later: Make, changed: dict[str, str]
) -> None:
    chain.published()
    other = later(**changed)
    upload(other)
    seen = seen_by_all(web, other, NEXT)
    assert not any(seen.values()), seen


def test_the_own_edition_comes_before_another(chain: Chain, later: Make) -> None:
    chain.published()
    other = later()
    own = Isian(
        kind="indikator",
        edition=NEXT,
        code=CODE,
        year=YEAR,
        owner_org=chain.city.agencies["disdukcapil"],
    )
    model.Session.add(own)
    model.Session.commit()
    same_year = Chain(chain.city, own.id)
    head, first, *_rest = indicator_csv().decode().split("\r\n")
    cells = [*first.split(",")[:3], "3", "4", "", ""]
    same_year.upload("\r\n".join([head, ",".join(cells), ""]).encode())
    isian = model.Session.get(Isian, other.id)
    before = previous_year.previous(isian)
    assert before is not None and before.edition == EDITION
    same_year.act("ajukan", "produsen")
    seen = same_year.show()["manifest"]
    same_year.act("setujui", "walidata", manifest=seen)
    same_year.act("terbitkan", "walidata", manifest=seen)
    before = previous_year.previous(model.Session.get(Isian, other.id))
    assert before is not None and before.edition == NEXT
    assert [parts["pembilang"] for parts in before.texts.values()] == ["3"]


def test_what_was_withdrawn_is_no_last_year(chain: Chain, later: Make) -> None:
    chain.published()
    other = later()
    chain.act("tarik_publikasi", "walidata", reason="angka keliru semua")
    assert previous_year.previous(model.Session.get(Isian, other.id)) is None


def test_one_query_for_any_number(chain: Chain) -> None:
    chain.published()
    with counted() as seen:
        found = previous_year.previous_of(EDITION, YEAR + 1, [CODE, "2.f.2", "2.f.3", "1.a.1"])
    assert (list(found), len(seen)) == ([CODE], 1)
    with counted() as seen:
        assert previous_year.previous_of(EDITION, YEAR + 1, []) == {}
    assert seen == []
