"""Every sentence of a check, in Indonesian and English, and how much each one weighs.

Codes are stable: they are stored with verdicts. A sentence says where, what, and what to do.
`{tempat}` is the place, `{nilai}` the text that was found, other words come with the finding.
"""

from __future__ import annotations

from collections.abc import Mapping

from .messages_cell import CELL_MESSAGES
from .messages_file import FILE_MESSAGES
from .messages_table import ASKS_REASON, EXPLAINED_CODES, TABLE_MESSAGES

# Codes that are not errors; all others are.
LEVELS: Mapping[str, str] = {
    "kodefikasi_windows": "info",
    "urutan_kolom": "info",
    "judul_kolom_disesuaikan": "info",
    "kolom_ditambahkan": "info",
    "baris_judul_dilewati": "info",
    "baris_nomor_kolom": "info",
    "judul_berulang": "info",
    "baris_kosong": "info",
    "catatan_dilewati": "info",
    "wilayah_dipadankan": "info",
    "kode_disesuaikan": "info",
    "sel_persen": "info",
    "angka_bertanda": "info",
    "angka_gaya_inggris": "info",
    "titik_desimal": "info",
    "sel_gabung_diisi": "info",
    "capaian_dihitung": "info",
    "baris_jumlah_dilewati": "peringatan",
    "lembar_lain": "peringatan",
    "templat_lama": "peringatan",
    "persen_lebih_100": "peringatan",
    "di_luar_wajar": "peringatan",
    "hitungan_belum_lengkap": "peringatan",
    **dict.fromkeys(ASKS_REASON, "peringatan"),
    **dict.fromkeys(EXPLAINED_CODES, "info"),
}

MESSAGES: Mapping[str, Mapping[str, str]] = {
    **FILE_MESSAGES,
    **CELL_MESSAGES,
    **TABLE_MESSAGES,
}
