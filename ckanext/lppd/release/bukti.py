"""Storing evidence (data dukung): what it is by its bytes, and where it lies.

Evidence may hold personal data. It lies at `<ckan.storage_path>/lppd-bukti/<xx>/<sha256>`: no
resource, no uploader and no public folder of CKAN leads there; the download view alone reads it.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import magic
from ckan.lib import uploader

from ckanext.lppd.release.storage import sha256_of

FOLDER = "lppd-bukti"
MAX_NAME = 120
_TEMPORARY = ".bukti-"
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_UNFIT = re.compile(r"[^\w .()+,-]+")
_CHUNK = 1 << 20
_SNIFFED = 1 << 16
_DOCUMENT = "application/vnd.openxmlformats-officedocument"
# A macro project is a part of the container; names of parts are stored as they are.
_MACRO = b"vbaProject"


@dataclass(frozen=True)
class Kind:
    """A type of file that is accepted: how it begins, what libmagic calls it, how it is served."""

    start: bytes
    mimetype: str
    extensions: tuple[str, ...]
    part: bytes = b""


KINDS: tuple[Kind, ...] = (
    Kind(b"%PDF-", "application/pdf", ("pdf",)),
    Kind(b"\xff\xd8\xff", "image/jpeg", ("jpg", "jpeg")),
    Kind(b"\x89PNG\r\n\x1a\n", "image/png", ("png",)),
    Kind(b"PK\x03\x04", f"{_DOCUMENT}.spreadsheetml.sheet", ("xlsx",), b"xl/workbook.xml"),
    Kind(b"PK\x03\x04", f"{_DOCUMENT}.wordprocessingml.document", ("docx",), b"word/document.xml"),
)


class Refused(ValueError):
    """A file that is not taken as evidence; the text says why and what to do."""


def kind_of(stream: BinaryIO) -> Kind:
    """Tell what a file is by its bytes alone; nothing is unpacked.

    Both its first bytes and libmagic have to say so, hence a page of HTML that carries a PDF
    behind it, or a renamed program, is refused.

    Raises:
        Refused: for every other type, and for documents that carry macros.
    """
    stream.seek(0)
    head = stream.read(_SNIFFED)
    named = magic.from_buffer(head, mime=True)
    stream.seek(0)
    for kind in KINDS:
        if not head.startswith(kind.start):
            continue
        if named == kind.mimetype and (not kind.part or _contains(stream, kind.part)):
            if kind.part and _contains(stream, _MACRO):
                raise Refused(
                    "Berkas ini memuat makro. Simpan sebagai .xlsx atau .docx biasa, atau PDF."
                )
            return kind
    raise Refused(
        "Isi berkas ini bukan PDF, JPG, PNG, XLSX, atau DOCX. Simpan sebagai PDF, lalu unggah lagi."
    )


def _contains(stream: BinaryIO, needle: bytes) -> bool:
    stream.seek(0)
    before = b""
    try:
        while chunk := stream.read(_CHUNK):
            if needle in before + chunk:
                return True
            before = chunk[-len(needle) :]
        return False
    finally:
        stream.seek(0)


def size_of(stream: BinaryIO) -> int:
    """Return the size in bytes and leave the stream at its start."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    return int(size)


def safe_filename(name: str, kind: Kind) -> str:
    """Return a name to show and to download under: no path, no control sign, the true ending."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem = _UNFIT.sub("_", last).strip(" .") or "data-dukung"
    front, _dot, ending = stem.rpartition(".")
    if front and ending.lower() in kind.extensions:
        return f"{front[:MAX_NAME]}.{ending.lower()}"
    return f"{stem[:MAX_NAME]}.{kind.extensions[0]}"


def safe_part(name: str) -> str:
    """Return one part of a path inside an archive: letters, digits and harmless signs alone."""
    # a little longer than `safe_filename` gives, so that the ending stays
    return _UNFIT.sub("_", name).strip(" .")[: MAX_NAME + 10] or "_"


def evidence_path(sha256: str) -> Path:
    """Return where these bytes are kept.

    Raises:
        ValueError: for what is no hash, so that no path can be built from it.
    """
    if not _SHA256.match(sha256):
        raise ValueError("not a sha256")
    return _folder() / sha256[:2] / sha256


def store(stream: BinaryIO) -> str:
    """Keep the bytes under their hash and return it; bytes that are there already are kept."""
    digest = str(sha256_of(stream))
    target = evidence_path(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=_TEMPORARY)
    try:
        with os.fdopen(handle, "wb") as output:
            while chunk := stream.read(_CHUNK):
                output.write(chunk)
            output.flush()
            os.fsync(output.fileno())
        os.replace(temporary, target)
    finally:
        Path(temporary).unlink(missing_ok=True)
        stream.seek(0)
    return digest


def stored() -> Iterator[str]:
    """Yield the hash of every piece of evidence that is kept."""
    for path in sorted(_folder().glob("??/*")):
        if _SHA256.match(path.name):
            yield path.name


def unfinished() -> Iterator[Path]:
    """Yield what uploads are being written to, or were when they were cut short."""
    yield from _folder().glob(f"??/{_TEMPORARY}*")


def _folder() -> Path:
    return Path(uploader.get_storage_path()).resolve() / FOLDER
