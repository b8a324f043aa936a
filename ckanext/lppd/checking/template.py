"""Telling a file of another template: its fixed columns are known, its number columns are not."""

from __future__ import annotations

from .headers import Match
from .plan import Plan

_LISTED = 6


def foreign_titles(match: Match, plan: Plan) -> str:
    """Return the titles that today's table does not know, where the file seems an old template's.

    That is so when every fixed column (indicator, year, region) is there and at least one number
    column of today is not. An empty text means: nothing points to another template.
    """
    fixed = [column.name for column in plan.columns if column.role]
    absent = [c.name for c in plan.columns if c.is_number and c.name not in match.columns]
    if not fixed or not absent or not match.unknown or not set(fixed) <= match.columns.keys():
        return ""
    return ", ".join(match.labels[number] for number in match.unknown[:_LISTED])
