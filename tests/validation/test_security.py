"""The holes of ckanext-validation stay closed, and its table is adopted."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import uploader
from ckan.plugins import toolkit
from ckan.tests.helpers import call_action

from ckanext.lppd import katalog
from ckanext.lppd.checking import DEFAULT
from ckanext.lppd_validation import checker, ddl, jobs, sandbox, source, table_schema
from ckanext.lppd_validation.model import forget_table
from ckanext.lppd_validation.outcome import Outcome

from .conftest import INVALID, PLUGINS, VALID, Setting, rows_of, upload

pytestmark = pytest.mark.ckan_config("ckan.plugins", PLUGINS)
INTEGER = {"fields": [{"name": "a", "type": "integer"}]}


def outcome(directory: Path, data: bytes, **resource: Any) -> Outcome:
    """Check bytes in the sandbox."""
    folder = directory / hashlib.sha256(data + repr(resource).encode()).hexdigest()
    folder.mkdir()
    copy = source.copy_upload(io.BytesIO(data), folder)
    return checker.check(copy, {"format": "csv", "url": "data.csv", **resource})


def first_error(found: Outcome) -> dict[str, Any]:
    """Return the first error of a report."""
    assert found.report is not None
    error: dict[str, Any] = found.report["tasks"][0]["errors"][0]
    return error


def test_client_cannot_write_the_status(setting: Setting) -> None:
    forged = {"validation_status": "success", "validation_timestamp": "2026-01-01T00:00:00"}
    resource = setting.resource(INVALID, **forged)
    assert resource["validation_status"] == "created"
    jobs.run_validation_job(resource["id"])
    for action in ("resource_patch", "resource_update"):
        shown = setting.call(action, **{**resource, **forged, "description": action})
        assert shown["validation_status"] == "failure"
    dataset = setting.call("package_show", id=setting.dataset["id"])
    dataset["resources"][0] |= {**forged, "description": "again"}
    setting.call("package_update", **dataset)
    link = {"url": "http://x.test/a.csv", "format": "CSV", **forged}
    dataset = setting.call("package_patch", id=dataset["id"], resources=[link])
    assert "validation_status" not in dataset["resources"][0]
    model.Session.expire_all()
    rows = model.Session.query(model.Resource).filter_by(package_id=dataset["id"])
    assert all("validation_status" not in (row.extras or {}) for row in rows)


@pytest.mark.parametrize(
    "trick",
    [
        {"skip_errors": ["missing-cell", "#row"]},
        {"pick_errors": ["blank-row"]},
        {"limit_rows": 0, "limit_errors": 0},
        {"checks": [], "checklist": {"skipErrors": ["missing-cell"]}},
        {"dialect": {"commentChar": "1", "header": False}},
        {"dialect": {"skipBlankRows": True}, "detector": {"schemaSync": True}},
        {"type": "package", "format": "inline", "schema": {"fields": []}},
        {"trusted": True, "basepath": "/"},
    ],
)
def test_options_cannot_turn_a_bad_file_green(portal: None, tmp_path: Path, trick: Any) -> None:
    found = outcome(tmp_path, INVALID, validation_options=json.dumps(trick))
    assert found.status == "failure" and found.report is not None
    assert set(found.report["lppd"]["ignored_options"]) >= set(trick) - {"dialect"}
    assert found.report["lppd"]["options"] == {}


@pytest.mark.ckan_config("ckanext.validation.default_validation_options", '{"delimiter": ";"}')
def test_honoured_options_have_an_effect(portal: None, tmp_path: Path) -> None:
    assert outcome(tmp_path, b"a;b\n1,2;3\n").status == "success"
    latin = "nama;b\ncafé;1\n".encode("cp1252")
    assert outcome(tmp_path, latin, validation_options={"encoding": "cp1252"}).status == "success"
    assert outcome(tmp_path, latin, validation_options={"encoding": "utf-8"}).status == "failure"
    titled = b"Judul\n\na;b\n1;2\n"
    assert outcome(tmp_path, titled).status == "failure"
    assert outcome(tmp_path, titled, validation_options={"headers": 3}).status == "success"
    wrong = outcome(tmp_path, b"Judul\n\na\nx\n", validation_options={"headers": 3}, schema=INTEGER)
    assert first_error(wrong)["rowNumber"] == 4


def test_workbooks_are_read_by_sheet(portal: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, None])
    second = book.create_sheet("Isian")
    second.append(["a"])
    second.append(["x"])
    stream = io.BytesIO()
    book.save(stream)
    data, xlsx = stream.getvalue(), {"format": "XLSX", "schema": INTEGER}
    extra = outcome(tmp_path, data, format="xlsx")
    assert extra.status == "success"
    for sheet in ("Isian", 2):
        found = outcome(tmp_path, data, validation_options={"sheet": sheet}, **xlsx)
        assert first_error(found)["type"] == "type-error"
    assert outcome(tmp_path, data, validation_options={"sheet": "No"}, **xlsx).status == "failure"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", "failure"),
        (b"a,b\n", "failure"),
        (b"%PDF-1.7 ...", "failure"),
        (b"PK\x03\x04zip", "failure"),
        (b"a,b\n\x00,1\n", "failure"),
        (b"a,a\n1,2\n", "failure"),
        (b"a,b\n1,2\n\n3,4\n", "failure"),
        (b"a\n" + b"1," * 5000 + b"\n", "failure"),
    ],
)
def test_doubtful_files_are_not_valid(
    portal: None, tmp_path: Path, data: bytes, status: str
) -> None:
    assert outcome(tmp_path, data).status == status


def test_schema_decides_and_its_hash_is_kept(portal: None, tmp_path: Path) -> None:
    good = outcome(tmp_path, b"a\n1\n", schema=json.dumps(INTEGER))
    assert good.status == "success" and good.schema_sha256
    bad = outcome(tmp_path, b"a\nx\n", schema=INTEGER)
    assert bad.status == "failure" and first_error(bad)["fieldName"] == "a"
    required = {"fields": [{"name": "a", "constraints": {"required": True}}, {"name": "b"}]}
    assert first_error(outcome(tmp_path, b"a,b\n,1\n", schema=required))["cell"] == ""
    pattern = {"fields": [{"name": "a", "constraints": {"pattern": "("}}]}
    assert outcome(tmp_path, b"a\n1\n", schema=pattern).status in ("error", "failure")
    for schema in ("http://127.0.0.1:1/s.json", "/etc/passwd", {"fields": "http://x.test"}):
        assert outcome(tmp_path, b"a\n1\n", schema=schema).status == "error"


def test_schema_of_an_indicator_goes_to_the_engine_of_lppd(portal: None, tmp_path: Path) -> None:
    edisi = katalog.load_edisi(katalog.schemas_dir() / "edisi" / "2025")
    schemas = [katalog.table_schema(edisi, one, edisi.tahun_awal) for one in edisi.indikator]
    assert all(table_schema.parse(json.dumps(schema)) for schema in schemas)
    example = katalog.example_csv(edisi, edisi.indikator[0], edisi.tahun_awal)
    told = {"schema": schemas[0], "validation_options": {"delimiter": ";"}}
    good = outcome(tmp_path, example, **told)
    assert good.status == "success" and good.report is not None
    # Its engine finds the delimiter itself.
    assert good.report["lppd"]["ignored_options"] == ["delimiter"]
    bad = first_error(outcome(tmp_path, example.splitlines()[0] + b"\nx,y,z\n", **told))
    assert (bad["type"], bad["lppd"]["cell"], bad["rowNumber"]) == ("kode_salah", "A2", 2)


def test_plain_tables_are_checked_by_a_warm_server(portal: None, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(VALID)
    servers = set()
    for _ in range(2):
        result = sandbox.run_plain(path, format="csv", schema=None, options={})
        assert result["stop"] is None and result["report"]["valid"]
        servers.add(sandbox.SERVERS.pid)
    assert len(servers) == 1 and None not in servers


def test_a_child_that_dies_or_hangs_gives_an_error(portal: None, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(VALID)
    from dataclasses import replace

    def code(**limits: Any) -> str:
        changed = replace(DEFAULT, **limits)
        result = sandbox.run_plain(path, format="csv", schema=None, options={}, limits=changed)
        return str(result["stop"]["code"])

    # a warm check may end within any time that is not nothing
    assert code(wall_seconds=0.0) == "waktu_habis"
    assert code(memory=1024 * 1024) in ("waktu_habis", "berkas_tidak_terbaca")
    (tmp_path / "result.json").unlink(missing_ok=True)
    assert code(file_size=1) in ("waktu_habis", "berkas_tidak_terbaca")
    assert sandbox._understood(b'{"engine": "x", "stop": null, "report": {"valid": 1}}')["stop"]


# Without a storage of that name CKAN 2.12 keeps files in ckan.storage_path, as 2.11 does.
@pytest.mark.ckan_config("ckan.files.default_storages.default", "nowhere")
def test_a_link_in_storage_is_not_followed(setting: Setting, tmp_path: Path) -> None:
    resource = setting.resource()
    stored = next(path for path in (tmp_path / "resources").rglob("*") if path.is_file())
    stored.unlink()
    stored.symlink_to("/etc/passwd")
    jobs.run_validation_job(resource["id"])
    (row,) = rows_of(resource["id"])
    assert row.status == "error" and "root:" not in json.dumps(row.error) and row.report is None


@pytest.mark.ckan_config("ckanext.validation.run_on_create_sync", True)
@pytest.mark.ckan_config("ckanext.validation.run_on_update_sync", True)
def test_a_stranger_cannot_make_the_server_check(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> Outcome:
        raise AssertionError("checked for a stranger")

    monkeypatch.setattr(checker, "check", never)
    context = {"user": "", "ignore_auth": False}
    resources = [{"upload": upload(VALID), "format": "CSV", "url": "a.csv"}]
    calls = {"package_create": {"name": "x"}, "package_update": {"id": setting.dataset["id"]}}
    for action, data in calls.items():
        with pytest.raises(toolkit.NotAuthorized):
            call_action(action, dict(context), resources=resources, **data)
    with pytest.raises(toolkit.NotAuthorized):
        call_action(
            "resource_create", dict(context), package_id=setting.dataset["id"], **resources[0]
        )


def test_report_names_no_path(setting: Setting, tmp_path: Path) -> None:
    resource = setting.resource(INVALID)
    jobs.run_validation_job(resource["id"])
    shown = json.dumps(setting.call("resource_validation_show", resource_id=resource["id"]))
    assert str(tmp_path) not in shown and "/tmp" not in shown


@pytest.mark.skipif(not toolkit.check_ckan_version("2.12"), reason="storages came with CKAN 2.12")
def test_files_of_a_storage_are_read(setting: Setting, tmp_path: Path) -> None:
    resource = setting.resource(INVALID)
    assert not hasattr(uploader.get_resource_uploader(dict(resource)), "storage_path")
    jobs.run_validation_job(resource["id"])
    assert rows_of(resource["id"])[0].status == "failure"
    setting.call("resource_patch", id=resource["id"], upload=upload(VALID))
    jobs.run_validation_job(resource["id"])
    assert rows_of(resource["id"])[0].status == "success"


OLD_TABLE = """
CREATE TABLE validation (id varchar PRIMARY KEY, resource_id varchar, status varchar,
    created timestamp, finished timestamp, report json, error json)
