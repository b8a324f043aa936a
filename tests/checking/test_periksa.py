"""`lppd-periksa`: exit codes, text, JSON, schema and example, and no CKAN behind it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from ckanext.lppd.checking import Report
from ckanext.lppd.katalog import example_csv, load_edisi, schemas_dir
from ckanext.lppd.periksa import main
from tests.checking.conftest import _report_schema

ROOT = Path(__file__).resolve().parents[2]
EDISI = load_edisi(schemas_dir() / "edisi" / "2025")
CODE = "1.a.1"
HEAD = "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"


def run(*args: str) -> Result:
    return CliRunner().invoke(main, [*args])


def written(folder: Path, text: str, name: str = "capaian.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_valid_file(tmp_path: Path) -> None:
    indikator = EDISI.get(CODE)
    assert indikator is not None
    path = tmp_path / "capaian.csv"
    path.write_bytes(example_csv(EDISI, indikator, 2025))
    result = run(str(path), "--indikator", CODE)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "capaian.csv: valid"
    assert CODE in lines[1] and "edisi 2025" in lines[1] and "tahun 2025" in lines[1]
    assert lines[2] == "  22 baris, 0 kesalahan, 0 peringatan."


def test_error_says_where_what_why_and_how(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + f"{CODE},2025,12.71,1.234,5000,,\n")
    result = run(path, "--indikator", CODE)
    assert result.exit_code == 1
    assert "capaian.csv: TIDAK valid" in result.output
    (line,) = [line for line in result.output.splitlines() if "Kesalahan" in line]
    assert line.split()[1] == "D2"
    assert '"1.234" dapat berarti 1,234' in line
    assert "Tulis 1,2340 untuk yang pertama, 1234 untuk yang kedua." in line
    assert line.endswith("[angka_dua_arti]")
    english = run(path, "--indikator", CODE, "--bahasa", "en").output
    assert "NOT valid" in english and "can mean 1,234 (decimal comma)" in english


def test_what_is_not_shown_is_counted(tmp_path: Path) -> None:
    rows = "".join(f"{CODE},2025,12.71,x{n},1,,\n" for n in range(50))
    result = run(written(tmp_path, HEAD + rows), "--indikator", CODE)
    assert "30 lagi yang sejenis tidak ditampilkan (bukan_angka)." in result.output
    assert "50 kesalahan" in result.output or "99 kesalahan" in result.output


def test_json_is_the_published_report(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + f"{CODE},2025,12.71,banyak,5000,,\n")
    result = run(path, "--indikator", CODE, "--format", "json", "--bahasa", "en")
    assert result.exit_code == 1
    data = json.loads(result.output)
    _report_schema().validate(data)
    assert data["findings"][0]["pesan"].startswith('Cell D2 (pembilang): "banyak" is not a number.')
    assert not Report.from_dict(data).valid


def test_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEAD.strip().split(","))
    book.active.append([CODE, 2025, "12.71", "x", 5000, None, None])
    book.save(tmp_path / "isian.XLSX")
    result = run(str(tmp_path / "isian.XLSX"), "--indikator", CODE)
    assert result.exit_code == 1
    assert "Lembar Sheet, sel D2 (pembilang)" in result.output


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--indikator", "9.z"], 'No. IKK "9.z" tidak ada di Daftar IKK edisi 2025.'),
        (["--indikator", "1.a.11"], "Mungkin maksudnya 1.a.1"),
        (["--indikator", CODE, "--edisi", "1999"], 'Edisi "1999" tidak ada. Yang ada: 2025.'),
        (["--indikator", CODE, "--tahun", "1999"], "tahun 1999 tidak dicakup"),
        (["--indikator", CODE, "--wilayah", "entah"], "entah.csv"),
        (["--indikator", CODE], "Sebutkan berkas"),
        (["tidak-ada.csv", "--indikator", CODE], "tidak dapat dibuka"),
        (["x.pdf", "--indikator", CODE], "hanya .csv dan .xlsx"),
        (["x.csv"], "--indikator"),
        (["x.csv", "--indikator", CODE, "--format", "xml"], "xml"),
    ],
)
def test_wrong_use(args: list[str], word: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert word in result.output
    assert "Traceback" not in result.output


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    assert run(str(tmp_path / "x.csv"), "--indikator", CODE).exit_code == 2


def test_broken_content_is_not_valid(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"%PDF-1.7\n")
    result = run(str(path), "--indikator", CODE)
    assert result.exit_code == 1
    assert "bukan buku kerja Excel" in result.output


def test_schema_and_example(tmp_path: Path) -> None:
    schema = json.loads(run("--indikator", CODE, "--skema", "--tahun", "2026").output)
    assert schema["lppd"]["kode"] == CODE
    assert schema["lppd"]["tahun"] == 2026
    example = run("--indikator", CODE, "--contoh").stdout_bytes
    rows = list(csv.reader(io.StringIO(example.decode(), newline="")))
    assert rows[0] == HEAD.strip().split(",")
    assert b"\r\n" in example
    path = tmp_path / "contoh.csv"
    path.write_bytes(example)
    assert run(str(path), "--indikator", CODE).exit_code == 0


def test_another_city(tmp_path: Path) -> None:
    regions = written(
        tmp_path,
        "kode,kode_bps,tingkat,nama,alias,sumber\n"
        "99.01,9901,kota,Kota Contoh,,uji\n99.01.01,9901010,kecamatan,Satu,,uji\n",
        "wilayah.csv",
    )
    path = written(tmp_path, HEAD + f"{CODE},2025,99.01,1,2,50,\n{CODE},2025,99.01.01,1,2,50,\n")
    assert run(path, "--indikator", CODE).exit_code == 1
    assert run(path, "--indikator", CODE, "--wilayah", regions).exit_code == 0


def test_nothing_of_a_file_steers_the_terminal(tmp_path: Path) -> None:
    text = (
        HEAD.replace("keterangan", "ket\x1b[31merangan") + f"{CODE},2025,12.71,\x1b]0;x\x07,1,,\n"
    )
    result = run(written(tmp_path, text), "--indikator", CODE)
    assert result.exit_code == 1
    assert "\x1b" not in result.output and "\x07" not in result.output


def test_no_ckan_is_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + f"{CODE},2025,12.71,1,2,50,\n")
    script = (
        "import sys\n"
        "import ckanext\n"
        f"ckanext.__path__.insert(0, {str(ROOT / 'ckanext')!r})\n"
        "from ckanext.lppd.periksa import main\n"
        "try:\n"
        f"    main([{path!r}, '--indikator', {CODE!r}])\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "bad = [m for m in sys.modules if m.split('.')[0] in ('ckan', 'ckantoolkit', 'flask')]\n"
        "bad += [m for m in sys.modules if m.split('.')[0] in ('sqlalchemy', 'frictionless')]\n"
        "assert not bad, bad\n"
        "assert ckanext.lppd.__file__.startswith(" + repr(str(ROOT)) + ")\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "capaian.csv: valid" in done.stdout


def test_the_command_is_declared() -> None:
    declared: Any = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'lppd-periksa = "ckanext.lppd.periksa:main"' in declared
