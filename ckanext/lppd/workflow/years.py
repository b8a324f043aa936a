"""The only writer of a year's state: lock, test against `kalender`, write, record.

The record is the append-only, hash-chained table of transitions, under the key `tahun/EDISI/TAHUN`.
Lock order everywhere: first the year, then isian, then datasets.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.model import Isian, Transition, Year
from ckanext.lppd.notices import rules as notice_rules
from ckanext.lppd.notices import service as notices
from ckanext.lppd.workflow import kalender, roles, rules


def key(edition: str, year: int) -> str:
    """Return the key under which the acts on a year stand in the record."""
    return f"tahun/{edition}/{year}"


def hold(edition: str | None, year: int | None, *, exclusive: bool = False) -> Year | None:
    """Return the year as the database has it now, held until the end of the transaction.

    Work on isian shares the lock; what changes the year or writes its record has it alone.
    """
    if edition is None or year is None:
        return None
    return model.Session.scalars(
        select(Year)
        .where(Year.edition == edition, Year.year == year)
        .with_for_update(read=not exclusive)
        .execution_options(populate_existing=True)
    ).first()


def exists(edition: str, year: int) -> bool:
    """Tell whether the year was opened or planned; takes no lock."""
    query = select(Year.year).where(Year.edition == edition, Year.year == year)
    return model.Session.scalar(query) is not None


def state_of(isian: Isian) -> str | None:
    """Return the state of the isian's year; None for sectoral data, which belongs to no year."""
    if isian.edition is None or isian.year is None:
        return None
    return model.Session.scalar(
        select(Year.state).where(Year.edition == isian.edition, Year.year == isian.year)
    )


def works_for(isian: Isian, role: str, state: str | None) -> bool:
    """Tell whether a year in this state (`state_of`) takes acts of this role on the isian."""
    if isian.edition is None:
        return True
    return state is not None and kalender.may_work(state, role)


def closed_to(isian: Isian, role: str) -> str | None:
    """Hold the isian's year; return why it takes no act of this role, or None where it does."""
    if isian.edition is None:
        return None
    row = hold(isian.edition, isian.year)
    state = row.state if row is not None else kalender.PERENCANAAN
    if kalender.may_work(state, role):
        return None
    return kalender.refusal(isian.edition, isian.year, state)


def require(isian: Isian, role: str) -> None:
    """Hold the isian's year and refuse where it takes no act of this role.

    Raises:
        toolkit.ValidationError: naming the year, its state and what to do.
    """
    why = closed_to(isian, role)
    if why is not None:
        raise toolkit.ValidationError({"tahun": [why]})


def refused(edition: str, year: int, state: str) -> toolkit.ValidationError:
    """Return the error of an act that the state of the year does not take."""
    return toolkit.ValidationError({"tahun": [kalender.refusal(edition, year, state)]})


def for_planning(edition: str, year: int) -> Year:
    """Hold a year alone for changing assignments.

    Raises:
        toolkit.ObjectNotFound: where the year was never opened or planned.
        toolkit.ValidationError: where it is final.
    """
    row = hold(edition, year, exclusive=True)
    if row is None:
        raise toolkit.ObjectNotFound(
            f"Tahun {year} edisi {edition} belum ada. Rencanakan atau buka tahunnya dulu."
        )
    if row.state not in kalender.PLANNING:
        raise refused(edition, year, row.state)
    return row


def begin(edition: str, year: int, state: str, actor_id: str) -> Year:
    """Return the year, made in this state where it is new; an open order opens a planned one.

    Flushes, no commit.

    Raises:
        toolkit.ValidationError: where it is closed or final and should be opened.
    """
    row = hold(edition, year, exclusive=True)
    if row is None:
        row = Year(edition=edition, year=year, state=state)
        model.Session.add(row)
        model.Session.flush()
        first = "rencanakan" if state == kalender.PERENCANAAN else "buka"
        record(row, first, state, actor_id, None)
    elif state == kalender.PENGISIAN_DIBUKA and row.state == kalender.PERENCANAAN:
        row.state = state
        record(row, "buka", kalender.PERENCANAAN, actor_id, None)
    elif row.state not in (state, kalender.PENGISIAN_DIBUKA):
        raise refused(edition, year, row.state)
    return row


def move(
    edition: str, year: int, act_name: str, actor_id: str, note: str | None, seen: str | None
) -> Year:
    """Do one act of `kalender.ACTS` and commit it; a repeat changes nothing.

    Raises:
        toolkit.ObjectNotFound: where there is no such year.
        toolkit.ValidationError: for an unknown act, a moved state, a missing reason.
    """
    act = kalender.find_act(act_name)
    if act is None:
        names = ", ".join(a.name for a in kalender.ACTS)
        raise toolkit.ValidationError({"tindakan": [f"Pilih salah satu: {names}."]})
    row = hold(edition, year, exclusive=True)
    if row is None:
        raise toolkit.ObjectNotFound(f"Tahun {year} edisi {edition} belum ada.")
    if row.state == act.to and (seen is None or seen in act.from_states):
        return row
    if row.state not in act.from_states or (seen and seen != row.state):
        raise toolkit.ValidationError(
            {
                "state": [
                    f"Tahun {year} sekarang: {kalender.label(row.state)}. Tindakan ini tidak "
                    "berlaku di keadaan itu. Muat ulang halaman, lalu pilih lagi."
                ],
                "state_now": [row.state],
            }
        )
    wrong = rules.note_error(note) if act.reason else None
    if wrong is not None:
        raise toolkit.ValidationError({"note": [wrong]})
    before, row.state = row.state, act.to
    record(row, act.name, before, actor_id, note)
    announce(edition, year)
    model.Session.commit()
    return row


def announce(edition: str, year: int) -> None:
    """Tell what happened to a year last to those with work in it who were not told yet; no commit.

    Called where the year moved, and where more work came into it.
    """
    model.Session.flush()
    last = model.Session.scalars(
        select(Transition)
        .where(
            Transition.isian_id == key(edition, year), Transition.act.in_(notice_rules.YEAR_ACTS)
        )
        .order_by(Transition.id.desc())
        .limit(1)
    ).first()
    if last is not None:
        notices.year_moved(
            edition, year, last.act, str(last.id), actor_id=last.actor, note=last.note or ""
        )


def record(row: Year, act: str, from_state: str, actor_id: str, note: str | None) -> None:
    """Add the append-only row of an act on a year that is held alone; flushes, no commit."""
    model.Session.add(
        Transition(
            isian_id=key(row.edition, row.year),
            act=act,
            from_state=from_state,
            to_state=row.state,
            role=kalender.role_of_planner(roles.reading_roles(actor_id)),
            actor=actor_id,
            note=note,
            cells=[],
        )
    )
    model.Session.flush()


def list_years() -> list[dict[str, Any]]:
    """Return every year with its state, newest first."""
    rows = model.Session.scalars(select(Year).order_by(Year.year.desc(), Year.edition))
    return [
        {
            "edisi": row.edition,
            "tahun": row.year,
            "state": row.state,
            "disalin_dari": row.copied_from,
            "acts": [act.name for act in kalender.acts_from(row.state)],
        }
        for row in rows
    ]
