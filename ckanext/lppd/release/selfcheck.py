"""Is the gate whole? Read from the database and the running configuration."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.script import ScriptDirectory
from ckan import model
from ckan import plugins as p
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

import ckanext.lppd
from ckanext.lppd import model as tables
from ckanext.lppd.release import health, open_places, revision
from ckanext.lppd.release.gate import gate_constraint
from ckanext.lppd.release.manifest import GOVERNED_TYPES
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
_STAMPED = text("SELECT version_num FROM lppd_alembic_version")
_MIGRATIONS = Path(ckanext.lppd.__file__).parent / "migration" / "lppd"
_OUR_TABLES = frozenset(getattr(tables, name).__tablename__ for name in tables.__all__)
_DRAFT = (
    "INSERT INTO package (id, name, type, state, private) "
    "VALUES (:id, :id, :type, 'active', true); "
)
_ATTEMPTS = {
    "dataset baru yang terbuka": (
        "INSERT INTO package (id, name, type, state, private) "
        "VALUES (:id, :id, :type, 'active', false)"
    ),
    "membuka draf": _DRAFT + "UPDATE package SET private = NULL WHERE id = :id",
    "mengganti jenis": _DRAFT + "UPDATE package SET type = 'dataset' WHERE id = :id",
    "rilis tanpa bukti": (
        "INSERT INTO lppd_release (id, package_id, isian_id, version, manifest, content, "
        "verdict_ids, approved_by, published_by) VALUES (:id, :id, :id, 1, :id, '{}', '[]', :id, "
        ":id); INSERT INTO lppd_current_release (package_id, release_id, manifest) "
        "VALUES (:id, :id, :id)"
    ),
}
# `lppd_governed` reads no table and is inlined
_UNPINNED = text(
    "SELECT proname FROM pg_proc WHERE proname LIKE 'lppd\\_%' AND proname <> 'lppd_governed' "
    "AND pronamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('package')) "
    "AND NOT coalesce(array_to_string(proconfig, ','), '') LIKE '%search_path=%'"
)
# never `ckan db downgrade`: without a version it removes every table of the plugin
GATE_HINT = (
    "Pulihkan fungsi dan pemicu lppd_* dari cadangan skema (docs/gate.md); jangan ckan db downgrade"
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
        return False, (
            f"hilang atau mati: {', '.join(missing)}. Bila migrasi belum jalan: ckan db upgrade -p "
            f"lppd. Bila dimatikan: ALTER TABLE ... ENABLE TRIGGER. Selain itu: {GATE_HINT}"
        )
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
    ours = health.labels_are_ours()
    return (
        ours,
        "lppd memegang label izin" if ours else ORDER_HINT,
    )


def _plugin_order() -> tuple[bool, str]:
    first = health.is_first_plugin()
    return first, "lppd paling depan" if first else ORDER_HINT


def _migrations() -> tuple[bool, str]:
    """A stamp says that a migration ran; what it should have made must be there as well."""
    stamped = set(model.Session.scalars(_STAMPED))
    heads = set(ScriptDirectory(str(_MIGRATIONS)).get_heads())
    if stamped != heads:
        return False, (
            f"basis data di {', '.join(sorted(stamped)) or 'awal'}, kode di "
            f"{', '.join(sorted(heads))}. Jalankan ckan db upgrade -p lppd"
        )
    gone = sorted(_OUR_TABLES - set(inspect(model.Session.connection()).get_table_names()))
    if gone:
        mend = (
            "Kosongkan lppd_alembic_version, lalu ckan db upgrade -p lppd"
            if len(gone) == len(_OUR_TABLES)
            else "Pulihkan tabelnya dari cadangan"
        )
        return False, f"tercatat sudah jalan, tetapi tabel {', '.join(gone)} tidak ada. {mend}"
    return True, f"di {', '.join(sorted(heads))}"


def _gate_refuses() -> tuple[bool, str]:
    """Try to open a dataset that has no release, and undo it: a replaced function shows itself."""
    name = f"lppd-percobaan-{uuid.uuid4()}"
    for what, statement in _ATTEMPTS.items():
        connection = model.Session.get_bind().connect()
        attempt = connection.begin()
        try:
            connection.execute(text(statement), {"id": name, "type": GOVERNED_TYPES[0]})
        except IntegrityError as error:
            if gate_constraint(error) is None:
                return False, f"ditolak oleh sebab lain: {error.orig.__class__.__name__}"
        else:
            return False, f"tidak menolak {what}. {GATE_HINT}"
        finally:
            attempt.rollback()
            connection.close()
    open_paths = sorted(model.Session.scalars(_UNPINNED))
    if open_paths:
        return False, f"search_path tidak dikunci: {', '.join(open_paths)}. {GATE_HINT}"
    return True, f"{len(_ATTEMPTS)} percobaan membuka data ditolak"


def _closed_places() -> tuple[bool, str]:
    found = open_places.openly_served()
    if found:
        return False, (
            f"{'; '.join(found)}. Pindahkan penyimpanan ke luar direktori publik, atau matikan "
            "public pada penyimpanan berkas"
        )
    return True, "tidak ada berkas LPPD di tempat yang dibuka untuk umum"


def _scheming() -> tuple[bool, str]:
    loaded = p.plugin_loaded("scheming_datasets")
    return loaded, "scheming_datasets aktif" if loaded else "tambahkan scheming_datasets"


def _switched_off(option: str) -> Callable[[], tuple[bool, str]]:
    def check() -> tuple[bool, str]:
        on = health.is_on(option)
        return not on, f"{option} = {str(on).lower()}" + (" (ubah menjadi false)" if on else "")

    return check


CHECKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "Migrasi": _migrations,
    "Pemicu basis data": _triggers,
    "Gerbang menolak percobaan": _gate_refuses,
    "Tidak ada yang terbuka tanpa rilis": _no_leak,
    "Cakupan tata kelola": _scope,
    "Rantai riwayat": _history,
    "Salinan revisi": _orphans,
    "Label izin": _labels,
    "Urutan plugin": _plugin_order,
    "Penyimpanan tertutup": _closed_places,
    "Scheming": _scheming,
    "Kueri SQL DataStore": _switched_off("ckan.datastore.sqlsearch.enabled"),
    "Dataset tanpa pemilik": _switched_off("ckan.auth.create_unowned_dataset"),
}
