"""The `validation` table as a class (SQLAlchemy 1.4 and 2.0)."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import Column, DateTime, Unicode
from sqlalchemy.dialects.postgresql import JSON

from ckanext.lppd_validation import ddl


def new_id() -> str:
    """Return a fresh UUID4 as text."""
    return str(uuid.uuid4())


def utc_now() -> datetime.datetime:
    """Return the UTC time without zone, as the inherited columns hold it."""
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


class Validation(toolkit.BaseModel):
    """The last check of one resource.

    `status` is one of created, running, success, failure, error. `sha256` is the hash of the
    bytes that were checked and `schema_sha256` of the schema used; both are empty on rows that
    ckanext-validation wrote. `run_id` names the run that may write the result.
    """

    __tablename__ = ddl.TABLE
    # Plain annotations beside columns: SQLAlchemy 2.0 would want its own type there, 1.4 has none.
    __allow_unmapped__ = True

    id: Any = Column(Unicode, primary_key=True, default=new_id)
    resource_id: Any = Column(Unicode)
    status: Any = Column(Unicode, default="created")
    created: Any = Column(DateTime, default=utc_now)
    finished: Any = Column(DateTime)
    report: Any = Column(JSON(none_as_null=True))
    error: Any = Column(JSON(none_as_null=True))
    started: Any = Column(DateTime)
    run_id: Any = Column(Unicode)
    sha256: Any = Column(Unicode)
    schema_sha256: Any = Column(Unicode)


def table_ready() -> bool:
    """Tell whether the table is there with every column this plugin uses.

    Asked again on each call until it is: an administrator may migrate a running portal.
    """
    if not _Ready.seen:
        needed = ddl.INHERITED_COLUMNS | {name for name, _ in ddl.ADDED_COLUMNS}
        _Ready.seen = needed <= ddl.columns(model.Session.connection())
    return _Ready.seen


class _Ready:
    """Remembers, per process, that the table was found once."""

    seen = False


def forget_table() -> None:
    """Look at the database again on the next `table_ready()`; for tests and for `init-db`."""
    _Ready.seen = False
