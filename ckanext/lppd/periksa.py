"""`lppd-periksa`: the portal's check of a file, without a portal. Imports no CKAN."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from .checking import INFO, KESALAHAN, PERINGATAN, Finding, Report, check_in_sandbox
from .checking.messages import LEVELS
from .checking.report import shown_value
from .katalog import Edisi, Indikator, KatalogError, example_csv, load_edisi, schemas_dir
from .katalog.skema import table_schema
from .katalog.wilayah import find_wilayah, load_wilayah

VALID, NOT_VALID, UNUSABLE = 0, 1, 2
"""Exit codes: the file is valid, it is not, or nothing could be checked."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        "valid": "valid",
        "not_valid": "TIDAK valid",
        "year": "tahun {year}",
        "edition": "edisi {edition}",
        "counts": "{rows} baris, {errors} kesalahan, {warnings} peringatan.",
        KESALAHAN: "Kesalahan",
        PERINGATAN: "Peringatan",
        INFO: "Catatan",
        "more": "{number} lagi yang sejenis tidak ditampilkan",
        "file": "berkas",
    },
    "en": {
        "valid": "valid",
        "not_valid": "NOT valid",
        "year": "year {year}",
        "edition": "edition {edition}",
        "counts": "Rows: {rows}, errors: {errors}, warnings: {warnings}.",
        KESALAHAN: "Error",
        PERINGATAN: "Warning",
        INFO: "Note",
        "more": "{number} more of this kind are not shown",
        "file": "file",
    },
}
_COLOURS = {KESALAHAN: "red", PERINGATAN: "yellow", INFO: "cyan"}
_ORDER = (KESALAHAN, PERINGATAN, INFO)
_SUFFIXES = {".csv": "csv", ".xlsx": "xlsx"}


class Unusable(click.ClickException):
    """What keeps the check from being done at all."""

    exit_code = UNUSABLE

    def show(self, file: Any = None) -> None:
        """Write the sentence to standard error."""
        click.echo(self.format_message(), err=True, file=file)


