"""Reading governed datasets costs a fixed number of SQL statements, however many there are."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model

from tests.portal.conftest import YEAR, Chain, City, as_upload, indicator_csv, open_isian
from tests.portal.statements import counted

pytestmark = pytest.mark.usefixtures("clean_index")
# the label from the row, the DataStore tables; the re-check of the hits
SHOW, SEARCH = 2, 1


def count(city: City, action: str, **data: Any) -> tuple[int, Any]:
    """Return how many statements an anonymous call takes, and its result."""
    model.Session.rollback()
    city.call("anonim", action, **data)
    model.Session.rollback()
    with counted() as seen:
        result = city.call("anonim", action, **data)
    return len(seen), result


def make(city: City, number: int) -> str:
    """Publish a governed dataset and make a public stock one with the same file."""
    chain = Chain(city, open_isian(city, year=YEAR + number).id)
    content = indicator_csv(year=YEAR + number)
    chain.upload(content)
    chain.act("ajukan", "produsen")
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    stock = city.call(
        "produsen",
        "package_create",
        name=f"biasa-{number}",
        owner_org=city.agencies["disdukcapil"],
    )
    city.call(
        "produsen",
        "resource_create",
        package_id=stock["id"],
        upload=as_upload(content),
        url="x.csv",
    )
    return str(approved["package_id"])


def test_a_search_takes_one_statement_more_whatever_the_hits(city: City) -> None:
    numbers: dict[str, set[int]] = {"indikator-lppd": set(), "dataset": set()}
    for total in (1, 2, 4):
        for number in range(total // 2, total):
            make(city, number)
        for kind, found in numbers.items():
            sent, result = count(city, "package_search", fq=f"dataset_type:{kind}")
            assert result["count"] == len(result["results"]) == total
            found.add(sent)
    governed, stock = numbers["indikator-lppd"], numbers["dataset"]
    assert len(governed) == len(stock) == 1
    assert governed.pop() - stock.pop() <= SEARCH


def test_showing_a_dataset_takes_two_statements_more(city: City) -> None:
    wanted = {make(city, number) for number in range(2)}
    for one in (*wanted, "biasa-0", "biasa-1"):
        count(city, "package_show", id=one)  # what is read once for a session
    governed = {count(city, "package_show", id=one)[0] for one in wanted}
    stock = {count(city, "package_show", id=f"biasa-{n}")[0] for n in range(2)}
    assert len(governed) == len(stock) == 1
    assert governed.pop() - stock.pop() <= SHOW


def test_a_search_without_governed_hits_asks_what_is_behind_and_whether_there_are_any(
    city: City,
) -> None:
    make(city, 0)
    with counted() as seen:
        city.call("anonim", "package_search", fq="dataset_type:dataset")
    behind, asked = [one for one in seen if "lppd_" in one]
    assert "FROM lppd_index_behind" in behind
    assert "FROM lppd_governed_dataset WHERE package_id IN" in asked
