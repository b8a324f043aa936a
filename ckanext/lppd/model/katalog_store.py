"""Catalogue editions in the database: loading is idempotent, reading is cached by checksum."""

from __future__ import annotations

from collections import OrderedDict

from ckan import model
from sqlalchemy import func, select

from ckanext.lppd.katalog import Edisi, Indikator
from ckanext.lppd.model.tables import Edition, IndicatorRow

_CACHE_SIZE = 8
_cache: OrderedDict[tuple[str, str], Edisi] = OrderedDict()


def save_edisi(edisi: Edisi) -> bool:
    """Write an edition and its indicators; return False where it was already there unchanged.

    Indicators that a newer file no longer has are removed, unless an isian uses them (then the
    foreign key refuses and the whole load is rolled back by the caller). Does not commit.
    """
    row = model.Session.get(Edition, edisi.kode)
    if row is not None and row.sha256 == edisi.sha256:
        return False
    whole = edisi.to_dict()
    indicators = whole.pop("indikator")
    if row is None:
        row = Edition(code=edisi.kode)
        model.Session.add(row)
    row.title, row.status, row.data, row.sha256 = edisi.judul, edisi.status, whole, edisi.sha256
    model.Session.flush()
    present = {
        item.code: item
        for item in model.Session.scalars(
            select(IndicatorRow).where(IndicatorRow.edition == edisi.kode)
        )
    }
    for position, data in enumerate(indicators):
        item = present.pop(data["kode"], None)
        if item is None:
            item = IndicatorRow(edition=edisi.kode, code=data["kode"])
            model.Session.add(item)
        item.position, item.data = position, data
    for stale in present.values():
        model.Session.delete(stale)
    model.Session.flush()
    return True


def get_edisi(code: str) -> Edisi | None:
    """Return the loaded edition, or None where no such edition was loaded."""
    sha256 = model.Session.scalar(select(Edition.sha256).where(Edition.code == code))
    if sha256 is None:
        return None
    key = (code, sha256)
    if key not in _cache:
        whole = model.Session.scalar(select(Edition.data).where(Edition.code == code)) or {}
        indicators = model.Session.scalars(
            select(IndicatorRow.data)
            .where(IndicatorRow.edition == code)
            .order_by(IndicatorRow.position)
        ).all()
        _cache[key] = Edisi.from_dict({**whole, "indikator": list(indicators)})
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return _cache[key]


def get_indikator(edition: str, code: str) -> tuple[Edisi, Indikator]:
    """Return a loaded indicator with its edition.

    Raises:
        LookupError: where the edition or the indicator is not loaded.
    """
    edisi = get_edisi(edition)
    indikator = edisi.get(code) if edisi else None
    if edisi is None or indikator is None:
        raise LookupError(f"indikator {code} edisi {edition} tidak ada di katalog")
    return edisi, indikator


def list_editions() -> list[tuple[Edition, int]]:
    """Return the loaded editions, newest code first, each with the number of its indicators."""
    number = (
        select(func.count())
        .where(IndicatorRow.edition == Edition.code)
        .correlate(Edition)
        .scalar_subquery()
    )
    query = select(Edition, number).order_by(Edition.code.desc())
    return [(edition, count) for edition, count in model.Session.execute(query)]
