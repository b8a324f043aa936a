"""When a save asks for a check, and what becomes of older verdicts."""

from __future__ import annotations

from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit
from ckan.tests import factories
from ckan.tests.helpers import call_action

from ckanext.lppd_validation import jobs, store
from ckanext.lppd_validation.outcome import Outcome

from .conftest import INVALID, PLUGINS, VALID, Database, Setting, rows_of, upload

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.usefixtures("portal"),
]
NO_CREATE = pytest.mark.ckan_config("ckanext.validation.run_on_create_async", False)
NO_UPDATE = pytest.mark.ckan_config("ckanext.validation.run_on_update_async", False)
SYNC_CREATE = pytest.mark.ckan_config("ckanext.validation.run_on_create_sync", True)
SYNC_UPDATE = pytest.mark.ckan_config("ckanext.validation.run_on_update_sync", True)


def test_new_upload_is_queued_once_and_its_row_says_created(
    setting: Setting, queued: list[str]
) -> None:
    resource = setting.resource()
    assert queued == [resource["id"]]
    (row,) = rows_of(resource["id"])
    assert (row.status, row.finished, row.report, row.error) == ("created", None, None, None)
    assert resource["validation_status"] == "created"
    assert "validation_timestamp" not in resource


def test_dataset_created_with_an_upload_is_queued(portal: None, queued: list[str]) -> None:
    uploaded = {"url_type": "upload", "format": "CSV", "url": "data.csv"}
    resources = [uploaded, {"url": "x.pdf", "format": "PDF"}]
    dataset = factories.Dataset(owner_org=Database.org["id"], resources=resources)
    assert queued == [dataset["resources"][0]["id"]]


def test_other_format_or_a_link_is_not_queued(setting: Setting, queued: list[str]) -> None:
    setting.resource(format="PDF", name="data.pdf")
    link = {"url": "http://x.test/a.csv", "format": "CSV"}
    setting.call("resource_create", package_id=setting.dataset["id"], **link)
    assert queued == []


@NO_CREATE
def test_create_mode_off(setting: Setting, queued: list[str]) -> None:
    resource = setting.resource()
    assert queued == [] and rows_of(resource["id"]) == []
    assert "validation_status" not in resource


@NO_CREATE
def test_description_alone_asks_for_nothing(setting: Setting, queued: list[str]) -> None:
    resource = setting.resource()
    resource["description"] = "new words"
    setting.call("resource_update", **resource)
    setting.call("package_patch", id=setting.dataset["id"], notes="other words")
    assert queued == []


CHANGES: list[dict[str, Any]] = [
    {"upload": b"a\n1\n"},
    {"schema": '{"fields": [{"name": "a"}]}'},
    {"validation_options": '{"delimiter": ";"}'},
]


@NO_CREATE
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_new_bytes_schema_or_options_ask_for_a_check(
    setting: Setting, queued: list[str], change: dict[str, Any]
) -> None:
    resource = setting.resource()
    if "upload" in change:
        change = {"upload": upload(change["upload"])}
    setting.call("resource_patch", id=resource["id"], **change)
    assert queued == [resource["id"]]


@NO_CREATE
def test_format_change_asks_for_a_check(setting: Setting, queued: list[str]) -> None:
    resource = setting.resource(format="TXT")
    setting.call("resource_patch", id=resource["id"], format="CSV")
    assert queued == [resource["id"]]


@NO_CREATE
@pytest.mark.parametrize("action", ["package_patch", "package_update", "package_revise"])
def test_change_by_a_dataset_action_asks_for_a_check(
    setting: Setting, queued: list[str], action: str
) -> None:
    resource = setting.resource()
    dataset = setting.call("package_show", id=setting.dataset["id"])
    dataset["resources"][0]["schema"] = '{"fields": [{"name": "a"}]}'
    if action == "package_revise":
        data: dict[str, Any] = {"match": {"id": dataset["id"]}}
        data["update__resources__0"] = {"schema": dataset["resources"][0]["schema"]}
    elif action == "package_patch":
        data = {"id": dataset["id"], "resources": dataset["resources"]}
    else:
        data = dataset
    setting.call(action, **data)
    assert queued == [resource["id"]]


@NO_UPDATE
def test_older_verdict_does_not_survive_new_bytes(setting: Setting, queued: list[str]) -> None:
    resource = setting.resource()
    jobs.run_validation_job(resource["id"])
    assert rows_of(resource["id"])[0].status == "success"
    patched = setting.call("resource_patch", id=resource["id"], upload=upload(INVALID))
    assert rows_of(resource["id"]) == [] and "validation_status" not in patched


