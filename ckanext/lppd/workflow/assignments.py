"""Who answers for what until when: planned first, shown, then written in one transaction.

A wish is a mapping with `kode` and any of `owner_org` (id or None), `due` (date or None),
`prioritas` (bool), `penyumbang` (part -> id of an agency, or None); an absent key is left alone.
`dilihat` is what the planner saw (`seen_of`): a row that moved since stops the lot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.katalog import Edisi
from ckanext.lppd.model import Contributor, Isian
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.model.tables import new_id
from ckanext.lppd.notices import service as notices
from ckanext.lppd.workflow import completeness, kalender, years

NOBODY = "belum ditugaskan"
NONE = "tidak ada"


@dataclass(frozen=True)
class Change:
    """One thing that an assignment would change; texts as people read them."""

    kode: str
    nama: str
    hal: str
    dari: str
    menjadi: str


@dataclass
class Plan:
    """What the wishes come to: changes to be shown, errors that stop all of it."""

    changes: list[Change] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """SHA-256 of the changes: who confirms names what was seen."""
        text = json.dumps([asdict(change) for change in self.changes], sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


class _Year:
    """The isian, contributors and agencies of one year, in three queries."""

    def __init__(self, edition: str, year: int) -> None:
        edisi = get_edisi(edition)
        if edisi is None:
            raise toolkit.ObjectNotFound(f"Edisi {edition} tidak ada di katalog.")
        self.edisi: Edisi = edisi
        where = (Isian.kind == "indikator", Isian.edition == edition, Isian.year == year)
        self.rows = {row.code: row for row in model.Session.scalars(select(Isian).where(*where))}
        query = select(Contributor).join(Isian, Isian.id == Contributor.isian_id).where(*where)
        self.contributors: dict[tuple[str, str], Contributor] = {
            (row.isian_id, row.part): row for row in model.Session.scalars(query)
        }
        self.agencies = {o.id: o.title for o in completeness.organisations()}
        # isian, part and agency of what is asked of others now
        self.asked: list[tuple[str, str, str]] = []

    def parts(self, code: str) -> dict[str, str]:
        """Return name -> title of the parts that the indicator's formula is made of."""
        indikator = self.edisi.get(code)
        return {p.name: p.title for p in indikator.rumus.parts} if indikator else {}

    def name(self, code: str) -> str:
        """Return the indicator's name."""
        indikator = self.edisi.get(code)
        return indikator.nama if indikator else code

    def agency(self, organisation_id: str | None, nobody: str) -> str:
        """Return an agency's title; the id itself where it is gone."""
        if not organisation_id:
            return nobody
        return self.agencies.get(organisation_id, organisation_id)


def seen_of(isian: Isian) -> str:
    """Return what an assignment was when it was shown, for comparing."""
    return f"{isian.owner_org or ''}|{isian.due or ''}|{int(bool(isian.priority))}"


def plan(edition: str, year: int, wishes: Iterable[Mapping[str, Any]]) -> Plan:
    """Return what these wishes would change, and what stops them; writes nothing."""
    return _walk(_Year(edition, year), wishes, write=False)


def apply(
    edition: str,
    year: int,
    wishes: Iterable[Mapping[str, Any]],
    actor_id: str,
    *,
    seen: str | None = None,
    act: str = "tugaskan",
) -> Plan:
    """Write the wishes, all or none, with one row in the record of the year; no commit.

    Args:
        edition, year: whose isian.
        wishes: as above.
        actor_id: the planner.
        seen: `digest` of the plan that was shown; a plan that came out otherwise is refused.
        act: name in the record.

    Raises:
        toolkit.ValidationError: where the year is final, a wish cannot be met, or the plan moved.
    """
    row = years.for_planning(edition, year)
    wanted = list(wishes)
    state = _Year(edition, year)
    found = _walk(state, wanted, write=False)
    if found.errors:
        raise toolkit.ValidationError({"penugasan": found.errors})
    if seen is not None and seen != found.digest:
        raise toolkit.ValidationError(
            {"penugasan": ["Penugasan berubah sejak ditampilkan. Periksa lagi, lalu terapkan."]}
        )
    _walk(state, [{**wish, "dilihat": None} for wish in wanted], write=True)
    if found.changes:
        lines = (f"{c.kode} {c.hal}: {c.dari} → {c.menjadi}" for c in found.changes)
        years.record(row, act, row.state, actor_id, "; ".join(lines))
        if row.state == kalender.PENGISIAN_DIBUKA:
            # of a year that is planned everybody hears when it is opened
            _tell(state, edition, year, actor_id)
    return found


def _tell(state: _Year, edition: str, year: int, actor_id: str) -> None:
    codes = {isian.id: code for code, isian in state.rows.items()}

    def about(isian_id: str) -> dict[str, Any]:
        code = codes[isian_id]
        return {"code": code, "name": state.name(code), "year": year}

    notices.asked(state.asked, about, new_id(), actor_id)
    years.announce(edition, year)


def _walk(state: _Year, wishes: Iterable[Mapping[str, Any]], *, write: bool) -> Plan:
    found = Plan()
    for wish in wishes:
        isian = state.rows.get(str(wish.get("kode")))
        if isian is None:
            found.errors.append(f"Isian {wish.get('kode')} tidak ada di tahun ini.")
            continue
        if wish.get("dilihat") and wish["dilihat"] != seen_of(isian):
            found.errors.append(
                f"{isian.code}: penugasan ini berubah sejak ditampilkan. Muat ulang, lalu ulangi."
            )
            continue
        _owner(state, isian, wish, found, write=write)
        _simple(state, isian, wish, found, write=write)
        _contributors(state, isian, wish, found, write=write)
    model.Session.flush()
    return found


