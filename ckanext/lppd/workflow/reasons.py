"""Warnings that ask for a reason, and the reasons people gave.

A reason belongs to a statement, not to a file: the same statement about the same numbers in a
mended file is still explained, another number is another question. Reasons are rows of the record
of acts (`jelaskan`), so who gave which, and when, cannot be changed. A remark in the row itself is
a reason too; then the check asks nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckan import model
from sqlalchemy import select

from ckanext.lppd.checking.messages_table import ASKS_REASON
from ckanext.lppd.model import Isian, Transition, Verdict
from ckanext.lppd.release import evidence

ACT = "jelaskan"
MIN_REASON = 5
MAX_REASON = 2000
_MARK = "peringatan:"
Checked = Sequence[tuple[evidence.StoredFile, Verdict | None]]


@dataclass(frozen=True)
class Question:
    """One warning that asks for a reason; `key` stands for what it says."""

    key: str
    filename: str
    finding: Mapping[str, Any]
    given: Transition | None


def key_of(finding: Mapping[str, Any]) -> str:
    """Return what identifies a statement: its code, number and words, but not its place."""
    said = [finding["code"], finding["value"], finding["params"]]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def reason_code(key: str) -> str:
    """Return how the record of acts refers to the statement."""
    return _MARK + key


def questions(isian: Isian, checked: Checked) -> list[Question]:
    """Return every warning of the current files that asks for a reason, with the one given.

    `checked` are these files with their verdicts (`evidence.checked_files`).
    """
    asked = [
        (file, finding)
        for file, verdict in checked
        for finding in (verdict.report.get("findings", []) if verdict else [])
        if finding["code"] in ASKS_REASON
    ]
    given = _given(isian) if asked else {}
    found = []
    for file, finding in asked:
        key = key_of(finding)
        found.append(Question(key, file.filename, finding, given.get(reason_code(key))))
    return found


def gaps(isian: Isian) -> dict[str, list[str]]:
    """Return what is not explained yet, by form field; empty when nothing is left."""
    checked = evidence.checked_files(isian.package_id)
    missing = {
        f"alasan-{question.key}": [f"{_place(question)}: tulis penjelasannya dulu."]
        for question in questions(isian, checked)
        if question.given is None
    }
    unseen = sum(_unlisted(verdict) for _file, verdict in checked if verdict)
    if unseen:
        missing["message"] = [
            f"Ada {unseen} peringatan lagi yang perlu dijelaskan. Tulis penjelasannya di kolom "
            "keterangan berkas, lalu unggah lagi."
        ]
    return missing


def _place(question: Question) -> str:
    place = question.finding.get("cell") or question.finding.get("row") or ""
    return f"{question.filename} {place}".strip()


def _unlisted(verdict: Verdict) -> int:
    """How many of a file's questions are counted but not listed: nobody can answer them here."""
    listed = sum(f["code"] in ASKS_REASON for f in verdict.report.get("findings", []))
    counts = verdict.report.get("counts", {})
    return sum(number for code, number in counts.items() if code in ASKS_REASON) - listed


def _given(isian: Isian) -> dict[str, Transition]:
    """The newest reason for each statement; those given to the published isian count too."""
    query = (
        select(Transition)
        .where(
            Transition.isian_id.in_([isian.id, isian.parent_id or isian.id]),
            Transition.act == ACT,
        )
        .order_by(Transition.id)
    )
    return {row.reason_code: row for row in model.Session.scalars(query)}
