"""Opening a workbook's container only after its directory was found to be harmless.

A workbook is a ZIP of XML parts. Looked at before anything is unpacked: how many parts, how large
they say they are (the unpacker never gives more than the directory says), how far they shrink,
macros, embedded objects, and whether anything stands before or behind the container (a file that is
two kinds of file at once). Each XML part is refused when it has a document type or another encoding
than UTF-8: Excel writes neither, and both are ways to attack a parser.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from .limits import Limits
from .report import Stop

_END = b"PK\x05\x06"
_MACRO = re.compile(r"vbaproject|vbadata|/macrosheets/|/dialogsheets/", re.IGNORECASE)
_EMBEDDED = re.compile(r"/embeddings/|/activex/", re.IGNORECASE)
_OTHER_OFFICE = (
    (b"wordprocessingml", "dokumen Word"),
    (b"presentationml", "presentasi PowerPoint"),
    (b"ms-excel.sheet.binary", "buku kerja biner (.xlsb)"),
)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_STORED_OR_DEFLATED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1


def open_container(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Return the opened container of workbook bytes; raises Stop for anything doubtful."""
    try:
        container = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise Stop("berkas_rusak") from error
    entries = container.infolist()
    end = data.rfind(_END)
    names = [entry.filename for entry in entries]
    doubtful = (
        not entries
        or end + 22 != len(data)
        or min(entry.header_offset for entry in entries) != 0
        or len({name.casefold() for name in names}) != len(names)
        or len({entry.header_offset for entry in entries}) != len(entries)
        or any(entry.compress_type not in _STORED_OR_DEFLATED for entry in entries)
        or any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    )
    if len(entries) > limits.max_entries:
        raise Stop("berkas_bom_zip")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_unzipped or (
        unpacked > limits.ratio_floor and unpacked > limits.max_ratio * len(data)
    ):
        raise Stop("berkas_bom_zip")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Stop("berkas_berkata_sandi")
    if doubtful:
        raise Stop("berkas_rusak")
    _guard_content(container, names)
    return container


def _guard_content(container: zipfile.ZipFile, names: list[str]) -> None:
    """Raise Stop for a container that is no workbook, or one with macros or embedded files."""
    if "[Content_Types].xml" not in names:
        kind = "arsip ZIP"
        if "mimetype" in names and b"opendocument" in read_part(container, "mimetype", xml=False):
            kind = "dokumen OpenDocument (.ods)"
        raise Stop("berkas_bukan_xlsx", params={"jenis": kind})
    types = read_part(container, "[Content_Types].xml")
    if any(_MACRO.search("/" + name) for name in names) or b"macroenabled" in types.lower():
        raise Stop("berkas_makro")
    for name in names:
        if _EMBEDDED.search("/" + name) and not name.endswith("/"):
            raise Stop("berkas_bersisipan", params={"bagian": name.rpartition("/")[2]})
    if b"spreadsheetml" not in types:
        kind = next((kind for word, kind in _OTHER_OFFICE if word in types), "arsip ZIP")
        raise Stop("berkas_bukan_xlsx", params={"jenis": kind})


def read_part(container: zipfile.ZipFile, name: str, *, xml: bool = True) -> bytes:
    """Return the bytes of one part; raises Stop when it is missing, damaged or unsafe XML."""
    try:
        data = container.read(name)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Stop("berkas_rusak") from error
    if xml:
        head = data[:256]
        encoding = _ENCODING.search(head)
        if b"\0" in head or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii")):
            raise Stop("berkas_rusak")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise Stop("berkas_rusak")
    return data
