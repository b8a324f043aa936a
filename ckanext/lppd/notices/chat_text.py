"""The reminder that a planner copies into WhatsApp or a mail: plain Indonesian text. Pure.

Nothing is sent and no number is kept: the portal only builds the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from babel.dates import format_date

from ckanext.lppd.notices.texts import one_line

# a message that nobody scrolls through; the true number is told
MAX_LISTED = 40


@dataclass(frozen=True)
class Unsent:
    """One indicator that an agency has not sent, or the `parts` of another agency's that it owes.

    `due` is the day set for it, `promised` the later one that the agency named itself.
    """

    code: str
    name: str = ""
    due: date | None = None
    promised: date | None = None
    parts: tuple[str, ...] = ()

    def late(self, today: date) -> bool:
        """Tell whether the promised day, or else the due one, is past."""
        wanted = self.promised or self.due
        return wanted is not None and wanted < today

    def when(self, today: date) -> str:
        """Return the words on its day."""
        if self.promised is not None:
            words = f"dijanjikan {day(self.promised)}"
        elif self.due is not None:
            words = f"tenggat {day(self.due)}"
        else:
            return "tenggat belum ditetapkan"
        return f"{words}, sudah lewat" if self.late(today) else words

    @property
    def what(self) -> str:
        """The code, and the parts where only those are asked for."""
        return f"{self.code} (bagian {', '.join(self.parts)})" if self.parts else self.code


@dataclass(frozen=True)
class Agency:
    """An agency and what it has not sent, in the order of the catalogue."""

    key: str
    title: str
    unsent: tuple[Unsent, ...]


@dataclass(frozen=True)
class Owing:
    """How much an agency has not sent, and how much of it is late: one line of a summary."""

    title: str
    unsent: int
    late: int = 0


def day(value: date) -> str:
    """Return a day as people write it here."""
    return str(format_date(value, "d MMMM y", locale="id"))


def reminder(year: int, agencies: Sequence[Agency], today: date, url: str) -> str:
    """Return the text: to whom, which indicators are missing, until when, where to send them.

    One agency gets each indicator on a line of its own with its name; several get a line each
    with the codes. Empty where nothing is missing.

    Args:
        year: year of the data.
        agencies: who has not sent what.
        today: the day by which something is late.
        url: address of the page where it is filled in.
    """
    owing = [agency for agency in agencies if agency.unsent]
    if not owing:
        return ""
    single = len(owing) == 1
    to = one_line(owing[0].title) if single else "Bapak/Ibu pengelola data LPPD"
    lines = [f"Yth. {to},", "", _count_line(year, owing, today), ""]
    lines += _one_by_one(owing[0], today) if single else [_codes(a, today) for a in owing]
    lines += ["", f"Mohon diisi dan dikirim lewat portal: {url}", "Terima kasih."]
    return "\n".join(lines)


def summary(year: int, agencies: Sequence[Owing], today: date, url: str) -> str:
    """Return the text for everybody at once: to whom, how many are missing, where to send them.

    Args: as of `reminder`. Empty where nothing is missing.
    """
    owing = [agency for agency in agencies if agency.unsent]
    if not owing:
        return ""
    total = sum(agency.unsent for agency in owing)
    lines = [
        f"- {one_line(agency.title)}: {agency.unsent}"
        + (f", {agency.late} lewat tenggat" if agency.late else "")
        for agency in owing
    ]
    return "\n".join(
        [
            "Yth. Bapak/Ibu pengelola data LPPD,",
            "",
            f"Data LPPD tahun {year} yang belum dikirim per {day(today)}: {total} indikator dari "
            f"{len(owing)} perangkat daerah.",
            "",
            *lines,
            "",
            f"Daftar indikator dan tenggatnya ada di portal; isi dan kirim di sana: {url}",
            "Terima kasih.",
        ]
    )


def _count_line(year: int, agencies: Sequence[Agency], today: date) -> str:
    unsent = [item for agency in agencies for item in agency.unsent]
    late = sum(item.late(today) for item in unsent)
    from_whom = f" dari {len(agencies)} perangkat daerah" if len(agencies) > 1 else ""
    told = f", {late} di antaranya lewat tenggat" if late else ""
    return (
        f"Data LPPD tahun {year} yang belum dikirim per {day(today)}: "
        f"{len(unsent)} indikator{from_whom}{told}."
    )


def _one_by_one(agency: Agency, today: date) -> list[str]:
    shown = agency.unsent[:MAX_LISTED]
    lines = [
        f"{number}. {' '.join(filter(None, (item.what, one_line(item.name))))}: {item.when(today)}"
        for number, item in enumerate(shown, start=1)
    ]
    left = len(agency.unsent) - len(shown)
    return [*lines, f"dan {left} lainnya, lihat di portal"] if left else lines


def _codes(agency: Agency, today: date) -> str:
    shown = agency.unsent[:MAX_LISTED]
    groups = [
        f"{', '.join(item.what for item in items)} ({when})"
        for when, items in groupby(shown, key=lambda item: item.when(today))
    ]
    left = len(agency.unsent) - len(shown)
    more = [f"dan {left} lainnya"] if left else []
    return f"- {one_line(agency.title)}: {'; '.join([*groups, *more])}"
