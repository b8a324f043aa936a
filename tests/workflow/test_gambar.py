"""The picture in the documentation is the table."""

from __future__ import annotations

from pathlib import Path

from ckanext.lppd.workflow import kalender, rules
from ckanext.lppd.workflow.gambar import picture

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"


def test_the_document_is_what_the_tables_give() -> None:
    """Repeat `python -m ckanext.lppd.workflow.gambar > docs/workflow.md` after a change."""
    assert DOCUMENT.read_text(encoding="utf-8") == picture()


def test_every_way_of_the_tables_is_drawn() -> None:
    drawn = picture()
    for act in rules.ACTS:
        for state in act.from_states:
            assert f"    {state} --> {act.to}: {act.name} ({act.role})\n" in drawn
    for row in kalender.ACTS:
        for state in row.from_states:
            assert f"    {state} --> {row.to}: {row.name}" in drawn
    arrows = sum(len(act.from_states) * (2 if act.to_priority else 1) for act in rules.ACTS)
    arrows += sum(len(row.from_states) for row in kalender.ACTS)
    assert drawn.count(" --> ") == arrows + 3
