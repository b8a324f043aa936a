"""The life of an isian as data: which role moves it from which state to which.

Pure: no database, no CKAN. Actions, auth, buttons and the picture in `docs/` all read this table.
Roles and the two orders of checking follow Perpres 39/2019 articles 34 (ordinary data) and 35
(Data Prioritas: the pembina checks again and returns to the walidata, never to the producer).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PRODUSEN = "produsen"
WALIDATA = "walidata"
PEMBINA = "pembina"
PERENCANA = "perencana"
PENGAWAS = "pengawas"
ROLES = (PRODUSEN, WALIDATA, PEMBINA, PERENCANA, PENGAWAS)

BELUM_DIISI = "belum_diisi"
DRAF = "draf"
MENUNGGU_WALIDATA = "menunggu_walidata"
MENUNGGU_PEMBINA = "menunggu_pembina"
DIKEMBALIKAN = "dikembalikan"
DISETUJUI = "disetujui"
TERPUBLIKASI = "terpublikasi"
# instead of a value: the first two are final once the walidata confirmed them
TIDAK_BERLAKU = "tidak_berlaku"
NIHIL = "nihil"
BELUM_TERSEDIA = "belum_tersedia"

STATE_LABELS: dict[str, dict[str, str]] = {
    BELUM_DIISI: {"id": "Belum diisi", "en": "Not filled in"},
    DRAF: {"id": "Draf", "en": "Draft"},
    MENUNGGU_WALIDATA: {"id": "Menunggu pemeriksaan walidata", "en": "Waiting for walidata"},
    MENUNGGU_PEMBINA: {"id": "Menunggu pemeriksaan pembina data", "en": "Waiting for pembina data"},
    DIKEMBALIKAN: {"id": "Dikembalikan untuk diperbaiki", "en": "Returned for correction"},
    DISETUJUI: {"id": "Disetujui", "en": "Approved"},
    TERPUBLIKASI: {"id": "Terpublikasi", "en": "Published"},
    TIDAK_BERLAKU: {"id": "Tidak berlaku", "en": "Not applicable"},
    NIHIL: {"id": "Nihil", "en": "Nil"},
    BELUM_TERSEDIA: {"id": "Belum tersedia", "en": "Not yet available"},
}
EDITABLE = frozenset({BELUM_DIISI, DRAF, DIKEMBALIKAN, BELUM_TERSEDIA})
# What a producer has nothing left to do for: counts as complete.
DONE = frozenset({DISETUJUI, TERPUBLIKASI, TIDAK_BERLAKU, NIHIL})
# What a producer may declare -> the state it ends in, once confirmed.
DECLARATIONS = (TIDAK_BERLAKU, NIHIL, BELUM_TERSEDIA)


@dataclass(frozen=True)
class Act:
    """One row of the table.

    `to_priority` replaces `to` where the isian is Data Prioritas. The conditions are names that
    the service knows how to test: `bytes_valid`, `metadata_complete`, `not_last_editor`,
    `manifest_seen`, `manifest_approved`, `reason_given`, `reasons_given` (every warning that asks
    for one), `no_revision`, `is_indicator`, `not_declared`, `declared_tidak_berlaku`,
    `declared_nihil`, `date_promised`.
    """

    name: str
    from_states: frozenset[str]
    role: str
    to: str
    conditions: tuple[str, ...] = ()
    to_priority: str | None = None

    def target(self, *, priority: bool) -> str:
        """Return the state this act leads to."""
        return self.to_priority if priority and self.to_priority else self.to


def _act(name: str, from_states: Iterable[str], role: str, to: str, *conditions: str) -> Act:
    return Act(name, frozenset(from_states), role, to, conditions)


ACTS: tuple[Act, ...] = (
    _act("isi", EDITABLE, PRODUSEN, DRAF),
    _act(
        "ajukan",
        (DRAF, DIKEMBALIKAN, BELUM_TERSEDIA),
        PRODUSEN,
        MENUNGGU_WALIDATA,
        "bytes_valid",
        "metadata_complete",
        "reasons_given",
    ),
    _act("tarik", (MENUNGGU_WALIDATA, MENUNGGU_PEMBINA), PRODUSEN, DRAF),
    Act(
        "setujui",
        frozenset({MENUNGGU_WALIDATA}),
        WALIDATA,
        DISETUJUI,
        ("not_declared", "not_last_editor", "manifest_seen", "bytes_valid"),
        to_priority=MENUNGGU_PEMBINA,
    ),
    _act(
        "kembalikan",
        (MENUNGGU_WALIDATA, DISETUJUI, TIDAK_BERLAKU, NIHIL),
        WALIDATA,
        DIKEMBALIKAN,
        "reason_given",
    ),
    _act(
        "setujui",
        (MENUNGGU_PEMBINA,),
        PEMBINA,
        DISETUJUI,
        "not_last_editor",
        "manifest_seen",
        "bytes_valid",
    ),
    _act("kembalikan", (MENUNGGU_PEMBINA,), PEMBINA, MENUNGGU_WALIDATA, "reason_given"),
    _act(
        "terbitkan",
        (DISETUJUI,),
        WALIDATA,
        TERPUBLIKASI,
        "manifest_seen",
        "manifest_approved",
        "bytes_valid",
    ),
    _act("tarik_publikasi", (TERPUBLIKASI,), WALIDATA, DRAF, "reason_given"),
    # the approved version stays public; the copy starts its own way through this table (R5)
    _act("revisi_mulai", (TERPUBLIKASI,), PRODUSEN, TERPUBLIKASI, "reason_given", "no_revision"),
    # a declaration instead of a value; `sahkan_*` is to it what `setujui` is to a file
    _act(
        "nyatakan_tidak_berlaku",
        EDITABLE,
        PRODUSEN,
        MENUNGGU_WALIDATA,
        "is_indicator",
        "reason_given",
    ),
    _act("nyatakan_nihil", EDITABLE, PRODUSEN, MENUNGGU_WALIDATA, "is_indicator", "reason_given"),
    _act(
        "nyatakan_belum_tersedia",
        EDITABLE,
        PRODUSEN,
        BELUM_TERSEDIA,
        "is_indicator",
        "reason_given",
        "date_promised",
    ),
    _act(
        "sahkan_tidak_berlaku",
        (MENUNGGU_WALIDATA,),
        WALIDATA,
        TIDAK_BERLAKU,
        "declared_tidak_berlaku",
        "not_last_editor",
    ),
    _act(
        "sahkan_nihil", (MENUNGGU_WALIDATA,), WALIDATA, NIHIL, "declared_nihil", "not_last_editor"
    ),
    _act("buka_lagi", (TIDAK_BERLAKU, NIHIL), PRODUSEN, DRAF, "reason_given"),
)

REASON_CODES: dict[str, dict[str, str]] = {
    "angka_salah": {"id": "Angka perlu diperbaiki", "en": "Figures need correction"},
    "data_dukung_kurang": {"id": "Data dukung belum lengkap", "en": "Evidence is incomplete"},
    "metadata_kurang": {"id": "Metadata belum lengkap", "en": "Metadata is incomplete"},
    "definisi_tidak_sesuai": {"id": "Tidak sesuai definisi", "en": "Does not fit the definition"},
    "lainnya": {"id": "Lainnya", "en": "Other"},
}


MIN_NOTE = 5


def note_error(note: str | None) -> str | None:
    """Return what is wrong with a reason that an act must carry, None where it is long enough."""
    if len((note or "").strip()) >= MIN_NOTE:
        return None
    return f"Tulis alasannya, paling sedikit {MIN_NOTE} huruf."


def find_act(name: str, state: str) -> Act | None:
    """Return the row for this act from this state, or None where the state does not allow it."""
    return next((act for act in ACTS if act.name == name and state in act.from_states), None)


def acts_from(state: str, roles: Iterable[str]) -> tuple[Act, ...]:
    """Return the acts that somebody with these roles may try from this state, in table order."""
    held = frozenset(roles)
    return tuple(act for act in ACTS if state in act.from_states and act.role in held)


def roles_for(name: str) -> frozenset[str]:
    """Return every role that some row of the table gives this act to."""
    return frozenset(act.role for act in ACTS if act.name == name)


def is_editable(state: str) -> bool:
    """Tell whether content may change in this state."""
    return state in EDITABLE


def label(state: str, lang: str = "id") -> str:
    """Return the state's name as people read it; the code itself where it has no name."""
    names = STATE_LABELS.get(state, {})
    return names.get(lang) or names.get("id") or state
