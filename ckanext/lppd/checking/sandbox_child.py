"""The child of the sandbox: lock itself in, check or read one file, write one answer.

Run as a file, isolated, with the path of a job (JSON) as its only argument. It imports nothing of
the project before the limits are set.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import socket
import sys
import types
from pathlib import Path
from typing import Any, NoReturn

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_PR_SET_NO_NEW_PRIVS = 38


def set_limits(limits: dict[str, Any]) -> None:
    """Set what the kernel enforces: address space, CPU time, file size, open files, no core."""
    for kind, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["cpu_seconds"]),
        (resource.RLIMIT_FSIZE, limits["file_size"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bounded = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bounded, bounded))


def cut_network() -> None:
    """Leave the network: a namespace of its own where the kernel allows it, and no sockets."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(_CLONE_NEWNET) != 0:
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    except (OSError, AttributeError):
        # without the C library's help the second fence below still stands
        pass

    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise OSError("no network in a check")

    for name in ("connect", "connect_ex", "bind", "sendto"):
        setattr(_NoSocket, name, refuse)
    socket.socket = _NoSocket  # type: ignore[misc]
    socket.create_connection = refuse
    socket.getaddrinfo = refuse


class _NoSocket(socket.socket):
    """A socket that can be made and used for nothing."""


def find_packages(search: list[str], portions: list[str]) -> None:
    """Use the parent's import paths; `ckanext` is made here so that importing it loads no CKAN."""
    sys.path[:] = search
    namespace = types.ModuleType("ckanext")
    namespace.__path__ = portions
    sys.modules["ckanext"] = namespace


def _check(job: dict[str, Any]) -> dict[str, Any]:
    from ckanext.lppd.checking import Limits, check
    from ckanext.lppd.checking.progress import into_file, tell_nobody

    return check(
        Path(job["file"]),
        format=job["format"],
        schema=job["schema"],
        limits=Limits.from_dict(job["limits"]),
        reference=job["reference"],
        tell=into_file(Path(job["progress"])) if job["progress"] else tell_nobody,
    ).to_dict()


def _read(job: dict[str, Any]) -> dict[str, Any]:
    from ckanext.lppd.checking import Limits
    from ckanext.lppd.checking.contents import read_tables, tables_to_list
    from ckanext.lppd.checking.report import Stop

    try:
        tables = read_tables(Path(job["file"]), Limits.from_dict(job["limits"]))
    except Stop as stop:
        return {"stop": stop.finding.code, "params": dict(stop.finding.params)}
    return {"tables": tables_to_list(tables)}


def _rewrite(job: dict[str, Any]) -> dict[str, Any]:
    from ckanext.lppd.checking.rewrite import rewrite_job

    return rewrite_job(job)


TASKS = {"check": _check, "read": _read, "rewrite": _rewrite}


def main(job_path: str) -> int:
    """Do the job written at `job_path`; the answer goes to the file that the job names."""
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    os.umask(0o077)
    set_limits(job["limits"])
    cut_network()
    find_packages(job["search"], job["portions"])
    result = json.dumps(TASKS[job["task"]](job), ensure_ascii=False).encode("utf-8", "replace")
    part = Path(job["result"] + ".part")
    part.write_bytes(result)
    part.rename(job["result"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
