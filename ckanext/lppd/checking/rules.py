"""Rules over whole rows and over the table: formula, bounds, regions. All from schema["lppd"]."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from ..katalog.rumus import Rumus
from ..numbers import is_percent, plain, show_number
from .canon import Row
from .plan import RESULT, Bound, Column, Plan
from .verdict import Flaw

_HUNDRED = Decimal(100)
_DECIMALS = 2


# How a person would write the computation down; other formulas list their parts.
WRITTEN_OUT: Mapping[str, str] = {
    "persentase": "{0} : {1} x 100",
    "rasio": "{0} : {1}",
    "pertumbuhan": "({0} - {1}) : {1} x 100",
}


def check_rows(
    rows: Sequence[Row],
    plan: Plan,
    faulty: set[tuple[int | None, str | None]],
    is_full: Callable[[str], bool],
) -> Iterator[Flaw]:
    """Yield what the rules of the indicator say against the rows.

    Cells in `faulty` (row, field) are not judged again; codes that are full need no words. Where
    the result is blank and its parts give it, it is put into the row's texts and numbers.
    """
    for row in rows:
        yield from _bounds(row, plan, faulty)
        if plan.formula is not None and plan.column(RESULT) is not None:
            blank = RESULT not in row.numbers
            yield from _formula(row, plan.formula, faulty, is_full)
            if blank and RESULT in row.numbers:
                computed = Row(row.number, row.texts, {RESULT: row.numbers[RESULT]})
                yield from _bounds(computed, plan, faulty)


def missing_regions(rows: Sequence[Row], plan: Plan, elsewhere: Collection[str] = ()) -> list[str]:
    """Return the required region codes that no row has, nor any of `elsewhere`."""
    column = plan.with_role("wilayah")
    if column is None:
        return []
    present = {row.texts.get(column.name) for row in rows} | set(elsewhere)
    return [code for code in plan.required_regions if code not in present]


def bounds_of(column: Column, plan: Plan) -> list[Bound]:
    """Return the bounds that the rules know for a column: the hard one, the usual one."""
    known = (plan.bounds.get(column.name), _usual(column.name, plan))
    return [bound for bound in known if bound is not None]


def region_name(code: str, plan: Plan) -> str:
    """Return a region as it is named in a sentence."""
    names = {str(item.get("kode")): str(item.get("nama") or "") for item in plan.regions}
    return f"{names[code]} ({code})" if names.get(code) else code


def _bounds(row: Row, plan: Plan, faulty: set[tuple[int | None, str | None]]) -> Iterator[Flaw]:
    for name, value in row.numbers.items():
        if (row.number, name) in faulty:
            continue
        if found := outside(value, plan.bounds.get(name)):
            yield Flaw(found[0], row.number, name, show_number(value), (("batas", found[1]),))
            continue
        usual = _usual(name, plan)
        if not outside(value, usual) or usual is None:
            continue
        if _is_percent_result(name, plan) and usual.maximum == _HUNDRED and value > _HUNDRED:
            yield Flaw("persen_lebih_100", row.number, name, show_number(value))
        else:
            low, high = usual.minimum, usual.maximum
            sides = [f"paling kecil {show_number(low)}"] if low is not None else []
            sides += [f"paling besar {show_number(high)}"] if high is not None else []
            params = (("batas", ", ".join(sides)),)
            yield Flaw("di_luar_wajar", row.number, name, show_number(value), params)


def _usual(name: str, plan: Plan) -> Bound | None:
    """The bounds of what is usual: as the schema says, else up to 100 for a share in percent."""
    if plan.usual is None and _is_percent_result(name, plan) and not _is_growth(plan):
        return Bound(None, _HUNDRED)
    return (plan.usual or {}).get(name)


def _is_percent_result(name: str, plan: Plan) -> bool:
    column = plan.column(name) if name == RESULT else None
    return column is not None and is_percent(column.unit)


def _is_growth(plan: Plan) -> bool:
    return plan.formula is not None and plan.formula.jenis == "pertumbuhan"


def outside(value: Decimal, bound: Bound | None) -> tuple[str, str] | None:
    """Return (code, the bound as shown) when `value` lies outside `bound`."""
    if bound is None:
        return None
    if bound.minimum is not None and value < bound.minimum:
        return "di_bawah_batas", show_number(bound.minimum)
    if bound.maximum is not None and value > bound.maximum:
        return "di_atas_batas", show_number(bound.maximum)
    return None


def _formula(
    row: Row,
    formula: Rumus,
    faulty: set[tuple[int | None, str | None]],
    is_full: Callable[[str], bool],
) -> Iterator[Flaw]:
    """Compare a given result with its parts; compute a blank one."""
    if not formula.dihitung or (faulty and _is_faulty(row, formula, faulty)):
        return
    given = row.numbers.get(RESULT)
    parts = {part.name: row.numbers.get(part.name) for part in formula.parts}
    result = formula.compute(parts)
    if result is None:
        yield from _no_result(row, formula, parts, given)
    elif given is None:
        rounded = result.quantize(Decimal(1).scaleb(-_DECIMALS), rounding=ROUND_HALF_UP)
        row.numbers[RESULT] = rounded
        row.texts[RESULT] = plain(rounded)
        words: tuple[tuple[str, str], ...] = ()
        if not is_full("capaian_dihitung"):
            words = (("rincian", _detail(formula, parts)), ("hasil", show_number(rounded)))
        yield Flaw("capaian_dihitung", row.number, RESULT, None, words)
    elif abs(given - result) > half_unit(given):
        decimals = max(_DECIMALS, -_exponent(given))
        rounded = result.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
        words = (
            ("tertulis", show_number(given)),
            ("rincian", _detail(formula, parts)),
            ("hasil", show_number(rounded)),
        )
        yield Flaw("capaian_berbeda", row.number, RESULT, show_number(given), words)


def _is_faulty(row: Row, formula: Rumus, faulty: set[tuple[int | None, str | None]]) -> bool:
    names = (RESULT, None, *(part.name for part in formula.parts))
    return any((row.number, name) in faulty for name in names)


def _no_result(
    row: Row, formula: Rumus, parts: Mapping[str, Decimal | None], given: Decimal | None
) -> Iterator[Flaw]:
    """Say why there is no result."""
    obstacle = formula.kendala(parts)
    if obstacle == "penyebut_nol":
        yield Flaw("penyebut_nol", row.number, formula.parts[1].name, "0")
    elif obstacle == "bobot_tidak_100":
        yield Flaw("bobot_tidak_100", row.number, formula.parts[1].name)
    elif obstacle == "di_luar_jangkauan":
        yield Flaw("pemeriksa_menolak", row.number, RESULT)
    elif obstacle == "bagian_kosong" and given is None:
        yield Flaw("sel_kosong", row.number, RESULT, "")


def half_unit(value: Decimal) -> Decimal:
    """Return half a unit of the last written decimal of `value` (`61,73` gives 0.005)."""
    return Decimal(5).scaleb(_exponent(value) - 1)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _detail(formula: Rumus, parts: Mapping[str, Decimal | None]) -> str:
    """Write out the computation with its numbers, as a person would on paper."""
    shown = [show_number(value) for value in parts.values() if value is not None]
    pattern = WRITTEN_OUT.get(formula.jenis)
    if pattern:
        return pattern.format(*shown)
    return f"{formula.jenis} dari {'; '.join(shown)}"
