"""The outcome of one check, ready to be written into the `validation` table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["success", "failure", "error"]


@dataclass(frozen=True)
class Outcome:
    """What one check came to.

    `status`: success, failure (the file was read and is not right) or error (no answer could be
    had). `report` has the shape of a frictionless 5 report; `error` is `{"message": [texts]}`.
    """

    status: Status
    report: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    sha256: str | None = None
    schema_sha256: str | None = None

    @classmethod
    def broken(cls, *messages: str, sha256: str | None = None) -> Outcome:
        """Return the outcome of a check that gave no answer."""
        return cls("error", error={"message": list(messages)}, sha256=sha256)
