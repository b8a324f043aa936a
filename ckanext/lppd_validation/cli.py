"""`ckan validation`: the commands of ckanext-validation."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from ckan import model as ckan_model
from ckan.plugins import toolkit

from ckanext.lppd_validation import ddl, report, settings, store
from ckanext.lppd_validation import model as validation_model

__all__ = ["validation"]

PER_TYPE = 10
PAGE = 100
SUMMARY = "validation_errors_report.csv"
FULL = "validation_errors_report_full.csv"
COLUMNS = ("dataset", "resource_id", "format", "url", "status")


@click.group()
def validation() -> None:
    """Check data files and list the results."""


@validation.command("init-db")
def init_db() -> None:
    """Create the validation table, or adopt the one of ckanext-validation."""
    try:
        ddl.upgrade(ckan_model.Session.connection())
        ckan_model.Session.commit()
    except ddl.ForeignTableError as error:
        ckan_model.Session.rollback()
        raise click.ClickException(str(error)) from error
    validation_model.forget_table()
    click.echo("The validation table is ready")


@validation.command("run")
@click.option("-y", "--yes", is_flag=True, help="Do not ask, start at once.")
@click.option("-r", "--resource", multiple=True, help="Id of a resource; may be given many times.")
@click.option("-d", "--dataset", multiple=True, help="Id or name; may be given many times.")
@click.option("-s", "--search", help="JSON object with q, fq and fq_list, as for package_search.")
def run_validation(
    yes: bool, resource: tuple[str, ...], dataset: tuple[str, ...], search: str | None
) -> None:
    """Queue checks: of some resources, of some datasets, of a search, or of everything.

    The checks themselves run in `ckan jobs worker`.
    """
    if sum(map(bool, (resource, dataset, search))) > 1:
        raise click.UsageError("Give only one of --resource, --dataset and --search.")
    for resource_id in resource:
        try:
            toolkit.get_action("resource_validation_run")(
                {"ignore_auth": True}, {"resource_id": resource_id}
            )
        except toolkit.ObjectNotFound as error:
            raise click.ClickException(f"There is no resource {resource_id}") from error
        except toolkit.ValidationError as error:
            raise click.ClickException(f"Resource {resource_id}: {error.error_summary}") from error
        click.echo(f"Resource {resource_id} sent to the validation queue")
    if resource:
        return
    if not yes:
        click.confirm("Queue the checks now?", abort=True)
    result = toolkit.get_action("resource_validation_run_batch")(
        {"ignore_auth": True}, {"dataset_ids": list(dataset), "query": search}
    )
    click.echo(result["output"])


@validation.command("report")
@click.option("-o", "--output", default=SUMMARY, show_default=True, help="CSV file to write.")
def report_summary(output: str) -> None:
    """Count the results and list every resource that is not valid in a CSV file."""
    _write(Path(output), full=False)


@validation.command("report-full")
@click.option("-o", "--output", default=FULL, show_default=True, help="CSV file to write.")
def report_full(output: str) -> None:
    """As `report`, with one CSV line per error (ten of a kind per file)."""
    _write(Path(output), full=True)


def _write(path: Path, *, full: bool) -> None:
    extra = ("error_code", "error_message") if full else ("validation_report_url",)
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=[*COLUMNS, *extra])
        writer.writeheader()
        for dataset, resource in _resources():
            status = str(resource.get("validation_status") or "none")
            counts[status] += 1
            if status not in ("failure", "error"):
                continue
            for line in _lines(dataset, resource, full=full):
                kinds[line.get("error_code", "")] += 1
                writer.writerow({name: _plain(value) for name, value in line.items()})
    click.echo(f"{sum(counts.values())} tabular resources")
    for status in (*store.STATUSES, "none"):
        click.echo(f"{counts[status]} resources - validation {status}")
    if full:
        for kind, number in kinds.most_common():
            click.echo(f"* {kind}: {number}")
    click.echo(f"CSV report stored in {path}")


def _lines(
    dataset: dict[str, Any], resource: dict[str, Any], *, full: bool
) -> list[dict[str, str]]:
    address = toolkit.url_for(
        f"{dataset['type']}_resource.read",
        id=dataset["name"],
        resource_id=resource["id"],
        qualified=True,
    )
    line = {
        "dataset": dataset["name"],
        "resource_id": resource["id"],
        "format": str(resource.get("format") or ""),
        "url": address,
        "status": resource["validation_status"],
    }
    if not full:
        where = {"id": dataset["name"], "resource_id": resource["id"], "qualified": True}
        return [{**line, "validation_report_url": toolkit.url_for("validation.read", **where)}]
    row = store.latest(resource["id"])
    found = store.dictize(row) if row is not None else {}
    errors = list(report.errors_of(found.get("report")))
    if not errors:
        messages = (found.get("error") or {}).get("message") or [""]
        return [{**line, "error_code": "error", "error_message": str(one)} for one in messages]
    seen: Counter[str] = Counter()
    lines = []
    for error in errors:
        kind = str(error.get("type") or error.get("code") or "")
        seen[kind] += 1
        if seen[kind] <= PER_TYPE:
            message = str(error.get("message") or "")
            lines.append({**line, "error_code": kind, "error_message": message})
    return lines


def _plain(value: str) -> str:
    """Keep a spreadsheet from taking text of a publisher for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _resources() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield every resource of a checked format with its dataset, private ones too."""
    start = 0
    while True:
        page = toolkit.get_action("package_search")(
            {"ignore_auth": True},
            {"q": "*:*", "include_private": True, "rows": PAGE, "start": start, "sort": "id asc"},
        )
        for dataset in page["results"]:
            for resource in dataset.get("resources") or []:
                if settings.is_supported(resource.get("format")):
                    yield dataset, resource
        start += PAGE
        if start >= page["count"] or not page["results"]:
            return
