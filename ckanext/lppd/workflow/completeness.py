"""Facts about many isian at once, each in one query: check results, years, organisations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ckan import model
from sqlalchemy import bindparam, text

# every isian of an indicator has its year there (trigger `lppd_isian_year`)
_YEARS = text("SELECT DISTINCT year FROM lppd_year ORDER BY year DESC")
# A verdict counts for the same bytes and the same rules only, as in `release.evidence`.
_CHECKS = text(
    """
    SELECT r.package_id, bool_or(v.id IS NULL) AS unchecked, bool_and(v.valid) AS valid
      FROM resource r
      LEFT JOIN LATERAL (
           SELECT v.id, v.valid FROM lppd_verdict v
            WHERE v.resource_id = r.id
              AND v.sha256 = r.extras::jsonb ->> 'sha256'
              AND v.schema_sha256 = r.extras::jsonb ->> 'schema_sha256'
            ORDER BY v.created_at DESC LIMIT 1) v ON true
     WHERE r.state = 'active' AND r.package_id IN :ids
     GROUP BY r.package_id
    """
).bindparams(bindparam("ids", expanding=True))
_ORGANISATIONS = text(
    """
    SELECT g.id, g.name, g.title, coalesce(o.role, '') AS role,
           e.group_id IS NOT NULL AS enrolled
      FROM "group" g LEFT JOIN lppd_organization o ON o.group_id = g.id
      LEFT JOIN lppd_enrolled_org e ON e.group_id = g.id
     WHERE g.is_organization AND g.state = 'active'
     ORDER BY lower(coalesce(nullif(g.title, ''), g.name))
    """
)

LOLOS = "lolos"
KESALAHAN = "kesalahan"
BELUM_DIPERIKSA = "belum_diperiksa"


@dataclass(frozen=True)
class Organisation:
    """An active organisation of the portal with its Satu Data part (empty where it has none).

    `enrolled`: every dataset of it is governed.
    """

    id: str
    name: str
    title: str
    role: str
    enrolled: bool


def opened_years() -> list[int]:
    """Return the years that have isian, newest first."""
    return [row.year for row in model.Session.execute(_YEARS)]


def check_results(package_ids: Collection[str]) -> dict[str, str]:
    """Return the result of the automatic check of each dataset that has a file.

    `lolos`, `kesalahan` or `belum_diperiksa`; a dataset without files is absent.
    """
    if not package_ids:
        return {}
    results = {}
    for row in model.Session.execute(_CHECKS, {"ids": list(package_ids)}):
        if row.valid is False:
            results[row.package_id] = KESALAHAN
        else:
            results[row.package_id] = BELUM_DIPERIKSA if row.unchecked else LOLOS
    return results


def organisations() -> list[Organisation]:
    """Return every active organisation with its part, by title."""
    return [
        Organisation(row.id, row.name, row.title or row.name, row.role, row.enrolled)
        for row in model.Session.execute(_ORGANISATIONS)
    ]
