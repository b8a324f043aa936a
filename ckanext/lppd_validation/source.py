"""The bytes to check: a private copy of an uploaded file, never an address or a path."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ckan.lib import uploader
from ckan.plugins import toolkit

_CHUNK = 1 << 20


class SourceError(Exception):
    """The bytes cannot be had; the text says why, without any path."""


@dataclass(frozen=True)
class Copy:
    """A copy of a file in our own directory: its path, SHA-256 and size in bytes."""

    path: Path
    sha256: str
    size: int


def is_uploaded(resource: Mapping[str, Any]) -> bool:
    """Tell whether the resource's file lies in the portal's own storage."""
    return resource.get("url_type") == "upload"


def copy_stored(resource: Mapping[str, Any], directory: Path) -> Copy:
    """Copy a resource's stored file into `directory`.

    Works on `ckan.storage_path`, on storages of IUploader plugins that keep local files and on
    the file-keeper storages of CKAN 2.12.

    Raises:
        SourceError: where the resource is a link, or the file is not there or cannot be read.
    """
    if not is_uploaded(resource):
        raise SourceError("Only uploaded files are checked; this resource is a link")
    upload = uploader.get_resource_uploader(dict(resource))
    try:
        location = upload.get_path(str(resource["id"]))
    except (toolkit.ValidationError, TypeError, ValueError) as error:
        raise SourceError("The place of the stored file is not valid") from error
    storage = getattr(upload, "storage", None)
    if storage is not None and hasattr(storage, "stream"):
        return _copy(_keeper_chunks(storage, location), directory)
    try:
        with _open_regular(location) as stream:
            return _copy(_chunks(stream), directory)
    except OSError as error:
        raise SourceError("The stored file is not there or cannot be read") from error


def copy_upload(stream: BinaryIO, directory: Path) -> Copy:
    """Copy an upload that is not stored yet; the stream is left at its start.

    Raises:
        SourceError: where the upload is larger than `ckan.max_resource_size`.
    """
    stream.seek(0)
    try:
        return _copy(_chunks(stream), directory)
    finally:
        stream.seek(0)


def _copy(chunks: Iterable[bytes], directory: Path) -> Copy:
    limit = int(toolkit.config.get("ckan.max_resource_size") or 10) * _CHUNK
    digest, size = hashlib.sha256(), 0
    # A fixed name: nothing the publisher wrote takes part in a path.
    path = directory / "data"
    with path.open("xb") as output:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise SourceError("The file is larger than ckan.max_resource_size")
            digest.update(chunk)
            output.write(chunk)
    return Copy(path, digest.hexdigest(), size)


def _open_regular(location: Any) -> BinaryIO:
    """Open a regular file; a symbolic link, a device or a directory is refused."""
    handle = os.open(location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    stream = os.fdopen(handle, "rb")
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        stream.close()
        raise OSError("not a regular file")
    return stream


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _keeper_chunks(storage: Any, location: Any) -> Iterator[bytes]:
    # Only CKAN 2.12 has file storages, so only there can this line be reached.
    from ckan.lib import files

    try:
        yield from storage.stream(files.FileData(files.Location(location)))
    except (files.exc.FilesError, OSError) as error:
        raise SourceError("The stored file is not there or cannot be read") from error
