"""Every version of a dataset that was ever public, and which of them were taken back."""

from __future__ import annotations

from ckan import model
from sqlalchemy import select

from ckanext.lppd.model import Release, Transition


def versions(package_id: str) -> list[tuple[Release, bool]]:
    """Return the releases of a dataset, newest first, each with whether it was withdrawn.

    A release was withdrawn where a withdrawal follows it before the next release. A revision
    replaces a version without withdrawing it.
    """
    releases = model.Session.scalars(
        select(Release).where(Release.package_id == package_id).order_by(Release.version)
    ).all()
    withdrawals = model.Session.scalars(
        select(Transition.created_at).where(
            Transition.package_id == package_id, Transition.act == "tarik_publikasi"
        )
    ).all()
    ends = [release.published_at for release in releases[1:]] + [None]
    found = [
        (
            release,
            any(release.published_at < at and (end is None or at < end) for at in withdrawals),
        )
        for release, end in zip(releases, ends, strict=True)
    ]
    return found[::-1]
