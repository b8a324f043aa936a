"""The commands themselves, as far as they need no portal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from ckanext.lppd.cli.impor import impor, mark_same_names, summary, susun
from ckanext.lppd.katalog import load_edisi
from ckanext.lppd.workbook import Petunjuk, make_rencana, read_capaian
from tests.workbook.conftest import BARIS, WILAYAH, draft

WILAYAH_CSV = "kode,kode_bps,tingkat,nama,alias,sumber\n00.00,0000,kabupaten,Kabupaten X,,uji\n"


def run_susun(path: Path, wilayah: Path, ke: Path, *more: str) -> Result:
    args = [str(path), "--edisi", "lama", "--judul", "Edisi lama", "--tahun-awal", "2018"]
    args += ["--tahun-akhir", "2019", "--wilayah", str(wilayah), "--ke", str(ke), *more]
    return CliRunner().invoke(susun, args)


def test_a_drafted_edition_can_be_loaded_and_merges_nothing(
    tabel_lama: Path, csv_file: Callable[..., Path], tmp_path: Path
) -> None:
    wilayah = csv_file(WILAYAH_CSV, "wilayah.csv")
    result = run_susun(tabel_lama, wilayah, tmp_path / "edisi", "--kode-kolom", "_id")
    assert result.exit_code == 0, result.output
    assert "Nama sama di baris 3, 4: Persentase Jalan Mantap" in result.output
    assert "Baris 9: nama memuat huruf yang sudah rusak" in result.output
    edisi = load_edisi(tmp_path / "edisi")
    assert edisi.status == "belum_terverifikasi"
    assert [i.kode for i in edisi.indikator] == [str(row[0]) for row in BARIS]
    assert [i.nama for i in edisi.indikator] == [row[1] for row in BARIS]
    assert [i.catatan for i in edisi.indikator][1:3] == ["nama sama dengan 3", "nama sama dengan 2"]
    assert edisi.wilayah[0].kode == WILAYAH[0].kode


def test_a_bare_list_of_names_makes_an_edition_too(
    csv_file: Callable[..., Path], tmp_path: Path
) -> None:
    wilayah = csv_file(WILAYAH_CSV, "wilayah.csv")
    path = csv_file("Bidang Urusan,Indikator,Satuan\nKESEHATAN,Angka Kesakitan ,persen \n")
    assert run_susun(path, wilayah, tmp_path / "edisi").exit_code == 0
    edisi = load_edisi(tmp_path / "edisi")
    assert [(i.kode, i.nama) for i in edisi.indikator] == [("x.1", "Angka Kesakitan")]


def test_a_repeated_code_stops_the_draft(csv_file: Callable[..., Path], tmp_path: Path) -> None:
    wilayah = csv_file(WILAYAH_CSV, "wilayah.csv")
    path = csv_file("kode,indikator\n1,Satu\n1,Dua\n")
    result = run_susun(path, wilayah, tmp_path / "edisi")
    assert result.exit_code == 1 and "sudah dipakai" in result.output
    assert not (tmp_path / "edisi").exists()


def test_applying_needs_somebody_to_act_as(tabel_lama: Path) -> None:
    result = CliRunner().invoke(impor, [str(tabel_lama), "--edisi", "lama", "--terapkan"])
    assert result.exit_code == 2 and "--sebagai" in result.output


def test_an_unreadable_year_is_named(tabel_lama: Path) -> None:
    result = CliRunner().invoke(impor, [str(tabel_lama), "--edisi", "x", "--tahun", "2018;2019"])
    assert result.exit_code == 2 and "2018;2019" in result.output


def test_the_summary_counts_every_outcome(tabel_lama: Path) -> None:
    edisi = mark_same_names(draft([(str(row[0]), row[1]) for row in BARIS]))
    baris = list(summary(make_rencana(read_capaian(tabel_lama, Petunjuk(kode="_id")), edisi)))
    hitungan = {teks.split("  ")[0]: teks.split()[-2:] for teks in baris}
    assert hitungan["pasti"] == ["6", "6"]
    assert hitungan["tanya"] == ["2", "2"]
    assert hitungan["salah"] == ["1", "1"]
    assert hitungan["tidak ada di katalog"] == ["0", "0"]
    assert any("1 nilai pasti adalah 0" in teks for teks in baris)
