"""Checking a plain table: its structure, and a Table Schema where one is given.

Works inside the sandbox child only. The bytes are guarded and parsed by `ckanext.lppd.checking`,
then frictionless 5 judges the parsed cells: it opens nothing, fetches nothing, sniffs nothing.
"""

from __future__ import annotations

import csv
import datetime
import re
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless

from ckanext.lppd.checking.formats import guard_kind, read_file
from ckanext.lppd.checking.limits import Limits
from ckanext.lppd.checking.report import Finding, Stop, shown_value
from ckanext.lppd.checking.tables import (
    DELIMITERS,
    Cell,
    Table,
    Typed,
    cell_text,
    decode,
    is_blank,
    read_csv,
)
from ckanext.lppd.checking.xlsx import read_workbook

LIMIT_ERRORS = 1000
SHOWN_CELLS = 40
_SNIFFED_LINES = 20
_ROW_WORDS = re.compile(r'(\brow (?:at position )?"?)(\d+)', re.IGNORECASE)


def check_plain(
    path: Path,
    *,
    format: str,
    schema: Mapping[str, Any] | None,
    options: Mapping[str, Any],
    limits: Limits,
) -> dict[str, Any]:
    """Check one file and return JSON-safe data.

    Args:
        path: a regular file in a directory of our own.
        format: `csv`, or `xlsx` for any workbook.
        schema: Table Schema descriptor; None looks at the structure only.
        options: the honoured options, `Options.to_dict()`.
        limits: sizes and counts that the file must keep to.

    Returns:
        `{"stop": finding | None, "report": frictionless 5 report | None, "engine": name}`, where
        `stop` is what kept the table from being read at all.
    """
    engine = f"frictionless {frictionless.__version__}"
    try:
        table = _read(path, format, options, limits)
        rows = _from_header(table, int(options.get("header_row", 1)))
        report = _judge(rows, schema, limits)
    except Stop as stop:
        return {"stop": stop.finding.to_dict(), "report": None, "engine": engine}
    except frictionless.FrictionlessException as error:
        cause = shown_value(str(error.error.note or error.error.title))
        finding = Finding("skema_rusak", params={"sebab": cause})
        return {"stop": finding.to_dict(), "report": None, "engine": engine}
    return {"stop": None, "report": report, "engine": engine}


def _read(path: Path, format: str, options: Mapping[str, Any], limits: Limits) -> Table:
    data = read_file(path, limits)
    guard_kind(data, format)
    if format == "xlsx":
        return _choose_sheet(read_workbook(data, limits), options.get("sheet"))
    text = _text(data, options.get("encoding"))
    return read_csv(text, options.get("delimiter") or _delimiter(text), limits)


def _text(data: bytes, encoding: str | None) -> str:
    if encoding is None:
        return decode(data)[0]
    # A byte order mark is never part of the first label, whichever of the two was chosen.
    name = "utf-8-sig" if encoding.startswith("utf-8") else encoding
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise Stop("teks_tidak_terbaca") from error


def _delimiter(text: str) -> str:
    """Return the delimiter that splits most of the first lines into the same number of cells."""
    lines = [line for line in text[:65_536].splitlines()[:_SNIFFED_LINES] if line.strip()]

    def score(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) if common > 1 else 0, common)

    return max(DELIMITERS, key=score)


def _choose_sheet(sheets: Sequence[Table], wanted: str | int | None) -> Table:
    """Return the sheet asked for by name or position from 1, else the first visible one."""
    if isinstance(wanted, int):
        found = sheets[wanted - 1 : wanted]
    elif wanted:
        found = [sheet for sheet in sheets if sheet.name == wanted]
    else:
        found = [sheet for sheet in sheets if not sheet.hidden] or sheets
    if not found:
        raise Stop("berkas_kosong")
    return found[0]


def _from_header(table: Table, header_row: int) -> list[tuple[int, Sequence[Cell]]]:
    """Return the rows from the header on, gaps between sheet rows shown as one blank row."""
    rows: list[tuple[int, Sequence[Cell]]] = []
    for number, cells in table.rows:
        if number < header_row:
            continue
        if table.name is not None and rows and number > rows[-1][0] + 1:
            rows.append((rows[-1][0] + 1, []))
        rows.append((number, cells))
    if not rows or all(is_blank(cell) for cell in rows[0][1]):
        raise Stop("berkas_kosong")
    if table.name is not None:
        # A sheet stores no cells after the last one in use; a row is as wide as its header.
        width = len(rows[0][1])
        rows = [(n, [*c, *[""] * (width - len(c))] if c else []) for n, c in rows]
    if not any(any(not is_blank(cell) for cell in cells) for _, cells in rows[1:]):
        raise Stop("tanpa_baris")
    return rows


