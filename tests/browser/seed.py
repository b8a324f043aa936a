"""Run as a script inside CKAN: `seed.py INI empty`, `people PASSWORD` or `states`."""

from __future__ import annotations

import base64
import io
import json
import sys
from typing import Any

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.plugins import toolkit
from sqlalchemy import create_engine, text
from werkzeug.datastructures import FileStorage

from ckanext.lppd.katalog import example_csv
from ckanext.lppd.model.katalog_store import get_edisi

# name, full name, organisation, capacity
PEOPLE = (
    ("produsen", "Rina Siregar", "disdukcapil", "editor"),
    ("produsen-kesehatan", "Lina Tarigan", "dinkes", "editor"),
    ("produsen-sosial", "Budi Ginting", "dinsos", "editor"),
    ("produsen-pemuda", "Tono Sitepu", "dispora", "editor"),
    ("walidata", "Dedi Lubis", "diskominfo", "editor"),
    ("walidata2", "Sari Nasution", "diskominfo", "admin"),
    ("pembina", "Ahmad Harahap", "bps-kota-medan", "editor"),
    ("perencana", "Maya Sinaga", "bappeda", "member"),
    ("pengawas", "Ratna Nainggolan", "inspektorat", "member"),
    ("admin-portal", "Administrator", None, None),
)
EDITION, YEAR = "2025", 2025
# one indicator of the second agency for each state
STATES = {
    "belum_diisi": "1.f.1",
    "draf": "1.f.2",
    "menunggu_walidata": "1.f.3",
    "dikembalikan": "1.f.4",
    "disetujui": "1.f.5",
    "terpublikasi": "1.f.6",
}
# priority data of the third agency, which the walidata approved
PRIORITY = ("2.m.1", "2.m.2", "2.m.3", "2.m.4")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def empty(url: str) -> None:
    """Drop everything that the database user owns in the test database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP OWNED BY CURRENT_USER CASCADE"))
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS public"))
    engine.dispose()


def people(password: str) -> None:
    """Make one person for each part and open a year."""
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: dict[str, Any] = {"user": site_user, "ignore_auth": True}
    for name, fullname, agency, capacity in PEOPLE:
        toolkit.get_action("user_create")(
            dict(context),
            {
                "name": name,
                "fullname": fullname,
                "email": f"{name}@example.org",
                "password": password,
            },
        )
        if agency:
            toolkit.get_action("organization_member_create")(
                dict(context), {"id": agency, "username": name, "role": capacity}
            )
        else:
            model.User.get(name).sysadmin = True
            model.Session.commit()
    toolkit.get_action("lppd_tahun_buka")(
        {"user": "perencana"},
        {"edisi": EDITION, "tahun": YEAR, "prioritas": ",".join(("2.f.2", *PRIORITY))},
    )


def states() -> dict[str, str]:
    """Bring isian of one agency into every state; return the state and id of each."""

    def call(who: str, action: str, **data: Any) -> Any:
        return toolkit.get_action(action)({"user": who}, data)

    def seen(isian_id: str) -> str:
        return str(call("walidata", "lppd_isian_show", id=isian_id)["manifest"])

    ids: dict[str, str] = {}
    for state, code in STATES.items():
        isian = call("produsen-sosial", "lppd_isian_show", edisi=EDITION, kode=code, tahun=YEAR)
        ids[state] = isian["id"]
        if state == "belum_diisi":
            continue
        example = example_csv(get_edisi(EDITION), get_edisi(EDITION).get(code), YEAR).decode()
        if state == "draf":
            example = example.replace(f"{code},{YEAR},12.71,", f"{code},{YEAR},12.71,abc", 1)
        call("produsen-sosial", "lppd_isian_unggah", id=ids[state], teks=example)
        if state == "draf":
            continue
        if state == "menunggu_walidata":
            upload = FileStorage(io.BytesIO(PDF), filename="rekap.pdf")
            evidence = {"judul": "Rekap layanan", "dokumen": "lainnya", "upload": upload}
            call("produsen-sosial", "lppd_bukti_unggah", id=ids[state], **evidence)
        call("produsen-sosial", "lppd_ajukan", id=ids[state])
        if state == "dikembalikan":
            call(
                "walidata",
                "lppd_kembalikan",
                id=ids[state],
                reason_code="angka_salah",
                note="Angka triwulan IV belum masuk.",
            )
        if state in {"disetujui", "terpublikasi"}:
            call("walidata", "lppd_setujui", id=ids[state], manifest=seen(ids[state]))
        if state == "terpublikasi":
            call("walidata", "lppd_terbitkan", id=ids[state], manifest=seen(ids[state]))
    for number, code in enumerate(PRIORITY, 1):
        ids[f"prioritas_{number}"] = _priority(call, seen, code)
    return {**ids, **_talk(call), **_planning(call)}


def _priority(call: Any, seen: Any, code: str) -> str:
    """Bring priority data before the pembina; return the id."""
    who = "produsen-pemuda"
    isian_id = str(call(who, "lppd_isian_show", edisi=EDITION, kode=code, tahun=YEAR)["id"])
    example = example_csv(get_edisi(EDITION), get_edisi(EDITION).get(code), YEAR).decode()
    call(who, "lppd_isian_unggah", id=isian_id, teks=example)
    call(who, "lppd_ajukan", id=isian_id)
    call("walidata", "lppd_setujui", id=isian_id, manifest=seen(isian_id))
    return isian_id


def _talk(call: Any) -> dict[str, str]:
    """Ask and answer a question, note an appointment and a decision of the forum."""
    asked = call(
        "produsen-sosial",
        "lppd_klinik_tanya",
        kepada="pembina",
        topik="standar_data",
        judul="Siapa yang dihitung?",
        isi="Apakah penghuni panti dihitung?",
        edisi=EDITION,
        kode=STATES["draf"],
    )
    call("pembina", "lppd_klinik_jawab", id=asked["id"], isi="Ya, bila tercatat di kota ini.")
    call(
        "pembina",
        "lppd_klinik_angkat",
        id=asked["id"],
        pertanyaan="Apakah penghuni panti dihitung?",
        jawaban="Ya, bila tercatat di kota ini.",
        edisi=EDITION,
        kode=STATES["draf"],
    )
    visit = call(
        "pembina",
        "lppd_klinik_pertemuan_catat",
        owner_org="dinsos",
        tanggal="2025-10-10",
        tempat="Kantor BPS",
        topik="standar_data",
        hal="Penduduk di panti",
        peserta="Budi Ginting",
        hasil="Disepakati mengikuti pencatatan kota.",
    )
    call(
        "perencana",
        "lppd_forum_catat",
        tanggal="2025-10-15",
        tempat="Ruang rapat Bappeda",
        hadir="Bappeda, Diskominfo, BPS",
        agenda="Penduduk di panti",
        keputusan="Penghuni panti dihitung di kota tempat panti.",
        edisi=EDITION,
        indikator=STATES["terpublikasi"],
    )
    return {**_open_question(call), "pertanyaan": asked["id"], "kunjungan": visit["id"]}


def _open_question(call: Any) -> dict[str, str]:
    """Ask a question that nobody answers."""
    asked = call(
        "produsen-sosial",
        "lppd_klinik_tanya",
        kepada="pembina",
        topik="lainnya",
        judul="Kapan data DKB terbit?",
        isi="Kami menunggu data penduduk semester II.",
    )
    return {"pertanyaan_terbuka": asked["id"]}


def _planning(call: Any) -> dict[str, str]:
    """Upload the list of assignments as it is."""
    book = call("perencana", "lppd_tugas_unduh", edisi=EDITION, tahun=YEAR)
    upload = FileStorage(
        io.BytesIO(base64.b64decode(book["isi_base64"])), filename="penugasan.xlsx"
    )
    sent = call("perencana", "lppd_tugas_unggah", edisi=EDITION, tahun=YEAR, upload=upload)
    return {"unggahan": sent["id"]}


def main(ini: str, what: str, *options: str) -> None:
    """Do what is asked."""
    config = CKANConfigLoader(ini).get_config()
    if what == "empty":
        empty(config["sqlalchemy.url"])
        return
    app = make_app(config)
    with app._wsgi_app.test_request_context():
        if what == "people":
            people(*options)
        else:
            print(json.dumps(states()))


if __name__ == "__main__":
    main(*sys.argv[1:])
