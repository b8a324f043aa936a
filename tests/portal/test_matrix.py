"""Role x state x act, every cell, generated from the tables: the API and the page's buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.workflow import declarations, kalender, rules
from tests.portal.conftest import EDITION, YEAR, Chain, Visitor

ACT_NAMES = sorted({act.name for act in rules.ACTS if act.name != "isi"})
ROLE_OF = {"produsen": "produsen", "walidata": "walidata", "pembina": "pembina"}
PEOPLE = (
    "produsen",
    "produsen_lain",
    "anggota",
    "walidata",
    "pembina",
    "perencana",
    "pengawas",
    "sysadmin",
    "orang_luar",
)
READERS = ("produsen", "anggota", "walidata", "pembina", "perencana", "pengawas", "sysadmin")
WAITING = rules.MENUNGGU_WALIDATA
# every state, and the state in which a declaration waits once for each declaration
CELLS: tuple[tuple[str, str | None], ...] = (
    *((state, None) for state in rules.STATE_LABELS),
    (WAITING, rules.TIDAK_BERLAKU),
    (WAITING, rules.NIHIL),
)
# endpoint of a form on the page -> acts it stands for
BUTTON = re.compile(r'<form method="post" action="[^"]*/lppd/isian/[^/"]+/([a-z-]+)"')
ENDPOINTS = {
    "ajukan": "ajukan",
    "tarik": "tarik",
    "setujui": "setujui",
    "kembalikan": "kembalikan",
    "terbitkan": "terbitkan",
    "tarik-publikasi": "tarik_publikasi",
    "revisi": "revisi_mulai",
    "unggah": "isi",
    "buka-lagi": "buka_lagi",
}
SET = text(
    "UPDATE lppd_isian SET state = :state, declaration = :declaration, promised = NULL, "
    "last_editor = :editor WHERE id = :id"
)
SET_YEAR = text("UPDATE lppd_year SET state = :state WHERE edition = :edition AND year = :year")


def put(chain: Chain, state: str, declaration: str | None, year: str) -> None:
    """Bring isian and year into these states, as the tables alone can hold them."""
    editor = model.User.get(chain.city.users["produsen2"]).id
    values = {"state": state, "declaration": declaration, "editor": editor, "id": chain.id}
    model.Session.rollback()
    model.Session.execute(text("DELETE FROM lppd_isian WHERE kind = 'revisi'"))
    model.Session.execute(SET, values)
    model.Session.execute(SET_YEAR, {"state": year, "edition": EDITION, "year": YEAR})
    model.Session.commit()


def holds(act: rules.Act, declaration: str | None) -> bool:
    """Whether what the act asks of declarations holds; written again, not taken from the code."""
    wanted = {
        "not_declared": declaration is None,
        "declared_tidak_berlaku": declaration == rules.TIDAK_BERLAKU,
        "declared_nihil": declaration == rules.NIHIL,
    }
    return all(wanted.get(name, True) for name in act.conditions)


def expected(who: str, state: str, declaration: str | None, year: str) -> set[str]:
    """The acts that the tables give this person here."""
    role = ROLE_OF.get(who, "")
    return {
        act.name
        for act in rules.ACTS
        if act.role == role
        and state in act.from_states
        and kalender.may_work(year, role)
        and holds(act, declaration)
    }


def outcome(chain: Chain, who: str, name: str) -> str:
    """Try an act and return how it ended: done, condition, state, year, or not authorized."""
    try:
        chain.act(name, who, manifest="bukan", note="alasan yang cukup")
    except toolkit.NotAuthorized:
        return "not authorized"
    except toolkit.ValidationError as error:
        if "tahun" in error.error_dict:
            return "year"
        return "state" if "state_now" in error.error_dict else "condition"
    finally:
        model.Session.rollback()
    return "done"


@pytest.mark.parametrize("who", PEOPLE)
def test_every_cell_through_the_api(chain: Chain, who: str) -> None:
    """Nobody gets further than the tables say; who may act is told what lacks, not "no"."""
    role = ROLE_OF.get(who, "")
    for state, declaration in CELLS:
        for name in ACT_NAMES:
            put(chain, state, declaration, kalender.PENGISIAN_DIBUKA)
            found = outcome(chain, who, name)
            cell = (who, state, declaration, name, found)
            row = next(
                (
                    a
                    for a in rules.ACTS
                    if (a.name, a.role) == (name, role) and state in a.from_states
                ),
                None,
            )
            if row is not None:
                assert found in ("done", "condition"), cell
                assert found != "done" or name in expected(
                    who, state, declaration, "pengisian_dibuka"
                ), cell
            elif role not in rules.roles_for(name):
                assert found == "not authorized", cell
            else:
                assert found in ("not authorized", "state"), cell


@pytest.mark.parametrize("year", [s for s in kalender.STATE_LABELS if s != "pengisian_dibuka"])
def test_every_act_asks_the_year(chain: Chain, year: str) -> None:
    """Where a year takes no act of a role, every act of that role is refused for the year."""
    for act in rules.ACTS:
        if act.name == "isi":
            continue
        for state in sorted(act.from_states):
            put(chain, state, None, year)
            found = outcome(chain, act.role, act.name)
            closed = not kalender.may_work(year, act.role)
            assert (found == "year") == closed, (act.name, act.role, state, year, found)


@pytest.fixture
def filled(chain: Chain) -> Iterator[Chain]:
    """An isian with a file that passed: the page then offers to send it."""
    chain.upload()
    yield chain


def test_the_acts_shown_are_the_acts_allowed(filled: Chain) -> None:
    for year in kalender.STATE_LABELS:
        for state, declaration in CELLS:
            put(filled, state, declaration, year)
            for who in READERS:
                wanted = expected(who, state, declaration, year)
                found = set(filled.show(who)["acts"])
                assert found == wanted, (who, state, declaration, year)


@pytest.mark.parametrize("who", READERS)
def test_the_buttons_are_the_acts_allowed(filled: Chain, web: Any, who: str) -> None:
    visitor = Visitor(web, filled.city, who)
    for state, declaration in CELLS:
        put(filled, state, declaration, kalender.PENGISIAN_DIBUKA)
        page = visitor.get(f"/lppd/isian/{filled.id}")
        assert page.status_code == 200
        assert buttons(page.body) == expected(who, state, declaration, "pengisian_dibuka"), (
            who,
            state,
            declaration,
        )


def buttons(html: str) -> set[str]:
    """The acts that the forms of a page post to."""
    shown = set(BUTTON.findall(html))
    found = {act for endpoint, act in ENDPOINTS.items() if endpoint in shown}
    if "nyatakan" in shown:
        options = re.search(r'<select[^>]*name="jenis".*?</select>', html, re.S)
        assert options is not None
        found |= {
            f"nyatakan_{kind}" for kind in re.findall(r'<option value="([a-z_]+)"', options[0])
        }
    if "sahkan" in shown:
        found |= {
            f"sahkan_{kind}"
            for kind in re.findall(r'<input type="hidden" name="jenis" value="([a-z_]+)"', html)
        }
    return found


def test_a_revision_is_not_declared(filled: Chain) -> None:
    revision = type("Copy", (), {"kind": "revisi", "declaration": None})()
    for act in rules.ACTS:
        wanted = "is_indicator" not in act.conditions and holds(act, None)
        assert declarations.fits(revision, act) == wanted
