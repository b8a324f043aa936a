"""What happens to each figure: sure, asked about, refused, not in the catalogue."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ckanext.lppd.katalog import Edisi, load_edisi, schemas_dir
from ckanext.lppd.numbers import plain
from ckanext.lppd.workbook import (
    ImporError,
    Jawaban,
    Petunjuk,
    Rencana,
    make_rencana,
    read_capaian,
    read_jawaban,
    report_bytes,
)
from tests.workbook.conftest import BARIS, JUDUL, draft

KODE = Petunjuk(kode="_id")


def outcome(rencana: Rencana) -> dict[tuple[str, int], tuple[str, str]]:
    return {(b.sel, b.tahun): (b.hasil, b.alasan) for b in rencana.butir}


def report_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("petunjuk", [KODE, Petunjuk()])
def test_every_trait_has_its_outcome(tabel_lama: Path, edisi: Edisi, petunjuk: Petunjuk) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, petunjuk), edisi)
    per_baris = {b.baris: b.hasil for b in rencana.butir}
    assert per_baris[3] == per_baris[4] == "tanya"  # the name stands twice
    assert per_baris[6] == "salah"  # WTP
    assert [n for n, hasil in per_baris.items() if hasil == "pasti"] == [2, 5, 7, 8, 9, 10]
    assert rencana.counts(2018) == rencana.counts(2019)


def test_sure_figures_keep_every_digit(tabel_lama: Path, edisi: Edisi) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, KODE), edisi)
    for b in rencana.pasti:
        assert b.value is not None and b.isi is not None
        assert plain(b.value) == b.tertulis.replace(",", ".")
        assert f'"{b.tertulis}"' in b.isi.decode()
        assert f"{b.kode},{b.tahun},00.00," in b.isi.decode()


def test_the_same_name_twice_names_the_rows(tabel_lama: Path, edisi: Edisi) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, KODE), edisi)
    tanya = next(b for b in rencana.butir if b.sel == "C3")
    assert tanya.alasan == "nama_berulang"
    assert "baris 3, 4" in tanya.penjelasan
    assert {"2", "3"} <= {c.kode for c in tanya.calon}
    assert tanya.isi is None and tanya.kode is None


def test_text_in_a_figure_is_refused_at_its_cell(tabel_lama: Path, edisi: Edisi) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, KODE), edisi)
    salah = next(b for b in rencana.butir if b.sel == "C6")
    assert salah.penjelasan.startswith('Lembar Sheet1, sel C6 (capaian_tahun_2018): "WTP"')


def test_a_zero_is_kept_and_doubted(tabel_lama: Path, edisi: Edisi) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, KODE), edisi)
    nol = next(b for b in rencana.butir if b.sel == "D5")
    assert nol.hasil == "pasti" and nol.isi is not None
    assert '"0,00"' in nol.isi.decode() and "belum ada data" in nol.isi.decode()
    assert "0 bisa berarti belum ada data" in nol.peringatan[0]


def test_a_figure_with_two_readings_is_asked_about(csv_file: Callable[..., Path]) -> None:
    path = csv_file("indikator;2018\nAngka Melek Huruf;1.234\nLuas Hutan;1,5\n")
    edisi = draft([("1", "Angka Melek Huruf"), ("2", "Luas Hutan")])
    rencana = make_rencana(read_capaian(path), edisi)
    assert outcome(rencana)[("B2", 2018)] == ("tanya", "angka_dua_arti")
    for jawab, hasil in (("1234", "1234"), ("1,2340", '"1,2340"')):
        dijawab = make_rencana(read_capaian(path), edisi, Jawaban(nilai={(2, 2018): jawab}))
        assert dijawab.butir[0].hasil == "pasti"
        assert f",{hasil}," in (dijawab.butir[0].isi or b"").decode()
    lain = make_rencana(read_capaian(path), edisi, Jawaban(nilai={(2, 2018): "77"}))
    assert lain.butir[0].hasil == "tanya"


def test_an_indicator_with_parts_is_not_filled_by_its_result(csv_file: Callable[..., Path]) -> None:
    edisi = load_edisi(schemas_dir() / "edisi" / "2025")
    berbagian = next(i for i in edisi.indikator if i.rumus.parts and "," not in i.nama)
    path = csv_file(f"kode;indikator;2025\n{berbagian.kode};{berbagian.nama};75,5\n")
    rencana = make_rencana(read_capaian(path), edisi)
    assert rencana.butir[0].alasan == "butuh_bagian"
    assert berbagian.rumus.parts[0].name in rencana.butir[0].penjelasan


def test_bounds_of_the_catalogue_refuse_before_anything_is_written(
    csv_file: Callable[..., Path],
) -> None:
    edisi = load_edisi(schemas_dir() / "edisi" / "2025")
    path = csv_file("indikator;2025\nIndeks Pembangunan Manusia (IPM);-1\n")
    rencana = make_rencana(read_capaian(path), edisi)
    assert rencana.butir[0].hasil == "salah"
    assert rencana.butir[0].penjelasan.startswith("Sel B2 (2025)")


def test_a_year_outside_the_edition_is_refused(tabel_lama: Path, edisi: Edisi) -> None:
    with pytest.raises(ImporError, match="2018"):
        make_rencana(read_capaian(tabel_lama), replace(edisi, tahun_awal=2019))


def test_hidden_rows_merged_cells_and_blanks_are_never_taken(
    tabel_lama: Path, edisi: Edisi
) -> None:
    book = openpyxl.load_workbook(tabel_lama)
    sheet = book.active
    assert sheet is not None
    sheet.row_dimensions[2].hidden = True
    sheet.merge_cells("C9:C10")
    sheet["D10"] = None
    book.save(tabel_lama)
    hasil = outcome(make_rencana(read_capaian(tabel_lama, KODE), edisi))
    assert hasil[("C2", 2018)] == ("tanya", "baris_tersembunyi")
    assert hasil[("C9", 2018)] == ("tanya", "sel_gabung")
    assert hasil[("C10", 2018)][0] == "kosong"
    assert hasil[("D10", 2019)] == ("kosong", "sel_kosong")


def test_a_number_cell_gives_what_it_stores_and_says_so(
    xlsx: Callable[..., Path], edisi: Edisi
) -> None:
    path = xlsx([("indikator", "2018"), ("Angka Melek Huruf", 75.57)])
    book = openpyxl.load_workbook(path)
    assert book.active is not None
    book.active["B2"].number_format = "0"
    book.save(path)
    butir = make_rencana(read_capaian(path), edisi).butir[0]
    assert butir.tertulis == "76" and plain(butir.value or 0) == "75.57"  # type: ignore[arg-type]
    assert "75,57" in butir.peringatan[0]


def test_the_report_has_a_row_for_each_figure(tabel_lama: Path, edisi: Edisi) -> None:
    rencana = make_rencana(read_capaian(tabel_lama, KODE), edisi)
    rows = report_rows(report_bytes(rencana, {(2, 2018): "diunggah"}))
    assert len(rows) == 2 * len(BARIS)
    assert rows[0]["tindakan"] == "diunggah" and rows[0]["tertulis"] == "75,57"
    assert rows[1]["terbaca"] == "75,00"
    assert next(r for r in rows if r["sel"] == "C8")["tertulis"] == "-14,32"


def test_the_report_holds_nothing_a_spreadsheet_would_run(
    csv_file: Callable[..., Path], edisi: Edisi
) -> None:
    path = csv_file("indikator;2018\n=HYPERLINK(1);@SUM(1)\n-3,10;x\n")
    rows = report_rows(report_bytes(make_rencana(read_capaian(path), edisi)))
    assert rows[0]["nama"].startswith("'=") and rows[0]["tertulis"].startswith("'@")
    assert rows[1]["nama"] == "-3,10"


def test_answers_come_back_in_the_report_itself(
    tabel_lama: Path, edisi: Edisi, tmp_path: Path
) -> None:
    tabel = read_capaian(tabel_lama, KODE)
    rows = report_rows(report_bytes(make_rencana(tabel, edisi)))
    for row in rows:
        if row["baris"] in ("3", "4"):
            row["jawaban"] = str(int(row["baris"]) - 1)
        if row["sel"] in ("D5", "C6", "D6"):
            row["jawaban"] = "lewati"
    keluaran = io.StringIO(newline="")
    writer = csv.DictWriter(keluaran, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "jawaban.csv"
    path.write_text(keluaran.getvalue(), encoding="utf-8-sig")
    rencana = make_rencana(tabel, edisi, read_jawaban(path))
    assert rencana.counts(2018) == {"pasti": 8, "lewati": 1}
    assert rencana.counts(2019) == {"pasti": 7, "lewati": 2}
    assert {b.kode for b in rencana.pasti if b.baris in (3, 4)} == {"2", "3"}


@pytest.mark.parametrize(
    ("jawaban", "pesan"),
    [
        (Jawaban(kode={99: "1"}), "baris 99"),
        (Jawaban(kode={3: "tidak"}), "kode tidak"),
        (Jawaban(kode={3: "2"}, nama={3: "Nama Lain"}), "nama lain"),
    ],
)
def test_answers_that_do_not_fit_are_refused(
    tabel_lama: Path, edisi: Edisi, jawaban: Jawaban, pesan: str
) -> None:
    with pytest.raises(ImporError, match=pesan):
        make_rencana(read_capaian(tabel_lama, KODE), edisi, jawaban)


def test_two_rows_may_not_be_given_one_indicator(tabel_lama: Path, edisi: Edisi) -> None:
    jawaban = Jawaban(kode={3: "2", 4: "2"})
    hasil = outcome(make_rencana(read_capaian(tabel_lama, KODE), edisi, jawaban))
    assert hasil[("C3", 2018)] == hasil[("C4", 2018)] == ("tanya", "kode_berulang")
    hasil = outcome(make_rencana(read_capaian(tabel_lama, KODE), edisi, Jawaban(kode={3: "1"})))
    assert hasil[("C2", 2018)] == hasil[("C3", 2018)] == ("tanya", "kode_berulang")


@pytest.mark.parametrize(
    ("teks", "pesan"),
    [
        ("baris;kode\n3;2\n", "kolom baris dan jawaban"),
        ("baris;jawaban\nx;2\n", "'x'"),
        ("baris;jawaban\n3;2\n3;3\n", "dua kode"),
        ("baris;jawaban;jawaban_nilai\n3;;1,5\n", "tahun"),
    ],
)
def test_a_broken_answers_file_is_refused(
    csv_file: Callable[..., Path], teks: str, pesan: str
) -> None:
    with pytest.raises(ImporError, match=pesan):
        read_jawaban(csv_file(teks))


def test_a_year_s_zero_may_be_left_out_alone(csv_file: Callable[..., Path]) -> None:
    jawaban = read_jawaban(csv_file("baris,tahun,jawaban\n5,2019,Lewati\n6,,lewati\n"))
    assert jawaban.skips(5, 2019) and not jawaban.skips(5, 2018)
    assert jawaban.skips(6, 2018) and jawaban.skips(6, 2019)


def test_titles_are_kept_apart_from_data(xlsx: Callable[..., Path], edisi: Edisi) -> None:
    path = xlsx([("CAPAIAN KABUPATEN",), (), JUDUL, (1, 2, 3, 4), *BARIS])
    tabel = read_capaian(path, KODE)
    assert [b.nomor for b in tabel.baris] == list(range(5, 5 + len(BARIS)))
