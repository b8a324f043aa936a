"""Reading a workbook in the sandbox: every cell as it is stored, every fault as a Stop."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ckanext.lppd.checking import DEFAULT, Limits, Stop, read_in_sandbox
from ckanext.lppd.checking.contents import read_tables
from ckanext.lppd.checking.tables import Typed


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Isian"
    sheet.append(["Nilai", 12.5, "1.234", None, True])
    sheet["B2"] = 0.6173
    sheet["B2"].number_format = "0.00%"
    book.create_sheet("_lppd").sheet_state = "hidden"
    path = tmp_path / "buku.xlsx"
    book.save(path)
    return path


def test_the_child_reads_what_the_reader_reads(workbook: Path) -> None:
    read = read_in_sandbox(workbook)
    assert [table.rows for table in read] == [table.rows for table in read_tables(workbook)]
    sheet, hidden = read
    assert (sheet.name, hidden.name, hidden.hidden) == ("Isian", "_lppd", True)
    first, second = sheet.rows
    assert first[1][0] == "Nilai" and first[1][2] == "1.234"
    assert isinstance(first[1][1], Typed) and first[1][1].value == Decimal("12.5")
    assert isinstance(second[1][1], Typed) and second[1][1].kind == "percent"
    assert second[1][1].value == Decimal("61.73")


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    path = tmp_path / "buku.xlsx"
    path.write_bytes(b"%PDF-1.7 bukan buku kerja")
    with pytest.raises(Stop):
        read_in_sandbox(path)


def test_a_bomb_ends_in_the_child(tmp_path: Path) -> None:
    path = tmp_path / "buku.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("[Content_Types].xml", b"<Types/>")
        container.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(Stop):
        read_in_sandbox(path)


def test_a_child_that_runs_out_of_time_gives_no_table(workbook: Path) -> None:
    limits = Limits.from_dict({**DEFAULT.to_dict(), "wall_seconds": 0.0})
    with pytest.raises(Stop):
        read_in_sandbox(workbook, limits=limits)
