"""`ckan jobs worker` looks at the gate when it starts; CKAN has no hook of its own there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click
from ckan.cli import jobs

from ckanext.lppd.release import health

_LOOKS = "lppd_looks_at_the_gate"


def look_at_start(command: click.Command = jobs.worker) -> None:
    """Have the command say whether the gate stands before it takes a job; once, however often.

    CKAN's commands are objects of the whole process: a second plugin load must not wrap them twice.
    """
    start: Callable[..., Any] | None = command.callback
    if start is None or getattr(start, _LOOKS, False):
        return

    @functools.wraps(start)
    def looking(*args: Any, **options: Any) -> Any:
        health.announce_worker()
        return start(*args, **options)

    setattr(looking, _LOOKS, True)
    command.callback = looking
