"""The one next step of an isian on a list: what its button says and how urgent it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.workflow import completeness, rules


@dataclass(frozen=True)
class Step:
    """A button: `rank` orders the list (what blocks the person comes first)."""

    rank: int
    label: str
    primary: bool


def _gettext(text: str) -> str:
    return toolkit._(text)


def _(text: str) -> str:
    """Mark a text for translation; it is translated when the page is made."""
    return text


PRODUCER_STEPS: dict[str, Step] = {
    rules.DIKEMBALIKAN: Step(0, _("Correct"), True),
    rules.BELUM_DIISI: Step(4, _("Fill in"), True),
    rules.MENUNGGU_WALIDATA: Step(5, _("View"), False),
    rules.MENUNGGU_PEMBINA: Step(6, _("View"), False),
    rules.DISETUJUI: Step(7, _("View"), False),
    rules.TERPUBLIKASI: Step(8, _("View"), False),
    rules.TIDAK_BERLAKU: Step(8, _("View"), False),
    rules.NIHIL: Step(8, _("View"), False),
    rules.BELUM_TERSEDIA: Step(4, _("Fill in"), True),
}
DRAFT_STEPS: dict[str | None, Step] = {
    completeness.KESALAHAN: Step(1, _("Correct errors"), True),
    completeness.LOLOS: Step(2, _("Send"), True),
    completeness.BELUM_DIPERIKSA: Step(3, _("Continue"), True),
    None: Step(3, _("Continue"), True),
}
REVIEWER_STEPS: dict[str, Step] = {
    rules.MENUNGGU_WALIDATA: Step(0, _("Examine"), True),
    rules.MENUNGGU_PEMBINA: Step(0, _("Examine"), True),
    rules.DISETUJUI: Step(1, _("Publish"), True),
}
CONTRIBUTE = Step(3, _("Contribute data"), True)
CONTRIBUTED = Step(6, _("View"), False)
VIEW_ONLY = Step(9, _("View"), False)


def producer_step(row: dict[str, Any]) -> Step:
    """Return the step of the producer for a row that carries `check` (and `sumbang`)."""
    asked, given = row.get("sumbang") or (0, 0)
    if asked:
        return CONTRIBUTE if given < asked and rules.is_editable(row["state"]) else CONTRIBUTED
    if row["state"] == rules.DRAF:
        return DRAFT_STEPS[row["check"]]
    return PRODUCER_STEPS[row["state"]]


def reviewer_step(row: dict[str, Any]) -> Step:
    """Return the step of the walidata or pembina for a row."""
    return REVIEWER_STEPS.get(row["state"], VIEW_ONLY)


def with_steps(
    rows: list[dict[str, Any]], step_of: Callable[[dict[str, Any]], Step], *, sort: bool = True
) -> list[dict[str, Any]]:
    """Return the rows with check result and translated step, most urgent first (or as given)."""
    checks = completeness.check_results([row["package_id"] for row in rows if row["package_id"]])
    for row in rows:
        row["check"] = checks.get(row["package_id"])
        step = step_of(row)
        row["rank"], row["primary"] = step.rank, step.primary
        row["step"] = _gettext(step.label)
    return sorted(rows, key=lambda row: row["rank"]) if sort else rows
