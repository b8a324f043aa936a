"""A question's life as data, and what may be written publicly. Pure: no database, no CKAN.

Klinik (Kemudahan Layanan dan Informasi Kegiatan Statistik) is the pembina's duty of pembinaan
(Perpres 39/2019 article 20), with which the walidata helps (article 21).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.lppd.workflow import rules

DIAJUKAN = "diajukan"
DIJAWAB = "dijawab"
SELESAI = "selesai"
STATE_LABELS: dict[str, dict[str, str]] = {
    DIAJUKAN: {"id": "Menunggu jawaban", "en": "Waiting for an answer"},
    DIJAWAB: {"id": "Dijawab", "en": "Answered"},
    SELESAI: {"id": "Selesai", "en": "Closed"},
}

# The part somebody plays in one thread.
PENANYA = "penanya"
PENJAWAB = "penjawab"
ANSWERERS = frozenset({rules.WALIDATA, rules.PEMBINA})
READERS = frozenset({rules.WALIDATA, rules.PEMBINA, rules.PENGAWAS})

TOPICS: dict[str, dict[str, str]] = {
    "standar_data": {"id": "Standar data", "en": "Data standard"},
    "metadata": {"id": "Metadata", "en": "Metadata"},
    "rekomendasi": {"id": "Rekomendasi kegiatan statistik", "en": "Recommendation of a survey"},
    "kualitas": {"id": "Kualitas data", "en": "Quality of the data"},
    "cara_hitung": {"id": "Definisi dan cara menghitung", "en": "Definition and calculation"},
    "berkas": {"id": "Berkas dan cara mengisi", "en": "The file and how to fill it in"},
    "makro": {"id": "Indikator makro", "en": "Macro indicators"},
    "lainnya": {"id": "Lainnya", "en": "Other"},
}


@dataclass(frozen=True)
class Act:
    """One row of the table; `needs_text` where a message has to come with the act."""

    name: str
    from_states: frozenset[str]
    part: str
    to: str
    needs_text: bool


ACTS: tuple[Act, ...] = (
    Act("jawab", frozenset({DIAJUKAN, DIJAWAB}), PENJAWAB, DIJAWAB, True),
    Act("tambah", frozenset({DIAJUKAN, DIJAWAB}), PENANYA, DIAJUKAN, True),
    Act("selesai", frozenset({DIAJUKAN, DIJAWAB}), PENANYA, SELESAI, False),
    # whoever answers closes what is answered, never what still waits
    Act("selesai", frozenset({DIJAWAB}), PENJAWAB, SELESAI, False),
    Act("buka_lagi", frozenset({SELESAI}), PENANYA, DIAJUKAN, True),
)
TANYA = "tanya"
ACT_LABELS: dict[str, dict[str, str]] = {
    TANYA: {"id": "Pertanyaan", "en": "Question"},
    "jawab": {"id": "Jawaban", "en": "Answer"},
    "tambah": {"id": "Tambahan", "en": "Addition"},
    "selesai": {"id": "Ditutup", "en": "Closed"},
    "buka_lagi": {"id": "Dibuka lagi", "en": "Reopened"},
}

MAX_SUBJECT = 200
MAX_TEXT = 10_000
MIN_TEXT = 5
CELL = re.compile(r"[A-Za-z]{1,3}[1-9][0-9]{0,6}")

_PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("alamat surel", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
    # NIK has 16 digits, NIP 18; people write them in groups as well
    ("NIK atau NIP", re.compile(r"(?<!\d)(?:\d[ .-]?){15,17}\d(?!\d)")),
    ("nomor telepon", re.compile(r"(?<![\d.,])(?:\+62|62|0)[ -]?8\d(?:[ -]?\d){6,10}(?!\d)")),
)


def acts_from(state: str, parts: Iterable[str]) -> tuple[Act, ...]:
    """Return the acts that somebody with these parts may do in this state, in table order."""
    held = frozenset(parts)
    return tuple(act for act in ACTS if state in act.from_states and act.part in held)


def parts_for(name: str) -> frozenset[str]:
    """Return every part that some row of the table gives this act to."""
    return frozenset(act.part for act in ACTS if act.name == name)


def label(names: dict[str, dict[str, str]], code: str, lang: str = "id") -> str:
    """Return the name of a code in a language; the code itself where it has no name."""
    found = names.get(code, {})
    return found.get(lang) or found.get("id") or code


def private_data(text: str) -> list[str]:
    """Return the kinds of personal data that a text for everybody must not hold."""
    return [name for name, pattern in _PRIVATE if pattern.search(text)]
