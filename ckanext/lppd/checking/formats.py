"""What a file really is, told by its first bytes, whatever its name says."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from .limits import Limits
from .report import Stop

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# first bytes -> how the kind is called in a sentence
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "dokumen PDF"),
    (b"\x89PNG", "gambar PNG"),
    (b"\xff\xd8\xff", "gambar JPEG"),
    (b"GIF8", "gambar GIF"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf\x27\x1c", "arsip 7z"),
    (b"\x1f\x8b", "arsip gzip"),
    (b"BZh", "arsip bzip2"),
    (b"\xfd7zXZ", "arsip xz"),
    (b"PK\x05\x06", "arsip ZIP kosong"),
    (b"PK\x07\x08", "arsip ZIP terbagi"),
    (b"SQLite format 3", "basis data SQLite"),
    (b"PAR1", "berkas Parquet"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"{\\rtf", "dokumen RTF"),
)
# these can begin a column's title, so a NUL byte must be there as well
_WORDLIKE = frozenset({b"MZ", b"BZh", b"PAR1", b"GIF8"})
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "halaman web (HTML)"),
    (b"<html", "halaman web (HTML)"),
    (b"<table", "halaman web (HTML)"),
    (b"<meta", "halaman web (HTML)"),
    (b"<script", "halaman web (HTML)"),
    (b"<?xml", "dokumen XML"),
    (b"<svg", "gambar SVG"),
    (b"mime-version:", "halaman web (MHTML)"),
)


def kind_of(head: bytes) -> str | None:
    """Name the kind of file that `head` (its first 512 bytes) shows; None means it may be text."""
    if head.startswith(ZIP):
        return "arsip ZIP"
    if head.startswith(OLE):
        return "dokumen Office lama"
    for signature, name in _SIGNATURES:
        if head.startswith(signature) and (signature not in _WORDLIKE or b"\0" in head[:512]):
            return name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    for signature, name in _MARKUP:
        if start.startswith(signature):
            return name
    return None


def sniff_format(head: bytes, filename: str) -> str | None:
    """Return `csv` or `xlsx` when the first bytes and the name's ending agree on it, else None.

    `head` is at least the first 512 bytes (all of a shorter file). Only a first look, for choosing
    the path; `check` decides.
    """
    ending = filename.rpartition(".")[2].casefold() if "." in filename else ""
    kind = kind_of(head)
    if kind == "arsip ZIP" and ending == "xlsx":
        return "xlsx"
    if head and kind is None and ending in {"csv", "txt", "tsv"}:
        return "csv"
    return None


def read_file(path: Path, limits: Limits) -> bytes:
    """Return the bytes of a regular file, read once so that what is hashed is what is checked.

    Symbolic links are not followed. Raises OSError when it cannot be read, Stop when it is empty,
    too large or not a regular file.
    """
    with open_regular(path, limits) as stream:
        data = stream.read(limits.max_bytes + 1)
    guard_size(len(data), limits)
    return data


def open_regular(path: Path, limits: Limits) -> BinaryIO:
    """Open a regular file of a size within the limits; raises as `read_file` does."""
    # O_NONBLOCK so that a named pipe is refused below instead of waiting for a writer
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    stream = os.fdopen(descriptor, "rb")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Stop("berkas_tidak_terbaca")
        guard_size(status.st_size, limits)
    except Stop:
        stream.close()
        raise
    return stream


def guard_size(size: int, limits: Limits) -> None:
    """Raise Stop for a size (in bytes) of nothing or of too much."""
    if size == 0:
        raise Stop("berkas_nol_byte")
    if size > limits.max_bytes:
        megabyte = 1024 * 1024
        words = {"ukuran": f"{size / megabyte:.1f}".replace(".", ",")}
        words["batas"] = f"{limits.max_bytes / megabyte:g}"
        raise Stop("berkas_terlalu_besar", params=words)


def guard_kind(data: bytes, format: str) -> None:
    """Raise Stop when the bytes are not of `format` (`csv` or `xlsx`), naming what they are."""
    kind = kind_of(data[:512])
    if kind == "dokumen Office lama":
        raise Stop(_office_kind(data))
    if format == "xlsx" and kind != "arsip ZIP":
        raise Stop("berkas_bukan_xlsx", params={"jenis": kind or "teks biasa"})
    if format == "csv" and kind is not None:
        raise Stop("berkas_bukan_csv", params={"jenis": kind})


def _office_kind(data: bytes) -> str:
    """Tell an encrypted new workbook from an old one; both live in the same kind of container."""
    encrypted = "EncryptedPackage".encode("utf-16-le")
    return "berkas_berkata_sandi" if encrypted in data else "berkas_xls"
