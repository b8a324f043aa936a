"""The picture of the workflow, made from the two tables: `python -m ckanext.lppd.workflow.gambar`.

Writes Markdown with Mermaid diagrams to standard output; a test keeps `docs/workflow.md` equal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from ckanext.lppd.workflow import kalender, rules

_HEAD = """# States and acts

Made from `ckanext/lppd/workflow/rules.py` and `kalender.py`; do not edit by hand:

    python -m ckanext.lppd.workflow.gambar > docs/workflow.md
"""


def _isian() -> Iterator[str]:
    yield "## An isian\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in rules.STATE_LABELS:
        yield f"    {state}: {rules.label(state)}"
    yield f"    [*] --> {rules.BELUM_DIISI}"
    for act in rules.ACTS:
        for state in _ordered(act.from_states, rules.STATE_LABELS):
            yield f"    {state} --> {act.to}: {act.name} ({act.role})"
            if act.to_priority:
                yield f"    {state} --> {act.to_priority}: {act.name} ({act.role}, prioritas)"
    yield "```\n"
    yield "| act | who | from | to | conditions |"
    yield "|---|---|---|---|---|"
    for act in rules.ACTS:
        from_states = ", ".join(_ordered(act.from_states, rules.STATE_LABELS))
        to = f"{act.to}; prioritas: {act.to_priority}" if act.to_priority else act.to
        yield (f"| {act.name} | {act.role} | {from_states} | {to} | {', '.join(act.conditions)} |")
    yield ""
    yield f"Counts as complete: {', '.join(_ordered(rules.DONE, rules.STATE_LABELS))}."
    yield f"Content may change in: {', '.join(_ordered(rules.EDITABLE, rules.STATE_LABELS))}.\n"


def _year() -> Iterator[str]:
    yield "## A year of an edition\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in kalender.STATE_LABELS:
        yield f"    {state}: {kalender.label(state)}"
    yield f"    [*] --> {kalender.PERENCANAAN}: rencanakan"
    yield f"    [*] --> {kalender.PENGISIAN_DIBUKA}: buka"
    for act in kalender.ACTS:
        reason = ", alasan" if act.reason else ""
        for state in _ordered(act.from_states, kalender.STATE_LABELS):
            yield f"    {state} --> {act.to}: {act.name}{reason}"
    yield "```\n"
    yield f"Moved by: {', '.join(kalender.PLANNERS)}, or an administrator of the portal.\n"
    yield "| state of the year | acts on isian are taken from | assignments may change |"
    yield "|---|---|---|"
    for state in kalender.STATE_LABELS:
        working = ", ".join(_ordered(kalender.WORKING[state], rules.ROLES)) or "nobody"
        yield f"| {state} | {working} | {'yes' if state in kalender.PLANNING else 'no'} |"


def _ordered(names: frozenset[str], order: Iterable[str]) -> list[str]:
    return [name for name in order if name in names]


def picture() -> str:
    """Return the whole document."""
    return "\n".join((_HEAD, *_isian(), *_year(), ""))


if __name__ == "__main__":
    sys.stdout.write(picture())
