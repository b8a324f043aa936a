"""Taking away the bytes of evidence that nothing points at any more.

Evidence may hold personal data, so bytes go as soon as no list has them: when evidence is removed,
a revision is given up, a dataset is purged. What somebody approved stays as long as the dataset,
for the record names it. Rows of the lists and of the record are never removed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from ckan import model
from sqlalchemy import text

from ckanext.lppd.model import BuktiRemoval, Isian, bukti_store
from ckanext.lppd.release.bukti import evidence_path, stored, unfinished

log = logging.getLogger(__name__)

# an upload that takes longer than this was cut short
UNFINISHED_SECONDS = 24 * 60 * 60

# Whoever stores bytes and whoever takes them away wait for each other, one hash at a time.
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('lppd-bukti:' || :sha256, 0))")
_POINTED_AT = """
    SELECT DISTINCT b.sha256 FROM lppd_bukti b
      LEFT JOIN lppd_bukti_hapus h ON h.bukti_id = b.id AND h.isian_id = b.isian_id
     WHERE EXISTS (SELECT 1 FROM lppd_isian i WHERE i.id = b.isian_id)
       AND (h.bukti_id IS NULL OR EXISTS (
            SELECT 1 FROM lppd_transition t
             WHERE t.isian_id = b.isian_id AND t.created_at BETWEEN b.created_at AND h.removed_at
               AND t.act IN ('setujui', 'sahkan_nihil', 'sahkan_tidak_berlaku', 'terbitkan',
                             'terbitkan_revisi')
               AND (t.package_id IS NULL
                    OR EXISTS (SELECT 1 FROM package p WHERE p.id = t.package_id))))
"""
_ALL = text(_POINTED_AT)
_ONE = text(f"{_POINTED_AT} AND b.sha256 = :sha256")
_OF_ISIAN = text("SELECT DISTINCT sha256 FROM lppd_bukti WHERE isian_id = :isian_id")


def hold(sha256: str) -> None:
    """Keep these bytes from being taken away until the end of the transaction."""
    model.Session.execute(_HOLD, {"sha256": sha256})


def of_isian(isian_id: str) -> list[str]:
    """Return the hashes of everything that was ever on the list of an isian."""
    return list(model.Session.scalars(_OF_ISIAN, {"isian_id": isian_id}))


def take_off(isian: Isian, actor_id: str) -> None:
    """Take all evidence off the list of an isian whose content goes; flushes, no commit."""
    for row in bukti_store.of_isian(isian):
        model.Session.add(BuktiRemoval(bukti_id=row.id, isian_id=isian.id, removed_by=actor_id))
    model.Session.flush()


def collect(hashes: Iterable[str]) -> int:
    """Remove the bytes that nothing points at; return how many files went.

    For use after the commit of what changed the lists; ends its own transactions. A file that
    cannot be removed is logged and left to `sweep`.
    """
    removed = 0
    for sha256 in sorted(set(hashes)):
        hold(sha256)
        if model.Session.execute(_ONE, {"sha256": sha256}).first() is None:
            removed += _unlink(sha256)
        model.Session.commit()
    return removed


def sweep() -> int:
    """Remove every stored file that nothing points at, and uploads that were cut short.

    Returns how many files went.
    """
    pointed_at = set(model.Session.scalars(_ALL))
    model.Session.commit()
    removed = collect(sha256 for sha256 in stored() if sha256 not in pointed_at)
    oldest = time.time() - UNFINISHED_SECONDS
    for path in unfinished():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
        except FileNotFoundError:
            # whoever wrote it has just finished
            continue
    return removed


def _unlink(sha256: str) -> bool:
    try:
        evidence_path(sha256).unlink()
    except FileNotFoundError:
        return False
    except OSError:
        log.exception("bytes of evidence %s could not be removed", sha256)
        return False
    return True
