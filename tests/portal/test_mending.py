"""Filling in on the page, mending a cell, taking a version back: each makes a new version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.release.storage import stored_path
from tests.portal.conftest import Chain, indicator_csv, open_isian

ROW = {"kode_wilayah": "12.71", "pembilang": "10", "penyebut": "12"}


def wrong_csv() -> bytes:
    """Return a file with one wrong cell, D2."""
    return indicator_csv().decode().replace("2025,12.71,", "2025,12.71,abc", 1).encode()


def mend(chain: Chain, sel: str, nilai: str, seen: str, who: str = "produsen") -> dict[str, Any]:
    """Mend one cell."""
    return chain.city.call(
        who, "lppd_isian_ubah_sel", id=chain.id, sel=sel, nilai=nilai, sha256_seen=seen
    )


def versions(chain: Chain) -> list[dict[str, Any]]:
    """Return the versions of the file, newest first."""
    return chain.city.call("produsen", "lppd_isian_versi", id=chain.id)


def test_one_wrong_cell_is_mended_without_an_upload(chain: Chain) -> None:
    first = chain.upload(wrong_csv(), filename="capaian.xlsx.csv")["capaian"]
    wrong = [f for f in first["verdict"]["findings"] if f["level"] == "kesalahan"]
    assert [f["cell"] for f in wrong] == ["D2"]
    good = indicator_csv().decode().split("2025,12.71,", 1)[1].split(",", 1)[0]
    after = mend(chain, "d2", good, first["sha256"])
    assert after["capaian"]["verdict"]["valid"], after["capaian"]["verdict"]["findings"]
    assert after["capaian"]["sha256"] != first["sha256"]
    assert after["capaian"]["resource_id"] == first["resource_id"]
    newest, oldest = versions(chain)
    assert (newest["cara"], oldest["cara"]) == ("sel", "unggah")
    assert newest["keterangan"].startswith("D2: abc") and newest["keterangan"].endswith(f"→ {good}")
    # the older bytes are still there
    assert stored_path(first["resource_id"], first["sha256"]).read_bytes() == wrong_csv()
    act = chain.city.call("produsen", "lppd_riwayat", id=chain.id)[0]
    assert (act["act"], act["cells"]) == ("isi", ["D2"])


def test_a_stale_view_changes_nothing(chain: Chain) -> None:
    seen = chain.upload(wrong_csv())["capaian"]["sha256"]
    now = chain.upload(wrong_csv() + b"\r\n")["capaian"]["sha256"]
    with pytest.raises(toolkit.ValidationError) as refusal:
        mend(chain, "D2", "5", seen)
    assert "sha256_seen" in refusal.value.error_dict
    assert chain.show()["capaian"]["sha256"] == now


def test_a_double_click_makes_one_version(chain: Chain) -> None:
    seen = chain.upload(wrong_csv())["capaian"]["sha256"]
    once = mend(chain, "D2", "5", seen)["capaian"]["sha256"]
    assert mend(chain, "D2", "5", seen)["capaian"]["sha256"] == once
    assert len(versions(chain)) == 2


def test_the_mended_text_is_judged_like_any_other(chain: Chain) -> None:
    seen = chain.upload(wrong_csv())["capaian"]["sha256"]
    after = mend(chain, "D2", "1.234", seen)["capaian"]["verdict"]
    assert [f["code"] for f in after["findings"] if f["cell"] == "D2"] == ["angka_dua_arti"]


@pytest.mark.parametrize("sel", ["Z9", "D999", "=D2", "D2 OR 1=1", "../D2"])
def test_a_cell_that_is_not_there_is_refused(chain: Chain, sel: str) -> None:
    seen = chain.upload(wrong_csv())["capaian"]["sha256"]
    with pytest.raises(toolkit.ValidationError) as refusal:
        mend(chain, sel, "5", seen)
    assert "sel" in refusal.value.error_dict
    assert len(versions(chain)) == 1


@pytest.mark.parametrize("who", ["anonim", "produsen_lain", "anggota", "walidata", "sysadmin"])
def test_only_the_owners_producers_mend(chain: Chain, who: str) -> None:
    seen = chain.upload(wrong_csv())["capaian"]["sha256"]
    version = versions(chain)[0]["id"]
    calls: list[tuple[str, dict[str, Any]]] = [
        ("lppd_isian_ubah_sel", {"sel": "D2", "nilai": "5", "sha256_seen": seen}),
        ("lppd_isian_isi", {"baris": [ROW], "sha256_seen": seen}),
        ("lppd_isian_coba", {"baris": [ROW]}),
        ("lppd_isian_pulihkan", {"versi": version, "sha256_seen": seen}),
    ]
    for name, data in calls:
        with pytest.raises(toolkit.NotAuthorized):
            chain.city.call(who, name, id=chain.id, **data)
    assert chain.show()["capaian"]["sha256"] == seen


def test_nothing_is_mended_while_it_is_examined(chain: Chain) -> None:
    seen = chain.submitted()["capaian"]["sha256"]
    for name, data in (
        ("lppd_isian_ubah_sel", {"sel": "D2", "nilai": "5"}),
        ("lppd_isian_isi", {"baris": [ROW]}),
        ("lppd_isian_pulihkan", {"versi": versions(chain)[0]["id"]}),
    ):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.city.call("produsen", name, id=chain.id, sha256_seen=seen, **data)
        assert "state" in refusal.value.error_dict, name


def test_an_older_version_is_taken_back(chain: Chain) -> None:
    first = chain.upload(indicator_csv())["capaian"]["sha256"]
    second = chain.upload(wrong_csv())["capaian"]["sha256"]
    old = next(v for v in versions(chain) if v["sha256"] == first)
    back = chain.act_on("lppd_isian_pulihkan", versi=old["id"], sha256_seen=second)
    assert back["capaian"]["sha256"] == first
    assert back["capaian"]["verdict"]["valid"]
    assert [v["cara"] for v in versions(chain)] == ["pulih", "unggah", "unggah"]


def test_bytes_that_are_not_whole_are_not_taken_back(chain: Chain) -> None:
    first = chain.upload(indicator_csv())["capaian"]
    second = chain.upload(wrong_csv())["capaian"]["sha256"]
    Path(stored_path(first["resource_id"], first["sha256"])).write_bytes(b"lain")
    old = next(v for v in versions(chain) if v["sha256"] == first["sha256"])
    with pytest.raises(toolkit.ValidationError, match="tidak utuh"):
        chain.act_on("lppd_isian_pulihkan", versi=old["id"], sha256_seen=second)


def test_a_version_of_another_isian_is_not_found(chain: Chain) -> None:
    chain.upload(wrong_csv())
    foreign = versions(chain)[0]
    other = Chain(chain.city, open_isian(chain.city, "2.f.2").id)
    seen = other.upload(indicator_csv("2.f.2"))["capaian"]["sha256"]
    with pytest.raises(toolkit.ObjectNotFound):
        other.act_on("lppd_isian_pulihkan", versi=foreign["id"], sha256_seen=seen)


def test_the_versions_are_append_only(chain: Chain) -> None:
    chain.upload(wrong_csv())
    with pytest.raises(IntegrityError, match="never changed"):
        model.Session.execute(text("DELETE FROM lppd_file_version"))
    model.Session.rollback()


def test_trying_values_answers_at_once_and_stores_nothing(chain: Chain, storage: Path) -> None:
    tried = chain.act_on("lppd_isian_coba", baris=[ROW])
    assert tried["valid"], tried["findings"]
    assert tried["values"][0]["capaian"]
    bad = chain.act_on("lppd_isian_coba", baris=[{**ROW, "pembilang": "1.234"}])
    assert not bad["valid"]
    assert bad["findings"][0]["code"] == "angka_dua_arti" and bad["findings"][0]["pesan"]
    assert chain.show()["state"] == "belum_diisi"
    assert chain.city.call("produsen", "lppd_riwayat", id=chain.id) == []
    assert not list(storage.rglob("*.csv")) and not (storage / "lppd").exists()


@pytest.mark.parametrize(
    "rows", [None, "x", [], [1], [{"kode_wilayah": "99", "pembilang": "1"}], [ROW] * 2, [ROW] * 501]
)
def test_rows_that_are_no_table_are_refused(chain: Chain, rows: Any) -> None:
    for name in ("lppd_isian_coba", "lppd_isian_isi"):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.act_on(name, baris=rows)
        assert "baris" in refusal.value.error_dict


def test_typed_values_become_the_same_kind_of_file(chain: Chain) -> None:
    kept = chain.act_on("lppd_isian_isi", baris=[ROW], sha256_seen="")
    assert kept["state"] == "draf"
    assert kept["capaian"]["filename"] == "ikk-2025-2-f-1-2025.csv"
    assert kept["capaian"]["verdict"]["valid"], kept["capaian"]["verdict"]["findings"]
    again = chain.act_on("lppd_isian_isi", baris=[ROW], sha256_seen="")
    assert again["capaian"]["sha256"] == kept["capaian"]["sha256"]
    assert len(versions(chain)) == 1
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act_on("lppd_isian_isi", baris=[{**ROW, "pembilang": "11"}], sha256_seen="")
    assert "sha256_seen" in refusal.value.error_dict
    seen = kept["capaian"]["sha256"]
    later = chain.act_on("lppd_isian_isi", baris=[{**ROW, "pembilang": 11.5}], sha256_seen=seen)
    assert later["capaian"]["verdict"]["values"][0]["pembilang"] == "11.5"
    assert chain.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def test_a_revision_is_mended_without_touching_what_is_public(chain: Chain) -> None:
    published = chain.published()
    copy = chain.act("revisi_mulai", "produsen", note="angka diperbarui")
    working = Chain(chain.city, copy["id"])
    after = mend(working, "D2", "1", copy["capaian"]["sha256"])
    assert after["capaian"]["sha256"] != published["capaian"]["sha256"]
    assert chain.show()["capaian"]["sha256"] == published["capaian"]["sha256"]
