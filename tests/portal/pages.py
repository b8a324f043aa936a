"""Asking for pages as a person of the city."""

from __future__ import annotations

from ckan.plugins import toolkit
from flask import g

from tests.portal.conftest import City


def login(city: City, who: str) -> dict[str, str]:
    """Headers of a person with an API token: pages answer as in a browser."""
    name = city.users[who]
    made = toolkit.get_action("api_token_create")(
        {"ignore_auth": True, "user": name}, {"user": name, "name": "uji"}
    )
    # the test's own request context remembers who asked last
    g.pop("_login_user", None)
    return {"Authorization": made["token"]}
