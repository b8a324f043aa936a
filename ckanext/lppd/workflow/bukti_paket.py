"""The evidence of a year's isian for the review package: its list, and the files in one ZIP.

Who may see it is asked by the caller (`workflow.roles.may_see_evidence`).
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from ckan import model
from sqlalchemy import text

from ckanext.lppd.release.bukti import evidence_path, safe_part

log = logging.getLogger(__name__)

FOLDER = "data-dukung"
MISSING = "berkas-yang-tidak-ada.txt"
CHUNK = 1 << 20
# what may stay free on the disk of temporary files while the archive is made
SPARE_BYTES = 256 << 20

# on the list of the isian itself, as `model.bukti_store.of_isian`; working copies have their own
_EVIDENCE = text(
    """
    SELECT b.isian_id, i.code, b.id, b.title, b.document, b.filename, b.mimetype, b.size, b.sha256,
           coalesce(nullif(u.fullname, ''), u.name, b.created_by) AS author, b.created_at
      FROM lppd_isian i
      JOIN "group" g ON g.id = i.owner_org
      JOIN lppd_bukti b ON b.isian_id = i.id
      LEFT JOIN "user" u ON u.id = b.created_by
     WHERE i.kind = 'indikator' AND i.edition = :edition AND i.year = :year
       AND (g.id = :owner OR g.name = :owner)
       AND NOT EXISTS (SELECT 1 FROM lppd_bukti_hapus h
                        WHERE h.bukti_id = b.id AND h.isian_id = b.isian_id)
     ORDER BY i.code, b.created_at, b.id
    """
)


@dataclass(frozen=True)
class Item:
    """One piece of evidence on the list of an isian."""

    id: str
    isian_id: str
    code: str
    title: str
    document: str
    filename: str
    mimetype: str
    size: int
    sha256: str
    author: str
    created: datetime


class NoSpace(Exception):
    """The archive would not fit on the disk of temporary files."""


def evidence_of(edition: str, year: int, owner: str) -> list[Item]:
    """Return the evidence of an agency's indicators of a year, in one query; none that was removed.

    Args:
        edition, year: which year.
        owner: id or name of the agency.
    """
    values = {"edition": edition, "year": year, "owner": owner}
    return [
        Item(
            row.id,
            row.isian_id,
            row.code,
            row.title,
            row.document,
            row.filename,
            row.mimetype,
            int(row.size),
            row.sha256,
            row.author,
            row.created_at,
        )
        for row in model.Session.execute(_EVIDENCE, values)
    ]


def names_in_archive(items: Sequence[Item]) -> Iterator[tuple[str, Item]]:
    """Yield a path in the archive for each item: by code, numbered, hence never twice the same.

    The number in front also keeps the names that Windows reserves (`CON.pdf`) from being one.
    """
    numbers: dict[str, int] = {}
    for item in items:
        folder = safe_part(item.code)
        number = numbers[folder] = numbers.get(folder, 0) + 1
        yield f"{FOLDER}/{folder}/{number:02} {safe_part(item.filename)}", item


def archive(
    items: Sequence[Item], extra: Sequence[tuple[str, bytes]] = ()
) -> tuple[IO[bytes], int]:
    """Return a temporary file with the ZIP, at its start, and its size; closing it removes it.

    The files are stored as they are (they are compressed formats already) and copied in pieces, so
    that memory does not grow with them. What is not in the storage any more is named in a text.

    Args:
        items: the evidence.
        extra: name and content of further, small files.

    Raises:
        NoSpace: where the disk of temporary files is too small for it.
    """
    wanted = sum(item.size for item in items) + sum(len(content) for _name, content in extra)
    if shutil.disk_usage(tempfile.gettempdir()).free < wanted + SPARE_BYTES:
        raise NoSpace
    output = tempfile.TemporaryFile(prefix="lppd-paket-")  # noqa: SIM115 - the answer closes it
    try:
        with zipfile.ZipFile(output, "w", zipfile.ZIP_STORED) as made:
            for name, content in extra:
                made.writestr(name, content)
            missing = [
                f"{name} SHA-256 {item.sha256}"
                for name, item in names_in_archive(items)
                if not _copy(made, name, item)
            ]
            if missing:
                made.writestr(MISSING, "\n".join([*missing, ""]))
        size = output.seek(0, 2)
        output.seek(0)
    except BaseException:
        output.close()
        raise
    return output, size


def _copy(made: zipfile.ZipFile, name: str, item: Item) -> bool:
    """Copy one file into the archive; False where its bytes are not there."""
    head = zipfile.ZipInfo(name, item.created.timetuple()[:6])
    head.file_size = item.size
    try:
        source = evidence_path(item.sha256).open("rb")
    except OSError:
        log.error("the bytes of evidence %s are not in the storage", item.id)
        return False
    with source, made.open(head, "w", force_zip64=item.size >= zipfile.ZIP64_LIMIT) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
    return True
