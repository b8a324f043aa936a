"""Finding isian rows and the dataset each belongs to."""

from __future__ import annotations

from ckan import model
from sqlalchemy import select, text

from ckanext.lppd.model.tables import Isian


def isian_of_package(package_id: str) -> Isian | None:
    """Return the isian that this dataset is the content of."""
    return model.Session.scalars(select(Isian).where(Isian.package_id == package_id)).first()


_PAGE = text(
    """
    SELECT i.id, i.owner_org, i.code, i.edition, i.state, l.id AS release_id, l.version,
           l.published_at, l.content -> 'resources' AS resources,
           coalesce((l.content ->> 'warisan')::boolean, false) AS warisan
      FROM lppd_isian i
      LEFT JOIN lppd_current_release c ON c.package_id = i.package_id
      LEFT JOIN lppd_release l ON l.id = c.release_id
     WHERE i.package_id = :id
    """
)


def page_of_package(package_id: str):  # type: ignore[no-untyped-def]
    """Return what a dataset's page says of its isian and its current release, in one query.

    Columns: id, owner_org, code, edition, state, release_id, version, published_at, resources,
    warisan.
    """
    return model.Session.execute(_PAGE, {"id": package_id}).first()


def isian_by_identity(edition: str, code: str, year: int) -> Isian | None:
    """Return the isian of one indicator of one edition for one year (R8)."""
    return model.Session.scalars(
        select(Isian).where(
            Isian.kind == "indikator",
            Isian.edition == edition,
            Isian.code == code,
            Isian.year == year,
        )
    ).first()
