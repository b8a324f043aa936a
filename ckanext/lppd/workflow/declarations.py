"""What a producer declares instead of a value: tidak berlaku, nihil, belum tersedia (with a date).

The conditions of these acts, and what they leave on the isian. No dataset is made or published.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from ckan import model
from ckan.lib.helpers import get_display_timezone
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.model import Isian
from ckanext.lppd.workflow import rules

_DECLARE = "nyatakan_"
# name of a condition -> what must stand on the isian
_DECLARED: dict[str, str | None] = {
    "not_declared": None,
    "declared_tidak_berlaku": rules.TIDAK_BERLAKU,
    "declared_nihil": rules.NIHIL,
}


def declared_by(act_name: str) -> str | None:
    """Return what an act declares: `nyatakan_nihil` -> `nihil`."""
    return act_name[len(_DECLARE) :] if act_name.startswith(_DECLARE) else None


def note_declaration(isian: Isian, act_name: str, actor_id: str, promised: Any) -> None:
    """Put a declaration on the isian, whose state was set already, or take an old one away."""
    declared = declared_by(act_name)
    if declared is not None:
        # who declared is who last changed the content: somebody else has to confirm it (R4)
        isian.last_editor = actor_id
    isian.promised = promised if isian.state == rules.BELUM_TERSEDIA else None
    if declared in (rules.TIDAK_BERLAKU, rules.NIHIL):
        isian.declaration = declared
    elif rules.is_editable(isian.state):
        isian.declaration = None


def fits(isian: Isian, act: rules.Act) -> bool:
    """Tell whether the conditions on declarations hold: what decides if a button is shown."""
    if "is_indicator" in act.conditions and isian.kind != "indikator":
        return False
    wanted = [_DECLARED[name] for name in act.conditions if name in _DECLARED]
    return all(isian.declaration == value for value in wanted)


def today() -> date:
    """Return today's date where the portal stands."""
    moment: datetime = datetime.now(get_display_timezone())
    return moment.date()


def is_late(isian: Isian) -> bool:
    """Tell whether the promised date, or else the due date, is past and nothing was sent."""
    if isian.state not in rules.EDITABLE:
        return False
    until = isian.promised or isian.due
    return until is not None and until < today()


def confirmed(edition: str, code: str) -> list[dict[str, Any]]:
    """Return the years for which it is confirmed that there is no value; anybody may know."""
    query = (
        select(Isian.year, Isian.state)
        .where(
            Isian.kind == "indikator",
            Isian.edition == edition,
            Isian.code == code,
            Isian.state.in_([rules.TIDAK_BERLAKU, rules.NIHIL]),
        )
        .order_by(Isian.year.desc())
    )
    return [{"tahun": year, "keadaan": state} for year, state in model.Session.execute(query)]


def _is_indicator(isian: Isian, actor: Any, request: Any) -> None:
    if isian.kind != "indikator":
        raise toolkit.ValidationError(
            {"jenis": ["Pernyataan ini hanya untuk isian indikator, bukan revisi atau sektoral."]}
        )


def _date_promised(isian: Isian, actor: Any, request: Any) -> None:
    if request.promised is None:
        raise toolkit.ValidationError({"tanggal": ["Isi tanggal data ini akan tersedia."]})
    if request.promised < today():
        raise toolkit.ValidationError({"tanggal": ["Tanggal yang dijanjikan sudah lewat."]})


def _not_declared(isian: Isian, actor: Any, request: Any) -> None:
    if isian.declaration is not None:
        raise toolkit.ValidationError(
            {
                "message": [
                    f"Yang diajukan adalah pernyataan {rules.label(isian.declaration)}, bukan "
                    "berkas. Pilih Sahkan pernyataan, atau kembalikan."
                ]
            }
        )


def _declared(value: str) -> Callable[[Isian, Any, Any], None]:
    def test(isian: Isian, actor: Any, request: Any) -> None:
        if isian.declaration != value:
            raise toolkit.ValidationError(
                {"message": [f"Isian ini tidak dinyatakan {rules.label(value)}."]}
            )

    return test


CONDITIONS: dict[str, Callable[[Isian, Any, Any], None]] = {
    "is_indicator": _is_indicator,
    "date_promised": _date_promised,
    "not_declared": _not_declared,
    "declared_tidak_berlaku": _declared(rules.TIDAK_BERLAKU),
    "declared_nihil": _declared(rules.NIHIL),
}
