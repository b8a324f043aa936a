"""Files that lay in CKAN's own storage before their dataset was governed.

The stored file is copied under its hash; CKAN's own copy stays where it is and goes on being served
until a revision replaces it.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from ckan import model
from ckan.lib import uploader
from ckan.plugins import toolkit
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from ckanext.lppd.model import CurrentRelease, Release
from ckanext.lppd.release import blob_places, evidence
from ckanext.lppd.release.blobs import Key
from ckanext.lppd.release.storage import ServerDigest, sha256_of

log = logging.getLogger(__name__)

_CHUNK = 1 << 20


def _core_uploader(resource: Mapping[str, Any]) -> Any:
    # without a hash our own uploader steps aside
    plain = {key: value for key, value in resource.items() if key != "sha256"}
    return uploader.get_resource_uploader(plain)


@contextmanager
def _core_stream(resource: Mapping[str, Any]) -> Iterator[BinaryIO]:
    """Open the bytes that CKAN itself stored.

    Raises:
        OSError: where there are none.
    """
    upload = _core_uploader(resource)
    location = upload.get_path(resource["id"])
    storage = getattr(upload, "storage", None)
    if storage is None:
        with open(location, "rb") as stream:
            yield stream
        return
    import file_keeper  # file storages are there from CKAN 2.12 on

    with tempfile.TemporaryFile() as copy:
        try:
            for chunk in storage.stream(file_keeper.FileData(location)):
                copy.write(chunk)
        except file_keeper.exc.MissingFileError as error:
            raise FileNotFoundError(str(location)) from error
        copy.seek(0)
        yield copy  # type: ignore[misc]


def adopt(resource: Mapping[str, Any]) -> ServerDigest | None:
    """Copy what CKAN stored for this resource under its hash and return the hash.

    None for a link, and for a file that is not where CKAN says it is.
    """
    if resource.get("url_type") != "upload":
        return None
    try:
        with _core_stream(resource) as stream:
            return _store(str(resource["id"]), stream)
    except OSError:
        log.warning("the stored file of resource %s is not there", resource["id"])
        return None


def _store(resource_id: str, stream: BinaryIO) -> ServerDigest:
    found = sha256_of(stream)
    blob_places.writing().write(Key(resource_id, found), stream)
    return found


def released_hashes(package_id: str) -> dict[str, str]:
    """Return resource id -> sha256 of the release that is public now."""
    content = model.Session.scalars(
        select(Release.content)
        .join(CurrentRelease, CurrentRelease.release_id == Release.id)
        .where(CurrentRelease.package_id == package_id)
    ).first()
    files = content["resources"] if content else []
    return {file["id"]: file["sha256"] for file in files if file["sha256"]}


def release_content(package_id: str) -> dict[str, Any]:
    """Return the content of the release that records what was public before governance.

    Every file is named; one that is a link, or is lost, has no hash and cannot be downloaded here.
    """
    files = []
    for file in evidence.stored_files(package_id):
        kind = {"id": file.resource_id, "url_type": "upload" if file.uploaded else ""}
        files.append(
            {
                "id": file.resource_id,
                "filename": file.filename,
                "format": file.format,
                "peran": file.peran,
                "sha256": file.sha256 or adopt(kind),
                "schema_sha256": None,
                "size": file.size,
            }
        )
    return {"resources": files, "warisan": True}


def give_back(package_id: str) -> None:
    """Hand the current bytes of every governed file back to CKAN's own storage.

    Raises:
        OSError: where bytes are missing; nothing was changed in the database then.
    """
    for file in evidence.stored_files(package_id):
        if not file.uploaded or not file.sha256:
            continue
        with file.local() as path, path.open("rb") as stream:
            upload = _core_uploader(
                {
                    "id": file.resource_id,
                    "url": file.filename,
                    "url_type": "upload",
                    "upload": FileStorage(stream, filename=file.filename),
                }
            )
            limit = toolkit.config["ckan.max_resource_size"]
            upload.upload(file.resource_id, max(int(limit), path.stat().st_size // _CHUNK + 1))
