"""A revision never hides the approved version, and switches all at once (R5)."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian, Transition
from ckanext.lppd.release import manifest, publish, revision
from ckanext.lppd.release.storage import stored_path
from ckanext.lppd.workflow.history import verify_history
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, as_upload, indicator_csv

pytestmark = pytest.mark.usefixtures("clean_index")


def revised_csv() -> bytes:
    """Return another good file of the same indicator."""
    return (
        b"kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
        b"2.f.1,2025,12.71,700,1000,70,\n"
    )


def public(chain: Chain) -> dict[str, Any]:
    """Return what anybody reads: the dataset, its file's hash, the capaian."""
    package_id = model.Session.get(Isian, chain.id).package_id
    dataset = chain.city.call("anonim", "package_show", id=package_id)
    rows = chain.city.call("anonim", "lppd_nilai", edisi=EDITION, kode=CODE, tahun=YEAR)["results"]
    return {
        "title": dataset["title"],
        "sha256": dataset["resources"][0]["sha256"],
        "resource": dataset["resources"][0]["id"],
        "name": dataset["name"],
        "capaian": [row["nilai"] for row in rows if row["bagian"] == "capaian"],
    }


@pytest.fixture
def copy(chain: Chain) -> Chain:
    """Publish, start a revision, and return the chain of the working copy."""
    chain.published()
    started = chain.act("revisi_mulai", "produsen", note="angka diperbarui BPS")
    return Chain(chain.city, started["id"])


def test_the_approved_version_stays_public_until_the_switch(chain: Chain, copy: Chain) -> None:
    before = public(chain)
    started = copy.show("produsen")
    assert (started["state"], started["jenis"]) == ("draf", "revisi")
    assert started["capaian"]["verdict"]["valid"]
    copy.upload(revised_csv())
    chain.city.call("produsen", "package_patch", id=started["package_id"], title="Judul baru")
    assert public(chain) == before
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    assert public(chain) == before
    published = copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    after = public(chain)
    assert published["id"] == chain.id
    assert published["release"]["version"] == 2
    assert (after["name"], after["resource"]) == (before["name"], before["resource"])
    assert after["sha256"] != before["sha256"]
    assert (after["title"], after["capaian"]) == ("Judul baru", ["70"])
    assert manifest.is_released(published["package_id"])


def test_after_the_switch_the_copy_is_gone_and_every_version_stays(
    chain: Chain, copy: Chain
) -> None:
    before = public(chain)
    copy_package = copy.show("produsen")["package_id"]
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert model.Session.get(Isian, copy.id) is None
    assert model.Package.get(copy_package) is None
    assert chain.show("produsen")["revisi"] is None
    versions = chain.city.call("anonim", "lppd_rilis_list", id=before["name"])
    assert [v["version"] for v in versions] == [2, 1]
    for version in versions:
        for resource in version["resources"]:
            assert stored_path(resource["id"], resource["sha256"]).exists()
    assert verify_history()[2] == []


def test_abandoning_leaves_no_trace_but_the_record(chain: Chain, copy: Chain) -> None:
    before = public(chain)
    copy_package = copy.show("produsen")["package_id"]
    copy.upload(revised_csv())
    copy.upload(b"a,b\n1,2\n", peran="rincian", filename="rincian.csv")
    files = {row.id: row.extras["sha256"] for row in model.Package.get(copy_package).resources}
    detail = next(r["resource_id"] for r in copy.show()["berkas"] if r["peran"] == "rincian")
    copy.city.call("produsen", "resource_delete", id=detail)
    assert len(files) == 2 and all(stored_path(*file).exists() for file in files.items())
    parent = copy.act("revisi_batal", "produsen", note="tidak jadi")
    assert not any(stored_path(*file).parent.exists() for file in files.items())
    assert parent["id"] == chain.id
    assert public(chain) == before
    assert model.Package.get(copy_package) is None
    assert model.Session.get(Isian, copy.id) is None
    acts = {row.act for row in model.Session.query(Transition).filter_by(isian_id=copy.id)}
    assert "revisi_batal" in acts
    assert chain.act("revisi_mulai", "produsen", note="mulai lagi")["state"] == "draf"


