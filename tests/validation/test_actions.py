"""The four actions, who may call them, and the job behind them."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from ckan import model, plugins
from ckan.plugins import toolkit
from ckan.tests import factories
from ckan.tests.helpers import call_action, call_auth

from ckanext.lppd_validation import interfaces, jobs, store
from ckanext.lppd_validation.model import Validation, utc_now
from ckanext.lppd_validation.outcome import Outcome

from .conftest import INVALID, PLUGINS, Setting, rows_of, upload

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", PLUGINS),
    pytest.mark.usefixtures("portal"),
]


def check(resource: dict[str, Any]) -> dict[str, Any]:
    """Run the job of a resource and return what the API shows."""
    jobs.run_validation_job(resource["id"])
    return call_action("resource_validation_show", resource_id=resource["id"])


def test_run_asks_for_its_parameter(portal: None) -> None:
    for action in ("run", "show", "delete"):
        with pytest.raises(toolkit.ValidationError):
            call_action(f"resource_validation_{action}")
        with pytest.raises(toolkit.ObjectNotFound):
            call_action(f"resource_validation_{action}", resource_id="not-there")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": "pdf", "url": "http://x.test/a.pdf"}, "Unsupported resource format"),
        ({"format": "csv", "url": ""}, "valid URL or an uploaded file"),
        ({"format": "csv", "url": "http://x.test/a.csv"}, "Only uploaded files"),
        ({"format": "csv", "url": "file:///etc/passwd"}, "Only uploaded files"),
        ({"format": "csv", "url": "/etc/passwd"}, "Only uploaded files"),
    ],
)
def test_run_refuses_what_cannot_be_checked(
    setting: Setting, fields: dict[str, str], words: str
) -> None:
    resource = setting.call("resource_create", package_id=setting.dataset["id"], **fields)
    with pytest.raises(toolkit.ValidationError, match=words):
        setting.call("resource_validation_run", resource_id=resource["id"])
    assert rows_of(resource["id"]) == []


def test_run_resets_the_row_and_queues(setting: Setting, queued: list[str]) -> None:
    resource = setting.resource()
    assert check(resource)["status"] == "success"
    assert setting.call("resource_validation_run", resource_id=resource["id"]) == "job-2"
    shown = setting.call("resource_validation_show", resource_id=resource["id"])
    assert (shown["status"], shown["report"], shown["finished"]) == ("created", None, None)
    assert len(rows_of(resource["id"])) == 1 and queued == [resource["id"]] * 2


def test_run_within_the_request_is_for_sysadmins(setting: Setting) -> None:
    resource = setting.resource()
    wanted = {"resource_id": resource["id"], "async": False}
    with pytest.raises(toolkit.NotAuthorized):
        setting.call("resource_validation_run", **wanted)
    call_action("resource_validation_run", **wanted)
    assert rows_of(resource["id"])[0].status == "success"


def test_show_returns_a_frictionless_report(setting: Setting) -> None:
    shown = check(setting.resource(INVALID))
    assert shown["status"] == "failure" and shown["finished"] > shown["created"]
    report = shown["report"]
    assert report["valid"] is False and report["stats"]["errors"] == 1
    (error,) = report["tasks"][0]["errors"]
    assert (error["type"], error["rowNumber"], error["fieldName"]) == ("missing-cell", 2, "d")
    assert error["message"] and error["note"] == ""
    assert report["lppd"]["sha256"] == shown["sha256"]
    json.dumps(shown)


def test_status_is_shown_from_the_table(setting: Setting) -> None:
    resource = setting.resource(INVALID)
    check(resource)
    shown = setting.call("resource_show", id=resource["id"])
    assert shown["validation_status"] == "failure" and shown["validation_timestamp"]
    found = call_action("package_search", q=f"id:{setting.dataset['id']}")["results"][0]
    assert found["resources"][0]["validation_status"] == "failure"
    facet = call_action(
        "package_search", q="vocab_validation_status:failure", fq=f"id:{setting.dataset['id']}"
    )
    assert facet["count"] == 1


def test_delete_is_for_sysadmins(setting: Setting) -> None:
    resource = setting.resource()
    check(resource)
    with pytest.raises(toolkit.NotAuthorized):
        setting.call("resource_validation_delete", resource_id=resource["id"])
    call_action("resource_validation_delete", resource_id=resource["id"])
    assert rows_of(resource["id"]) == []
    assert "validation_status" not in setting.call("resource_show", id=resource["id"])


def test_auth_follows_the_resource(setting: Setting) -> None:
    private = Setting(private=True)
    resources = [one.resource()["id"] for one in (setting, private)]
    stranger = factories.User()
    who = {"": "", "stranger": stranger["name"], "editor": private.editor["name"]}

    def allowed(action: str, user: str, resource_id: str) -> bool:
        context = {"user": who[user], "model": model}
        try:
            return call_auth(f"resource_validation_{action}", context, resource_id=resource_id)
        except toolkit.NotAuthorized:
            return False

    assert allowed("show", "", resources[0]) and not allowed("show", "", resources[1])
    assert not allowed("show", "stranger", resources[1])
    assert allowed("show", "editor", resources[1]) and allowed("run", "editor", resources[1])
    assert not allowed("run", "", resources[0]) and not allowed("run", "stranger", resources[0])
    for action in ("delete", "run_batch"):
        assert not any(allowed(action, user, resources[1]) for user in who)


def test_run_batch_by_dataset_by_search_and_by_everything(
    setting: Setting, queued: list[str]
) -> None:
    first = setting.resource()["id"]
    setting.call("resource_create", package_id=setting.dataset["id"], url="http://x.test/a.csv")
    other = Setting(private=True)
    second = other.resource()["id"]
    queued.clear()
    name = setting.dataset["name"]
    for ids in (name, [name], json.dumps([name])):
        found = call_action("resource_validation_run_batch", dataset_ids=ids)
        assert found == {"output": "Done. 1 resources sent to the validation queue"}
    assert queued == [first] * 3
    queued.clear()
    query = {"fq": f"id:{other.dataset['id']}", "rows": 0, "sort": "evil"}
    call_action("resource_validation_run_batch", query=json.dumps(query))
    assert queued == [second]
    call_action("resource_validation_run_batch")
    assert {first, second} <= set(queued)
    assert "Error parsing" in call_action("resource_validation_run_batch", query="{")["output"]
    nothing = call_action("resource_validation_run_batch", dataset_ids="no-such")["output"]
    assert nothing == "No suitable datasets for validation"
    with pytest.raises(toolkit.NotAuthorized):
        setting.call("resource_validation_run_batch")


def test_a_fault_in_the_job_never_leaves_running(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = setting.resource()

    def fail(*_: Any, **__: Any) -> Outcome:
        raise RuntimeError("boom")

    monkeypatch.setattr(jobs.checker, "check", fail)
    with pytest.raises(RuntimeError):
        jobs.run_validation_job(resource["id"])
    (row,) = rows_of(resource["id"])
    assert row.status == "error" and row.finished and row.error["message"]


def test_a_killed_worker_is_seen_as_an_error(setting: Setting) -> None:
    resource = setting.resource()
    store.begin(resource["id"])
    row = store.latest(resource["id"])
    assert row is not None
    row.started = utc_now() - datetime.timedelta(days=1)
    model.Session.commit()
    shown = setting.call("resource_validation_show", resource_id=resource["id"])
    assert shown["status"] == "error" and shown["error"]["message"] == [store.LOST]
    assert setting.call("resource_show", id=resource["id"])["validation_status"] == "error"


def test_an_overtaken_run_writes_nothing(setting: Setting) -> None:
    resource = setting.resource()
    old = store.begin(resource["id"])
    setting.call("resource_patch", id=resource["id"], upload=upload(INVALID))
    assert store.finish(resource["id"], old, Outcome("success")) is None
    assert rows_of(resource["id"])[0].status == "created"
    new = store.begin(resource["id"])
    assert store.finish(resource["id"], old, Outcome("success")) is None
    assert store.finish(resource["id"], new, Outcome("failure")) is not None


def test_two_rows_left_by_ckanext_validation_do_no_harm(setting: Setting) -> None:
    resource = setting.resource()
    older = utc_now() - datetime.timedelta(days=9)
    text = json.dumps({"valid": False, "tasks": []})
    model.Session.add(
        Validation(resource_id=resource["id"], status="failure", created=older, report=text)
    )
    model.Session.commit()
    assert check(resource)["status"] == "success"
    assert setting.call("resource_show", id=resource["id"])["validation_status"] == "success"
    old = next(row for row in rows_of(resource["id"]) if row.created == older)
    assert store.dictize(old)["report"] == {"valid": False, "tasks": []}


def test_missing_file_and_schema_url_are_errors(setting: Setting) -> None:
    call = {"package_id": setting.dataset["id"], "url_type": "upload", "url": "a.csv"}
    gone = check(setting.call("resource_create", format="csv", **call))
    assert gone["status"] == "error" and gone["report"] is None
    assert "not there" in gone["error"]["message"][0]
    addressed = check(setting.resource(schema="http://127.0.0.1:1/schema.json"))
    assert addressed["status"] == "error" and "URL" in addressed["error"]["message"][0]


def test_a_real_worker_runs_the_queued_job(portal: None, with_test_worker: Any) -> None:
    setting = Setting()
    resource = setting.resource(INVALID)
    from ckan.lib import jobs as ckan_jobs

    ckan_jobs.Worker().work(burst=True)
    assert rows_of(resource["id"])[0].status == "failure"


class Probe(plugins.SingletonPlugin):
    """Implements both interfaces and notes what it hears."""

    plugins.implements(interfaces.IDataValidation, inherit=True)
    plugins.implements(interfaces.IPipeValidation, inherit=True)
    asked: list[str]
    heard: list[dict[str, Any]]

    def can_validate(self, context: dict[str, Any], data_dict: dict[str, Any]) -> bool:
        """Decline resources with a custom field."""
        self.asked.append(data_dict.get("name") or "")
        return data_dict.get("my_custom_field") != "xx"

    def receive_validation_report(self, validation_report: dict[str, Any]) -> None:
        """Note the report."""
        self.heard.append(validation_report)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Load a probe the way CKAN holds its plugins."""
    probe = Probe()
    probe.name = "validation_probe"
    probe.asked, probe.heard = [], []
    monkeypatch.setitem(plugins.core._PLUGINS_SERVICE, probe.name, probe)
    return probe


def test_a_plugin_may_decline_and_hears_the_results(
    setting: Setting, queued: list[str], probe: Probe
) -> None:
    setting.resource(name="no.csv", my_custom_field="xx")
    resource = setting.resource(name="yes.csv")
    assert queued == [resource["id"]] and len(probe.asked) == 2
    shown = check(resource)
    assert probe.heard == [shown]


@pytest.mark.ckan_config("ckanext.validation.run_on_create_sync", True)
def test_sync_asks_and_announces_once(setting: Setting, probe: Probe) -> None:
    declined = setting.resource(INVALID, name="no.csv", my_custom_field="xx")
    assert rows_of(declined["id"]) == [] and probe.heard == []
    resource = setting.resource(name="yes.csv")
    assert len(probe.asked) == 2
    assert [one["resource_id"] for one in probe.heard] == [resource["id"]]


def test_interfaces_of_an_installed_ckanext_validation_are_asked_too() -> None:
    theirs = pytest.importorskip("ckanext.validation.interfaces")
    assert interfaces._namesake("IDataValidation") is theirs.IDataValidation
    assert interfaces._namesake("IPipeValidation") is theirs.IPipeValidation
    assert list(interfaces.implementations(interfaces.IPipeValidation)) == []
