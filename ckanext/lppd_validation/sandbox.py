"""Runs the check of a plain table in a child process with limits and without secrets.

The child has the same fences as the one of `ckanext.lppd.checking`, and is started as that one is:
forked from a warm server or a fresh isolated interpreter, with an empty environment, kernel limits,
no network, and its process group killed at the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ckanext.lppd.checking import DEFAULT, Finding, Limits
from ckanext.lppd.checking.report import Stop
from ckanext.lppd.checking.sandbox import OVER_LIMIT, PORTIONS, run_child, search_paths
from ckanext.lppd.checking.warm import FENCES, WarmServers

_CHILD = Path(__file__).with_name("child.py")
# a server of its own: one that runs another child's script would be replaced at every turn
SERVERS = WarmServers()
os.register_at_fork(after_in_child=SERVERS.forget)


def run_plain(
    path: Path,
    *,
    format: str,
    schema: Mapping[str, Any] | None,
    options: Mapping[str, Any],
    limits: Limits = DEFAULT,
) -> dict[str, Any]:
    """Check one file in a child process; the result is that of `plain.check_plain`.

    Args:
        path: the file, alone in a directory of our own: the job and the result are put beside it.

    Never raises for what the file or the child does: a child that dies, is silent, talks nonsense
    or takes too long gives a `stop`, so that the file is not taken for valid.
    """
    result = path.with_name("result.json")
    job = {
        "path": str(path),
        "format": format,
        "schema": schema,
        "options": dict(options),
        "limits": limits.to_dict(),
        "result": str(result),
        "fences": str(FENCES),
        "search": search_paths(),
        "portions": PORTIONS,
    }
    job_path = path.with_name("job.json")
    job_path.write_text(json.dumps(job), encoding="utf-8")
    try:
        status = run_child(SERVERS, _CHILD, job_path, result, limits)
        if status in OVER_LIMIT:
            return _stopped("waktu_habis")
        if status != 0 or result.stat().st_size > limits.max_result:
            return _stopped("berkas_tidak_terbaca")
        return _understood(result.read_bytes())
    except Stop as stop:
        return _stopped(stop.finding.code)
    except OSError:
        return _stopped("berkas_tidak_terbaca")


def _understood(output: bytes) -> dict[str, Any]:
    """Return the child's result where it has the agreed shape, else a stop."""
    try:
        result = json.loads(output)
        engine, stop, report = str(result["engine"]), result["stop"], result["report"]
        if stop is not None:
            Finding.from_dict(stop)
        elif not isinstance(report["valid"], bool) or len(report["tasks"]) != 1:
            raise ValueError("not one table")
    except (ValueError, KeyError, TypeError):
        return _stopped("berkas_tidak_terbaca")
    return {"engine": engine, "stop": stop, "report": report}


def _stopped(code: str) -> dict[str, Any]:
    return {"engine": "none", "stop": Finding(code).to_dict(), "report": None}
