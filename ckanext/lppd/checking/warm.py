"""The caller's side of the warm server: start it when first needed, hand it checks, replace it.

One server belongs to one calling process: it is started by the first check and ends with the
process, however that ends, because the socket between them closes. A process that was forked from
one with a server forgets it and starts its own. When the code on the disk has changed, a new server
is started, so that a check runs the code that a fresh child would run. Where no server can be had
the answer is None, and the caller starts a fresh child.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MESSAGE = 64 * 1024
START_SECONDS = 15.0
"""Until a server has loaded the engine and started the child; a busy machine takes seconds."""
GRACE_SECONDS = 5.0
"""After the time of a check is over, until the server must have said so."""
PAUSE_SECONDS = 30.0
"""After a server that did not start, until another one is tried."""
_SERVER = Path(__file__).with_name("sandbox_server.py")
FENCES = Path(__file__).with_name("sandbox_child.py")
_FAULTS = (OSError, ValueError, KeyError, TypeError, subprocess.SubprocessError)


@dataclass(frozen=True)
class Setting:
    """What a server is started with; another setting needs another server."""

    python: str
    child: str
    search: tuple[str, ...]
    portions: tuple[str, ...]
    library_path: str | None


@dataclass(frozen=True)
class Ended:
    """How a child ended: as `subprocess` says it; `late` when its time was over."""

    status: int
    late: bool


class _Server:
    """One running server and the socket to it."""

    def __init__(self, setting: Setting, stamp: object) -> None:
        self.setting = setting
        self.stamp = stamp
        self.answered = False
        self.control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": tempfile.gettempdir()}
        if setting.library_path is not None:
            environment["LD_LIBRARY_PATH"] = setting.library_path
        try:
            with other:
                self.process = subprocess.Popen(
                    [setting.python, "-I", "-S", "-B", str(_SERVER), str(other.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=environment,
                    close_fds=True,
                    pass_fds=(other.fileno(),),
                    start_new_session=True,
                )
            self.control.settimeout(GRACE_SECONDS)
            self.send(
                {
                    "fences": str(FENCES),
                    "child": setting.child,
                    "search": setting.search,
                    "portions": setting.portions,
                }
            )
        except (OSError, subprocess.SubprocessError):
            self.control.close()
            raise

    def send(self, words: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send one message; raises OSError when the server is gone."""
        data = json.dumps(words).encode("ascii")
        socket.send_fds(self.control, [data], list(descriptors))

    def retire(self, *, kill: bool) -> None:
        """Let the server end: at once, or when the checks it has are done."""
        self.control.close()
        if kill:
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE_SECONDS)


class WarmServers:
    """Keeps the server of this process; all methods may be called from several threads."""

    def __init__(self) -> None:
        """Begin without a server."""
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._retired: list[_Server] = []
        self._callers: set[socket.socket] = set()
        self._not_before = 0.0

    def forget(self) -> None:
        """Drop what belongs to the process that this one was forked from."""
        servers = [self._server] if self._server else []
        for server in servers + self._retired:
            server.control.close()
            # not a child of this process, so nothing to wait for
            server.process.returncode = 0
        for caller in self._callers:
            caller.close()
        self.__init__()  # type: ignore[misc]

    def run(
        self,
        setting: Setting,
        *,
        folder: Path,
        job: Path,
        environment: Mapping[str, str],
        seconds: float,
    ) -> Ended | None:
        """Run the child's script over `job` in a forked child; None when there is no server.

        The child works in `folder` with this environment and is killed after `seconds`.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._callers.add(ours)
        words = {
            "folder": str(folder),
            "job": str(job),
            "environment": dict(environment),
            "seconds": seconds,
        }
        try:
            with ours:
                with theirs:
                    server = self._hand_over(setting, words, theirs)
                return None if server is None else self._listen(ours, server, seconds)
        finally:
            self._callers.discard(ours)

    @property
    def pid(self) -> int | None:
        """The process id of the server, None when there is none."""
        return self._server.process.pid if self._server else None

    def _hand_over(
        self, setting: Setting, words: Mapping[str, Any], theirs: socket.socket
    ) -> _Server | None:
        """Send a check to a server that fits; a second one is tried when the first is gone."""
        with self._lock:
            for _ in range(2):
                try:
                    server = self._fitting(setting)
                    if server is None:
                        return None
                    server.send(words, (theirs.fileno(),))
                    return server
                except _FAULTS:
                    self._drop(kill=True)
        return None

    def _fitting(self, setting: Setting) -> _Server | None:
        """Return the running server, or a new one where it is gone or no longer fits."""
        self._retired = [one for one in self._retired if one.process.poll() is None]
        server = self._server
        stamp = _stamp(setting)
        if server is not None:
            if server.process.poll() is not None:
                self._drop(kill=True)
            elif server.setting == setting and server.stamp == stamp:
                return server
            else:
                self._drop(kill=False)
        elif time.monotonic() < self._not_before:
            return None
        self._server = _Server(setting, stamp)
        return self._server

    def _drop(self, *, kill: bool) -> None:
        if self._server is not None:
            self._server.retire(kill=kill)
            if not kill:
                self._retired.append(self._server)
            self._server = None

    def _listen(self, ours: socket.socket, server: _Server, seconds: float) -> Ended | None:
        """Wait for the two words of the server; a server that goes silent is replaced."""
        pid: int | None = None
        try:
            ours.settimeout(START_SECONDS)
            pid = int(_word(ours)["pid"])
            server.answered = True
            ours.settimeout(seconds + GRACE_SECONDS)
            end = _word(ours)
            return Ended(int(end["status"]), end["late"] is True)
        except _FAULTS as fault:
            if pid is not None:
                # the server killed the child or died with it; what the child started may be left
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
            silent = isinstance(fault, TimeoutError)
            with self._lock:
                if self._server is server:
                    self._drop(kill=True)
                    if not server.answered:
                        self._not_before = time.monotonic() + PAUSE_SECONDS
            # a check that had all its time and more is not given it again
            return Ended(-signal.SIGKILL, True) if silent and pid is not None else None


def _word(ours: socket.socket) -> dict[str, Any]:
    data = ours.recv(MESSAGE)
    if not data:
        raise ConnectionResetError("the server is gone")
    words = json.loads(data)
    if not isinstance(words, dict):
        raise ValueError("not a message of the server")
    return words


def _stamp(setting: Setting) -> object:
    """Tell one state of the code on the disk from another: sizes and times of its files."""
    package = Path(__file__).resolve().parents[1]
    engine = importlib.util.find_spec("frictionless")
    files = [Path(setting.child)]
    if engine is not None and engine.origin:
        files.append(Path(engine.origin))
    for part in ("checking", "katalog", "numbers"):
        files.extend(sorted((package / part).glob("*.py")))
    return tuple((str(path), *_state(path)) for path in files)


def _state(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


SERVERS = WarmServers()
os.register_at_fork(after_in_child=SERVERS.forget)
