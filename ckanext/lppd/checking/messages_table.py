"""Sentences about rules over a whole table, and which of them ask for a reason. See `messages`."""

from __future__ import annotations

from collections.abc import Mapping

# What is unusual, as a statement; the question or the given reason follows it.
_STATEMENTS: Mapping[str, Mapping[str, str]] = {
    "lompatan": {
        "id": "{tempat}: {wilayah} berubah dari {dulu} ({tahun_dulu}) menjadi {nilai} ({tahun}).",
        "en": "{tempat}: {wilayah} went from {dulu} ({tahun_dulu}) to {nilai} ({tahun}).",
    },
    "sama_tahun_lalu": {
        "id": "{tempat}: semua angka sama dengan {tahun_dulu}. Pastikan ini data {tahun}.",
        "en": "{tempat}: all numbers are the same as in {tahun_dulu}. Make sure that these are "
        "the data of {tahun}.",
    },
    "pencilan": {
        "id": "{tempat}: {nilai} jauh dari kecamatan lain (nilai tengahnya {tengah}).",
        "en": "{tempat}: {nilai} is far from the other districts (their median is {tengah}).",
    },
    "kecamatan_kurang": {
        "id": "{tempat}: {banyak} dari {semua} kecamatan belum punya baris: {daftar}.",
        "en": "{tempat}: {banyak} of {semua} districts have no row: {daftar}.",
    },
}
_QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "lompatan": {
        "id": "Bila benar, tulis penjelasan singkat di kolom keterangan baris itu.",
        "en": "If that is right, write a short explanation in the remarks of that row.",
    },
    "sama_tahun_lalu": {
        "id": "Bila benar, tulis penjelasan singkat di kolom keterangan baris itu.",
        "en": "If that is right, write a short explanation in the remarks of that row.",
    },
    "pencilan": {
        "id": "Bila benar, tulis penjelasan singkat di kolom keterangan baris itu.",
        "en": "If that is right, write a short explanation in the remarks of that row.",
    },
    "kecamatan_kurang": {
        "id": "Tambahkan barisnya; bila memang tidak ada datanya, tulis alasannya di kolom "
        "keterangan baris itu.",
        "en": "Add the rows; if there are no data for them, give the reason in the remarks of "
        "that row.",
    },
}
EXPLAINED = "_dijelaskan"
_GIVEN = {"id": 'Penjelasan: "{alasan}".', "en": 'Explanation: "{alasan}".'}

# Warnings that ask for a reason: without one the content cannot be sent.
ASKS_REASON = frozenset(_QUESTIONS)
EXPLAINED_CODES = frozenset(code + EXPLAINED for code in ASKS_REASON)

TABLE_MESSAGES: Mapping[str, Mapping[str, str]] = {
    **{
        code: {lang: f"{text} {_QUESTIONS[code][lang]}" for lang, text in texts.items()}
        for code, texts in _STATEMENTS.items()
    },
    **{
        code + EXPLAINED: {lang: f"{text} {_GIVEN[lang]}" for lang, text in texts.items()}
        for code, texts in _STATEMENTS.items()
    },
    "jumlah_wilayah": {
        "id": "{tempat}: {induk} {nilai}, tetapi jumlah {banyak} kecamatan ({sel_bagian}) = "
        "{jumlah}; selisih {selisih}. Perbaiki yang keliru.",
        "en": "{tempat}: {induk} {nilai}, but {banyak} districts ({sel_bagian}) add up to "
        "{jumlah}; the difference is {selisih}. Mend the one that is wrong.",
    },
}
