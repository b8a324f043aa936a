"""A schema like the catalogue's, and a bench that makes files and checks them."""

from __future__ import annotations

import copy
import functools
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

import ckanext

HERE = str(Path(__file__).resolve().parents[2] / "ckanext")
if HERE not in ckanext.__path__:
    # CKAN's own `ckanext` is found first and does not know this checkout
    ckanext.__path__.append(HERE)

from ckanext.lppd.checking import DEFAULT, Finding, Limits, Report, check  # noqa: E402

REGIONS = ["12.71", "12.71.01", "12.71.02", "12.71.10"]
SCHEMA: dict[str, Any] = {
    "fields": [
        {
            "name": "kode_indikator",
            "type": "string",
            "title": "Kode indikator",
            "constraints": {"required": True, "enum": ["1.a.1"]},
        },
        {
            "name": "tahun",
            "type": "integer",
            "title": "Tahun",
            "constraints": {"required": True, "enum": [2025]},
        },
        {
            "name": "kode_wilayah",
            "type": "string",
            "title": "Kode wilayah",
            "constraints": {"required": True, "enum": REGIONS},
        },
        {
            "name": "pembilang",
            "type": "number",
            "decimalChar": ",",
            "title": "Jumlah anak yang bersekolah",
            "constraints": {"required": True, "minimum": 0},
        },
        {
            "name": "penyebut",
            "type": "number",
            "decimalChar": ",",
            "title": "Jumlah anak",
            "constraints": {"required": True},
        },
        {"name": "capaian", "type": "number", "decimalChar": ",", "title": "Capaian"},
        {"name": "keterangan", "type": "string", "title": "Keterangan"},
    ],
    "primaryKey": ["kode_indikator", "tahun", "kode_wilayah"],
    "missingValues": [""],
    "lppd": {
        "edisi": "2025",
        "kode": "1.a.1",
        "tahun": 2025,
        "satuan": "persen",
        "rumus": {
            "jenis": "persentase",
            "ekspresi": "persentase(pembilang, penyebut)",
            "judul": {"pembilang": "Jumlah anak yang bersekolah", "penyebut": "Jumlah anak"},
        },
        "wilayah_wajib": ["12.71"],
        "batas": {"penyebut": {"min": "0"}},
        "kolom_angka": ["pembilang", "penyebut", "capaian"],
        "wilayah": [
            {"kode": "12.71", "nama": "Kota Medan", "kode_bps": "1275", "alias": []},
            {"kode": "12.71.01", "nama": "Medan Kota", "kode_bps": "1275060", "alias": ["Kota"]},
            {"kode": "12.71.02", "nama": "Medan Sunggal", "kode_bps": "1275110", "alias": ["Kota"]},
        ],
    },
}
HEADER = [field["name"] for field in SCHEMA["fields"]]
HEAD = ",".join(HEADER) + "\n"
GOOD = '1.a.1,2025,12.71,12345,20000,"61,73",\n'
ROW: list[Any] = ["1.a.1", 2025, "12.71", 12345, 20000, 61.73, None]


@functools.cache
def _report_schema() -> jsonschema.Draft202012Validator:
    path = Path(__file__).resolve().parents[2] / "schemas" / "report.schema.json"
    return jsonschema.Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def published(report: Report) -> Report:
    """Return the report, once its data have the published form."""
    _report_schema().validate(json.loads(json.dumps(report.to_dict())))
    return report


class Bench:
    """Makes files in a directory of its own and checks them with the schema."""

    head = HEAD
    good = GOOD
    header = HEADER
    row = ROW

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.schema = copy.deepcopy(SCHEMA)
        self.limits: Limits = DEFAULT
        self.reference: dict[str, Any] | None = None
        self._count = 0

    def file(self, data: bytes, name: str = "berkas") -> Path:
        """Write bytes to a new file."""
        self._count += 1
        path = self.folder / f"{self._count}-{name}"
        path.write_bytes(data)
        return path

    def bytes(self, data: bytes, format: str = "csv") -> Report:
        """Check these very bytes."""
        return published(
            check(
                self.file(data),
                format=format,
                schema=self.schema,
                limits=self.limits,
                reference=self.reference,
            )
        )

    def csv(self, text: str, *, head: str = HEAD) -> Report:
        """Check CSV text below the usual header."""
        return self.bytes((head + text).encode("utf-8"))

    def workbook(self, build: Callable[[Any], None]) -> bytes:
        """Return the bytes of a workbook whose active sheet `build` fills in."""
        book = openpyxl.Workbook()
        assert book.active is not None
        book.active.title = "Isian"
        build(book.active)
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def book(self, build: Callable[[Any], None]) -> Report:
        """Check a workbook whose active sheet `build` fills in."""
        return self.bytes(self.workbook(build), "xlsx")

    def sheet(self, *rows: list[Any], header: list[str] | None = None) -> Report:
        """Check a workbook with a header and rows."""

        def build(sheet: Any) -> None:
            for row in [header or self.header, *rows]:
                sheet.append(row)

        return self.book(build)

    def plain_workbook(self) -> bytes:
        """Return a workbook that is valid."""

        def build(sheet: Any) -> None:
            sheet.append(self.header)
            sheet.append(self.row)

        return self.workbook(build)

    def repack(self, data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
        """Return the container with each part changed (None leaves it out)."""
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in old.namelist():
                part = change(name, old.read(name))
                if part is not None:
                    new.writestr(name, part)
        return stream.getvalue()

    def with_part(self, name: str, content: bytes) -> bytes:
        """Return a valid workbook's container with one part more."""
        stream = io.BytesIO(self.plain_workbook())
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as container:
            container.writestr(name, content)
        return stream.getvalue()

    def one(self, report: Report, code: str) -> Finding:
        """Return the only error of a report and require its code."""
        assert not report.valid
        assert [item.code for item in report.errors] == [code], report.findings
        return report.errors[0]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench over a fresh directory."""
    return Bench(tmp_path)
