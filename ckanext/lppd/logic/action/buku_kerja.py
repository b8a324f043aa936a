"""Actions on the workbook of an agency: check it, or check and store it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ckan.plugins import toolkit
from werkzeug.datastructures import FileStorage

from ckanext.lppd.checking import DEFAULT
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.workflow import buku_kerja, roles, rules

_CHUNK = 1024 * 1024


def lppd_buku_kerja_periksa(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check a filled workbook and say what would happen; nothing is stored.

    :param edisi, tahun, owner_org: which workbook it is
    :param upload: the XLSX file
    :returns: `hasil`: one row for each indicator with `keadaan` (`siap`, `salah`, `kosong`, `sama`,
        `terkunci`) and its findings at cells of the workbook
    :rtype: dictionary
    """
    toolkit.check_access("lppd_buku_kerja_periksa", context, data_dict)
    _book, found, _user = checked_workbook(context, data_dict)
    return {"hasil": [one.to_dict() for one in found], "disimpan": 0}


def lppd_buku_kerja_simpan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Check a filled workbook and store what is ready as drafts; what has errors is left as it was.

    :param edisi, tahun, owner_org: which workbook it is
    :param upload: the XLSX file
    :returns: as `lppd_buku_kerja_periksa`, with the number `disimpan`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_buku_kerja_simpan", context, data_dict)
    _book, found, user = checked_workbook(context, data_dict)
    return {"disimpan": buku_kerja.store(found, user), "hasil": [one.to_dict() for one in found]}


def composed_workbook(context: Any, data_dict: dict[str, Any]) -> buku_kerja.BukuKerja:
    """Return the workbook asked for, to somebody who fills it in.

    Raises:
        toolkit.NotAuthorized: for anybody but producers of the agency.
    """
    data = validated(data_dict, schemas.workbook(), context)
    owner = organisation_id(data["owner_org"])
    if rules.PRODUSEN not in roles.parts_in(caller(context).id, owner):
        raise toolkit.NotAuthorized("Buku kerja ini milik perangkat daerah lain.")
    return buku_kerja.compose(data["owner_org"], data["edisi"], data["tahun"])


def checked_workbook(
    context: Any, data_dict: dict[str, Any]
) -> tuple[buku_kerja.BukuKerja, list[buku_kerja.Hasil], str]:
    """Return the workbook asked for, what the uploaded one says, and the caller's name."""
    book = composed_workbook(context, data_dict)
    upload = data_dict.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise toolkit.ValidationError({"upload": ["Pilih buku kerja (XLSX) yang sudah diisi."]})
    with tempfile.NamedTemporaryFile(prefix="lppd-", suffix=".xlsx") as file:
        size = 0
        while chunk := upload.stream.read(_CHUNK):
            size += len(chunk)
            if size > DEFAULT.max_bytes:
                limit = DEFAULT.max_bytes // _CHUNK
                raise toolkit.ValidationError({"upload": [f"Berkas lebih besar dari {limit} MB."]})
            file.write(chunk)
        file.flush()
        return book, buku_kerja.read(book, Path(file.name)), caller(context).name
