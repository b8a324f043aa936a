"""Rules over a whole table of an indicator: districts against the city, this year against the last.

All thresholds come with the schema (`lppd.aturan`, made by `katalog.aturan`). Parts that add up
must add up: that is an error. What is only unusual is a warning that asks for a reason; a remark in
the row (`keterangan`) is that reason, and then the finding is a note for the reviewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from statistics import median
from typing import Any

from ..katalog.rumus import KONTEKS
from ..numbers import show_number
from .canon import Row
from .messages_table import EXPLAINED
from .plan import RESULT, Plan
from .reference import Reference
from .report import Stop
from .rules import half_unit, region_name
from .verdict import Flaw

REMARKS = "keterangan"
# turns the median of distances into what the standard deviation is for ordinary data
_ROBUST = Decimal("1.4826")
_LISTED = 10

Faulty = set[tuple[int | None, str | None]]


@dataclass(frozen=True)
class Jump:
    """From which change on a reason is asked for: `points` in the unit, or `times` as a ratio."""

    points: Decimal | None
    times: Decimal | None
    least: Decimal

    def is_reached(self, before: Decimal, now: Decimal) -> bool:
        """Whether the change from `before` to `now` asks for a reason."""
        difference = abs(now - before)
        if difference < self.least:
            return False
        if self.points is not None:
            return difference > self.points
        low, high = sorted((abs(before), abs(now)))
        if self.times is None or not difference:
            return False
        return (before < 0) != (now < 0) or low == 0 or high > low * self.times


@dataclass(frozen=True)
class TableRules:
    """The rules of one table: who is the whole, who are its parts, what adds up, what is odd."""

    parent: str
    districts: tuple[str, ...]
    additive: tuple[str, ...]
    jumps: Mapping[str, Jump]
    outlier: Decimal | None
    outlier_rows: int


def read_rules(schema: Mapping[str, Any]) -> TableRules | None:
    """Return the table rules of a schema, None where it has none.

    Raises Stop (`skema_rusak`) for rules that cannot be read.
    """
    data = (schema.get("lppd") or {}).get("aturan")
    if data is None:
        return None
    try:
        odd = data.get("pencilan") or {}
        return TableRules(
            parent=str(data["induk"]),
            districts=tuple(str(code) for code in data["kecamatan"]),
            additive=tuple(str(name) for name in data["aditif"]),
            jumps={str(name): _jump(one) for name, one in data["lompatan"].items()},
            outlier=Decimal(str(odd["batas"])) if odd else None,
            outlier_rows=int(odd["wilayah"]) if odd else 0,
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Stop("skema_rusak", params={"sebab": "isi bagian lppd"}) from error


def _jump(data: Mapping[str, Any]) -> Jump:
    points, times = data.get("poin"), data.get("kali")
    return Jump(
        points=None if points is None else Decimal(str(points)),
        times=None if times is None else Decimal(str(times)),
        least=Decimal(str(data.get("selisih", "0"))),
    )


def check_table(
    rows: Sequence[Row],
    plan: Plan,
    rules: TableRules,
    reference: Reference | None,
    faulty: Faulty,
    cell: Callable[[int, str], str],
) -> Iterator[Flaw]:
    """Yield what the table rules say; cells in `faulty` (row, field) are left out.

    `cell` gives the address of a field in a row. Rows of one region twice are another error, so
    nothing is added up or compared then.
    """
    column = plan.with_role("wilayah")
    if column is None or any(row is not None and name is None for row, name in faulty):
        return
    if any(name == column.name for _, name in faulty):
        return
    by_region = {row.texts.get(column.name, ""): row for row in rows}
    if len(by_region) < len(rows):
        return
    table = _Table(by_region, plan, rules, faulty, cell, column.name)
    # the numbers may have forty digits each, and nothing here may round them
    with localcontext(KONTEKS):
        yield from table.sums()
        yield from table.missing()
        yield from table.outliers()
        if reference is not None:
            yield from table.same_as(reference)
            yield from table.jumps(reference)


@dataclass
class _Table:
    """One table by region, and what is asked of it."""

    rows: Mapping[str, Row]
    plan: Plan
    rules: TableRules
    faulty: Faulty
    cell: Callable[[int, str], str]
    region: str

    @property
    def parent(self) -> Row | None:
        return self.rows.get(self.rules.parent)

    @property
    def parts(self) -> list[Row]:
        """The rows of districts, in the order of the file."""
        wanted = set(self.rules.districts)
        return [row for code, row in self.rows.items() if code in wanted]

    def sums(self) -> Iterator[Flaw]:
        """Compare each additive part of the city with what its districts add up to."""
        whole, parts = self.parent, self.parts
        if whole is None or not parts:
            return
        for name in self.rules.additive:
            value = self._number(whole, name)
            numbers = [self._number(row, name) for row in parts]
            known = [number for number in numbers if number is not None]
            if value is None or len(known) < len(numbers):
                continue
            total = sum(known, Decimal(0))
            if abs(total - value) <= _rounding([value, *known]):
                continue
            words = (
                ("induk", region_name(self.rules.parent, self.plan)),
                ("banyak", str(len(parts))),
                ("sel_bagian", _cells(parts, name, self.cell)),
                ("jumlah", show_number(total)),
                ("selisih", show_number(abs(total - value))),
            )
            yield Flaw("jumlah_wilayah", whole.number, name, show_number(value), words)

    def missing(self) -> Iterator[Flaw]:
        """Name the districts that have no row where others have one."""
        whole = self.parent
        absent = [code for code in self.rules.districts if code not in self.rows]
        if whole is None or not absent or not self.parts:
            return
        names = [region_name(code, self.plan) for code in absent[:_LISTED]]
        more = ["…"] if len(absent) > _LISTED else []
        words = (
            ("banyak", str(len(absent))),
            ("semua", str(len(self.rules.districts))),
            ("daftar", ", ".join(names + more)),
        )
        yield self._asked("kecamatan_kurang", whole, self.region, None, words)

    def outliers(self) -> Iterator[Flaw]:
        """Name the districts whose result is far from that of all others (median distance)."""
        limit = self.rules.outlier
        found = [(row, n) for row in self.parts if (n := self._number(row, RESULT)) is not None]
        if limit is None or len(found) < self.rules.outlier_rows:
            return
        middle = median(number for _, number in found)
        spread = median(abs(number - middle) for _, number in found) * _ROBUST
        if not spread:
            return
        for row, number in found:
            if abs(number - middle) > limit * spread:
                words = (("tengah", _rounded(middle)),)
                yield self._asked("pencilan", row, RESULT, show_number(number), words)

    def same_as(self, reference: Reference) -> Iterator[Flaw]:
        """Note a table all of whose numbers are last year's."""
        whole = self.parent
        if whole is None:
            return
        compared = 0
        for code, row in self.rows.items():
            before = reference.values.get(code)
            if before is None:
                return
            for name in row.numbers:
                if name in before and row.numbers[name] != before[name]:
                    return
                compared += name in before
        if compared < 2:
            # one number alone may well stay as it was
            return
        yield self._asked("sama_tahun_lalu", whole, RESULT, None, self._years(reference))

    def jumps(self, reference: Reference) -> Iterator[Flaw]:
        """Note, once for each row, the first number that moved far: the result, else a part."""
        for code, row in self.rows.items():
            before = reference.values.get(code, {})
            for name, jump in self.rules.jumps.items():
                now = self._number(row, name)
                if now is None or name not in before or not jump.is_reached(before[name], now):
                    continue
                words = (
                    ("wilayah", region_name(code, self.plan)),
                    ("dulu", show_number(before[name])),
                    *self._years(reference),
                )
                yield self._asked("lompatan", row, name, show_number(now), words)
                break

    def _years(self, reference: Reference) -> tuple[tuple[str, str], ...]:
        column = self.plan.with_role("tahun")
        year = column.enum[0] if column is not None and column.enum else str(reference.year + 1)
        return (("tahun_dulu", str(reference.year)), ("tahun", year))

    def _asked(
        self,
        code: str,
        row: Row,
        name: str,
        value: str | None,
        words: tuple[tuple[str, str], ...],
    ) -> Flaw:
        """The finding as a question, or as a note where the row gives the reason itself."""
        reason = row.texts.get(REMARKS, "").strip()
        if reason:
            return Flaw(code + EXPLAINED, row.number, name, value, (*words, ("alasan", reason)))
        return Flaw(code, row.number, name, value, words)

    def _number(self, row: Row, name: str) -> Decimal | None:
        return None if (row.number, name) in self.faulty else row.numbers.get(name)


def _rounding(values: Sequence[Decimal]) -> Decimal:
    """How far apart the whole and its parts may be because each was rounded when written."""
    written = [value for value in values if value != value.to_integral_value()]
    if not written:
        return Decimal(0)
    return max(half_unit(value) for value in written) * len(values)


def _cells(rows: Sequence[Row], name: str, cell: Callable[[int, str], str]) -> str:
    """The addresses of one field: a range where the rows follow one another, else a list."""
    numbers = [row.number for row in rows]
    if len(numbers) > 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return f"{cell(numbers[0], name)}:{cell(numbers[-1], name)}"
    return ", ".join(cell(number, name) for number in numbers)


def _rounded(value: Decimal) -> str:
    places = Decimal("0.01")
    return show_number(value.quantize(places, rounding=ROUND_HALF_UP))
