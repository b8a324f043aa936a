"""Regions: both official codes, and what a region file may not hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ckanext.lppd.katalog import Edisi, KatalogError, find_wilayah, load_wilayah

JUDUL = "kode,kode_bps,tingkat,nama,alias,sumber\n"
KOTA = "12.71,1275,kota,Kota Medan,,\n"


def test_medan_is_whole(edisi: Edisi) -> None:
    assert Counter(w.tingkat for w in edisi.wilayah) == {
        "kota": 1,
        "kecamatan": 21,
        "kelurahan": 151,
    }
    assert len({w.kode_bps for w in edisi.wilayah}) == 173


def test_names_of_bps_are_aliases_only_where_they_differ(edisi: Edisi) -> None:
    per_kode = {w.kode: w for w in edisi.wilayah}
    assert per_kode["12.71.01"].alias == ()
    assert per_kode["12.71.01.1010"].alias == ("SUDIREJO I", "SUDI REJO I")
    assert sum(bool(w.alias) for w in edisi.wilayah) == 26


@pytest.mark.parametrize(
    ("isi", "pesan"),
    [
        (KOTA + KOTA, "baris 3: kode '12.71' sudah dipakai"),
        (KOTA + "12.71.01,1275,kecamatan,A,,\n", "baris 3: kode_bps '1275' sudah dipakai"),
        (KOTA + "12.72.01,1,kecamatan,A,,\n", "baris 3: wilayah induk"),
        (KOTA + "1271.01,1,kecamatan,A,,\n", "baris 3: kode '1271.01' bukan kode kecamatan"),
        (KOTA + "12.72,1,kota,A,,\n", "tepat satu baris kota atau kabupaten"),
        (KOTA + "12.71.01,1,distrik,A,,\n", "baris 3: 'distrik' tidak dikenal"),
        (KOTA + "12.71.01,1,kecamatan,A,kota medan,\n", "baris 3: alias 'kota medan' adalah nama"),
        (KOTA + "12.71.01,,kecamatan,A,,\n", "baris 3: kolom 'kode_bps' kosong"),
    ],
)
def test_bad_region_files(tmp_path: Path, isi: str, pesan: str) -> None:
    (tmp_path / "w.csv").write_text(JUDUL + isi, encoding="utf-8")
    with pytest.raises(KatalogError, match=pesan):
        load_wilayah(tmp_path / "w.csv")


def test_a_region_file_beside_the_edition(tmp_path: Path) -> None:
    (tmp_path / "kota-kami.csv").write_text(JUDUL + KOTA, encoding="utf-8")
    assert [w.nama for w in find_wilayah("kota-kami.csv", tmp_path)] == ["Kota Medan"]
    assert len(find_wilayah("medan", tmp_path)) == 173


@pytest.mark.parametrize("nama", ["../medan", "/etc/passwd", "a/b.csv", "", "medan.CSV"])
def test_a_region_file_elsewhere_is_refused(tmp_path: Path, nama: str) -> None:
    with pytest.raises(KatalogError, match="bukan nama berkas"):
        find_wilayah(nama, tmp_path)
