"""Run as a program: a portal whose database restarts, or a worker that is killed at its work.

python interrupted.py INI publish ISIAN USER MANIFEST STEP RESTART-COMMAND...
python interrupted.py INI worker
The addresses of the services come by CKAN's own environment variables.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import Any

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import jobs
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.release import evidence, publish
from ckanext.lppd.release.selfcheck import run_selfcheck
from ckanext.lppd.workflow import service

STEPS = {
    "between requests": None,
    "before the release": ("add_release", "before"),
    "after the release": ("add_release", "after"),
    "before the public row": ("make_public", "before"),
    "after the commit": ("make_public", "after"),
}


def publishing(isian_id: str, user: str, manifest: str, step: str, restart: list[str]) -> None:
    """Publish while the database restarts, then again; print what was seen."""
    told: dict[str, Any] = {}

    def restarted() -> None:
        subprocess.run(restart, check=True, cwd="/", timeout=120, stdout=subprocess.DEVNULL)

    def act() -> str:
        person = model.User.get(user)
        actor = service.Actor(person.id, person.name)
        return str(
            service.perform(isian_id, "terbitkan", actor, service.Request(manifest=manifest)).state
        )

    where = STEPS[step]
    if where is None:
        model.Session.execute(text("SELECT 1"))
        model.Session.remove()
        restarted()
    else:
        name, when = where
        original = getattr(publish, name)

        def interrupted(*args: Any, **kwargs: Any) -> Any:
            setattr(publish, name, original)
            if when == "before":
                restarted()
            result = original(*args, **kwargs)
            if when == "after":
                restarted()
            return result

        setattr(publish, name, interrupted)
    try:
        told["first"] = act()
    except toolkit.ValidationError as refusal:
        told["first"] = str(refusal.error_dict)
    model.Session.remove()
    told["second"] = act()
    told["flaws"] = [result.name for result in run_selfcheck() if not result.ok]
    print("TOLD " + json.dumps(told))


def working() -> None:
    """Take a job and be killed, worker and child, in the middle of it."""

    def die(*args: Any, **kwargs: Any) -> None:
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)

    evidence.run_check = die
    jobs.Worker().work(burst=True)


def main() -> None:
    """Make the portal and do what was asked."""
    ini, act, *arguments = sys.argv[1:]
    app = make_app(CKANConfigLoader(ini).get_config())
    flask_app = getattr(app, "_wsgi_app", app)
    with flask_app.test_request_context():
        if act == "worker":
            working()
        else:
            isian_id, user, manifest, step, *restart = arguments
            publishing(isian_id, user, manifest, step, restart)


if __name__ == "__main__":
    main()
