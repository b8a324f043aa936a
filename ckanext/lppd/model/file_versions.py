"""The bytes that each file of an isian had, in their order."""

from __future__ import annotations

from ckan import model
from sqlalchemy import select

from ckanext.lppd.model.review_tables import FileVersion


def of_resource(resource_id: str) -> list[FileVersion]:
    """Return the versions of a file, newest first."""
    query = select(FileVersion).where(FileVersion.resource_id == resource_id)
    return list(model.Session.scalars(query.order_by(FileVersion.id.desc())))


def of_isian(isian_id: str) -> list[FileVersion]:
    """Return the versions of every file of an isian, newest first."""
    query = select(FileVersion).where(FileVersion.isian_id == isian_id)
    return list(model.Session.scalars(query.order_by(FileVersion.id.desc())))


def newest(resource_id: str) -> FileVersion | None:
    """Return the newest version of a file."""
    query = select(FileVersion).where(FileVersion.resource_id == resource_id)
    return model.Session.scalars(query.order_by(FileVersion.id.desc()).limit(1)).first()
