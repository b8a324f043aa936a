"""Content-addressed storage of governed uploads.

A governed file lies under `lppd/<resource id>/<sha256>` in the storage that core uses for
resources (release/blobs.py): a new upload never touches the bytes of an older one, so a failed or
refused update cannot change what is published.
"""

from __future__ import annotations

import hashlib
import logging
import mimetypes
import os
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

from ckan import model
from ckan.lib import munge
from ckan.plugins import toolkit
from flask import Response, send_file
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from ckanext.lppd.release import blob_places, blobs, scope
from ckanext.lppd.release.blobs import CHUNK, Key, digest_of, read_chunks

log = logging.getLogger(__name__)


# the record outlives the resource
_KNOWN_BYTES = text(
    "SELECT sha256 FROM lppd_verdict WHERE resource_id = :id "
    "UNION SELECT sha256 FROM lppd_file_version WHERE resource_id = :id"
)


class ServerDigest(str):
    """A sha256 that this server computed itself; a client can only ever send a plain `str`."""


def sha256_of(stream: BinaryIO) -> ServerDigest:
    """Hash a stream from its start and leave it at its start."""
    digest = hashlib.sha256()
    stream.seek(0)
    for chunk in read_chunks(stream):
        digest.update(chunk)
    stream.seek(0)
    return ServerDigest(digest.hexdigest())


