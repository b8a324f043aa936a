"""Files made to hurt: each with the outcome that is right for it, its seconds and its memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.checking.conftest import GOOD, HEAD, Bench

MEGA = 1024 * 1024
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]>"
)


@dataclass(frozen=True)
class Hostile:
    """One file. `outcome` is (a part of) the code of its first error, or "valid" where it is.

    `memory` is the address space (bytes) and `seconds` the wall clock of the child that checks it.
    """

    name: str
    format: str
    make: Callable[[Bench], bytes]
    outcome: str
    seconds: float = 10.0
    memory: int = 400 * MEGA


def _csv(name: str, data: bytes, outcome: str, **bounds: float) -> Hostile:
    return Hostile(name, "csv", lambda bench: data, outcome, **bounds)  # type: ignore[arg-type]


def _big(name: str, make: Callable[[], bytes], outcome: str, **bounds: float) -> Hostile:
    return Hostile(name, "csv", lambda bench: make(), outcome, **bounds)  # type: ignore[arg-type]


def _cell(name: str, text: str, outcome: str) -> Hostile:
    """A file whose number cell holds this text."""
    line = GOOD.replace("12345", '"' + text.replace('"', '""') + '"')
    return _csv(name, (HEAD + line).encode("utf-8", "surrogatepass"), outcome)


def _remark(name: str, text: str, outcome: str = "valid") -> Hostile:
    """A file whose free text holds this."""
    line = GOOD[:-1] + '"' + text.replace('"', '""') + '"\n'
    return _csv(name, (HEAD + line).encode("utf-8", "surrogatepass"), outcome)


def xlsx(name: str, make: Callable[[Bench], bytes], outcome: str, **bounds: float) -> Hostile:
    """A workbook and what must come of it."""
    return Hostile(name, "xlsx", make, outcome, **bounds)  # type: ignore[arg-type]


def _raw(name: str, data: bytes, outcome: str) -> Hostile:
    return xlsx(name, lambda bench: data, outcome)


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return a container with these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for path, content in parts.items():
            container.writestr(path, content)
    return stream.getvalue()


def nested(depth: int) -> bytes:
    """Return containers in containers."""
    data = b"0" * MEGA
    for level in range(depth):
        data = zipped({f"{level}.zip": data})
    return data


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
TYPES = "[Content_Types].xml"

TEXTS = [
    _csv("nothing", b"", "berkas_nol_byte"),
    _csv("only a mark of byte order", b"\xef\xbb\xbf", "berkas_kosong"),
    _csv("only a mark of UTF-16", b"\xff\xfe", "berkas_kosong"),
    _csv("only line ends", b"\n" * MEGA, "berkas_kosong"),
    _csv("only carriage returns", b"\r" * MEGA, "berkas_kosong"),
    _csv("only spaces", b" " * MEGA, "berkas_kosong"),
    _csv("only delimiters", (b"," * 6 + b"\n") * 50_000, "berkas_kosong"),
    _csv("NUL among the cells", (HEAD + GOOD).encode().replace(b"12345", b"12\x00345"), "teks"),
    _csv("only NUL", b"\0" * MEGA, "teks"),
    _csv("UTF-16 without its mark", (HEAD + GOOD).encode("utf-16-le"), "teks"),
    _csv("UTF-32", (HEAD + GOOD).encode("utf-32"), "teks"),
    _csv("UTF-16 cut in a character", (HEAD + GOOD).encode("utf-16")[:-1], "teks"),
    _csv("UTF-16 with half a pair", b"\xff\xfe" + b"\x00\xd8a\x00", "teks"),
    _csv("UTF-8 mark before UTF-16", b"\xef\xbb\xbf" + (HEAD + GOOD).encode("utf-16"), "teks"),
    _csv("bytes of no code page", HEAD.encode() + b"\x81\x8d\x8f\x90\x9d\n", "teks"),
    _csv("two marks of byte order", b"\xef\xbb\xbf" * 2 + (HEAD + GOOD).encode(), "salah_judul"),
    _remark("a surrogate in UTF-8", "\ud800"),
    _big("a header of ten million columns", lambda: b"k," * 10_000_000, "lebar"),
    _big(
        "a row of ten million cells",
        lambda: (HEAD + GOOD).encode() + b"," * 10_000_000,
        "lebar",
    ),
    _big("one endless line", lambda: b"a" * 20 * MEGA, "terlalu_panjang"),
    _big("an endless cell", lambda: HEAD.encode() + b"a" * 20 * MEGA, "terlalu_panjang"),
    _big("a quote never closed", lambda: HEAD.encode() + b'"' + b"a,\n" * 5 * MEGA, "kutip_rusak"),
    _big("nothing but quotes", lambda: b'"' * 5 * MEGA, "terlalu_panjang"),
    _csv("text behind a closed quote", (HEAD + '"a"b,,,,,,\n').encode(), "kutip_rusak"),
    _big("more rows than there may be", lambda: b"a\n" * 1_000_100, "banyak_baris", seconds=20),
    _csv("lines end with carriage returns", (HEAD + GOOD).encode().replace(b"\n", b"\r"), "valid"),
    _csv("lines end both ways round", (HEAD + GOOD).encode().replace(b"\n", b"\n\r"), "valid"),
    _csv(
        "lines end as in Unicode",
        (HEAD + GOOD).replace("\n", "\u2028").encode(),
        "salah_judul",
    ),
    _csv("a declared delimiter and nothing", b"sep=;\n", "berkas_kosong"),
    _remark("a formula that starts a program", "=cmd|' /C calc'!A0"),
    _remark("a remark that turns the line round", "\u202e\u2066abc\u200f"),
    _remark("words for a formatter", "{0.__class__.__mro__} %s%n ${jndi:ldap://127.0.0.1/x}"),
    _remark("a script", "<script>fetch('http://127.0.0.1:9')</script>"),
    _remark("text that troubles a sniffer", "\"a' " * 8_000),
    _remark("a cell longer than Excel holds", "a" * 40_000, "sel_terlalu_panjang"),
    _remark("a thousand marks on one letter", "e" + "\u0301" * 30_000),
    _remark("many lines in one cell", "a\n" * 10_000),
    _cell("a formula for a number", "=1+1", "bukan_angka"),
    _cell("a remote formula", '=WEBSERVICE("http://127.0.0.1:9")', "bukan_angka"),
    _cell("digits of another script", "١٢٣٤٥", "bukan_angka"),
    _cell("digits turned round", "\u202e54321", "bukan_angka"),
    _cell("a number without end", "9" * 30_000, "angka_terlalu_panjang"),
    _cell("the largest power", "1e308", "angka_ilmiah"),
    _cell("a power beyond all", "1e999999999", "angka_ilmiah"),
    _cell("NaN", "NaN", "bukan_angka"),
    _cell("a signalling NaN", "sNaN", "bukan_angka"),
    _cell("infinity", "-Infinity", "bukan_angka"),
    _cell("a number in base sixteen", "0xFF", "bukan_angka"),
    _cell("a number with underlines", "12_345", "bukan_angka"),
    _cell("spaces that try an expression", "1" + " *" * 15_000 + "x", "angka_terlalu_panjang"),
    _big("four thousand equal rows", lambda: (HEAD + GOOD * 4_000).encode(), "ganda"),
    _big(
        "four thousand rows over two lines",
        lambda: (HEAD + (GOOD[:-1] + '"a\nb"\n') * 4_000).encode(),
        "ganda",
    ),
    _csv("titles without an end", ("é" * 30_000 + "," + HEAD).encode(), "kolom_tidak_dikenal"),
]
KINDS = [
    _csv("a PDF", b"%PDF-1.7\n1 0 obj", "bukan_csv"),
    _csv("a page", b"<!DOCTYPE html><table><tr><td>1", "bukan_csv"),
    _csv("a page behind spaces", b"\xef\xbb\xbf  <html>", "bukan_csv"),
    _csv("a picture and a table", b"GIF89a,\0b\n" + (HEAD + GOOD).encode(), "bukan_csv"),
    _csv("a table that begins as a picture", b"GIF89a,b\n1,2\n", "kepala_tidak_ditemukan"),
    _csv("a container", zipped({"a.csv": (HEAD + GOOD).encode()}), "bukan_csv"),
    _csv("packed", b"\x1f\x8b\x08" + b"\0" * 100, "bukan_csv"),
    _csv("a program", b"\x7fELF\x02\x01", "bukan_csv"),
    _csv("a database", b"SQLite format 3\0", "bukan_csv"),
    _csv("a drawing that asks the network", b'<svg onload="fetch(1)">', "bukan_csv"),
    _csv("an entity bomb for a table", LAUGHS, "kepala_tidak_ditemukan"),
    _csv("an archive of a page", b"MIME-Version: 1.0\n", "bukan_csv"),
    _csv("a rich text", b"{\\rtf1}", "bukan_csv"),
    _csv("a script for a shell", b"#!/bin/sh\nrm -rf /\n", "kepala_tidak_ditemukan"),
    _csv("an old workbook for a table", OLE, "berkas_xls"),
    _raw("an old workbook", OLE, "berkas_xls"),
    _raw("a workbook with a password", OLE + "EncryptedPackage".encode("utf-16-le"), "sandi"),
    _raw("a PDF for a workbook", b"%PDF-1.7", "bukan_xlsx"),
    _raw("a table for a workbook", (HEAD + GOOD).encode(), "bukan_xlsx"),
    _raw("a page for a workbook", b"<html><table>", "bukan_xlsx"),
    _raw("an empty container", b"PK\x05\x06" + b"\0" * 18, "bukan_xlsx"),
    _raw("other files in a container", zipped({"a.csv": b"1"}), "bukan_xlsx"),
    _raw("containers in containers", nested(30), "bukan_xlsx"),
    _raw("a document", zipped({TYPES: b"<Types>wordprocessingml</Types>"}), "bukan_xlsx"),
    _raw("a binary workbook", zipped({TYPES: b"ms-excel.sheet.binary"}), "bukan_xlsx"),
    _raw("an open document", zipped({"mimetype": b"x.opendocument.spreadsheet"}), "bukan_xlsx"),
]
