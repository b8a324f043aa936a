"""Wrong input on every form of ours: nothing typed is lost, the page says what to do.

The table names each form, who fills it in, what is wrong, and what the page says. Each row is
sent from the page itself, with JavaScript and without. `required` and the like are taken out of
the form first: a browser that knows them refuses earlier, but not every browser does.
`test_every_form_is_in_the_table` fails for a form that no row names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Someone
from tests.browser.pages import PAGES, PEMBINA, PLANNER, PRODUCER, WALIDATA

LONG = "Alasan yang ditulis panjang lebar,\nlebih dari satu baris."
FILE = {"name": "foto.exe", "mimeType": "application/octet-stream", "buffer": b"MZ bukan tabel"}


@dataclass(frozen=True)
class Wrong:
    """One form with wrong input.

    `action` is the end of the form's address; `typed` is field -> what is typed into it (a file
    field with FILE); `says` stands in the message; `button` where the form has several.
    """

    name: str
    who: str
    path: str
    action: str
    typed: dict[str, object]
    says: str
    button: str = ""
    lost: frozenset[str] = field(default_factory=frozenset)


NUMBER = "n:12.71:pembilang"
TABLE: tuple[Wrong, ...] = (
    Wrong(
        "unggah",
        PRODUCER,
        "/lppd/isian/{belum_diisi}",
        "/unggah",
        {"upload": FILE, "peran": "rincian"},
        "CSV",
        lost=frozenset({"upload"}),
    ),
    Wrong(
        "isi-coba",
        PRODUCER,
        "/lppd/isian/{belum_diisi}",
        "/isi",
        {NUMBER: "1.234", "n:12.71:penyebut": "2000", "n:12.71:keterangan": "Semua lurah"},
        "dapat berarti",
        "Periksa dulu",
    ),
    Wrong(
        "nyatakan-tanpa-alasan",
        PRODUCER,
        "/lppd/isian/{belum_diisi}",
        "/nyatakan",
        {"jenis": "nihil", "reason": "ya"},
        "alasan",
    ),
    Wrong(
        "nyatakan-tanpa-tanggal",
        PRODUCER,
        "/lppd/isian/{belum_diisi}",
        "/nyatakan",
        {"jenis": "belum_tersedia", "reason": LONG},
        "Isi tanggal",
    ),
    Wrong(
        "bukti",
        PRODUCER,
        "/lppd/isian/{draf}",
        "/bukti",
        {"judul": "Rekap DKB", "dokumen": "lainnya", "bukti": FILE},
        "bukan PDF",
        lost=frozenset({"bukti"}),
    ),
    Wrong(
        "bukti-tanpa-judul",
        PRODUCER,
        "/lppd/isian/{draf}",
        "/bukti",
        {"judul": " ", "dokumen": "lainnya", "bukti": FILE},
        "Tulis judul",
        lost=frozenset({"bukti", "judul"}),
    ),
    Wrong(
        "ubah-sel",
        PRODUCER,
        "/lppd/isian/{draf}",
        "/ubah-sel",
        {"sel": "ZZ99", "nilai": "tujuh puluh"},
        "ZZ99",
    ),
    Wrong(
        "kembalikan",
        WALIDATA,
        "/lppd/isian/{menunggu_walidata}",
        "/kembalikan",
        {"reason_code": "angka_salah", "note": "ya", "cells": "D2, E2"},
        "Tulis alasannya",
    ),
    Wrong(
        "catatan",
        WALIDATA,
        "/lppd/isian/{menunggu_walidata}",
        "/catatan",
        {"sel": "kolom tiga", "tempat": "kolom:pembilang", "teks": LONG},
        "seperti D3",
    ),
    Wrong(
        "catatan-kosong",
        WALIDATA,
        "/lppd/isian/{menunggu_walidata}",
        "/catatan",
        {"sel": "D2", "tempat": "umum", "teks": ""},
        "Tulis catatannya",
    ),
    Wrong(
        "terbitkan",
        WALIDATA,
        "/lppd/isian/{disetujui}",
        "/terbitkan",
        {},
        "Centang kotak ini",
    ),
    Wrong(
        "tarik-publikasi",
        WALIDATA,
        "/lppd/isian/{terpublikasi}",
        "/tarik-publikasi",
        {"note": LONG},
        "Centang kotak ini",
    ),
    Wrong(
        "tarik-publikasi-tanpa-alasan",
        WALIDATA,
        "/lppd/isian/{terpublikasi}",
        "/tarik-publikasi",
        {"note": "ya", "confirm": True},
        "Tulis alasannya",
        lost=frozenset({"confirm"}),
    ),
    Wrong(
        "revisi",
        PRODUCER,
        "/lppd/isian/{terpublikasi}",
        "/revisi",
        {"note": "ya"},
        "Tulis alasannya",
    ),
    Wrong(
        "buku-kerja",
        PRODUCER,
        "/lppd/buku-kerja/2025/2025/dinsos",
        "/buku-kerja/2025/2025/dinsos",
        {"upload": FILE},
        ".xlsx",
        "Unggah dan simpan",
        lost=frozenset({"upload"}),
    ),
    Wrong(
        "tugaskan",
        PLANNER,
        "/lppd/isian/{belum_diisi}",
        "/tugaskan",
        {"owner_org": "tidak-ada", "due": "2026-02-15", "prioritas": True},
        "Perangkat daerah ini tidak ada",
        lost=frozenset({"owner_org"}),
    ),
    Wrong(
        "buka-tahun",
        PLANNER,
        "/lppd/kelengkapan",
        "/tahun",
        {"tahun": "1999", "prioritas": "1.a.1, 2.f.1"},
        "tidak mencakup",
    ),
    Wrong(
        "buka-tahun-prioritas",
        PLANNER,
        "/lppd/kelengkapan",
        "/tahun",
        {"tahun": "2025", "prioritas": "9.z.9"},
        "9.z.9",
    ),
    Wrong(
        "rencanakan-tahun",
        PLANNER,
        "/lppd/penugasan",
        "/penugasan/rencanakan",
        {"tahun": "dua ribu"},
        "empat angka",
    ),
    Wrong(
        "penugasan",
        PLANNER,
        "/lppd/penugasan?q=1.f.1",
        "/penugasan/simpan",
        {"tenggat-1.f.1": "2026-02-15", "pd-1.f.1": "tidak-ada"},
        "tidak ada",
        lost=frozenset({"pd-1.f.1"}),
    ),
    Wrong(
        "penugasan-unggah",
        PLANNER,
        "/lppd/penugasan",
        "/penugasan/unggah",
        {"upload": FILE},
        ".xlsx",
        lost=frozenset({"upload"}),
    ),
    Wrong(
        "salin-tahun",
        PLANNER,
        "/lppd/penugasan",
        "/penugasan/salin",
        {"dari": "2025", "ke": "2025"},
        "tahun lain",
    ),
    Wrong(
        "klinik-tanya",
        PRODUCER,
        "/lppd/klinik/tanya",
        "/klinik/tanya",
        {
            "kepada": "pembina",
            "topik": "standar_data",
            "kode": "9.z.9",
            "judul": "Siapa dihitung?",
            "isi": LONG,
        },
        "9.z.9",
    ),
    Wrong(
        "klinik-tanya-sel",
        PRODUCER,
        "/lppd/klinik/tanya",
        "/klinik/tanya",
        {
            "kepada": "walidata",
            "topik": "standar_data",
            "sel": "baris dua",
            "judul": "Siapa dihitung?",
            "isi": LONG,
        },
        "D3",
    ),
    Wrong(
        "klinik-tambah",
        PRODUCER,
        "/lppd/klinik/{pertanyaan}",
        "/tambah",
        {"isi": " "},
        "Tulis",
        lost=frozenset({"isi"}),
    ),
    Wrong(
        "klinik-jawab",
        PEMBINA,
        "/lppd/klinik/{pertanyaan_terbuka}",
        "/jawab",
        {"isi": " "},
        "Tulis",
        lost=frozenset({"isi"}),
    ),
    Wrong(
        "klinik-umum",
        PEMBINA,
        "/lppd/klinik/{pertanyaan}",
        "/faq/terbitkan",
        {"pertanyaan": "Siapa yang dihitung?", "jawaban": "Hubungi budi@example.org"},
        "surel",
    ),
    Wrong(
        "pertemuan",
        PEMBINA,
        "/lppd/klinik/pertemuan/catat",
        "/klinik/pertemuan/catat",
        {
            "owner_org": "Dinas Sosial",
            "tanggal": "1999-01-01",
            "tempat": "BPS",
            "topik": "standar_data",
            "hal": "Batas umur",
            "peserta": "Budi Ginting",
            "hasil": LONG,
        },
        "1999",
    ),
    Wrong(
        "pertemuan-ubah",
        PEMBINA,
        "/lppd/klinik/pertemuan/{kunjungan}",
        "/klinik/pertemuan/{kunjungan}",
        {"hal": "ya", "hasil": LONG},
        "Hal yang dibahas",
    ),
    Wrong(
        "forum",
        PLANNER,
        "/lppd/forum/catat",
        "/forum/catat",
        {
            "tanggal": "2025-10-15",
            "tempat": "Bappeda",
            "hadir": "Bappeda, BPS",
            "agenda": "Penduduk di panti",
            "keputusan": LONG,
            "indikator": "9.z.9",
        },
        "9.z.9",
    ),
    Wrong(
        "forum-perbaiki",
        PLANNER,
        "/lppd/forum/2025/1/perbaiki",
        "/forum/2025/1/perbaiki",
        {"alasan": "", "keputusan": LONG},
        "Alasan",
    ),
    Wrong(
        "pengaturan",
        PRODUCER,
        "/lppd/pemberitahuan/pengaturan",
        "/pemberitahuan/pengaturan",
        {"bahasa": "xx"},
        "bahasa",
        lost=frozenset({"bahasa"}),
    ),
)

# forms with nothing to type: a button alone, or one that only shows something
BUTTONS = frozenset(
    {
        "/ajukan",
        "/tarik",
        "/setujui",
        "/periksa",
        "/selesai",
        "/hapus",
        "/pulihkan",
        "/jawab",
        "/penugasan/tahun",
        "/penugasan/unggahan/{unggahan}",
        "/faq/turunkan",
        "/buka",
        "/pemberitahuan/baca",
        "/kelola",
        "/kirim",
        "/antrean/ambil",
        "/organisasi",
        "/batalkan-revisi",
        "/catatan/selesai",
        "/sahkan",
        "/buka-lagi",
    }
)


def form_of(page: Page, row: Wrong, isian: dict[str, str]) -> Locator:
    """Return the form of a row, opened, without what a browser refuses by itself."""
    action = row.action.format(**isian)
    form = page.locator(f"form[method=post][action$='{action}']").first
    form.evaluate(
        """form => {
            form.noValidate = true;
            for (let at = form; at; at = at.parentElement) if (at.tagName === 'DETAILS')
                at.open = true;
            for (const one of form.querySelectorAll('details')) one.open = true;
        }"""
    )
    return form


def fill(form: Locator, name: str, value: object) -> None:
    """Put a value into a field as a person would; a choice that is not offered is added first."""
    place = form.locator(f"[name='{name}']").last
    kind = place.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if kind == "file":
        place.set_input_files([value])  # type: ignore[list-item]
    elif kind == "checkbox":
        place.set_checked(bool(value))
    elif kind == "select":
        place.evaluate(
            """(e, value) => {
                let found = [...e.options].find(o => [o.value, o.text].includes(value));
                if (!found) e.add(found = new Option(value, value));
                e.value = found.value;
            }""",
            value,
        )
    elif kind == "hidden":
        place.evaluate("(e, value) => { e.value = value }", value)
    else:
        place.fill(str(value))


def send(form: Locator, row: Wrong) -> None:
    """Press the button of the form."""
    named = form.get_by_role("button", name=row.button, exact=True)
    (named if row.button else form.locator("button[type=submit]")).first.click()


def still_there(page: Page, row: Wrong, isian: dict[str, str]) -> dict[str, tuple[object, object]]:
    """Return field -> (typed, there now) of every field that did not keep what was typed."""
    form = page.locator(f"form[method=post][action$='{row.action.format(**isian)}']")
    lost: dict[str, tuple[object, object]] = {}
    for name, value in row.typed.items():
        if name in row.lost:
            continue
        now = [
            there
            for one in form.locator(f"[name='{name}']").all()
            for there in one.evaluate(
                "e => [e.type === 'checkbox' ? e.checked : e.value, e.selectedOptions?.[0]?.text]"
            )
        ]
        if value not in now:
            lost[name] = (value, now)
    return lost


@pytest.mark.parametrize("script", [True, False], ids=["js", "nojs"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_wrong_input_is_told_and_kept(
    someone: Someone, isian: dict[str, str], row: Wrong, script: bool
) -> None:
    page = someone(row.who, script=script)
    answer = page.goto(row.path.format(**isian))
    assert answer is not None and answer.status == 200
    form = form_of(page, row, isian)
    for name, value in row.typed.items():
        fill(form, name, value)
    send(form, row)
    expect(page.locator(".lppd-page")).to_contain_text(row.says)
    told = page.locator(".lppd-page").locator("[role=alert], [role=status], .lppd-error")
    assert row.says.casefold() in " ".join(told.all_inner_texts()).casefold()
    assert not still_there(page, row, isian)
    # the form is open again where it was folded
    if row.button != "Periksa dulu":
        expect(page.locator("#galat, [role=alert]").first).to_be_visible()


def test_every_form_is_in_the_table(someone: Someone, isian: dict[str, str]) -> None:
    found: set[str] = set()
    for one in PAGES:
        if one.endpoint is None:
            continue
        page = someone(one.who)
        page.goto(one.address(isian))
        found |= set(
            page.locator(".lppd-page form[method=post]").evaluate_all(
                "forms => forms.map(form => form.getAttribute('action'))"
            )
        )
    named = {row.action.format(**isian) for row in TABLE} | {end.format(**isian) for end in BUTTONS}
    # Tugas Saya names the agency of a workbook by its id
    named.add("/buku-kerja/2025/2025/ID")
    actions = {re.sub(r"(?<=2025/)[0-9a-f-]{36}", "ID", action) for action in found}
    left = {one for one in actions if not any(one.split("?")[0].endswith(end) for end in named)}
    assert left == set()
