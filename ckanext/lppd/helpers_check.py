"""Template helpers that tell the outcome of a check in words and cells."""

from __future__ import annotations

from typing import Any

from ckan.common import ungettext
from ckan.plugins import toolkit

from ckanext.lppd.checking.messages import LEVELS
from ckanext.lppd.checking.report import KESALAHAN, PERINGATAN
from ckanext.lppd.workflow import progress


def lppd_count_line(verdict: dict[str, Any]) -> str:
    """Return the first line of a result: rows, errors, warnings, by their true numbers."""
    numbers = _true_counts(verdict)
    rows, errors, warnings = verdict["rows"], numbers[KESALAHAN], numbers[PERINGATAN]
    lines = (
        ungettext("{num} row checked.", "{num} rows checked.", rows).format(num=rows),
        ungettext("{num} error.", "{num} errors.", errors).format(num=errors),
        ungettext("{num} warning.", "{num} warnings.", warnings).format(num=warnings),
    )
    return " ".join(lines)


def _true_counts(verdict: dict[str, Any]) -> dict[str, int]:
    numbers = {KESALAHAN: 0, PERINGATAN: 0}
    for code, number in verdict["counts"].items():
        level = LEVELS.get(code, KESALAHAN)
        if level in numbers:
            numbers[level] += number
    return numbers


def lppd_hidden_findings(verdict: dict[str, Any]) -> int:
    """Return how many findings are counted but not listed."""
    return max(0, sum(verdict["counts"].values()) - len(verdict["findings"]))


def lppd_is_under_way(isian: dict[str, Any]) -> bool:
    """Tell whether a check of this isian waits or runs, so that its page asks again by itself."""
    said = isian.get("kemajuan")
    return said is not None and said["keadaan"] != progress.SELESAI


def lppd_workbook_line(found: dict[str, Any]) -> str:
    """Say in one line what became of an uploaded workbook."""
    states = [row["keadaan"] for row in found["hasil"]]
    wrong = states.count("salah")
    parts = []
    if found["disimpan"]:
        parts.append(
            toolkit.ungettext(
                "{num} indicator was saved as a draft.",
                "{num} indicators were saved as drafts.",
                found["disimpan"],
            ).format(num=found["disimpan"])
        )
    elif "siap" in states:
        ready = states.count("siap")
        parts.append(
            toolkit.ungettext(
                "{num} indicator can be saved.", "{num} indicators can be saved.", ready
            ).format(num=ready)
        )
    if wrong:
        parts.append(
            toolkit.ungettext(
                "{num} indicator has errors and was left as it was.",
                "{num} indicators have errors and were left as they were.",
                wrong,
            ).format(num=wrong)
        )
    return " ".join(parts) or toolkit._("Nothing in this workbook differs from what is saved.")


def lppd_cell_texts(verdict: dict[str, Any] | None) -> dict[str, str]:
    """Return cell address -> text as it stands in a table that can be mended cell by cell."""
    source = (verdict or {}).get("source")
    if not source:
        return {}
    letters = [letter for _name, letter in source["kolom"]]
    return {
        f"{letter}{row}": text
        for row, texts in source["baris"]
        for letter, text in zip(letters, texts, strict=True)
        if letter
    }


def lppd_form_place(verdict: dict[str, Any], finding: dict[str, Any], regions: Any) -> str:
    """Return the region a finding of the page's own form is about, with a colon; else nothing."""
    source = verdict.get("source") or {"kolom": [], "baris": []}
    names = [name for name, _letter in source["kolom"]]
    for row, texts in source["baris"]:
        if row == finding["row"] and "kode_wilayah" in names:
            region = texts[names.index("kode_wilayah")]
            return f"{regions.get(region, region)}: "
    return ""
