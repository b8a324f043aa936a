"""The main job, end to end through the API: upload, check, submit, approve, publish, withdraw."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian, Transition
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, City, indicator_csv

pytestmark = pytest.mark.usefixtures("clean_index")


def public_values(city: City) -> list[dict[str, Any]]:
    """Return what anybody can read of the indicator."""
    return city.call("anonim", "lppd_nilai", edisi=EDITION, kode=CODE, tahun=YEAR)["results"]


def test_a_wrong_file_is_refused_at_its_cell(chain: Chain) -> None:
    wrong = indicator_csv().decode().replace("2025,12.71,", "2025,12.71,abc", 1).encode()
    isian = chain.upload(wrong)
    verdict = isian["capaian"]["verdict"]
    assert isian["state"] == "draf"
    assert not verdict["valid"]
    assert any(f["cell"] and f["pesan"] for f in verdict["findings"])
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("ajukan", "produsen")
    assert "kesalahan" in str(refusal.value.error_dict)


def test_the_whole_chain(chain: Chain) -> None:
    city = chain.city
    assert public_values(city) == []
    uploaded = chain.upload()
    assert uploaded["capaian"]["verdict"]["valid"], uploaded["capaian"]["verdict"]
    assert uploaded["dataset_name"] == "ikk-2025-2-f-1-2025"
    assert public_values(city) == []
    with pytest.raises(toolkit.NotAuthorized):
        city.call("anonim", "package_show", id=uploaded["package_id"])
    chain.act("ajukan", "produsen")
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    assert approved["state"] == "disetujui"
    assert public_values(city) == []
    published = chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert published["state"] == "terpublikasi"
    assert published["release"]["version"] == 1
    assert {row["bagian"] for row in public_values(city)} == {"pembilang", "penyebut", "capaian"}
    dataset = city.call("anonim", "package_show", id=published["package_id"])
    assert dataset["private"] is False
    found = city.call("anonim", "package_search", q="*:*", fq=f"name:{dataset['name']}")
    assert found["count"] == 1


def test_withdrawing_hides_everything_at_once(chain: Chain) -> None:
    published = chain.published()
    withdrawn = chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    assert withdrawn["state"] == "draf"
    assert withdrawn["release"] is None
    assert public_values(chain.city) == []
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=published["package_id"])
    found = chain.city.call("anonim", "package_search", q="*:*")
    assert found["count"] == 0


def test_a_withdrawn_dataset_is_mended_and_published_as_version_two(chain: Chain) -> None:
    first = chain.published()
    chain.act("tarik_publikasi", "walidata", reason="angka penyebut keliru")
    second = chain.published()
    assert second["release"]["version"] == 2
    assert second["package_id"] == first["package_id"]
    assert second["capaian"]["resource_id"] == first["capaian"]["resource_id"]


def test_priority_data_is_checked_again_by_the_pembina(chain: Chain) -> None:
    model.Session.get(Isian, chain.id).priority = True
    model.Session.commit()
    submitted = chain.submitted()
    waiting = chain.act("setujui", "walidata", manifest=submitted["manifest"])
    assert waiting["state"] == "menunggu_pembina"
    returned = chain.act("kembalikan", "pembina", reason_code="angka_salah", note="periksa lagi D3")
    assert returned["state"] == "menunggu_walidata"
    waiting = chain.act("setujui", "walidata", manifest=submitted["manifest"])
    approved = chain.act("setujui", "pembina", manifest=waiting["manifest"])
    assert approved["state"] == "disetujui"


def test_returning_needs_a_reason_and_keeps_it(chain: Chain) -> None:
    chain.submitted()
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("kembalikan", "walidata", reason_code="angka_salah", note=" ")
    assert "note" in refusal.value.error_dict
    returned = chain.act(
        "kembalikan", "walidata", reason_code="angka_salah", note="Penyebut keliru", cells=["E2"]
    )
    assert returned["state"] == "dikembalikan"
    newest = chain.city.call("produsen", "lppd_riwayat", id=chain.id)[0]
    assert (newest["note"], newest["cells"]) == ("Penyebut keliru", ["E2"])


def test_the_last_editor_does_not_approve(chain: Chain) -> None:
    submitted = chain.submitted()
    isian = model.Session.get(Isian, chain.id)
    isian.last_editor = model.User.get(chain.city.users["walidata"]).id
    model.Session.commit()
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("setujui", "walidata", manifest=submitted["manifest"])
    assert "orang lain" in str(refusal.value.error_dict)
    assert "setujui" not in chain.show("walidata")["acts"]
    assert "setujui" in chain.show("walidata2")["acts"]


def test_approval_carries_what_was_seen(chain: Chain) -> None:
    seen = chain.submitted()["manifest"]
    chain.act("tarik", "produsen")
    chain.upload(indicator_csv() + b"\r\n")
    chain.upload(indicator_csv())
    chain.act("ajukan", "produsen")
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("setujui", "walidata", manifest=seen)
    assert "manifest" in refusal.value.error_dict


def test_a_repeated_act_changes_nothing(chain: Chain) -> None:
    manifest = chain.submitted()["manifest"]
    chain.act("setujui", "walidata", manifest=manifest)
    before = model.Session.query(Transition).count()
    again = chain.act("setujui", "walidata", manifest=manifest)
    assert again["state"] == "disetujui"
    assert model.Session.query(Transition).count() == before


def test_an_act_is_refused_with_the_state_it_found(chain: Chain) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("terbitkan", "walidata", manifest="x")
    assert refusal.value.error_dict["state_now"] == ["belum_diisi"]


def test_the_other_checker_leaves_governed_files_alone(chain: Chain) -> None:
    """`lppd_validation` would show a second verdict beside ours."""
    resource_id = chain.upload()["capaian"]["resource_id"]
    resource = chain.city.call("produsen", "resource_show", id=resource_id)
    assert not resource.get("validation_status")
