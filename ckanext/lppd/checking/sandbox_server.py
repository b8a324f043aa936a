"""The warm server of `check_in_sandbox`: loads the engine once, forks a child for every check.

Run as a file, isolated, with the number of an inherited socket as its only argument. The first
message on that socket says what to load; every later one is a check and brings a socket of its own.
On it the server says that the child has started (its process id), and then how it ended.

It opens no file of anybody, never checks one itself and keeps nothing from one check to the next.
It ends when its caller is gone (the socket closes) or has not asked for long, and kills a check
whose caller is gone. A child lives no longer than the server.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, NoReturn

MESSAGE = 64 * 1024
AT_ONCE = 8
IDLE_SECONDS = 900.0
_PR_SET_PDEATHSIG = 1
_HIGHEST_DESCRIPTOR = 4096


@dataclass
class _Check:
    """A child at work: where its caller listens, and until when it may run."""

    pid: int
    caller: socket.socket
    deadline: float
    late: bool = False


class Server:
    """Takes checks from one socket; see the module."""

    def __init__(self, control: socket.socket, child: str) -> None:
        """Take the socket of the caller and the path of the script that every child runs."""
        self._control: socket.socket | None = control
        self._child = child
        self._code: CodeType = compile(Path(child).read_bytes(), child, "exec")
        self._checks: dict[int, _Check] = {}
        self._libc = ctypes.CDLL(None)
        self._wake, wake = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def serve(self) -> None:
        """Work until the caller is gone and nothing is left to do, or nothing came for long."""
        last = time.monotonic()
        while self._control is not None or self._checks:
            ready = self._wait(last)
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
            self._reap()
            self._kill_where_due(ready)
            if self._control is not None and self._control.fileno() in ready:
                self._take()
            if self._checks:
                last = time.monotonic()
            elif time.monotonic() - last >= IDLE_SECONDS:
                return

    def _wait(self, last: float) -> set[int]:
        """Sleep until something happens or is due; return the descriptors that are ready."""
        watched = [self._wake, *(check.caller.fileno() for check in self._checks.values())]
        if self._control is not None and len(self._checks) < AT_ONCE:
            watched.append(self._control.fileno())
        due = min((c.deadline for c in self._checks.values()), default=last + IDLE_SECONDS)
        return set(select.select(watched, [], [], max(0.0, due - time.monotonic()))[0])

    def _take(self) -> None:
        """Read one message: a check to start, or the end of the caller."""
        assert self._control is not None
        message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 1)
        if not message:
            self._control.close()
            self._control = None
            return
        caller = socket.socket(fileno=descriptors[0])
        job = json.loads(message)
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_child(job, server)
        check = _Check(pid, caller, time.monotonic() + float(job["seconds"]))
        self._checks[pid] = check
        self._tell(check, {"pid": pid})

    def _become_child(self, job: dict[str, Any], server: int) -> NoReturn:
        """Leave everything of the server behind and run the child's script as a fresh one would."""
        status = 1
        try:
            self._libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != server:
                os._exit(1)
            os.setsid()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.closerange(3, _HIGHEST_DESCRIPTOR)
            os.chdir(job["folder"])
            os.environ.clear()
            os.environ.update(job["environment"])
            tempfile.tempdir = None
            sys.argv = [self._child, job["job"]]
            exec(self._code, {"__name__": "__main__", "__file__": self._child})
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        finally:
            # never back into the server's loop, whatever came up
            os._exit(status)

    def _reap(self) -> None:
        """Report the children that ended and end what they left."""
        for pid, check in list(self._checks.items()):
            ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                continue
            # before the child is reaped, so that its number cannot be another's by now
            self._kill(pid)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            del self._checks[pid]
            self._tell(check, {"status": status, "late": check.late})
            check.caller.close()

    def _kill_where_due(self, ready: set[int]) -> None:
        """Kill the groups that ran too long, and those for which nobody waits any more."""
        now = time.monotonic()
        for check in self._checks.values():
            # a caller says nothing more: what can be read is that it is gone
            if check.deadline <= now or check.caller.fileno() in ready:
                check.late = True
                check.deadline = now + 1.0
                self._kill(check.pid)

    @staticmethod
    def _kill(pid: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    @staticmethod
    def _tell(check: _Check, words: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            check.caller.send(json.dumps(words).encode("ascii"), socket.MSG_DONTWAIT)


def warm_up(folder: Path) -> None:
    """Load the engine and let it judge a table, so that what it loads late is there as well.

    polars stays out: loading it starts threads, and children forked after its use hang.
    """
    from ckanext.lppd.checking import check

    number = {"name": "a", "type": "number", "decimalChar": ",", "constraints": {"minimum": 0}}
    schema = {"fields": [number, {"name": "b", "type": "string"}], "primaryKey": ["b"]}
    path = folder / "contoh.csv"
    path.write_text('a,b\n"1,5",x\n', encoding="utf-8")
    if not check(path, format="csv", schema=schema).valid:
        raise RuntimeError("the engine refuses a good table")


def main(descriptor: int) -> int:
    """Serve the socket with this number until its other end closes."""
    os.umask(0o077)
    control = socket.socket(fileno=descriptor)
    message = control.recv(MESSAGE)
    if not message:
        return 0
    job = json.loads(message)
    runpy.run_path(job["fences"], run_name="fences")["find_packages"](
        job["search"], job["portions"]
    )
    with tempfile.TemporaryDirectory(prefix="lppd-hangat-") as folder:
        warm_up(Path(folder))
    # what is loaded now is never collected: a child that only reads it need not copy it
    gc.collect()
    gc.freeze()
    Server(control, job["child"]).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
