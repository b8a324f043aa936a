"""SQLAlchemy classes of the plugin's tables (SQLAlchemy 1.4 and 2.0).

Constraints, triggers and indexes live in the migration: the database holds what must never break.
"""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy
from ckan.plugins import toolkit
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    FetchedValue,
    ForeignKey,
    Integer,
    Numeric,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

# Any: a column is an expression on the class and a plain value on an instance, which the typing of
# SQLAlchemy 1.4 cannot say.
Column: Any = sqlalchemy.Column


def new_id() -> str:
    """Return a fresh UUID4 as text, the form CKAN uses for its own ids."""
    return str(uuid.uuid4())


class Edition(toolkit.BaseModel):
    """A catalogue edition; `data` is `Edisi.to_dict()` without its indicators."""

    __tablename__ = "lppd_edition"
    code = Column(Text, primary_key=True)
    title = Column(Text, nullable=False)
    status = Column(Text, nullable=False)
    data = Column(JSONB, nullable=False)
    sha256 = Column(Text, nullable=False)
    loaded_at = Column(DateTime(timezone=True), server_default=func.now())


class IndicatorRow(toolkit.BaseModel):
    """One indicator of an edition; `data` is `Indikator.to_dict()`."""

    __tablename__ = "lppd_indicator"
    edition = Column(Text, ForeignKey("lppd_edition.code"), primary_key=True)
    code = Column(Text, primary_key=True)
    position = Column(Integer, nullable=False)
    data = Column(JSONB, nullable=False)


class OrganizationRole(toolkit.BaseModel):
    """The Satu Data part of an organisation and the urusan it carries; set by sysadmins only."""

    __tablename__ = "lppd_organization"
    group_id = Column(Text, primary_key=True)
    role = Column(Text, nullable=False)
    urusan = Column(JSONB, nullable=False, default=list)
    source = Column(Text, nullable=False, default="")


class Isian(toolkit.BaseModel):
    """The unit of work: one indicator of one edition and year, or one sectoral dataset.

    A revision (`kind` = `revisi`) is the working copy of a published isian, its `parent_id`;
    `resource_map` names, for each file of the copy, the published resource it stands for.
    """

    __tablename__ = "lppd_isian"
    id = Column(Text, primary_key=True, default=new_id)
    kind = Column(Text, nullable=False)
    parent_id = Column(Text, ForeignKey("lppd_isian.id"))
    resource_map = Column(JSONB, nullable=False, default=dict)
    edition = Column(Text)
    code = Column(Text)
    year = Column(Integer)
    owner_org = Column(Text)
    package_id = Column(Text, unique=True)
    state = Column(Text, nullable=False, default="belum_diisi")
    priority = Column(Boolean, nullable=False, default=False)
    due = Column(Date)
    # what the producer declared instead of a value, and when a late value is promised
    declaration = Column(Text)
    promised = Column(Date)
    last_editor = Column(Text)
    updated_at = Column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())

    @property
    def is_indicator(self) -> bool:
        """Whether the catalogue says what this isian holds (a sectoral dataset says it itself)."""
        return self.code is not None

    @property
    def is_revision(self) -> bool:
        """Whether this is the working copy of a published isian."""
        return self.parent_id is not None


class Verdict(toolkit.BaseModel):
    """The outcome of checking one file's bytes against one schema; append-only."""

    __tablename__ = "lppd_verdict"
    id = Column(Text, primary_key=True, default=new_id)
    package_id = Column(Text, nullable=False)
    resource_id = Column(Text, nullable=False)
    sha256 = Column(Text, nullable=False)
    schema_sha256 = Column(Text, nullable=False)
    engine = Column(Text, nullable=False)
    valid = Column(Boolean, nullable=False)
    report = Column(JSONB, nullable=False)
    created_by = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Transition(toolkit.BaseModel):
    """One act on an isian: who, when, from, to, why, which content; append-only."""

    __tablename__ = "lppd_transition"
    id = Column(BigInteger, primary_key=True)
    isian_id = Column(Text, nullable=False)
    package_id = Column(Text)
    act = Column(Text, nullable=False)
    from_state = Column(Text, nullable=False)
    to_state = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    actor = Column(Text, nullable=False)
    reason_code = Column(Text)
    note = Column(Text)
    cells = Column(JSONB, nullable=False, default=list)
    manifest = Column(Text)
    evidence = Column(Text)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    previous_hash = Column(Text, server_default=FetchedValue())
    hash = Column(Text, server_default=FetchedValue())


class Release(toolkit.BaseModel):
    """A published version with the content and verdicts it stands on; append-only."""

    __tablename__ = "lppd_release"
    id = Column(Text, primary_key=True, default=new_id)
    package_id = Column(Text, nullable=False)
    isian_id = Column(Text, nullable=False)
    version = Column(Integer, nullable=False)
    manifest = Column(Text, nullable=False)
    content = Column(JSONB, nullable=False)
    verdict_ids = Column(JSONB, nullable=False)
    approved_by = Column(Text, nullable=False)
    published_by = Column(Text, nullable=False)
    published_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class CurrentRelease(toolkit.BaseModel):
    """The release that is public now; without this row the gate keeps a dataset private."""

    __tablename__ = "lppd_current_release"
    package_id = Column(Text, primary_key=True)
    release_id = Column(Text, ForeignKey("lppd_release.id"), nullable=False)
    manifest = Column(Text, nullable=False)


class Observation(toolkit.BaseModel):
    """One released value in the long table that API consumers read; append-only."""

    __tablename__ = "lppd_observation"
    id = Column(BigInteger, primary_key=True)
    release_id = Column(Text, ForeignKey("lppd_release.id"), nullable=False)
    package_id = Column(Text, nullable=False)
    edition = Column(Text, nullable=False)
    code = Column(Text, nullable=False)
    year = Column(Integer, nullable=False)
    region = Column(Text, nullable=False)
    part = Column(Text, nullable=False)
    value = Column(Numeric, nullable=False)
    value_text = Column(Text, nullable=False)
    unit = Column(Text, nullable=False)
