"""What a number format of a workbook makes of a stored number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

from ..numbers import plain
from .tables import Typed

# ECMA-376 part 1, 18.8.30: formats that a workbook may use by number without writing them out.
_BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00"}
_BUILT_IN |= {37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "##0.0E+0", 49: "@"}
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}

_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_DATE_TOKENS = re.compile(r"[ymdhs]", re.IGNORECASE)
_DECIMALS = re.compile(r"\.([0#?]+)")
_DIGITS_SHOWN = 15
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=timezone.utc)
_DAY_ZERO_1904 = datetime(1904, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class NumberFormat:
    """`kind`: `general`, `number`, `percent` or `date`; `decimals` shown, None for all of them."""

    kind: str
    decimals: int | None = None


GENERAL = NumberFormat("general")


def parse_format(number: int, code: str | None) -> NumberFormat:
    """Return what format `number` does; `code` is its text where the workbook writes one."""
    if code is None:
        if number in _BUILT_IN_DATES:
            return NumberFormat("date")
        code = _BUILT_IN.get(number, "General")
    section = _BRACKETS.sub("", _LITERALS.sub("", code.split(";")[0]))
    lowered = section.strip().casefold()
    if lowered in {"", "general", "@", "standard"} or "e+" in lowered or "e-" in lowered:
        return GENERAL
    if "%" in section:
        return NumberFormat("percent", _count_decimals(section))
    if "general" not in lowered and _DATE_TOKENS.search(section):
        return NumberFormat("date")
    if "/" in section or "?" in section:
        return GENERAL
    return NumberFormat("number", _count_decimals(section))


def _count_decimals(section: str) -> int:
    match = _DECIMALS.search(section)
    return len(match[1]) if match else 0


def stored_number(text: str) -> Decimal | None:
    """Return the number that a workbook stores as `text`, None when it is not a finite number.

    Excel keeps binary numbers and shows at most 15 digits, so `61.729999999999997` is the 61.73
    that was typed; numbers with up to 15 digits and all whole numbers are taken as written.
    """
    try:
        value = Decimal(text)
    except ArithmeticError:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < 0 and len(value.as_tuple().digits) > _DIGITS_SHOWN:
        value = Decimal(f"{float(value):.{_DIGITS_SHOWN}g}")
    return whole_exponent(value)


def whole_exponent(value: Decimal) -> Decimal:
    """Return `value` without trailing zeros and without a positive exponent (`6E+1` is `60`)."""
    value = value.normalize()
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else value


def typed_number(text: str, form: NumberFormat, *, epoch_1904: bool) -> Typed:
    """Return the cell that a stored number and its format make."""
    value = stored_number(text)
    if value is None:
        return Typed("error", text.strip()[:40])
    if form.kind == "date":
        return _date(value, epoch_1904)
    if form.kind == "percent":
        percent = whole_exponent(value.scaleb(2))
        return Typed("percent", f"{_rounded(percent, form.decimals)}%", percent)
    return Typed("number", _rounded(value, form.decimals), value)


def _rounded(value: Decimal, decimals: int | None) -> str:
    if decimals is None or value.adjusted() > 25:
        return plain(value)
    return plain(value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def _date(serial: Decimal, epoch_1904: bool) -> Typed:
    """Return the date of a serial day number; day 60 of the 1900 calendar never existed."""
    day = serial if epoch_1904 or serial >= 60 else serial + 1
    try:
        moment = (_DAY_ZERO_1904 if epoch_1904 else _DAY_ZERO) + timedelta(
            seconds=int((day * 86400).to_integral_value(ROUND_HALF_UP))
        )
    except (OverflowError, ArithmeticError):
        return Typed("date", plain(serial), serial)
    if serial < 0 or (not epoch_1904 and int(serial) == 60):
        return Typed("date", plain(serial), serial)
    if int(serial) == 0:
        return Typed("date", moment.strftime("%H:%M:%S"), serial)
    whole_day = serial == serial.to_integral_value()
    iso = moment.strftime("%Y-%m-%d" if whole_day else "%Y-%m-%dT%H:%M:%S")
    return Typed("date", iso, serial, iso)
