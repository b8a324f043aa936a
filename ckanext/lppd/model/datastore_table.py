"""The register of DataStore tables: whose rows lie where."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import BigInteger, DateTime, Text, func

from ckanext.lppd.model.tables import Column


class DatastoreTable(toolkit.BaseModel):
    """A table of the DataStore that holds every row of a file; written when it is complete."""

    __tablename__ = "lppd_datastore_table"
    sha256 = Column(Text, primary_key=True)
    schema_sha256 = Column(Text, primary_key=True)
    name = Column(Text, nullable=False)
    rows = Column(BigInteger, nullable=False)
    loaded_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
