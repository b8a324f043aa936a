"""A process killed midway leaves one of the two legal states, and the act can be repeated."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.cli.lppd import lppd
from ckanext.lppd.release import revision
from ckanext.lppd.release.selfcheck import CHECKS, run_selfcheck
from tests.portal import killed
from tests.portal.conftest import Chain
from tests.portal.test_revision import public, revised_csv

pytestmark = pytest.mark.usefixtures("clean_index")
PROGRAM = Path(killed.__file__)
PUBLISHING = (
    "before the release",
    "after the release",
    "before the public row",
    "at the index",
    "after the commit",
)
SWITCHING = (
    "before the switch",
    "at the bytes",
    "after the release",
    "at the index",
    "after the switch",
    "after the copy is gone",
)


def kill_at(step: str, chain: Chain, storage: Path, ini: str, manifest: str) -> None:
    """Let a process publish and kill it at this step."""
    user = chain.city.users["walidata"]
    model.Session.rollback()
    model.Session.remove()
    arguments = [ini, str(storage), chain.id, "terbitkan", user, manifest, step]
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]


def flaws() -> list[str]:
    """Return what the self-check finds, but for what `bersihkan` is there for."""
    failed = [result.name for result in run_selfcheck() if not result.ok]
    return [name for name in failed if name != "Salinan revisi"]


def is_public(chain: Chain) -> bool:
    """Tell whether anybody reads the dataset."""
    model.Session.rollback()
    try:
        public(chain)
    except (toolkit.NotAuthorized, toolkit.ObjectNotFound):
        model.Session.rollback()
        return False
    return True


@pytest.mark.parametrize("step", PUBLISHING)
def test_killed_while_publishing(chain: Chain, storage: Path, ckan_config: Any, step: str) -> None:
    approved = chain.approved()
    kill_at(step, chain, storage, ckan_config["__file__"], approved["manifest"])
    state = chain.show()["state"]
    assert is_public(chain) == (state == "terpublikasi")
    assert flaws() == []
    published = chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    assert (published["state"], published["release"]["version"]) == ("terpublikasi", 1)
    assert public(chain)["sha256"] == approved["capaian"]["sha256"]


@pytest.mark.parametrize("step", SWITCHING)
def test_killed_while_switching_to_a_revision(
    chain: Chain, storage: Path, ckan_config: Any, cli: Any, step: str
) -> None:
    chain.published()
    before = public(chain)
    copy = Chain(chain.city, chain.act("revisi_mulai", "produsen", note="angka baru")["id"])
    copy.upload(revised_csv())
    copy.act("ajukan", "produsen")
    approved = copy.act("setujui", "walidata", manifest=copy.show()["manifest"])
    kill_at(step, copy, storage, ckan_config["__file__"], approved["manifest"])
    now = public(chain)
    assert now["sha256"] in (before["sha256"], approved["capaian"]["sha256"])
    assert now["capaian"] == (["70"] if now["sha256"] != before["sha256"] else before["capaian"])
    assert flaws() == []
    if now["sha256"] == before["sha256"]:
        copy.act("terbitkan", "walidata", manifest=approved["manifest"])
    else:
        assert cli.invoke(lppd, ["bersihkan"]).exit_code == 0
    assert public(chain)["capaian"] == ["70"]
    assert revision.orphans() == []
    assert {result.name: result.ok for result in run_selfcheck()} == dict.fromkeys(CHECKS, True)