def test_only_one_revision_at_a_time_and_only_with_a_reason(chain: Chain) -> None:
    chain.published()
    with pytest.raises(toolkit.ValidationError):
        chain.act("revisi_mulai", "produsen")
    with pytest.raises(toolkit.NotAuthorized):
        chain.act("revisi_mulai", "walidata", note="bukan hak saya")
    chain.act("revisi_mulai", "produsen", note="angka diperbarui")
    with pytest.raises(toolkit.ValidationError):
        chain.act("revisi_mulai", "produsen2", note="angka diperbarui lagi")
    assert "revisi_mulai" not in chain.show("produsen")["acts"]


def test_withdrawing_comes_before_a_revision(chain: Chain, copy: Chain) -> None:
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    chain.act("tarik_publikasi", "walidata", reason="keliru sama sekali")
    with pytest.raises(toolkit.ValidationError) as refusal:
        copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert "Batalkan revisi" in str(refusal.value.error_dict)
    assert chain.city.call("anonim", "lppd_nilai")["count"] == 0


def test_the_copy_cannot_be_published_by_another_door(chain: Chain, copy: Chain) -> None:
    package_id = copy.show("produsen")["package_id"]
    with pytest.raises(toolkit.ValidationError):
        chain.city.call("sysadmin", "package_patch", id=package_id, private=False)
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("anonim", "package_show", id=package_id)


def test_a_failure_in_the_switch_leaves_the_old_version(
    chain: Chain, copy: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = public(chain)
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])

    def broken(*args: Any, **kwargs: Any) -> None:
        raise toolkit.ValidationError({"message": ["rusak"]})

    with monkeypatch.context() as patch:
        patch.setattr(publish, "add_release", broken)
        with pytest.raises(toolkit.ValidationError):
            copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    model.Session.rollback()
    assert public(chain) == before
    assert copy.show()["state"] == "disetujui"
    published = copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert published["release"]["version"] == 2


def test_detail_files_come_along(chain: Chain) -> None:
    chain.upload()
    package_id = chain.show("produsen")["package_id"]
    chain.city.call(
        "produsen",
        "resource_create",
        package_id=package_id,
        upload=as_upload(b"a,b\n1,2\n", "rincian.csv"),
        url="rincian.csv",
        peran="rincian",
    )
    chain.city.call("produsen", "lppd_periksa", id=chain.id)
    chain.act("ajukan", "produsen")
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    started = chain.act("revisi_mulai", "produsen", note="angka diperbarui")
    assert len(started["berkas"]) == 2
    assert set(model.Session.get(Isian, started["id"]).resource_map.values()) == {
        file["resource_id"] for file in chain.show()["berkas"]
    }
    assert revision.open_revision(model.Session.get(Isian, chain.id)).id == started["id"]


def test_every_version_can_be_fetched_but_not_a_withdrawn_one(chain: Chain, web: Any) -> None:
    first = chain.published()
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    name, resource = first["dataset_name"], first["capaian"]["resource_id"]
    page = web.get(f"/lppd/versi/{name}").get_data(as_text=True)
    assert first["capaian"]["sha256"] in page
    old = web.get(f"/lppd/versi/{name}/1/{resource}/capaian.csv")
    new = web.get(f"/lppd/versi/{name}/2/{resource}/capaian.csv")
    assert (old.data, new.data) == (indicator_csv(), revised_csv())
    assert old.headers["Content-Disposition"].startswith("attachment")
    assert web.get(f"/lppd/versi/{name}/3/{resource}/capaian.csv").status_code == 404
    chain.act("tarik_publikasi", "walidata", reason="versi kedua keliru")
    assert web.get(f"/lppd/versi/{name}/2/{resource}/capaian.csv").status_code in (403, 404)
    chain.published()
    assert web.get(f"/lppd/versi/{name}/2/{resource}/capaian.csv").status_code == 404
    assert web.get(f"/lppd/versi/{name}/1/{resource}/capaian.csv").status_code == 200
    flags = [v["ditarik"] for v in chain.city.call("anonim", "lppd_rilis_list", id=name)]
    assert flags == [False, True, False]
