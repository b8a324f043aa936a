"""Agencies: their part in Satu Data, and which indicators are surely theirs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ckanext.lppd.katalog import (
    Edisi,
    KatalogError,
    kode_urusan,
    load_perangkat_daerah,
    load_urusan,
    penanggung_jawab,
    schemas_dir,
)

JUDUL = "slug,nama,singkatan,jenis,peran_sdi,urusan,kode_wilayah,sumber,keyakinan\n"
DINAS = "dinkes,Dinas Kesehatan,Dinkes,Dinas,produsen,1.02,,Perda,tinggi\n"


def test_medan_has_51_bodies_and_one_of_each_role() -> None:
    daftar = load_perangkat_daerah()
    assert len(daftar) == 51
    peran = {pd.peran_sdi: pd.slug for pd in daftar}
    assert Counter(pd.peran_sdi for pd in daftar)["produsen"] == 47
    assert peran["walidata"] == "diskominfo"
    assert peran["perencana"] == "bappeda"
    assert peran["pengawas"] == "inspektorat"
    assert peran["pembina"] == "bps-kota-medan"


def test_unverified_bodies_are_not_shipped() -> None:
    nama = {pd.nama for pd in load_perangkat_daerah()}
    assert not nama & {"Badan Kesatuan Bangsa dan Politik", "RSUD Bachtiar Djafar"}


def test_every_district_office_knows_its_region(edisi: Edisi) -> None:
    kecamatan = {w.kode: w.nama for w in edisi.wilayah if w.tingkat == "kecamatan"}
    kantor = [pd for pd in load_perangkat_daerah() if pd.jenis == "Kecamatan"]
    assert {pd.kode_wilayah: pd.nama.removeprefix("Kecamatan ") for pd in kantor} == kecamatan


def test_no_unverified_row_in_any_shipped_table() -> None:
    for berkas in schemas_dir().rglob("*.csv"):
        assert ",rendah" not in berkas.read_text(encoding="utf-8"), berkas


def test_urusan_codes_are_text() -> None:
    kode = [u.kode for u in load_urusan()]
    assert len(kode) == 44
    assert "2.10" in kode and "3.30" in kode


@pytest.mark.parametrize(
    ("kode", "slug"),
    [
        ("1.a.1", "disdikbud"),
        ("1.b.3", "dinkes"),  # the hospital is a unit of it
        ("2.n", "diskominfo"),
        ("3.d", "diskopukmperindag"),  # 3.d is 3.30, not 3.28
        ("4.a", "bappeda"),
        ("1.c.1", None),  # two agencies carry 1.03
        ("1.e.1", None),
        ("4.b.1", None),
        ("2.d.1", None),  # nobody carries 2.10
        ("4.c", None),  # its mapping is not sure enough to ship
        ("4.h", None),
        ("A", None),
    ],
)
def test_who_answers(edisi: Edisi, kode: str, slug: str | None) -> None:
    i = edisi.get(kode)
    assert i is not None
    assert penanggung_jawab(edisi, i, load_perangkat_daerah()) == slug


def test_the_mapping_holds_for_its_own_edition_only(edisi: Edisi) -> None:
    i = replace(edisi.indikator[6], edisi="2020")
    lain = replace(edisi, kode="2020", indikator=(i,))
    assert kode_urusan(edisi.indikator[6]) == ("1.01",)
    assert kode_urusan(i) == ()
    assert penanggung_jawab(lain, i, load_perangkat_daerah()) is None
    with pytest.raises(KatalogError, match="bukan isinya"):
        penanggung_jawab(edisi, i, load_perangkat_daerah())


@pytest.mark.parametrize(
    ("isi", "pesan"),
    [
        (DINAS + DINAS, "baris 3: slug 'dinkes' sudah dipakai di baris 2"),
        (DINAS.replace("dinkes", "Dinkes!"), "slug 'Dinkes!' hanya boleh"),
        (DINAS.replace("1.02", "9.99"), "urusan 9.99 tidak ada"),
        (DINAS.replace("produsen", "tamu"), "'tamu' tidak dikenal"),
        (DINAS.replace("tinggi", "rendah"), "'rendah' tidak dikenal"),
        (
            DINAS.replace("produsen", "walidata")
            + DINAS.replace("produsen", "walidata").replace("dinkes", "lain"),
            "baris 3: peran 'walidata' sudah dipakai",
        ),
    ],
)
def test_bad_agency_files(tmp_path: Path, isi: str, pesan: str) -> None:
    (tmp_path / "pd.csv").write_text(JUDUL + isi, encoding="utf-8")
    with pytest.raises(KatalogError, match=pesan):
        load_perangkat_daerah(tmp_path / "pd.csv")
