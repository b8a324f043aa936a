"""Evidence that the very bytes of a dataset were checked: which schema, which verdict, what lacks.

A verdict counts only for the same resource, the same bytes (sha256) and the same schema
(schema sha256). Every doubt is a gap, never a pass (R3).
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckan import model
from sqlalchemy import select, text

from ckanext.lppd import checking
from ckanext.lppd.checking.progress import Tell
from ckanext.lppd.katalog import schema_sha256, table_schema
from ckanext.lppd.katalog.sektoral import table_schema_sektoral
from ckanext.lppd.model import Isian, Verdict
from ckanext.lppd.model.katalog_store import get_indikator
from ckanext.lppd.release import file_views
from ckanext.lppd.release.previous_year import reference
from ckanext.lppd.release.storage import local_file, stored_sha256

log = logging.getLogger(__name__)

ACCEPTED_EXTENSIONS = ("csv", "xlsx")
CAPAIAN = "capaian"
RINCIAN = "rincian"

# A detail table has no catalogue schema: header, width and cells are checked, no column is named.
STRUCTURE_ONLY: dict[str, Any] = {
    "fields": [],
    "missingValues": [""],
    "lppd": {"versi": 1, "jenis": "rincian"},
}

_RESOURCES = text(
    "SELECT id, name, url, url_type, format, size, extras::jsonb AS extras FROM resource "
    "WHERE package_id = :id AND state = 'active' ORDER BY position, id"
)


@dataclass(frozen=True)
class StoredFile:
    """An active resource of a governed dataset, as the database has it."""

    resource_id: str
    filename: str
    format: str
    peran: str
    sha256: str | None
    schema_sha256: str | None
    uploaded: bool
    size: int

    def local(self) -> AbstractContextManager[Path]:
        """Give a local file with the bytes; ValueError for a row without a hash."""
        return local_file(self.resource_id, self.sha256 or "")


def is_checkable(filename: str) -> bool:
    """Tell from its name whether a file is of a kind that the check reads."""
    return "." in filename and filename.rsplit(".", 1)[-1].lower() in ACCEPTED_EXTENSIONS


def stored_files(package_id: str | None) -> list[StoredFile]:
    """Return the active resources of a dataset in their order."""
    if not package_id:
        return []
    files = []
    for row in model.Session.execute(_RESOURCES, {"id": package_id}):
        extras = row.extras or {}
        files.append(
            StoredFile(
                resource_id=row.id,
                filename=(row.url or "").rsplit("/", 1)[-1],
                format=(row.format or "").lower(),
                peran=extras.get("peran") or RINCIAN,
                sha256=extras.get("sha256"),
                schema_sha256=extras.get("schema_sha256"),
                uploaded=row.url_type == "upload",
                size=int(row.size or 0),
            )
        )
    return files


def schema_of(isian: Isian, peran: str, kamus_data: str = "") -> dict[str, Any]:
    """Return the Table Schema that a file with this part must satisfy.

    Args:
        isian: the unit of work; an indicator's `capaian` gets the schema of the catalogue.
        peran: `capaian` or `rincian`.
        kamus_data: data dictionary of a sectoral dataset, one column a line.

    Raises:
        LookupError: where the edition or the indicator is not loaded.
        KatalogError: where the data dictionary cannot be read.
    """
    if isian.is_indicator and peran == CAPAIAN:
        edisi, indikator = get_indikator(isian.edition, isian.code)
        return table_schema(edisi, indikator, isian.year)
    if not isian.is_indicator and kamus_data.strip():
        return table_schema_sektoral(kamus_data, "")
    return STRUCTURE_ONLY


def run_check(
    isian: Isian, file: StoredFile, user_id: str, kamus_data: str = "", tell: Tell | None = None
) -> Verdict:
    """Check one stored file in the sandbox and add its verdict to the session (no commit).

    `tell` hears how far the check is; see `checking.progress`.
    """
    schema = schema_of(isian, file.peran, kamus_data)
    kind = "xlsx" if file.filename.lower().endswith(".xlsx") else "csv"
    compared = reference(isian) if file.peran == CAPAIAN else None
    with file.local() as path:
        report = checking.check_in_sandbox(
            path, format=kind, schema=schema, reference=compared, tell=tell
        )
    valid = bool(report.valid) and report.sha256 == file.sha256
    verdict = Verdict(
        package_id=isian.package_id,
        resource_id=file.resource_id,
        sha256=file.sha256,
        schema_sha256=schema_sha256(schema),
        engine=report.engine,
        valid=valid,
        report=report.to_dict(),
        created_by=user_id,
    )
    model.Session.add(verdict)
    model.Session.flush()
    return verdict


def latest_verdict(file: StoredFile) -> Verdict | None:
    """Return the newest verdict on exactly these bytes under exactly this schema, if any."""
    if not file.sha256 or not file.schema_sha256:
        return None
    return model.Session.scalars(
        select(Verdict)
        .where(
            Verdict.resource_id == file.resource_id,
            Verdict.sha256 == file.sha256,
            Verdict.schema_sha256 == file.schema_sha256,
        )
        .order_by(Verdict.created_at.desc())
        .limit(1)
    ).first()


def checked_files(package_id: str | None) -> list[tuple[StoredFile, Verdict | None]]:
    """Return the active resources of a dataset in their order, each with its newest verdict."""
    return [(file, latest_verdict(file)) for file in stored_files(package_id)]


def gaps(isian: Isian, *, rehash: bool, kamus_data: str = "") -> list[str]:
    """Return what keeps this content from counting as checked; empty when nothing does.

    Args:
        isian: the unit of work.
        rehash: read every stored file again and compare its bytes (always before publishing).
        kamus_data: data dictionary of a sectoral dataset.
    """
    files = stored_files(isian.package_id)
    found: list[str] = []
    if not files:
        return ["Belum ada berkas. Unggah berkas CSV atau XLSX terlebih dahulu."]
    capaian = [file for file in files if file.peran == CAPAIAN]
    if isian.is_indicator and len(capaian) != 1:
        found.append(
            f"Harus ada tepat satu berkas capaian, sekarang ada {len(capaian)}. "
            "Unggah berkas capaian, atau hapus yang berlebih."
        )
    for file in files:
        found.extend(_gaps_of(isian, file, rehash=rehash, kamus_data=kamus_data))
    found.extend(file_views.gaps(isian.package_id))
    return found


def _gaps_of(isian: Isian, file: StoredFile, *, rehash: bool, kamus_data: str) -> list[str]:
    name = file.filename or file.resource_id
    if file.uploaded and not file.sha256:
        return [f"{name}: belum diperiksa. Pilih Periksa lagi."]
    if not file.uploaded:
        return [f"{name}: hanya berkas yang diunggah yang dapat diperiksa, bukan tautan."]
    try:
        wanted = schema_sha256(schema_of(isian, file.peran, kamus_data))
    except (LookupError, ValueError) as error:
        return [f"{name}: aturan pemeriksaan tidak dapat disusun ({error})."]
    if file.schema_sha256 != wanted:
        return [f"{name}: aturan pemeriksaan sudah berubah. Pilih Periksa lagi."]
    if rehash:
        try:
            actual = stored_sha256(file.resource_id, file.sha256 or "")
        except (OSError, ValueError):
            log.error("stored bytes of resource %s cannot be read", file.resource_id)
            return [f"{name}: berkas tersimpan tidak dapat dibaca. Unggah lagi berkas ini."]
        if actual != file.sha256:
            log.error("stored bytes of resource %s differ from their hash", file.resource_id)
            return [f"{name}: isi berkas tersimpan berubah. Unggah lagi berkas ini."]
    verdict = latest_verdict(file)
    if verdict is None:
        return [f"{name}: belum diperiksa. Pilih Periksa lagi."]
    if not verdict.valid:
        count = sum(1 for f in verdict.report.get("findings", []) if f.get("level") == "kesalahan")
        return [f"{name}: masih ada {count or 1} kesalahan. Perbaiki, lalu unggah lagi."]
    return []
