"""Rules that accept a text without asking frictionless' reader, which is slower by far.

Each rule accepts a strict subset of what the reader of that field accepts. Whatever it does not
accept is not wrong: the reader decides. A field with anything unusual about it has no rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

Rule = Callable[[str], object]
SeriesRule = Callable[["polars.Series"], "polars.Series"]

_WHOLE = re.compile(r"(?:0|-?[1-9][0-9]{0,17})")
_DECIMAL = {
    ".": re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,30})?"),
    ",": re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:,[0-9]{1,30})?"),
}
_OPEN = (float("-inf"), float("inf"))
_MARGIN = 1e-9
# what means the same to Python and to Rust, and can only match ASCII text as a whole
_SAME_PATTERN = re.compile(
    r"(?:(?:[A-Za-z0-9 _/-]|\[(?:[A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9])+\])"
    r"(?:\{[0-9]{1,3}(?:,[0-9]{1,3})?\}|[+*?])?)+"
)
_LOW = ("minimum", "exclusiveMinimum")
_HIGH = ("maximum", "exclusiveMaximum")


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
    if not constraints <= {*_LOW, *_HIGH}:
        return None
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
    bounds = _float_bounds(one)
    if bounds is None:
        return None
    low, high = bounds
    fits = shape.fullmatch
    if bounds == _OPEN:
        return fits
    if mark == ".":
        return lambda text: fits(text) and inside(low, float(text), high)
    return lambda text: fits(text) and inside(low, float(text.replace(mark, ".")), high)


def _float_bounds(one: Any) -> tuple[float, float] | None:
    """The bounds of a field as floats; None for bounds that are no finite numbers."""
    cast = one.create_value_reader()
    low, high = _OPEN
    for name, given in one.constraints.items():
        if name not in (*_LOW, *_HIGH):
            continue
        bound = cast(given)
        if isinstance(bound, bool) or not isinstance(bound, int | Decimal) or bound != bound:
            return None
        if name in _LOW:
            low = max(low, float(bound))
        else:
            high = min(high, float(bound))
    return low, high


def inside(low: float, value: float, high: float) -> bool:
    """Whether a number lies between two others, told from the floats nearest to all three.

    Rounding keeps order, so strictly between as floats is between as numbers. Equal floats tell
    nothing; then the numbers themselves must be compared.
    """
    return low < value < high


def series_rule(one: Any) -> SeriesRule | None:
    """Return the rule of a field for a whole column of polars; it accepts no more than `rule_for`.

    The answer is a column of truth values, without nulls.
    """
    if rule_for(one) is None:
        return None
    if one.type == "string":
        return _text_series_rule(one)
    bounds = _float_bounds(one)
    if bounds is None:
        return None
    mark = "." if one.type == "integer" else one.decimal_char
    shape = f"\\A{(_WHOLE if one.type == 'integer' else _DECIMAL[mark]).pattern}\\z"
    # wider than the rounding of any reader of floats
    low, high = (
        bound + sign * abs(bound) * _MARGIN for bound, sign in zip(bounds, (1, -1), strict=True)
    )
    if bounds == _OPEN:
        return lambda column: column.str.contains(shape)

    def rule(column: polars.Series) -> polars.Series:
        number = column.str.replace(mark, ".", literal=True).cast(float, strict=False)
        between = ((number > low) & (number < high)).fill_null(False)
        return between & column.str.contains(shape)

    return rule


def _text_series_rule(one: Any) -> SeriesRule | None:
    least = max(int(one.constraints.get("minLength") or 0), 1)
    most = one.constraints.get("maxLength")
    pattern = one.constraints.get("pattern")
    if pattern is not None and not _SAME_PATTERN.fullmatch(pattern):
        return None

    def rule(column: polars.Series) -> polars.Series:
        size = column.str.len_chars()
        good = size >= least
        if most is not None:
            good = good & (size <= most)
        return good if pattern is None else good & column.str.contains(f"\\A(?:{pattern})\\z")

    return rule
