"""Two agencies, one indicator: each fills in its part, one file comes of it, one submits it."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Contributor, Isian, PartValue
from ckanext.lppd.release import evidence
from tests.portal.conftest import EDITION, YEAR, Chain, Visitor, indicator_csv

HEAD = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\r\n"


@pytest.fixture
def shared(chain: Chain) -> Chain:
    """The health agency supplies the denominator of the civil registry's indicator."""
    model.Session.add(
        Contributor(isian_id=chain.id, part="penyebut", owner_org=chain.city.agencies["dinkes"])
    )
    model.Session.commit()
    return chain


def give(chain: Chain, who: str, **values: str) -> dict[str, Any]:
    """Fill in parts as this person."""
    return dict(chain.city.call(who, "lppd_sumbang", id=chain.id, nilai=values))


def content(chain: Chain) -> str:
    """Return the file as it is stored."""
    isian = model.Session.get(Isian, chain.id)
    (file,) = evidence.stored_files(isian.package_id)
    with file.local() as path:
        return path.read_bytes().decode("utf-8")


def test_two_agencies_fill_one_file_and_one_of_them_submits(shared: Chain) -> None:
    first = give(shared, "produsen_lain", penyebut="1243")
    assert first["state"] == "draf"
    assert content(shared) == HEAD + "2.f.1,2025,12.71,,1243,,\r\n"
    assert not first["capaian"]["verdict"]["valid"]
    second = give(shared, "produsen", pembilang="690")
    assert content(shared) == HEAD + "2.f.1,2025,12.71,690,1243,,\r\n"
    assert second["capaian"]["verdict"]["valid"]
    assert "ajukan" not in shared.show("produsen_lain")["acts"]
    with pytest.raises(toolkit.NotAuthorized):
        shared.act("ajukan", "produsen_lain")
    assert shared.act("ajukan", "produsen")["state"] == "menunggu_walidata"
    with pytest.raises(toolkit.ValidationError):
        give(shared, "produsen_lain", penyebut="1244")


def test_nobody_fills_in_the_part_of_another(shared: Chain) -> None:
    for who, part in (
        ("produsen", "penyebut"),
        ("produsen_lain", "pembilang"),
        ("walidata", "pembilang"),
        ("anggota", "pembilang"),
        ("orang_luar", "pembilang"),
    ):
        with pytest.raises(toolkit.NotAuthorized):
            give(shared, who, **{part: "12"})
    assert model.Session.query(PartValue).count() == 0


def test_the_contributor_reads_the_isian_but_does_not_upload(shared: Chain) -> None:
    assert shared.show("produsen_lain")["isi_bagian"] == ["penyebut"]
    assert shared.show("produsen")["isi_bagian"] == ["pembilang"]
    assert shared.show("walidata")["isi_bagian"] == []
    with pytest.raises(toolkit.NotAuthorized):
        shared.upload(who="produsen_lain")
    listed = shared.city.call("produsen_lain", "lppd_isian_list", saya=True)
    assert [row["id"] for row in listed["results"]] == [shared.id]


def test_a_number_is_asked_about_and_nothing_is_kept_of_it(shared: Chain) -> None:
    for text, word in (("1.243", "dua angka"), ("seribu", "bukan angka")):
        with pytest.raises(toolkit.ValidationError) as refused:
            give(shared, "produsen_lain", penyebut=text)
        assert word in refused.value.error_dict["nilai-penyebut"][0]
    with pytest.raises(toolkit.ValidationError):
        give(shared, "produsen_lain", penyebut=" ")
    with pytest.raises(toolkit.ValidationError):
        give(shared, "produsen_lain", tinggi="3")
    assert shared.show()["package_id"] is None


def test_a_file_that_passed_is_continued_with_all_its_rows(shared: Chain) -> None:
    rows = indicator_csv().decode("utf-8").split("\r\n")
    shared.upload()
    give(shared, "produsen_lain", penyebut="999999")
    mended = content(shared).split("\r\n")
    assert len(mended) == len(rows)
    for old, new in zip(rows[2:-1], mended[2:-1], strict=True):
        before, after = old.split(","), new.split(",")
        assert before[:5] == after[:5]
    assert ",999999," in mended[1]


def test_a_file_with_errors_is_not_lost_under_a_contribution(shared: Chain) -> None:
    shared.upload((HEAD + "2.f.1,2025,12.71,enam,1243,,\r\n").encode())
    before = content(shared)
    with pytest.raises(toolkit.ValidationError) as refused:
        give(shared, "produsen_lain", penyebut="1243")
    assert "memuat kesalahan" in refused.value.error_dict["nilai"][0]
    assert content(shared) == before


def test_who_contributed_last_does_not_approve(shared: Chain) -> None:
    give(shared, "produsen", pembilang="690")
    give(shared, "produsen_lain", penyebut="1243")
    editor = model.Session.get(Isian, shared.id).last_editor
    assert editor == model.User.get(shared.city.users["produsen_lain"]).id


def test_the_page_of_the_contributor(shared: Chain, web: Any) -> None:
    visitor = Visitor(web, shared.city, "produsen_lain")
    tasks = visitor.get(f"/lppd/?tahun={YEAR}").body
    assert "Contribute data" in tasks and f"/lppd/isian/{shared.id}" in tasks
    page = visitor.get(f"/lppd/isian/{shared.id}").body
    assert 'name="nilai-penyebut"' in page and 'name="nilai-pembilang"' not in page
    refused = visitor.post(
        f"/lppd/isian/{shared.id}/sumbang", {"nilai-penyebut": "1.243", "catatan": "register"}
    )
    assert refused.status_code == 422
    assert 'value="1.243"' in refused.body and 'value="register"' in refused.body
    sent = visitor.post(f"/lppd/isian/{shared.id}/sumbang", {"nilai-penyebut": "1243"})
    assert sent.status_code == 302
    assert "1243" in content(shared)
    assert EDITION in shared.show()["edisi"]