"""


@pytest.fixture
def bare(portal: None) -> Any:
    """A connection in a transaction that is undone; the table is away in it."""
    connection = model.Session.connection()
    connection.execute(sa.text("DROP TABLE validation"))
    yield connection
    model.Session.rollback()
    forget_table()


def test_an_existing_table_is_adopted_with_its_rows(setting: Setting, bare: Any) -> None:
    old = {name: f"{name}-{setting.dataset['id']}" for name in ("upload", "link")}
    for name, resource_id in old.items():
        kept = model.Resource(url="a.csv", package_id=setting.dataset["id"], url_type=name)
        kept.id = resource_id
        model.Session.add(kept)
    model.Session.flush()
    bare.execute(sa.text(OLD_TABLE))
    insert = sa.text(
        "INSERT INTO validation (id, resource_id, status, report) VALUES (:id, :id, 'success', :r)"
    )
    for resource_id in old.values():
        bare.execute(insert, {"id": resource_id, "r": json.dumps(json.dumps({"valid": True}))})
    for _ in range(2):
        ddl.upgrade(bare)
    assert {"run_id", "sha256", "started", "schema_sha256"} <= ddl.columns(bare)
    shown = call_action("resource_validation_show", resource_id=old["upload"])
    assert shown["status"] == "success" and shown["report"] == {"valid": True}
    # Links could lead to files of the server: what was quoted from them is not shown again.
    linked = call_action("resource_validation_show", resource_id=old["link"])
    assert linked["status"] == "success" and linked["report"] is None
    ddl.downgrade(bare)
    assert ddl.columns(bare) == ddl.INHERITED_COLUMNS
    assert bare.execute(sa.text("SELECT count(*) FROM validation")).scalar() == 2


def test_a_foreign_table_is_refused(bare: Any) -> None:
    bare.execute(sa.text("CREATE TABLE validation (id integer)"))
    with pytest.raises(ddl.ForeignTableError, match="resource_id"):
        ddl.upgrade(bare)


def test_without_its_table_the_portal_works(bare: Any) -> None:
    forget_table()
    dataset = Setting().dataset
    assert call_action("package_show", id=dataset["id"])["id"] == dataset["id"]
    with pytest.raises(toolkit.ObjectNotFound):
        call_action("resource_validation_show", resource_id="r")
    with pytest.raises(toolkit.ValidationError, match="db upgrade"):
        call_action("resource_validation_delete", resource_id="r")
