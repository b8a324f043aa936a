"""The review package: every piece of evidence on its sheet, and the files in one ZIP."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
import zipfile
from collections import namedtuple
from datetime import datetime, timezone
from typing import Any

import openpyxl
import pytest
from ckan import model

from ckanext.lppd.release.bukti import evidence_path
from ckanext.lppd.workflow import bukti_paket
from ckanext.lppd.workflow.bukti_paket import Item
from tests.portal.conftest import EDITION, PEOPLE, YEAR, Chain, Visitor, open_isian
from tests.portal.statements import counted
from tests.portal.test_evidence_files import PDF, PNG, TITLE, give

BOOK = f"/lppd/paket-reviu/{EDITION}/{YEAR}/disdukcapil.xlsx"
ARCHIVE = f"/lppd/paket-reviu/{EDITION}/{YEAR}/disdukcapil.zip"
PAGE = f"/lppd/kelengkapan?tahun={YEAR}&pd=disdukcapil"
TAKERS = {"walidata", "walidata2", "pembina", "pengawas"}
HEAD = [
    "Kode", "Judul", "Membuktikan", "Berkas", "Jenis", "Ukuran (byte)", "SHA-256",
    "Diunggah oleh", "Waktu", "Alamat",
]  # fmt: skip


def proof_sheet(content: bytes) -> list[tuple[Any, ...]]:
    """Return the rows of the sheet of evidence, its title first."""
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Data dukung"]
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def archive_of(web: Any, chain: Chain, who: str = "pengawas") -> zipfile.ZipFile:
    """Download the archive as this person."""
    answer = Visitor(web, chain.city, who).get(ARCHIVE)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_the_sheet_names_every_piece_with_its_address(chain: Chain, web: Any) -> None:
    given = give(chain, judul="=HYPERLINK(1)")
    give(chain, PNG, "foto.png", judul="Foto", dokumen="bukti_penyebut")
    gone = give(chain, PDF + b"\n", "salah.pdf", judul="Salah")["bukti"][-1]["id"]
    chain.city.call("produsen", "lppd_bukti_hapus", id=chain.id, bukti_id=gone)
    visitor = Visitor(web, chain.city, "pengawas")
    title, head, *rows = proof_sheet(visitor.get(BOOK).data)
    assert "Tidak untuk umum" in title[0] and list(head) == HEAD
    row = given["bukti"][0]
    first, second = rows
    assert first[:7] == (
        "2.f.1",
        "'=HYPERLINK(1)",
        row["dokumen_nama"],
        "rekap.pdf",
        "application/pdf",
        len(PDF),
        row["sha256"],
    )
    assert first[7] == chain.city.users["produsen"] and first[8].startswith("20")
    assert second[3:5] == ("foto.png", "image/png")
    path = first[9].split("test.ckan.net", 1)[1]
    assert visitor.get(path).data == PDF, "the address leads to the file"


def test_the_archive_holds_the_files_under_safe_names(chain: Chain, web: Any) -> None:
    give(chain)
    give(chain, PNG, "CON.png", judul="Foto")
    give(chain, PDF, "../../etc/passwd.pdf", judul="Sama lagi")
    other = Chain(chain.city, open_isian(chain.city, "2.f.2").id)
    give(other, PDF, "rekap.pdf")
    found = archive_of(web, chain)
    assert found.testzip() is None
    assert found.namelist() == [
        f"paket-reviu-{YEAR}-disdukcapil.xlsx",
        "data-dukung/2.f.1/01 rekap.pdf",
        "data-dukung/2.f.1/02 CON.png",
        "data-dukung/2.f.1/03 passwd.pdf",
        "data-dukung/2.f.2/01 rekap.pdf",
    ]
    assert found.read("data-dukung/2.f.1/01 rekap.pdf") == PDF
    assert found.read("data-dukung/2.f.1/02 CON.png") == PNG
    _title, _head, *rows = proof_sheet(found.read(f"paket-reviu-{YEAR}-disdukcapil.xlsx"))
    assert len(rows) == 4


@pytest.mark.parametrize("who", [*PEOPLE, "sysadmin", "anonim"])
def test_who_takes_the_evidence(chain: Chain, web: Any, who: str) -> None:
    give(chain)
    visitor = Visitor(web, chain.city, who)
    archive, book = visitor.get(ARCHIVE), visitor.get(BOOK)
    if who in TAKERS:
        assert archive.status_code == 200 and archive.headers["Content-Type"] == "application/zip"
        assert "no-store" in archive.headers["Cache-Control"]
        assert int(archive.headers["Content-Length"]) == len(archive.data)
        assert ARCHIVE in visitor.get(PAGE).body
        return
    assert archive.status_code == (302 if who == "anonim" else 403)
    assert PDF not in archive.data
    if who not in ("perencana", "sysadmin"):
        assert book.status_code in (302, 403)
        return
    # they read everything of the year but this, and are told so
    title, _head, *rows = proof_sheet(book.data)
    assert title[0].startswith("Data dukung hanya untuk") and rows == []
    assert TITLE.encode() not in book.data
    page = visitor.get(PAGE).body
    assert BOOK in page and ARCHIVE not in page


def test_what_the_storage_lost_is_named(chain: Chain, web: Any) -> None:
    row = give(chain)["bukti"][0]
    give(chain, PNG, "foto.png", judul="Foto")
    evidence_path(row["sha256"]).unlink()
    found = archive_of(web, chain)
    assert "data-dukung/2.f.1/02 foto.png" in found.namelist()
    assert "data-dukung/2.f.1/01 rekap.pdf" not in found.namelist()
    assert row["sha256"] in found.read(bukti_paket.MISSING).decode()


def test_of_a_revision_only_what_is_published_is_in_it(chain: Chain, web: Any) -> None:
    given = give(chain)
    sent = chain.submitted()
    seen = {"manifest": sent["manifest"], "bukti_sha256": given["sha256"]}
    chain.act("setujui", "walidata", **seen)
    chain.act("terbitkan", "walidata", **seen)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    give(copy, PNG, "foto.png", judul="Foto")
    assert len(archive_of(web, chain).namelist()) == 2


def test_an_unknown_year_or_agency_is_a_missing_page(chain: Chain, web: Any) -> None:
    visitor = Visitor(web, chain.city, "pengawas")
    for path in (
        f"/lppd/paket-reviu/{EDITION}/1999/disdukcapil.zip",
        f"/lppd/paket-reviu/{EDITION}/{YEAR}/tidak-ada.zip",
        f"/lppd/paket-reviu/tidak-ada/{YEAR}/disdukcapil.zip",
    ):
        assert visitor.get(path).status_code == 404, path


def test_a_full_disk_is_told_and_leaves_nothing(
    chain: Chain, web: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(chain)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(bukti_paket.shutil, "disk_usage", lambda _path: usage(1, 1, 1000))
    answer = Visitor(web, chain.city, "pengawas").get(ARCHIVE)
    assert answer.status_code == 302 and "pd=disdukcapil" in answer.headers["Location"]


def test_memory_does_not_grow_with_the_files(chain: Chain) -> None:
    size, piece = 64 * bukti_paket.CHUNK, b"%PDF" + b"0" * (bukti_paket.CHUNK - 4)
    digest = hashlib.sha256()
    for _n in range(64):
        digest.update(piece)
    path = evidence_path(digest.hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        for _n in range(64):
            output.write(piece)
    when = datetime(2026, 2, 1, tzinfo=timezone.utc)
    item = Item("b", "i", "2.f.1", "T", "d", "a.pdf", "application/pdf", size,
                digest.hexdigest(), "u", when)  # fmt: skip
    tracemalloc.start()
    try:
        file, total = bukti_paket.archive([item, item])
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    with file, zipfile.ZipFile(file) as made:
        assert [info.file_size for info in made.infolist()] == [size, size]
        assert made.infolist()[0].date_time == (2026, 2, 1, 0, 0, 0)
    assert total > 2 * size and peak < 8 * bukti_paket.CHUNK


def test_one_query_whatever_the_number(chain: Chain) -> None:
    give(chain)
    for number in range(3):
        give(Chain(chain.city, open_isian(chain.city, f"2.f.{number + 2}").id))
    model.Session.commit()
    with counted() as seen:
        found = bukti_paket.evidence_of(EDITION, YEAR, "disdukcapil")
    assert (len(found), len(seen)) == (4, 1)
