"""Run as a program: do one act and be killed at one step of it, as by `kill -9`.

python killed.py INI STORAGE ISIAN ACT USER MANIFEST STEP
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib.search.index import PackageSearchIndex

from ckanext.lppd.release import publish, revision
from ckanext.lppd.workflow import service

# step -> the function at whose beginning (or end, with "after") the process dies
STEPS = {
    "before the release": (publish, "add_release", "before"),
    "after the release": (publish, "add_release", "after"),
    "before the public row": (publish, "make_public", "before"),
    "at the index": (PackageSearchIndex, "update_dict", "before"),
    "after the commit": (publish, "make_public", "after"),
    "before the switch": (revision, "switch", "before"),
    "at the bytes": (revision, "_link_bytes", "after"),
    "after the switch": (revision, "switch", "after"),
    "after the copy is gone": (revision, "purge_copy", "after"),
}


def die(*args: Any, **kwargs: Any) -> None:
    """Leave without a word, a rollback or a flush."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Patch the step, do the act."""
    ini, storage, isian_id, act, user_name, manifest, step = sys.argv[1:]
    config = CKANConfigLoader(ini).get_config()
    config["ckan.storage_path"] = storage
    config["ckan.files.default_storages.resource"] = "tidak-ada"
    app = make_app(config)
    owner, name, when = STEPS[step]
    original = getattr(owner, name)

    def deadly(*args: Any, **kwargs: Any) -> None:
        if when == "after":
            original(*args, **kwargs)
        die()

    flask_app = getattr(app, "_wsgi_app", app)
    with flask_app.test_request_context():
        user = model.User.get(user_name)
        setattr(owner, name, deadly)
        actor = service.Actor(user.id, user.name)
        service.perform(isian_id, act, actor, service.Request(manifest=manifest, note="alasan"))


if __name__ == "__main__":
    main()
