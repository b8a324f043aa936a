"""Checking in a child process that can hurt nothing and cannot run for ever.

The file is copied, and hashed while it is copied, into a private directory; the child works on the
copy. It gets an almost empty environment, limits of the kernel and no network. It is forked from a
server that has loaded the engine already (`warm`), or else a fresh interpreter; both run the same
script. When it does not end in time its whole process group is killed. Anything but a whole and
consistent report of this very file is "not valid".
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..katalog.skema import schema_sha256
from .formats import guard_size, open_regular
from .limits import DEFAULT, Limits
from .progress import Tell, watched
from .report import Finding, Report, Stop
from .warm import SERVERS, Setting, WarmServers

_CHUNK = 1024 * 1024
# what starting a child and reading what it left may raise; nested JSON ends in RecursionError
FAULTS = (
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    MemoryError,
    subprocess.SubprocessError,
)
_CHILD = Path(__file__).with_name("sandbox_child.py")
PORTIONS = (str(Path(__file__).resolve().parents[2]),)
"""Where the `ckanext` packages of the child are."""
OVER_LIMIT = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ, -signal.SIGABRT)
"""How a child ends that needed more than it may have."""
_AT_ONCE = 8
"""Checks of one process at the same time; more of them wait for their turn."""


def check_in_sandbox(
    path: Path,
    *,
    format: str,
    schema: Mapping[str, Any],
    limits: Limits = DEFAULT,
    reference: Mapping[str, Any] | None = None,
    tell: Tell | None = None,
) -> Report:
    """Check the file at `path` as `check` does, in a child process; raises nothing about the file.

    A crash, a limit or a report that does not fit gives a report that is not valid, with
    `waktu_habis` or `berkas_tidak_terbaca`; `tell` hears from another thread how far the check is.
    `sha256` is of the bytes that were copied and checked.
    """
    folder = Path(tempfile.mkdtemp(prefix="lppd-periksa-"))
    digest = ""
    try:
        digest = copy_file(path, folder / "berkas", limits)
        progress = folder / "kemajuan.json"
        task = {"task": "check", "format": format, "schema": schema, "reference": reference}
        with watched(progress, tell):
            said = run_job(folder, {**task, "progress": str(progress) if tell else None}, limits)
        report = Report.from_dict(said)
        if report.sha256 != digest or report.schema_sha256 != schema_sha256(schema):
            return _failed(Finding("berkas_tidak_terbaca"), digest, schema)
        return report
    except Stop as stop:
        return _failed(stop.finding, digest, schema)
    except FAULTS:
        return _failed(Finding("berkas_tidak_terbaca"), digest, schema)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_file(source: Path, target: Path, limits: Limits) -> str:
    """Copy a regular file (no symbolic link) and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    size = 0
    with open_regular(source, limits) as reader, target.open("xb") as writer:
        while chunk := reader.read(_CHUNK):
            size += len(chunk)
            guard_size(size, limits)
            digest.update(chunk)
            writer.write(chunk)
    guard_size(size, limits)
    return digest.hexdigest()


def run_job(folder: Path, task: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Run the child over the copy `berkas` in `folder` and return its answer.

    `task`: the name under `task` (`sandbox_child.TASKS`) and what that task needs. Raises Stop
    where the child ends otherwise, ValueError for an answer that is none.
    """
    result = folder / "hasil.json"
    job = {
        **task,
        "file": str(folder / "berkas"),
        "limits": limits.to_dict(),
        "result": str(result),
        "search": search_paths(),
        "portions": PORTIONS,
    }
    job_path = folder / "tugas.json"
    job_path.write_text(json.dumps(job), encoding="utf-8")
    status = run_child(SERVERS, _CHILD, job_path, result, limits)
    if status in OVER_LIMIT:
        raise Stop("waktu_habis")
    if status != 0:
        raise Stop("berkas_tidak_terbaca")
    return _read_answer(result, limits)


def search_paths() -> tuple[str, ...]:
    """Return where this process finds its packages, as absolute paths."""
    return tuple(os.path.abspath(entry or os.curdir) for entry in sys.path)


def run_child(
    servers: WarmServers, child: Path, job_path: Path, result: Path, limits: Limits
) -> int:
    """Run the script `child` over a job and return how it ended, as `subprocess` says it.

    The child is forked from a warm server of `servers`, else it is a fresh interpreter. It works in
    the folder of the job, with an empty environment, and writes `result`. Raises Stop
    (`waktu_habis`) when it is late, OSError when it cannot be started.
    """
    folder = job_path.parent
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(folder)}
    environment["HOME"] = str(folder)
    # an interpreter outside the system's own paths does not start without it
    library_path = os.environ.get("LD_LIBRARY_PATH")
    if library_path is not None:
        environment["LD_LIBRARY_PATH"] = library_path
    setting = Setting(_python(), str(child), search_paths(), PORTIONS, library_path)
    with _place(limits):
        started = time.monotonic()
        ended = servers.run(
            setting,
            folder=folder,
            job=job_path,
            environment=environment,
            seconds=limits.wall_seconds,
        )
        if ended is None:
            result.unlink(missing_ok=True)
            left = limits.wall_seconds - (time.monotonic() - started)
            return _run_cold(setting, folder, job_path, environment, left)
        if ended.late:
            raise Stop("waktu_habis")
        return ended.status


def _run_cold(
    setting: Setting, folder: Path, job_path: Path, environment: Mapping[str, str], seconds: float
) -> int:
    """Run the child in a fresh interpreter and return how it ended; raises Stop when it is late."""
    child = subprocess.Popen(
        [setting.python, "-I", "-S", "-B", setting.child, str(job_path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        close_fds=True,
        start_new_session=True,
    )
    try:
        return child.wait(max(seconds, 0.0))
    except subprocess.TimeoutExpired:
        raise Stop("waktu_habis") from None
    finally:
        # the group, not the child alone: whatever it may have started goes with it
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


class _Places:
    """How many checks may run at once; a forked process counts its own."""

    def __init__(self) -> None:
        self.free = threading.BoundedSemaphore(_AT_ONCE)


_PLACES = _Places()
os.register_at_fork(after_in_child=_PLACES.__init__)  # type: ignore[misc]


@contextlib.contextmanager
def _place(limits: Limits) -> Iterator[None]:
    """Wait for a place among the running checks, not longer than a check may take."""
    free = _PLACES.free
    if not free.acquire(timeout=limits.wall_seconds):
        raise Stop("waktu_habis")
    try:
        yield
    finally:
        free.release()


def _read_answer(result: Path, limits: Limits) -> dict[str, Any]:
    flags = os.O_RDONLY | os.O_NOFOLLOW
    with os.fdopen(os.open(result, flags), "rb") as stream:
        data = stream.read(limits.max_result + 1)
    if len(data) > limits.max_result:
        raise Stop("berkas_tidak_terbaca")
    answer = json.loads(data)
    if not isinstance(answer, dict):
        raise ValueError("not an answer of the child")
    return answer


def _python() -> str:
    """Return the interpreter: a web server that embeds Python is not one itself."""
    name = os.path.basename(sys.executable or "")
    if name.startswith("python"):
        return sys.executable
    for candidate in ("python3", "python"):
        path = Path(sys.prefix) / "bin" / candidate
        if path.exists():
            return str(path)
    raise OSError("no Python interpreter found")


def _failed(finding: Finding, digest: str, schema: Mapping[str, Any]) -> Report:
    return Report(
        valid=False,
        rows=0,
        sha256=digest,
        schema_sha256=schema_sha256(schema),
        engine="lppd",
        findings=(finding,),
        counts={finding.code: 1},
    )
