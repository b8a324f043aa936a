"""Tables of the plugin; made by the alembic migration, never by `create_all`."""

from __future__ import annotations

from ckanext.lppd.model.assignments import AssignmentUpload, Contributor, PartValue, Year
from ckanext.lppd.model.clinic_tables import Faq, ForumDecision, Question, QuestionMessage, Visit
from ckanext.lppd.model.notice_tables import Notice, NoticeSetting
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
    "AssignmentUpload",
    "Contributor",
    "CurrentRelease",
    "Edition",
    "Faq",
    "ForumDecision",
    "IndicatorRow",
    "Isian",
    "Notice",
    "NoticeSetting",
    "Observation",
    "OrganizationRole",
    "PartValue",
    "Question",
    "QuestionMessage",
    "Release",
    "Transition",
    "Verdict",
    "Visit",
    "Year",
]