def test_one_resource_changes_and_the_other_keeps_its_verdict(
    setting: Setting, queued: list[str]
) -> None:
    first, second = setting.resource(), setting.resource()
    for one in (first, second):
        jobs.run_validation_job(one["id"])
    queued.clear()
    setting.call("resource_patch", id=second["id"], upload=upload(INVALID))
    assert queued == [second["id"]]
    assert rows_of(first["id"])[0].status == "success"
    assert rows_of(second["id"])[0].status == "created"


def test_deleted_resource_leaves_no_row(setting: Setting) -> None:
    resource = setting.resource()
    setting.call("resource_delete", id=resource["id"])
    assert rows_of(resource["id"]) == []


@pytest.mark.ckan_config("ckan.max_resource_size", 0)
def test_failed_save_queues_nothing(setting: Setting, queued: list[str]) -> None:
    with pytest.raises(toolkit.ValidationError):
        setting.resource()
    model.Session.rollback()
    model.Session.commit()
    assert queued == []
    assert setting.call("package_show", id=setting.dataset["id"])["resources"] == []


@pytest.mark.ckan_config("ckanext.validation.clean_validation_reports", True)
def test_report_of_an_unsupported_format_is_cleaned(setting: Setting) -> None:
    resource = setting.resource(format="PDF", name="a.pdf")
    store.record(resource["id"], Outcome("success", report={"valid": True}))
    model.Session.commit()
    setting.call("resource_patch", id=resource["id"], description="words")
    assert rows_of(resource["id"]) == []


@SYNC_CREATE
def test_sync_create_refuses_and_stores_nothing(setting: Setting, queued: list[str]) -> None:
    with pytest.raises(toolkit.ValidationError) as caught:
        setting.resource(INVALID)
    report = caught.value.error_dict["validation"][0]
    error = report["tasks"][0]["errors"][0]
    assert error["type"] == "missing-cell" and (error["rowNumber"], error["fieldName"]) == (2, "d")
    assert 'Row at position "2" has a missing cell in field "d"' in str(caught.value)
    assert setting.call("package_show", id=setting.dataset["id"])["resources"] == []


@SYNC_CREATE
def test_sync_refuses_what_could_not_be_checked(setting: Setting) -> None:
    with pytest.raises(toolkit.ValidationError) as caught:
        setting.resource(VALID, schema="http://127.0.0.1:1/schema.json")
    assert "URL" in caught.value.error_dict["validation"][0]


@SYNC_CREATE
def test_sync_create_accepts_and_stores_the_verdict(setting: Setting, queued: list[str]) -> None:
    # No format is given: CKAN takes it from the file name, and so does the check.
    resource = setting.resource(VALID, format="")
    assert resource["validation_status"] == "success" and resource["validation_timestamp"]
    assert queued == []
    (row,) = rows_of(resource["id"])
    assert row.sha256 and row.report["valid"] is True


@SYNC_UPDATE
@NO_CREATE
def test_sync_update_refuses_and_keeps_the_earlier_file(setting: Setting, app: Any) -> None:
    resource = setting.resource(VALID)
    with pytest.raises(toolkit.ValidationError) as caught:
        setting.call("resource_patch", id=resource["id"], upload=upload(INVALID))
    assert "validation" in caught.value.error_dict
    url = f"/dataset/{setting.dataset['id']}/resource/{resource['id']}/download/data.csv"
    assert app.get(url).data == VALID


@SYNC_UPDATE
@NO_CREATE
def test_sync_update_with_a_stricter_schema_is_refused(setting: Setting) -> None:
    resource = setting.resource(b"a\nx\n")
    schema = '{"fields": [{"name": "a", "type": "integer"}]}'
    with pytest.raises(toolkit.ValidationError):
        setting.call("resource_patch", id=resource["id"], schema=schema)
    accepted = setting.call(
        "resource_patch", id=resource["id"], schema=schema, upload=upload(b"a\n1\n")
    )
    assert accepted["validation_status"] == "success"


@SYNC_CREATE
@SYNC_UPDATE
def test_sync_mode_covers_dataset_actions(setting: Setting) -> None:
    bad = [{"upload": upload(INVALID), "format": "CSV", "url": "a.csv"}]
    with pytest.raises(toolkit.ValidationError) as caught:
        call_action("package_create", name="sync-dataset", resources=bad)
    assert "validation" in caught.value.error_dict["resources"][0]
    resource = setting.resource()
    dataset = setting.call("package_show", id=setting.dataset["id"])
    dataset["resources"][0] |= {"upload": upload(INVALID)}
    with pytest.raises(toolkit.ValidationError):
        setting.call("package_update", **dataset)
    (row,) = rows_of(resource["id"])
    assert row.status == "success"
    dataset = setting.call("package_show", id=setting.dataset["id"])
    dataset["resources"][0] |= {"upload": upload(b"x\n1\n")}
    setting.call("package_update", **dataset)
    (newer,) = rows_of(resource["id"])
    assert newer.status == "success" and newer.report["tasks"][0]["labels"] == ["x"]
