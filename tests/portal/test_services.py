"""Services that fail: afterwards a legal state, the same bytes, and a clean self-check."""

from __future__ import annotations

import errno
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.lib import redis as ckan_redis
from ckan.plugins import toolkit

from ckanext.lppd.release.selfcheck import CHECKS, run_selfcheck
from ckanext.lppd.release.storage import sha256_of_file, stored_path
from tests.portal import interrupted
from tests.portal.conftest import Chain
from tests.portal.services import Redis, own_postgres, own_redis
from tests.portal.test_revision import public, revised_csv

pytestmark = pytest.mark.usefixtures("clean_index")
PROGRAM = Path(interrupted.__file__)


def clean() -> bool:
    """Tell whether the self-check passes."""
    model.Session.rollback()
    return {result.name: result.ok for result in run_selfcheck()} == dict.fromkeys(CHECKS, True)


def program(ini: str, *arguments: str, **services: str) -> subprocess.CompletedProcess[str]:
    """Run the other process on other services."""
    model.Session.rollback()
    model.Session.remove()
    return subprocess.run(
        [sys.executable, str(PROGRAM), ini, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **services},
    )


# ---------------------------------------------------------------- Redis


@pytest.fixture
def queue(ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """Give the portal a Redis of the test's own."""
    with own_redis() as server:
        monkeypatch.setitem(ckan_config, "ckan.redis.url", server.url)
        monkeypatch.setattr(ckan_redis, "_connection_pool", None)
        monkeypatch.setattr(jobs, "_queues", {})
        yield server


def test_redis_down(
    chain: Chain, queue: Redis, web: Any, ckan_config: Any, monkeypatch: Any
) -> None:
    """Reading and publishing go on; what needed a worker says so and is done later."""
    approved = chain.approved()
    queue.kill()
    published = chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert published["state"] == "terpublikasi"
    name = published["dataset_name"]
    assert web.get(f"/indikator-lppd/{name}").status_code == 200
    assert chain.city.call("anonim", "package_search", q="*:*")["count"] == 1
    assert clean()
    withdrawn = chain.act("tarik_publikasi", "walidata", reason="angka keliru")
    assert withdrawn["state"] == "draf"
    # too large to be checked at once: kept, and not counted as checked
    monkeypatch.setitem(ckan_config, "ckanext.lppd.inline_check_max_bytes", 1)
    waiting = chain.upload(revised_csv())
    assert waiting["capaian"]["verdict"] is None
    with pytest.raises(toolkit.ValidationError) as refusal:
        chain.act("ajukan", "produsen")
    assert "belum diperiksa" in str(refusal.value.error_dict)
    queue.start()
    chain.act("periksa", "produsen")
    run_worker(ckan_config, queue)
    assert chain.act("ajukan", "produsen")["state"] == "menunggu_walidata"
    assert clean()


def run_worker(config: Any, queue: Redis) -> None:
    """Let a real worker empty the queue."""
    model.Session.rollback()
    model.Session.remove()
    done = subprocess.run(
        [
            Path(sys.executable).with_name("ckan"),
            "-c",
            config["__file__"],
            "jobs",
            "worker",
            "--burst",
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=services_of(config, queue),
    )
    assert done.returncode == 0, done.stderr[-2000:]


def services_of(config: Any, queue: Redis) -> dict[str, str]:
    """Return the environment of a process beside this one."""
    storage = str(config["ckan.storage_path"])
    return {**os.environ, "CKAN_REDIS_URL": queue.url, "CKAN_STORAGE_PATH": storage}


def test_a_worker_killed_in_the_middle_of_a_check(
    chain: Chain, queue: Redis, ckan_config: Any, monkeypatch: Any
) -> None:
    """The file stays unchecked, what was published stays, and the check can be asked for again."""
    chain.published()
    before = public(chain)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    monkeypatch.setitem(ckan_config, "ckanext.lppd.inline_check_max_bytes", 1)
    copy.upload(revised_csv())
    services = services_of(ckan_config, queue)
    killed = program(
        ckan_config["__file__"],
        "worker",
        CKAN_REDIS_URL=services["CKAN_REDIS_URL"],
        CKAN_STORAGE_PATH=services["CKAN_STORAGE_PATH"],
    )
    assert killed.returncode == -9, killed.stderr[-2000:]
    assert copy.show("produsen")["capaian"]["verdict"] is None
    with pytest.raises(toolkit.ValidationError) as refusal:
        copy.act("ajukan", "produsen")
    assert "Pilih Periksa lagi" in str(refusal.value.error_dict)
    assert public(chain) == before
    assert clean()
    copy.act("periksa", "produsen")
    run_worker(ckan_config, queue)
    assert copy.act("ajukan", "produsen")["state"] == "menunggu_walidata"
    assert public(chain) == before
    assert clean()


# ---------------------------------------------------------------- PostgreSQL


def test_the_database_restarts(chain: Chain, storage: Path, ckan_config: Any) -> None:
    """At every step: it was published or it was not, it says so, and the next try works."""
    approved = chain.approved()
    user = chain.city.users["walidata"]
    model.Session.rollback()
    source = str(ckan_config["sqlalchemy.url"])
    with own_postgres(source) as server:
        for step in interrupted.STEPS:
            server.run(
                *("psql", "-q", "-X", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres"),
                *("-d", "postgres", "-c", "DROP DATABASE IF EXISTS salinan WITH (FORCE)"),
                *("-c", "CREATE DATABASE salinan"),
            )
            server.fill(source)
            done = program(
                *(ckan_config["__file__"], "publish", chain.id, user, approved["manifest"], step),
                *server.restart_command(),
                CKAN_SQLALCHEMY_URL=server.url,
                CKAN_STORAGE_PATH=str(storage),
            )
            lines = [line for line in done.stdout.splitlines() if line.startswith("TOLD ")]
            assert lines, (step, done.stderr[-3000:])
            told = json.loads(lines[0][5:])
            assert told["second"] == "terpublikasi", (step, told)
            assert told["flaws"] == [], (step, told)
            if step != "between requests":
                said = told["first"]
                assert said == "terpublikasi" or "tidak dapat dihubungi" in said, (step, told)
            else:
                assert told["first"] == "terpublikasi"
    resource_id, sha256 = approved["capaian"]["resource_id"], approved["capaian"]["sha256"]
    assert sha256_of_file(stored_path(resource_id, sha256)) == sha256


# ---------------------------------------------------------------- disk


@contextmanager
def full_disk(folder: Path, size: int) -> Iterator[str]:
    """Leave no room for `size` bytes: a small tmpfs where it may be mounted, else a file limit."""
    mounted = folder / "lppd"
    mounted.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(mounted)]
    if (
        os.geteuid() == 0
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    ):
        try:
            yield os.strerror(errno.ENOSPC)
        finally:
            subprocess.run(["umount", str(mounted)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, hard))
    try:
        yield os.strerror(errno.EFBIG)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_disk_is_full(chain: Chain, storage: Path) -> None:
    """The upload is refused in words, the older file stays, and the next upload works."""
    first = chain.upload()
    content = revised_csv() + b"# " + b"x" * 64_000 + b"\n"
    files = sorted(storage.rglob("*"))
    with full_disk(storage, len(content)):
        with pytest.raises(toolkit.ValidationError) as refusal:
            chain.upload(content)
        model.Session.rollback()
    assert "penyimpanan penuh" in str(refusal.value.error_dict)
    assert sorted(storage.rglob("*")) == files
    now = chain.show("produsen")["capaian"]
    assert (now["sha256"], now["verdict"]["valid"]) == (first["capaian"]["sha256"], True)
    assert clean()
    assert chain.upload(revised_csv())["capaian"]["sha256"] != now["sha256"]


def test_the_disk_is_full_while_a_revision_is_worked_on(chain: Chain, storage: Path) -> None:
    chain.published()
    before = public(chain)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    with full_disk(storage, 64_000):
        with pytest.raises(toolkit.ValidationError):
            copy.upload(revised_csv() + b"x" * 64_000)
        model.Session.rollback()
    assert public(chain) == before
    assert sha256_of_file(stored_path(before["resource"], before["sha256"])) == before["sha256"]
    assert clean()
