"""Badge, report page, form snippets and command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.plugins import toolkit
from ckan.tests import factories

from ckanext.lppd_validation import helpers, jobs, report
from ckanext.lppd_validation.cli import validation

from .conftest import INVALID, PLUGINS, Setting, rows_of, upload

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.usefixtures("portal"),
]


def checked(setting: Setting, data: bytes = INVALID, **fields: Any) -> dict[str, Any]:
    """Create a resource, run its check and return it as shown."""
    resource = setting.resource(data, **fields)
    jobs.run_validation_job(resource["id"])
    shown: dict[str, Any] = setting.call("resource_show", id=resource["id"])
    return shown


def page(app: Any, path: str, **kwargs: Any) -> BeautifulSoup:
    """Return a parsed page."""
    return BeautifulSoup(app.get(path, **kwargs).data, "html.parser")


def report_path(resource: dict[str, Any]) -> str:
    """Return the address of a report, the one that ckanext-validation used."""
    return f"/dataset/{resource['package_id']}/resource/{resource['id']}/validation"


def test_badge_links_to_the_report(setting: Setting, app: Any) -> None:
    resource = checked(setting)
    for path in (f"/dataset/{setting.dataset['name']}", report_path(resource).rpartition("/")[0]):
        badge = page(app, path).select_one("a.validation-badge")
        assert badge is not None and badge["href"].endswith(report_path(resource))
        assert badge["title"] == f"Invalid data {resource['validation_timestamp']}"
        assert badge.select_one(".status.failure").text == "invalid"


@pytest.mark.ckan_config("ckanext.validation.show_badges_in_listings", False)
def test_badge_in_listings_can_be_switched_off(setting: Setting, app: Any) -> None:
    resource = checked(setting)
    assert page(app, f"/dataset/{setting.dataset['name']}").select_one(".validation-badge") is None
    assert page(app, report_path(resource)).select_one(".validation-badge")


def test_badge_escapes_and_knows_unknown() -> None:
    shown = {"id": "r", "package_id": "p", "validation_timestamp": '"><script>'}
    with_badge = helpers.get_validation_badge({**shown, "validation_status": "<b>"})
    assert "<script>" not in with_badge and "status unknown" in with_badge
    assert helpers.get_validation_badge(shown) == ""


def test_report_page_is_an_accessible_table(setting: Setting, app: Any) -> None:
    resource = checked(setting, validation_options='{"skip_errors": ["missing-cell"]}')
    found = page(app, report_path(resource))
    table = found.select_one("table.validation-errors")
    assert table is not None and table.caption.text == "Errors in the file"
    assert [th["scope"] for th in table.select("thead th")] == ["col"] * 4
    cells = [td.text for td in table.select("tbody td")]
    assert cells[:2] == ["2", "d"] and "fewer cells than the header" in cells[3]
    assert "skip_errors" in found.text and len(found.select("h1")) == 1


def test_report_page_escapes_what_a_file_holds(setting: Setting, app: Any) -> None:
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    resource = checked(setting, b"a\n<script>alert(1)</script>\n", schema=json.dumps(schema))
    assert b"<script>alert(1)" not in app.get(report_path(resource)).data


def test_report_page_says_who_and_what(setting: Setting, app: Any) -> None:
    resource = checked(setting, b"a\n1\n")
    assert "No errors were found" in page(app, report_path(resource)).text
    by_name = report_path({**resource, "package_id": setting.dataset["name"]})
    assert app.get(by_name).status_code == 200
    other = factories.Dataset(owner_org=setting.org["id"])
    app.get(report_path({**resource, "package_id": other["id"]}), status=404)
    waiting = setting.resource()
    assert "not been checked yet" in page(app, report_path(waiting)).text
    pdf = setting.resource(format="PDF", name="a.pdf")
    app.get(report_path(pdf), status=404)
    hidden = Setting(private=True)
    app.get(report_path(checked(hidden)), status=403)


def test_reports_of_older_versions_are_shown() -> None:
    goodtables = {
        "valid": False,
        "error-count": 2,
        "tables": [{"errors": [{"code": "x", "message": "old words", "row-number": 3}]}],
    }
    shown = helpers.lppd_validation_table(goodtables)
    assert shown["total"] == 2 and shown["rows"][0]["sentence"] == "old words"
    for odd in (None, "text", {"tasks": ["x"]}, {"lppd": 3}):
        assert helpers.lppd_validation_table(odd)["rows"] == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"type": "type-error", "cell": "x", "note": 'type is "integer/default"'}, "(integer)"),
        (
            {"type": "constraint-error", "cell": "9", "note": 'constraint "maximum" is "5"'},
            "above the highest allowed, 5",
        ),
        ({"type": "duplicate-label", "label": "a"}, '"a" is used twice'),
        ({"type": "no-such", "message": "as it came"}, "as it came"),
        ({"lppd": {"code": "gone"}, "message": "kept"}, "kept"),
    ],
)
@pytest.mark.usefixtures("with_request_context")
def test_sentences(error: dict[str, Any], words: str) -> None:
    assert words in report.sentence(error)


def test_report_is_split_from_form_errors() -> None:
    body = report.one_task_report(valid=False, place="a.csv", rows=1, errors=[], count=1)
    found, errors = helpers.validation_extract_report_from_errors(
        {"name": ["missing"], "validation": [body]}
    )
    assert found == body and errors["name"] == ["missing"]
    assert 'href="#validation-report"' in errors["validation"][0]
    assert helpers.validation_extract_report_from_errors({"a": ["b"]}) == (None, {"a": ["b"]})


def test_schema_comes_from_three_form_fields(setting: Setting) -> None:
    text = '{"fields": [{"name": "a"}]}'
    for field in ({"schema_json": text}, {"schema_upload": upload(text.encode(), "s.json")}):
        resource = setting.resource(**field)
        assert json.loads(resource["schema"]) == json.loads(text)
        assert not set(resource) & {"schema_json", "schema_upload", "schema_url"}
    refused: list[tuple[str, Any]] = [
        ("schema_url", "https://x.test/s.json"),
        ("schema_url", "not-a-url"),
        ("schema_upload", upload(b"\xff\xfe", "s.json")),
    ]
    for name, value in refused:
        with pytest.raises(toolkit.ValidationError) as caught:
            setting.resource(**{name: value})
        assert name in caught.value.error_dict


def test_command_line(
    setting: Setting, cli: Any, queued: list[str], tmp_path: Path, app: Any
) -> None:
    resource = checked(setting)
    queued.clear()
    assert "ready" in cli.invoke(validation, ["init-db"]).output
    done = cli.invoke(validation, ["run", "-r", resource["id"]])
    assert done.exit_code == 0 and queued == [resource["id"]]
    assert cli.invoke(validation, ["run", "-r", "no-such"]).exit_code == 1
    assert cli.invoke(validation, ["run", "-r", "a", "-d", "b"]).exit_code == 2
    assert cli.invoke(validation, ["run", "-d", "x"], input="n\n").exit_code == 1
    found = cli.invoke(validation, ["run", "-y", "-d", setting.dataset["name"]])
    assert "1 resources sent" in found.output and len(queued) == 2
    jobs.run_validation_job(resource["id"])
    short, full = tmp_path / "short.csv", tmp_path / "full.csv"
    result = cli.invoke(validation, ["report", "-o", str(short)])
    assert result.exit_code == 0 and "validation failure" in result.output
    lines = [one for one in _lines(short) if one["resource_id"] == resource["id"]]
    assert len(lines) == 1 and lines[0]["validation_report_url"].endswith(
        report_path(resource)[-40:]
    )
    assert cli.invoke(validation, ["report-full", "-o", str(full)]).exit_code == 0
    lines = [one for one in _lines(full) if one["resource_id"] == resource["id"]]
    assert [one["error_code"] for one in lines] == ["missing-cell"]
    assert rows_of(resource["id"])[0].status == "failure"


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
