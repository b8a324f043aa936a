"""What a check hands back: findings with their places, true counts and the canonical rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .messages import LEVELS, MESSAGES
from .messages_words import TRANSLATED, in_english

KESALAHAN = "kesalahan"
PERINGATAN = "peringatan"
INFO = "info"

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
MAX_SHOWN_VALUE = 80
VERSION = 1
"""Of the report as data (`schemas/report.schema.json`); see docs/report.md for when it moves."""


def shown_value(value: str) -> str:
    """Return `value` fit for one line of a message: no control characters, at most 80 long."""
    clean = _CONTROL.sub(" ", value)
    return clean if len(clean) <= MAX_SHOWN_VALUE else clean[: MAX_SHOWN_VALUE - 1] + "…"


@dataclass(frozen=True)
class Finding:
    """One thing found in a file.

    `cell` is the address as in Excel (`C7`; in CSV the letter of the column and the line number),
    `row` the same row number, `column` the label of the column, `params` the words of the sentence.
    """

    code: str
    level: str = KESALAHAN
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str = "id") -> str:
        """Return the sentence in Indonesian (`id`) or English (`en`): where, what, what to do."""
        texts = MESSAGES[self.code]
        template = texts.get(lang, texts["id"])
        words = {"nilai": self.value or "", "kolom": self.column or "", "sel": self.cell or ""}
        words |= {"baris": str(self.row or ""), "lembar": self.sheet or ""}
        words |= dict(self.params)
        if lang == "en":
            words |= {name: in_english(name, words[name]) for name in TRANSLATED & words.keys()}
        return template.format_map({**words, "tempat": self._place(lang)})

    def _place(self, lang: str) -> str:
        """Name the place, from the sheet down to the cell, as far as it is known."""
        names = {"id": ("Lembar", "sel", "baris", "Berkas"), "en": ("Sheet", "cell", "row", "File")}
        sheet_word, cell_word, row_word, file_word = names.get(lang, names["id"])
        parts = [f"{sheet_word} {self.sheet}"] if self.sheet else []
        if self.cell:
            parts.append(f"{cell_word} {self.cell}" + (f" ({self.column})" if self.column else ""))
        elif self.row:
            parts.append(f"{row_word} {self.row}")
        place = ", ".join(parts) or file_word
        return place[0].upper() + place[1:]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-safe data."""
        return {
            "code": self.code,
            "level": self.level,
            "sheet": self.sheet,
            "cell": self.cell,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "params": dict(self.params),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Finding:
        """Return the finding written by `to_dict`; raises KeyError or ValueError for other data."""
        if data["code"] not in MESSAGES or data["level"] not in (KESALAHAN, PERINGATAN, INFO):
            raise ValueError("not a finding of this version")
        return cls(
            code=data["code"],
            level=data["level"],
            sheet=data["sheet"],
            cell=data["cell"],
            row=data["row"],
            column=data["column"],
            value=data["value"],
            params={str(key): str(value) for key, value in data["params"].items()},
        )


@dataclass(frozen=True)
class Report:
    """The outcome of one check.

    `rows` counts the data rows, `sha256` is of the very bytes that were checked, `schema_sha256`
    of the rules, `engine` names what decided. `counts` holds the true number of findings per code,
    `findings` at most N of each. `values` are the canonical rows: field name to text, numbers with
    a decimal point, None for blank; when there are too many of them `values_complete` is False.
    `pembanding` names the release whose values were compared with, if any.
    `source` is there for small files whose rows are all data, enough to write the table again:
    `kolom` (name and column letter of each field; a list, as JSONB keeps no order of keys) and
    `baris` (row number and texts in that order, a cell that could not be read with its own text).
    """

    valid: bool
    rows: int
    sha256: str
    schema_sha256: str
    engine: str
    findings: tuple[Finding, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    values: tuple[Mapping[str, str | None], ...] = ()
    sheet: str | None = None
    values_complete: bool = True
    pembanding: Mapping[str, Any] | None = None
    source: Mapping[str, Any] | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make the file not valid."""
        return tuple(item for item in self.findings if item.level == KESALAHAN)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that a person should look at; they do not block."""
        return tuple(item for item in self.findings if item.level == PERINGATAN)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-safe data."""
        return {
            "versi": VERSION,
            "valid": self.valid,
            "rows": self.rows,
            "sha256": self.sha256,
            "schema_sha256": self.schema_sha256,
            "engine": self.engine,
            "findings": [item.to_dict() for item in self.findings],
            "counts": dict(self.counts),
            "values": [dict(row) for row in self.values],
            "sheet": self.sheet,
            "values_complete": self.values_complete,
            "pembanding": dict(self.pembanding) if self.pembanding else None,
            "source": None if self.source is None else dict(self.source),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Return the report written by `to_dict`.

        Raises KeyError, TypeError or ValueError for other data, and for data that calls itself
        valid while it holds an error or no row.
        """
        report = cls(
            valid=data["valid"] is True,
            rows=int(data["rows"]),
            sha256=str(data["sha256"]),
            schema_sha256=str(data["schema_sha256"]),
            engine=str(data["engine"]),
            findings=tuple(Finding.from_dict(item) for item in data["findings"]),
            counts={str(code): int(number) for code, number in data["counts"].items()},
            values=tuple(dict(row) for row in data["values"]),
            sheet=data["sheet"],
            values_complete=data["values_complete"] is True,
            pembanding=data["pembanding"],
            source=_source(data.get("source")),
        )
        if data["versi"] != VERSION:
            raise ValueError("not a report of this version")
        if report.valid and (report.errors or report.rows < 1):
            raise ValueError("a valid report cannot hold errors or be empty")
        return report


def _source(data: Any) -> Mapping[str, Any] | None:
    if data is None:
        return None
    return {
        "kolom": [[str(name), str(letters)] for name, letters in data["kolom"]],
        "baris": [[int(row), [str(text) for text in texts]] for row, texts in data["baris"]],
    }


class Stop(Exception):
    """Raised where going on makes no sense; carries the one finding that says why."""

    def __init__(self, code: str, **place: Any) -> None:
        """Take the code and the fields of a `Finding` (`params` for the words of the sentence)."""
        super().__init__(code)
        self.finding = Finding(code, level=LEVELS.get(code, KESALAHAN), **place)


class Collector:
    """Gathers findings: at most `shown` per code, true counts, and which cells are at fault."""

    def __init__(self, shown: int) -> None:
        """Keep at most `shown` findings per code."""
        self._shown = shown
        self._findings: list[Finding] = []
        self.counts: dict[str, int] = {}
        self.faulty: set[tuple[int | None, str | None]] = set()
        self.has_errors = False

    def add(
        self,
        code: str,
        *,
        sheet: str | None = None,
        cell: str | None = None,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        field_name: str | None = None,
        **params: str,
    ) -> None:
        """Note one finding; `field_name` with `row` marks the cell so that others stay silent."""
        level = LEVELS.get(code, KESALAHAN)
        if level == KESALAHAN:
            self.has_errors = True
            if row is not None:
                self.faulty.add((row, field_name))
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] > self._shown:
            return
        self._findings.append(
            Finding(
                code,
                level=level,
                sheet=sheet,
                cell=cell,
                row=row,
                column=column,
                value=None if value is None else shown_value(value),
                params={name: shown_value(text) for name, text in params.items()},
            )
        )

    def mark(self, row: int, field_name: str | None) -> None:
        """Note that a cell is at fault before its finding is said."""
        self.has_errors = True
        self.faulty.add((row, field_name))

    def is_full(self, code: str) -> bool:
        """Whether more findings of `code` are only counted, so that their words do not matter."""
        return self.counts.get(code, 0) >= self._shown

    def stop(self, finding: Finding) -> None:
        """Note the finding of a `Stop`."""
        self.has_errors = True
        self.counts[finding.code] = self.counts.get(finding.code, 0) + 1
        self._findings.append(finding)

    def findings(self) -> tuple[Finding, ...]:
        """Return the findings from the top of the file down; those without a row come first."""
        return tuple(sorted(self._findings, key=lambda item: item.row or 0))
