"""Tables of the examination: evidence, notes, file versions, claims; all but claims append-only."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, func

from ckanext.lppd.model.tables import Column, new_id


class Bukti(toolkit.BaseModel):
    """One evidence file (data dukung) of an isian; its bytes lie apart from every resource."""

    __tablename__ = "lppd_bukti"
    id = Column(Text, primary_key=True, default=new_id)
    isian_id = Column(Text, nullable=False)
    title = Column(Text, nullable=False)
    document = Column(Text, nullable=False)
    filename = Column(Text, nullable=False)
    mimetype = Column(Text, nullable=False)
    size = Column(BigInteger, nullable=False)
    sha256 = Column(Text, nullable=False)
    created_by = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class BuktiRemoval(toolkit.BaseModel):
    """Evidence taken off an isian's list; for a revision only off the working copy's list."""

    __tablename__ = "lppd_bukti_hapus"
    bukti_id = Column(Text, ForeignKey("lppd_bukti.id"), primary_key=True)
    isian_id = Column(Text, primary_key=True)
    removed_by = Column(Text, nullable=False)
    removed_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Note(toolkit.BaseModel):
    """A reviewer's note pinned to a cell, a column, a metadata field or the whole isian."""

    __tablename__ = "lppd_note"
    id = Column(Text, primary_key=True, default=new_id)
    isian_id = Column(Text, nullable=False)
    kind = Column(Text, nullable=False)
    target = Column(Text, nullable=False)
    body = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    manifest = Column(Text)
    created_by = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class NoteDone(toolkit.BaseModel):
    """A note that the producer has dealt with, and what he answers."""

    __tablename__ = "lppd_note_done"
    note_id = Column(Text, ForeignKey("lppd_note.id"), primary_key=True)
    answer = Column(Text, nullable=False, default="")
    done_by = Column(Text, nullable=False)
    done_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class FileVersion(toolkit.BaseModel):
    """The bytes a file of an isian had: uploaded, typed, mended at a cell, or taken back."""

    __tablename__ = "lppd_file_version"
    id = Column(BigInteger, primary_key=True)
    isian_id = Column(Text, nullable=False)
    resource_id = Column(Text, nullable=False)
    sha256 = Column(Text, nullable=False)
    previous_sha256 = Column(Text)
    filename = Column(Text, nullable=False)
    size = Column(BigInteger, nullable=False)
    how = Column(Text, nullable=False)
    note = Column(Text)
    created_by = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Claim(toolkit.BaseModel):
    """Which reviewer takes an isian of a queue; decides nothing."""

    __tablename__ = "lppd_claim"
    isian_id = Column(Text, ForeignKey("lppd_isian.id"), primary_key=True)
    role = Column(Text, primary_key=True)
    user_id = Column(Text, nullable=False)
    claimed_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
