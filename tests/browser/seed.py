"""Run as a script inside CKAN: `seed.py INI empty` or `seed.py INI people PASSWORD`."""

from __future__ import annotations

import sys
from typing import Any

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.plugins import toolkit
from sqlalchemy import create_engine, text

# name, full name, organisation, capacity
PEOPLE = (
    ("produsen", "Rina Siregar", "disdukcapil", "editor"),
    ("walidata", "Dedi Lubis", "diskominfo", "editor"),
    ("walidata2", "Sari Nasution", "diskominfo", "admin"),
    ("pembina", "Ahmad Harahap", "bps-kota-medan", "editor"),
    ("perencana", "Maya Sinaga", "bappeda", "member"),
    ("admin-portal", "Administrator", None, None),
)
EDITION, YEAR = "2025", 2025


def empty(url: str) -> None:
    """Drop everything that the database user owns in the test database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP OWNED BY CURRENT_USER CASCADE"))
        connection.execute(text("CREATE SCHEMA IF NOT EXISTS public"))
    engine.dispose()


def people(password: str) -> None:
    """Make one person for each part and open a year."""
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    context: dict[str, Any] = {"user": site_user, "ignore_auth": True}
    for name, fullname, agency, capacity in PEOPLE:
        toolkit.get_action("user_create")(
            dict(context),
            {
                "name": name,
                "fullname": fullname,
                "email": f"{name}@example.org",
                "password": password,
            },
        )
        if agency:
            toolkit.get_action("organization_member_create")(
                dict(context), {"id": agency, "username": name, "role": capacity}
            )
        else:
            model.User.get(name).sysadmin = True
            model.Session.commit()
    toolkit.get_action("lppd_tahun_buka")(
        {"user": "perencana"}, {"edisi": EDITION, "tahun": YEAR, "prioritas": "2.f.2"}
    )


def main(ini: str, what: str, *options: str) -> None:
    """Do one of the two."""
    config = CKANConfigLoader(ini).get_config()
    if what == "empty":
        empty(config["sqlalchemy.url"])
        return
    app = make_app(config)
    with app._wsgi_app.test_request_context():
        people(*options)


if __name__ == "__main__":
    main(*sys.argv[1:])
