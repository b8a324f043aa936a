"""Figures of many isian at once: what their files say now, and what was released for a year."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from ckan import model
from sqlalchemy import bindparam, text

# A verdict counts for the same bytes and the same rules only, as in `release.evidence`.
_CURRENT = text(
    """
    SELECT r.package_id, v.valid, v.report -> 'values' AS rows, v.report -> 'findings' AS findings
      FROM resource r
      LEFT JOIN LATERAL (
           SELECT v.valid, v.report FROM lppd_verdict v
            WHERE v.resource_id = r.id
              AND v.sha256 = r.extras::jsonb ->> 'sha256'
              AND v.schema_sha256 = r.extras::jsonb ->> 'schema_sha256'
            ORDER BY v.created_at DESC LIMIT 1) v ON true
     WHERE r.state = 'active' AND r.extras::jsonb ->> 'peran' = 'capaian' AND r.package_id IN :ids
    """
).bindparams(bindparam("ids", expanding=True))
_RELEASED = text(
    """
    SELECT o.code, o.region, o.part, o.value
      FROM lppd_observation o JOIN lppd_current_release c ON c.release_id = o.release_id
     WHERE o.edition = :edition AND o.year = :year AND o.code IN :codes
    """
).bindparams(bindparam("codes", expanding=True))


def current_rows(package_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return for each dataset with a `capaian` file: `valid`, `rows` and `findings` of its check.

    `valid` is None, and the lists are empty, where the file was not checked by today's rules.
    """
    if not package_ids:
        return {}
    found = model.Session.execute(_CURRENT, {"ids": list(package_ids)})
    return {
        row.package_id: {
            "valid": row.valid,
            "rows": row.rows or [],
            "findings": row.findings or [],
        }
        for row in found
    }


def released_values(
    edition: str, year: int, codes: Collection[str]
) -> dict[str, dict[str, dict[str, Decimal]]]:
    """Return code -> region -> part -> figure of what is released now for a year."""
    values: dict[str, dict[str, dict[str, Decimal]]] = {}
    if codes:
        parameters = {"edition": edition, "year": year, "codes": list(codes)}
        for row in model.Session.execute(_RELEASED, parameters):
            values.setdefault(row.code, {}).setdefault(row.region, {})[row.part] = row.value
    return values