def _judge(
    rows: list[tuple[int, Sequence[Cell]]], schema: Mapping[str, Any] | None, limits: Limits
) -> dict[str, Any]:
    started = time.monotonic()
    labels = [cell_text(cell) for cell in rows[0][1]]
    data = [labels, *([_native(cell) for cell in cells] for _, cells in rows[1:])]
    # Without a schema no type is guessed: a guess would make errors out of ordinary cells.
    detector = frictionless.Detector() if schema else frictionless.Detector(field_type="any")
    resource = frictionless.Resource(data=data, format="inline", detector=detector)
    if schema:
        resource.schema = frictionless.Schema.from_descriptor(dict(schema))
    report = resource.validate(limit_errors=LIMIT_ERRORS)
    found = report.to_dict()
    numbers = [number for number, _ in rows]
    tasks = [_task(task, numbers, labels, limits) for task in found.get("tasks", [])]
    errors = [_general_error(one) for one in found.get("errors", [])]
    valid = (
        report.valid
        and len(tasks) == 1
        and not errors
        and not tasks[0]["errors"]
        and not tasks[0]["warnings"]
        and tasks[0]["stats"]["rows"] >= 1
    )
    count = sum(task["stats"]["errors"] for task in tasks) + len(errors)
    return {
        "valid": valid,
        "stats": {
            "tasks": len(tasks),
            "errors": count,
            "warnings": sum(len(task["warnings"]) for task in tasks),
            "seconds": round(time.monotonic() - started, 3),
        },
        "warnings": [],
        "errors": errors,
        "tasks": tasks,
    }


def _task(
    task: Mapping[str, Any], numbers: Sequence[int], labels: Sequence[str], limits: Limits
) -> dict[str, Any]:
    stats = task.get("stats", {})
    errors = task.get("errors", [])
    counts: dict[str, int] = {}
    shown: list[dict[str, Any]] = []
    for error in errors:
        kind = str(error.get("type"))
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= limits.shown:
            shown.append(_table_error(error, numbers))
    return {
        "name": "table",
        "type": "table",
        "valid": bool(task.get("valid")) and not errors,
        "place": "",
        "labels": [shown_value(label) for label in labels],
        "stats": {
            "errors": len(errors),
            "warnings": len(task.get("warnings", [])),
            "seconds": stats.get("seconds", 0),
            "fields": len(labels),
            "rows": max(len(numbers) - 1, 0),
        },
        "warnings": [str(one) for one in task.get("warnings", [])],
        "errors": shown,
        "counts": counts,
    }


def _general_error(error: Mapping[str, Any]) -> dict[str, Any]:
    names = ("type", "title", "description", "message", "note")
    return {**{name: str(error.get(name) or "")[:500] for name in names}, "tags": []}


def _table_error(error: Mapping[str, Any], numbers: Sequence[int]) -> dict[str, Any]:
    """Keep what consumers read of a frictionless error, its row number as in the file."""
    kept = _general_error(error)
    kept["tags"] = [str(tag) for tag in error.get("tags") or []]
    for name in ("fieldName", "fieldNumber", "cell", "label"):
        if error.get(name) is not None:
            value = error[name]
            kept[name] = value if isinstance(value, int) else shown_value(str(value))
    if kept["note"].startswith('constraint "required"'):
        # A blank cell, which frictionless writes as the word None.
        kept["cell"] = ""
    if isinstance(error.get("cells"), list):
        kept["cells"] = [shown_value(str(cell)) for cell in error["cells"][:SHOWN_CELLS]]
    record = error.get("rowNumber")
    if isinstance(record, int):
        kept["rowNumber"] = _in_file(record, numbers)
        for name in ("message", "note"):
            kept[name] = _ROW_WORDS.sub(
                lambda found: found[1] + str(_in_file(int(found[2]), numbers)), kept[name]
            )
    return kept


def _in_file(record: int, numbers: Sequence[int]) -> int:
    """Return the line or sheet row of a record; frictionless counts records from the header."""
    return numbers[record - 1] if 0 < record <= len(numbers) else record


def _native(cell: Cell) -> Any:
    """Return what frictionless would have read: text, or the typed value of a workbook cell."""
    if isinstance(cell, str):
        return cell
    if cell.kind == "no_result":
        return ""
    if cell.kind == "bool":
        return cell.text == "TRUE"
    if cell.kind == "date" and cell.iso:
        return _moment(cell)
    if cell.value is None:
        return cell.text
    value = cell.value / 100 if cell.kind == "percent" else cell.value
    return int(value) if _is_whole(value) else value


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _moment(cell: Typed) -> Any:
    text = cell.iso or cell.text
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return cell.text
    midnight = datetime.time(0)
    return moment.date() if moment.time() == midnight and "T" not in text else moment
