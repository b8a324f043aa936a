"""Which column is what: taken where the title says so, asked about otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ckanext.lppd.workbook import ImporError, Petunjuk, read_capaian
from ckanext.lppd.workbook.kolom import years_in


@pytest.mark.parametrize(
    ("judul", "tahun"),
    [
        ("capaian_tahun_2018", [2018]),
        ("2019", [2019]),
        ("Capaian 2019", [2019]),
        ("Realisasi Th.2020 (%)", [2020]),
        ("2018/2019", [2018, 2019]),
        ("RPJMD 2018-2023", [2018, 2023]),
        ("kode 20181", []),
        ("tahun 1234", []),
        ("capaian", []),
    ],
)
def test_years_of_a_title(judul: str, tahun: list[int]) -> None:
    assert years_in(judul) == tahun


@pytest.mark.parametrize("judul", ["capaian_tahun_2018", "2018", "Capaian 2018", "Tahun 2018"])
def test_a_year_column_is_found_by_its_title(csv_file: Callable[..., Path], judul: str) -> None:
    tabel = read_capaian(csv_file(f"Nama Indikator;{judul}\nAngka Melek Huruf;75,57\n"))
    assert tabel.tahun == (2018,)
    assert tabel.baris[0].nilai[0].sel == "B2"
    assert tabel.baris[0].nilai[0].cell == "75,57"


@pytest.mark.parametrize("pemisah", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_titles(
    csv_file: Callable[..., Path], pemisah: str
) -> None:
    baris = ['"Daftar, capaian"', pemisah.join(["indikator", "2018"])]
    baris.append(pemisah.join(["Angka Melek Huruf", '"75,57"']))
    tabel = read_capaian(csv_file("\n".join(baris) + "\n"))
    assert [b.nomor for b in tabel.baris] == [3]


def test_a_running_number_is_no_code_unless_somebody_says_so(tabel_lama: Path) -> None:
    tabel = read_capaian(tabel_lama)
    assert not tabel.berkode
    assert any("--kode-kolom A" in teks for teks in tabel.catatan)
    for kolom in ("_id", "A", "_ID"):
        assert read_capaian(tabel_lama, Petunjuk(kode=kolom)).baris[1].kode == "2"


def test_target_columns_are_not_achievements(csv_file: Callable[..., Path]) -> None:
    teks = "indikator;Target 2018;Capaian 2018\nAngka Melek Huruf;80;75,57\n"
    tabel = read_capaian(csv_file(teks))
    assert [n.sel for n in tabel.baris[0].nilai] == ["C2"]
    assert any("Target 2018" in teks for teks in tabel.catatan)


@pytest.mark.parametrize(
    ("judul", "saran"),
    [
        ("indikator;Capaian 2018;Realisasi 2018", "--tahun 2018="),
        ("indikator;capaian;keterangan", "--tahun 2019=D"),
        ("indikator;capaian 2018/2019;x", "--tahun 2019=D"),
        ("indikator;nama indikator;2018", "--nama-kolom"),
        ("uraian;capaian;2018", "--nama-kolom"),
        ("kode;indikator;kode ikk;2018", "--kode-kolom"),
    ],
)
def test_an_unsure_title_is_asked_about(
    csv_file: Callable[..., Path], judul: str, saran: str
) -> None:
    isi = ";".join("1" for _ in judul.split(";"))
    with pytest.raises(ImporError, match=saran):
        read_capaian(csv_file(f"{judul}\n{isi}\n"))


def test_the_answer_to_an_unsure_title_is_taken(csv_file: Callable[..., Path]) -> None:
    path = csv_file("indikator;Capaian 2018;Realisasi 2018\nAngka Melek Huruf;1;2\n")
    tabel = read_capaian(path, Petunjuk(tahun={2018: "C"}))
    assert [n.cell for n in tabel.baris[0].nilai] == ["2"]
    path = csv_file("apa;hasil\nAngka Melek Huruf;2\n")
    tabel = read_capaian(path, Petunjuk(nama="apa", tahun={2019: "hasil"}))
    assert tabel.tahun == (2019,)
    with pytest.raises(ImporError, match="2020"):
        read_capaian(path, Petunjuk(nama="apa", tahun={2020: None}))
    with pytest.raises(ImporError, match="dua tahun"):
        read_capaian(path, Petunjuk(nama="apa", tahun={2018: "B", 2019: "B"}))


def test_two_sheets_with_a_table_are_asked_about(xlsx: Callable[..., Path]) -> None:
    isi = [("indikator", "2018"), ("Angka Melek Huruf", "75,57")]
    path = xlsx(isi, Lain=isi, Catatan=[("hanya catatan",)])
    with pytest.raises(ImporError, match="Sheet1, Lain"):
        read_capaian(path)
    assert read_capaian(path, Petunjuk(lembar="Lain")).lembar == "Lain"
    with pytest.raises(ImporError, match="Tidak"):
        read_capaian(path, Petunjuk(lembar="Tidak"))


@pytest.mark.parametrize(
    ("nama", "isi", "pesan"),
    [
        ("kosong.csv", b"", "0 byte"),
        ("palsu.xlsx", b"%PDF-1.7 bukan tabel", "PDF"),
        ("lama.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.xls"),
        ("gelap.csv", b"a\0b", "tidak terbaca"),
        ("tanpa.csv", b"indikator;2018\n", "tidak ada baris data"),
    ],
)
def test_a_bad_file_is_refused_with_the_check_s_own_sentence(
    tmp_path: Path, nama: str, isi: bytes, pesan: str
) -> None:
    path = tmp_path / nama
    path.write_bytes(isi)
    with pytest.raises(ImporError, match=pesan) as galat:
        read_capaian(path)
    assert nama in str(galat.value)


def test_names_that_begin_like_a_total_and_repeated_titles(csv_file: Callable[..., Path]) -> None:
    teks = "no;indikator;2018\n1;2;3\n1;Jumlah Kapal;4\nno;indikator;2018\n\n2;Total Fertility;2\n"
    tabel = read_capaian(csv_file(teks))
    assert [(b.nomor, b.nama) for b in tabel.baris] == [(3, "Jumlah Kapal"), (6, "Total Fertility")]
