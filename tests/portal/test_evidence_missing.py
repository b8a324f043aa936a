"""Evidence that is not there: said where data are sent and examined, and stops nothing."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.lppd.workflow import bukti
from tests.portal.conftest import EDITION, YEAR, Chain, Visitor, open_isian
from tests.portal.signed_in import Browser
from tests.portal.statements import counted
from tests.portal.test_evidence_files import PNG, give

NONE = {
    "id": "Data dukung untuk 2.f.1 belum ada. Unggah berkasnya di bagian Data dukung.",
    "en": "There is no evidence for 2.f.1 yet. Upload the file under Evidence (data dukung).",
}


def notes(web: Any, chain: Chain, who: str, lang: str = "id") -> dict[str, list[str]]:
    """Return the warnings of the work page: beside the button, and in the list of evidence."""
    visitor = Visitor(web, chain.city, who)
    page = visitor._send("get", f"/{lang}/lppd/isian/{chain.id}" if lang != "id" else
                         f"/lppd/isian/{chain.id}")  # fmt: skip
    soup = BeautifulSoup(page.body, "html.parser")

    def texts(place: Any) -> list[str]:
        found = place.select(".lppd-note-warning") if place is not None else []
        return [" ".join(note.get_text(" ").split()) for note in found]

    list_of = soup.find(id="bukti")
    if list_of is not None and list_of.details is not None:
        list_of.details.decompose()
    return {"send": texts(soup.select_one(".lppd-panel-next")), "list": texts(list_of)}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_it_is_said_beside_the_button_and_in_the_list(chain: Chain, web: Any, lang: str) -> None:
    chain.upload()
    said = notes(web, chain, "produsen", lang)
    assert [text.startswith(NONE[lang]) for text in said["send"]] == [True]
    assert said["list"] == [NONE[lang]]
    give(chain)
    part = notes(web, chain, "produsen", lang)["list"]
    assert len(part) == 1 and part[0] != NONE[lang] and "2.f.1" in part[0]
    give(chain, PNG, "foto.png", judul="Foto", dokumen="bukti_penyebut")
    assert notes(web, chain, "produsen", lang) == {"send": [], "list": []}


def test_sending_goes_on_and_answers_with_it(chain: Chain, web: Any) -> None:
    chain.upload()
    sent = chain.act("ajukan", "produsen")
    assert (sent["state"], sent["peringatan"]) == ("menunggu_walidata", [NONE["id"]])
    said = notes(web, chain, "walidata")
    assert said["list"] == [NONE["id"]], "who examines it is told"
    chain.act("tarik", "produsen")
    give(chain)
    give(chain, PNG, "foto.png", judul="Foto", dokumen="bukti_penyebut")
    assert chain.act("ajukan", "produsen")["peringatan"] == []


def test_not_before_there_are_data_nor_after_the_decision(chain: Chain, web: Any) -> None:
    assert notes(web, chain, "produsen")["list"] == []
    chain.published()
    assert notes(web, chain, "produsen") == {"send": [], "list": []}


def test_a_declaration_proves_no_value(chain: Chain) -> None:
    chain.act("nyatakan_nihil", "produsen", reason="tidak ada kejadian")
    assert chain.city.call("walidata", "lppd_bukti_list", id=chain.id)["peringatan"] is None


def test_who_may_not_see_evidence_is_not_told_about_it(chain: Chain, web: Any) -> None:
    chain.submitted()
    for who in ("perencana", "anggota", "sysadmin"):
        assert notes(web, chain, who) == {"send": [], "list": []}


def test_the_page_that_sends_many_says_it_for_each(chain: Chain, web: Any) -> None:
    chain.upload()
    give(chain, PNG, "foto.png", judul="Foto", dokumen="bukti_penyebut")
    path = f"/lppd/buku-kerja/{EDITION}/{YEAR}/disdukcapil"
    page = Browser(web, chain.city).page("produsen", path)
    said = page.find(id="kirim").get_text(" ")
    assert "Data dukung untuk 2.f.1 belum lengkap" in " ".join(said.split())
    give(chain, judul="Rekap", dokumen="bukti_pembilang")
    page = Browser(web, chain.city).page("produsen", path)
    assert "Data dukung untuk" not in page.find(id="kirim").get_text(" ")


def test_a_revision_goes_on_with_what_is_there(chain: Chain) -> None:
    given = give(chain)["sha256"]
    sent = chain.submitted()
    chain.act("setujui", "walidata", manifest=sent["manifest"], bukti_sha256=given)
    chain.act("terbitkan", "walidata", manifest=sent["manifest"], bukti_sha256=given)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload()
    (said,) = bukti.missing_of([copy.id], "id").values()
    assert "belum lengkap" in said
    row = chain.city.call("produsen", "lppd_bukti_list", id=copy.id)["bukti"][0]
    chain.city.call("produsen", "lppd_bukti_hapus", id=copy.id, bukti_id=row["id"])
    assert bukti.missing_of([copy.id, chain.id], "id") == {copy.id: NONE["id"]}


def test_the_same_queries_for_any_number(chain: Chain) -> None:
    ids = [chain.id]
    chain.upload()
    for number in range(2, 5):
        other = Chain(chain.city, open_isian(chain.city, f"2.f.{number}").id)
        other.city.call("produsen", "lppd_isian_show", id=other.id)
        ids.append(other.id)
    with counted() as seen:
        found = bukti.missing_of(ids, "id")
    assert found == {chain.id: NONE["id"]}
    # isian, their evidence, the edition
    assert len(seen) == 3, seen
