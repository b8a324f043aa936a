"""Template helpers; each named `lppd_*`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from ckan.plugins import toolkit
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lppd.logic import dictize
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.release.previous_year import previous_of
from ckanext.lppd.workflow import kalender, roles, rules


def _(text: str) -> str:
    """Mark a text for translation; it is translated when the page is made."""
    return text


# Font Awesome 6 free names that 4.7 has as well.
STATE_ICONS = {
    rules.BELUM_DIISI: "fa-circle-o fa-regular fa-circle",
    rules.DRAF: "fa-pencil",
    rules.MENUNGGU_WALIDATA: "fa-hourglass-half",
    rules.MENUNGGU_PEMBINA: "fa-hourglass-half",
    rules.DIKEMBALIKAN: "fa-undo",
    rules.DISETUJUI: "fa-check",
    rules.TERPUBLIKASI: "fa-globe",
    rules.TIDAK_BERLAKU: "fa-ban",
    rules.NIHIL: "fa-minus-circle",
    rules.BELUM_TERSEDIA: "fa-calendar",
}
STATE_HELP = {
    rules.BELUM_DIISI: _("Download the example file, fill it in, and upload it here."),
    rules.DRAF: _("Saved, not yet sent."),
    rules.MENUNGGU_WALIDATA: _("Sent; cannot be changed. The producer may take it back."),
    rules.MENUNGGU_PEMBINA: _("Priority data: examined once more by the pembina data."),
    rules.DIKEMBALIKAN: _("Read the note, correct the file, and send it again."),
    rules.DISETUJUI: _("Ready to be published by the walidata."),
    rules.TERPUBLIKASI: _("Shown on the portal and in the API. The content is locked."),
    rules.TIDAK_BERLAKU: _("Does not apply to the city; confirmed by the walidata."),
    rules.NIHIL: _("There was nothing to report; confirmed by the walidata."),
    rules.BELUM_TERSEDIA: _("Promised for later; does not count as complete yet."),
}
STATE_SHORT = {
    rules.BELUM_DIISI: _("Not filled in"),
    rules.DRAF: _("Draft"),
    rules.MENUNGGU_WALIDATA: _("With walidata"),
    rules.MENUNGGU_PEMBINA: _("With pembina"),
    rules.DIKEMBALIKAN: _("Sent back"),
    rules.DISETUJUI: _("Approved"),
    rules.TERPUBLIKASI: _("Published"),
    rules.TIDAK_BERLAKU: _("Not applicable"),
    rules.NIHIL: _("Nil"),
    rules.BELUM_TERSEDIA: _("Promised"),
}
ROLE_LABELS = {
    rules.PRODUSEN: _("Producer"),
    rules.WALIDATA: _("Walidata"),
    rules.PEMBINA: _("Pembina data"),
    rules.PERENCANA: _("Planner (Bappeda)"),
    rules.PENGAWAS: _("Inspectorate (APIP)"),
    kalender.ADMINISTRATOR: _("Administrator of the portal"),
}
ACT_LABELS = {
    "isi": _("Content changed"),
    "ajukan": _("Sent to the walidata"),
    "tarik": _("Taken back"),
    "setujui": _("Approved"),
    "kembalikan": _("Returned"),
    "terbitkan": _("Published"),
    "tarik_publikasi": _("Publication withdrawn"),
    "revisi_mulai": _("Revision opened"),
    "revisi_batal": _("Revision cancelled"),
    "terbitkan_revisi": _("Revision published"),
    "hapus": _("Dataset deleted"),
    "nyatakan_tidak_berlaku": _("Declared not applicable"),
    "nyatakan_nihil": _("Declared nil"),
    "nyatakan_belum_tersedia": _("Promised for later"),
    "sahkan_tidak_berlaku": _("Confirmed as not applicable"),
    "sahkan_nihil": _("Confirmed as nil"),
    "buka_lagi": _("Declaration taken back"),
    "rencanakan": _("Year planned"),
    "buka": _("Year opened"),
    "tutup": _("Year closed"),
    "finalkan": _("Year declared final"),
    "buka_kembali": _("Year reopened"),
    "salin": _("Assignments copied"),
    "tugaskan": _("Assignment changed"),
    "jelaskan": _("Explained"),
    "jawab": _("Question answered"),
    "bukti_unggah": _("Evidence added"),
    "bukti_hapus": _("Evidence removed"),
    "mulai_dikelola": _("Governance started"),
    "warisan_kelola": _("Inherited dataset taken over"),
    "akhiri": _("Governance ended"),
}
CERTAINTY_LABELS = {
    "tinggi": _("High"),
    "sedang": _("Medium"),
    "belum_terverifikasi": _("Not verified"),
}


def lppd_state_label(state: str) -> str:
    """Return the name of a state in the language of the page."""
    return rules.label(state, dictize.language())


def lppd_year_label(state: str) -> str:
    """Return the name of a year's state in the language of the page."""
    return kalender.label(state, dictize.language())


def lppd_year_act_label(act: str) -> str:
    """Return what the button of an act on a year says."""
    return kalender.ACT_LABELS[act][dictize.language()]


def lppd_state_short(state: str) -> str:
    """Return a state's name for the head of a narrow column."""
    return toolkit._(STATE_SHORT[state]) if state in STATE_SHORT else state


def lppd_state_icon(state: str) -> str:
    """Return the icon classes of a state."""
    return STATE_ICONS.get(state, "fa-question")


def lppd_state_help(state: str) -> str:
    """Return one sentence on what a state means."""
    return toolkit._(STATE_HELP[state]) if state in STATE_HELP else ""


