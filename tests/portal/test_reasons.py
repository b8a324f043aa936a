"""Last year's release as the measure, and reasons for what is unusual before it is sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ckan.plugins import toolkit

from ckanext.lppd.workflow import reasons
from tests.portal.conftest import CODE, YEAR, Chain, open_isian
from tests.portal.pages import login

HEADER = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"


def city_file(part: int, whole: int, why: str = "", year: int = YEAR) -> bytes:
    """A file with the city's row alone."""
    return (HEADER + f"{CODE},{year},12.71,{part},{whole},,{why}\n").encode()


@pytest.fixture
def released(chain: Chain) -> Chain:
    """Publish 50 percent for one year and give the chain of the next one."""
    chain.upload(city_file(500, 1000))
    seen = chain.act("ajukan", "produsen")["manifest"]
    seen = chain.act("setujui", "walidata", manifest=seen)["manifest"]
    chain.act("terbitkan", "walidata", manifest=seen)
    return Chain(chain.city, open_isian(chain.city, year=YEAR + 1).id)


def upload(chain: Chain, part: int, whole: int = 1000, why: str = "") -> dict[str, Any]:
    return chain.upload(city_file(part, whole, why, YEAR + 1))


def refusal(chain: Chain, who: str = "produsen") -> dict[str, Any]:
    with pytest.raises(toolkit.ValidationError) as error:
        chain.act("ajukan", who)
    return error.value.error_dict


def explain(chain: Chain, text: str, who: str = "produsen") -> dict[str, Any]:
    questions = chain.show()["alasan"]
    texts = {question["key"]: text for question in questions}
    return chain.city.call(who, "lppd_isian_jelaskan", id=chain.id, alasan=texts)


def test_a_jump_must_be_explained_before_it_is_sent(released: Chain) -> None:
    isian = upload(released, 900)
    assert isian["capaian"]["verdict"]["valid"]
    (question,) = isian["alasan"]
    assert "50,00 (2025) menjadi 90,00 (2026)" in question["pesan"]
    assert question["alasan"] is None
    assert list(refusal(released)) == [f"alasan-{question['key']}"]
    done = explain(released, "Ada sensus penduduk baru.")
    assert done["alasan"][0]["alasan"] == "Ada sensus penduduk baru."
    assert done["state"] == "draf"
    assert released.act("ajukan", "produsen")["state"] == "menunggu_walidata"
    assert released.show("walidata")["alasan"][0]["alasan"] == "Ada sensus penduduk baru."
    acts = [
        (row["act"], row["cells"])
        for row in released.city.call("walidata", "lppd_riwayat", id=released.id)
    ]
    assert acts[:2] == [("ajukan", []), ("jelaskan", ["F2"])]


def test_a_remark_in_the_file_is_the_reason(released: Chain) -> None:
    isian = upload(released, 900, why="sensus baru")
    assert isian["alasan"] == []
    codes = [finding["code"] for finding in isian["capaian"]["verdict"]["findings"]]
    assert "lompatan_dijelaskan" in codes
    assert released.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def test_the_same_numbers_must_be_explained(released: Chain) -> None:
    isian = upload(released, 500)
    assert [q["pesan"][:40] for q in isian["alasan"]] == [
        "Sel F2 (capaian): semua angka sama denga"
    ]
    refusal(released)


def test_an_ordinary_change_needs_nothing(released: Chain) -> None:
    assert upload(released, 550)["alasan"] == []
    assert released.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def test_another_year_has_nothing_to_compare_with(chain: Chain) -> None:
    assert chain.upload(city_file(1, 1000))["alasan"] == []


def test_a_reason_holds_for_the_same_statement_only(released: Chain) -> None:
    upload(released, 900)
    explain(released, "Ada sensus penduduk baru.")
    (same,) = upload(released, 900, whole=1000)["alasan"]
    assert same["alasan"] == "Ada sensus penduduk baru."
    (other,) = upload(released, 950)["alasan"]
    assert other["alasan"] is None
    refusal(released)


def test_a_withdrawn_year_is_no_measure(released: Chain) -> None:
    past = Chain(
        released.city,
        released.city.call("walidata", "lppd_isian_list", tahun=YEAR)["results"][0]["id"],
    )
    past.act("tarik_publikasi", "walidata", reason="keliru semua")
    assert upload(released, 900)["alasan"] == []


@pytest.mark.parametrize("text", ["ok", "x" * 2001])
def test_a_reason_is_a_sentence(released: Chain, text: str) -> None:
    upload(released, 900)
    with pytest.raises(toolkit.ValidationError) as error:
        explain(released, text)
    assert [field.partition("-")[0] for field in error.value.error_dict] == ["alasan"]


def test_blank_leaves_the_question_open(released: Chain) -> None:
    upload(released, 900)
    assert explain(released, "  ")["alasan"][0]["alasan"] is None
    refusal(released)


def test_a_reason_is_recorded_once(released: Chain) -> None:
    upload(released, 900)
    for _ in range(2):
        explain(released, "Ada sensus penduduk baru.")
    rows = released.city.call("walidata", "lppd_riwayat", id=released.id)
    assert [row["act"] for row in rows].count("jelaskan") == 1


def test_reasons_of_an_unknown_question(released: Chain) -> None:
    upload(released, 900)
    for given in ({"0" * 16: "alasan apa"}, "teks", {"x": 1}, None):
        with pytest.raises(toolkit.ValidationError):
            released.city.call("produsen", "lppd_isian_jelaskan", id=released.id, alasan=given)


@pytest.mark.parametrize("who", ["walidata", "produsen_lain", "anggota", "sysadmin", "anonim"])
def test_only_the_producer_explains(released: Chain, who: str) -> None:
    upload(released, 900)
    with pytest.raises(toolkit.NotAuthorized):
        explain(released, "Ada sensus penduduk baru.", who=who)


def test_nothing_is_explained_after_sending(released: Chain) -> None:
    upload(released, 900)
    explain(released, "Ada sensus penduduk baru.")
    released.act("ajukan", "produsen")
    with pytest.raises(toolkit.ValidationError):
        explain(released, "Alasan yang lain sama sekali.")


def test_more_questions_than_are_listed_are_told(
    released: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(released, 900)
    explain(released, "Ada sensus penduduk baru.")
    monkeypatch.setattr(reasons, "_unlisted", lambda file: 2)
    assert "2 peringatan lagi" in refusal(released)["message"][0]


def test_the_page_takes_the_reason_and_keeps_what_was_typed(web: Any, released: Chain) -> None:
    upload(released, 900)
    headers = login(released.city, "produsen")
    page = web.get(f"/lppd/isian/{released.id}", headers=headers).get_data(as_text=True)
    (name,) = set(re.findall(r'<textarea[^>]*name="(alasan-[0-9a-f]{16})"', page))
    path = f"/lppd/isian/{released.id}/jelaskan"
    short = web.post(path, headers=headers, data={name: "<b>"}, follow_redirects=False)
    assert short.status_code == 422
    assert ">&lt;b&gt;</textarea>" in short.get_data(as_text=True)
    assert f'id="error-{name}"' in short.get_data(as_text=True)
    good = web.post(
        path, headers=headers, data={name: "Sensus <i>baru</i>"}, follow_redirects=False
    )
    assert good.status_code == 302
    page = web.get(f"/lppd/isian/{released.id}", headers=login(released.city, "walidata")).get_data(
        as_text=True
    )
    assert "Sensus &lt;i&gt;baru&lt;/i&gt;" in page
    assert "<textarea" not in page.split('id="penjelasan"')[1].split("</section>")[0]
