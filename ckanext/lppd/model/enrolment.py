"""Tables of the governance scope: enrolled organisations, the datasets they brought, the record."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import BigInteger, Boolean, DateTime, FetchedValue, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.lppd.model.tables import Column


class EnrolledOrg(toolkit.BaseModel):
    """An organisation whose every dataset is governed; removed only by an act on record."""

    __tablename__ = "lppd_enrolled_org"
    group_id = Column(Text, primary_key=True)
    since = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    enrolled_by = Column(Text, nullable=False)


class GovernedDataset(toolkit.BaseModel):
    """A dataset that is governed whatever its type; `warisan`: public as it was, never checked.

    The row stays when the dataset leaves the organisation. `manifest` is the inherited content.
    """

    __tablename__ = "lppd_governed_dataset"
    package_id = Column(Text, primary_key=True)
    why = Column(Text, nullable=False)
    group_id = Column(Text, nullable=False)
    since = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    warisan = Column(Boolean, nullable=False, default=False)
    manifest = Column(Text)


class ScopeLog(toolkit.BaseModel):
    """One act on the scope: `daftarkan`, `keluarkan`, `kelola`, `akhiri`; append-only."""

    __tablename__ = "lppd_scope_log"
    id = Column(BigInteger, primary_key=True)
    act = Column(Text, nullable=False)
    group_id = Column(Text)
    package_id = Column(Text)
    actor = Column(Text, nullable=False)
    reason = Column(Text, nullable=False)
    detail = Column(JSONB, nullable=False, default=dict)
    txid = Column(BigInteger, server_default=FetchedValue())
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
