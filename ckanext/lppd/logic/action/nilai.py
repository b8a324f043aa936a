"""The public values: one long table over all published indicators."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.input import validated
from ckanext.lppd.release import health

DEFAULT_LIMIT = 1000
MAX_LIMIT = 10_000

# Only the current release of a dataset that the database itself calls public (R1, R5).
_WHERE = """
  FROM lppd_observation o
  JOIN lppd_current_release c ON c.release_id = o.release_id
  JOIN package p ON p.id = o.package_id AND p.state = 'active' AND p.private IS FALSE
  JOIN lppd_release r ON r.id = o.release_id
 WHERE c.manifest = lppd_manifest(p.id)
   AND (CAST(:edisi AS text) IS NULL OR o.edition = :edisi)
   AND (CAST(:kode AS text) IS NULL OR o.code = :kode)
   AND (CAST(:tahun AS integer) IS NULL OR o.year = :tahun)
   AND (CAST(:kode_wilayah AS text) IS NULL OR o.region = :kode_wilayah)
   AND (CAST(:bagian AS text) IS NULL OR o.part = :bagian)
"""
_COUNT = text("SELECT count(*) " + _WHERE)
_ROWS = text(
    "SELECT o.edition, o.code, o.year, o.region, o.part, o.value_text, o.unit, p.name AS dataset, "
    "r.version, r.published_at " + _WHERE + " ORDER BY o.edition, o.code, o.year, o.region, o.id "
    "LIMIT :limit OFFSET :offset"
)


@toolkit.side_effect_free
def lppd_nilai(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List published values; everything that is not released now is absent.

    :param edisi, kode, tahun, kode_wilayah, bagian: filters (optional); `bagian` is `capaian` or
        the name of a part such as `pembilang`
    :param limit: at most this many, 1000 by default, 10000 at most
    :param offset: skip this many
    :returns: count and results; `nilai` is exact decimal text with a point
    :rtype: dictionary
    """
    toolkit.check_access("lppd_nilai", context, data_dict)
    data = validated(data_dict, schemas.values(), context)
    names = ("edisi", "kode", "tahun", "kode_wilayah", "bagian")
    filters = {name: data.get(name) for name in names}
    page = {
        "limit": min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT),
        "offset": int(data.get("offset") or 0),
    }
    if not health.gate_is_whole():
        return {"count": 0, "results": []}
    count = model.Session.execute(_COUNT, filters).scalar()
    rows = model.Session.execute(_ROWS, {**filters, **page})
    return {
        "count": count,
        "results": [
            {
                "edisi": row.edition,
                "kode": row.code,
                "tahun": row.year,
                "kode_wilayah": row.region,
                "bagian": row.part,
                "nilai": row.value_text,
                "satuan": row.unit,
                "dataset": row.dataset,
                "versi": row.version,
                "terbit": row.published_at.isoformat(),
            }
            for row in rows
        ],
    }
