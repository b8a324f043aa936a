"""Assignments: as a workbook out and in, on one screen, from year to year."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.model import AssignmentUpload, Contributor, Isian, Transition
from ckanext.lppd.workflow import assignments
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import EDITION, YEAR, Chain, City

IDENTITY: dict[str, Any] = {"edisi": EDITION, "tahun": YEAR}


@pytest.fixture
def year(city: City) -> City:
    """A city whose year is being planned."""
    city.call("perencana", "lppd_tahun_rencanakan", **IDENTITY)
    return city


def row_of(city: City, code: str) -> dict[str, Any]:
    """Return the assignment of one indicator."""
    listed = city.call("perencana", "lppd_tugas_list", **IDENTITY)
    return next(row for row in listed if row["kode"] == code)


def changed(city: City, change: Callable[[Any, dict[str, int]], None]) -> FileStorage:
    """Download the workbook, change it as a person would, and return it as an upload."""
    found = city.call("perencana", "lppd_tugas_unduh", **IDENTITY)
    book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(found["isi_base64"])))
    sheet = book["Penugasan"]
    change(sheet, {sheet.cell(row=n, column=1).value: n for n in range(2, sheet.max_row + 1)})
    out = io.BytesIO()
    book.save(out)
    return FileStorage(io.BytesIO(out.getvalue()), filename=found["nama"])


def test_the_workbook_comes_with_drop_downs_and_goes_back_unchanged(year: City) -> None:
    seen: list[str] = []
    upload = changed(
        year, lambda s, rows: seen.extend(str(v.sqref) for v in s.data_validations.dataValidation)
    )
    assert len(seen) == 2 and seen[0].startswith("C2:E")
    result = year.call("perencana", "lppd_tugas_unggah", **IDENTITY, upload=upload)
    assert (result["baris"], result["kesalahan"], result["perubahan"]) == (127, [], [])


def test_changes_are_shown_first_and_written_when_confirmed(year: City) -> None:
    def change(sheet: Any, rows: dict[str, int]) -> None:
        sheet.cell(row=rows["A"], column=3).value = "Bappeda"
        sheet.cell(row=rows["2.f.1"], column=3).value = "Dinkes"
        sheet.cell(row=rows["2.f.2"], column=5).value = "Dinkes"
        sheet.cell(row=rows["2.f.2"], column=6).value = date(2026, 1, 31)
        sheet.cell(row=rows["2.f.3"], column=7).value = "ya"

    result = year.call("perencana", "lppd_tugas_unggah", **IDENTITY, upload=changed(year, change))
    assert result["kesalahan"] == []
    told = {(c["kode"], c["hal"], c["dari"], c["menjadi"]) for c in result["perubahan"]}
    assert told == {
        ("A", "penanggung jawab", "belum ditugaskan", "Bappeda"),
        ("2.f.1", "penanggung jawab", "Disdukcapil", "Dinkes"),
        ("2.f.2", "penyumbang penyebut", "tidak ada", "Dinkes"),
        ("2.f.2", "tenggat", "tidak ada", "2026-01-31"),
        ("2.f.3", "Data Prioritas", "tidak", "ya"),
    }
    assert row_of(year, "A")["owner_org"] is None
    with pytest.raises(toolkit.ValidationError):
        year.call("perencana", "lppd_tugas_terapkan", id=result["id"], terlihat="lain")
    sent = {"id": result["id"], "terlihat": result["terlihat"]}
    with pytest.raises(toolkit.ObjectNotFound):
        year.call("walidata", "lppd_tugas_terapkan", **sent)
    assert len(year.call("perencana", "lppd_tugas_terapkan", **sent)["perubahan"]) == 5
    assert year.call("perencana", "lppd_tugas_terapkan", **sent)["perubahan"] == []
    assert row_of(year, "A")["owner_org"] == year.agencies["bappeda"]
    mended = row_of(year, "2.f.2")
    assert (mended["due"], mended["penyumbang"]["penyebut"]) == (
        "2026-01-31",
        year.agencies["dinkes"],
    )
    assert row_of(year, "2.f.3")["prioritas"] is True
    newest = model.Session.query(Transition).order_by(Transition.id.desc()).first()
    assert newest.act == "tugaskan" and "2.f.1 penanggung jawab" in newest.note
    assert verify_history()[2] == []


def test_wrong_cells_are_named_and_the_upload_is_kept(year: City) -> None:
    def change(sheet: Any, rows: dict[str, int]) -> None:
        sheet.cell(row=rows["A"], column=3).value = "Dinas Entah"
        sheet.cell(row=rows["2.f.1"], column=6).value = "besok"
        sheet.cell(row=rows["2.f.2"], column=1).value = "9.z.9"

    result = year.call("perencana", "lppd_tugas_unggah", **IDENTITY, upload=changed(year, change))
    assert result["perubahan"] == [] and len(result["kesalahan"]) == 3
    text = " ".join(result["kesalahan"])
    assert "Dinas Entah" in text and "besok" in text and "sel A" in text and "sel C" in text
    again = year.call("perencana", "lppd_tugas_rencana", id=result["id"])
    assert again["kesalahan"] == result["kesalahan"]
    with pytest.raises(toolkit.ValidationError):
        year.call("perencana", "lppd_tugas_terapkan", id=result["id"], terlihat="x")
    assert model.Session.get(AssignmentUpload, result["id"]).applied_at is None


@pytest.mark.parametrize(
    ("content", "name"), [(b"%PDF-1.7", "x.xlsx"), (b"", "x.xlsx"), (b"a,b", "x.csv")]
)
def test_other_files_are_refused_in_words(year: City, content: bytes, name: str) -> None:
    upload = FileStorage(io.BytesIO(content), filename=name)
    try:
        result = year.call("perencana", "lppd_tugas_unggah", **IDENTITY, upload=upload)
        told = result["kesalahan"]
    except toolkit.ValidationError as error:
        told = error.error_dict["upload"]
    assert told and told[0].endswith(".")


def test_an_isian_with_data_keeps_its_owner(chain: Chain) -> None:
    chain.upload()
    wish = {"kode": "2.f.1", "owner_org": "dinkes"}
    with pytest.raises(toolkit.ValidationError) as refused:
        chain.city.call("perencana", "lppd_tugas_atur", **IDENTITY, tugas=[wish])
    assert "berisi data" in refused.value.error_dict["penugasan"][0]


def test_all_or_none(year: City) -> None:
    good = {"kode": "A", "owner_org": "bappeda"}
    for bad in (
        {"kode": "9.z.9", "owner_org": "dinkes"},
        {"kode": "2.f.1", "owner_org": "entah"},
        {"kode": "2.f.1", "due": "besok"},
        {"kode": "2.f.1", "penyumbang": {"tinggi": "dinkes"}},
        {"kode": "2.f.1", "penyumbang": {"penyebut": "disdukcapil"}},
    ):
        with pytest.raises(toolkit.ValidationError):
            year.call("perencana", "lppd_tugas_atur", **IDENTITY, tugas=[good, bad])
        assert row_of(year, "A")["owner_org"] is None


def test_the_unassigned_are_listed_and_assigned_together(year: City) -> None:
    left = year.call("walidata", "lppd_tugas_list", **IDENTITY, belum=True)
    everything = year.call("walidata", "lppd_tugas_list", **IDENTITY)
    assert left == [row for row in everything if not row["owner_org"]]
    assert len(left) >= 40
    wishes = [{"kode": row["kode"], "owner_org": "bappeda"} for row in left]
    year.call("walidata", "lppd_tugas_atur", **IDENTITY, tugas=wishes)
    assert year.call("walidata", "lppd_tugas_list", **IDENTITY, belum=True) == []


@pytest.mark.parametrize("who", ["produsen", "pembina", "pengawas", "orang_luar"])
def test_others_do_not_plan(year: City, who: str) -> None:
    for action in ("lppd_tugas_list", "lppd_tugas_unduh", "lppd_tugas_unggah", "lppd_tugas_atur"):
        with pytest.raises(toolkit.NotAuthorized):
            year.call(who, action, **IDENTITY)
    with pytest.raises(toolkit.NotAuthorized):
        year.call(who, "lppd_tahun_salin", edisi=EDITION, dari=YEAR, ke=YEAR + 1)


def test_a_year_is_copied_without_its_values(chain: Chain) -> None:
    city = chain.city
    city.call("perencana", "lppd_tahun_buka", **IDENTITY)
    wish = {
        "kode": "2.f.1",
        "due": "2026-02-28",
        "prioritas": True,
        "penyumbang": {"penyebut": "dinkes"},
    }
    moved = {"kode": "A", "owner_org": "bappeda"}
    city.call("perencana", "lppd_tugas_atur", **IDENTITY, tugas=[wish, moved])
    package_id = chain.upload()["package_id"]
    city.call("produsen", "package_patch", id=package_id, definisi="Definisi kota sendiri")
    done = city.call("perencana", "lppd_tahun_salin", edisi=EDITION, dari=YEAR, ke=YEAR + 1)
    assert done["state"] == "perencanaan"
    copied = city.call("perencana", "lppd_isian_show", edisi=EDITION, kode="2.f.1", tahun=YEAR + 1)
    assert (copied["due"], copied["prioritas"], copied["state"]) == (
        "2027-02-28",
        True,
        "belum_diisi",
    )
    assert copied["package_id"] is None
    query = model.Session.query(Contributor).filter_by(isian_id=copied["id"])
    assert [(row.part, row.owner_org) for row in query] == [("penyebut", city.agencies["dinkes"])]
    assert model.Session.query(Isian).filter_by(year=YEAR + 1, owner_org=None).count() == (
        model.Session.query(Isian).filter_by(year=YEAR, owner_org=None).count()
    )
    city.call("perencana", "lppd_tahun_buka", edisi=EDITION, tahun=YEAR + 1)
    next_year = Chain(city, copied["id"])
    made = next_year.upload(b"kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian\r\n")
    dataset = city.call("produsen", "package_show", id=made["package_id"])
    assert dataset["definisi"] == "Definisi kota sendiri"
    assert str(YEAR + 1) in dataset["title"]
    again = city.call("perencana", "lppd_tahun_salin", edisi=EDITION, dari=YEAR, ke=YEAR + 1)
    assert again["perubahan"] == []


def test_a_leap_day_moves_to_the_last_of_february() -> None:
    assert assignments.shifted(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert assignments.shifted(date(2026, 1, 31), 1) == date(2027, 1, 31)
