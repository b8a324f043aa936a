"""What the actions of Klinik, Forum and notices take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.klinik import rules as klinik
from ckanext.lppd.logic.schema import Schema, _validators
from ckanext.lppd.notices import rules as notices
from ckanext.lppd.workflow import rules

Validator = Callable[[Any], Any]

# The year of the first LPPD under the law of 2014, and far enough ahead.
YEARS = (2014, 2100)


def text(title: str, maximum: int, minimum: int = 1) -> list[Any]:
    """Return validators of a text that must be there, with bounds on its length."""

    def check(value: Any) -> str:
        cleaned = value.strip() if isinstance(value, str) else ""
        if len(cleaned) < minimum:
            need = f", paling sedikit {minimum} huruf" if minimum > 1 else ""
            raise toolkit.Invalid(f"{title} belum diisi{need}.")
        return _bounded(title, cleaned, maximum)

    return [_present, check]


def _present(key: Any, data: Any, errors: Any, context: Any) -> None:
    """Let a field that is missing be told by the check that follows."""
    if data.get(key) is toolkit.missing:
        data[key] = ""


def optional_text(title: str, maximum: int) -> list[Any]:
    """Return validators of a text that may be left out."""

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise toolkit.Invalid(f"{title} harus berupa teks.")
        return _bounded(title, value.strip(), maximum)

    return [*_validators("ignore_empty"), check]


def _bounded(title: str, cleaned: str, maximum: int) -> str:
    if len(cleaned) > maximum:
        raise toolkit.Invalid(
            f"{title} terlalu panjang: {len(cleaned)} huruf, paling banyak {maximum}."
        )
    if "\x00" in cleaned:
        raise toolkit.Invalid(f"{title} memuat tanda yang tidak dapat disimpan.")
    return cleaned


def choice(title: str, codes: Any) -> list[Any]:
    """Return validators of a code out of a list."""
    allowed = list(codes)

    def check(value: Any) -> str:
        if value not in allowed:
            raise toolkit.Invalid(f"Pilih {title}: {', '.join(allowed)}.")
        return str(value)

    return [_present, check]


def a_date(title: str) -> list[Any]:
    """Return validators of a date written YYYY-MM-DD."""

    def check(value: Any) -> date:
        try:
            found = date.fromisoformat(str(value).strip())
        except ValueError as error:
            raise toolkit.Invalid(
                f"{title} belum diisi atau tidak dapat dibaca. Tulis seperti 2026-03-31."
            ) from error
        if not YEARS[0] <= found.year <= YEARS[1]:
            raise toolkit.Invalid(f"{title}: tahun {found.year} di luar {YEARS[0]}-{YEARS[1]}.")
        return found

    return [_present, check]


def _cell(value: Any) -> str:
    cleaned = str(value).strip()
    if not klinik.CELL.fullmatch(cleaned):
        raise toolkit.Invalid(f'Sel "{cleaned[:20]}" tidak dikenal. Tulis seperti di Excel: D3.')
    return cleaned.upper()


def whole(title: str, maximum: int = 2**31 - 1) -> list[Any]:
    """Return validators of a whole number that the database can hold."""

    def check(value: Any) -> int:
        written = str(value).strip()
        if not (written.isascii() and written.isdigit() and len(written) < 20):
            raise toolkit.Invalid(f"{title} harus berupa bilangan bulat.")
        number = int(written)
        if number > maximum:
            raise toolkit.Invalid(f"{title} terlalu besar.")
        return number

    return [check]


def _optional_whole(title: str, maximum: int = 2**31 - 1) -> list[Any]:
    return [*_validators("ignore_empty"), *whole(title, maximum)]


def _required_whole(title: str) -> list[Any]:
    return [*_validators("not_missing", "not_empty"), *whole(title)]


def _page() -> Schema:
    return {"limit": _optional_whole("limit"), "offset": _optional_whole("offset")}


def _version() -> list[Any]:
    return [*_validators("ignore_missing"), *whole("Versi")]


def _id() -> list[Any]:
    return [*_validators("not_missing", "not_empty", "unicode_safe"), *text("id", 100)[1:]]


def _form_key() -> list[Any]:
    return optional_text("Kunci formulir", 64)


def ask() -> Schema:
    """`lppd_klinik_tanya`."""
    return {
        "kepada": choice("kepada siapa", (rules.WALIDATA, rules.PEMBINA)),
        "topik": choice("topik", klinik.TOPICS),
        "judul": text("Judul", klinik.MAX_SUBJECT, klinik.MIN_TEXT),
        "isi": text("Pertanyaan", klinik.MAX_TEXT, klinik.MIN_TEXT),
        "owner_org": optional_text("Perangkat daerah", 100),
        "isian_id": optional_text("Isian", 100),
        "edisi": optional_text("Edisi", 20),
        "kode": optional_text("Kode indikator", 20),
        "sel": [*_validators("ignore_empty"), _cell],
        "kunci": _form_key(),
    }


def clinic_act() -> Schema:
    """Every act on a thread."""
    return {
        "id": _id(),
        "isi": optional_text("Pesan", klinik.MAX_TEXT),
        "state_seen": optional_text("Keadaan", 20),
        "kunci": _form_key(),
    }


def clinic_list() -> Schema:
    """`lppd_klinik_list`."""
    return {
        "state": optional_text("Keadaan", 20),
        "edisi": optional_text("Edisi", 20),
        "kode": optional_text("Kode indikator", 20),
        "isian_id": optional_text("Isian", 100),
        "q": optional_text("Kata", 200),
        **_page(),
    }


def promote() -> Schema:
    """`lppd_klinik_angkat`."""
    return {
        "id": _id(),
        "pertanyaan": text("Pertanyaan untuk umum", 1000, klinik.MIN_TEXT),
        "jawaban": text("Jawaban untuk umum", klinik.MAX_TEXT, klinik.MIN_TEXT),
        "edisi": optional_text("Edisi", 20),
        "kode": optional_text("Kode indikator", 20),
        "versi": _version(),
    }


def by_id() -> Schema:
    """Actions that take an id alone."""
    return {"id": _id()}


def faq_list() -> Schema:
    """`lppd_faq_list`."""
    return {
        "edisi": optional_text("Edisi", 20),
        "kode": optional_text("Kode indikator", 20),
        "q": optional_text("Kata", 200),
        **_page(),
    }


def visit() -> Schema:
    """`lppd_klinik_pertemuan_catat`."""
    return {
        "id": optional_text("Pertemuan", 100),
        "versi": _version(),
        "owner_org": text("Perangkat daerah", 100),
        "tanggal": a_date("Tanggal"),
        "tempat": text("Tempat", 300),
        "topik": choice("topik", klinik.TOPICS),
        "hal": text("Hal yang dibahas", 2000, klinik.MIN_TEXT),
        "peserta": text("Peserta", 2000),
        "hasil": optional_text("Hasil", klinik.MAX_TEXT),
        "kunci": _form_key(),
    }


def visit_list() -> Schema:
    """`lppd_klinik_pertemuan_list`."""
    return {"tahun": _optional_whole("Tahun")}


def report() -> Schema:
    """`lppd_klinik_laporan`."""
    return {"tahun": _required_whole("Tahun")}


def decision() -> Schema:
    """`lppd_forum_catat`."""
    return {
        "tanggal": a_date("Tanggal"),
        "tempat": text("Tempat", 300),
        "hadir": text("Yang hadir", 3000, klinik.MIN_TEXT),
        "agenda": text("Agenda", 1000, klinik.MIN_TEXT),
        "keputusan": text("Keputusan", klinik.MAX_TEXT, klinik.MIN_TEXT),
        "edisi": optional_text("Edisi", 20),
        "indikator": optional_text("Indikator", 2000),
        "tautan": optional_text("Tautan", 500),
        "keterangan": optional_text("Keterangan", 3000),
        "kunci": _form_key(),
    }


def correction() -> Schema:
    """`lppd_forum_perbaiki`."""
    return {
        **decision(),
        "tahun": _required_whole("Tahun"),
        "nomor": _required_whole("Nomor"),
        "versi": _required_whole("Versi"),
        "alasan": text("Alasan perbaikan", 1000, klinik.MIN_TEXT),
    }


def decision_show() -> Schema:
    """`lppd_forum_show`."""
    return {
        "tahun": _required_whole("Tahun"),
        "nomor": _required_whole("Nomor"),
    }


def decision_list() -> Schema:
    """`lppd_forum_list`."""
    return {"tahun": _optional_whole("Tahun"), **faq_list()}


def notice_list() -> Schema:
    """`lppd_pemberitahuan_list`."""
    return {"belum_dibaca": _validators("ignore_empty", "boolean_validator"), **_page()}


def notice_read() -> Schema:
    """`lppd_pemberitahuan_baca`."""
    return {
        "id": _optional_whole("id", 2**63 - 1),
        "semua": _validators("ignore_empty", "boolean_validator"),
    }


def notice_settings() -> Schema:
    """`lppd_pemberitahuan_atur`."""
    return {
        "frekuensi": choice("seberapa sering", notices.HOURS_BETWEEN),
        "bahasa": choice("bahasa", notices.LANGUAGES),
        "jenis": _validators("ignore_missing", "list_of_strings"),
    }
