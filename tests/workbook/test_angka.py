"""Whatever figure is taken, its digits arrive in the file exactly as the source wrote them."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.checking.tables import Typed
from ckanext.lppd.katalog import Edisi, table_schema
from ckanext.lppd.workbook.berkas_capaian import capaian_csv, check_capaian
from ckanext.lppd.workbook.nilai import read_value
from tests.workbook.conftest import draft


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    edisi: Edisi = draft([("1", "Angka Melek Huruf")])
    return table_schema(edisi, edisi.indikator[0], 2018)


@st.composite
def figures(draw: st.DrawFn) -> str:
    """Figures as offices write them: comma, any decimals, groups of thousands, a minus."""
    utuh = draw(st.integers(0, 10**12))
    desimal = draw(st.text("0123456789", max_size=8))
    teks = f"{utuh:,}".replace(",", ".") if draw(st.booleans()) else str(utuh)
    tanda = draw(st.sampled_from(["", "-"]))
    return tanda + teks + (f",{desimal}" if desimal else "")


@settings(max_examples=400)
@given(figures())
def test_a_sure_text_keeps_its_digits(teks: str) -> None:
    value = read_value(teks, None).value
    if value is None:
        return
    baris = capaian_csv(_schema(), value, "").decode().splitlines()[1]
    tertulis = baris.split(",00.00,")[1].rstrip(",").strip('"')
    assert tertulis.lstrip("-") == teks.replace(".", "").lstrip("-")
    assert tertulis.startswith("-") == (teks.startswith("-") and value != 0)


@settings(max_examples=25, deadline=None)
@given(figures())
def test_the_check_of_the_portal_reads_the_same_number(teks: str) -> None:
    value = read_value(teks, None).value
    if value is None:
        return
    report = check_capaian(capaian_csv(_schema(), value, "Dari tabel"), _schema())
    assert report.valid, [f.message() for f in report.findings]
    assert report.values[0]["capaian"] == f"{value:f}"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_a_stored_number_keeps_its_value(value: Decimal) -> None:
    dibaca = read_value(Typed("number", f"{value:f}", value), None).value
    assert dibaca == value


def test_closing_zeros_and_short_figures_stay_apart() -> None:
    for teks in ("99,8", "99,80", "75,00", "75", "0,00", "-0,50", "255,35"):
        value = read_value(teks, "persen").value
        assert value is not None
        assert f"{value:f}" == teks.replace(",", ".")


def test_what_is_not_one_number_is_never_taken() -> None:
    for teks in ("WTP", "-", "n/a", "1.234", "12.50", "12,3,4", "± 5", "75,00 %"):
        assert read_value(teks, None).value is None
    assert read_value("75,00 %", "persen").value == Decimal("75.00")
    assert read_value("  ", None).kosong
