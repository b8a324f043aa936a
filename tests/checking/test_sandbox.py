"""The child process: same answer as inside, and nothing gets out of it or goes on after it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckanext.lppd.checking import check, check_in_sandbox, sandbox, sandbox_child

CHILD = Path(sandbox_child.__file__)


def run(bench: Any, data: bytes, format: str = "csv", **limits: Any) -> Any:
    bounded = replace(bench.limits, **limits)
    return check_in_sandbox(bench.file(data), format=format, schema=bench.schema, limits=bounded)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Use another child: a script that may do what a captured one would."""

    def use(code: str) -> None:
        path = tmp_path / "anak.py"
        path.write_text("import json, os, sys, time\njob = json.load(open(sys.argv[1]))\n")
        with path.open("a") as stream:
            stream.write(textwrap.dedent(code))
        monkeypatch.setattr(sandbox, "_CHILD", path)

    return use


def test_same_report_as_inside(bench: Any) -> None:
    good = (bench.head + bench.good).encode()
    bad = good.replace(b"12345", b"12.345")
    for data, format in ((good, "csv"), (bad, "csv"), (bench.plain_workbook(), "xlsx")):
        inside = check(bench.file(data), format=format, schema=bench.schema)
        assert run(bench, data, format) == inside
    assert inside.valid


def test_refused_before_the_child(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_CHILD", Path("/tiada"))
    bench.one(run(bench, b""), "berkas_nol_byte")
    bench.one(run(bench, b"x" * 100, max_bytes=50), "berkas_terlalu_besar")
    bench.one(run(bench, b"a"), "berkas_tidak_terbaca")


def test_cpu_limit(bench: Any) -> None:
    bench.schema["fields"][6]["constraints"] = {"pattern": "(a+)+"}
    data = (bench.head + bench.good.replace(",\n", f",{'a' * 60}!\n")).encode()
    started = time.monotonic()
    bench.one(run(bench, data, cpu_seconds=1), "waktu_habis")
    assert time.monotonic() - started < 6


def test_memory_limit(bench: Any) -> None:
    rows = "".join(f"1.a.1,2025,12.71,{n},20000,,catatan {n}\n" for n in range(150_000))
    report = run(bench, (bench.head + rows).encode(), memory=120 * 1024 * 1024)
    assert not report.valid and set(report.counts) <= {"waktu_habis", "berkas_tidak_terbaca"}


def test_wall_clock_ends_the_whole_group(bench: Any, script: Any, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script(f"""
        if os.fork() == 0:
            open({str(note)!r}, "w").write(str(os.getpid()))
        time.sleep(60)
    """)
    started = time.monotonic()
    bench.one(run(bench, b"a", wall_seconds=1.0), "waktu_habis")
    assert time.monotonic() - started < 5
    grandchild = int(note.read_text())
    for _ in range(50):
        status = Path(f"/proc/{grandchild}/stat")
        if not status.exists() or ") Z " in status.read_text():
            break
        time.sleep(0.05)
    else:
        pytest.fail("a process outlived its check")


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(1)",
        "sys.exit(0)",
        "os.abort()",
        "open(job['result'], 'w').write('{}')",
        "open(job['result'], 'w').write('[1, 2')",
        "os.symlink('/etc/hostname', job['result'])",
        "open(job['result'], 'w').write('[' * 1000000)",
    ],
)
def test_child_without_a_whole_report(bench: Any, script: Any, code: str) -> None:
    script(code)
    report = run(bench, b"a")
    assert not report.valid
    assert set(report.counts) <= {"berkas_tidak_terbaca", "waktu_habis"}


def test_report_of_another_file_or_schema(bench: Any, script: Any) -> None:
    good = check(
        bench.file((bench.head + bench.good).encode()), format="csv", schema=bench.schema
    ).to_dict()
    assert good["valid"]
    script(f"open(job['result'], 'w').write({json.dumps(good)!r})")
    bench.one(run(bench, b"a"), "berkas_tidak_terbaca")
    assert run(bench, (bench.head + bench.good).encode()).valid
    bench.schema["title"] = "lain"
    bench.one(run(bench, (bench.head + bench.good).encode()), "berkas_tidak_terbaca")


