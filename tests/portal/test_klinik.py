"""Klinik: who asks, answers, reads; the thread's states; the public FAQ; visits; the report."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ckanext.lppd.klinik import report, rules
from ckanext.lppd.model import Isian, QuestionMessage
from tests.portal.conftest import CODE, EDITION, PEOPLE, City

QUESTION: dict[str, Any] = {
    "kepada": "pembina",
    "topik": "cara_hitung",
    "judul": "Penyebut penduduk",
    "isi": "Apakah penyebutnya penduduk pertengahan tahun?",
}
EVERYBODY = (*PEOPLE, "sysadmin", "anonim")


def ask(city: City, who: str = "produsen", **data: Any) -> dict[str, Any]:
    """Ask a question."""
    return city.call(who, "lppd_klinik_tanya", **{**QUESTION, **data})


def outcome(city: City, who: str, action: str, **data: Any) -> str:
    """Return what became of a call: `done`, `refused` or `invalid`."""
    try:
        city.call(who, action, **data)
    except toolkit.NotAuthorized:
        model.Session.rollback()
        return "refused"
    except toolkit.ValidationError:
        model.Session.rollback()
        return "invalid"
    return "done"


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_asks(city: City, who: str) -> None:
    """Editors and admins of an agency with a part ask; the pembina does not ask itself."""
    wanted = "done" if who in {"produsen", "produsen2", "produsen_lain"} else "refused"
    if who in {"walidata", "walidata2"}:
        wanted = "done"
    if who == "pembina":
        wanted = "invalid"
    assert outcome(city, who, "lppd_klinik_tanya", **QUESTION) == wanted


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads(city: City, who: str) -> None:
    """The asking agency, walidata, pembina, pengawas; nobody else, not even its title."""
    question = ask(city)
    readers = {"produsen", "produsen2", "anggota", "walidata", "walidata2", "pembina", "pengawas"}
    readers.add("sysadmin")
    wanted = "done" if who in readers else "refused"
    assert outcome(city, who, "lppd_klinik_show", id=question["id"]) == wanted
    if who == "anonim":
        assert outcome(city, who, "lppd_klinik_list") == "refused"
    else:
        count = city.call(who, "lppd_klinik_list")["count"]
        assert count == (1 if who in readers else 0)


PART = {
    "produsen": rules.PENANYA,
    "produsen2": rules.PENANYA,
    "walidata": rules.PENJAWAB,
    "walidata2": rules.PENJAWAB,
    "pembina": rules.PENJAWAB,
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_part_by_state_by_act(city: City, who: str) -> None:
    """Every act in every state by everybody: exactly what the table says."""
    question = ask(city)
    for state in rules.STATE_LABELS:
        for name in sorted({act.name for act in rules.ACTS}):
            _set_state(question["id"], state)
            parts = {PART[who]} if who in PART else set()
            row = next((a for a in rules.acts_from(state, parts) if a.name == name), None)
            got = outcome(
                city, who, f"lppd_klinik_{name}", id=question["id"], isi="pesan yang cukup"
            )
            if not parts & rules.parts_for(name):
                assert got == "refused", (state, name, got)
            else:
                assert got == ("done" if row else "invalid"), (state, name, got)
        if who in PART:
            _set_state(question["id"], state)
            shown = city.call(who, "lppd_klinik_show", id=question["id"])["acts"]
            wanted = {a.name for a in rules.acts_from(state, {PART[who]})}
            assert set(shown) == wanted


def _set_state(question_id: str, state: str) -> None:
    model.Session.execute(
        text("UPDATE lppd_question SET state = :state WHERE id = :id"),
        {"state": state, "id": question_id},
    )
    model.Session.commit()


def test_a_thread_to_its_end(city: City, isian: Isian) -> None:
    question = ask(city, isian_id=isian.id, sel="d3")
    assert (question["kode"], question["edisi"], question["sel"]) == (CODE, EDITION, "D3")
    assert question["nomor"].startswith("1/")
    answered = city.call(
        "pembina", "lppd_klinik_jawab", id=question["id"], isi="Ya, pertengahan tahun."
    )
    assert (answered["state"], bool(answered["dijawab"])) == ("dijawab", True)
    first = answered["dijawab"]
    asked_back = city.call(
        "produsen2", "lppd_klinik_tambah", id=question["id"], isi="Juga untuk kecamatan?"
    )
    assert asked_back["state"] == "diajukan"
    answered = city.call("walidata", "lppd_klinik_jawab", id=question["id"], isi="Ya, juga itu.")
    assert answered["dijawab"] == first
    closed = city.call("produsen", "lppd_klinik_selesai", id=question["id"])
    assert closed["state"] == "selesai"
    reopened = city.call(
        "produsen", "lppd_klinik_buka_lagi", id=question["id"], isi="Masih ada yang belum jelas."
    )
    assert reopened["state"] == "diajukan"
    assert [m["act"] for m in reopened["pesan"]] == [
        "tanya",
        "jawab",
        "tambah",
        "jawab",
        "selesai",
        "buka_lagi",
    ]
    assert reopened["pesan"][1]["role"] == "pembina"


def test_the_state_that_was_seen_counts(city: City) -> None:
    question = ask(city)
    city.call("pembina", "lppd_klinik_jawab", id=question["id"], isi="Ya, memang begitu.")
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call(
            "produsen",
            "lppd_klinik_tambah",
            id=question["id"],
            isi="Tolong dijawab",
            state_seen="diajukan",
        )
    assert refusal.value.error_dict["state_now"] == ["dijawab"]


def test_the_same_form_twice_is_one_question_and_one_answer(city: City) -> None:
    first, again = ask(city, kunci="k1"), ask(city, kunci="k1")
    assert first["id"] == again["id"]
    assert ask(city, kunci="k2")["id"] != first["id"]
    for _ in range(2):
        thread = city.call(
            "pembina", "lppd_klinik_jawab", id=first["id"], isi="Jawaban saya.", kunci="k1"
        )
    assert len(thread["pesan"]) == 2


def test_bad_input_is_named_field_by_field(city: City) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call(
            "produsen",
            "lppd_klinik_tanya",
            kepada="presiden",
            topik="x",
            judul="x" * 300,
            isi=" ",
            sel="baris tiga",
            kode="9.z.9",
        )
    errors = refusal.value.error_dict
    assert set(errors) == {"kepada", "topik", "judul", "isi", "sel"}
    assert "300 huruf, paling banyak 200" in errors["judul"][0]
    with pytest.raises(toolkit.ValidationError) as refusal:
        ask(city, edisi=EDITION, kode="9.z.9")
    assert "9.z.9" in refusal.value.error_dict["kode"][0]
    with pytest.raises(toolkit.ValidationError):
        ask(city, judul="nul\x00nul nul")
    assert outcome(city, "produsen", "lppd_klinik_tanya", **QUESTION, owner_org="dinkes") == (
        "refused"
    )


def test_messages_are_never_changed_or_removed(city: City) -> None:
    ask(city)
    for statement in (
        "UPDATE lppd_question_message SET body = 'x'",
        "DELETE FROM lppd_question_message",
    ):
        with pytest.raises(DBAPIError, match="never changed"):
            model.Session.execute(text(statement))
        model.Session.rollback()
    assert model.Session.query(QuestionMessage).count() == 1


def answered(city: City, **data: Any) -> dict[str, Any]:
    """Ask about the indicator and have it answered."""
    question = ask(city, edisi=EDITION, kode=CODE, **data)
    return city.call("pembina", "lppd_klinik_jawab", id=question["id"], isi="Ya, begitu.")


PUBLIC = {"pertanyaan": "Penyebut mana yang dipakai?", "jawaban": "Penduduk pertengahan tahun."}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_publishes_in_the_faq(city: City, who: str) -> None:
    question = answered(city)
    wanted = "done" if who in {"walidata", "walidata2", "pembina"} else "refused"
    assert outcome(city, who, "lppd_klinik_angkat", id=question["id"], **PUBLIC) == wanted
    if wanted == "refused":
        city.call("walidata", "lppd_klinik_angkat", id=question["id"], **PUBLIC)
    assert outcome(city, who, "lppd_klinik_turunkan", id=question["id"]) == wanted


def test_the_faq_holds_what_was_written_for_everybody_only(city: City) -> None:
    question = answered(city, judul="Rahasia Budi", isi="NIK Budi 1271012345678901 benar?")
    assert city.call("anonim", "lppd_faq_list")["count"] == 0
    for private in ("hubungi budi@medan.go.id", "NIK 1271 0123 4567 8901", "WA 0812-3456-7890"):
        with pytest.raises(toolkit.ValidationError) as refusal:
            city.call(
                "walidata",
                "lppd_klinik_angkat",
                id=question["id"],
                **{**PUBLIC, "jawaban": private},
            )
        assert "jawaban" in refusal.value.error_dict, private
    data = {**PUBLIC, "edisi": EDITION, "kode": CODE}
    city.call("walidata", "lppd_klinik_angkat", id=question["id"], versi=0, **data)
    found = city.call("anonim", "lppd_faq_list", edisi=EDITION, kode=CODE)
    assert found["count"] == 1
    assert "Budi" not in str(found)
    assert city.call("anonim", "lppd_faq_list", q="pertengahan")["count"] == 1
    assert city.call("anonim", "lppd_faq_list", q="100%_")["count"] == 0
    assert city.call("anonim", "lppd_faq_list", edisi=EDITION, kode="A")["count"] == 0
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("pembina", "lppd_klinik_angkat", id=question["id"], versi=0, **data)
    assert "versi" in refusal.value.error_dict
    city.call("pembina", "lppd_klinik_turunkan", id=question["id"])
    assert city.call("anonim", "lppd_faq_list")["count"] == 0
    again = city.call("pembina", "lppd_klinik_angkat", id=question["id"], versi=2, **data)
    assert again["faq"]["versi"] == 3


def test_an_unanswered_question_is_not_published(city: City) -> None:
    question = ask(city)
    with pytest.raises(toolkit.ValidationError):
        city.call("walidata", "lppd_klinik_angkat", id=question["id"], **PUBLIC)


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("Nilai 12.345.678 dan 98,63 dari 2.435.252 jiwa pada 2024 dan 2025", []),
        ("NIP 19800101 200501 1 001", ["NIK atau NIP"]),
        ("telepon +62 812 3456 789", ["nomor telepon"]),
        ("kirim ke a.b@c.go.id", ["alamat surel"]),
    ],
)
def test_what_counts_as_private(value: str, kinds: list[str]) -> None:
    assert rules.private_data(value) == kinds


VISIT = {
    "owner_org": "disdukcapil",
    "tanggal": "2026-02-10",
    "tempat": "Kantor Disdukcapil",
    "topik": "metadata",
    "hal": "Pengisian MS-Ind",
    "peserta": "BPS 2 orang, Disdukcapil 3 orang",
}


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_records_and_reads_appointments(city: City, who: str) -> None:
    wanted = "done" if who in {"walidata", "walidata2", "pembina"} else "refused"
    assert outcome(city, who, "lppd_klinik_pertemuan_catat", **VISIT) == wanted
    if wanted == "refused":
        city.call("pembina", "lppd_klinik_pertemuan_catat", **VISIT)
    if who == "anonim":
        assert outcome(city, who, "lppd_klinik_pertemuan_list") == "refused"
        return
    blind = {"produsen_lain", "perencana", "orang_luar"}
    assert len(city.call(who, "lppd_klinik_pertemuan_list")) == (0 if who in blind else 1)


def test_the_same_form_records_one_appointment(city: City) -> None:
    def record(who: str, key: str) -> str:
        return str(city.call(who, "lppd_klinik_pertemuan_catat", **VISIT, kunci=key)["id"])

    first = record("pembina", "kunci-1")
    assert record("pembina", "kunci-1") == first
    assert len({first, record("pembina", "kunci-2"), record("walidata", "kunci-1")}) == 3
    assert len(city.call("pembina", "lppd_klinik_pertemuan_list")) == 3


def test_an_outcome_is_added_as_a_new_version(city: City) -> None:
    first = city.call("pembina", "lppd_klinik_pertemuan_catat", **VISIT)
    change = {**VISIT, "id": first["id"], "versi": 1, "hasil": "MS-Ind disepakati"}
    second = city.call("walidata", "lppd_klinik_pertemuan_catat", **change)
    assert (second["versi"], second["hasil"]) == (2, "MS-Ind disepakati")
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("pembina", "lppd_klinik_pertemuan_catat", **change)
    assert "versi" in refusal.value.error_dict
    assert len(city.call("pengawas", "lppd_klinik_pertemuan_list")) == 1
    with pytest.raises(toolkit.ValidationError) as refusal:
        city.call("pembina", "lppd_klinik_pertemuan_catat", **{**VISIT, "tanggal": "besok"})
    assert "2026-03-31" in refusal.value.error_dict["tanggal"][0]


def test_the_yearly_report(city: City, isian: Isian) -> None:
    question = answered(city)
    ask(city, "produsen_lain", judul="=HYPERLINK(1)", topik="berkas")
    year = int(question["nomor"].split("/")[1])
    city.call("pembina", "lppd_klinik_pertemuan_catat", **{**VISIT, "tanggal": f"{year}-02-10"})
    found = city.call("pengawas", "lppd_klinik_laporan", tahun=year)
    assert (found["total"]["asked"], found["total"]["answered"], found["total"]["quick"]) == (
        2,
        1,
        1,
    )
    assert {one["name"] for one in found["perangkat_daerah"]} == {"Disdukcapil", "Dinkes"}
    assert len(found["urusan"]) == 2 and len(found["topik"]) == 2
    assert len(found["pertemuan"]) == 1
    assert city.call("perencana", "lppd_klinik_laporan", tahun=year)["pertemuan"] == []
    for who in ("produsen", "orang_luar", "anonim"):
        assert outcome(city, who, "lppd_klinik_laporan", tahun=year) == "refused"


def test_downloads_hold_text_as_text(city: City) -> None:
    evil = '=HYPERLINK("http://x";"klik")'
    city.call("pembina", "lppd_klinik_pertemuan_catat", **{**VISIT, "hal": evil, "hasil": "a\x07b"})
    found = report.of_year(2026)
    sheet = load_workbook(io.BytesIO(report.as_xlsx(found)))["Pertemuan"]
    cell = sheet["E2"]
    assert (cell.value, cell.data_type) == (evil, "s")
    assert sheet["G2"].value == "ab"
    assert "'=HYPERLINK" in report.as_csv(found).decode("utf-8-sig")


def test_working_days() -> None:
    friday, monday = date(2026, 1, 2), date(2026, 1, 5)
    assert report.working_days(friday, monday) == 1
    assert report.working_days(friday, friday) == 0
