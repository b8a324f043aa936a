"""Writing numbers: what is written is read back as exactly that number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.lppd.numbers import Sure, plain, read_number, show_number, write_number

DECIMALS = st.decimals(
    min_value=-(10**18), max_value=10**18, allow_nan=False, allow_infinity=False, places=None
).filter(lambda value: len(format(value, "f")) <= 40)


@given(DECIMALS)
@settings(max_examples=300, deadline=None)
def test_written_number_is_read_back(value: Decimal) -> None:
    reading = read_number(write_number(value))
    assert isinstance(reading, Sure)
    assert reading.value == value
    assert reading.notes == ()


@given(DECIMALS)
@settings(max_examples=200, deadline=None)
def test_plain_keeps_value_and_decimals(value: Decimal) -> None:
    text = plain(value)
    assert "E" not in text and Decimal(text) == value
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    assert len(text.partition(".")[2]) == max(0, -exponent)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("12", "12"),
        ("75.00", "75,00"),
        ("-3.10", "-3,10"),
        ("1234567", "1234567"),
        ("1E+3", "1000"),
        ("0.500", "0,500"),
        ("-0.00", "0,00"),
        ("1.234", "1,2340"),
        ("-999.125", "-999,1250"),
        ("1234.567", "1234,567"),
    ],
)
def test_written_form(value: str, text: str) -> None:
    assert write_number(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("12345.60", "12.345,60"), ("-1234567", "-1.234.567"), ("999", "999"), ("-0.5", "-0,5")],
)
def test_shown_form(value: str, text: str) -> None:
    assert show_number(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_written(value: str) -> None:
    for write in (plain, write_number, show_number):
        with pytest.raises(ValueError, match="not a finite number"):
            write(Decimal(value))