def _owner(
    state: _Year, isian: Isian, wish: Mapping[str, Any], found: Plan, *, write: bool
) -> None:
    if "owner_org" not in wish or wish["owner_org"] == isian.owner_org:
        return
    wanted = wish["owner_org"]
    if wanted and wanted not in state.agencies:
        found.errors.append(f"{isian.code}: perangkat daerah ini tidak ada.")
        return
    if isian.package_id or isian.state != "belum_diisi":
        found.errors.append(
            f"{isian.code}: isian ini sudah berisi data; pemiliknya tidak dapat diganti."
        )
        return
    dari, menjadi = state.agency(isian.owner_org, NOBODY), state.agency(wanted, NOBODY)
    found.changes.append(
        Change(isian.code, state.name(isian.code), "penanggung jawab", dari, menjadi)
    )
    if write:
        isian.owner_org = wanted


def _simple(
    state: _Year, isian: Isian, wish: Mapping[str, Any], found: Plan, *, write: bool
) -> None:
    name = state.name(isian.code)
    if "due" in wish and wish["due"] != isian.due:
        dari, menjadi = _day(isian.due), _day(wish["due"])
        found.changes.append(Change(isian.code, name, "tenggat", dari, menjadi))
        if write:
            isian.due = wish["due"]
    if "prioritas" in wish and bool(wish["prioritas"]) != bool(isian.priority):
        words = ("tidak", "ya") if wish["prioritas"] else ("ya", "tidak")
        found.changes.append(Change(isian.code, name, "Data Prioritas", *words))
        if write:
            isian.priority = bool(wish["prioritas"])


def _day(value: date | None) -> str:
    return value.isoformat() if value else NONE


def _contributors(
    state: _Year, isian: Isian, wish: Mapping[str, Any], found: Plan, *, write: bool
) -> None:
    owner = wish.get("owner_org", isian.owner_org)
    for part, wanted in (wish.get("penyumbang") or {}).items():
        row = state.contributors.get((isian.id, part))
        before = row.owner_org if row is not None else None
        if (wanted or None) == before:
            continue
        title = state.parts(isian.code).get(part)
        if title is None:
            found.errors.append(f"{isian.code}: bagian {part} tidak ada dalam rumus indikator ini.")
        elif wanted and wanted not in state.agencies:
            found.errors.append(f"{isian.code}: perangkat daerah penyumbang {part} tidak ada.")
        elif wanted and wanted == owner:
            found.errors.append(
                f"{isian.code}: penyumbang {part} sama dengan penanggung jawab. Kosongkan saja."
            )
        else:
            dari, menjadi = state.agency(before, NONE), state.agency(wanted, NONE)
            name = state.name(isian.code)
            found.changes.append(Change(isian.code, name, f"penyumbang {part}", dari, menjadi))
            if write:
                _write_contributor(state, isian.id, part, row, wanted)


def _write_contributor(
    state: _Year, isian_id: str, part: str, row: Contributor | None, wanted: str | None
) -> None:
    if wanted:
        state.asked.append((isian_id, part, wanted))
    if row is not None and wanted:
        row.owner_org = wanted
    elif row is not None:
        model.Session.delete(row)
        del state.contributors[isian_id, part]
    else:
        row = Contributor(isian_id=isian_id, part=part, owner_org=wanted)
        model.Session.add(row)
        state.contributors[isian_id, part] = row


def assignments(edition: str, year: int) -> list[dict[str, Any]]:
    """Return every assignment of a year in the order of the catalogue, in constant queries."""
    state = _Year(edition, year)
    listed = []
    for indikator in state.edisi.indikator:
        isian = state.rows.get(indikator.kode)
        if isian is None:
            continue
        parts = state.parts(indikator.kode)
        given = {p: state.contributors.get((isian.id, p)) for p in parts}
        listed.append(
            {
                "id": isian.id,
                "kode": indikator.kode,
                "nama": indikator.nama,
                "urusan": indikator.urusan,
                "owner_org": isian.owner_org,
                "owner_org_title": state.agency(isian.owner_org, ""),
                "due": isian.due,
                "prioritas": bool(isian.priority),
                "berisi": bool(isian.package_id) or isian.state != "belum_diisi",
                "bagian": parts,
                "dilihat": seen_of(isian),
                "penyumbang": {p: row.owner_org if row else None for p, row in given.items()},
            }
        )
    return listed


def copy_year(edition: str, source: int, target: int, actor_id: str) -> Plan:
    """Take the assignments of one year over to another; values are never carried. No commit.

    Owners of isian that hold data already stay as they are. Due dates keep their day of the year.
    """
    taken: list[dict[str, Any]] = []
    current = _Year(edition, target).rows
    for row in assignments(edition, source):
        isian = current.get(row["kode"])
        if isian is None:
            continue
        wish = {"kode": row["kode"], "prioritas": row["prioritas"]}
        if row["due"]:
            wish["due"] = shifted(row["due"], target - source)
        if not (isian.package_id or isian.state != "belum_diisi"):
            wish["owner_org"] = row["owner_org"]
            wish["penyumbang"] = row["penyumbang"]
        taken.append(wish)
    done = apply(edition, target, taken, actor_id, act="salin")
    years.for_planning(edition, target).copied_from = source
    model.Session.flush()
    return done


def shifted(day: date, by: int) -> date:
    """Return the same day of another year; 29 February becomes the 28th where it must."""
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)


def unassigned(edition: str, year: int) -> list[dict[str, Any]]:
    """Return the assignments of a year that have no responsible agency."""
    return [row for row in assignments(edition, year) if not row["owner_org"]]


def may_change(state: str) -> bool:
    """Tell whether assignments may change in this state of a year."""
    return state in kalender.PLANNING
