"""Reading one number from text: sure, ask or wrong, and never a silent change.

Indonesia writes `1.234,56`; spreadsheets set to English write `1,234.56`. Some texts are right in
both worlds and mean different numbers, so a reader that must give an answer is sometimes wrong by
a factor of a thousand without a message. This one has a third answer.

| text | answer | why |
|---|---|---|
| `12`, `12,5`, `-3,10`, `1.234.567`, `1.234,56` | sure | one reading in every custom |
| `1,234,567`, `1,234.56` | sure, noted `gaya_inggris` | only the English custom can read it |
| `0.5`, `0.500` | sure, noted `titik_desimal` | no group of thousands starts with `0`, so the dot \
can only be a decimal mark |
| `0,500`, `1234,567` | sure | the comma cannot be an English thousands mark there |
| `1.234`, `12.50`, `1234.5` | ask | the dot is a thousands mark or a decimal mark |
| `1,234` | ask | the comma is a decimal mark or an English thousands mark |
| `12,3,4`, `1.23,4`, `01.234,5`, `-`, `n/a`, `± 5`, `1e3`, `12 345`, `٣` | wrong | not a number, \
or not only one |

Only the ASCII digits count. A non-breaking, narrow or thin space between groups of three is a
thousands mark that word processors set; an ordinary space may separate two numbers, so it is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from .tulis import write_number

MAX_TEXT = 80
MAX_DIGITS = 40


@dataclass(frozen=True)
class Sure:
    """One reading. `notes` are codes of what was set aside: `persen`, `rupiah`, `satuan`,
    `catatan`, `gaya_inggris`, `titik_desimal`."""

    value: Decimal
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ask:
    """Two readings: first the decimal one, then the thousands one, and how to write each."""

    readings: tuple[Decimal, Decimal]
    ways: tuple[str, str]


@dataclass(frozen=True)
class Wrong:
    """Not one number. `reason`: `bukan_angka`, `strip`, `perkiraan`, `pemisah_kacau`, `ilmiah`,
    `satuan_lain`, `berspasi`, `minus_lain`, `terlalu_panjang` or `galat`."""

    reason: str


@dataclass(frozen=True)
class Empty:
    """Nothing but spaces."""


Reading = Sure | Ask | Wrong | Empty

# stands for a space that only joins groups of one number
_JOINT = "\ue000"
_JOINERS = re.compile("(?<=[0-9])[\u00a0\u202f\u2009\u2007](?=[0-9]{3}(?![0-9]))")
_SIMPLE = re.compile(r"-?[0-9]{1,15}(?:,(?:[0-9]{1,2}|[0-9]{4,15}))?")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2007\u2009\u200b\ufeff]+")
_FOOTNOTE = re.compile(r"(?<=[0-9%,\-])\s*\*{1,3}\)?$")
_RUPIAH = re.compile(r"^(?P<sign>[+-]?)\s*(?:rp|idr)\.?\s*(?P<rest>.+)$", re.IGNORECASE)
_DASH_CENTS = re.compile(r",(?:-{1,2}|=)$")
_ERROR = re.compile(r"^#(?:N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$")
_JOINED = re.compile(f"^([+-]?)([1-9][0-9]{{0,2}}(?:{_JOINT}[0-9]{{3}})+)(,[0-9]+)?$")
_NUMBERISH = re.compile(r"^[+-]?[0-9.,]*[0-9][0-9.,]*$")
_PLAIN = re.compile(r"^[0-9]+$")
_GROUPED_DOTS = re.compile(r"^[1-9][0-9]{0,2}(?:\.[0-9]{3})+$")
_GROUPED_COMMAS = re.compile(r"^[1-9][0-9]{0,2}(?:,[0-9]{3})+$")
_SCIENTIFIC = re.compile(r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$")
_ROUGH = re.compile(r"^(?:[±~≈<>≤≥]|\+/-|(?:kurang|lebih) (?:lebih|dari)|sekitar|kira-kira)")
_STARTS = frozenset("+-\u22120123456789")
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def is_percent(unit: str | None) -> bool:
    """Whether a unit as written in a catalogue (`%`, `Persen`, `Persentase (%)`) is percent."""
    return unit is not None and ("%" in unit or "persen" in unit.casefold())


def is_rupiah(unit: str | None) -> bool:
    """Whether a unit is money in rupiah (`Rp`, `Rupiah`, `juta rupiah` is not)."""
    return unit is not None and unit.strip().casefold().rstrip(".") in {"rp", "rupiah", "idr"}


def read_number(text: str, *, unit: str | None = None) -> Reading:
    """Read the one number that `text` writes, or say why that cannot be done.

    `text` is a cell's text of any length; `unit` is the unit the column is measured in, or None
    when it is not known. A percent sign is set aside only where the unit is percent, `Rp` only
    where it is rupiah or unknown, the unit's own word (`12 orang`) only where it is that unit.
    Decimal digits are kept as written: `75,00` gives `Decimal("75.00")`. Raises nothing.
    """
    if _SIMPLE.fullmatch(text):
        # most cells of a large table end here; the full reading below gives the same answer
        return Sure(_decimal(text.replace(",", ".")))
    if len(text) > MAX_TEXT and len(text.strip()) > MAX_TEXT:
        return Wrong("terlalu_panjang")
    body = _SPACES.sub(" ", _JOINERS.sub(_JOINT, text)).strip()
    if not body:
        return Empty()
    if body == "-" or set(body) <= _DASHES:
        return Wrong("strip")
    if _ERROR.match(body.upper()):
        return Wrong("galat")
    notes: list[str] = []
    stripped = _set_aside(body, unit, notes)
    if isinstance(stripped, Wrong):
        return stripped
    core, whole_amount = stripped
    core = core.replace("\u2212", "-")
    reading = _read_core(core, whole_amount)
    if isinstance(reading, Sure):
        return Sure(reading.value, (*notes, *reading.notes))
    return reading


def _set_aside(body: str, unit: str | None, notes: list[str]) -> tuple[str, bool] | Wrong:
    """Take footnote marks, currency and unit off `body`; tell whether `,-` closed the amount."""
    core = _FOOTNOTE.sub("", body)
    if core != body:
        notes.append("catatan")
    if match := _RUPIAH.match(core.replace("\u2212", "-")):
        if unit is not None and not is_rupiah(unit):
            return Wrong("satuan_lain")
        core = match["sign"] + match["rest"]
        notes.append("rupiah")
    whole_amount = False
    if (unit is None or is_rupiah(unit)) and _DASH_CENTS.search(core):
        core = _DASH_CENTS.sub("", core)
        whole_amount = True
    if core.endswith("%"):
        if not is_percent(unit):
            return Wrong("satuan_lain")
        core = core[:-1].rstrip()
        notes.append("persen")
    elif is_percent(unit) and core.casefold().endswith("persen"):
        core = core[: -len("persen")].rstrip()
        notes.append("persen")
    elif unit and core.casefold().endswith(unit.strip().casefold()) and core[:1] in _STARTS:
        shorter = core[: -len(unit.strip())].rstrip()
        if shorter != core:
            core = shorter
            notes.append("satuan")
    return core, whole_amount


def _read_core(core: str, whole_amount: bool) -> Sure | Ask | Wrong:
    """Read digits, separators and a sign; `whole_amount` means that no decimals can follow."""
    if _JOINT in core:
        pieces = _JOINED.match(core)
        if not pieces:
            return Wrong("berspasi")
        core = pieces[1] + pieces[2].replace(_JOINT, "") + (pieces[3] or "")
        return Sure(_decimal(core.replace(",", ".")))
    if not _NUMBERISH.match(core):
        return Wrong(_why(core))
    sign, digits = (core[0], core[1:]) if core[0] in "+-" else ("", core)
    if sum(char.isdigit() for char in digits) > MAX_DIGITS:
        return Wrong("terlalu_panjang")
    sign = "-" if sign == "-" else ""
    if _PLAIN.match(digits):
        return Sure(_decimal(sign + digits))
    dots, commas = digits.count("."), digits.count(",")
    if whole_amount:
        if commas or not _GROUPED_DOTS.match(digits):
            return Wrong("pemisah_kacau")
        return Sure(_decimal(sign + digits.replace(".", "")))
    if dots and commas:
        return _both_marks(sign, digits)
    if dots > 1 or commas > 1:
        if _GROUPED_DOTS.match(digits):
            return Sure(_decimal(sign + digits.replace(".", "")))
        if _GROUPED_COMMAS.match(digits):
            return Sure(_decimal(sign + digits.replace(",", "")), ("gaya_inggris",))
        return Wrong("pemisah_kacau")
    return _one_mark(sign, digits, "." if dots else ",")


def _both_marks(sign: str, digits: str) -> Sure | Wrong:
    """Read text with dots and commas: the last mark is the decimal one and stands once."""
    decimal_mark = max(".,", key=digits.rindex)
    whole, _, decimals = digits.rpartition(decimal_mark)
    grouped = _GROUPED_DOTS if decimal_mark == "," else _GROUPED_COMMAS
    if not decimals or not grouped.match(whole):
        return Wrong("pemisah_kacau")
    value = _decimal(f"{sign}{re.sub('[.,]', '', whole)}.{decimals}")
    return Sure(value, () if decimal_mark == "," else ("gaya_inggris",))


def _one_mark(sign: str, digits: str, mark: str) -> Sure | Ask | Wrong:
    """Read text with exactly one dot or comma."""
    whole, _, decimals = digits.partition(mark)
    if not whole or not decimals:
        return Wrong("pemisah_kacau")
    value = _decimal(f"{sign}{whole}.{decimals}")
    starts_with_zero = whole.startswith("0")
    if mark == ".":
        if whole == "0":
            return Sure(value, ("titik_desimal",))
        if starts_with_zero:
            return Wrong("pemisah_kacau")
        return _ask(value, _decimal(sign + whole + decimals))
    if starts_with_zero or len(decimals) != 3 or len(whole) > 3:
        return Sure(value)
    return _ask(value, _decimal(sign + whole + decimals))


def _ask(as_decimal: Decimal, as_thousands: Decimal) -> Ask:
    return Ask((as_decimal, as_thousands), (write_number(as_decimal), write_number(as_thousands)))


def _decimal(text: str) -> Decimal:
    """Make a Decimal of checked ASCII digits; a negative zero becomes zero, decimals kept."""
    value = Decimal(text)
    return value.copy_abs() if value.is_zero() else value


def _why(core: str) -> str:
    """Name the reason why `core` is no number, for a message that helps."""
    if not core:
        return "bukan_angka"
    if _SCIENTIFIC.match(core):
        return "ilmiah"
    if _ROUGH.match(core.casefold()):
        return "perkiraan"
    if core[0] in _DASHES - {"-"} and _NUMBERISH.match(core[1:]):
        return "minus_lain"
    if re.match(r"^[+-]?[0-9][0-9., ]*$", core):
        return "berspasi"
    if re.match(r"^[+-]?[0-9.,]+ [^\W\d_].*$", core) or core.endswith("%"):
        return "satuan_lain"
    return "bukan_angka"