def sha256_of_file(path: Path) -> str:
    """Hash a file.

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


def stored_sha256(resource_id: str, sha256: str) -> str:
    """Hash what is stored under this name now.

    Raises:
        OSError: where nothing is stored or it cannot be read.
        ValueError: for an id or hash that is not one.
    """
    key = Key(resource_id, sha256)
    return digest_of(blob_places.holding(key).chunks(key))


def local_file(resource_id: str, sha256: str) -> AbstractContextManager[Path]:
    """Give a local file with these bytes while the context lasts: the stored one or a copy.

    Raises:
        OSError: where nothing is stored or it cannot be read.
        ValueError: for an id or hash that is not one.
    """
    key = Key(resource_id, sha256)
    return blob_places.holding(key).local(key)


def stored_path(resource_id: str, sha256: str) -> Path:
    """Return where a storage on this machine's disk keeps these bytes, whether or not they exist.

    Raises:
        ValueError: for an id or hash that is not one, and for a storage that is not on disk.
    """
    key = Key(resource_id, sha256)
    place = blob_places.holding(key)
    if not isinstance(place, blobs.LocalBlobs):
        raise ValueError("this storage keeps no local files")
    return place.file(key)


def send_stored(resource_id: str, sha256: str, filename: str) -> Response:
    """Answer with the stored bytes, always as an attachment: a file is never a page of the portal.

    Raises:
        OSError: where nothing is stored or it cannot be read.
        ValueError: for an id or hash that is not one.
    """
    key = Key(resource_id, sha256)
    place = blob_places.holding(key)
    if isinstance(place, blobs.LocalBlobs):
        return send_file(place.file(key), as_attachment=True, download_name=filename)
    content_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    answer = Response(place.chunks(key), content_type=content_type)
    answer.content_length = place.size(key)
    answer.headers.set("Content-Disposition", "attachment", filename=filename)
    return answer


def copy_stored(sha256: str, from_resource: str, to_resource: str) -> None:
    """Keep the same bytes for a second resource as well.

    Raises:
        OSError: where they cannot be read or written.
        ValueError: for an id or hash that is not one.
    """
    source, target = Key(from_resource, sha256), Key(to_resource, sha256)
    place, wanted = blob_places.holding(source), blob_places.writing()
    local = blobs.LocalBlobs
    same_disk = isinstance(place, local) and isinstance(wanted, local)
    if same_disk and wanted.link_from(place, source, target):  # type: ignore[attr-defined]
        return
    with place.local(source) as path, path.open("rb") as stream:
        wanted.write(target, stream)


def remove_bytes(resource_ids: Iterable[str]) -> None:
    """Remove every version of these resources' files; what is not there is no fault.

    Each resource keeps its own bytes, so equal ones of another resource stay.
    """
    for resource_id in resource_ids:
        known = set(model.Session.scalars(_KNOWN_BYTES, {"id": resource_id}))
        for place in blob_places.all_blobs():
            try:
                place.remove(resource_id, known)
            except OSError:
                # the dataset is gone already; left bytes belong to no row and are served to nobody
                log.exception("stored bytes of resource %s could not be removed", resource_id)


class ContentAddressedUpload:
    """Stores an upload under its hash; serves the bytes that the resource row names.

    The attributes are those that core reads from an uploader: `storage` (2.12: sends the file),
    `filename`, `mimetype`, `filesize`.
    """

    def __init__(self, resource: dict[str, Any], sha256: str) -> None:
        """Take the upload out of a resource dict and fill in what core expects there."""
        self.sha256 = sha256
        self.filename: str | None = None
        self.mimetype: str | None = None
        self._stream: BinaryIO | None = None
        upload = resource.pop("upload", None)
        self.clear = resource.pop("clear_upload", None)
        if not isinstance(upload, FileStorage) or not upload.filename:
            self.mimetype = mimetypes.guess_type(str(resource.get("url") or ""))[0]
            return
        self.filename = munge.munge_filename(upload.filename)
        self.mimetype = mimetypes.guess_type(self.filename)[0]
        self._stream = upload.stream  # type: ignore[assignment]
        upload.stream.seek(0, os.SEEK_END)
        self.filesize = upload.stream.tell()
        upload.stream.seek(0)
        resource["url"] = self.filename
        resource["url_type"] = "upload"
        # without a zone, as core writes it
        resource["last_modified"] = datetime.now(timezone.utc).replace(tzinfo=None)

    @property
    def storage(self) -> Any:
        """The file storage that core's download sends from; None for a local file."""
        return self._place().storage

    def _place(self) -> blobs.Blobs:
        # before the upload the row has no id yet, and nothing is stored under it
        key = getattr(self, "_key", None)
        return blob_places.holding(key) if key else blob_places.writing()

    def get_path(self, id: str) -> str:
        """Return the path or location of the bytes named by the resource's sha256."""
        self._key = Key(id, self.sha256)
        return self._place().path(self._key)

    def upload(self, id: str, max_size: int = 10) -> None:
        """Write the upload beside the older ones; `max_size` in megabytes.

        Raises:
            toolkit.ValidationError: where the file is larger than `ckan.max_resource_size`, or
                the storage does not take it; nothing of this act is saved then.
        """
        if self._stream is None:
            return
        if self.filesize > max_size * CHUNK:
            raise _refused(f"Berkas melebihi {max_size} MB. Kecilkan berkas, lalu unggah lagi.")
        try:
            blob_places.writing().write(Key(id, self.sha256), self._stream)
        except OSError as error:
            log.exception("an upload of resource %s could not be stored", id)
            raise _refused(
                "Berkas tidak dapat disimpan di portal (penyimpanan penuh atau terputus). Isi yang "
                "lama tidak berubah. Coba lagi nanti; bila terulang, hubungi administrator."
            ) from error


def _refused(message: str) -> toolkit.ValidationError:
    # the row that names these bytes must not be saved by whatever this request does next
    model.Session.rollback()
    return toolkit.ValidationError({"upload": [message]})


def governed_uploader(resource: Mapping[str, Any]) -> ContentAddressedUpload | None:
    """Return our uploader for governed resources and None for all others (R9)."""
    upload = resource.get("upload")
    digest = getattr(upload, "lppd_sha256", None)
    if digest:
        return ContentAddressedUpload(resource, digest)  # type: ignore[arg-type]
    sha256, resource_id = resource.get("sha256"), resource.get("id")
    if resource.get("url_type") != "upload" or not sha256 or not resource_id:
        return None
    if not blobs.SHA256.match(str(sha256)) or not blobs.RESOURCE_ID.match(str(resource_id)):
        return None
    if not scope.governs_resource(resource_id):
        return None
    return ContentAddressedUpload(resource, str(sha256))  # type: ignore[arg-type]
