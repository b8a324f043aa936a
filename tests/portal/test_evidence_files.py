"""Evidence (data dukung): taken by its bytes, seen by few, never public, part of the approval."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import flask
import openpyxl
import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.model import Isian
from ckanext.lppd.release.bukti import KINDS, evidence_path, safe_filename
from tests.portal.conftest import PEOPLE, Chain, as_upload, indicator_csv, open_isian

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
TITLE = "Rekap DKB semester II 2025"
READERS = {"produsen", "produsen2", "walidata", "walidata2", "pembina", "pengawas"}


def xlsx() -> bytes:
    """Return a small workbook."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


def container(*parts: str) -> bytes:
    """Return a ZIP container with these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for part in parts:
            made.writestr(part, "<x/>")
    return stream.getvalue()


DOCX_PARTS = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
DOCX = container(*DOCX_PARTS)


def give(chain: Chain, content: bytes = PDF, name: str = "rekap.pdf", **kw: Any) -> dict[str, Any]:
    """Upload evidence as the producer."""
    data = {"judul": TITLE, "dokumen": "bukti_pembilang", **kw}
    who = data.pop("who", "produsen")
    return chain.city.call(
        who, "lppd_bukti_unggah", id=chain.id, upload=as_upload(content, name), **data
    )


def listed(chain: Chain, who: str = "walidata") -> dict[str, Any]:
    """Return the list as this person sees it."""
    return chain.city.call(who, "lppd_bukti_list", id=chain.id)


def headers(chain: Chain, who: str) -> dict[str, str]:
    """Return what makes the web client this person."""
    # the test's own context is around the client's and remembers who asked last
    for name in ("_login_user", "user", "userobj"):
        flask.g.pop(name, None)
    if who == "anonim":
        return {}
    user = chain.city.users[who]
    made = toolkit.get_action("api_token_create")(
        {"user": user, "ignore_auth": True}, {"user": user, "name": "uji"}
    )
    return {"Authorization": made["token"]}


def get(web: Any, chain: Chain, who: str, path: str) -> Any:
    """Open a page as this person."""
    return web.get(path, headers=headers(chain, who), follow_redirects=False)


def path_of(chain: Chain, bukti_id: str) -> str:
    """Return the address of the download."""
    return f"/lppd/isian/{chain.id}/bukti/{bukti_id}"


@pytest.mark.parametrize(
    ("content", "name", "mimetype", "shown"),
    [
        (PDF, "rekap.pdf", "application/pdf", "rekap.pdf"),
        (JPG, "FOTO.JPEG", "image/jpeg", "FOTO.jpeg"),
        (PNG, "x.png", "image/png", "x.png"),
        (xlsx(), "hitung.xlsx", KINDS[3].mimetype, "hitung.xlsx"),
        (DOCX, "surat.docx", KINDS[4].mimetype, "surat.docx"),
        (PDF, "rekap.exe", "application/pdf", "rekap.exe.pdf"),
        (PDF, "../../etc/passwd", "application/pdf", "passwd.pdf"),
        (PDF, "C:\\data\\a\r\nX: y.pdf", "application/pdf", "a_X_ y.pdf"),
        (
            PDF,
            "<img src=x onerror=alert(1)>.pdf",
            "application/pdf",
            "_img src_x onerror_alert(1)_.pdf",
        ),
        (PDF, ".pdf", "application/pdf", "pdf.pdf"),
    ],
)
def test_the_bytes_decide_the_type_and_the_name_follows(
    chain: Chain, content: bytes, name: str, mimetype: str, shown: str
) -> None:
    row = give(chain, content, name)["bukti"][0]
    assert (row["mimetype"], row["filename"]) == (mimetype, shown)
    assert row["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "laporan.pdf", "bukan PDF"),
        (b"<html><script>alert(1)</script>%PDF-1.4\n", "laporan.pdf", "bukan PDF"),
        (b"\n\n" + PDF, "laporan.pdf", "bukan PDF"),
        (b"GIF89a" + b"\x00" * 50, "foto.png", "bukan PDF"),
        (b"#!/bin/sh\nrm -rf /\n", "a.pdf", "bukan PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png", "bukan PDF"),
        (container("a.txt"), "a.docx", "bukan PDF"),
        (
            container("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "a.docx",
            "makro",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "lama.doc", "bukan PDF"),
        (b"", "kosong.pdf", "kosong"),
    ],
)
def test_other_files_are_refused_whatever_they_are_called(
    chain: Chain, content: bytes, name: str, word: str
) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        give(chain, content, name)
    assert word in refusal.value.error_dict["bukti"][0]
    assert listed(chain)["bukti"] == []


def test_a_picture_with_a_page_inside_is_sent_as_the_picture_it_is(web: Any, chain: Chain) -> None:
    polyglot = JPG[:-2] + b"\xff\xfe\x00\x20<script>alert(document.domain)</script>\xff\xd9"
    row = give(chain, polyglot, "foto.html")["bukti"][0]
    answer = get(web, chain, "walidata", path_of(chain, row["id"]))
    assert answer.status_code == 200 and answer.data == polyglot
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "foto.html.jpg" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_is_too_large_is_refused_and_what_was_typed_stays(
    web: Any, chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ckan_config, "ckanext.lppd.evidence_max_mb", 1)
    answer = web.post(
        f"/lppd/isian/{chain.id}/bukti",
        data={
            "judul": "Judul yang <b>panjang</b>",
            "dokumen": "bukti_penyebut",
            "bukti": (io.BytesIO(PDF + b"0" * 1024 * 1024), "besar.pdf"),
        },
        headers=headers(chain, "produsen"),
        content_type="multipart/form-data",
    )
    page = answer.data.decode()
    assert answer.status_code == 422
    assert "paling besar 1 MB" in page
    assert 'value="Judul yang &lt;b&gt;panjang&lt;/b&gt;"' in page and "<b>panjang" not in page
    assert '<option value="bukti_penyebut" selected>' in page
    assert listed(chain)["bukti"] == []


def test_title_and_document_are_asked_for(chain: Chain) -> None:
    with pytest.raises(toolkit.ValidationError) as refusal:
        give(chain, judul="  ", dokumen="bukti_entah")
    assert set(refusal.value.error_dict) == {"judul", "dokumen"}


@pytest.mark.parametrize("who", [*PEOPLE, "sysadmin", "anonim"])
@pytest.mark.parametrize("public", [False, True])
def test_who_sees_evidence(web: Any, chain: Chain, who: str, public: bool) -> None:
    given = give(chain)
    if public:
        submitted = chain.submitted()
        seen = {"manifest": submitted["manifest"], "bukti_sha256": given["sha256"]}
        chain.act("setujui", "walidata", **seen)
        chain.act("terbitkan", "walidata", **seen)
    row = given["bukti"][0]
    answer = get(web, chain, who, path_of(chain, row["id"]))
    if who in READERS:
        assert answer.status_code == 200 and answer.data == PDF
        assert listed(chain, who)["bukti"][0]["sha256"] == row["sha256"]
    else:
        assert answer.status_code in (302, 403), answer.status_code
        with pytest.raises(toolkit.NotAuthorized):
            listed(chain, who)
        assert PDF not in answer.data
    page = get(web, chain, who, f"/lppd/isian/{chain.id}").data.decode()
    assert (TITLE in page) == (who in READERS)


def test_no_other_address_leads_to_the_bytes(web: Any, chain: Chain) -> None:
    given = give(chain)
    submitted = chain.submitted()
    seen = {"manifest": submitted["manifest"], "bukti_sha256": given["sha256"]}
    chain.act("setujui", "walidata", **seen)
    published = chain.act("terbitkan", "walidata", **seen)
    row, resource = given["bukti"][0], published["capaian"]["resource_id"]
    name = published["dataset_name"]
    for path in (
        f"/dataset/{name}/resource/{row['id']}/download/rekap.pdf",
        f"/dataset/{name}/resource/{resource}/download/../../lppd-bukti/{row['sha256']}",
        f"/lppd/versi/{name}/1/{row['id']}/rekap.pdf",
        f"/lppd-bukti/{row['sha256'][:2]}/{row['sha256']}",
        f"/uploads/lppd-bukti/{row['sha256']}",
        f"/lppd/isian/{chain.id}/bukti/..%2f..%2f{row['sha256']}",
        f"/lppd/isian/{row['id']}/bukti/{row['id']}",
        f"/lppd/isian/{chain.id}/bukti/{row['sha256']}",
    ):
        for who in ("anonim", "produsen", "sysadmin"):
            answer = get(web, chain, who, path)
            assert PDF not in answer.data and answer.status_code != 200, (path, who)
    for who in ("anonim", "orang_luar", "perencana", "sysadmin"):
        shown = [
            chain.city.call(who, "package_show", id=name),
            chain.city.call(who, "package_search", q="rekap"),
            chain.city.call(who, "lppd_rilis_list", id=name),
        ]
        assert row["sha256"] not in str(shown) and TITLE not in str(shown), who


def test_a_resource_cannot_be_pointed_at_evidence(chain: Chain) -> None:
    row = give(chain)["bukti"][0]
    isian = chain.upload()
    patched = chain.city.call(
        "produsen", "resource_patch", id=isian["capaian"]["resource_id"], sha256=row["sha256"]
    )
    assert patched["sha256"] == isian["capaian"]["sha256"]


def test_evidence_of_another_isian_is_not_found_here(chain: Chain) -> None:
    row = give(chain)["bukti"][0]
    other = open_isian(chain.city, "2.f.2")
    with pytest.raises(toolkit.ObjectNotFound):
        chain.city.call("produsen", "lppd_bukti_hapus", id=other.id, bukti_id=row["id"])


@pytest.mark.parametrize("who", ["anonim", "produsen_lain", "anggota", "walidata", "sysadmin"])
def test_only_the_owners_producers_change_the_list(chain: Chain, who: str) -> None:
    row = give(chain)["bukti"][0]
    with pytest.raises(toolkit.NotAuthorized):
        give(chain, judul="lain", who=who)
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "lppd_bukti_hapus", id=chain.id, bukti_id=row["id"])
    assert len(listed(chain)["bukti"]) == 1


def test_the_list_is_frozen_while_it_is_examined(chain: Chain) -> None:
    row = give(chain)["bukti"][0]
    chain.submitted()
    with pytest.raises(toolkit.ValidationError, match="Tarik kembali"):
        give(chain, judul="lain")
    with pytest.raises(toolkit.ValidationError, match="Tarik kembali"):
        chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=row["id"])


def test_removing_is_on_record_and_the_row_stays(web: Any, chain: Chain) -> None:
    row = give(chain)["bukti"][0]
    for _twice in range(2):
        left = chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=row["id"])
        assert left["bukti"] == [] and left["sha256"] is None
    assert get(web, chain, "produsen", path_of(chain, row["id"])).status_code == 404
    acts = [act["act"] for act in chain.city.call("walidata", "lppd_riwayat", id=chain.id)]
    assert acts == ["bukti_hapus", "bukti_unggah"]
    for sql in (
        "DELETE FROM lppd_bukti",
        "UPDATE lppd_bukti SET title = 'x'",
        "DELETE FROM lppd_bukti_hapus",
    ):
        with pytest.raises(IntegrityError, match="never changed"):
            model.Session.execute(text(sql))
        model.Session.rollback()


def test_the_same_file_sent_twice_is_one(chain: Chain) -> None:
    first = give(chain)
    assert give(chain)["sha256"] == first["sha256"]
    assert len(listed(chain)["bukti"]) == 1


def test_approval_carries_the_list_that_was_seen(chain: Chain) -> None:
    seen = give(chain)["sha256"]
    manifest = chain.submitted()["manifest"]
    chain.act("tarik", "produsen")
    later = give(chain, judul="Tambahan")["sha256"]
    chain.act("ajukan", "produsen")
    assert chain.show()["manifest"] == manifest
    for stale in ({}, {"bukti_sha256": seen}):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.act("setujui", "walidata", manifest=manifest, **stale)
        assert "bukti_sha256" in refusal.value.error_dict
    chain.act("setujui", "walidata", manifest=manifest, bukti_sha256=later)
    newest = chain.city.call("walidata", "lppd_riwayat", id=chain.id)[0]
    assert (newest["act"], newest["evidence"]) == ("setujui", later)


def test_who_added_evidence_last_does_not_approve(chain: Chain) -> None:
    chain.upload()
    give(chain, who="produsen2")
    isian = model.Session.get(Isian, chain.id)
    assert isian.last_editor == model.User.get(chain.city.users["produsen2"]).id


def test_a_revision_starts_with_the_list_and_leaves_it_alone_until_published(chain: Chain) -> None:
    first = give(chain)
    submitted = chain.submitted()
    seen = {"manifest": submitted["manifest"], "bukti_sha256": first["sha256"]}
    chain.act("setujui", "walidata", **seen)
    chain.act("terbitkan", "walidata", **seen)
    copy = chain.act("revisi_mulai", "produsen", note="angka diperbarui")
    working = Chain(chain.city, copy["id"])
    assert [row["sha256"] for row in listed(working)["bukti"]] == [first["bukti"][0]["sha256"]]
    chain.city.call("produsen", "lppd_bukti_hapus", id=copy["id"], bukti_id=first["bukti"][0]["id"])
    second = give(working, DOCX, "surat.docx", judul="Surat")
    assert listed(chain)["sha256"] == first["sha256"]
    working.upload(indicator_csv() + b"\r\n")
    sent = working.act("ajukan", "produsen")
    seen = {"manifest": sent["manifest"], "bukti_sha256": second["sha256"]}
    working.act("setujui", "walidata", **seen)
    working.act("terbitkan", "walidata", **seen)
    assert [row["judul"] for row in listed(chain)["bukti"]] == ["Surat"]


def test_paths_are_built_from_hashes_alone() -> None:
    for wrong in ("", "../x", "a" * 63, "A" * 64, "a" * 64 + "\n"):
        with pytest.raises(ValueError, match="sha256"):
            evidence_path(wrong)
    assert safe_filename("a" * 300 + ".pdf", KINDS[0]) == "a" * 120 + ".pdf"
