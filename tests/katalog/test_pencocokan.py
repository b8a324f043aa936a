"""Matching lists from real files: only what is surely the same is taken as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lppd.katalog import Edisi, cocokkan, normalisasi

KIA = "Persentase Kepemilikan Kartu Identitas Anak (KIA)"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Prosentase  Rumah", "persentase rumah"),
        ("Presentase (KTP) Elektronik ", "Persentase KTP Elektronik"),
        ("Kab/Kota", "kabupaten kota"),
        ("s.d. 6\u00a0Tahun", "S D 6 tahun"),
    ],
)
def test_same_name_in_other_writing(a: str, b: str) -> None:
    assert normalisasi(a) == normalisasi(b)


@given(st.text(max_size=80))
def test_normalisation_is_idempotent(teks: str) -> None:
    assert normalisasi(normalisasi(teks)) == normalisasi(teks)


def test_every_name_of_the_edition_finds_itself(edisi: Edisi) -> None:
    hasil = cocokkan([(None, i.nama.upper() + "  ") for i in edisi.indikator], edisi)
    assert [c.kode for c in hasil] == [i.kode for i in edisi.indikator]


@pytest.mark.parametrize(
    ("kode", "nama", "hasil", "alasan", "ditemukan"),
    [
        ("2.f.2", KIA, "pasti", "kode", "2.f.2"),
        (" 2.F.2. ", "", "pasti", "kode", "2.f.2"),
        (None, KIA.replace("Persentase", "Prosentase") + " ", "pasti", "nama", "2.f.2"),
        ("2.f.1", KIA, "tanya", "kode_nama_beda", None),
        ("9.z.9", KIA, "tanya", "kode_tidak_dikenal", None),
        ("9.z.9", "", "tidak_ada", "kode_tidak_dikenal", None),
        (None, "Persentase Kepemilikan Kartu Identitas Anak", "tanya", "mirip", None),
        (None, "Jumlah kucing", "tidak_ada", "tidak_mirip", None),
        (None, "  ", "tidak_ada", "kosong", None),
        ("", "", "tidak_ada", "kosong", None),
    ],
)
def test_one_row(
    edisi: Edisi, kode: str | None, nama: str, hasil: str, alasan: str, ditemukan: str | None
) -> None:
    [c] = cocokkan([(kode, nama)], edisi)
    assert (c.hasil, c.alasan, c.kode) == (hasil, alasan, ditemukan)
    assert bool(c.calon) == (hasil == "tanya")


def test_a_typing_error_is_asked_with_the_right_candidate_first(edisi: Edisi) -> None:
    [c] = cocokkan([(None, "Persentase Kepemilikn Kartu Identitas Ank")], edisi)
    assert c.calon[0].kode == "2.f.2"
    assert 0.6 <= c.calon[0].kemiripan < 1


def test_names_that_differ_in_one_word_are_never_confused(edisi: Edisi) -> None:
    [c] = cocokkan(
        [(None, "Persentase Akta Kelahiran yang Diterbitkan Bagi yang Melaporkan")], edisi
    )
    assert c.hasil == "tanya"
    assert {"2.f.5", "2.f.6", "2.f.7"} <= {calon.kode for calon in c.calon}


def test_the_named_code_leads_when_code_and_name_disagree(edisi: Edisi) -> None:
    [c] = cocokkan([("1.a.1", KIA)], edisi)
    assert [calon.kode for calon in c.calon][:2] == ["1.a.1", "2.f.2"]


def test_a_name_that_occurs_twice_is_asked_both_times(edisi: Edisi) -> None:
    hasil = cocokkan([(None, KIA), ("2.c", ""), (None, KIA.lower() + " ")], edisi)
    assert [c.hasil for c in hasil] == ["tanya", "pasti", "tanya"]
    assert hasil[0].alasan == "nama_berulang"
    assert hasil[0].calon[0].kode == "2.f.2"


def test_an_indicator_named_by_two_rows_is_asked_both_times(edisi: Edisi) -> None:
    hasil = cocokkan([("2.f.2", ""), (None, KIA)], edisi)
    assert [(c.hasil, c.alasan) for c in hasil] == [("tanya", "kode_berulang")] * 2


def test_rows_keep_their_number_and_their_words(edisi: Edisi) -> None:
    hasil = cocokkan([(None, "apa saja"), (" 2.c ", "")], edisi)
    assert [(c.nomor, c.kode_berkas, c.nama_berkas) for c in hasil] == [
        (1, "", "apa saja"),
        (2, "2.c", ""),
    ]
