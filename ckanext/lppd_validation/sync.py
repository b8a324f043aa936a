"""Checks within the request: before anything is stored, so that a refused file changes nothing."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.checking import DEFAULT
from ckanext.lppd_validation import checker, hooks, interfaces, settings, source
from ckanext.lppd_validation.outcome import Outcome
from ckanext.lppd_validation.resources import as_dict, effective_format, rules

# A web process waits for this check, and a browser for the web process.
WITHIN_REQUEST = replace(DEFAULT, cpu_seconds=20, wall_seconds=30.0)


def check_before(
    context: dict[str, Any], save: hooks.Save, resource: dict[str, Any], *, is_new: bool
) -> None:
    """Check the file of a resource that is about to be saved, where the site asks for it.

    Args:
        save: notes the result, for the row that is written with the resource.
        resource: the dict of the request; an upload in it is left at its start.
        is_new: whether the resource is being made.

    Raises:
        toolkit.ValidationError: `{"validation": [report]}` where the file is not right.
    """
    mode = settings.create_mode() if is_new else settings.update_mode()
    if mode != "sync" or save.result_of(resource) is not None:
        return
    upload = resource.get("upload")
    has_upload = isinstance(upload, FileStorage) and bool(upload.filename)
    stored = None if is_new or has_upload else _stored_with_new_rules(resource)
    if not has_upload and stored is None:
        return
    filename = upload.filename if has_upload and isinstance(upload, FileStorage) else None
    named = {**resource, "format": effective_format(resource, filename)}
    if not settings.is_supported(named["format"]):
        return
    if not interfaces.wants_check(context, resource):
        save.checked.append((resource, hooks.DECLINED))
        return
    with tempfile.TemporaryDirectory(prefix="lppd-validation-") as name:
        outcome = _outcome(named, upload if has_upload else None, stored, Path(name))
    if outcome.status != "success":
        raise refusal(outcome)
    save.checked.append((resource, outcome))


def refusal(outcome: Outcome) -> toolkit.ValidationError:
    """Return the error that refuses a save, in the shape that ckanext-validation raises."""
    report = outcome.report
    if report is None:
        messages = (outcome.error or {}).get("message") or []
        return toolkit.ValidationError({"validation": list(messages)})
    summary = {toolkit._("Validation"): toolkit._("The file was not accepted, see the report")}
    return toolkit.ValidationError({"validation": [report]}, error_summary=summary)


def _stored_with_new_rules(resource: dict[str, Any]) -> dict[str, Any] | None:
    """Return the stored resource where the request changes only how its file is judged."""
    row = model.Resource.get(str(resource.get("id") or ""))
    if row is None or row.url_type != "upload":
        return None
    stored = as_dict(row)
    new = {**resource, "format": effective_format(resource, str(row.url))}
    same_file = resource.get("url_type") == "upload" or "url_type" not in resource
    return stored if same_file and rules(new) != rules(stored) else None


def _outcome(
    resource: dict[str, Any],
    upload: FileStorage | None,
    stored: dict[str, Any] | None,
    directory: Path,
) -> Outcome:
    try:
        if upload is not None:
            copy = source.copy_upload(upload.stream, directory)  # type: ignore[arg-type]
            resource = {**resource, "url": Path(upload.filename or "").name}
        else:
            copy = source.copy_stored(stored or {}, directory)
    except source.SourceError as error:
        return Outcome.broken(str(error))
    return checker.check(copy, resource, WITHIN_REQUEST)
