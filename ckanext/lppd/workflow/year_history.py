"""The record of a whole year: every act on its isian and on the year itself, page by page."""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import func, literal, select

from ckanext.lppd.model import IndicatorRow, Isian, Transition
from ckanext.lppd.workflow import years

# isian that were taken away (an abandoned revision) left acts on the isian they belonged to as well


def _rows(edition: str, year: int, organisation: str | None, act: str | None) -> Any:
    of_year = select(Isian.id).where(Isian.edition == edition, Isian.year == year)
    if organisation:
        isian: Any = of_year.where(Isian.owner_org == organisation)
    else:
        isian = of_year.union_all(select(literal(years.key(edition, year))))
    query = select(Transition.id).where(Transition.isian_id.in_(isian))
    return query.where(Transition.act == act) if act else query


def acts_of_year(edition: str, year: int) -> list[str]:
    """Return the acts that were done in this year, by name."""
    found = _rows(edition, year, None, None).with_only_columns(Transition.act).distinct()
    return sorted(model.Session.scalars(found))


def year_history(
    edition: str,
    year: int,
    *,
    organisation: str | None = None,
    act: str | None = None,
    limit: int,
    offset: int,
) -> tuple[int, list[dict[str, Any]]]:
    """Return the number of acts and one page of them, newest first, in two queries.

    Args:
        edition, year: which year.
        organisation: id of the agency whose isian count; the year's own acts are nobody's.
        act: name of an act.
        limit, offset: the page.
    """
    wanted = _rows(edition, year, organisation, act)
    count = model.Session.scalar(select(func.count()).select_from(wanted.subquery()))
    page = wanted.order_by(Transition.id.desc()).limit(limit).offset(offset).subquery()
    query = (
        select(
            Transition,
            Isian.id,
            Isian.code,
            IndicatorRow.data["nama"].astext,
            func.coalesce(model.Group.title, literal("")),
            func.coalesce(model.User.fullname, model.User.name, Transition.actor),
        )
        .join(page, page.c.id == Transition.id)
        .outerjoin(Isian, Isian.id == Transition.isian_id)
        .outerjoin(
            IndicatorRow,
            (IndicatorRow.edition == Isian.edition) & (IndicatorRow.code == Isian.code),
        )
        .outerjoin(model.Group, model.Group.id == Isian.owner_org)
        .outerjoin(model.User, model.User.id == Transition.actor)
        .order_by(Transition.id.desc())
    )
    listed = []
    for row, isian_id, code, name, agency, actor in model.Session.execute(query):
        listed.append(
            {
                "id": row.id,
                "isian": isian_id,
                "kode": code,
                "nama": name,
                "owner_org_title": agency,
                "act": row.act,
                "from_state": row.from_state,
                "to_state": row.to_state,
                "role": row.role,
                "actor_name": actor,
                "reason_code": row.reason_code,
                "note": row.note,
                "cells": row.cells,
                "created": row.created_at.isoformat(),
            }
        )
    return int(count or 0), listed
