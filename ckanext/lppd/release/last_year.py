"""What was released for the year before: the check compares with it, and names the release."""

from __future__ import annotations

from typing import Any

from ckan import model
from sqlalchemy import text

from ckanext.lppd.model import Isian

# The same code means another indicator in another edition, so only the same edition compares (R8).
_VALUES = text(
    """
    SELECT r.id, r.version, o.region, o.part, o.value_text
      FROM lppd_observation o
      JOIN lppd_current_release c ON c.release_id = o.release_id
      JOIN lppd_release r ON r.id = o.release_id
     WHERE o.edition = :edition AND o.code = :code AND o.year = :year
     ORDER BY r.published_at, o.id
    """
)


def last_year(isian: Isian) -> dict[str, Any] | None:
    """Return last year's current release as `checking` takes it; None where nothing is released.

    Keys: `tahun`, `rilis`, `versi`, `nilai` (region -> column -> plain decimal text).
    """
    if not isian.is_indicator:
        return None
    asked = {"edition": isian.edition, "code": isian.code, "year": isian.year - 1}
    rows = list(model.Session.execute(_VALUES, asked))
    if not rows:
        return None
    values: dict[str, dict[str, str]] = {}
    for row in rows:
        values.setdefault(row.region, {})[row.part] = row.value_text
    newest = rows[-1]
    return {
        "tahun": isian.year - 1,
        "rilis": newest.id,
        "versi": newest.version,
        "nilai": values,
    }
