"""What was released for the year before: the one meaning of "last year" in checks and on pages.

It is the same indicator: in the same edition or, where that has nothing of the year, in another one
that has this code under the same name and unit. The same code may mean another indicator in another
edition (R8), so the code alone is never enough; figures of two editions are never mixed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ckan import model
from sqlalchemy import bindparam, text

from ckanext.lppd.model import Isian

# The last row of a code says which edition counts: the own one, else the one released last.
_RELEASED = text(
    """
    SELECT o.code, o.edition, o.region, o.part, o.value_text, r.id AS release_id, r.version
      FROM lppd_observation o
      JOIN lppd_current_release c ON c.release_id = o.release_id
      JOIN lppd_release r ON r.id = o.release_id
      JOIN lppd_indicator m ON m.edition = :edition AND m.code = o.code
      LEFT JOIN lppd_indicator n ON n.edition = o.edition AND n.code = o.code
     WHERE o.year = :year AND o.code IN :codes
       AND (o.edition = :edition
            OR (n.data ->> 'nama' = m.data ->> 'nama'
                AND n.data ->> 'satuan' IS NOT DISTINCT FROM m.data ->> 'satuan'))
     ORDER BY (o.edition = :edition), r.published_at, o.id
    """
).bindparams(bindparam("codes", expanding=True))


@dataclass(frozen=True)
class Previous:
    """What one indicator had in the year before.

    `edition` is the one that it was released in; `texts` is region -> part -> plain decimal text,
    `release_id` and `version` name the newest release that these are from.
    """

    edition: str
    year: int
    release_id: str
    version: int
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, dict[str, Decimal]]:
        """Region -> part -> figure."""
        return {
            region: {part: Decimal(value) for part, value in parts.items()}
            for region, parts in self.texts.items()
        }


def previous_of(edition: str, year: int, codes: Collection[str]) -> dict[str, Previous]:
    """Return code -> what is released now for the year before, in one query.

    Args:
        edition: of the indicators that are compared.
        year: of the data that are compared; the one before it is read.
        codes: the indicators; one without anything released is absent from the answer.
    """
    if not codes:
        return {}
    asked = {"edition": edition, "year": year - 1, "codes": list(codes)}
    rows = model.Session.execute(_RELEASED, asked).all()
    newest = {row.code: row for row in rows}
    found = {
        code: Previous(row.edition, year - 1, row.release_id, row.version)
        for code, row in newest.items()
    }
    for row in rows:
        one = found[row.code]
        if row.edition == one.edition:
            one.texts.setdefault(row.region, {})[row.part] = row.value_text
    return found


def previous(isian: Isian) -> Previous | None:
    """Return what the indicator of an isian had in the year before; None where nothing is released.

    Sectoral data have no year to compare with.
    """
    if not isian.is_indicator:
        return None
    return previous_of(isian.edition, isian.year, [isian.code]).get(isian.code)


def reference(isian: Isian) -> dict[str, Any] | None:
    """Return last year's release as `checking` takes it; None where nothing is released.

    Keys: `tahun`, `rilis`, `versi`, `nilai` (region -> column -> plain decimal text).
    """
    before = previous(isian)
    if before is None:
        return None
    return {
        "tahun": before.year,
        "rilis": before.release_id,
        "versi": before.version,
        "nilai": before.texts,
    }
