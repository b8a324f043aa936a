"""The commands an administrator runs: idempotent, clear about what lacks, exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ckan import model

from ckanext.lppd.cli import get_commands
from ckanext.lppd.katalog import schemas_dir
from ckanext.lppd.model import Isian, OrganizationRole
from tests.portal.conftest import City

lppd = get_commands()[0]


def test_init_is_idempotent(portal: None, cli: Any) -> None:
    first = cli.invoke(lppd, ["init"])
    again = cli.invoke(lppd, ["init"])
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "51 dibuat, 0 sudah ada" in first.output
    assert "0 dibuat, 51 sudah ada" in again.output
    assert "sudah ada, tidak berubah" in again.output
    roles = [row.role for row in model.Session.query(OrganizationRole)]
    assert {role: roles.count(role) for role in set(roles)} == {
        "produsen": 47,
        "walidata": 1,
        "pembina": 1,
        "perencana": 1,
        "pengawas": 1,
    }


def test_demo_users_get_a_password_once(portal: None, cli: Any, tmp_path: Path) -> None:
    cli.invoke(lppd, ["init"])
    tokens = tmp_path / "tokens.json"
    first = cli.invoke(lppd, ["demo-users", "--tokens", str(tokens)])
    again = cli.invoke(lppd, ["demo-users"])
    assert first.output.count("sandi:") == 6
    assert again.output.count("sudah ada") == 6
    assert tokens.stat().st_mode & 0o777 == 0o600


def test_a_year_is_opened_and_assigned(city: City, cli: Any) -> None:
    opened = cli.invoke(lppd, ["tahun", "buka", "2025", "2025", "--prioritas", "A,2.f.1"])
    assert "127 isian dibuat" in opened.output, opened.output
    assert "A, B, C" in opened.output
    assert model.Session.query(Isian).filter_by(priority=True).count() == 2
    done = cli.invoke(lppd, ["tugaskan", "2025", "2025", "bappeda", "A", "B"])
    assert "2 indikator ditugaskan" in done.output, done.output
    rest = cli.invoke(lppd, ["tugaskan", "2025", "2025", "bappeda", "--sisanya"])
    assert rest.exit_code == 0, rest.output
    model.Session.rollback()
    assert model.Session.query(Isian).filter_by(owner_org=None).count() == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tahun", "buka", "1999", "2025"], "tidak ada di katalog"),
        (["tahun", "buka", "2025", "2019"], "tidak mencakup"),
        (["tahun", "buka", "2025", "2025", "--prioritas", "x.1"], "tidak dikenal"),
        (["tahun", "buka", "2025", "2025", "--sebagai", "u-produsen"], "walidata"),
        (["tugaskan", "2025", "2025", "bappeda", "A"], "Buka tahunnya dulu"),
        (["tugaskan", "2025", "2025", "bappeda"], "kode indikator"),
    ],
)
def test_what_lacks_is_said(city: City, cli: Any, arguments: list[str], words: str) -> None:
    result = cli.invoke(lppd, arguments)
    assert result.exit_code != 0
    assert words in result.output


def test_a_broken_catalogue_names_file_and_row(portal: None, cli: Any, tmp_path: Path) -> None:
    source = schemas_dir() / "edisi" / "2025"
    for name in ("edisi.yaml", "indikator.csv"):
        (tmp_path / name).write_bytes((source / name).read_bytes())
    table = (tmp_path / "indikator.csv").read_text(encoding="utf-8")
    (tmp_path / "indikator.csv").write_text(
        table.replace("langsung()", "langsung(", 1), encoding="utf-8"
    )
    result = cli.invoke(lppd, ["katalog", "muat", str(tmp_path)])
    assert result.exit_code == 1
    assert "indikator.csv" in result.output and "2" in result.output


def test_the_self_check_has_an_exit_code(portal: None, cli: Any) -> None:
    result = cli.invoke(lppd, ["periksa"])
    assert result.exit_code == 0, result.output
    assert "Semua pemeriksaan lolos" in result.output
