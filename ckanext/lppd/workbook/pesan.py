"""The sentences of an import report: why a figure is sure, asked about or refused."""

from __future__ import annotations

from collections.abc import Mapping

HASIL: Mapping[str, str] = {
    "pasti": "pasti",
    "tanya": "tanya",
    "salah": "salah",
    "tidak_ada": "tidak ada di katalog",
    "kosong": "sel kosong",
    "lewati": "dilewati atas jawaban",
}

ALASAN: Mapping[str, str] = {
    "kode": "Kodenya ada di katalog dan namanya tidak bertentangan.",
    "nama": "Namanya sama dengan satu indikator di katalog.",
    "jawaban": "Kodenya ditunjuk di berkas jawaban.",
    "lewati": "Berkas jawaban meminta nilai ini dilewati.",
    "sel_kosong": "Tidak ada nilai di sel ini, jadi tidak ada yang diimpor.",
    "kosong": "Baris ini tidak bernama. Isi nama indikatornya di berkas.",
    "kode_nama_beda": "Kodenya ada di katalog, tetapi namanya lain. Indikator mana yang dimaksud?",
    "kode_tidak_dikenal": "Kodenya tidak ada di katalog. Indikator mana yang dimaksud?",
    "kode_berulang": "Lebih dari satu baris berkas ini menunjuk indikator yang sama. "
    "Baris mana yang benar?",
    "nama_berulang": "Nama ini tertulis di {jumlah} baris (baris {daftar}). "
    "Masing-masing indikator yang mana?",
    "nama_ganda_di_edisi": "Nama ini dipakai lebih dari satu indikator di katalog. "
    "Yang mana yang dimaksud?",
    "mirip": "Tidak ada nama yang sama persis. Apakah salah satu calon ini yang dimaksud?",
    "tidak_mirip": "Tidak ada indikator dengan nama ini atau yang mirip di edisi {edisi}.",
    "butuh_bagian": "Indikator {kode} dihitung dari bagian-bagiannya ({bagian}), sedangkan berkas "
    "ini hanya memuat hasilnya. Unggah bagian-bagian itu lewat templat indikator.",
    "baris_tersembunyi": "Baris ini disembunyikan di Excel. Tampilkan barisnya bila memang "
    "termasuk data.",
    "sel_gabung": "Sel ini bagian dari sel gabung {rentang}, sehingga tidak pasti milik baris "
    "mana. Pisahkan selnya.",
}

PERINGATAN: Mapping[str, str] = {
    "nol": "0 bisa berarti belum ada data. Nilainya tetap seperti tertulis; bila memang belum ada "
    "data, jawab lewati.",
    "tampilan": "Excel menampilkan {tampil}, yang tersimpan {simpan}. Yang dipakai yang tersimpan.",
}

CARA_MENJAWAB = (
    "Isi kolom jawaban dengan kode indikator atau lewati, atau kolom jawaban_nilai dengan salah "
    "satu cara menulis yang ditawarkan; lalu ulangi dengan --jawaban."
)
