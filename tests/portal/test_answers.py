"""One answer for a column: a new version of the file, on record, with the old bytes kept."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ckan.plugins import toolkit

from ckanext.lppd.release.storage import stored_path
from tests.portal.conftest import CODE, YEAR, Chain
from tests.portal.pages import login

HEADER = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
ASKED = (
    HEADER
    + f"{CODE},{YEAR},12.71,3.000,8000,,sama\n"
    + f"{CODE},{YEAR},12.71.01,1.000,4000,,sama\n"
    + f"{CODE},{YEAR},12.71.02,2.000,4000,,sama\n"
).encode()


def answer(chain: Chain, who: str = "produsen", **data: Any) -> dict[str, Any]:
    given = {"kolom": "pembilang", "bacaan": "ribuan", **data}
    return chain.city.call(who, "lppd_isian_jawab", id=chain.id, **given)


def content_of(isian: dict[str, Any]) -> bytes:
    file = isian["capaian"]
    return stored_path(file["resource_id"], file["sha256"]).read_bytes()


def test_one_answer_mends_the_column(chain: Chain) -> None:
    before = chain.upload(ASKED)
    findings = before["capaian"]["verdict"]["findings"]
    (asked,) = [f for f in findings if f["level"] == "kesalahan"]
    assert (asked["code"], asked["params"]["jumlah"]) == ("angka_dua_arti_kolom", "3")
    after = answer(chain, bentuk=asked["params"]["bentuk"], sha256=before["capaian"]["sha256"])
    assert after["capaian"]["verdict"]["valid"], after["capaian"]["verdict"]["findings"]
    assert after["capaian"]["verdict"]["values"][0]["pembilang"] == "3000"
    assert content_of(after) == ASKED.replace(b".000", b"000").replace(b"\n", b"\r\n")
    # the bytes of the old version are still there
    assert content_of(before) == ASKED
    history = chain.city.call("walidata", "lppd_riwayat", id=chain.id)
    assert [row["act"] for row in history[:2]] == ["isi", "jawab"]
    assert {row["actor"] for row in history[:2]} == {history[2]["actor"]}
    note = history[1]["note"]
    assert "3 sel dibaca sebagai ribuan" in note
    assert before["capaian"]["sha256"] in note
    assert after["state"] == "draf"


def test_the_other_reading(chain: Chain) -> None:
    chain.upload(ASKED)
    after = answer(chain, bacaan="desimal")
    assert after["capaian"]["verdict"]["values"][0]["pembilang"] == "3.0000"


def test_a_workbook_is_replaced_by_its_csv(chain: Chain) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in ASKED.decode().splitlines():
        cells: list[Any] = line.split(",")
        if cells[1].isdigit():
            cells[1], cells[4], cells[5] = int(cells[1]), int(cells[4]), None
        book.active.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    before = chain.upload(stream.getvalue(), filename="Isian Disdukcapil.xlsx")
    after = answer(chain)
    assert after["capaian"]["verdict"]["valid"], after["capaian"]["verdict"]["findings"]
    assert (after["capaian"]["format"], after["capaian"]["filename"][-4:]) == ("csv", ".csv")
    assert after["capaian"]["resource_id"] == before["capaian"]["resource_id"]
    assert content_of(before) == stream.getvalue()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"bacaan": "entah"}, "bacaan"),
        ({"bentuk": "entah"}, "bentuk"),
        ({"kolom": "lain"}, "kolom"),
        ({"kolom": "penyebut"}, "kolom"),
        ({"bentuk": "koma"}, "kolom"),
        ({"sha256": "0" * 64}, "sha256"),
        ({"resource_id": "lain"}, "resource_id"),
    ],
)
def test_what_cannot_be_answered_changes_nothing(
    chain: Chain, change: dict[str, str], field: str
) -> None:
    before = chain.upload(ASKED)
    with pytest.raises(toolkit.ValidationError) as refusal:
        answer(chain, **change)
    assert list(refusal.value.error_dict) == [field]
    assert chain.show()["manifest"] == before["manifest"]
    acts = [row["act"] for row in chain.city.call("walidata", "lppd_riwayat", id=chain.id)]
    assert "jawab" not in acts


@pytest.mark.parametrize("who", ["walidata", "produsen_lain", "anggota", "sysadmin", "anonim"])
def test_only_the_producer_answers(chain: Chain, who: str) -> None:
    chain.upload(ASKED)
    with pytest.raises(toolkit.NotAuthorized):
        answer(chain, who)


def test_nothing_is_answered_after_sending(chain: Chain) -> None:
    chain.submitted()
    with pytest.raises(toolkit.ValidationError) as refusal:
        answer(chain)
    assert "state" in refusal.value.error_dict


def test_a_refused_upload_leaves_no_record(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    before = chain.upload(ASKED)

    def full(self: Any, id: str, max_size: int) -> None:
        raise toolkit.ValidationError({"upload": ["penuh"]})

    with monkeypatch.context() as disk:
        disk.setattr("ckanext.lppd.release.storage.ContentAddressedUpload.upload", full)
        with pytest.raises(toolkit.ValidationError):
            answer(chain)
    assert chain.show()["manifest"] == before["manifest"]
    acts = [row["act"] for row in chain.city.call("walidata", "lppd_riwayat", id=chain.id)]
    assert "jawab" not in acts
    assert answer(chain)["capaian"]["sha256"] != before["capaian"]["sha256"]


def test_two_buttons_on_the_page(web: Any, chain: Chain, storage: Path) -> None:
    chain.upload(ASKED)
    headers = login(chain.city, "produsen")
    path = f"/lppd/isian/{chain.id}"
    page = web.get(path, headers=headers).get_data(as_text=True)
    form = page.split(f'action="{path}/jawab"')[1].split("</form>")[0]
    data = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    assert data.keys() >= {"kolom", "bentuk", "resource_id", "sha256"}
    assert re.findall(r'name="bacaan" value="(\w+)"', form) == ["ribuan", "desimal"]
    done = web.post(
        f"{path}/jawab",
        headers=login(chain.city, "produsen"),
        data={**data, "bacaan": "ribuan"},
        follow_redirects=False,
    )
    assert done.status_code == 302
    assert chain.show()["capaian"]["verdict"]["valid"]
    # a second press, or an old tab: told, not done again
    again = web.post(
        f"{path}/jawab",
        headers=login(chain.city, "produsen"),
        data={**data, "bacaan": "desimal"},
        follow_redirects=False,
    )
    assert again.status_code == 422
    assert "Berkasnya sudah berganti" in again.get_data(as_text=True)
    page = web.get(path, headers=login(chain.city, "walidata")).get_data(as_text=True)
    assert f"{path}/jawab" not in page
