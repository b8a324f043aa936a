"""Actions by which the producer answers what the check asked."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import Isian
from ckanext.lppd.workflow import explain


def lppd_isian_jelaskan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Explain unusual values (produsen): one reason for each warning that asks for one.

    The keys are in `alasan` of `lppd_isian_show`. A reason stays with the statement it explains,
    also in a later file; `lppd_ajukan` is refused while one lacks.

    :param id: id of the isian
    :type id: string
    :param alasan: key of the warning -> reason; a blank one leaves the question open
    :type alasan: dictionary
    :returns: the isian
    :rtype: dictionary
    """
    toolkit.check_access("lppd_act", context, data_dict)
    reasons = data_dict.get("alasan")
    data = validated({"id": data_dict.get("id")}, schemas.by_id(), context)
    if not isinstance(reasons, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in reasons.items()
    ):
        raise toolkit.ValidationError({"alasan": ["Kirim alasan sebagai {kunci: teks}."]})
    actor = caller(context)
    isian = readable_isian(context, data)
    explain.explain(isian.id, actor, reasons)
    return dictize.isian(model.Session.get(Isian, isian.id), actor.id)
