"""Views on governed files: only a plain table may be shown, for nobody approves a view.

A dataset that came under governance may have views from before; they would come along with its
publication, so they count as a gap until they are removed.
"""

from __future__ import annotations

from ckan import model
from sqlalchemy import bindparam, text

# Views that show the released file itself; all others can put unreviewed content on the page.
HARMLESS_VIEWS = frozenset({"datatables_view", "recline_view", "recline_grid_view"})
VIEW_TITLE = "Tabel"

_UNREVIEWED = text(
    "SELECT v.title, coalesce(nullif(r.name, ''), r.url, r.id) AS file FROM resource_view v "
    "JOIN resource r ON r.id = v.resource_id WHERE r.package_id = :id AND r.state = 'active' "
    "AND (v.view_type NOT IN :harmless OR v.title IS DISTINCT FROM :title "
    "OR btrim(coalesce(v.description, '')) <> '') ORDER BY r.position, v.\"order\", v.id"
).bindparams(bindparam("harmless", expanding=True))


def gaps(package_id: str | None) -> list[str]:
    """Return a sentence for each view of the dataset that shows what nobody has approved."""
    asked = {"id": package_id, "harmless": sorted(HARMLESS_VIEWS), "title": VIEW_TITLE}
    return [
        f"{row.file}: tampilan “{row.title}” dibuat sebelum data ini dikelola dan isinya tidak "
        "diperiksa. Hapus tampilan itu di halaman berkasnya."
        for row in model.Session.execute(_UNREVIEWED, asked)
    ]
