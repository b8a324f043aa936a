"""The warm server: the same answers as a fresh child, and it may die at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import Report, check_in_sandbox, sandbox, sandbox_server, warm


@pytest.fixture(autouse=True)
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[warm.WarmServers]:
    """Servers of this test alone; nothing of them may be left after it."""
    own = warm.WarmServers()
    monkeypatch.setattr(sandbox, "SERVERS", own)
    yield own
    process = own._server.process if own._server else None
    own._drop(kill=True)
    assert process is None or process.returncode is not None


def run(bench: Any, data: bytes | None = None, format: str = "csv", **limits: Any) -> Report:
    data = (bench.head + bench.good).encode() if data is None else data
    bounded = replace(bench.limits, **limits)
    return check_in_sandbox(bench.file(data), format=format, schema=bench.schema, limits=bounded)


def alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def soon(condition: Callable[[], bool], seconds: float = 8.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Use another child: a script that may do what a captured one would."""

    def use(code: str) -> None:
        path = tmp_path / "anak.py"
        lead = "import json, os, sys, time\njob = json.load(open(sys.argv[1]))\n"
        path.write_text(lead + textwrap.dedent(code))
        monkeypatch.setattr(sandbox, "_CHILD", path)

    return use


def test_same_reports_as_a_fresh_child(
    bench: Any, servers: warm.WarmServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = (bench.head + bench.good).encode()
    sample = [
        (good, "csv"),
        (good.replace(b"12345", b"12.345"), "csv"),
        (good.replace(b"12.71", b"99.99"), "csv"),
        (good.replace(b",", b";"), "csv"),
        (good.decode().encode("utf-16"), "csv"),
        (b"\x00\x01", "csv"),
        (b"%PDF-1.7", "xlsx"),
        (bench.plain_workbook(), "xlsx"),
        (bench.plain_workbook()[:-40], "xlsx"),
    ]
    warmly = [run(bench, data, format) for data, format in sample]
    assert servers.pid is not None
    monkeypatch.setattr(servers, "run", lambda *args, **kwargs: None)
    assert [run(bench, data, format) for data, format in sample] == warmly
    assert [report.valid for report in warmly].count(True) >= 3


def test_one_server_for_many_checks_and_it_is_quick(bench: Any, servers: Any) -> None:
    assert run(bench).valid
    pid = servers.pid
    times = []
    for _ in range(5):
        started = time.monotonic()
        assert run(bench).valid
        times.append(time.monotonic() - started)
    assert servers.pid == pid
    # a fresh child takes ten times as long as this does on an idle machine
    assert min(times) < 0.3


def test_nothing_is_kept_from_one_check_to_the_next(bench: Any, script: Any, servers: Any) -> None:
    script("""
        import builtins
        assert not hasattr(builtins, "tanda")
        builtins.tanda = os.environ["TANDA"] = job["search"]
        sys.exit(0 if len(os.listdir(".")) == 2 else 1)
    """)
    for _ in range(2):
        # the child ends well and leaves no report
        assert list(run(bench).counts) == ["berkas_tidak_terbaca"]
    assert servers.pid is not None


def test_kill_between_checks(bench: Any, servers: Any) -> None:
    assert run(bench).valid
    first = servers.pid
    os.kill(first, signal.SIGKILL)
    assert run(bench).valid
    assert soon(lambda: run(bench).valid and servers.pid not in (None, first))


@pytest.mark.parametrize("victim", ["server", "child"])
def test_kill_during_a_check(
    bench: Any, script: Any, servers: Any, tmp_path: Path, victim: str
) -> None:
    """A check whose server dies is done again by a fresh child; a killed child is a limit hit."""
    report = run(bench).to_dict()
    notes = tmp_path / "pid"
    notes.mkdir()
    script(f"""
        again = len(os.listdir({str(notes)!r})) > 1
        open({str(notes)!r} + "/%d" % os.getpid(), "w").close()
        if os.fork() == 0:
            open({str(notes)!r} + "/%d" % os.getpid(), "w").close()
            time.sleep(60)
        if not again:
            time.sleep(60)
        open(job["result"], "w").write({json.dumps(report)!r})
    """)
    found: list[Report] = []
    thread = threading.Thread(target=lambda: found.append(run(bench, wall_seconds=30.0)))
    thread.start()
    assert soon(lambda: len(os.listdir(notes)) == 2)
    child, grandchild = sorted(int(name) for name in os.listdir(notes))
    os.kill(servers.pid if victim == "server" else child, signal.SIGKILL)
    thread.join(15)
    assert not thread.is_alive()
    assert found[0].valid if victim == "server" else list(found[0].counts) == ["waktu_habis"]
    assert soon(lambda: not alive(child) and not alive(grandchild))


def test_a_server_that_says_nothing(
    bench: Any, servers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late or broken at its start: fresh children, and no new try for a while."""
    for code in ("import time\ntime.sleep(60)", "raise SystemExit(3)", "print('x')"):
        broken = tmp_path / "server.py"
        broken.write_text(code)
        monkeypatch.setattr(warm, "_SERVER", broken)
        monkeypatch.setattr(warm, "START_SECONDS", 0.3)
        monkeypatch.setattr(servers, "_not_before", 0.0)
        assert run(bench).valid
        assert servers.pid is None
        started = time.monotonic()
        assert servers._not_before > started
        assert run(bench).valid and servers.pid is None


def test_a_server_that_goes_silent_during_a_check(
    bench: Any, script: Any, servers: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("time.sleep(60)")
    monkeypatch.setattr(warm, "GRACE_SECONDS", 0.5)
    found: list[Report] = []
    thread = threading.Thread(target=lambda: found.append(run(bench, wall_seconds=2.0)))
    thread.start()
    assert soon(lambda: servers._server is not None and servers._server.answered)
    pid = servers.pid
    os.kill(pid, signal.SIGSTOP)
    thread.join(10)
    assert not thread.is_alive() and not found[0].valid
    assert soon(lambda: not alive(pid))


PARENT = """
import json, sys, threading, time
import ckanext
ckanext.__path__[:] = {paths}
from pathlib import Path
from ckanext.lppd.checking import check_in_sandbox, sandbox
sandbox._CHILD = Path({child!r})
def work():
    check_in_sandbox(Path({file!r}), format="csv", schema={{"fields": [{{"name": "a"}}]}})
threading.Thread(target=work, daemon=True).start()
while sandbox.SERVERS.pid is None:
    time.sleep(0.01)
print(sandbox.SERVERS.pid, flush=True)
time.sleep(60)
"""


def test_kill_of_the_caller_leaves_no_process(bench: Any, tmp_path: Path) -> None:
    import ckanext

    note = tmp_path / "pid"
    child = tmp_path / "anak.py"
    child.write_text(
        "import os, time\nos.fork()\n"
        f"open({str(note)!r}, 'a').write('%d\\n' % os.getpid())\ntime.sleep(60)\n"
    )
    code = PARENT.format(
        paths=json.dumps(list(ckanext.__path__)), child=str(child), file=str(bench.file(b"a\n1\n"))
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        assert soon(lambda: note.exists() and note.read_text().count("\n") == 2)
        pids = [server, *(int(line) for line in note.read_text().split())]
        assert all(map(alive, pids))
        parent.kill()
    assert soon(lambda: not any(map(alive, pids)))


def test_end_of_the_caller_ends_the_server(bench: Any) -> None:
    code = PARENT.format(
        paths=json.dumps(list(__import__("ckanext").__path__)),
        child=sandbox._CHILD.as_posix(),
        file=str(bench.file(b"a\n1\n")),
    ).replace("time.sleep(60)", "time.sleep(1)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    server = int(done.stdout)
    assert soon(lambda: not alive(server))


def test_a_forked_process_has_a_server_of_its_own(bench: Any, servers: Any) -> None:
    assert run(bench).valid
    server = servers._server
    descriptor = server.control.fileno()
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        # as the hook does for the one server of a process
        servers.forget()
        try:
            os.fstat(descriptor)
            closed = False
        except OSError:
            closed = True
        ok = closed and run(bench).valid and servers.pid != server.process.pid
        servers._drop(kill=True)
        os.write(writing, b"1" if ok else b"0")
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(reading, 1) == b"1"
    os.close(reading)
    os.close(writing)
    assert run(bench).valid and servers.pid == server.process.pid


def test_changed_code_gets_a_new_server(
    bench: Any, servers: Any, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    script("sys.exit(1)")
    run(bench)
    first = servers.pid
    run(bench)
    assert servers.pid == first
    script("sys.exit(1)  # lain")
    run(bench)
    assert servers.pid != first
    assert soon(lambda: not alive(first))


def test_many_at_once_are_bounded(
    bench: Any, script: Any, servers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = run(bench).to_dict()
    notes = tmp_path / "jalan"
    notes.mkdir()
    script(f"""
        mine = {str(notes)!r} + "/%d" % os.getpid()
        open(mine, "w").close()
        open({str(tmp_path)!r} + "/puncak", "a").write("%d\\n" % len(os.listdir({str(notes)!r})))
        time.sleep(0.2)
        os.unlink(mine)
        open(job["result"], "w").write({json.dumps(report)!r})
    """)
    run(bench)
    found: list[Report] = []
    threads = [threading.Thread(target=lambda: found.append(run(bench))) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 30 and all(report.valid for report in found)
    most = max(map(int, (tmp_path / "puncak").read_text().split()))
    assert 2 <= most <= sandbox._AT_ONCE
    monkeypatch.setattr(sandbox._PLACES, "free", threading.BoundedSemaphore(1))
    with sandbox._place(bench.limits):
        assert list(run(bench, wall_seconds=0.1).counts) == ["waktu_habis"]


def test_the_server_bounds_its_children_too(bench: Any, servers: Any, script: Any) -> None:
    """Even a caller that asks for everything at once gets a bounded number of children."""
    script("time.sleep(0.4)")
    run(bench)
    server = servers.pid
    assert server is not None
    setting = servers._server.setting
    folder = bench.folder
    (folder / "tugas.json").write_text("{}")

    def ask() -> None:
        job = folder / "tugas.json"
        servers.run(setting, folder=folder, job=job, environment={}, seconds=20.0)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    for thread in threads:
        thread.join(20)
    assert 1 <= len(children) <= sandbox_server.AT_ONCE


def test_the_server_sees_little(
    bench: Any, servers: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "rahasia")
    with (tmp_path / "terbuka").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        assert run(bench).valid
    place = Path(f"/proc/{servers.pid}")
    assert b"rahasia" not in (place / "environ").read_bytes()
    targets = [os.readlink(entry) for entry in (place / "fd").iterdir()]
    kinds = {target.partition(":")[0] for target in targets}
    # the socket of the check that just ended may still be closing
    assert kinds == {"/dev/null", "socket", "pipe"} and len(targets) <= 7
    assert os.getsid(servers.pid) == servers.pid
    # polars starts threads when it is used, and a child forked after that hangs
    assert len(list((place / "task").iterdir())) == 1


def test_an_idle_server_ends(tmp_path: Path) -> None:
    code = f"""
        import runpy, socket, time
        server = runpy.run_path({sandbox_server.__file__!r})["Server"]
        server.serve.__globals__["IDLE_SECONDS"] = 0.2
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        server(theirs, {sandbox_server.__file__!r}).serve()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=10)
