"""Example users, one for each role; never made unless asked for."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from ckan import model
from ckan.plugins import toolkit

# name, full name, organisation, capacity, part
USERS = (
    ("demo-produsen", "Produsen Contoh (Dukcapil)", "disdukcapil", "editor", "produsen"),
    ("demo-walidata", "Walidata Contoh (Diskominfo)", "diskominfo", "editor", "walidata"),
    ("demo-pembina", "Pembina Contoh (BPS)", "bps-kota-medan", "editor", "pembina"),
    ("demo-perencana", "Perencana Contoh (Bappeda)", "bappeda", "member", "perencana"),
    ("demo-pengawas", "Pengawas Contoh (Inspektorat)", "inspektorat", "member", "pengawas"),
    ("demo-admin", "Administrator Contoh", None, None, "sysadmin"),
)


@dataclass(frozen=True)
class Account:
    """A demo user; `password` is None where the user was there already."""

    name: str
    part: str
    password: str | None


def make_users() -> list[Account]:
    """Create the demo users that are missing, with random passwords."""
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    accounts = []
    for name, fullname, organisation, capacity, part in USERS:
        password = None
        if model.User.get(name) is None:
            password = secrets.token_urlsafe(12)
            toolkit.get_action("user_create")(
                {"user": site_user, "ignore_auth": True},
                {
                    "name": name,
                    "fullname": fullname,
                    "email": f"{name}@example.org",
                    "password": password,
                },
            )
        if organisation:
            toolkit.get_action("organization_member_create")(
                {"user": site_user, "ignore_auth": True},
                {"id": organisation, "username": name, "role": capacity},
            )
        else:
            user = model.User.get(name)
            user.sysadmin = True
            model.Session.commit()
        accounts.append(Account(name, part, password))
    return accounts


def write_tokens(accounts: list[Account], path: Path) -> None:
    """Write a fresh API token of each user to a file that only its owner can read."""
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tokens = {}
    for account in accounts:
        result = toolkit.get_action("api_token_create")(
            {"user": site_user, "ignore_auth": True}, {"user": account.name, "name": "demo"}
        )
        tokens[account.part] = result["token"]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        json.dump(tokens, output)
