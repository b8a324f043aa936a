"""Tables of the plugin; made by the alembic migration, never by `create_all`."""

from __future__ import annotations

from ckanext.lppd.model.review_tables import (
    Bukti,
    BuktiRemoval,
    Claim,
    FileVersion,
    Note,
    NoteDone,
)
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
    "Bukti",
    "BuktiRemoval",
    "Claim",
    "CurrentRelease",
    "Edition",
    "FileVersion",
    "IndicatorRow",
    "Isian",
    "Note",
    "NoteDone",
    "Observation",
    "OrganizationRole",
    "Release",
    "Transition",
    "Verdict",
]
