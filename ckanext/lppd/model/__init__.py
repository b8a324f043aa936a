"""Tables of the plugin; made by the alembic migration, never by `create_all`."""

from __future__ import annotations

from ckanext.lppd.model.assignments import AssignmentUpload, Contributor, PartValue, Year
from ckanext.lppd.model.clinic_tables import Faq, ForumDecision, Question, QuestionMessage, Visit
from ckanext.lppd.model.datastore_table import DatastoreTable
from ckanext.lppd.model.enrolment import EnrolledOrg, GovernedDataset, ScopeLog
from ckanext.lppd.model.index_behind import IndexBehind
from ckanext.lppd.model.notice_tables import Notice, NoticeSetting
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
    "AssignmentUpload",
    "Bukti",
    "BuktiRemoval",
    "Claim",
    "Contributor",
    "CurrentRelease",
    "DatastoreTable",
    "Edition",
    "EnrolledOrg",
    "Faq",
    "FileVersion",
    "ForumDecision",
    "GovernedDataset",
    "IndexBehind",
    "IndicatorRow",
    "Isian",
    "Note",
    "NoteDone",
    "Notice",
    "NoticeSetting",
    "Observation",
    "OrganizationRole",
    "PartValue",
    "Question",
    "QuestionMessage",
    "Release",
    "ScopeLog",
    "Transition",
    "Verdict",
    "Visit",
    "Year",
]
