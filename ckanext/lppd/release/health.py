"""Does the gate stand? Asked by every process that serves readers, and remembered for a while.

Where the triggers are missing (a migration that was stamped without running, a restore without
them) governed data counts as not public until they are back.
"""

from __future__ import annotations

import logging
import time

from ckan import model
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

REMEMBERED_SECONDS = 30.0
TRIGGERS = (
    "lppd_gate_package",
    "lppd_gate_resource",
    "lppd_gate_release",
    "lppd_gate_scope",
    "lppd_enter_scope",
    "lppd_scope_guard",
    "lppd_scope_truncate",
    "lppd_enrolled_guard",
    "lppd_enrolled_truncate",
    "lppd_scope_log_append_only",
    "lppd_transition_chain",
    "lppd_verdict_append_only",
    "lppd_transition_append_only",
    "lppd_release_append_only",
    "lppd_observation_append_only",
)
_ENABLED = text(
    "SELECT t.tgname FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgenabled = 'O' "
    "AND t.tgname LIKE 'lppd%'"
)


class _Remembered:
    """The last answer of this process and when it was given."""

    whole = False
    until = 0.0


def missing_triggers() -> list[str]:
    """Return the names of our triggers that are not there or switched off."""
    enabled = {row.tgname for row in model.Session.execute(_ENABLED)}
    return sorted(set(TRIGGERS) - enabled)


def gate_is_whole() -> bool:
    """Tell whether every trigger stood within the last half minute; a doubt counts as no (R3)."""
    now = time.monotonic()
    if now < _Remembered.until:
        return _Remembered.whole
    try:
        missing = missing_triggers()
    except SQLAlchemyError:
        log.exception("the gate cannot be checked; governed data is not public")
        return False
    if missing:
        log.critical("the gate is broken (%s); governed data is not public", ", ".join(missing))
    _Remembered.whole = not missing
    _Remembered.until = now + REMEMBERED_SECONDS
    return _Remembered.whole


def forget() -> None:
    """Ask the database again at the next call."""
    _Remembered.until = 0.0
