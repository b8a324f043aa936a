"""When files are checked: at once where they are small, else by a worker."""

from __future__ import annotations

import logging

from ckan import model
from ckan.plugins import toolkit
from redis.exceptions import RedisError

from ckanext.lppd.checking.progress import Tell
from ckanext.lppd.katalog import schema_sha256
from ckanext.lppd.model import Isian
from ckanext.lppd.release import evidence
from ckanext.lppd.workflow import metadata, progress

log = logging.getLogger(__name__)


def unchecked(isian: Isian) -> list[evidence.StoredFile]:
    """Return the uploaded files that have no verdict for their bytes and today's rules."""
    return [
        file
        for file in evidence.stored_files(isian.package_id)
        if file.uploaded and file.sha256 and evidence.latest_verdict(file) is None
    ]


def rules_changed(isian: Isian) -> bool:
    """Tell whether the catalogue gives another schema now than when the files were uploaded."""
    kamus = metadata.kamus_data(isian)
    return any(
        file.schema_sha256 != schema_sha256(evidence.schema_of(isian, file.peran, kamus))
        for file in evidence.stored_files(isian.package_id)
    )


def check_now_or_later(isian: Isian, user_id: str) -> None:
    """Check small files within this request and leave larger ones to a worker; commits."""
    if _check(isian, user_id, toolkit.config["ckanext.lppd.inline_check_max_bytes"]):
        enqueue(isian.id, user_id)


def _check(
    isian: Isian, user_id: str, max_bytes: int | None = None, *, telling: bool = False
) -> bool:
    """Check what is unchecked and not larger; return whether larger files are left. Commits.

    With `telling` the page can show how far the check is.
    """
    kamus = metadata.kamus_data(isian)
    left = False
    for file in unchecked(isian):
        if max_bytes is not None and file.size > max_bytes:
            left = True
        else:
            tell = _teller(isian.id, file.filename) if telling else None
            evidence.run_check(isian, file, user_id, kamus, tell)
            model.Session.commit()
    return left


def _teller(isian_id: str, filename: str) -> Tell:
    """Return what notes the progress of one file; called from a thread without a session."""

    def tell(step: str, done: int, total: int) -> None:
        progress.put(isian_id, step, berkas=filename, baris=done, dari=total)

    return tell


def enqueue(isian_id: str, user_id: str) -> None:
    """Ask a worker to check what is unchecked.

    With Redis down nothing is lost: without a verdict the file does not count as checked, and
    submitting says so.
    """
    try:
        toolkit.enqueue_job(
            check_job,
            [isian_id, user_id],
            title=f"lppd periksa {isian_id}",
            rq_kwargs={"timeout": toolkit.config["ckanext.lppd.check_timeout"]},
        )
        progress.put(isian_id, progress.ANTRE)
    except RedisError:
        log.exception("no worker could be asked to check isian %s", isian_id)


def check_job(isian_id: str, user_id: str) -> None:
    """Job: check every file of an isian that has no verdict yet."""
    isian = model.Session.get(Isian, isian_id)
    if isian is None or not isian.package_id:
        return
    progress.put(isian_id, progress.MEMBACA)
    try:
        _check(isian, user_id, telling=True)
    finally:
        progress.put(isian_id, progress.SELESAI)
