"""Which table of a file is meant: the delimiter of a CSV, the sheet of a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from .headers import Match, find_header, is_complete, no_header
from .limits import Limits
from .plan import Plan
from .report import Collector, Stop
from .tables import DELIMITERS, Table, decode, is_blank, read_csv

_HEAD = 64 * 1024
_MAX_NAMES = 200


def choose_csv(data: bytes, plan: Plan, limits: Limits, out: Collector) -> tuple[Table, Match]:
    """Read CSV bytes with the delimiter that makes the most titles, and find the header.

    The delimiter used is left in the table's notes. Raises Stop for bytes that are no text, a file
    without content or without a header.
    """
    text, encoding = decode(data)
    if encoding == "cp1252":
        out.add("kodefikasi_windows")
    delimiter, text = pick_delimiter(text, plan, limits)
    table = read_csv(text, delimiter, limits)
    if all(is_blank(cell) for _, cells in table.rows for cell in cells):
        raise Stop("berkas_kosong")
    match = find_header(table, plan, limits)
    if match is None:
        raise no_header(table, plan)
    table.notes.append(delimiter)
    return table, match


def pick_delimiter(text: str, plan: Plan, limits: Limits) -> tuple[str, str]:
    """Return the delimiter of CSV text and the text, less a line that declares the delimiter.

    Raises Stop for text without content.
    """
    delimiter, text = _declared_delimiter(text)
    if not text.strip():
        raise Stop("berkas_kosong")
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda mark: _score(text, mark, plan, limits))
    return delimiter, text


def _declared_delimiter(text: str) -> tuple[str | None, str]:
    """Read the `sep=;` line that Excel understands; the line is left blank to keep line numbers."""
    line, _, rest = text[:16].partition("\n")
    line = line.rstrip("\r").strip('"')
    if line.lower().startswith("sep=") and len(line) == 5 and line[4] in DELIMITERS:
        return line[4], "\n" + text.partition("\n")[2] if rest else ""
    return None, text


def _score(text: str, delimiter: str, plan: Plan, limits: Limits) -> int:
    """Count the titles that the first lines give with a delimiter."""
    if delimiter not in text[:_HEAD] and len(plan.columns) > 1:
        # one cell in every row is never a header
        return 0
    head = "".join(text[:_HEAD].splitlines(keepends=True)[: limits.header_search])
    try:
        match = find_header(read_csv(head, delimiter, limits), plan, limits)
    except Stop:
        return 0
    return len(match.columns) if match else 0


def choose_sheet(
    tables: Sequence[Table], plan: Plan, limits: Limits, out: Collector
) -> tuple[Table, Match]:
    """Choose the one sheet that holds the table; every other sheet with content is named.

    Raises Stop when there is none, more than one, or a hidden sheet with content (a name that
    begins with `_` marks a template's own help sheet).
    """
    filled = [table for table in tables if table.rows and table.name not in plan.helper_sheets]
    if not filled:
        raise Stop("berkas_kosong")
    hidden = [t for t in filled if t.hidden and not (t.name or "").startswith("_")]
    if hidden:
        raise Stop("lembar_tersembunyi", params={"daftar": _names(hidden)})
    seen = [table for table in filled if not table.hidden]
    if not seen:
        raise Stop("berkas_kosong")
    matches = [(table, match) for table in seen if (match := find_header(table, plan, limits))]
    complete = [(table, match) for table, match in matches if is_complete(match, plan)]
    if len(complete) > 1:
        names = _names([table for table, _ in complete])
        raise Stop("lembar_ganda", params={"jumlah": str(len(complete)), "daftar": names})
    if not matches:
        raise no_header(seen[0], plan)
    chosen = complete[0] if complete else max(matches, key=lambda pair: len(pair[1].columns))
    others = [table for table in seen if table is not chosen[0]]
    if others:
        out.add("lembar_lain", daftar=_names(others))
    return chosen


def _names(tables: Sequence[Table]) -> str:
    return ", ".join(table.name or "" for table in tables)[:_MAX_NAMES]
