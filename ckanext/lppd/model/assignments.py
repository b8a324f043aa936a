"""Tables of the year's work: its calendar, contributors, their values, uploaded assignments."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import DateTime, ForeignKey, Integer, Numeric, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.lppd.model.tables import Column, new_id


class Year(toolkit.BaseModel):
    """The state of one edition and year; `copied_from` is the year its assignments came from."""

    __tablename__ = "lppd_year"
    edition = Column(Text, ForeignKey("lppd_edition.code"), primary_key=True)
    year = Column(Integer, primary_key=True, autoincrement=False)
    state = Column(Text, nullable=False)
    copied_from = Column(Integer)


class Contributor(toolkit.BaseModel):
    """The agency that supplies one part of an indicator whose isian another agency answers for."""

    __tablename__ = "lppd_contributor"
    isian_id = Column(Text, ForeignKey("lppd_isian.id"), primary_key=True)
    part = Column(Text, primary_key=True)
    owner_org = Column(Text, nullable=False)


class PartValue(toolkit.BaseModel):
    """A value of one part and region that was typed into the form; the newest one only."""

    __tablename__ = "lppd_part_value"
    isian_id = Column(Text, ForeignKey("lppd_isian.id"), primary_key=True)
    part = Column(Text, primary_key=True)
    region = Column(Text, primary_key=True)
    value = Column(Numeric, nullable=False)
    note = Column(Text)
    entered_by = Column(Text, nullable=False)
    entered_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class AssignmentUpload(toolkit.BaseModel):
    """A list of assignments that was uploaded and read: its rows, what is wrong, when applied."""

    __tablename__ = "lppd_assignment_upload"
    id = Column(Text, primary_key=True, default=new_id)
    edition = Column(Text, ForeignKey("lppd_edition.code"), nullable=False)
    year = Column(Integer, nullable=False)
    filename = Column(Text, nullable=False)
    rows = Column(JSONB, nullable=False)
    findings = Column(JSONB, nullable=False)
    created_by = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    applied_at = Column(DateTime(timezone=True))
