"""File actions of CKAN 2.12: the bytes of governed files are in no register of core's.

A registered file has an owner of its own, who may read it, hand it to a public dataset or remove
it: past labels, states and releases. Core's resources are not registered either.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.logic.types import Action
from ckanext.lppd.release import blobs, bukti
from ckanext.lppd.release.gate import refuse

OURS = (
    "Berkas data LPPD hanya dikelola lewat datasetnya. Buka datasetnya, lalu unggah, revisi, atau "
    "tarik publikasinya di sana."
)
# any storage: another one may hold the same directory under a longer path
_PLACE = re.compile(
    rf"(.*/)?({blobs.FOLDER}/[0-9a-fA-F-]{{36}}|{bukti.FOLDER}/[0-9a-f]{{2}})(/.*)?\Z", re.DOTALL
)


def is_governed_place(location: Any) -> bool:
    """Tell whether a location in a storage is one where governed bytes lie."""
    return bool(_PLACE.match(posixpath.normpath(str(location or "")).lstrip("/")))


def _guard_registered(data_dict: dict[str, Any]) -> None:
    file = model.Session.get(model.File, str(data_dict.get("id") or ""))
    if file is not None and is_governed_place(file.location):
        raise refuse(OURS, "id")


@toolkit.chained_action
def file_register(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Register no governed file: its owner could read it and take it away."""
    if is_governed_place(data_dict.get("location")):
        toolkit.check_access("file_register", context, data_dict)
        raise refuse(OURS, "location")
    return next_action(context, data_dict)


@toolkit.chained_action
def file_delete(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Remove no governed file, even where it was registered below the actions."""
    _guard_registered(data_dict)
    return next_action(context, data_dict)


@toolkit.chained_action
def file_ownership_transfer(next_action: Action, context: Any, data_dict: dict[str, Any]) -> Any:
    """Hand no governed file to another owner: a public dataset as owner makes its files public."""
    _guard_registered(data_dict)
    return next_action(context, data_dict)


# A chained action without its base breaks `get_action`: these came with CKAN 2.12.
ACTIONS = (file_register, file_delete, file_ownership_transfer)
