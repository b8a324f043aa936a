"""The words of notices and mails, Indonesian and English; plain text, one line each. Pure.

A mail is written outside of any request, so its words do not go through the page's translation.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date

from ckanext.lppd.notices import rules

KIND_LABELS: dict[str, dict[str, str]] = {
    rules.LEWAT: {"id": "Lewat tenggat", "en": "Overdue"},
    rules.TENGGAT: {"id": "Tenggat sudah dekat", "en": "Due soon"},
    rules.DIKEMBALIKAN: {"id": "Dikembalikan untuk diperbaiki", "en": "Returned for correction"},
    rules.KEMBALI_WALIDATA: {
        "id": "Dikembalikan pembina data kepada walidata",
        "en": "Returned by the pembina data to the walidata",
    },
    rules.DIKIRIM: {"id": "Kiriman baru untuk diperiksa", "en": "New submissions to examine"},
    rules.PRIORITAS: {
        "id": "Data prioritas menunggu pembina data",
        "en": "Priority data waiting for the pembina data",
    },
    rules.SUMBANG_LEWAT: {
        "id": "Bagian Anda lewat tenggat",
        "en": "Your part is overdue",
    },
    rules.SUMBANG_TENGGAT: {
        "id": "Tenggat bagian Anda sudah dekat",
        "en": "Your part is due soon",
    },
    rules.SUMBANG_KEMBALI: {
        "id": "Isian dengan bagian Anda dikembalikan",
        "en": "Returned, with a part of yours",
    },
    rules.KONTRIBUSI: {
        "id": "Bagian yang diminta dari perangkat daerah Anda",
        "en": "Parts asked of your agency",
    },
    rules.SUMBANG_DITERIMA: {"id": "Bagian Anda diterima", "en": "Your part was taken"},
    rules.TAHUN: {
        "id": "Tahun dibuka, ditutup, atau final",
        "en": "A year opened, closed or final",
    },
    rules.KLINIK_TANYA: {"id": "Pertanyaan Klinik", "en": "Questions to Klinik"},
    rules.KLINIK_JAWAB: {"id": "Jawaban Klinik", "en": "Answers of Klinik"},
    rules.KLINIK_SELESAI: {"id": "Pertanyaan Klinik ditutup", "en": "Klinik questions closed"},
    rules.DISETUJUI: {"id": "Disetujui", "en": "Approved"},
    rules.TERPUBLIKASI: {"id": "Terpublikasi", "en": "Published"},
    rules.DITARIK: {"id": "Publikasi ditarik", "en": "Publication withdrawn"},
}
FREQUENCY_LABELS: dict[str, dict[str, str]] = {
    rules.LANGSUNG: {"id": "Langsung, setiap ada kabar", "en": "At once, whenever there is news"},
    rules.HARIAN: {"id": "Satu surel sehari", "en": "One mail a day"},
    rules.MINGGUAN: {"id": "Satu surel seminggu", "en": "One mail a week"},
    rules.TIDAK: {"id": "Tidak, cukup di portal", "en": "None, the portal is enough"},
}
LANGUAGE_LABELS = {"id": "Bahasa Indonesia", "en": "English"}

_SENTENCES: dict[str, dict[str, str]] = {
    rules.LEWAT: {
        "id": "{what}: tenggat {due} sudah lewat.",
        "en": "{what}: it was due on {due}.",
    },
    rules.TENGGAT: {
        "id": "{what}: dikirim paling lambat {due}.",
        "en": "{what}: to be sent by {due}.",
    },
    rules.DIKEMBALIKAN: {
        "id": "{what}: dikembalikan oleh {actor}. Baca catatannya, perbaiki, lalu kirim lagi.",
        "en": "{what}: returned by {actor}. Read the note, correct it, and send it again.",
    },
    rules.KEMBALI_WALIDATA: {
        "id": "{what}: dikembalikan pembina data. Periksa lagi.",
        "en": "{what}: returned by the pembina data. Examine it again.",
    },
    rules.DIKIRIM: {
        "id": "{what}: dikirim oleh {actor}.",
        "en": "{what}: sent by {actor}.",
    },
    rules.PRIORITAS: {
        "id": "{what}: lolos walidata, menunggu pemeriksaan pembina data.",
        "en": "{what}: passed by the walidata, waiting for the pembina data.",
    },
    rules.SUMBANG_LEWAT: {
        "id": "{what}: tenggat {due} sudah lewat dan bagian {parts} dari {agency} belum diisi.",
        "en": "{what}: it was due on {due}, and {parts} of {agency} is not filled in.",
    },
    rules.SUMBANG_TENGGAT: {
        "id": "{what}: isi bagian {parts} dari {agency} paling lambat {due}.",
        "en": "{what}: fill in {parts} of {agency} by {due}.",
    },
    rules.SUMBANG_KEMBALI: {
        "id": "{what}: dikembalikan oleh {actor}, termasuk bagian {parts} dari {agency}. Baca "
        "catatannya; perbaiki bila menyangkut bagian Anda.",
        "en": "{what}: returned by {actor}, with {parts} of {agency}. Read the note; correct your "
        "part where it is meant.",
    },
    rules.KONTRIBUSI: {
        "id": "{what}: {agency} diminta mengisi bagian {parts}.",
        "en": "{what}: {agency} is asked for {parts}.",
    },
    rules.SUMBANG_DITERIMA: {
        "id": "{what}: disetujui, bagian {parts} dari {agency} diterima.",
        "en": "{what}: approved, {parts} of {agency} was taken.",
    },
    rules.TAHUN: {"id": "LPPD {year}.", "en": "LPPD {year}."},
    rules.KLINIK_TANYA: {
        "id": "Klinik {number}: {subject} ({actor})",
        "en": "Klinik {number}: {subject} ({actor})",
    },
    rules.KLINIK_JAWAB: {
        "id": "Klinik {number} dijawab: {subject} ({actor})",
        "en": "Klinik {number} answered: {subject} ({actor})",
    },
    rules.KLINIK_SELESAI: {
        "id": "Klinik {number} ditutup: {subject} ({actor})",
        "en": "Klinik {number} closed: {subject} ({actor})",
    },
    rules.DISETUJUI: {"id": "{what}: disetujui.", "en": "{what}: approved."},
    rules.TERPUBLIKASI: {"id": "{what}: terpublikasi.", "en": "{what}: published."},
    rules.DITARIK: {
        "id": "{what}: publikasinya ditarik oleh {actor}. Lihat alasannya di riwayat.",
        "en": "{what}: its publication was withdrawn by {actor}. See the reason in the history.",
    },
}
# what happened to a year; `number` indicators are the person's, `open` of them are not sent
_YEAR_SENTENCES: dict[str, dict[str, str]] = {
    "buka": {
        "id": "Pengisian data LPPD {year} dibuka: {number} indikator untuk perangkat daerah Anda.",
        "en": "Filling in the LPPD data of {year} is open: {number} indicators for your agency.",
    },
    "tutup": {
        "id": "Pengisian data LPPD {year} ditutup; {open} dari {number} indikator perangkat daerah "
        "Anda belum dikirim. Yang sudah dikirim tetap diperiksa.",
        "en": "Filling in the LPPD data of {year} is closed; {open} of the {number} indicators of "
        "your agency were not sent. What was sent is examined all the same.",
    },
    "buka_kembali": {
        "id": "Pengisian data LPPD {year} dibuka kembali: {text}",
        "en": "Filling in the LPPD data of {year} was reopened: {text}",
    },
    "finalkan": {
        "id": "Data LPPD {year} ditetapkan final dan tidak berubah lagi.",
        "en": "The LPPD data of {year} were declared final and do not change any more.",
    },
}


class _Known(dict[str, str]):
    """What a sentence may need; what is not known is left out of it."""

    def __missing__(self, key: str) -> str:
        return "…"


def one_line(text: Any) -> str:
    """Return text without line breaks or control characters: safe in a mail's head and its list."""
    cleaned = "".join(c if c.isprintable() else " " for c in str("" if text is None else text))
    return " ".join(cleaned.split())


def label(names: dict[str, dict[str, str]], code: str, lang: str) -> str:
    """Return the name of a code in a language; the code itself where it has no name."""
    return names.get(code, {}).get(lang) or code


def sentence(kind: str, data: dict[str, Any], lang: str) -> str:
    """Return what a notice says, on one line."""
    lang = lang if lang in rules.LANGUAGES else "id"
    known = _Known({key: one_line(value) for key, value in data.items()})
    what = [known.get("code") or "", known.get("name") or known.get("title") or ""]
    known["what"] = " ".join(filter(None, what)) or "LPPD"
    if known.get("year"):
        known["what"] += f" ({known['year']})"
    if known.get("due"):
        due = date.fromisoformat(known["due"])
        known["due"] = format_date(due, "d MMMM y", locale=lang)
    sentences = _SENTENCES.get(kind, {})
    if kind == rules.TAHUN:
        sentences = _YEAR_SENTENCES.get(known.get("act") or "", sentences)
    pattern = sentences.get(lang) or "{what}"
    return pattern.format_map(known)
