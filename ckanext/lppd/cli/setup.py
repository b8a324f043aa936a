"""Organisations of the city from the shipped list."""

from __future__ import annotations

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.katalog.perangkat_daerah import load_perangkat_daerah
from ckanext.lppd.model import OrganizationRole


def load_organisations() -> tuple[int, int]:
    """Create the organisations that are missing and give each its part; return (made, present).

    A part that a sysadmin changed since stays as it is.
    """
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    made = present = 0
    for agency in load_perangkat_daerah():
        group_id = model.Session.scalar(
            select(model.Group.id).where(model.Group.name == agency.slug)
        )
        if group_id is None:
            organisation = toolkit.get_action("organization_create")(
                {"user": site_user, "ignore_auth": True},
                {"name": agency.slug, "title": agency.nama},
            )
            group_id = organisation["id"]
            made += 1
        else:
            present += 1
        if model.Session.get(OrganizationRole, group_id) is None:
            model.Session.add(
                OrganizationRole(
                    group_id=group_id,
                    role=agency.peran_sdi,
                    urusan=list(agency.urusan),
                    source=f"{agency.sumber} [{agency.keyakinan}]",
                )
            )
    model.Session.commit()
    return made, present
