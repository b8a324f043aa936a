"""Auth functions: the coarse question before an action runs.

The fine question (which role, which state) belongs to `workflow.service`, which also holds where
CKAN skips auth: sysadmins and `ignore_auth`.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.release import health, manifest
from ckanext.lppd.release.labels import may_read_closed

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


@toolkit.chained_auth_function
@toolkit.auth_allow_anonymous_access
def package_show(next_auth: Any, context: Any, data_dict: Any) -> AuthResult:
    """Close governed data while the gate is broken, whichever plugin CKAN asks for its labels."""
    if not health.gate_is_whole():
        dataset = context.get("package") or model.Package.get(data_dict.get("id") or "")
        if dataset is not None and dataset.type in manifest.GOVERNED_TYPES:
            user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
            if not may_read_closed(dataset, user):
                return {"success": False, "msg": "Data ini sedang tidak terbuka untuk umum."}
    result: AuthResult = next_auth(context, data_dict)
    return result
