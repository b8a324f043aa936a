"""`terapkan`: sure figures become drafts by the user's own right, once, and nothing more."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.lppd.katalog import Wilayah, susun_edisi
from ckanext.lppd.model.katalog_store import save_edisi
from ckanext.lppd.workbook import Rencana, make_rencana, read_capaian
from ckanext.lppd.workbook.terapkan import SAMA, TOLAK, UNGGAH, apply_rencana
from tests.portal.conftest import City

pytestmark = pytest.mark.usefixtures("clean_index")

TABEL = "indikator;2018;2019\nAngka Melek Huruf;75,57;75,00\nOpini BPK;WTP;WTP\n"
WILAYAH = (Wilayah("00.00", "Kabupaten (kode belum diketahui)", "kabupaten", "0000"),)


@pytest.fixture
def rencana(city: City, tmp_path: Path) -> Rencana:
    """A plan of two sure figures of an edition drafted for older years, with 2018 open."""
    rows = [("1", "Angka Melek Huruf"), ("2", "Opini BPK")]
    edisi = susun_edisi(rows, "lama", "Edisi lama", 2018, 2019, WILAYAH)
    save_edisi(edisi)
    city.call("walidata", "lppd_tahun_buka", edisi="lama", tahun=2018)
    for row in city.call("walidata", "lppd_isian_list", edisi="lama")["results"]:
        city.call("walidata", "lppd_isian_tugaskan", id=row["id"], owner_org="disdukcapil")
    path = tmp_path / "tabel.csv"
    path.write_text(TABEL, encoding="utf-8")
    return make_rencana(read_capaian(path), edisi)


def test_sure_figures_become_valid_drafts_once(city: City, rencana: Rencana) -> None:
    produsen = city.users["produsen"]
    pertama = list(apply_rencana(rencana, produsen))
    assert [t.hasil for t in pertama] == [UNGGAH, TOLAK]
    assert "lppd_tahun_buka" in pertama[1].pesan  # 2019 is not open
    isian = city.call("produsen", "lppd_isian_show", edisi="lama", kode="1", tahun=2018)
    assert isian["state"] == "draf"
    assert isian["capaian"]["verdict"]["valid"]
    assert isian["capaian"]["verdict"]["values"][0]["capaian"] == "75.57"
    assert city.call("anonim", "lppd_nilai", edisi="lama")["count"] == 0
    assert [t.hasil for t in apply_rencana(rencana, produsen)] == [SAMA, TOLAK]
    lain = city.call("produsen", "lppd_isian_show", edisi="lama", kode="2", tahun=2018)
    assert lain["state"] == "belum_diisi"


@pytest.mark.parametrize("siapa", ["walidata", "produsen_lain", "anggota", "sysadmin"])
def test_nobody_else_can_upload_for_the_agency(city: City, rencana: Rencana, siapa: str) -> None:
    tindakan = next(iter(apply_rencana(rencana, city.users[siapa])))
    assert tindakan.hasil == TOLAK and tindakan.pesan
    isian = city.call("walidata", "lppd_isian_show", edisi="lama", kode="1", tahun=2018)
    assert isian["state"] == "belum_diisi"
