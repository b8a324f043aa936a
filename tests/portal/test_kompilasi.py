"""The compilation of a year and the review package of an agency."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from werkzeug.datastructures import FileStorage

from ckanext.lppd.workflow.kompilasi import laporan_tahun
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, City, Visitor, open_isian
from tests.portal.statements import counted

COMPILATION = f"/lppd/kompilasi/{EDITION}/{YEAR}.xlsx"
PACKAGE = f"/lppd/paket-reviu/{EDITION}/{YEAR}/disdukcapil.xlsx"


def sheets(web: Any, city: City, who: str, address: str) -> dict[str, list[tuple[Any, ...]]]:
    """Download a workbook; return its rows below the titles by sheet."""
    answer = Visitor(web, city, who).get(address)
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return {
        sheet.title: [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=3)]
        for sheet in book
    }


def test_the_compilation_shows_what_was_released(chain: Chain, web: Any) -> None:
    chain.published()
    open_isian(chain.city, "2.f.3")
    found = sheets(web, chain.city, "perencana", COMPILATION)
    rows = {row[0]: row for row in found["Capaian"]}
    assert list(rows) == [CODE, "2.f.3"]
    assert rows[CODE][5] is not None and rows[CODE][8] == "Terpublikasi" and rows[CODE][9] == 1
    assert rows["2.f.3"][5] is None and rows["2.f.3"][8] == "Belum diisi"
    assert {row[0] for row in found["Rincian"]} == {CODE}


def test_the_review_package_recomputes_and_proves(chain: Chain, web: Any) -> None:
    chain.published()
    found = sheets(web, chain.city, "pengawas", PACKAGE)
    (row,) = found["Nilai"]
    assert row[5] is not None and row[6] == pytest.approx(row[5], abs=0.005)
    (file,) = found["Berkas"]
    assert len(file[2]) == 64


def test_the_review_package_lists_evidence_for_who_may_see_it(chain: Chain, web: Any) -> None:
    pdf = FileStorage(io.BytesIO(b"%PDF-1.4\n%%EOF\n"), filename="rekap.pdf")
    chain.upload()
    given = {"id": chain.id, "judul": "Rekap DKB", "dokumen": "lainnya", "upload": pdf}
    chain.city.call("produsen", "lppd_bukti_unggah", **given)
    for who, number in (("pengawas", 1), ("walidata", 1), ("perencana", 0)):
        found = sheets(web, chain.city, who, PACKAGE)["Data dukung"]
        listed = [row for row in found if row[0]]
        assert len(listed) == number, who
        assert not listed or listed[0][1] == "Rekap DKB (rekap.pdf)"
    (row,) = chain.city.call("produsen", "lppd_bukti_list", id=chain.id)["bukti"]
    chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=row["id"])
    assert not [r for r in sheets(web, chain.city, "pengawas", PACKAGE)["Data dukung"] if r[0]]


@pytest.mark.parametrize("address", [COMPILATION, PACKAGE])
@pytest.mark.parametrize("who", ["produsen", "orang_luar"])
def test_others_do_not_get_it(chain: Chain, web: Any, address: str, who: str) -> None:
    assert Visitor(web, chain.city, who).get(address).status_code == 403


def test_the_queries_do_not_grow_with_the_year(city: City) -> None:
    def count() -> int:
        with counted() as said:
            laporan_tahun(EDITION, YEAR)
        return len(said)

    open_isian(city)
    count()  # what is read once for the session
    few = count()
    for code in ("2.f.2", "2.f.3", "2.f.4", "1.f.1", "1.f.2"):
        open_isian(city, code)
    assert count() <= few


def test_kelengkapan_leads_to_both(chain: Chain, web: Any) -> None:
    planner = Visitor(web, chain.city, "perencana")
    assert COMPILATION in planner.get(f"/lppd/kelengkapan?tahun={YEAR}").body
    assert PACKAGE in planner.get(f"/lppd/kelengkapan?tahun={YEAR}&pd=disdukcapil").body
