"""Programs and analysts: the approved number by page, by file and by API; nothing before its time.

Goal of the journey: one request gives one indicator; from the dataset page to its file 1 click.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.browser import live
from tests.browser.clicks import Counted, narrow_enough
from tests.browser.conftest import Someone
from tests.browser.pages import DATASET, DRAFT, INDICATOR

API = "/api/3/action"
UNRELEASED = ("ikk-2025-1-f-2-2025", "ikk-2025-1-f-3-2025", "ikk-2025-1-f-5-2025")


@pytest.fixture
def visitor(someone: Someone, width: int, isian: dict[str, str]) -> Page:
    """Give the page of somebody without an account."""
    return someone("", width=width)


def result(answer: APIResponse) -> Any:
    """Return what an API call answered."""
    assert answer.status == 200, (answer.url, answer.status)
    return answer.json()["result"]


def test_from_the_indicator_to_its_file(visitor: Page) -> None:
    visitor.goto("/lppd/indikator?q=1.f.6")
    counted = Counted(visitor, "pengguna: dari daftar indikator ke berkasnya")
    counted.click(visitor.locator(f"a[href$='{INDICATOR}']").first)
    narrow_enough(visitor)
    counted.click(visitor.get_by_role("table").locator("a[href*='/dataset/']").first)
    assert visitor.url.endswith(f"/dataset/{DATASET}")
    found = result(visitor.request.get(f"{API}/package_show?id={DATASET}"))
    counted.click(visitor.locator(".resource-item a.heading").first)
    file = counted.download(visitor.locator("a[href*='/download/']:visible").first)
    counted.done(4)
    resource = found["resources"][0]
    assert file.path().read_bytes() == visitor.request.get(resource["url"]).body()


def test_the_example_request_of_the_page_answers(visitor: Page) -> None:
    visitor.goto(INDICATOR)
    example = visitor.locator("pre code").first.inner_text()
    address = re.findall(r'curl "([^"]+)"', example)
    assert address, example
    values = result(visitor.request.get(address[0]))["results"]
    city = {v["bagian"]: v["nilai"] for v in values if v["kode_wilayah"] == "12.71"}
    assert {"capaian", "pembilang", "penyebut"} <= set(city)
    shown = visitor.get_by_role("table").first.inner_text()
    assert city["pembilang"].rstrip("0").rstrip(".") in shown.replace(".", "")


def test_search_show_and_table_of_what_is_released(
    someone: Someone, portal_ini: Path, isian: dict[str, str]
) -> None:
    live.load_tables(portal_ini)
    program = someone("").request
    found = result(program.get(f"{API}/package_search?q=name:{DATASET}&rows=5"))
    assert [one["name"] for one in found["results"]] == [DATASET]
    resource = found["results"][0]["resources"][0]
    content = program.get(resource["url"])
    rows = list(csv.DictReader(io.StringIO(content.text())))
    table = result(program.get(f"{API}/datastore_search?resource_id={resource['id']}&limit=100"))
    assert table["total"] == len(rows)
    filters = json.dumps({"kode_wilayah": "12.71"})
    one = result(
        program.get(
            f"{API}/datastore_search",
            params={"resource_id": resource["id"], "filters": filters},
        )
    )
    city = next(row for row in rows if row["kode_wilayah"] == "12.71")
    assert [str(row["tahun"]) for row in one["records"]] == [city["tahun"]]
    for kind, begin in (("csv", b"_id,"), ("tsv", b"_id\t"), ("json", b"{"), ("xml", b"<")):
        dump = program.get(f"/datastore/dump/{resource['id']}?format={kind}")
        assert dump.status == 200 and dump.body().lstrip(b"\xef\xbb\xbf").startswith(begin), kind


def test_what_is_not_released_is_not_there(someone: Someone, isian: dict[str, str]) -> None:
    program, producer = someone("").request, someone("produsen-sosial").request
    for name in UNRELEASED:
        inside = result(producer.get(f"{API}/package_show?id={name}"))
        assert program.get(f"{API}/package_show?id={name}").status in (403, 404)
        assert program.get(f"/dataset/{name}").status in (403, 404)
        for resource in inside["resources"]:
            for address in (
                f"{API}/resource_show?id={resource['id']}",
                f"{API}/datastore_search?resource_id={resource['id']}",
                f"/datastore/dump/{resource['id']}",
            ):
                assert program.get(address).status in (403, 404), address
            answer = program.get(resource["url"])
            assert answer.status in (403, 404) or "field-login" in answer.text()
    found = result(program.get(f"{API}/package_search?rows=1000&include_private=true"))
    names = {one["name"] for one in found["results"]}
    assert DATASET in names and not names & set(UNRELEASED)
    assert not set(result(program.get(f"{API}/package_list"))) & set(UNRELEASED)
    values = result(program.get(f"{API}/lppd_nilai?edisi=2025&kode=1.f.5"))
    assert values["count"] == 0


def test_the_list_of_indicators_and_the_versions_are_for_programs_too(
    someone: Someone, isian: dict[str, str]
) -> None:
    page = someone("")
    listed = result(page.request.get(f"{API}/lppd_indikator_list?edisi=2025"))
    assert len(listed) == 127
    schema = page.request.get(f"{INDICATOR}/2025/skema.json")
    assert schema.status == 200 and {f["name"] for f in schema.json()["fields"]} >= {"capaian"}
    page.goto(f"/lppd/versi/{DATASET}")
    expect(page.get_by_role("heading", level=2)).to_have_count(1)
    file = page.request.get(page.locator("section a").first.get_attribute("href") or "")
    assert file.status == 200
    assert page.request.get(f"/lppd/versi/{DRAFT}").status in (403, 404)
