"""Rules that accept a text without asking frictionless' reader, which is slower by far.

Each rule accepts a strict subset of what the reader of that field accepts. Whatever it does not
accept is not wrong: the reader decides. A field with anything unusual about it has no rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .plan import Bound

if TYPE_CHECKING:
    import polars

Rule = Callable[[str], object]
SeriesTest = Callable[["polars.Series"], "polars.Series"]

_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,17})")
_DECIMAL = {
    ".": re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,30})?"),
    ",": re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:,[0-9]{1,30})?"),
}
# the days that every month has
_DATE = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")
_OPEN = (float("-inf"), float("inf"))
_MARGIN = 1e-9
_DIGITS = 15
# what means the same to Python and to Rust, and can only match ASCII text as a whole
_SAME_PATTERN = re.compile(
    r"(?:(?:[A-Za-z0-9 _/-]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9])+\])"
    r"(?:\{[0-9]{1,3}(?:,[0-9]{1,3})?\}|[+*?])?)+"
)
_LOW = ("minimum", "exclusiveMinimum")
_HIGH = ("maximum", "exclusiveMaximum")
_BOUNDS = (*_LOW, *_HIGH)


def missing_texts(one: Any) -> list[str]:
    """Return the texts that mean a blank cell in a field, as frictionless takes them."""
    own = one.has_defined("missing_values") or not one.schema
    return list(one.missing_values if own else one.schema.missing_values)


def rule_for(one: Any) -> Rule | None:
    """Return the rule of a field of frictionless, or None where only its reader may decide."""
    constraints = set(one.constraints) - {"required", "unique"}
    if missing_texts(one) != [""] or not one.builtin:
        return None
    if one.type == "string" and one.format == "default":
        return _text_rule(one) if constraints <= {"minLength", "maxLength", "pattern"} else None
    if not constraints <= {*_BOUNDS}:
        return None
    if one.type == "date" and one.format == "default":
        return _date_rule(one)
    if one.type == "integer" and one.bare_number and one.format == "default":
        return _number_rule(one, _WHOLE, ".")
    if one.type == "number" and _is_plain_number(one):
        return _number_rule(one, _DECIMAL[one.decimal_char], one.decimal_char)
    return None


def writes_one_way(one: Any) -> bool:
    """Whether two texts accepted by the rule of this field are equal whenever their values are."""
    # `1` and `1,0` are one number, so a number is compared by its value
    return one.type in ("string", "integer") and rule_for(one) is not None


def _is_plain_number(one: Any) -> bool:
    plain = one.bare_number and not one.float_number and not one.group_char
    return bool(plain and one.decimal_char in _DECIMAL and one.format == "default")


def _text_rule(one: Any) -> Rule:
    least = max(int(one.constraints.get("minLength") or 0), 1)
    most = one.constraints.get("maxLength")
    pattern = one.constraints.get("pattern")
    if pattern is not None:
        # as frictionless compiles it
        matches = re.compile(f"^{pattern}$").match
        return lambda text: (
            least <= len(text) and (most is None or len(text) <= most) and matches(text)
        )
    if most is None:
        return lambda text: least <= len(text)
    return lambda text: least <= len(text) <= most


def _number_rule(one: Any, shape: re.Pattern[str], mark: str) -> Rule | None:
    bounds = _own_bounds(one)
    if bounds is None:
        return None
    low = max(map(float, bounds[0]), default=_OPEN[0])
    high = min(map(float, bounds[1]), default=_OPEN[1])
    fits = shape.fullmatch
    if (low, high) == _OPEN:
        return fits
    if mark == ".":
        return lambda text: fits(text) and inside(low, float(text), high)
    return lambda text: fits(text) and inside(low, float(text.replace(mark, ".")), high)


def _date_rule(one: Any) -> Rule | None:
    cast = one.create_value_reader()
    bounds = {name: cast(given) for name, given in one.constraints.items() if name in _BOUNDS}
    if not all(type(bound) is date for bound in bounds.values()):
        return None
    # written in this way, dates are in order as texts; strictly between means inside of any bound
    low = max((str(bound) for name, bound in bounds.items() if name in _LOW), default="")
    high = min((str(bound) for name, bound in bounds.items() if name in _HIGH), default="A")
    fits = _DATE.fullmatch
    return lambda text: low < text < high and fits(text)


def _own_bounds(one: Any) -> tuple[list[Decimal], list[Decimal]] | None:
    """The lower and upper bounds of a field; None where one of them is no finite number."""
    cast = one.create_value_reader()
    lows: list[Decimal] = []
    highs: list[Decimal] = []
    for name, given in one.constraints.items():
        if name not in _BOUNDS:
            continue
        bound = cast(given)
        if isinstance(bound, bool) or not isinstance(bound, int | Decimal):
            return None
        number = Decimal(bound)
        if not number.is_finite():
            return None
        (lows if name in _LOW else highs).append(number)
    return lows, highs


def inside(low: float, value: float, high: float) -> bool:
    """Whether a number lies between two others, told from the floats nearest to all three.

    Rounding keeps order, so strictly between as floats is between as numbers. Equal floats tell
    nothing; then the numbers themselves must be compared.
    """
    return low < value < high


def inside_test(one: Any, bounds: Sequence[Bound]) -> SeriesTest | None:
    """Return a test that finds numbers of a field that are plainly written and inside all bounds.

    `bounds` are the rules' own, besides those of the field. The test takes a column of text and
    gives a column of truth values without nulls. None where nothing can be found that way.
    """
    lows = [bound.minimum for bound in bounds if bound.minimum is not None]
    highs = [bound.maximum for bound in bounds if bound.maximum is not None]
    own = _own_bounds(one)
    if own is None:
        return None
    lows += own[0]
    highs += own[1]
    mark = "," if one.type == "number" and one.decimal_char == "," else ""
    # three decimals are left out: `1,234` has two readings
    decimals = f"(?:{mark}(?:[0-9]{{1,2}}|[0-9]{{4,15}}))?" if mark else ""
    wide = f"\\A(?:0|-?[1-9][0-9]{{0,{_DIGITS - 1}}}){decimals}\\z"
    if not lows and not highs:
        return lambda column: column.str.contains(wide)
    # wider than the rounding of any reader of floats
    low = max((float(bound) + abs(float(bound)) * _MARGIN for bound in lows), default=_OPEN[0])
    high = min((float(bound) - abs(float(bound)) * _MARGIN for bound in highs), default=_OPEN[1])

    def by_value(column: polars.Series) -> polars.Series:
        number = column.str.replace(",", ".", literal=True).cast(float, strict=False)
        between = ((number > low) & (number < high)).fill_null(False)
        return between & column.str.contains(wide)

    narrow = _between_powers(lows, highs)
    if narrow is None:
        return by_value

    def by_digits(column: polars.Series) -> polars.Series:
        good = column.str.contains(f"\\A{narrow}{decimals}\\z")
        rest = (~good).arg_true()
        # values are asked only where the number of digits does not tell
        return good.scatter(rest, by_value(column.gather(rest))) if len(rest) else good

    return by_digits


def _between_powers(lows: Sequence[Decimal], highs: Sequence[Decimal]) -> str | None:
    """Return a pattern of whole parts whose count of digits alone puts them inside the bounds.

    A whole part of so many digits makes a number of at least and of less than a power of ten.
    """
    least, most = 1, _DIGITS
    for low in lows:
        # more than the bound, so that it does not matter whether the bound itself is inside
        while Decimal(10) ** (least - 1) <= low and least <= _DIGITS:
            least += 1
    for high in highs:
        while most and Decimal(10) ** most > high:
            most -= 1
    if least > most:
        return None
    whole = f"[1-9][0-9]{{{least - 1},{most - 1}}}"
    if not lows:
        return f"(?:0|-?{whole})"
    return f"(?:0|{whole})" if max(lows) < 0 else whole


def same_pattern(one: Any) -> str | None:
    """Return the pattern of a text field as Rust reads it, "" when it has none, None if unsure."""
    pattern = one.constraints.get("pattern")
    if pattern is None:
        return ""
    return f"\\A(?:{pattern})\\z" if _SAME_PATTERN.fullmatch(pattern) else None
