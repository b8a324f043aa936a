"""Which event is told to which role, and until when it is worth a mail. Pure data."""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.lppd.workflow import rules

DIKIRIM = "dikirim"
PRIORITAS = "prioritas"
KEMBALI_WALIDATA = "kembali_walidata"
DIKEMBALIKAN = "dikembalikan"
DISETUJUI = "disetujui"
TERPUBLIKASI = "terpublikasi"
DITARIK = "ditarik"
TENGGAT = "tenggat"
LEWAT = "lewat"
KLINIK_TANYA = "klinik_tanya"
KLINIK_JAWAB = "klinik_jawab"
KLINIK_SELESAI = "klinik_selesai"
KONTRIBUSI = "kontribusi"
SUMBANG_TENGGAT = "sumbang_tenggat"
SUMBANG_LEWAT = "sumbang_lewat"
SUMBANG_KEMBALI = "sumbang_kembali"
SUMBANG_DITERIMA = "sumbang_diterima"
TAHUN = "tahun"

# who supplies a part of an isian that another agency answers for; no role of the workflow
PENYUMBANG = "penyumbang"


@dataclass(frozen=True)
class Tell:
    """One row: an act of the workflow and the role it is told to.

    `acts` empty = whatever the act; `to_state` and `by` None = whatever they are.
    """

    kind: str
    tell: str
    acts: frozenset[str] = frozenset()
    to_state: str | None = None
    by: str | None = None

    def fits(self, act: str, to_state: str, by: str) -> bool:
        """Tell whether the act is one of this row."""
        return (
            (not self.acts or act in self.acts)
            and self.to_state in (None, to_state)
            and self.by in (None, by)
        )


PUBLISHING = frozenset({"terbitkan", "terbitkan_revisi"})
TELLS: tuple[Tell, ...] = (
    Tell(DIKIRIM, rules.WALIDATA, to_state=rules.MENUNGGU_WALIDATA, by=rules.PRODUSEN),
    Tell(KEMBALI_WALIDATA, rules.WALIDATA, to_state=rules.MENUNGGU_WALIDATA, by=rules.PEMBINA),
    Tell(PRIORITAS, rules.PEMBINA, to_state=rules.MENUNGGU_PEMBINA),
    Tell(DIKEMBALIKAN, rules.PRODUSEN, to_state=rules.DIKEMBALIKAN),
    Tell(DISETUJUI, rules.PRODUSEN, to_state=rules.DISETUJUI),
    Tell(TERPUBLIKASI, rules.PRODUSEN, acts=PUBLISHING, to_state=rules.TERPUBLIKASI),
    Tell(DITARIK, rules.PRODUSEN, acts=frozenset({"tarik_publikasi"})),
    Tell(SUMBANG_KEMBALI, PENYUMBANG, to_state=rules.DIKEMBALIKAN),
    Tell(SUMBANG_DITERIMA, PENYUMBANG, acts=frozenset({"setujui"}), to_state=rules.DISETUJUI),
)
# acts on a year that everybody with work in it hears of
YEAR_ACTS = frozenset({"buka", "tutup", "finalkan", "buka_kembali"})


def tells(act: str, to_state: str, by: str) -> tuple[Tell, ...]:
    """Return the rows of the table that an act of the workflow calls for."""
    return tuple(row for row in TELLS if row.fits(act, to_state, by))


# A mail is written only while the isian is still where the notice says (no row: always).
STILL: dict[str, frozenset[str]] = {
    DIKIRIM: frozenset({rules.MENUNGGU_WALIDATA}),
    KEMBALI_WALIDATA: frozenset({rules.MENUNGGU_WALIDATA}),
    PRIORITAS: frozenset({rules.MENUNGGU_PEMBINA}),
    DIKEMBALIKAN: rules.EDITABLE,
    TENGGAT: rules.EDITABLE,
    LEWAT: rules.EDITABLE,
    KONTRIBUSI: rules.EDITABLE,
    SUMBANG_TENGGAT: rules.EDITABLE,
    SUMBANG_LEWAT: rules.EDITABLE,
    SUMBANG_KEMBALI: rules.EDITABLE,
}
# A mail is written only while a part is missing that the agency of the notice supplies.
WHILE_PART_MISSING = frozenset({KONTRIBUSI, SUMBANG_TENGGAT, SUMBANG_LEWAT})

# In the order of a mail: what a person has to do comes first.
KINDS: tuple[str, ...] = (
    LEWAT,
    TENGGAT,
    SUMBANG_LEWAT,
    SUMBANG_TENGGAT,
    DIKEMBALIKAN,
    SUMBANG_KEMBALI,
    KEMBALI_WALIDATA,
    DIKIRIM,
    PRIORITAS,
    TAHUN,
    KONTRIBUSI,
    KLINIK_TANYA,
    KLINIK_JAWAB,
    KLINIK_SELESAI,
    DISETUJUI,
    SUMBANG_DITERIMA,
    TERPUBLIKASI,
    DITARIK,
)
# reminders of the same step, to the agency that answers and to one that supplies a part
OF_CONTRIBUTORS = {TENGGAT: SUMBANG_TENGGAT, LEWAT: SUMBANG_LEWAT}

LANGSUNG = "langsung"
HARIAN = "harian"
MINGGUAN = "mingguan"
TIDAK = "tidak"
DEFAULT_FREQUENCY = HARIAN
# Hours between two mails; a little less than the day or week, so that a cron job that starts a
# minute early is not put off to the next day.
HOURS_BETWEEN: dict[str, int | None] = {LANGSUNG: 0, HARIAN: 20, MINGGUAN: 164, TIDAK: None}
LANGUAGES = ("id", "en")


def language(chosen: str | None, portal: str | None) -> str:
    """Return the language of a person's mails: the one chosen, else that of the portal.

    Args:
        chosen: what the person set; None where nothing was.
        portal: `ckan.locale_default`, such as `id`, `en` or `en_GB`; others are read as Indonesian.
    """
    if chosen in LANGUAGES:
        return str(chosen)
    return "en" if str(portal or "").lower().startswith("en") else "id"


# Days before the due date on which the agency is reminded, nearest first; overdue: once a week.
REMIND_DAYS = (1, 7, 14)


def reminder(days_left: int) -> tuple[str, int] | None:
    """Return kind and step of the reminder due now, or None where it is too early for one.

    A step is told once: a job that missed a day catches up with the step it is in.
    """
    if days_left < 0:
        return LEWAT, (-days_left - 1) // 7
    step = next((days for days in REMIND_DAYS if days_left <= days), None)
    return (TENGGAT, step) if step is not None else None


MAX_FAILURE_WAIT_MINUTES = 6 * 60


def wait_minutes(failures: int) -> int:
    """Return the minutes to wait after so many failed mails in a row: 5, 10, 20, ... six hours."""
    return min(5 * 2 ** min(max(failures - 1, 0), 10), MAX_FAILURE_WAIT_MINUTES)