@click.command(
    "lppd-periksa",
    epilog="Kode keluar: 0 valid, 1 tidak valid, 2 salah pakai atau berkas tidak terbaca.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("berkas", type=click.Path(path_type=Path), required=False)
@click.option("--indikator", metavar="KODE", required=True, help="Kode indikator, misalnya 1.a.1.")
@click.option("--edisi", metavar="EDISI", default="2025", show_default=True, help="Edisi katalog.")
@click.option("--tahun", type=int, help="Tahun data; bila tidak disebut, tahun pertama edisi.")
@click.option("--wilayah", metavar="NAMA|CSV", help="Daftar wilayah lain: nama, atau berkas CSV.")
@click.option("--format", "bentuk", type=click.Choice(["teks", "json"]), default="teks")
@click.option("--bahasa", type=click.Choice(["id", "en"]), default="id")
@click.option("--skema", is_flag=True, help="Tulis Table Schema indikator ini, lalu selesai.")
@click.option("--contoh", is_flag=True, help="Tulis berkas contoh (CSV), lalu selesai.")
def main(
    berkas: Path | None,
    indikator: str,
    edisi: str,
    tahun: int | None,
    wilayah: str | None,
    bentuk: str,
    bahasa: str,
    skema: bool,
    contoh: bool,
) -> None:
    """Periksa BERKAS (CSV atau XLSX) seperti portal memeriksanya, di komputer sendiri."""
    try:
        edition = _edition(edisi, wilayah)
        indicator = _indicator(edition, indikator)
        year = edition.tahun_awal if tahun is None else tahun
        schema = table_schema(edition, indicator, year)
        if contoh:
            _write(example_csv(edition, indicator, year))
            return
    except KatalogError as error:
        raise Unusable(str(error)) from error
    if skema:
        click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
        return
    if berkas is None:
        raise click.UsageError("Sebutkan berkas yang diperiksa, atau pakai --skema / --contoh.")
    report = _check(berkas, schema)
    if bentuk == "json":
        click.echo(json.dumps(_as_data(report, bahasa), ensure_ascii=False, indent=2))
    else:
        _tell(report, bahasa, berkas, indicator, year)
    sys.exit(VALID if report.valid else NOT_VALID)


def _edition(code: str, regions: str | None) -> Edisi:
    """Load an edition by code or directory, with other regions where they are named."""
    shipped = schemas_dir() / "edisi"
    known = sorted(path.name for path in shipped.iterdir() if path.is_dir())
    folder = shipped / code if code in known else Path(code)
    if not folder.is_dir():
        raise Unusable(f'Edisi "{shown_value(code)}" tidak ada. Yang ada: {", ".join(known)}.')
    edition = load_edisi(folder)
    if regions is None:
        return edition
    path = Path(regions)
    found = load_wilayah(path) if path.suffix == ".csv" else find_wilayah(regions, folder)
    return replace(edition, wilayah=found)


def _indicator(edition: Edisi, code: str) -> Indikator:
    indicator = edition.get(code)
    if indicator is None:
        close = difflib.get_close_matches(code, [i.kode for i in edition.indikator], n=3)
        hint = f" Mungkin maksudnya {', '.join(close)}." if close else ""
        raise Unusable(
            f'No. IKK "{shown_value(code)}" tidak ada di Daftar IKK edisi {edition.kode}.{hint}'
        )
    return indicator


def _check(path: Path, schema: Mapping[str, Any]) -> Report:
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise Unusable(f"{shown_value(path.name)}: hanya .csv dan .xlsx yang dapat diperiksa.")
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        name = shown_value(str(path))
        raise Unusable(f"{name}: tidak dapat dibuka ({error.strerror}).") from error
    return check_in_sandbox(path, format=kind, schema=schema)


def _as_data(report: Report, lang: str) -> dict[str, Any]:
    """The report as data, each finding with its sentence as well."""
    data = report.to_dict()
    for item, finding in zip(data["findings"], report.findings, strict=True):
        item["pesan"] = finding.message(lang)
    return data


def _tell(report: Report, lang: str, path: Path, indicator: Indikator, year: int) -> None:
    """Write the report for a person: outcome and counts first, then one line for each finding."""
    words = WORDS[lang]
    outcome = click.style(
        words["valid" if report.valid else "not_valid"],
        fg="green" if report.valid else "red",
        bold=True,
    )
    click.echo(f"{shown_value(path.name)}: {outcome}")
    about = [
        f"{indicator.kode} {indicator.nama}",
        words["edition"].format(edition=indicator.edisi),
        words["year"].format(year=year),
    ]
    click.echo("  " + " · ".join(about))
    numbers = _true_counts(report)
    click.echo(
        "  "
        + words["counts"].format(
            rows=report.rows, errors=numbers[KESALAHAN], warnings=numbers[PERINGATAN]
        )
    )
    for level in _ORDER:
        for finding in report.findings:
            if finding.level == level:
                click.echo(_line(finding, words, lang))
    for code, number in report.counts.items():
        hidden = number - sum(finding.code == code for finding in report.findings)
        if hidden > 0:
            click.echo(f"  {words['more'].format(number=hidden)} ({code}).")


def _line(finding: Finding, words: Mapping[str, str], lang: str) -> str:
    """One finding: how grave, where, and the sentence; nothing of a file may steer a terminal."""
    level = click.style(f"{words[finding.level]:<10}", fg=_COLOURS[finding.level])
    place = finding.cell or (str(finding.row) if finding.row else words["file"])
    sentence = "".join(char if char.isprintable() else " " for char in finding.message(lang))
    return f"  {level} {place:<7} {sentence} [{finding.code}]"


def _true_counts(report: Report) -> dict[str, int]:
    numbers = dict.fromkeys(_ORDER, 0)
    for code, number in report.counts.items():
        numbers[LEVELS.get(code, KESALAHAN)] += number
    return numbers


def _write(content: bytes) -> None:
    """Write bytes to standard output as they are: the example keeps its line ends."""
    stream = click.get_binary_stream("stdout")
    stream.write(content)
    stream.flush()


if __name__ == "__main__":
    main()
