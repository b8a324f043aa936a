"""Withdrawn datasets that the search index may still call public."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import DateTime, Text, func

from ckanext.lppd.model.tables import Column


class IndexBehind(toolkit.BaseModel):
    """A dataset that every search leaves out where the index calls it public."""

    __tablename__ = "lppd_index_behind"
    package_id = Column(Text, primary_key=True)
    since = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
