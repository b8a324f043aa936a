"""Actions on the year of an edition: plan, open, close, declare final, reopen."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.katalog import Edisi
from ckanext.lppd.katalog.perangkat_daerah import load_perangkat_daerah, penanggung_jawab
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic import schema_tahun
from ckanext.lppd.logic.action.katalog import loaded_edisi
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian
from ckanext.lppd.workflow import kalender, roles, years


def planner(context: Any) -> str:
    """Return the id of the caller, who must be walidata, perencana or sysadmin.

    Raises:
        toolkit.NotAuthorized: for everybody else.
    """
    actor = caller(context)
    if not roles.may_plan(model.User.get(actor.id)):
        raise toolkit.NotAuthorized("Tahun dan penugasan diatur oleh walidata atau perencana.")
    return actor.id


def edition_for(code: str, year: int) -> Edisi:
    """Return a loaded edition that covers this year.

    Raises:
        toolkit.ObjectNotFound: where no such edition was loaded.
        toolkit.ValidationError: where it does not cover the year.
    """
    edisi = loaded_edisi(code)
    if not edisi.covers(year):
        raise toolkit.ValidationError({"tahun": [f"Edisi {edisi.kode} tidak mencakup {year}."]})
    return edisi


def rows_of_year(edition: str, year: int) -> dict[str, Isian]:
    """Return code -> isian of an edition and year."""
    query = select(Isian).where(
        Isian.kind == "indikator", Isian.edition == edition, Isian.year == year
    )
    return {isian.code: isian for isian in model.Session.scalars(query)}


def begin_year(context: Any, data: dict[str, Any], state: str) -> dict[str, Any]:
    """Make a year and the isian that are missing in it; commits. For walidata and perencana."""
    actor_id = planner(context)
    edisi, year = edition_for(data["edisi"], data["tahun"]), data["tahun"]
    priority = {code.strip() for code in (data.get("prioritas") or "").split(",") if code.strip()}
    unknown = sorted(code for code in priority if edisi.get(code) is None)
    if unknown:
        raise toolkit.ValidationError({"prioritas": [f"Kode tidak dikenal: {', '.join(unknown)}."]})
    years.begin(edisi.kode, year, state, actor_id)
    present = rows_of_year(edisi.kode, year)
    agencies = load_perangkat_daerah()
    created, unassigned = 0, []
    for indikator in edisi.indikator:
        isian = present.get(indikator.kode)
        if isian is None:
            isian = Isian(
                kind="indikator",
                edition=edisi.kode,
                code=indikator.kode,
                year=year,
                owner_org=organisation_id(penanggung_jawab(edisi, indikator, agencies)),
                priority=indikator.kode in priority,
            )
            model.Session.add(isian)
            created += 1
        if isian.owner_org is None:
            unassigned.append(indikator.kode)
    years.announce(edisi.kode, year)
    model.Session.commit()
    return {"dibuat": created, "sudah_ada": len(present), "belum_ditugaskan": unassigned}


def lppd_tahun_buka(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Open a year for filling in: one isian for every indicator; repeating adds what is missing.

    The responsible agency is taken from the catalogue where exactly one carries the urusan; the
    others stay unassigned and are listed. A year in planning is opened; one that is closed or
    final is refused (`lppd_tahun_ubah` reopens it, with a reason).

    :param edisi: code of the edition
    :type edisi: string
    :param tahun: year of the data
    :type tahun: int
    :param prioritas: codes of the Data Prioritas, separated by commas (optional)
    :type prioritas: string
    :returns: counts `dibuat`, `sudah_ada`, and the codes `belum_ditugaskan`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_tahun_buka", context, data_dict)
    data = validated(data_dict, schemas.open_year(), context)
    return begin_year(context, data, kalender.PENGISIAN_DIBUKA)


def lppd_tahun_rencanakan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Make the isian of a year as `lppd_tahun_buka` does, in planning: nothing is filled in yet.

    :param edisi, tahun, prioritas: as of `lppd_tahun_buka`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_tahun_buka", context, data_dict)
    data = validated(data_dict, schema_tahun.plan_year(), context)
    return begin_year(context, data, kalender.PERENCANAAN)


def lppd_tahun_ubah(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Move a year on (walidata, perencana): an act of `workflow.kalender.ACTS`.

    :param edisi: code of the edition
    :param tahun: year of the data
    :param tindakan: `buka`, `tutup`, `finalkan` or `buka_kembali`
    :param reason: why; `buka_kembali` needs it
    :param state_seen: the state the caller saw (optional)
    :returns: edisi, tahun, state
    :rtype: dictionary
    """
    toolkit.check_access("lppd_tahun_buka", context, data_dict)
    data = validated(data_dict, schema_tahun.move_year(), context)
    actor_id = planner(context)
    try:
        row = years.move(
            data["edisi"],
            data["tahun"],
            data["tindakan"],
            actor_id,
            data.get("reason"),
            data.get("state_seen"),
        )
    except (toolkit.ValidationError, toolkit.ObjectNotFound):
        model.Session.rollback()
        raise
    return {"edisi": row.edition, "tahun": row.year, "state": row.state}


@toolkit.side_effect_free
def lppd_tahun_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the years with their state and the acts that leave it, newest first.

    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_isian_list", context, data_dict)
    return years.list_years()
