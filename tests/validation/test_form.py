"""The resource form of a scheming schema with the fields that ckanext-validation documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan import model
from ckan.plugins import toolkit
from ckan.tests import factories

from ckanext.lppd_validation import settings
from ckanext.lppd_validation.logic import validators

from .conftest import INVALID, PLUGINS, Setting, upload

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", f"{PLUGINS} scheming_datasets"),
    pytest.mark.ckan_config("scheming.dataset_schemas", "tests.validation:scheming_dataset.json"),
    pytest.mark.ckan_config(
        "scheming.presets", "ckanext.scheming:presets.json ckanext.lppd_validation:presets.json"
    ),
    pytest.mark.usefixtures("portal"),
]


def test_form_shows_and_keeps_the_fields(setting: Setting, app: Any) -> None:
    token = factories.APIToken(user=setting.editor["name"])["token"]
    headers = {"Authorization": token}
    address = f"/dataset/{setting.dataset['id']}/resource/new"
    form = BeautifulSoup(app.get(address, headers=headers).data, "html.parser")
    for selector in ("#field-schema-upload", "#field-schema-json", "#field-validation_options"):
        assert form.select_one(selector) is not None, selector
    assert form.select_one('[name="schema_url"]') is None
    assert form.select_one('[name="validation_status"]') is None
    schema = {"fields": [{"name": "a", "type": "integer"}]}
    data = {
        "id": "",
        "url": "a.csv",
        "format": "CSV",
        "schema_json": json.dumps(schema),
        "validation_options": '{"delimiter": ";"}',
        "upload": upload(b"a\n1\n", "a.csv"),
        "save": "go-metadata",
    }
    app.post(address, data=data, headers=headers, content_type="multipart/form-data")
    (resource,) = setting.call("package_show", id=setting.dataset["id"])["resources"]
    assert resource["schema"] == schema
    assert resource["validation_options"] == {"delimiter": ";"}
    edit = f"/dataset/{setting.dataset['id']}/resource/{resource['id']}/edit"
    again = BeautifulSoup(app.get(edit, headers=headers).data, "html.parser")
    written = again.select_one("#field-schema-json")
    assert written is not None and json.loads(written.text) == schema


@pytest.mark.ckan_config("ckanext.validation.run_on_create_sync", True)
def test_form_shows_the_report_of_a_refused_file(setting: Setting, app: Any) -> None:
    token = factories.APIToken(user=setting.editor["name"])["token"]
    data = {"id": "", "url": "a.csv", "format": "CSV", "save": "go-metadata"}
    data["upload"] = upload(INVALID, "a.csv")  # type: ignore[assignment]
    response = app.post(
        f"/dataset/{setting.dataset['id']}/resource/new",
        data=data,
        headers={"Authorization": token},
        content_type="multipart/form-data",
    )
    found = BeautifulSoup(response.data, "html.parser")
    assert found.select_one('a[href="#validation-report"]') is not None
    table = found.select_one("#validation-report table")
    assert table is not None and "fewer cells" in table.text


def test_schema_url_of_an_older_resource_can_stay(setting: Setting) -> None:
    with pytest.raises(toolkit.ValidationError) as caught:
        setting.resource(schema="https://x.test/s.json")
    assert "schema" in caught.value.error_dict
    with pytest.raises(toolkit.ValidationError):
        setting.resource(schema={"a": 1})
    resource = setting.resource()
    row = model.Resource.get(resource["id"])
    assert row is not None
    row.extras = {**row.extras, "schema": "https://x.test/s.json"}
    model.Session.commit()
    fields = {"schema": "https://x.test/s.json", "description": "new words"}
    assert setting.call("resource_patch", id=resource["id"], **fields)


MODES = [
    ({}, "async"),
    ({"sync": True}, "sync"),
    ({"sync": True, "async": False}, "sync"),
    ({"async": False}, None),
]


@pytest.mark.parametrize(("given", "mode"), MODES)
def test_modes_come_from_the_options(
    ckan_config: Any, given: dict[str, bool], mode: str | None
) -> None:
    for when in ("create", "update"):
        for name, value in given.items():
            ckan_config[f"ckanext.validation.run_on_{when}_{name}"] = value
    assert settings.create_mode() == mode and settings.update_mode() == mode


@pytest.mark.parametrize(
    ("defaults", "value", "stored"),
    [
        ("", '{"headers": 3}', '{"headers": 3}'),
        ('{"delimiter": ";"}', '{"headers": 3}', '{"delimiter": ";", "headers": 3}'),
        ('{"delimiter": ";", "headers": 2}', '{"headers": 3}', '{"delimiter": ";", "headers": 3}'),
    ],
)
def test_default_options_stand_under_those_of_a_resource(
    ckan_config: Any, defaults: str, value: str, stored: str
) -> None:
    ckan_config["ckanext.validation.default_validation_options"] = defaults
    assert validators.validation_options_validator(value, {}) == stored


@pytest.mark.parametrize("value", ["[1]", "{", "x" * 30_000])
def test_options_that_are_no_object_are_refused(value: str) -> None:
    with pytest.raises(toolkit.Invalid):
        validators.validation_options_validator(value, {})


@pytest.mark.ckan_config("ckanext.validation.formats", "csv sql pdf")
def test_formats_that_cannot_be_read_are_ignored() -> None:
    assert settings.formats() == ("csv",)
