"""The year of an edition as data: which act moves it on, and who may work in which state.

Pure: no database, no CKAN. Beside `rules.ACTS`, the second of the two tables that decide; the
picture in `docs/workflow.md` is made from both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.lppd.workflow import rules

PERENCANAAN = "perencanaan"
PENGISIAN_DIBUKA = "pengisian_dibuka"
DITUTUP = "ditutup"
FINAL = "final"

STATE_LABELS: dict[str, dict[str, str]] = {
    PERENCANAAN: {"id": "Perencanaan", "en": "Planning"},
    PENGISIAN_DIBUKA: {"id": "Pengisian dibuka", "en": "Open for filling in"},
    DITUTUP: {"id": "Ditutup", "en": "Closed"},
    FINAL: {"id": "Final", "en": "Final"},
}
PLANNERS = (rules.WALIDATA, rules.PERENCANA)
# A sysadmin plans too (the command line acts as one); the record names him for what he is.
ADMINISTRATOR = "administrator"

# Whose acts on isian a year takes. After closing what was sent is still decided.
WORKING: dict[str, frozenset[str]] = {
    PERENCANAAN: frozenset(),
    PENGISIAN_DIBUKA: frozenset(rules.ROLES),
    DITUTUP: frozenset({rules.WALIDATA, rules.PEMBINA}),
    FINAL: frozenset(),
}
# States in which agencies, due dates and contributors may be changed.
PLANNING = frozenset({PERENCANAAN, PENGISIAN_DIBUKA, DITUTUP})

WHAT_TO_DO: dict[str, str] = {
    PERENCANAAN: "Pengisian belum dibuka. Tunggu walidata atau Bappeda membuka pengisian.",
    PENGISIAN_DIBUKA: "Pengisian sedang dibuka.",
    DITUTUP: (
        "Pengisian sudah ditutup; yang sudah diajukan masih diperiksa. Bila perlu perubahan, "
        "minta walidata atau Bappeda membuka kembali tahun ini dengan alasan."
    ),
    FINAL: (
        "Tahun ini sudah final dan tidak dapat berubah. Bila perlu perubahan, minta walidata atau "
        "Bappeda membuka kembali tahun ini dengan alasan."
    ),
}


@dataclass(frozen=True)
class YearAct:
    """One row: from which states to which, and whether a reason is asked for."""

    name: str
    from_states: frozenset[str]
    to: str
    reason: bool = False


ACTS: tuple[YearAct, ...] = (
    YearAct("buka", frozenset({PERENCANAAN}), PENGISIAN_DIBUKA),
    YearAct("tutup", frozenset({PENGISIAN_DIBUKA}), DITUTUP),
    YearAct("finalkan", frozenset({DITUTUP}), FINAL),
    YearAct("buka_kembali", frozenset({DITUTUP, FINAL}), PENGISIAN_DIBUKA, reason=True),
)
ACT_LABELS: dict[str, dict[str, str]] = {
    "buka": {"id": "Buka pengisian", "en": "Open for filling in"},
    "tutup": {"id": "Tutup pengisian", "en": "Close"},
    "finalkan": {"id": "Tetapkan final", "en": "Declare final"},
    "buka_kembali": {"id": "Buka kembali", "en": "Reopen"},
}


def find_act(name: str) -> YearAct | None:
    """Return the row of this act; each name has one."""
    return next((act for act in ACTS if act.name == name), None)


def acts_from(state: str) -> tuple[YearAct, ...]:
    """Return the acts that leave this state, in table order."""
    return tuple(act for act in ACTS if state in act.from_states)


def may_work(state: str, role: str) -> bool:
    """Tell whether acts of this role on isian are taken in this state of the year."""
    return role in WORKING[state]


def role_of_planner(held: Iterable[str]) -> str:
    """Return the part in which somebody who may plan does so, for the record."""
    return next((role for role in PLANNERS if role in set(held)), ADMINISTRATOR)


def label(state: str, lang: str = "id") -> str:
    """Return the name of a year's state; the code itself where it has none."""
    names = STATE_LABELS.get(state, {})
    return names.get(lang) or names.get("id") or state


def refusal(edition: str, year: int, state: str) -> str:
    """Return the sentence that refuses an act: which year, its state, what to do."""
    return f"Tahun {year} (edisi {edition}): {label(state)}. {WHAT_TO_DO[state]}"
