"""The workbook through the portal: who may have it, what it stores, what it leaves alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.logic.action.buku_kerja import composed_workbook
from ckanext.lppd.workbook.buku_kerja import KEPALA
from tests.portal.conftest import CODE, EDITION, YEAR, City, Visitor, open_isian

WHICH: dict[str, Any] = {"edisi": EDITION, "tahun": YEAR, "owner_org": "disdukcapil"}


def workbook(city: City, who: str = "produsen") -> bytes:
    """Return the workbook as this person gets it."""
    return composed_workbook({"user": city.users[who]}, dict(WHICH)).bytes()


def filled(data: bytes, values: dict[str, list[Any]]) -> FileStorage:
    """Write figures of indicators (code -> figures in their order) into a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Isian"]
    for code, figures in values.items():
        rows = [r for r in range(KEPALA + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == code]
        for row, figure in zip(rows, figures, strict=False):
            sheet.cell(row, 6).value = figure
    output = io.BytesIO()
    book.save(output)
    return FileStorage(io.BytesIO(output.getvalue()), filename="buku.xlsx")


def states(answer: dict[str, Any]) -> dict[str, str]:
    """Return indicator -> what the workbook says about it."""
    return {row["kode"]: row["keadaan"] for row in answer["hasil"] if row["keadaan"] != "kosong"}


def test_good_figures_become_drafts_and_wrong_ones_change_nothing(
    portal: None, city: City, isian: dict[str, Any]
) -> None:
    open_isian(city, "2.f.3")
    upload = filled(workbook(city), {CODE: [12, 16], "2.f.3": ["1.234", 16]})
    answer = city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=upload)
    assert states(answer) == {CODE: "siap", "2.f.3": "salah"}
    assert answer["disimpan"] == 1
    wrong = next(row for row in answer["hasil"] if row["kode"] == "2.f.3")
    assert wrong["temuan"][0]["code"] == "angka_dua_arti"
    assert wrong["temuan"][0]["cell"].startswith("F")
    shown = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    assert shown["state"] == "draf" and shown["capaian"]["verdict"]["valid"]
    other = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode="2.f.3", tahun=YEAR)
    assert other["state"] == "belum_diisi"


def test_checking_only_stores_nothing(portal: None, city: City, isian: dict[str, Any]) -> None:
    upload = filled(workbook(city), {CODE: [12, 16]})
    answer = city.call("produsen", "lppd_buku_kerja_periksa", **WHICH, upload=upload)
    assert states(answer) == {CODE: "siap"} and answer["disimpan"] == 0
    shown = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    assert shown["state"] == "belum_diisi" and shown["package_id"] is None


def test_what_is_there_already_is_not_stored_again(
    portal: None, city: City, isian: dict[str, Any]
) -> None:
    first = filled(workbook(city), {CODE: [12, 16]})
    city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=first)
    before = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    again = FileStorage(io.BytesIO(workbook(city)), filename="buku.xlsx")
    answer = city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=again)
    assert states(answer) == {CODE: "sama"} and answer["disimpan"] == 0
    after = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    assert after["capaian"]["sha256"] == before["capaian"]["sha256"]


def test_what_was_sent_is_locked(portal: None, city: City, isian: dict[str, Any]) -> None:
    first = filled(workbook(city), {CODE: [12, 16]})
    city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=first)
    shown = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    city.call("produsen", "lppd_ajukan", id=shown["id"])
    upload = filled(workbook(city), {CODE: [99, 100]})
    answer = city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=upload)
    assert states(answer)[CODE] == "terkunci" and answer["disimpan"] == 0


@pytest.mark.parametrize("who", ["produsen_lain", "anggota", "walidata", "orang_luar"])
def test_only_producers_of_the_agency(
    portal: None, city: City, isian: dict[str, Any], who: str
) -> None:
    upload = filled(workbook(city), {CODE: [12, 16]})
    for action in ("lppd_buku_kerja_periksa", "lppd_buku_kerja_simpan"):
        with pytest.raises(toolkit.NotAuthorized):
            city.call(who, action, **WHICH, upload=upload)
    with pytest.raises(toolkit.NotAuthorized):
        workbook(city, who)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "kosong.xlsx"), (b"%PDF-1.7", "laporan.xlsx"), (b"PK\x03\x04 rusak", "rusak.xlsx")],
)
def test_other_files_are_refused_with_a_sentence(
    portal: None, city: City, isian: dict[str, Any], content: bytes, name: str
) -> None:
    upload = FileStorage(io.BytesIO(content), filename=name)
    with pytest.raises(toolkit.ValidationError) as refused:
        city.call("produsen", "lppd_buku_kerja_simpan", **WHICH, upload=upload)
    assert refused.value.error_dict["upload"][0]


def test_the_marked_workbook_names_the_error(
    portal: None, city: City, isian: dict[str, Any], web: Any, tmp_path: Path
) -> None:
    producer = Visitor(web, city, "produsen")
    address = f"/lppd/buku-kerja/{EDITION}/{YEAR}/disdukcapil"
    upload = filled(workbook(city), {CODE: ["n/a", 16]})
    answer = producer.post(address, {"langkah": "tanda", "upload": (upload.stream, "buku.xlsx")})
    assert answer.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert "bukan angka" in book["Kesalahan"]["C2"].value


def test_the_page_sends_what_is_ticked(
    portal: None, city: City, isian: dict[str, Any], web: Any
) -> None:
    producer = Visitor(web, city, "produsen")
    address = f"/lppd/buku-kerja/{EDITION}/{YEAR}/disdukcapil"
    upload = filled(workbook(city), {CODE: [12, 16]})
    page = producer.post(address, {"langkah": "simpan", "upload": (upload.stream, "buku.xlsx")})
    assert page.status_code == 200 and CODE in page.body
    shown = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    assert shown["id"] in page.body
    none = producer.post(f"{address}/kirim", {})
    assert none.status_code == 422
    sent = producer.post(f"{address}/kirim", {"isian": shown["id"]})
    assert sent.status_code == 302
    shown = city.call("produsen", "lppd_isian_show", edisi=EDITION, kode=CODE, tahun=YEAR)
    assert shown["state"] == "menunggu_walidata"
