"""English for the Indonesian words that a finding carries in its `params`. See `messages`.

Findings are stored with Indonesian words, so that a stored one can be told in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REASONS: Mapping[str, str] = {
    "tidak ada kolom": "it has no columns",
    "nama kolom kosong atau ganda": "a column has no name, or two have the same",
    "pemisah ribuan tidak boleh dipakai": "it uses a thousands mark",
    "bentuk tanggal harus pasti": "it allows dates in any form",
    "rujukan ke tabel lain tidak didukung": "it refers to another table",
    "hanya sel kosong yang boleh berarti kosong": "it lets other texts than nothing mean blank",
    "kunci baris menyebut kolom yang tidak ada": "its key names a column that is not there",
    "isi bagian lppd": "its part lppd cannot be read",
    "nilai tahun lalu": "last year's values cannot be read",
    "skema tidak sah": "it is no valid schema",
}
_TYPES: Mapping[str, str] = {
    "bilangan bulat, misalnya 12": "whole numbers, such as 12",
    "angka, misalnya 98,63": "numbers, such as 98,63",
    "tanggal (TTTT-BB-HH), misalnya 2025-03-31": "dates (YYYY-MM-DD), such as 2025-03-31",
    "tanggal dan jam, misalnya 2025-03-31T10:00:00": "dates with a time, such as "
    "2025-03-31T10:00:00",
    "tahun, misalnya 2025": "years, such as 2025",
    "tahun dan bulan, misalnya 2025-03": "years with a month, such as 2025-03",
    "jam, misalnya 10:00:00": "times, such as 10:00:00",
    "true atau false": "true or false",
    "tanggal": "dates",
    "isi lain": "something else",
}
_KINDS: tuple[tuple[str, str], ...] = (
    (r"^dokumen Office lama$", "an old Office document"),
    (r"^dokumen (.+)$", r"a document of \1"),
    (r"^gambar (.+)$", r"a picture (\1)"),
    (r"^arsip (\S+) kosong$", r"an empty archive (\1)"),
    (r"^arsip (\S+) terbagi$", r"a split archive (\1)"),
    (r"^arsip (.+)$", r"an archive (\1)"),
    (r"^basis data (.+)$", r"a database (\1)"),
    (r"^berkas (.+)$", r"a file of \1"),
    (r"^halaman web (.+)$", r"a web page \1"),
    (r"^presentasi (.+)$", r"a presentation of \1"),
    (r"^buku kerja biner (.+)$", r"a binary workbook \1"),
    (r"^program$", "a program"),
    (r"^teks biasa$", "plain text"),
)
# words by the name of the parameter: whole texts, and patterns within a text
_EXACT: Mapping[str, Mapping[str, str]] = {"sebab": _REASONS, "tipe": _TYPES}
_PATTERNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "jenis": _KINDS,
    "batas": (("paling kecil", "at least"), ("paling besar", "at most")),
    "daftar": ((" atau ", " or "),),
    "rincian": (
        (r"^jumlah dari ", "sum of "),
        (r"^rerata dari ", "mean of "),
        (r"^tertimbang dari ", "weighted sum of "),
        (r"^berbobot dari ", "weighted sum of "),
    ),
}
TRANSLATED = frozenset({*_EXACT, *_PATTERNS})
"""The parameters that hold words; all others hold names, numbers and places."""


def in_english(name: str, text: str) -> str:
    """Return the text of a parameter in English; what is no word of ours stays as it is."""
    text = _EXACT.get(name, {}).get(text, text)
    for pattern, english in _PATTERNS.get(name, ()):
        text = re.sub(pattern, english, text)
    return text
