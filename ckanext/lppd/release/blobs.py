"""Where the bytes of governed files lie: one small interface over every storage of CKAN.

A blob is named by its resource and its SHA-256 and never changes: writing what is there already
does nothing, and a write that is cut short leaves nothing under the name. `release/keeper.py` holds
the file storages of CKAN 2.12, `release/blob_places.py` chooses among them.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

SHA256 = re.compile(r"[0-9a-f]{64}\Z")
RESOURCE_ID = re.compile(r"[0-9a-fA-F-]{36}\Z")
FOLDER = "lppd"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Key:
    """The name of a blob.

    Raises:
        ValueError: for an id or hash that is not one, so that no path can be built from it.
    """

    resource_id: str
    sha256: str

    def __post_init__(self) -> None:
        """Refuse what is no id and no hash."""
        if not SHA256.match(self.sha256):
            raise ValueError("not a sha256")
        check_resource_id(self.resource_id)

    @property
    def location(self) -> str:
        """The place inside a storage, relative to its root."""
        return f"{FOLDER}/{self.resource_id}/{self.sha256}"


def check_resource_id(resource_id: str) -> str:
    """Return the id; ValueError for what is none."""
    if not RESOURCE_ID.match(resource_id):
        raise ValueError("not a resource id")
    return resource_id


class Blobs(Protocol):
    """A storage of blobs. Every method raises OSError where the storage fails."""

    storage: Any
    """The file storage of CKAN 2.12 behind it; None where core is to send a local file."""

    def write(self, key: Key, stream: BinaryIO) -> None:
        """Store the whole stream under the key unless these very bytes are there already."""

    def chunks(self, key: Key) -> Iterator[bytes]:
        """Yield the bytes; FileNotFoundError (at the first step) where there are none."""

    def holds(self, key: Key) -> bool:
        """Tell whether something lies under the key."""

    def size(self, key: Key) -> int:
        """Return the number of bytes; FileNotFoundError where there are none."""

    def local(self, key: Key) -> AbstractContextManager[Path]:
        """Give a local file with the bytes, for as long as the context lasts."""

    def path(self, key: Key) -> str:
        """Return what core's download wants: an absolute path, or the location in `storage`."""

    def remove(self, resource_id: str, known: Iterable[str]) -> None:
        """Remove every blob of a resource; what is not there is no fault.

        `known`: hashes that were stored, for a storage that cannot list what it holds.
        """


def digest_of(chunks: Iterator[bytes]) -> str:
    """Return the SHA-256 (hex) of bytes that come in pieces."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield a stream from where it stands to its end."""
    while chunk := stream.read(CHUNK):
        yield chunk


class LocalBlobs:
    """Blobs as files below a directory, which several hosts may share."""

    def __init__(self, root: Path, storage: Any = None) -> None:
        """Take the root; `storage` is the file storage of CKAN 2.12 that has the same root."""
        self._root = root
        self.storage = storage

    @property
    def folder(self) -> Path:
        """The directory that all blobs lie in."""
        return self._root / FOLDER

    def file(self, key: Key) -> Path:
        """Return the file of a blob, whether it is there or not."""
        return self._root / key.location

    def write(self, key: Key, stream: BinaryIO) -> None:
        """Write to a name of its own beside the place, then move it there in one step."""
        target = self.file(key)
        with suppress(FileNotFoundError):
            if digest_of(self.chunks(key)) == key.sha256:
                return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".unggah-")
        try:
            digest = hashlib.sha256()
            with os.fdopen(handle, "wb") as output:
                stream.seek(0)
                for chunk in read_chunks(stream):
                    digest.update(chunk)
                    output.write(chunk)
                output.flush()
                os.fsync(output.fileno())
            if digest.hexdigest() != key.sha256:
                raise OSError("the upload changed while it was stored")
            os.replace(temporary, target)
            _sync_folder(target.parent)
        finally:
            Path(temporary).unlink(missing_ok=True)

    def link_from(self, other: LocalBlobs, source: Key, target: Key) -> bool:
        """Give a second name to the same bytes without copying them; False where that fails."""
        place = self.file(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(other.file(source), place)
        except FileExistsError:
            return digest_of(self.chunks(target)) == target.sha256
        except OSError:
            # another file system, or one without hard links
            return False
        return True

    def chunks(self, key: Key) -> Iterator[bytes]:
        """Yield the bytes of the file."""
        with self.file(key).open("rb") as stream:
            yield from read_chunks(stream)

    def holds(self, key: Key) -> bool:
        """Tell whether the file is there."""
        return self.file(key).is_file()

    def size(self, key: Key) -> int:
        """Return the size of the file."""
        return self.file(key).stat().st_size

    @contextmanager
    def local(self, key: Key) -> Iterator[Path]:
        """Give the file itself."""
        yield self.file(key)

    def path(self, key: Key) -> str:
        """Return the absolute path, or the location where a file storage sends it."""
        return key.location if self.storage is not None else str(self.file(key))

    def remove(self, resource_id: str, known: Iterable[str]) -> None:
        """Remove the directory of the resource."""
        shutil.rmtree(self._root / FOLDER / check_resource_id(resource_id), ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the file system can do that."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
