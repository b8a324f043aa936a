"""Which organisation plays which Satu Data part."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import OrganizationRole


def lppd_organisasi_atur(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Set the part of an organisation; sysadmins only.

    :param id: id or name of the organisation
    :param peran_sdi: `produsen`, `walidata`, `pembina`, `perencana` or `pengawas`
    :param urusan: codes of the urusan it carries, such as `["1.01"]` (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_organisasi_atur", context, data_dict)
    data = validated(data_dict, schemas.organisation_role(), context)
    group_id = organisation_id(data["id"])
    if group_id is None:
        raise toolkit.ObjectNotFound("Organisasi tidak ditemukan.")
    row = model.Session.get(OrganizationRole, group_id)
    if row is None:
        row = OrganizationRole(group_id=group_id)
        model.Session.add(row)
    row.role = data["peran_sdi"]
    row.urusan = data.get("urusan") or row.urusan or []
    row.source = data.get("source") or row.source or ""
    model.Session.commit()
    return {"id": group_id, "peran_sdi": row.role, "urusan": row.urusan}


@toolkit.side_effect_free
def lppd_organisasi_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the organisations that have a part.

    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_organisasi_list", context, data_dict)
    rows = model.Session.execute(
        select(OrganizationRole, model.Group.name, model.Group.title)
        .join(model.Group, model.Group.id == OrganizationRole.group_id)
        .where(model.Group.state == "active")
        .order_by(model.Group.title)
    )
    return [
        {
            "id": row.group_id,
            "name": name,
            "title": title,
            "peran_sdi": row.role,
            "urusan": row.urusan,
            "source": row.source,
        }
        for row, name, title in rows
    ]
