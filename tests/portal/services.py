"""PostgreSQL and Redis of a test's own, which it may kill; never the shared ones."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

DEADLINE = 60


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redis:
    """A Redis server without a file of its own: what it held is lost with it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""],
            stdout=subprocess.DEVNULL,
        )
        client = redis.Redis(host="127.0.0.1", port=self.port)
        deadline = time.monotonic() + DEADLINE
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def kill(self) -> None:
        """Kill it as by `kill -9`."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(DEADLINE)
            self.process = None


@contextmanager
def own_redis() -> Iterator[Redis]:
    """Give a running Redis."""
    server = Redis()
    server.start()
    try:
        yield server
    finally:
        server.kill()


class Postgres:
    """A cluster of the test's own, filled from the portal's database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self.bin = (found[-1] if found else Path(shutil.which("initdb") or "initdb")).parent
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/salinan"

    def run(self, program: str, *arguments: str, **more: object) -> None:
        """Run a program of PostgreSQL under the account that may run a server."""
        command = [str(self.bin / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, cwd="/", timeout=DEADLINE * 2, **more)  # type: ignore[call-overload]

    def control(self, act: str) -> list[str]:
        """Return the arguments of `pg_ctl` that start, stop or restart it at once."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        mode = [] if act == "start" else ["-m", "immediate"]
        return [
            *("-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-s"),
            *mode,
            *("-o", options, act),
        ]

    def restart_command(self) -> list[str]:
        """Return the whole command that restarts it as after a crash."""
        command = [str(self.bin / "pg_ctl"), *self.control("restart")]
        return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command

    def fill(self, source: str) -> None:
        """Copy a database into it."""
        dump = subprocess.run(
            [str(self.bin / "pg_dump"), "--no-owner", "--no-privileges", source],
            check=True,
            capture_output=True,
            timeout=DEADLINE * 2,
        )
        psql = [str(self.bin / "psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", self.url]
        subprocess.run(
            psql, input=dump.stdout, check=True, timeout=DEADLINE * 2, capture_output=True
        )


@contextmanager
def own_postgres(source: str) -> Iterator[Postgres]:
    """Give a running cluster with a copy of this database."""
    folder = Path(tempfile.mkdtemp(prefix="lppd-pg-", dir="/var/tmp"))
    server = Postgres(folder)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        trust = ("-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-N")
        server.run("initdb", "-D", str(folder / "data"), *trust, **quiet)
        server.run("pg_ctl", *server.control("start"), **quiet)
        server.run(
            "createdb", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "salinan"
        )
        server.fill(source)
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.run("pg_ctl", *server.control("stop"))
        shutil.rmtree(folder)
