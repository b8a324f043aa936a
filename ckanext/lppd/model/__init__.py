"""Tables of the plugin; made by the alembic migration, never by `create_all`."""

from __future__ import annotations

from ckanext.lppd.model.enrolment import EnrolledOrg, GovernedDataset, ScopeLog
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
    "Edition",
    "EnrolledOrg",
    "GovernedDataset",
    "IndicatorRow",
    "Isian",
    "Observation",
    "OrganizationRole",
    "Release",
    "ScopeLog",
    "Transition",
    "Verdict",
]
