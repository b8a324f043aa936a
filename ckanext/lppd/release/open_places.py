"""Where the portal serves files to anybody, and whether governed bytes lie in such a place.

CKAN sends what lies below a public directory, or in a public file storage (2.12), without asking
who may read the dataset: a draft would be one address away from everybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckan.lib import uploader
from ckan.plugins import toolkit

from ckanext.lppd.release import blob_places, blobs, bukti

# added by configuration, by plugins; core splits both at commas
PUBLIC_OPTIONS = ("extra_public_paths", "plugin_public_paths")


def openly_served() -> list[str]:
    """Return what opens the places of governed bytes to anybody; empty where they are closed."""
    found: list[str] = []
    folders: list[Path] = []
    upload_root = uploader.get_storage_path()
    if upload_root:
        folders.append(Path(upload_root).resolve() / bukti.FOLDER)
    for place in blob_places.all_blobs():
        if place.storage is not None and getattr(place.storage.settings, "public", False):
            found.append(f"file storage {place.storage.settings.name} is public")
        if isinstance(place, blobs.LocalBlobs):
            folders.append(place.folder)
    for public in _public_folders():
        found.extend(
            f"files below {public} are public"
            for folder in folders
            if folder == public or public in folder.parents
        )
    return sorted(set(found))


def _public_folders() -> Iterator[Path]:
    upload_root = uploader.get_storage_path()
    if upload_root:
        # group and user images; core serves this directory as it serves its own static files
        yield (Path(upload_root) / "storage").resolve()
    for option in PUBLIC_OPTIONS:
        value = toolkit.config.get(option) or ""
        for part in value.split(",") if isinstance(value, str) else value:
            if str(part).strip():
                yield Path(str(part).strip()).resolve()
    if toolkit.check_ckan_version("2.12"):
        # file storages came with CKAN 2.12; older ones have no module to import
        from ckanext.lppd.release.keeper import public_folders

        yield from public_folders()
