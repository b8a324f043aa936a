"""Content-addressed storage of governed uploads.

A governed file lies at `<ckan.storage_path>/lppd/<resource id>/<sha256>`: a new upload never
touches the bytes of an older one, so a failed or refused update cannot change what is published.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ckan import model
from ckan.lib import uploader
from ckan.plugins import toolkit
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

log = logging.getLogger(__name__)

NO_SPACE = (
    "Berkas belum tersimpan: ruang penyimpanan portal penuh atau tidak dapat ditulis. Isi "
    "sebelumnya tidak berubah. Beri tahu administrator portal, lalu unggah lagi."
)
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_RESOURCE_ID = re.compile(r"[0-9a-fA-F-]{36}\Z")
_CHUNK = 1 << 20

_GOVERNED_RESOURCE = text(
    "SELECT lppd_governed(p.type) FROM resource r JOIN package p ON p.id = r.package_id "
    "WHERE r.id = :id"
)


class ServerDigest(str):
    """A sha256 that this server computed itself; a client can only ever send a plain `str`."""


def sha256_of(stream: BinaryIO) -> ServerDigest:
    """Hash a stream from its start and leave it at its start."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return ServerDigest(digest.hexdigest())


def sha256_of_file(path: Path) -> str:
    """Hash a stored file.

    Raises:
        OSError: where the file is missing or cannot be read.
    """
    with path.open("rb") as stream:
        return str(sha256_of(stream))


def mark_upload(resource: dict[str, Any]) -> bool:
    """Hash the upload of a resource dict into its `sha256`; False where there is no upload."""
    upload = resource.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        return False
    digest = sha256_of(upload.stream)  # type: ignore[arg-type]
    upload.lppd_sha256 = digest  # type: ignore[attr-defined]
    resource["sha256"] = digest
    return True


def stored_path(resource_id: str, sha256: str) -> Path:
    """Return where these bytes of this resource are kept.

    Raises:
        ValueError: for an id or hash that is not one, so that no path can be built from it.
    """
    if not _SHA256.match(sha256):
        raise ValueError("not a sha256")
    return _folder(resource_id) / sha256


def _folder(resource_id: str) -> Path:
    if not _RESOURCE_ID.match(resource_id):
        raise ValueError("not a resource id")
    return Path(uploader.get_storage_path()).resolve() / "lppd" / resource_id


def remove_bytes(resource_ids: Iterable[str]) -> None:
    """Remove every version of these resources' files; what is not there is no fault."""
    for resource_id in resource_ids:
        shutil.rmtree(_folder(resource_id), ignore_errors=True)


class ContentAddressedUpload(uploader.ResourceUpload):
    """Stores an upload under its hash; serves the bytes that the resource row names."""

    def __init__(self, resource: dict[str, Any], sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(resource)

    def get_path(self, id: str) -> str:
        """Return the absolute path of the bytes named by the resource's sha256."""
        return str(stored_path(id, self.sha256))

    def upload(self, id: str, max_size: int = 10) -> None:
        """Write the upload beside the older ones; `max_size` in megabytes.

        Raises:
            toolkit.ValidationError: where the file is larger than `ckan.max_resource_size`, or the
                storage is full or cannot be written; nothing of it is left then.
        """
        if not self.filename:
            return
        try:
            self._store(id, max_size)
        except OSError as error:
            log.exception("an upload of resource %s could not be stored", id)
            raise toolkit.ValidationError({"upload": [NO_SPACE]}) from error

    def _store(self, id: str, max_size: int) -> None:
        target = stored_path(id, self.sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".unggah-")
        try:
            with os.fdopen(handle, "wb") as output:
                self._copy(output, max_size)
                output.flush()
                os.fsync(output.fileno())
            os.replace(temporary, target)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def _copy(self, output: BinaryIO, max_size: int) -> None:
        stream = self.upload_file
        assert stream is not None
        stream.seek(0)
        written = 0
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > max_size * _CHUNK:
                message = f"Berkas melebihi {max_size} MB. Kecilkan berkas, lalu unggah lagi."
                raise toolkit.ValidationError({"upload": [message]})
            output.write(chunk)


def governed_uploader(resource: Mapping[str, Any]) -> ContentAddressedUpload | None:
    """Return our uploader for governed resources and None for all others (R9)."""
    upload = resource.get("upload")
    digest = getattr(upload, "lppd_sha256", None)
    if digest:
        return ContentAddressedUpload(resource, digest)  # type: ignore[arg-type]
    sha256, resource_id = resource.get("sha256"), resource.get("id")
    if resource.get("url_type") != "upload" or not sha256 or not resource_id:
        return None
    if not _SHA256.match(str(sha256)) or not _RESOURCE_ID.match(str(resource_id)):
        return None
    if not model.Session.execute(_GOVERNED_RESOURCE, {"id": resource_id}).scalar():
        return None
    return ContentAddressedUpload(resource, str(sha256))  # type: ignore[arg-type]
