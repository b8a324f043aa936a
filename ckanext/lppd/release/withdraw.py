"""Taking a publication back: the database first, the search index after (R1 when Solr is down)."""

from __future__ import annotations

import logging

from ckan import model
from ckan.lib.search import SearchError, SearchIndexError
from ckan.lib.search import rebuild as rebuild_index
from ckan.plugins import toolkit
from redis.exceptions import RedisError
from sqlalchemy import text

from ckanext.lppd.release import index_behind
from ckanext.lppd.release.labels import REVIEWER_LABEL

log = logging.getLogger(__name__)

_HIDE = text("UPDATE package SET private = true, metadata_modified = now() WHERE id = :id")
_FORGET = text("DELETE FROM lppd_current_release WHERE package_id = :id")
_RELABEL = text(
    "UPDATE activity a SET permission_labels = ARRAY['member-' || p.owner_org, :reviewer] "
    "FROM package p WHERE p.id = :id AND a.object_id = :id"
)
_HAS_LABELS = text(
    "SELECT count(*) FROM information_schema.columns "
    "WHERE table_name = 'activity' AND column_name = 'permission_labels'"
)


def hide(package_id: str) -> None:
    """Make the dataset private and drop its current release; the caller commits."""
    model.Session.execute(_FORGET, {"id": package_id})
    model.Session.execute(_HIDE, {"id": package_id})
    relabel(package_id)
    index_behind.note(package_id)
    model.Session.expire_all()


def relabel(package_id: str) -> None:
    """Take the label `public` off old activities, which would go on showing the title."""
    if model.Session.execute(_HAS_LABELS).scalar():
        model.Session.execute(_RELABEL, {"id": package_id, "reviewer": REVIEWER_LABEL})


def reindex(package_id: str) -> None:
    """Bring the search index in line; a job tries again where Solr does not answer.

    Core also fails on a dataset whose type no plugin knows any more: it has no address for it.
    """
    try:
        rebuild_index(package_id, force=True)
        index_behind.forget(package_id)
    except (SearchError, SearchIndexError, OSError, LookupError) as error:
        log.warning("index of %s is behind (%s); a job will repeat it", package_id, error)
        try:
            toolkit.enqueue_job(reindex_job, [package_id], title=f"lppd reindex {package_id}")
        except RedisError:
            # the row is private already, and search hits are asked of the row
            log.exception(
                "no worker could be asked; run `ckan search-index rebuild %s`", package_id
            )


def reindex_job(package_id: str) -> None:
    """Job: index one dataset again; raises so that the failure stays visible in the queue."""
    rebuild_index(package_id)
    index_behind.forget(package_id)