def test_valid_report_with_an_error_is_refused(bench: Any, script: Any) -> None:
    path = bench.file((bench.head + bench.good).encode())
    data = check(path, format="csv", schema=bench.schema).to_dict()
    bad = check(bench.file(b"x"), format="csv", schema=bench.schema).to_dict()
    data["findings"] = bad["findings"]
    script(f"open(job['result'], 'w').write({json.dumps(data)!r})")
    bench.one(run(bench, path.read_bytes()), "berkas_tidak_terbaca")


def test_report_that_is_too_large(bench: Any, script: Any) -> None:
    script("open(job['result'], 'w').write('x' * 5000)")
    bench.one(run(bench, b"a", max_result=1000), "berkas_tidak_terbaca")


def test_child_sees_little(
    bench: Any, script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "rahasia")
    note = tmp_path / "lihat.json"
    with (tmp_path / "terbuka").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        script(f"""
            seen = dict(env=dict(os.environ), cwd=os.getcwd(), fds=os.listdir("/proc/self/fd"),
                        mode=oct(os.stat(".").st_mode), sid=os.getsid(0), pid=os.getpid())
            json.dump(seen, open({str(note)!r}, "w"))
        """)
        run(bench, b"a")
    seen = json.loads(note.read_text())
    assert set(seen["env"]) <= {"PATH", "LANG", "TMPDIR", "HOME", "LC_CTYPE", "LD_LIBRARY_PATH"}
    assert seen["cwd"] == seen["env"]["TMPDIR"] and seen["mode"] == "0o40700"
    assert len(seen["fds"]) <= 4
    assert seen["sid"] == seen["pid"]


def test_network_is_cut() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.3)
    port = server.getsockname()[1]
    code = f"""
        import sys, runpy, _socket
        module = runpy.run_path({str(CHILD)!r})
        module["cut_network"]()
        import socket, urllib.request
        tried = 0
        for attempt in (
            lambda: socket.create_connection(("127.0.0.1", {port})),
            lambda: socket.socket().connect(("127.0.0.1", {port})),
            lambda: socket.getaddrinfo("localhost", 80),
            lambda: urllib.request.urlopen("http://127.0.0.1:{port}/"),
        ):
            try:
                attempt()
            except OSError:
                tried += 1
        sys.exit(0 if tried == 4 else 1)
    """
    done = subprocess.run([sys.executable, "-I", "-c", textwrap.dedent(code)], timeout=20)
    assert done.returncode == 0
    with pytest.raises(TimeoutError):
        server.accept()
    server.close()


def test_limits_of_the_kernel() -> None:
    code = f"""
        import resource, runpy
        from ckanext.lppd.checking import DEFAULT
        module = runpy.run_path({str(CHILD)!r})
        module["set_limits"](DEFAULT.to_dict())
        kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
        kinds += (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)
        print([resource.getrlimit(kind)[1] for kind in kinds])
    """
    import ckanext

    paths = json.dumps(list(ckanext.__path__))
    lead = f"import ckanext\nckanext.__path__[:] = {paths}\n"
    done = subprocess.run(
        [sys.executable, "-c", lead + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert json.loads(done.stdout) == [1024**3, 60, 256 * 1024**2, 64, 0]


def test_a_caller_does_not_load_the_engine() -> None:
    import ckanext

    paths = json.dumps(list(ckanext.__path__))
    code = f"""
import csv, sys
import ckanext
ckanext.__path__[:] = {paths}
before = csv.field_size_limit()
import ckanext.lppd.checking
heavy = {{"frictionless", "ckan", "polars", "openpyxl", "pandas"}} & set(sys.modules)
assert not heavy, heavy
assert csv.field_size_limit() == before
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_embedded_interpreter(monkeypatch: pytest.MonkeyPatch, bench: Any) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert run(bench, (bench.head + bench.good).encode()).valid
    monkeypatch.setattr(sys, "prefix", "/tiada")
    bench.one(run(bench, b"a"), "berkas_tidak_terbaca")