def lppd_role_label(role: str) -> str:
    """Return the name of a Satu Data part."""
    return toolkit._(ROLE_LABELS[role]) if role in ROLE_LABELS else role


def lppd_act_label(act: str) -> str:
    """Return what an act of the history did."""
    return toolkit._(ACT_LABELS[act]) if act in ACT_LABELS else act


def lppd_reason_label(code: str | None) -> str:
    """Return the name of a reason for returning; empty where none was given."""
    names = rules.REASON_CODES.get(code or "", {})
    return names.get(dictize.language()) or names.get("id") or ""


def lppd_certainty_label(certainty: str) -> str:
    """Return how sure the source of an indicator is, in words."""
    return toolkit._(CERTAINTY_LABELS[certainty]) if certainty in CERTAINTY_LABELS else certainty


def lppd_number(text: str | None) -> str:
    """Write exact decimal text for people: 12.345,60 (id) or 12,345.60 (en); no digit is lost."""
    if not text:
        return ""
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, _point, fraction = digits.partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return text
    group, decimal = (",", ".") if dictize.language() == "en" else (".", ",")
    grouped = f"{int(whole):,}".replace(",", group)
    return f"{sign}{grouped}{decimal}{fraction}" if fraction else f"{sign}{grouped}"


def lppd_date(value: str | None, with_time: bool = False) -> str:
    """Write a date of the API for people, in the portal's time zone: 31 Maret 2025."""
    if not value:
        return ""
    locale = dictize.language()
    if len(value) == len("2025-03-31"):
        return format_date(date.fromisoformat(value), "d MMMM y", locale=locale)
    moment = datetime.fromisoformat(value).astimezone(toolkit.h.get_display_timezone())
    pattern = "d MMMM y, HH.mm" if locale == "id" else "d MMMM y, HH:mm"
    return format_datetime(moment, pattern if with_time else "d MMMM y", locale=locale)


def lppd_region_names(edition: str | None) -> dict[str, str]:
    """Return code -> name of the regions of an edition."""
    edisi = get_edisi(edition) if edition else None
    return {region.kode: region.nama for region in edisi.wilayah} if edisi else {}


def lppd_last_year(isian: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the published values of the city for the year before; only ever for reference."""
    edisi = get_edisi(isian["edisi"]) if isian["edisi"] else None
    if edisi is None:
        return []
    before = previous_of(edisi.kode, isian["tahun"], [isian["kode"]]).get(isian["kode"])
    city = before.texts.get(edisi.wilayah[0].kode, {}) if before is not None else {}
    return [{"bagian": part, "nilai": value} for part, value in city.items()]


def lppd_reading_roles() -> frozenset[str]:
    """Return the Satu Data roles of the person looking at the page."""
    user = toolkit.current_user
    return roles.reading_roles(getattr(user, "id", None))


def lppd_main_page() -> tuple[str, str]:
    """Return route name and title of the page that this person works on most."""
    try:
        held = lppd_reading_roles()
    except SQLAlchemyError:
        # the page that reports a database error has this in its head too
        held = frozenset()
    if held & {rules.WALIDATA, rules.PEMBINA}:
        return "lppd.antrean", toolkit._("Queue")
    if held & {rules.PERENCANA, rules.PENGAWAS}:
        return "lppd_kelengkapan.kelengkapan", toolkit._("Completeness")
    return "lppd.tugas_saya", toolkit._("My tasks")


def lppd_tabs() -> list[tuple[str, str]]:
    """Return route name and title of the pages that this person may open."""
    user = toolkit.current_user
    if not user.is_authenticated:
        return []
    held = lppd_reading_roles()
    tabs = [("lppd.tugas_saya", toolkit._("My tasks"))]
    if user.sysadmin or held & {rules.WALIDATA, rules.PEMBINA}:
        tabs.append(("lppd.antrean", toolkit._("Queue")))
    if user.sysadmin or rules.WALIDATA in held:
        tabs.append(("lppd_warisan.daftar", toolkit._("Inherited")))
    if user.sysadmin or held - {rules.PRODUSEN}:
        tabs.append(("lppd_kelengkapan.kelengkapan", toolkit._("Completeness")))
    if user.sysadmin or held & set(kalender.PLANNERS):
        tabs.append(("lppd_tugas.penugasan", toolkit._("Year and assignments")))
    tabs.append(("lppd_katalog.daftar", toolkit._("Indicators")))
    tabs.append(("lppd_klinik.daftar", toolkit._("Klinik")))
    tabs.append(("lppd_forum.daftar", toolkit._("Forum")))
    tabs.append(("lppd_pemberitahuan.daftar", toolkit._("Notices")))
    if user.sysadmin:
        tabs.append(("lppd_kelengkapan.organisasi", toolkit._("Parts of agencies")))
    return tabs


VERSION_LABELS = {
    "unggah": _("Uploaded"),
    "layar": _("Filled in on the page"),
    "sel": _("Cell mended"),
    "pulih": _("Older version used again"),
}


def lppd_version_label(how: str) -> str:
    """Return how a version of a file came to be, in words."""
    return toolkit._(VERSION_LABELS[how]) if how in VERSION_LABELS else how


def lppd_evidence_max_mb() -> int:
    """Return the largest evidence file in megabytes."""
    return int(toolkit.config["ckanext.lppd.evidence_max_mb"])


def lppd_signed(text: str) -> str:
    """Write a change such as +12.5 for people."""
    number = lppd_number(text.lstrip("+"))
    return f"+{number}" if text.startswith("+") else number
