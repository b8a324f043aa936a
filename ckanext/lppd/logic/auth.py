"""Auth functions: the coarse question before an action runs.

The fine question (which role, which state) belongs to `workflow.service`, which also holds where
CKAN skips auth: sysadmins and `ignore_auth`.
"""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

AuthResult = dict[str, Any]

_YES: AuthResult = {"success": True}


def _logged_in(context: Any, data_dict: Any) -> AuthResult:
    """CKAN refuses anonymous callers before it comes here; the service tests the role."""
    return dict(_YES)


def _anyone(context: Any, data_dict: Any) -> AuthResult:
    return dict(_YES)


def _sysadmin_only(context: Any, data_dict: Any) -> AuthResult:
    """Sysadmins pass before any auth function is asked."""
    return {"success": False, "msg": "Hanya administrator portal yang dapat mengatur ini."}


def lppd_tahun_buka(context: Any, data_dict: Any) -> AuthResult:
    """Opening a year is tested by role in the action (walidata or perencana)."""
    return _logged_in(context, data_dict)


def lppd_isian_tugaskan(context: Any, data_dict: Any) -> AuthResult:
    """Assigning is tested by role in the action (walidata or perencana)."""
    return _logged_in(context, data_dict)


def lppd_buku_kerja_periksa(context: Any, data_dict: Any) -> AuthResult:
    """Producers of the agency; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_buku_kerja_simpan(context: Any, data_dict: Any) -> AuthResult:
    """Producers of the agency; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_isian_list(context: Any, data_dict: Any) -> AuthResult:
    """Lists only what the caller may read; anonymous callers have nothing to list."""
    return _logged_in(context, data_dict)


def lppd_isian_show(context: Any, data_dict: Any) -> AuthResult:
    """Readable for the producing organisation and the reviewers; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_riwayat(context: Any, data_dict: Any) -> AuthResult:
    """As `lppd_isian_show`."""
    return _logged_in(context, data_dict)


def lppd_isian_unggah(context: Any, data_dict: Any) -> AuthResult:
    """Producers of the owner; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_periksa(context: Any, data_dict: Any) -> AuthResult:
    """Producers of the owner and reviewers; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_bukti_list(context: Any, data_dict: Any) -> AuthResult:
    """Evidence is for producers of the owner, reviewers and pengawas; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_bukti_ubah(context: Any, data_dict: Any) -> AuthResult:
    """Adding and removing evidence: producers of the owner; tested in the service."""
    return _logged_in(context, data_dict)


def lppd_catatan(context: Any, data_dict: Any) -> AuthResult:
    """Notes: written by who decides, handled by the producer; tested in the service."""
    return _logged_in(context, data_dict)


def lppd_isian_isi(context: Any, data_dict: Any) -> AuthResult:
    """Typing, mending and taking back values: producers of the owner; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_antrean(context: Any, data_dict: Any) -> AuthResult:
    """The queues of walidata and pembina; tested in the action."""
    return _logged_in(context, data_dict)


def lppd_act(context: Any, data_dict: Any) -> AuthResult:
    """Every act of the workflow; the service tests role and state."""
    return _logged_in(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_katalog_list(context: Any, data_dict: Any) -> AuthResult:
    """The catalogue is public."""
    return _anyone(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_indikator_list(context: Any, data_dict: Any) -> AuthResult:
    """The catalogue is public."""
    return _anyone(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_indikator_show(context: Any, data_dict: Any) -> AuthResult:
    """The catalogue is public."""
    return _anyone(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_skema_show(context: Any, data_dict: Any) -> AuthResult:
    """The Table Schemas are public."""
    return _anyone(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_nilai(context: Any, data_dict: Any) -> AuthResult:
    """The action itself returns released values only."""
    return _anyone(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_organisasi_list(context: Any, data_dict: Any) -> AuthResult:
    """Which organisation plays which part is public."""
    return _anyone(context, data_dict)


def lppd_organisasi_atur(context: Any, data_dict: Any) -> AuthResult:
    """`peran_sdi` is set by sysadmins only."""
    return _sysadmin_only(context, data_dict)


def lppd_klinik(context: Any, data_dict: Any) -> AuthResult:
    """Klinik is for signed-in people; who reads and who answers is tested in the actions."""
    return _logged_in(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_faq_list(context: Any, data_dict: Any) -> AuthResult:
    """What was written for everybody is public."""
    return _anyone(context, data_dict)


def lppd_forum_catat(context: Any, data_dict: Any) -> AuthResult:
    """Decisions are recorded by the forum's secretariat; tested in the service."""
    return _logged_in(context, data_dict)


@toolkit.auth_allow_anonymous_access
def lppd_forum_list(context: Any, data_dict: Any) -> AuthResult:
    """The decisions of the forum are public."""
    return _anyone(context, data_dict)


def lppd_pemberitahuan(context: Any, data_dict: Any) -> AuthResult:
    """Everybody's notices and settings are his own; the actions take no other person's."""
    return _logged_in(context, data_dict)


def lppd_organisasi_daftarkan(context: Any, data_dict: Any) -> AuthResult:
    """Enrolling is for sysadmins only."""
    return _sysadmin_only(context, data_dict)


def lppd_organisasi_keluarkan(context: Any, data_dict: Any) -> AuthResult:
    """As `lppd_organisasi_daftarkan`."""
    return _sysadmin_only(context, data_dict)


def lppd_warisan_list(context: Any, data_dict: Any) -> AuthResult:
    """For reviewers; tested by role in the action."""
    return _logged_in(context, data_dict)
