"""Who calls an action: taken from the context, never from the request's data."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.workflow.service import Actor


def caller(context: Any) -> Actor:
    """Return the acting user.

    Raises:
        toolkit.NotAuthorized: for anonymous calls; an act always has a person behind it.
    """
    user = model.User.get(context.get("user") or "")
    if user is None or user.state != "active":
        raise toolkit.NotAuthorized("Masuk dulu untuk melakukan tindakan ini.")
    return Actor(id=user.id, name=user.name)


def caller_id(context: Any) -> str | None:
    """Return the acting user's id, or None for an anonymous reader."""
    user = model.User.get(context.get("user") or "")
    return user.id if user is not None else None
