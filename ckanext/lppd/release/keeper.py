"""Blobs in the file storages of CKAN 2.12 (file-keeper): `ckan:fs`, memory, S3 and every other.

Imported on CKAN 2.12 only. A storage is asked for what its adapter can do; reading, creating and
removing are enough.
"""

from __future__ import annotations

import copy
import posixpath
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import magic
from ckan.lib import files
from ckan.plugins import toolkit
from file_keeper.default.adapters.fs import FsStorage

from ckanext.lppd.release.blobs import (
    FOLDER,
    Blobs,
    Key,
    LocalBlobs,
    check_resource_id,
    digest_of,
    read_chunks,
)

OPTION = "ckan.files.default_storages.resource"
SAMPLE = 2048
# Adapters pass on what their client library raises; looked up only where that library is loaded.
CLIENT_ERRORS = (
    ("azure.core.exceptions", "AzureError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("libcloud.common.types", "LibcloudError"),
    ("obstore.exceptions", "BaseError"),
    ("opendal.exceptions", "Error"),
    ("redis.exceptions", "RedisError"),
    ("sqlalchemy.exc", "SQLAlchemyError"),
)


def resource_blobs() -> Blobs | None:
    """Return the blobs of the storage that core uses for resources; None without one."""
    try:
        storage = files.get_storage(toolkit.config[OPTION])
    except files.exc.UnknownStorageError:
        return None
    if isinstance(storage, FsStorage) and not storage.settings.location_transformers:
        # its own way of writing is not atomic; the same places by our way are
        return LocalBlobs(Path(storage.settings.path).resolve(), storage)
    return KeeperBlobs(storage)


def public_folders() -> Iterator[Path]:
    """Yield the directories of file storages that anybody may read from."""
    for name in files.storages:
        storage = files.get_storage(name)
        if isinstance(storage, FsStorage) and getattr(storage.settings, "public", False):
            yield Path(storage.settings.path).resolve()


def _client_errors() -> tuple[type[Exception], ...]:
    return tuple(
        getattr(sys.modules[module], name)
        for module, name in CLIENT_ERRORS
        if module in sys.modules and hasattr(sys.modules[module], name)
    )


@contextmanager
def _as_os_errors(key: Key | None = None) -> Iterator[None]:
    try:
        yield
    except files.exc.MissingFileError as error:
        raise FileNotFoundError(key.location if key else FOLDER) from error
    except (files.exc.FilesError, *_client_errors()) as error:
        raise OSError(str(error)) from error


class KeeperBlobs:
    """Blobs as objects of a file storage; creating an object is one step for every reader."""

    def __init__(self, storage: Any) -> None:
        """Take the storage."""
        self.storage = storage

    def _location(self, key: Key) -> Any:
        location = self.storage.prepare_location(key.location)
        if location != key.location:
            raise OSError(f"storage {self.storage.settings.name} changes names of files")
        return location

    def _data(self, key: Key) -> Any:
        return files.FileData(self._location(key))

    def write(self, key: Key, stream: BinaryIO) -> None:
        """Create the object; one that another process created meanwhile must hold these bytes."""
        stream.seek(0)
        if digest_of(read_chunks(stream)) != key.sha256:
            raise OSError("the upload changed while it was stored")
        if self._is_whole(key):
            return
        with _as_os_errors(key):
            try:
                self._create(key, stream)
            except files.exc.ExistingFileError:
                if not self._is_whole(key):
                    self.storage.remove(self._data(key))
                    self._create(key, stream)

    def _create(self, key: Key, stream: BinaryIO) -> None:
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(0)
        content_type = magic.from_buffer(stream.read(SAMPLE), mime=True)
        stream.seek(0)
        upload = files.Upload(stream, key.sha256, size, content_type)  # type: ignore[arg-type]
        self.storage.upload(self._location(key), upload)

    def _is_whole(self, key: Key) -> bool:
        with suppress(FileNotFoundError):
            return digest_of(self.chunks(key)) == key.sha256
        return False

    def chunks(self, key: Key) -> Iterator[bytes]:
        """Yield the bytes of the object."""
        with _as_os_errors(key):
            yield from self.storage.stream(self._data(key))

    def holds(self, key: Key) -> bool:
        """Tell whether there is such an object."""
        with _as_os_errors(key):
            if self.storage.supports(files.Capability.EXISTS):
                return bool(self.storage.exists(self._data(key)))
            with suppress(files.exc.MissingFileError):
                return int(self.storage.size(self._location(key))) >= 0
            return False

    def size(self, key: Key) -> int:
        """Return the size of the object."""
        with _as_os_errors(key):
            return int(self.storage.size(self._location(key)))

    @contextmanager
    def local(self, key: Key) -> Iterator[Path]:
        """Give a copy in a directory of its own."""
        with tempfile.TemporaryDirectory(prefix="lppd-salinan-") as folder:
            path = Path(folder) / "berkas"
            with path.open("xb") as output:
                for chunk in self.chunks(key):
                    output.write(chunk)
            yield path

    def path(self, key: Key) -> str:
        """Return the location of the object."""
        return str(self._location(key))

    def remove(self, resource_id: str, known: Iterable[str]) -> None:
        """Remove the objects of the resource: those that are known, and what else is listed."""
        folder = f"{FOLDER}/{check_resource_id(resource_id)}"
        with _as_os_errors():
            locations = {self._location(Key(resource_id, sha256)) for sha256 in known}
            if self.storage.supports(files.Capability.SCAN):
                locations.update(self._listed(folder))
            for location in locations:
                with suppress(files.exc.MissingFileError):
                    self.storage.remove(files.FileData(location))

    def _listed(self, folder: str) -> list[Any]:
        """Return what lies in one folder, without a walk through the whole storage.

        `filtered_scan` lists everything first, and the S3 adapter ends after a thousand objects.
        """
        narrowed = copy.copy(self.storage)
        narrowed.settings = copy.copy(self.storage.settings)
        narrowed.settings.path = posixpath.join(self.storage.settings.path, folder)
        narrowed.manager = narrowed.make_manager()
        try:
            return [files.Location(f"{folder}/{name}") for name in narrowed.scan()]
        except FileNotFoundError:
            return []
