"""Reading numbers: sure, ask, wrong or empty, and never a silent change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.numbers import Ask, Empty, Sure, Wrong, is_percent, is_rupiah, read_number

WHOLE = st.integers(min_value=0, max_value=10**15)
DIGITS = st.text("0123456789", min_size=1, max_size=8)
SIGNS = st.sampled_from(["", "-", "+", "\u2212"])


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def signed(sign: str, value: Decimal) -> Decimal:
    return -value if sign in ("-", "\u2212") else value


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        ("12", "12", ()),
        ("12,5", "12.5", ()),
        ("75,00", "75.00", ()),
        ("1.234.567", "1234567", ()),
        ("1.234,56", "1234.56", ()),
        ("-3,10", "-3.10", ()),
        ("+3,10", "3.10", ()),
        ("\u22123,10", "-3.10", ()),
        ("007", "7", ()),
        ("0,500", "0.500", ()),
        ("1234,567", "1234.567", ()),
        ("1,23", "1.23", ()),
        ("-0,0", "0.0", ()),
        ("1\u00a0234\u00a0567,8", "1234567.8", ()),
        ("1\u202f234", "1234", ()),
        ("  12,5\u00a0", "12.5", ()),
        ("\ufeff12", "12", ()),
        ("0.5", "0.5", ("titik_desimal",)),
        ("0.500", "0.500", ("titik_desimal",)),
        ("-0.25", "-0.25", ("titik_desimal",)),
        ("1,234,567", "1234567", ("gaya_inggris",)),
        ("1,234.50", "1234.50", ("gaya_inggris",)),
        ("12,5 *)", "12.5", ("catatan",)),
        ("12,5**", "12.5", ("catatan",)),
        ("Rp 1.000.000,00", "1000000.00", ("rupiah",)),
        ("Rp. 5", "5", ("rupiah",)),
        ("-Rp 5", "-5", ("rupiah",)),
        ("Rp1.000,-", "1000", ("rupiah",)),
        ("IDR 12,5", "12.5", ("rupiah",)),
    ],
)
def test_sure(text: str, value: str, notes: tuple[str, ...]) -> None:
    reading = read_number(text)
    assert isinstance(reading, Sure)
    assert str(reading.value) == value
    assert reading.notes == notes


@pytest.mark.parametrize(
    ("text", "as_decimal", "as_thousands", "ways"),
    [
        ("1.234", "1.234", "1234", ("1,2340", "1234")),
        ("12.50", "12.50", "1250", ("12,50", "1250")),
        ("98.63", "98.63", "9863", ("98,63", "9863")),
        ("1234.5", "1234.5", "12345", ("1234,5", "12345")),
        ("1,234", "1.234", "1234", ("1,2340", "1234")),
        ("-123,456", "-123.456", "-123456", ("-123,4560", "-123456")),
        ("\u22121.234", "-1.234", "-1234", ("-1,2340", "-1234")),
        ("1.234 *)", "1.234", "1234", ("1,2340", "1234")),
        ("Rp 1.000", "1.000", "1000", ("1,0000", "1000")),
    ],
)
def test_ask(text: str, as_decimal: str, as_thousands: str, ways: tuple[str, str]) -> None:
    reading = read_number(text)
    assert isinstance(reading, Ask)
    assert reading.readings == (Decimal(as_decimal), Decimal(as_thousands))
    assert reading.ways == ways


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("12,3,4", "pemisah_kacau"),
        ("1.23,4", "pemisah_kacau"),
        ("1.234.56", "pemisah_kacau"),
        ("1.234,567.8", "pemisah_kacau"),
        ("01.234,5", "pemisah_kacau"),
        ("0.123.456", "pemisah_kacau"),
        ("00.5", "pemisah_kacau"),
        ("5,", "pemisah_kacau"),
        (",5", "pemisah_kacau"),
        (".5", "pemisah_kacau"),
        ("1.50,-", "pemisah_kacau"),
        ("-", "strip"),
        ("\u2013", "strip"),
        ("--", "strip"),
        ("n/a", "bukan_angka"),
        ("dua belas", "bukan_angka"),
        ("(12)", "bukan_angka"),
        ("10-12", "bukan_angka"),
        ("5/10", "bukan_angka"),
        ("NaN", "bukan_angka"),
        ("Infinity", "bukan_angka"),
        ("1_000", "bukan_angka"),
        ("\u0663", "bukan_angka"),
        ("\uff15", "bukan_angka"),
        ("10\u00b2", "bukan_angka"),
        ("± 5", "perkiraan"),
        ("> 100", "perkiraan"),
        ("sekitar 5", "perkiraan"),
        ("1e3", "ilmiah"),
        ("1,23E+05", "ilmiah"),
        ("12 345", "berspasi"),
        ("1\u00a023", "berspasi"),
        ("\u20135", "minus_lain"),
        ("61,73 %", "satuan_lain"),
        ("12 orang", "satuan_lain"),
        ("5 juta", "satuan_lain"),
        ("#N/A", "galat"),
        ("#DIV/0!", "galat"),
        ("9" * 41, "terlalu_panjang"),
        ("1" * 100, "terlalu_panjang"),
        ("x" * 10_000, "terlalu_panjang"),
    ],
)
def test_wrong(text: str, reason: str) -> None:
    assert read_number(text) == Wrong(reason)


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\t\n", "\u200b", "\ufeff", " " * 500])
def test_empty(text: str) -> None:
    assert read_number(text) == Empty()


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("61,73 %", "%", Sure(Decimal("61.73"), ("persen",))),
        ("61,73%", "Persentase (%)", Sure(Decimal("61.73"), ("persen",))),
        ("61,73\u00a0%", "persen", Sure(Decimal("61.73"), ("persen",))),
        ("61,73 persen", "persen", Sure(Decimal("61.73"), ("persen",))),
        ("61,73 %", "orang", Wrong("satuan_lain")),
        ("12 orang", "orang", Sure(Decimal("12"), ("satuan",))),
        ("\u221212 orang", "orang", Sure(Decimal("-12"), ("satuan",))),
        ("12 Orang", "orang", Sure(Decimal("12"), ("satuan",))),
        ("12 ekor", "orang", Wrong("satuan_lain")),
        ("Rp 12", "rupiah", Sure(Decimal("12"), ("rupiah",))),
        ("Rp 12", "orang", Wrong("satuan_lain")),
        ("1.000,-", "persen", Wrong("bukan_angka")),
        ("61.73 %", "%", Ask((Decimal("61.73"), Decimal(6173)), ("61,73", "6173"))),
    ],
)
def test_units(text: str, unit: str, expected: object) -> None:
    assert read_number(text, unit=unit) == expected


def test_unit_words() -> None:
    assert is_percent("%") and is_percent("Persentase (%)") and not is_percent("orang")
    assert is_rupiah("Rp.") and is_rupiah("Rupiah") and not is_rupiah("juta rupiah")
    assert not is_percent(None) and not is_rupiah(None)


@given(SIGNS, WHOLE, st.one_of(st.just(""), DIGITS))
@settings(max_examples=300, deadline=None)
def test_every_sure_way_to_write(sign: str, whole: int, decimals: str) -> None:
    value = signed(sign, Decimal(f"{whole}.{decimals}" if decimals else whole))
    ways = []
    if whole >= 1000:
        ways.append(f"{sign}{grouped(whole, chr(0xA0))}" + (f",{decimals}" if decimals else ""))
    if decimals:
        if not (len(decimals) == 3 and 0 < whole < 1000):
            ways.append(f"{sign}{whole},{decimals}")
        if whole >= 1000:
            ways.append(f"{sign}{grouped(whole, '.')},{decimals}")
            ways.append(f"{sign}{grouped(whole, ',')}.{decimals}")
    else:
        ways.append(f"{sign}{whole}")
        if whole >= 1_000_000:
            ways.append(f"{sign}{grouped(whole, '.')}")
            ways.append(f"{sign}{grouped(whole, ',')}")
    for way in ways:
        for text in (way, f"  {way} ", f"{way} *)", f"{way}\u00a0%"):
            reading = read_number(text, unit="persen")
            assert isinstance(reading, Sure), text
            assert reading.value == value, text


@given(st.sampled_from(["", "-"]), st.integers(1, 999), st.from_regex(r"[0-9]{3}", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_every_text_with_two_readings_is_asked(sign: str, whole: int, last: str) -> None:
    for mark in ".,":
        reading = read_number(f"{sign}{whole}{mark}{last}")
        assert isinstance(reading, Ask)
        as_decimal, as_thousands = Decimal(f"{sign}{whole}.{last}"), Decimal(f"{sign}{whole}{last}")
        assert reading.readings == (as_decimal, as_thousands)
        for way, meant in zip(reading.ways, reading.readings, strict=True):
            again = read_number(way)
            assert isinstance(again, Sure) and again.value == meant


@given(st.integers(1, 10**9), DIGITS)
@settings(max_examples=200, deadline=None)
def test_a_single_dot_is_never_taken_silently(whole: int, decimals: str) -> None:
    reading = read_number(f"{whole}.{decimals}")
    assert isinstance(reading, Ask)
    assert set(reading.readings) >= {Decimal(f"{whole}.{decimals}"), Decimal(f"{whole}{decimals}")}


@given(st.text(max_size=120))
@settings(max_examples=500, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    reading = read_number(text)
    assert isinstance(reading, Sure | Ask | Wrong | Empty)
    if isinstance(reading, Sure):
        assert reading.value.is_finite()


@given(st.text("0123456789.,-+ %Rp\u00a0*)e", max_size=16))
@settings(max_examples=500, deadline=None)
def test_digits_are_neither_lost_nor_made(text: str) -> None:
    reading = read_number(text, unit="persen")
    if isinstance(reading, Sure):
        kept = "".join(map(str, reading.value.as_tuple().digits)).lstrip("0")
        assert kept == "".join(filter(str.isdigit, text)).lstrip("0")
