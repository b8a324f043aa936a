"""The sentences people meet, for real files, in both languages, at the right cell.

One row for each of the 18 message sentences of the design: those that a check of one file can say,
and the one on evidence that is said where data are sent. And the words of all sentences: no English
in the Indonesian ones, no Indonesian in the English ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ckanext.lppd.checking import MESSAGES, Report
from ckanext.lppd.checking.messages_words import TRANSLATED
from ckanext.lppd.katalog import load_edisi, schemas_dir, table_schema
from ckanext.lppd.katalog.data_dukung import daftar_dokumen, kekurangan
from tests.checking.test_every_code import CASES, percent_cell, with_sheet

EDISI = load_edisi(schemas_dir() / "edisi" / "2025")
HEAD = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
LAST_YEAR = {
    "tahun": 2024,
    "rilis": "r",
    "versi": 1,
    "nilai": {"12.71": {"pembilang": "617", "penyebut": "1000", "capaian": "61.7"}},
}


@dataclass(frozen=True)
class Sentence:
    """A file, and what is said about it at which cell in Indonesian and English."""

    make: Callable[[Any], Report]
    code: str
    cell: str | None
    id: str
    en: str


def real(bench: Any, text: str) -> Report:
    """Check rows of a real indicator of the edition, with a released year before."""
    indikator = EDISI.get("1.a.1")
    assert indikator is not None
    bench.schema = table_schema(EDISI, indikator, 2025)
    bench.reference = LAST_YEAR
    report: Report = bench.csv(text, head=HEAD)
    return report


def one(part: str, of: str = "1000", result: str = "", *, why: str = "") -> str:
    return f"1.a.1,2025,12.71,{part},{of},{result},{why}\n"


SENTENCES: Mapping[str, Sentence] = {
    "not a number": Sentence(
        lambda b: b.sheet(["1.a.1", 2025, "12.71", "banyak", 20000, None, None]),
        "bukan_angka",
        "D2",
        'Lembar Isian, sel D2 (pembilang): "banyak" bukan angka. Tulis angkanya saja, misalnya '
        "98,63.",
        'Sheet Isian, cell D2 (pembilang): "banyak" is not a number. Write just the number, such '
        "as 98,63.",
    ),
    "ambiguous number": Sentence(
        lambda b: b.csv("1.a.1,2025,12.71,12.345,20000,,\n"),
        "angka_dua_arti",
        "D2",
        'Sel D2 (pembilang): "12.345" dapat berarti 12,345 (dengan koma desimal) atau 12.345 '
        "(dengan ribuan). Tulis 12,3450 untuk yang pertama, 12345 untuk yang kedua.",
        'Cell D2 (pembilang): "12.345" can mean 12,345 (decimal comma) or 12.345 (thousands). '
        "Write 12,3450 for the first, 12345 for the second.",
    ),
    "blank": Sentence(
        lambda b: real(b, one("", "1000")),
        "sel_kosong",
        "D2",
        "Sel D2 (pembilang) belum diisi. Isi nilainya, atau pilih Nihil / Tidak berlaku / Belum "
        "tersedia di portal dan tulis alasannya.",
        "Cell D2 (pembilang) is blank. Fill it in, or choose Nil / Not applicable / Not yet "
        "available on the portal and say why.",
    ),
    "not in list": Sentence(
        CASES["tidak_ada_di_pilihan"],
        "tidak_ada_di_pilihan",
        "G2",
        'Sel G2 (keterangan): "draf" tidak ada di pilihan. Pilih: final, sementara.',
        'Cell G2 (keterangan): "draf" is not one of the choices. Choose: final, sementara.',
    ),
    "above 100 %": Sentence(
        lambda b: real(b, one("1200", why="sensus")),
        "persen_lebih_100",
        "F2",
        "Sel F2 (capaian): 120,00 melebihi 100 persen. Periksa apakah pembilang lebih besar "
        "daripada penyebut.",
        "Cell F2 (capaian): 120,00 is above 100 percent. Check whether the numerator is larger "
        "than the denominator.",
    ),
    "zero denominator": Sentence(
        lambda b: real(b, one("0", "0")),
        "penyebut_nol",
        "E2",
        "Sel E2 (penyebut): penyebut 0, capaian tidak dapat dihitung. Perbaiki penyebutnya, atau "
        "pilih Nihil / Tidak berlaku di portal bila memang demikian.",
        "Cell E2 (penyebut): the denominator is 0, so there is no result. Mend it, or choose Nil / "
        "Not applicable on the portal when that is so.",
    ),
    "result differs": Sentence(
        lambda b: real(b, '1.a.1,2025,12.71,12345,20000,"98,63",\n'),
        "capaian_berbeda",
        "F2",
        "Sel F2 (capaian): capaian tertulis 98,63, hasil hitung 12.345 : 20.000 x 100 = 61,73. "
        "Pakai hasil hitung, atau perbaiki bagian-bagiannya.",
        "Cell F2 (capaian): the result is written as 98,63, computed from its parts (12.345 : "
        "20.000 x 100) it is 61,73. Use the computed one, or mend the parts.",
    ),
    "big change": Sentence(
        lambda b: real(b, one("986")),
        "lompatan",
        "F2",
        "Sel F2 (capaian): Kota Medan (12.71) berubah dari 61,7 (2024) menjadi 98,60 (2025). Bila "
        "benar, tulis penjelasan singkat di kolom keterangan baris itu.",
        "Cell F2 (capaian): Kota Medan (12.71) went from 61,7 (2024) to 98,60 (2025). If that is "
        "right, write a short explanation in the remarks of that row.",
    ),
    "same as last year": Sentence(
        lambda b: real(b, one("617")),
        "sama_tahun_lalu",
        "F2",
        "Sel F2 (capaian): semua angka sama dengan 2024. Pastikan ini data 2025. Bila benar, tulis "
        "penjelasan singkat di kolom keterangan baris itu.",
        "Cell F2 (capaian): all numbers are the same as in 2024. Make sure that these are the data "
        "of 2025. If that is right, write a short explanation in the remarks of that row.",
    ),
    "unknown code": Sentence(
        lambda b: real(b, one("617").replace("1.a.1", "1.a.9")),
        "kode_salah",
        "A2",
        'Sel A2 (kode_indikator): kode "1.a.9" bukan kode indikator ini. Tulis 1.a.1.',
        'Cell A2 (kode_indikator): "1.a.9" is not the code of this indicator. Write 1.a.1.',
    ),
    "missing row": Sentence(
        lambda b: real(b, one("617").replace("12.71,", "12.71.01,")),
        "wilayah_wajib",
        None,
        "Baris untuk Kota Medan (12.71) belum ada. Tambahkan satu baris dengan kode wilayah 12.71.",
        "The row of Kota Medan (12.71) is missing. Add one row with the region code 12.71.",
    ),
    "duplicate": Sentence(
        lambda b: real(b, one("617") * 2),
        "baris_ganda",
        None,
        "Baris 3: isi kolom kode_indikator, tahun, kode_wilayah sama dengan baris 2, jadi tertulis "
        "dua kali. Hapus salah satu.",
        "Row 3: the columns kode_indikator, tahun, kode_wilayah are the same as in row 2, so it is "
        "there twice. Delete one.",
    ),
    "formula without value": Sentence(
        lambda b: b.sheet(["1.a.1", 2025, "12.71", "=1+1", 20000, None, None]),
        "rumus_tanpa_hasil",
        "D2",
        "Lembar Isian, sel D2 (pembilang): rumus di sel ini belum punya hasil. Buka di Excel, "
        "simpan, lalu unggah lagi.",
        "Sheet Isian, cell D2 (pembilang): the formula in this cell has no result yet. Open the "
        "file in Excel, save it, then upload again.",
    ),
    "percent cell": Sentence(
        lambda b: with_sheet(b, percent_cell),
        "sel_persen",
        "F2",
        "Lembar Isian, sel F2 (capaian) berformat persen; dibaca 61,73.",
        "Sheet Isian, cell F2 (capaian) has a percent format; it was read as 61,73.",
    ),
    "old template": Sentence(
        CASES["templat_lama"],
        "templat_lama",
        None,
        "Baris 1: berkas ini tampaknya dibuat dari templat lain atau templat lama; Daftar IKK "
        "sekarang tidak punya kolom realisasi anggaran. Unduh templat baru, lalu pindahkan isinya.",
        "Row 1: this file seems to come from another template or an old one; today's list of "
        "indicators has no column realisasi anggaran. Download a new template and move the "
        "content.",
    ),
    "wrong year": Sentence(
        lambda b: real(b, one("617").replace("2025", "2024")),
        "tahun_salah",
        "B2",
        'Sel B2 (tahun): tahun "2024" tidak sesuai; tabel ini untuk tahun 2025. Perbaiki tahunnya, '
        "atau unggah di isian tahun yang benar.",
        'Cell B2 (tahun): the year "2024" does not fit; this table is for 2025. Mend the year, or '
        "upload the file where that year is filled in.",
    ),
    "unreadable file": Sentence(
        CASES["berkas_rusak"],
        "berkas_rusak",
        None,
        "Berkas tidak dapat dibaca karena susunannya rusak. Buka di Excel, simpan sebagai .xlsx "
        "baru tanpa kata sandi, lalu unggah lagi.",
        "The file cannot be read because its structure is damaged. Open it in Excel, save as a new "
        ".xlsx without a password, then upload again.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str, bench: Any) -> None:
    wanted = SENTENCES[name]
    report = wanted.make(bench)
    found = [item for item in report.findings if item.code == wanted.code]
    assert found, report.findings
    assert found[0].cell == wanted.cell
    assert found[0].message("id") == wanted.id
    assert found[0].message("en") == wanted.en


# said where data are sent and examined; its places are in tests/portal/test_evidence_missing.py
EVIDENCE = {
    "id": "Data dukung untuk 1.a.1 belum ada. Unggah berkasnya di bagian Data dukung.",
    "en": "There is no evidence for 1.a.1 yet. Upload the file under Evidence (data dukung).",
}
PARTLY = {
    "id": "Data dukung untuk 1.a.1 belum lengkap: Bukti {part}. Unggah berkasnya di bagian Data "
    "dukung.",
    "en": "The evidence for 1.a.1 is not complete: Evidence of {part}. Upload the file under "
    "Evidence (data dukung).",
}
OF_THE_DESIGN = (
    "not a number", "ambiguous number", "blank", "not in list", "above 100 %", "zero denominator",
    "result differs", "big change", "same as last year", "unknown code", "missing row", "duplicate",
    "formula without value", "percent cell", "old template", "wrong year", "evidence missing",
    "unreadable file",
)  # fmt: skip


def test_every_sentence_of_the_design_has_a_row() -> None:
    assert len(OF_THE_DESIGN) == 18
    assert {*SENTENCES, "evidence missing"} == set(OF_THE_DESIGN)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_sentence_on_evidence(lang: str) -> None:
    indikator = EDISI.get("1.a.1")
    assert indikator is not None
    documents = daftar_dokumen(indikator)
    asked = [item.kode for item in documents if item.diminta]
    assert asked == ["bukti_pembilang", "bukti_penyebut"]
    assert kekurangan("1.a.1", documents, [], lang) == EVIDENCE[lang]
    last = indikator.rumus.parts[-1].title
    wanted = PARTLY[lang].format(part=last)
    assert kekurangan("1.a.1", documents, asked[:1], lang) == wanted
    assert kekurangan("1.a.1", documents, asked, lang) is None
    # sectoral data are asked for none
    assert kekurangan(None, daftar_dokumen(None), [], lang) is None


_ENGLISH = re.compile(
    r"\b(?:the|is|are|and|of|file|sheet|row|column|cell|workbook|merged?|unmerge|error|warning|"
    r"invalid|upload|download|save|template|header|footer|macro|password|value|number|blank|"
    r"missing|check|schema|update|delete|draft|dataset)\b",
    re.IGNORECASE,
)
_INDONESIAN = re.compile(
    r"\b(?:dan|atau|yang|tidak|adalah|berkas|lembar|baris|kolom|sel|isi|angka|paling|kecil|besar|"
    r"dari|kode|wilayah|tulis|lalu|bila|misalnya|tahun|bulan|jam|tanggal|bilangan|bulat|nihil|"
    r"dokumen|gambar|arsip|halaman|teks|kosong|ganda|harus|boleh|untuk|dengan|belum|ada|kunci|"
    r"nilai|bagian|skema|sah|lain|hanya|rerata|jumlah|templat|penyebut|pembilang|capaian)\b",
    re.IGNORECASE,
)


def plain(report: Report, code: str, lang: str) -> str:
    """A sentence without what comes from the file or names a place: only our own words are left."""
    finding = next(item for item in report.findings if item.code == code)
    own = {name: text for name, text in finding.params.items() if name in TRANSLATED}
    names = {name: "X" for name in finding.params if name not in own}
    bare = replace(finding, params={**own, **names}, column=None, value="X", sheet="X")
    return re.sub(r'"[^"]*"', '"X"', bare.message(lang))


@pytest.mark.parametrize("code", sorted(CASES))
def test_each_language_has_its_own_words(code: str, bench: Any) -> None:
    report = CASES[code](bench)
    # the lists of titles and sheets are the file's words, not ours
    if code in ("templat_lama", "lembar_lain", "lembar_ganda", "lembar_tersembunyi"):
        return
    assert not _ENGLISH.search(plain(report, code, "id")), plain(report, code, "id")
    if code not in ("kepala_tidak_ditemukan", "kepala_dua_baris", "kecamatan_kurang"):
        assert not _INDONESIAN.search(plain(report, code, "en")), plain(report, code, "en")


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_placeholders_are_equal_and_sentences_end(code: str) -> None:
    texts = MESSAGES[code]
    assert texts.keys() == {"id", "en"}
    marks = [sorted(set(re.findall(r"{(\w+)}", text))) for text in texts.values()]
    assert marks[0] == marks[1]
    for text in texts.values():
        assert text.endswith(".")
        assert "  " not in text
