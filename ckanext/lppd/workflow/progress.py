"""How far the check of an isian's files is, for the page: kept in Redis, forgotten by itself.

Never decides anything: whether a file is checked is a matter of its verdict. With Redis down the
page shows none.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from ckan.lib.redis import connect_to_redis
from ckan.plugins import toolkit
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

ANTRE = "antre"
MEMBACA = "membaca"
MEMERIKSA = "memeriksa"
SELESAI = "selesai"
STATES = (ANTRE, MEMBACA, MEMERIKSA, SELESAI)

QUEUED_SECONDS = 24 * 3600
"""A check may wait long where no worker runs."""
RUNNING_SECONDS = 180
"""Without a sign of life for so long, the worker is gone: a check has at most 90 seconds."""


def _key(isian_id: str) -> str:
    return f"ckan:{toolkit.config['ckan.site_id']}:lppd:periksa:{isian_id}"


def put(isian_id: str, state: str, *, berkas: str = "", baris: int = 0, dari: int = 0) -> None:
    """Note how far the check is: row `baris` of `dari` in the file `berkas`."""
    seconds = QUEUED_SECONDS if state == ANTRE else RUNNING_SECONDS
    said = {
        "keadaan": state,
        "berkas": berkas,
        "baris": baris,
        "dari": dari,
        "pada": int(time.time()),
    }
    try:
        connect_to_redis().set(_key(isian_id), json.dumps(said), ex=seconds)
    except RedisError:
        log.warning("progress of isian %s cannot be noted", isian_id, exc_info=True)


def get(isian_id: str) -> dict[str, Any] | None:
    """Return what was noted last, None where nothing is under way or Redis does not answer."""
    try:
        said = connect_to_redis().get(_key(isian_id))
    except RedisError:
        log.warning("progress of isian %s cannot be read", isian_id, exc_info=True)
        return None
    if not said:
        return None
    found = dict(json.loads(said))
    return found if found.get("keadaan") in STATES else None
