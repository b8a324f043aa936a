"""Is the gate whole? Read from the database and the running configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ckan import model
from ckan import plugins as p
from ckan.lib.plugins import get_permission_labels
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lppd.release import health, revision
from ckanext.lppd.release.labels import GovernedPermissionLabels
from ckanext.lppd.workflow.history import verify_history

ORDER_HINT = "letakkan lppd paling depan di ckan.plugins"
_LEAKS = text(
    "SELECT count(*) FROM package WHERE state = 'active' AND private IS NOT TRUE "
    "AND lppd_governs(id, type) AND NOT lppd_released(id)"
)
_SLIPPED = text(
    "SELECT count(*) FROM package p JOIN lppd_enrolled_org e ON e.group_id = p.owner_org "
    "WHERE NOT lppd_governs(p.id, p.type) AND NOT EXISTS "
    "(SELECT 1 FROM lppd_scope_log l WHERE l.act = 'akhiri' AND l.package_id = p.id)"
)
_SCOPE = text(
    "SELECT (SELECT count(*) FROM lppd_enrolled_org) AS organisations, "
    "count(*) AS datasets, count(*) FILTER (WHERE warisan) AS inherited FROM lppd_governed_dataset"
)


@dataclass(frozen=True)
class CheckResult:
    """One line of the self-check."""

    name: str
    ok: bool
    detail: str


def run_selfcheck() -> Iterator[CheckResult]:
    """Yield the outcome of every check; a check that cannot run counts as failed (R3)."""
    for name, check in CHECKS.items():
        try:
            ok, detail = check()
        except (SQLAlchemyError, LookupError) as error:
            model.Session.rollback()
            ok, detail = False, f"tidak dapat diperiksa: {error.__class__.__name__}"
        yield CheckResult(name, ok, detail)


def _triggers() -> tuple[bool, str]:
    missing = health.missing_triggers()
    if missing:
        return False, f"hilang atau mati: {', '.join(missing)}. Jalankan ckan db upgrade -p lppd"
    return True, f"{len(health.TRIGGERS)} pemicu aktif"


def _history() -> tuple[bool, str]:
    rows, _isian, faults = verify_history()
    return not faults, f"{rows} baris riwayat, {len(faults)} tidak cocok"


def _no_leak() -> tuple[bool, str]:
    count = model.Session.execute(_LEAKS).scalar()
    return count == 0, f"{count} dataset LPPD terbuka tanpa rilis"


def _scope() -> tuple[bool, str]:
    slipped = model.Session.execute(_SLIPPED).scalar()
    row = model.Session.execute(_SCOPE).one()
    detail = (
        f"{row.organisations} organisasi terdaftar, {row.datasets} dataset dikelola, "
        f"{row.inherited} di antaranya warisan"
    )
    return slipped == 0, f"{detail}; {slipped} dataset luput" if slipped else detail


def _orphans() -> tuple[bool, str]:
    count = len(revision.orphans())
    hint = " (jalankan ckan lppd bersihkan)" if count else ""
    return count == 0, f"{count} salinan revisi tertinggal{hint}"


def _labels() -> tuple[bool, str]:
    plugin = get_permission_labels()
    ours = isinstance(plugin, GovernedPermissionLabels)
    return (
        ours,
        "lppd memegang label izin" if ours else ORDER_HINT,
    )


def _plugin_order() -> tuple[bool, str]:
    order = list(toolkit.config["ckan.plugins"])
    first = bool(order) and order[0] == "lppd"
    return first, "lppd paling depan" if first else ORDER_HINT


def _scheming() -> tuple[bool, str]:
    loaded = p.plugin_loaded("scheming_datasets")
    return loaded, "scheming_datasets aktif" if loaded else "tambahkan scheming_datasets"


def _switched_off(option: str) -> Callable[[], tuple[bool, str]]:
    def check() -> tuple[bool, str]:
        on = toolkit.asbool(toolkit.config.get(option, False))
        return not on, f"{option} = {str(on).lower()}" + (" (ubah menjadi false)" if on else "")

    return check


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "Pemicu basis data": _triggers,
    "Tidak ada yang terbuka tanpa rilis": _no_leak,
    "Cakupan tata kelola": _scope,
    "Rantai riwayat": _history,
    "Salinan revisi": _orphans,
    "Label izin": _labels,
    "Urutan plugin": _plugin_order,
    "Scheming": _scheming,
    "Kueri SQL DataStore": _switched_off("ckan.datastore.sqlsearch.enabled"),
    "Dataset tanpa pemilik": _switched_off("ckan.auth.create_unowned_dataset"),
}
