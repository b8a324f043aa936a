"""Finding isian rows and the dataset each belongs to."""

from __future__ import annotations

from ckan import model
from sqlalchemy import select

from ckanext.lppd.model.tables import Isian


def isian_of_package(package_id: str) -> Isian | None:
    """Return the isian that this dataset is the content of."""
    return model.Session.scalars(select(Isian).where(Isian.package_id == package_id)).first()


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
