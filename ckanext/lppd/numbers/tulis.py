"""Writing a Decimal so that a person, and our own reader, can read it only one way."""

from __future__ import annotations

from decimal import Decimal


def plain(value: Decimal) -> str:
    """Return `value` with a decimal point, no exponent, no grouping, all digits kept.

    This is the form of canonical rows and of JSON: `Decimal("1E+3")` gives `"1000"`.
    Raises ValueError for NaN and infinities, which are not numbers that can be reported.
    """
    if not value.is_finite():
        raise ValueError("not a finite number")
    if value.is_zero():
        value = value.copy_abs()
    return format(value, "f")


def write_number(value: Decimal) -> str:
    """Return the Indonesian writing of `value`: decimal comma, no grouping, all digits kept.

    The text is always one that `read_number` reads as surely this number. A number with three
    decimals and one to three digits before them (`1,234`) would have two readings, so it gets
    one zero more (`1,2340`); nothing else is added or removed (`75,00` stays two decimals).
    Raises ValueError for NaN and infinities.
    """
    whole, _, decimals = plain(value).partition(".")
    if not decimals:
        return whole
    if len(decimals) == 3 and len(whole.lstrip("-")) <= 3 and whole.lstrip("-") != "0":
        decimals += "0"
    return f"{whole},{decimals}"


def show_number(value: Decimal) -> str:
    """Return `value` for the eye: dots between thousands and a decimal comma (`12.345,60`).

    For sentences and pages only; `12.345` read back is a question, so never write it to a file.
    """
    whole, _, decimals = plain(value).partition(".")
    sign = "-" if whole.startswith("-") else ""
    grouped = f"{int(whole.lstrip('-')):,}".replace(",", ".")
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"
