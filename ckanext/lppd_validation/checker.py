"""From a private copy of a file to an outcome: schema and options are settled here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.lppd.checking import DEFAULT, Finding, Limits, Report, check_in_sandbox
from ckanext.lppd_validation import options, report, sandbox, table_schema
from ckanext.lppd_validation.outcome import Outcome, Status
from ckanext.lppd_validation.source import Copy

# Codes that say nothing about the file: no answer could be had.
NO_ANSWER = frozenset({"berkas_tidak_terbaca", "waktu_habis", "skema_rusak"})


def check(copy: Copy, resource: Mapping[str, Any], limits: Limits = DEFAULT) -> Outcome:
    """Check a copied file by the resource's own schema and options.

    Args:
        copy: the bytes, in a directory that nothing else writes to.
        resource: format, schema, validation_options and url of the resource. A schema is a JSON
            object or its text; without one the structure alone is checked.
        limits: sizes, counts and seconds of the check.
    """
    try:
        chosen = options.for_resource(resource.get("validation_options"))
        schema = table_schema.parse(resource.get("schema"))
    except ValueError as error:
        return Outcome.broken(str(error), sha256=copy.sha256)
    # An old workbook goes the same way as a new one: the guard of the engine names it.
    kind = "csv" if str(resource.get("format") or "").strip().lower() == "csv" else "xlsx"
    schema_sha256 = table_schema.sha256(schema) if schema is not None else None
    place = str(resource.get("url") or "").rpartition("/")[2]
    if schema is not None and "lppd" in schema:
        found = check_in_sandbox(copy.path, format=kind, schema=schema, limits=limits)
        ignored = (*chosen.to_dict(), *chosen.ignored)
        status, body = _from_own_engine(found, copy, place)
        own: dict[str, Any] = {"engine": found.engine, "options": {}}
        own |= {"ignored_options": list(ignored)}
        own |= {"findings": [one.to_dict() for one in found.findings]}
    else:
        result = sandbox.run_plain(
            copy.path, format=kind, schema=schema, options=chosen.to_dict(), limits=limits
        )
        status, body = _from_plain(result, place)
        own = {
            "engine": result["engine"],
            "options": chosen.to_dict(),
            "ignored_options": list(chosen.ignored),
        }
    body["lppd"] = {**own, "sha256": copy.sha256, "schema_sha256": schema_sha256}
    messages = [one["message"] for one in body["tasks"][0]["errors"]]
    problem = {"message": messages} if status == "error" else None
    return Outcome(status, body, problem, copy.sha256, schema_sha256)


def _from_plain(result: Mapping[str, Any], place: str) -> tuple[Status, dict[str, Any]]:
    if result["stop"] is not None:
        return _from_stop(Finding.from_dict(result["stop"]), place)
    body = dict(result["report"])
    for task in body["tasks"]:
        task["place"] = place
    return ("success" if body["valid"] is True else "failure"), body


def _from_stop(finding: Finding, place: str) -> tuple[Status, dict[str, Any]]:
    errors = [report.finding_error(finding)]
    body = report.one_task_report(valid=False, place=place, rows=0, errors=errors, count=1)
    return ("error" if finding.code in NO_ANSWER else "failure"), body


def _from_own_engine(found: Report, copy: Copy, place: str) -> tuple[Status, dict[str, Any]]:
    # A report about other bytes says nothing about these.
    if found.valid and found.sha256 != copy.sha256:
        return _from_stop(Finding("berkas_tidak_terbaca"), place)
    errors = [report.finding_error(one) for one in found.errors]
    shown = {one.code for one in found.errors}
    count = sum(number for code, number in found.counts.items() if code in shown)
    body = report.one_task_report(
        valid=found.valid, place=place, rows=found.rows, errors=errors, count=count
    )
    if found.valid:
        return "success", body
    return ("error" if shown & NO_ANSWER else "failure"), body
