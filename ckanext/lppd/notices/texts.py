"""The words of notices and mails, Indonesian and English; plain text, one line each. Pure.

A mail is written outside of any request, so its words do not go through the page's translation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from ckanext.lppd.notices import rules

MAX_LISTED = 30

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
    rules.KONTRIBUSI: {"id": "Bagian dari perangkat daerah lain", "en": "Parts of other agencies"},
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
    rules.KONTRIBUSI: {"id": "{what}: {text}", "en": "{what}: {text}"},
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
_MAIL: dict[str, dict[str, str]] = {
    "id": {
        "subject": "{site}: {count} pemberitahuan LPPD",
        "greeting": "Yth. {name},",
        "more": "dan {count} lainnya, di daftar pemberitahuan di portal",
        "list": "Semua pemberitahuan: {url}",
        "why": "Surel ini dikirim karena Anda terdaftar di {site}.",
        "stop": "Ubah seberapa sering, pilih jenisnya, atau hentikan: {url}",
    },
    "en": {
        "subject": "{site}: {count} LPPD notices",
        "greeting": "Dear {name},",
        "more": "and {count} more, in the list of notices on the portal",
        "list": "All notices: {url}",
        "why": "You receive this mail because you have an account on {site}.",
        "stop": "Change how often, choose the kinds, or stop: {url}",
    },
}


class _Known(dict[str, str]):
    """What a sentence may need; what is not known is left out of it."""

    def __missing__(self, key: str) -> str:
        return "…"


def one_line(text: Any) -> str:
    """Return text without line breaks or control characters: safe in a mail's head and its list."""
    cleaned = "".join(c if c.isprintable() else " " for c in str(text or ""))
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
    pattern = _SENTENCES.get(kind, {}).get(lang) or "{what}"
    return pattern.format_map(known)


@dataclass(frozen=True)
class Line:
    """One notice of a mail: its kind, what it says, where it leads."""

    kind: str
    text: str
    url: str


@dataclass(frozen=True)
class Mail:
    """A digest, ready to be sent."""

    subject: str
    body: str


def digest(
    name: str, site: str, lines: Sequence[Line], lang: str, list_url: str, settings_url: str
) -> Mail:
    """Return one plain-text mail with every notice of a person, by kind, most urgent kind first.

    At most `MAX_LISTED` are written out; the true number is told.
    """
    words = _MAIL[lang if lang in _MAIL else "id"]
    order = {kind: position for position, kind in enumerate(rules.KINDS)}
    ranked = sorted(lines, key=lambda line: order.get(line.kind, len(order)))
    out = [words["greeting"].format(name=one_line(name)), ""]
    shown = ranked[:MAX_LISTED]
    for kind in dict.fromkeys(line.kind for line in shown):
        number = sum(1 for line in ranked if line.kind == kind)
        out.append(f"{label(KIND_LABELS, kind, lang)} ({number})")
        for line in (line for line in shown if line.kind == kind):
            out += [f"- {line.text}", f"  {line.url}"]
        out.append("")
    if len(ranked) > len(shown):
        out += [words["more"].format(count=len(ranked) - len(shown)), ""]
    out += [
        words["list"].format(url=list_url),
        "",
        "-- ",
        words["why"].format(site=one_line(site)),
        words["stop"].format(url=settings_url),
        "",
    ]
    subject = words["subject"].format(site=one_line(site), count=len(ranked))
    if len(ranked) == 1:
        subject = f"{one_line(site)}: {ranked[0].text}"[:180]
    return Mail(subject, "\n".join(out))
