"""Runs the check of a plain table in a child process with limits and without secrets.

The child has the same fences as the one of `ckanext.lppd.checking`: a fresh isolated interpreter,
an empty environment, kernel limits, no network, and its process group killed at the end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ckanext.lppd import checking
from ckanext.lppd.checking import DEFAULT, Finding, Limits

_CHILD = Path(__file__).with_name("child.py")
_FENCES = Path(checking.__file__ or "").with_name("sandbox_child.py")
_OVER_LIMIT = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ, -signal.SIGABRT)


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
        "fences": str(_FENCES),
        "search": [os.path.abspath(entry or os.curdir) for entry in sys.path],
        "portions": sorted({str(_CHILD.resolve().parents[1]), str(_FENCES.resolve().parents[2])}),
    }
    job_path = path.with_name("job.json")
    job_path.write_text(json.dumps(job), encoding="utf-8")
    try:
        status = _run(job_path, limits.wall_seconds)
        if status in _OVER_LIMIT:
            return _stopped("waktu_habis")
        if status != 0 or result.stat().st_size > limits.max_result:
            return _stopped("berkas_tidak_terbaca")
        return _understood(result.read_bytes())
    except subprocess.TimeoutExpired:
        return _stopped("waktu_habis")
    except OSError:
        return _stopped("berkas_tidak_terbaca")


def _run(job_path: Path, seconds: float) -> int:
    child = subprocess.Popen(
        [_python(), "-I", "-S", "-B", str(_CHILD), str(job_path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=job_path.parent,
        # Passwords and keys of the portal's environment stay here.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(job_path.parent)},
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    finally:
        # The whole group: a grandchild must not outlive the check either.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


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


def _python() -> str:
    """Return this environment's interpreter; under uWSGI `sys.executable` is the server itself."""
    beside = Path(sysconfig.get_path("scripts")) / "python"
    return str(beside) if beside.exists() else sys.executable
