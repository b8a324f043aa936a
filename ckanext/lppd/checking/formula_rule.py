"""The formula of an indicator over whole columns: in which rows it surely says nothing.

Computed with binary numbers, so only a result that lies well inside the half unit of its last
decimal is taken as agreeing; all else is left to the exact computation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..katalog.rumus import Rumus
from .plan import RESULT, Plan

if TYPE_CHECKING:
    import polars

_ERROR = 1e-12
"""Far more than binary arithmetic loses in the few steps of a formula, as a share of its terms."""

# jenis -> (result, sum of the sizes of its terms) from the parts; any of them may be a column
_Terms = tuple[Any, Any]
_KINDS: Mapping[str, Callable[[Rumus, Sequence[Any]], _Terms]] = {
    "rasio": lambda rumus, n: (n[0] / n[1], (n[0] / n[1]).abs()),
    "persentase": lambda rumus, n: (n[0] * 100 / n[1], (n[0] * 100 / n[1]).abs()),
    "pertumbuhan": lambda rumus, n: (
        (n[0] - n[1]) * 100 / n[1],
        (n[0].abs() + n[1].abs()) * 100 / n[1].abs(),
    ),
    "jumlah": lambda rumus, n: (sum(n), sum(part.abs() for part in n)),
    "rerata": lambda rumus, n: (sum(n) / len(n), sum(part.abs() for part in n)),
}


def formula_holds(plan: Plan, columns: Mapping[str, polars.Series]) -> polars.Series:
    """Return in which rows the given result surely agrees with its parts, without nulls.

    `columns` are the columns of text by field, `plan` has a formula and a column for its result.
    Raises KeyError for a formula that is not computed here.
    """
    formula = plan.formula
    assert formula is not None
    given = columns[RESULT]
    if not formula.dihitung:
        return given.is_not_null()
    kind = _KINDS[formula.jenis]
    numbers = [_number(columns[part.name], part.name, plan) for part in formula.parts]
    result, size = kind(formula, numbers)
    factor = float(formula.faktor)
    written = _number(given, RESULT, plan)
    decimals = given.str.len_bytes().cast(int) - given.str.find(",", literal=True).cast(int) - 1
    half = 0.5 * 10.0 ** (-decimals.fill_null(0).cast(float))
    room = half - _ERROR * (half + written.abs() + size * abs(factor))
    agrees: polars.Series = ((written - result * factor).abs() < room).fill_null(False)
    return agrees


def _number(texts: polars.Series, name: str, plan: Plan) -> polars.Series:
    column = plan.column(name)
    mark = column.decimal_char if column is not None else "."
    return texts.str.replace(mark, ".", literal=True).cast(float, strict=False)
