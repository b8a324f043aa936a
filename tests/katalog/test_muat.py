"""What the loader refuses, and that it says where and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ckanext.lppd.katalog import Edisi, KatalogError, load_edisi, tulis_edisi

UbahBerkas = Callable[[str, str, str], Path]
INDIKATOR = "indikator.csv"
EDISI = "edisi.yaml"


@pytest.mark.parametrize(
    ("lama", "baru", "baris", "pesan"),
    [
        ("kode,jenis", "kode,tipe", 1, "'tipe' tidak dikenal"),
        ("kode,jenis", "kode,kode", 1, "lebih dari sekali"),
        (",catatan\r\n", "\r\n", 1, "catatan tidak ada"),
        ("\r\nB,makro", "\r\nA,makro", 3, "'A' sudah dipakai di baris 2"),
        ("\r\nB,makro", "\r\na,makro", 3, "'a' sudah dipakai di baris 2"),
        ("\r\nB,makro", "\r\nB 1,makro", 3, "'B 1' tidak dapat dipakai"),
        ("\r\nA,makro", "\r\nA,makroo", 2, "Pakai salah satu: makro, ikk_outcome"),
        ("langsung()", "langsung(1)", 2, "tidak cocok dengan 1 unsur"),
        ("langsung()", "__import__('os')", 2, "'__import__' tidak dikenal"),
        (",tinggi,", ",rendah,", 2, "'rendah' tidak boleh dimuat"),
        (",tinggi,", ",belum_terverifikasi,", 2, "tidak boleh ada dalam edisi terverifikasi"),
        (",tinggi,", ",yakin,", 2, "'yakin' tidak dikenal"),
        (",Indeks Pembangunan Manusia (IPM),", ",  ,", 2, "kolom 'nama' kosong"),
        ("capaian >= 0", "capaian > 0", 2, "batas 'capaian > 0' tidak terbaca"),
        ("capaian >= 0", "pembilang >= 0", 2, "batas menyebut kolom 'pembilang'"),
        ("capaian >= 0", "capaian >= 0; capaian >= 1", 2, "lebih dari sekali"),
        ("capaian >= 0", "capaian >= 1; capaian <= 0", 2, "lebih besar dari batas atasnya"),
        ("\r\nA,makro,makro", "\r\nA,makro", 2, "ada 20 kolom, seharusnya 21"),
        ("nilai_n = Volume", "nilai_m = Volume", 83, "'nilai_n' belum punya judul"),
        ("nilai_n = Volume", "Volume", 83, "Tulis: nama = judul"),
    ],
)
def test_bad_rows_are_named(ubah: UbahBerkas, lama: str, baru: str, baris: int, pesan: str) -> None:
    folder = ubah(INDIKATOR, lama, baru)
    with pytest.raises(KatalogError) as salah:
        load_edisi(folder)
    assert (salah.value.file, salah.value.line) == (INDIKATOR, baris)
    assert pesan in salah.value.message
    assert str(salah.value).startswith(f"{INDIKATOR} baris {baris}: ")


@pytest.mark.parametrize(
    ("lama", "baru", "pesan"),
    [
        ("kode: '2025'", "kode: 2025", "diapit tanda kutip"),
        ("kode: '2025'", "kode: Edisi_2025", "huruf kecil, angka dan tanda hubung"),
        ("kode: '2025'", "kde: '2025'", "'kde' tidak dikenal"),
        ("tahun_awal: 2025", "tahun_awal: true", "'tahun_awal' tidak dapat dipakai"),
        ("tahun_akhir: null", "tahun_akhir: 2024", "terbalik"),
        ("tahun_akhir: null\n", "", "'tahun_akhir' belum ada"),
        ("status: terverifikasi", "status: sah", "status 'sah' tidak dikenal"),
        ("keyakinan: tinggi", "keyakinan: rendah", "'rendah' tidak boleh dimuat"),
        ("  tentang:", "  perihal:", "setiap butir 'dasar'"),
        ("wilayah: wilayah.csv", "wilayah: ../medan.csv", "bukan nama berkas"),
        ("judul: LPPD", "judul: [LPPD", "YAML tidak terbaca"),
    ],
)
def test_bad_metadata_is_named(ubah: UbahBerkas, lama: str, baru: str, pesan: str) -> None:
    folder = ubah(EDISI, lama, baru)
    with pytest.raises(KatalogError, match=r"^edisi\.yaml") as salah:
        load_edisi(folder)
    assert pesan in salah.value.message


def test_wrong_encoding_names_the_line(folder: Path) -> None:
    isi = (folder / INDIKATOR).read_bytes()
    (folder / INDIKATOR).write_bytes(isi.replace(b"\r\nB,", b"\r\n\xe9,", 1))
    with pytest.raises(KatalogError, match="baris 3: berkas bukan UTF-8"):
        load_edisi(folder)


def test_byte_order_mark_of_excel_is_accepted(folder: Path, edisi: Edisi) -> None:
    isi = (folder / INDIKATOR).read_bytes()
    (folder / INDIKATOR).write_bytes(b"\xef\xbb\xbf" + isi)
    assert load_edisi(folder) == edisi


def test_semicolons_as_separator_are_explained(folder: Path) -> None:
    (folder / INDIKATOR).write_bytes(b"kode;jenis;nama\r\nA;makro;IPM\r\n")
    with pytest.raises(KatalogError, match="pemisah kolom titik koma"):
        load_edisi(folder)


def test_broken_quotes_are_explained(folder: Path) -> None:
    judul = (folder / INDIKATOR).read_bytes().splitlines()[0]
    (folder / INDIKATOR).write_bytes(judul + b'\r\nA,"makro" x,makro\r\n')
    with pytest.raises(KatalogError, match="baris 2: baris CSV rusak"):
        load_edisi(folder)


def test_line_of_a_row_after_a_cell_with_line_breaks(ubah: UbahBerkas) -> None:
    ubah(INDIKATOR, ",Indeks Pembangunan Manusia (IPM),", ',"Indeks\nPembangunan\nManusia",')
    folder = ubah(INDIKATOR, "\r\nB,makro", "\r\nB,lain")
    with pytest.raises(KatalogError, match="baris 5: "):
        load_edisi(folder)


@pytest.mark.parametrize("isi", [b"", b"\r\n\r\n"])
def test_empty_files_are_refused(folder: Path, isi: bytes) -> None:
    (folder / INDIKATOR).write_bytes(isi)
    with pytest.raises(KatalogError, match="tidak berisi baris data"):
        load_edisi(folder)


def test_missing_file_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(KatalogError, match=r"edisi\.yaml: berkas tidak dapat dibaca") as salah:
        load_edisi(tmp_path)
    assert str(tmp_path) in salah.value.message


def test_what_the_files_cannot_hold_is_not_written(edisi: Edisi, tmp_path: Path) -> None:
    pertama = replace(edisi.indikator[0], pengampu=("Dinas A; Dinas B",))
    with pytest.raises(KatalogError, match="berubah bila ditulis"):
        tulis_edisi(replace(edisi, indikator=(pertama,)), tmp_path / "baru")
    assert not (tmp_path / "baru").exists()
