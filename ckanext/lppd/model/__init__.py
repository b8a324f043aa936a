"""Tables of the plugin; made by the alembic migration, never by `create_all`."""

from __future__ import annotations

from ckanext.lppd.model.datastore_table import DatastoreTable
from ckanext.lppd.model.tables import (
    CurrentRelease,
    Edition,
    IndicatorRow,
    Isian,
    Observation,
    OrganizationRole,
    Release,
    Transition,
    Verdict,
)

__all__ = [
    "CurrentRelease",
    "DatastoreTable",
    "Edition",
    "IndicatorRow",
    "Isian",
    "Observation",
    "OrganizationRole",
    "Release",
    "Transition",
    "Verdict",
]
