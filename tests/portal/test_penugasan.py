"""The planners' pages: calendar, one-screen assignment, workbook, history of a year."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.lppd.model import Isian, Transition
from ckanext.lppd.workflow import kalender, years
from tests.portal.conftest import EDITION, YEAR, Chain, City, Visitor, as_upload, indicator_csv

FORM = {"edisi": EDITION, "tahun": str(YEAR)}


@pytest.fixture
def planner(city: City, web: Any) -> Visitor:
    """Bappeda at the pages of a year that is being planned."""
    city.call("perencana", "lppd_tahun_rencanakan", edisi=EDITION, tahun=YEAR)
    return Visitor(web, city, "perencana")


def path_of(response: Any) -> str:
    """Return where a redirect leads."""
    assert response.status_code == 302, response.body
    return re.sub(r"^https?://[^/]+", "", response.headers["Location"])


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_the_buttons_of_the_calendar_are_its_acts(planner: Visitor) -> None:
    for state in kalender.STATE_LABELS:
        model.Session.rollback()
        model.Session.query(years.Year).update({"state": state})
        model.Session.commit()
        page = planner.get(f"/lppd/penugasan?edisi={EDITION}&tahun={YEAR}").body
        shown = set(re.findall(r'name="tindakan" value="([a-z_]+)"', page))
        assert shown == {act.name for act in kalender.acts_from(state)}, state


def test_reopening_keeps_the_reason_that_was_too_short(planner: Visitor) -> None:
    for act in ("buka", "tutup"):
        sent = planner.post("/lppd/penugasan/tahun", {**FORM, "tindakan": act})
        assert "penugasan" in path_of(sent)
    typed = {**FORM, "tindakan": "buka_kembali", "reason": "ya", "state_seen": "ditutup"}
    refused = planner.post("/lppd/penugasan/tahun", typed)
    assert refused.status_code == 422 and ">ya</textarea>" in refused.body
    stale = {**typed, "reason": "Angka keliru", "state_seen": "final"}
    assert planner.post("/lppd/penugasan/tahun", stale).status_code == 422
    assert (
        planner.post("/lppd/penugasan/tahun", {**stale, "state_seen": "ditutup"}).status_code == 302
    )
    assert years.list_years()[0]["state"] == "pengisian_dibuka"


def test_the_unassigned_are_assigned_on_one_screen(planner: Visitor, city: City) -> None:
    page = planner.get("/lppd/penugasan").body
    codes = re.findall(r'name="kode" value="([^"]+)"', page)
    assert len(codes) >= 40 and "A" in codes and "2.f.1" not in codes
    form: dict[str, Any] = {**FORM, "kode": codes[:3]}
    for code in codes[:3]:
        form |= {f"pd-{code}": city.agencies["bappeda"], f"tenggat-{code}": "2026-01-31"}
        form |= {f"dilihat-{code}": hidden(page, f"dilihat-{code}")}
    bad = {**form, f"tenggat-{codes[0]}": "31 Januari"}
    refused = planner.post("/lppd/penugasan/simpan", bad)
    assert refused.status_code == 422 and 'value="31 Januari"' in refused.body
    path_of(planner.post("/lppd/penugasan/simpan", form))
    owners = {row.code: row.owner_org for row in model.Session.query(Isian)}
    assert {owners[code] for code in codes[:3]} == {city.agencies["bappeda"]}
    again = {**form, f"pd-{codes[0]}": city.agencies["dinkes"]}
    stale = planner.post("/lppd/penugasan/simpan", again)
    assert stale.status_code == 422 and "berubah sejak ditampilkan" in stale.body


def test_a_searched_indicator_shows_its_contributors(planner: Visitor, city: City) -> None:
    page = planner.get(f"/lppd/penugasan?edisi={EDITION}&tahun={YEAR}&q=2.f.1").body
    assert 'name="penyumbang-2.f.1-penyebut"' in page
    form = {**FORM, "kode": "2.f.1", "penyumbang-2.f.1-penyebut": city.agencies["dinkes"]}
    path_of(planner.post("/lppd/penugasan/simpan", form))
    isian = city.call("perencana", "lppd_isian_show", edisi=EDITION, kode="2.f.1", tahun=YEAR)
    assert isian["penyumbang"][1]["owner_org"] == city.agencies["dinkes"]


def test_the_workbook_goes_out_and_comes_back_over_the_pages(planner: Visitor) -> None:
    got = planner.get(f"/lppd/penugasan/{EDITION}/{YEAR}.xlsx")
    assert got.headers["Content-Disposition"].endswith('.xlsx"')
    book = openpyxl.load_workbook(io.BytesIO(got.data))
    sheet = book["Penugasan"]
    row = next(n for n in range(2, 200) if sheet.cell(row=n, column=1).value == "A")
    sheet.cell(row=row, column=3).value = "Dinas Entah"
    shown = planner.get(path_of(send(planner, book))).body
    assert "Dinas Entah" in shown and "Save these changes" not in shown
    sheet.cell(row=row, column=3).value = "Bappeda"
    address = path_of(send(planner, book))
    shown = planner.get(address).body
    assert "Bappeda" in shown
    refused = planner.post(address, {**FORM, "terlihat": "lain"})
    assert refused.status_code == 422 and "Bappeda" in refused.body
    path_of(planner.post(address, {**FORM, "terlihat": hidden(shown, "terlihat")}))
    owner = model.Session.query(Isian.owner_org).filter_by(code="A").scalar()
    assert model.Session.get(model.Group, owner).name == "bappeda"


def send(planner: Visitor, book: Any) -> Any:
    """Upload a workbook on the page."""
    out = io.BytesIO()
    book.save(out)
    upload = FileStorage(io.BytesIO(out.getvalue()), filename="penugasan.xlsx")
    return planner.post("/lppd/penugasan/unggah", {**FORM, "upload": upload})


def test_planning_and_copying_on_the_page(planner: Visitor) -> None:
    copied = {"edisi": EDITION, "dari": str(YEAR), "ke": str(YEAR)}
    refused = planner.post("/lppd/penugasan/salin", copied)
    assert refused.status_code == 422 and "tahun lain" in refused.body
    path_of(planner.post("/lppd/penugasan/salin", {**copied, "ke": str(YEAR + 1)}))
    wrong = planner.post("/lppd/penugasan/rencanakan", {"edisi": EDITION, "tahun": "1999"})
    assert wrong.status_code == 422
    path_of(planner.post("/lppd/penugasan/rencanakan", {"edisi": EDITION, "tahun": str(YEAR + 2)}))
    assert {y["tahun"] for y in years.list_years()} == {YEAR, YEAR + 1, YEAR + 2}


@pytest.mark.parametrize("who", ["produsen", "pembina", "pengawas", "orang_luar"])
def test_others_do_not_open_the_planning_pages(city: City, web: Any, who: str) -> None:
    city.call("perencana", "lppd_tahun_rencanakan", edisi=EDITION, tahun=YEAR)
    visitor = Visitor(web, city, who)
    for path in ("/lppd/penugasan", f"/lppd/penugasan/{EDITION}/{YEAR}.xlsx"):
        assert visitor.get(path).status_code == 403, path
    assert visitor.post("/lppd/penugasan/tahun", {**FORM, "tindakan": "buka"}).status_code == 403


def test_the_history_of_a_year(chain: Chain, web: Any) -> None:
    chain.submitted()
    chain.city.call("perencana", "lppd_tahun_ubah", edisi=EDITION, tahun=YEAR, tindakan="tutup")
    address = f"/lppd/riwayat/{EDITION}/{YEAR}"
    visitor = Visitor(web, chain.city, "pengawas")
    page = visitor.get(address).body
    for words in ("Year closed", "Sent to the walidata", "2.f.1"):
        assert words in page
    assert "Year closed" not in visitor.get(f"{address}?pd=disdukcapil").body.split("<table")[1]
    only = visitor.get(f"{address}?tindakan=tutup").body.split("<table")[1]
    assert "Year closed" in only and "2.f.1" not in only
    assert "2.f.1" not in visitor.get(f"{address}?pd=dinkes").body
    assert Visitor(web, chain.city, "produsen").get(address).status_code == 403
    found = chain.city.call("pengawas", "lppd_riwayat_tahun", edisi=EDITION, tahun=YEAR, limit=1)
    assert found["count"] == model.Session.query(Transition).count()
    assert [row["act"] for row in found["results"]] == ["tutup"]


def test_an_upload_does_not_replace_what_was_not_seen(chain: Chain, web: Any) -> None:
    visitor = Visitor(web, chain.city, "produsen")
    page = visitor.get(f"/lppd/isian/{chain.id}").body
    seen = hidden(page, "manifest")
    content = indicator_csv()
    form = {"manifest": seen, "state_seen": "belum_diisi"}
    for _twice in range(2):  # a double click sends the same file twice
        sent = visitor.post(
            f"/lppd/isian/{chain.id}/unggah", {**form, "upload": as_upload(content)}
        )
        assert sent.status_code == 302
    assert model.Session.query(Transition).filter_by(act="isi").count() <= 2
    before = chain.show()["manifest"]
    other = {**form, "upload": as_upload(content + b"\r\n")}
    refused = visitor.post(f"/lppd/isian/{chain.id}/unggah", other)
    assert refused.status_code == 422 and "Isi berubah" in refused.body
    assert chain.show()["manifest"] == before
