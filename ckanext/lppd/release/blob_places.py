"""Which storage holds a blob, and which takes the next: chosen as core chooses it for resources."""

from __future__ import annotations

from pathlib import Path

from ckan.lib import uploader
from ckan.plugins import toolkit

from ckanext.lppd.release.blobs import Blobs, Key, LocalBlobs


def local_blobs() -> LocalBlobs:
    """Return the blobs below `ckan.storage_path`."""
    return LocalBlobs(Path(uploader.get_storage_path()).resolve())


def _file_storage() -> Blobs | None:
    """Return the file storage that core uses for resources; None where it uses a directory."""
    if not toolkit.check_ckan_version("2.12"):
        return None
    # file storages came with CKAN 2.12; older ones have no module to import
    from ckanext.lppd.release.keeper import resource_blobs

    return resource_blobs()


def writing() -> Blobs:
    """Return the storage that new blobs go to: the one that core uses for resources."""
    return _file_storage() or local_blobs()


def holding(key: Key) -> Blobs:
    """Return the storage that has this blob.

    A portal that moved to a file storage may have its older files below `ckan.storage_path` still.
    """
    now = writing()
    if now.storage is None or not uploader.get_storage_path() or now.holds(key):
        return now
    older = local_blobs()
    return older if older.holds(key) else now


def all_blobs() -> list[Blobs]:
    """Return every storage in which blobs may lie; none where the portal keeps no files."""
    places: list[Blobs] = []
    now = _file_storage()
    if now is not None:
        places.append(now)
    if uploader.get_storage_path():
        places.append(local_blobs())
    return places
