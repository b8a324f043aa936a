"""The action with which an agency supplies its part of an indicator."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic import dictize
from ckanext.lppd.logic import schema_tahun as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.workflow import checks, contributions


def lppd_sumbang(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Fill in parts of an indicator (its contributors; the responsible agency for the rest).

    The portal writes them into the `capaian` file with the other parts, and checks it. The
    responsible agency submits.

    :param id: id of the isian
    :param nilai: part -> number as text, such as `{"penyebut": "1243"}`; a number that can be read
        in two ways is refused with both readings
    :param kode_wilayah: region; the city itself unless given
    :param catatan: remark, for the column `keterangan` (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_isian_unggah", context, data_dict)
    data = validated(data_dict, schemas.contribute(), context)
    texts = data_dict.get("nilai")
    if not isinstance(texts, dict):
        raise toolkit.ValidationError({"nilai": ["Sebutkan bagian dan nilainya."]})
    actor = caller(context)
    isian = readable_isian(context, data)
    try:
        fresh = contributions.save(
            isian.id, texts, data.get("kode_wilayah"), data.get("catatan"), actor
        )
    except (toolkit.ValidationError, toolkit.NotAuthorized):
        model.Session.rollback()
        raise
    checks.check_now_or_later(fresh, actor.id)
    return dictize.isian(fresh, actor.id)
