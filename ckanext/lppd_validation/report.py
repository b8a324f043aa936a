"""Reports: built in the shape of frictionless 5, and made ready for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.checking import Finding


def N_(text: str) -> str:
    """Mark a text for the message catalogues; it is translated where it is shown."""
    return text


SHOWN_STATUSES = ("success", "failure", "invalid", "error", "created", "running")
WORDS: Mapping[str, tuple[str, str]] = {
    "success": (N_("valid"), N_("Valid data")),
    "failure": (N_("invalid"), N_("Invalid data")),
    "invalid": (N_("invalid"), N_("Invalid data")),
    "error": (N_("error"), N_("Error during validation")),
    "created": (N_("waiting"), N_("Waiting for validation")),
    "running": (N_("running"), N_("Validation is running")),
    "unknown": (N_("unknown"), N_("Data validation unknown")),
}

# What a reader of the page is told per kind of error: what is wrong and what to do.
SENTENCES: Mapping[str, str] = {
    "blank-header": N_("The header row is blank. Write the column titles in it."),
    "blank-label": N_("Column {number} has no title. Write one, or delete the column."),
    "duplicate-label": N_('The column title "{label}" is used twice. Give one another title.'),
    "missing-label": N_('The column "{column}" is missing. Add it with that very title.'),
    "extra-label": N_('The column "{label}" is not part of this table. Delete it.'),
    "incorrect-label": N_('The column title "{label}" should be "{column}".'),
    "blank-row": N_("This row is blank. Delete it."),
    "missing-cell": N_("The row has fewer cells than the header. Complete the row."),
    "extra-cell": N_("The row has more cells than the header. Delete what is outside the table."),
    "primary-key": N_("The key of this row is used by another row, or is blank."),
    "type-error": N_('"{cell}" does not fit the type of this column ({detail}).'),
    "constraint-error": N_('"{cell}" breaks a rule of this column ({detail}).'),
    "unique-error": N_('"{cell}" is used in another row, but must be there only once.'),
}
CONSTRAINTS: Mapping[str, str] = {
    "required": N_("The cell is blank, but must be filled in."),
    "unique": N_('"{cell}" is used in another row, but must be there only once.'),
    "enum": N_('"{cell}" is not one of the allowed values: {detail}.'),
    "pattern": N_('"{cell}" does not have the form this column asks for.'),
    "minimum": N_('"{cell}" is below the lowest allowed, {detail}.'),
    "exclusiveMinimum": N_('"{cell}" must be above {detail}.'),
    "maximum": N_('"{cell}" is above the highest allowed, {detail}.'),
    "exclusiveMaximum": N_('"{cell}" must be below {detail}.'),
    "minLength": N_('"{cell}" is too short, at least {detail} characters are needed.'),
    "maxLength": N_('"{cell}" is too long, at most {detail} characters are allowed.'),
}
_CONSTRAINT = re.compile(r'^constraint "(\w+)" is "(.*)"$', re.DOTALL)
_TYPE = re.compile(r'^type is "([^"/]+)(?:/(.*))?"$', re.DOTALL)


def shown_status(status: str) -> str:
    """Return a status that the badge knows; anything else is unknown."""
    return status if status in SHOWN_STATUSES else "unknown"


def status_words(status: str) -> tuple[str, str]:
    """Return the word and the sentence of a status, translated."""
    word, sentence = WORDS[shown_status(status)]
    return toolkit._(word), toolkit._(sentence)


def finding_error(finding: Finding) -> dict[str, Any]:
    """Return one of our findings as a frictionless error, itself under `lppd`."""
    error: dict[str, Any] = {
        "type": finding.code,
        "title": finding.code,
        "description": "",
        "message": finding.message("en"),
        "note": finding.code,
        "tags": [],
        "lppd": finding.to_dict(),
    }
    named = {"rowNumber": finding.row, "fieldName": finding.column, "cell": finding.value}
    return {**error, **{name: value for name, value in named.items() if value is not None}}


def one_task_report(
    *, valid: bool, place: str, rows: int, errors: list[dict[str, Any]], count: int
) -> dict[str, Any]:
    """Return a report with a single table task.

    Args:
        place: the address of the file as the API shows it, never a path.
        rows: data rows of the table.
        errors: those shown.
        count: how many there truly are.
    """
    task = {
        "name": "table",
        "type": "table",
        "valid": valid,
        "place": place,
        "labels": [],
        "stats": {"errors": count, "warnings": 0, "seconds": 0, "rows": rows},
        "warnings": [],
        "errors": errors,
    }
    stats = {"tasks": 1, "errors": count, "warnings": 0, "seconds": 0}
    return {"valid": valid, "stats": stats, "warnings": [], "errors": [], "tasks": [task]}


def for_page(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the report page shows, from reports of every version.

    Returns:
        `rows`: dicts with row, column, value, sentence; `total` true number of errors; `checked`
        data rows looked at or None; `ignored` names of options that had no effect.
    """
    report = report if isinstance(report, Mapping) else {}
    own = report.get("lppd") if isinstance(report.get("lppd"), Mapping) else {}
    rows = [_page_row(error) for error in errors_of(report)]
    tasks = [one for one in report.get("tasks") or [] if isinstance(one, Mapping)]
    stats = tasks[0].get("stats", {}) if tasks else {}
    total = (report.get("stats") or {}).get("errors", report.get("error-count", len(rows)))
    return {
        "rows": rows,
        "total": max(int(total or 0), len(rows)),
        "checked": stats.get("rows"),
        "ignored": list((own or {}).get("ignored_options") or []),
    }


def errors_of(report: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Yield errors; `tables` is where ckanext-validation 1.x (goodtables) kept them."""
    report = report if isinstance(report, Mapping) else {}
    yield from (one for one in report.get("errors") or [] if isinstance(one, Mapping))
    for part in [*(report.get("tasks") or []), *(report.get("tables") or [])]:
        if isinstance(part, Mapping):
            yield from (one for one in part.get("errors") or [] if isinstance(one, Mapping))


def _page_row(error: Mapping[str, Any]) -> dict[str, str]:
    return {
        "row": _text(error.get("rowNumber", error.get("row-number"))),
        "column": _text(error.get("fieldName", error.get("column-number"))),
        "value": _text(error.get("cell", error.get("label"))),
        "sentence": sentence(error),
    }


def sentence(error: Mapping[str, Any]) -> str:
    """Return what a reader is told about one error, in the language of the page."""
    own = error.get("lppd")
    if isinstance(own, Mapping):
        try:
            language = "id" if str(toolkit.h.lang()).startswith("id") else "en"
            return Finding.from_dict(own).message(language)
        except (KeyError, ValueError):
            # Written by another version that knew other codes.
            return _text(error.get("message"))
    note = _text(error.get("note"))
    template = SENTENCES.get(_text(error.get("type")))
    detail = ""
    if found := _CONSTRAINT.match(note):
        template, detail = CONSTRAINTS.get(found[1], template), found[2]
    elif found := _TYPE.match(note):
        detail = found[1] if found[2] in (None, "default") else f"{found[1]}, {found[2]}"
    if template is None:
        return _text(error.get("message"))
    words = {
        "cell": _text(error.get("cell")),
        "label": _text(error.get("label")),
        "column": _text(error.get("fieldName")),
        "number": _text(error.get("fieldNumber")),
        "detail": detail or note,
    }
    return toolkit._(template).format_map(words)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
