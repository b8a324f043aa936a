"""Who asks for an act on an isian, and what comes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who acts: the CKAN user's id and name."""

    id: str
    name: str


@dataclass(frozen=True)
class Request:
    """What comes with an act: the content that was seen, the reason, and where."""

    manifest: str | None = None
    evidence: str | None = None
    state_seen: str | None = None
    reason_code: str | None = None
    note: str | None = None
    cells: list[str] = field(default_factory=list)
    promised: date | None = None
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was read once under the locks of this act, and cannot change before its commit."""
