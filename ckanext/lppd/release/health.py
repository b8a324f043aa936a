"""Does the gate stand? Asked by every process that serves readers, and remembered for a while.

Where a trigger is missing (a migration that was stamped without running, a restore without them) or
a setting opens a way around the gate, governed data counts as not public until that is mended. Web
and worker processes both ask here: whoever decides who may read a dataset asks `gate_is_whole`.
"""

from __future__ import annotations

import logging
import time

from ckan import model
from ckan.lib.plugins import get_permission_labels
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lppd.release import open_places

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 30.0
# (table, trigger) -> the function it must call: one of the same name that does nothing is none
TRIGGERS = {
    ("package", "lppd_gate_package"): "lppd_guard_package",
    ("resource", "lppd_gate_resource"): "lppd_guard_content",
    ("package_extra", "lppd_gate_extra"): "lppd_guard_content",
    ("package_tag", "lppd_gate_package_tag"): "lppd_guard_content",
    ("tag", "lppd_gate_tag"): "lppd_guard_tag",
    ("lppd_current_release", "lppd_gate_release"): "lppd_guard_current_release",
    ("lppd_current_release", "lppd_gate_proof"): "lppd_guard_proof",
    ("lppd_transition", "lppd_transition_chain"): "lppd_chain_transition",
    ("package", "lppd_enter_scope"): "lppd_enter_scope",
    ("lppd_governed_dataset", "lppd_gate_scope"): "lppd_guard_current_release",
    ("lppd_governed_dataset", "lppd_scope_guard"): "lppd_guard_scope",
    ("lppd_governed_dataset", "lppd_scope_truncate"): "lppd_guard_scope",
    ("lppd_enrolled_org", "lppd_enrolled_guard"): "lppd_guard_enrolled",
    ("lppd_enrolled_org", "lppd_enrolled_truncate"): "lppd_guard_scope",
    ("lppd_scope_log", "lppd_scope_log_append_only"): "lppd_append_only",
    ("lppd_verdict", "lppd_verdict_append_only"): "lppd_append_only",
    ("lppd_transition", "lppd_transition_append_only"): "lppd_append_only",
    ("lppd_release", "lppd_release_append_only"): "lppd_append_only",
    ("lppd_observation", "lppd_observation_append_only"): "lppd_append_only",
    **{
        (table, "lppd_gate_truncate"): "lppd_guard_truncate"
        for table in (
            "lppd_current_release",
            "lppd_verdict",
            "lppd_transition",
            "lppd_release",
            "lppd_observation",
            "resource",
            "package_extra",
            "package_tag",
        )
    },
}
# CKAN 2.12 has no such table: extras are a column of `package` there
_ONLY_WHERE_PRESENT = "package_extra"
# relnames are compared within the schema that `package` is found in, temporary tables left aside
_ENABLED = text(
    "SELECT c.relname, t.tgname, p.proname FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgname LIKE 'lppd%' "
    "AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = to_regclass('package')) "
    "AND p.pronamespace = c.relnamespace"
)
_HAS_EXTRA = text("SELECT to_regclass('package_extra') IS NOT NULL")
# settings that open a way around the gate
MUST_BE_OFF = ("ckan.datastore.sqlsearch.enabled", "ckan.auth.create_unowned_dataset")


class _Remembered:
    """The last answer of this process and when it was given."""

    whole: bool | None = None
    until = 0.0
    announced = False


def missing_triggers() -> list[str]:
    """Return `table.trigger` for each of our triggers that is gone, off, or calls another function.

    Raises:
        SQLAlchemyError: where the database does not answer.
    """
    found = {
        (row.relname, row.tgname): row.proname for row in model.Session.execute(_ENABLED).all()
    }
    has_extra = bool(model.Session.execute(_HAS_EXTRA).scalar())
    return sorted(
        f"{table}.{trigger}"
        for (table, trigger), function in TRIGGERS.items()
        if (has_extra or table != _ONLY_WHERE_PRESENT) and found.get((table, trigger)) != function
    )


def labels_are_ours() -> bool:
    """Tell whether CKAN asks this plugin who may read a dataset (only the first one is asked)."""
    return bool(getattr(get_permission_labels(), "lppd_reads_the_row", False))


def is_first_plugin() -> bool:
    """Tell whether `lppd` leads `ckan.plugins`: only then its refusals come before all others."""
    order = toolkit.aslist(toolkit.config.get("ckan.plugins"))
    return bool(order) and order[0] == "lppd"


def is_on(option: str) -> bool:
    """Tell whether a switch of the configuration is on."""
    return toolkit.asbool(toolkit.config.get(option, False))


def faults() -> list[str]:
    """Return what opens a way around the gate; empty where it stands.

    Raises:
        SQLAlchemyError: where the database does not answer.
    """
    found = [f"trigger {name}" for name in missing_triggers()]
    if not labels_are_ours():
        found.append("another plugin decides who may read")
    if not is_first_plugin():
        found.append("lppd is not the first of ckan.plugins")
    found.extend(f"{option} is on" for option in MUST_BE_OFF if is_on(option))
    found.extend(open_places.openly_served())
    return found


def gate_is_whole() -> bool:
    """Tell whether the gate stood within the last half minute; a doubt counts as no (R3)."""
    if _Remembered.whole is not None and time.monotonic() < _Remembered.until:
        return _Remembered.whole
    try:
        return gate_stands_now()
    except SQLAlchemyError:
        log.exception("the gate cannot be checked; governed data is not public")
        return False


def gate_stands_now() -> bool:
    """Ask now, for half a minute may be long where something becomes public; remember the answer.

    Raises:
        SQLAlchemyError: where the database does not answer.
    """
    found = faults()
    if found:
        log.critical("the gate is broken (%s); governed data is not public", ", ".join(found))
    elif _Remembered.whole is False:
        log.warning(
            "the gate stands again; datasets indexed meanwhile need `ckan search-index rebuild`"
        )
    _Remembered.whole = not found
    _Remembered.until = time.monotonic() + REMEMBERED_SECONDS
    return _Remembered.whole


def announce_web() -> None:
    """Say once in the log of a web process whether the gate stands; refuses no request."""
    _announce("web")


def announce_worker() -> None:
    """Say once in the log of a worker whether the gate stands; leaves no connection to a child."""
    if _announce("worker"):
        model.Session.remove()
        model.Session.get_bind().dispose()


def _announce(process: str) -> bool:
    if _Remembered.announced:
        return False
    _Remembered.announced = True
    if gate_is_whole():
        log.info("lppd %s: the gate stands (%d triggers)", process, len(TRIGGERS))
    else:
        log.critical("lppd %s: the gate does not stand; run `ckan lppd periksa`", process)
    return True


def forget() -> None:
    """Ask the database again at the next call."""
    _Remembered.whole = None
    _Remembered.until = 0.0
    _Remembered.announced = False
