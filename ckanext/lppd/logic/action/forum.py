"""Actions of Forum Satu Data: record, correct, read."""

from __future__ import annotations

import re
from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.forum import service
from ckanext.lppd.klinik import rules as klinik
from ckanext.lppd.logic import schema_clinic as schemas
from ckanext.lppd.logic.action.klinik import page_of
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model.katalog_store import get_edisi

PUBLIC_TEXTS = ("tempat", "hadir", "agenda", "keputusan", "keterangan", "alasan")


def _indicators(data: dict[str, Any]) -> list[dict[str, str]]:
    codes = list(dict.fromkeys(re.findall(r"[^\s,;]+", data.get("indikator") or "")))
    if not codes:
        return []
    edition = data.get("edisi") or str(toolkit.config["ckanext.lppd.default_edition"])
    edisi = get_edisi(edition)
    if edisi is None:
        raise toolkit.ValidationError({"edisi": [f"Edisi {edition} tidak ada di katalog."]})
    unknown = [code for code in codes if edisi.get(code) is None]
    if unknown:
        raise toolkit.ValidationError(
            {
                "indikator": [
                    f"Tidak ada di edisi {edition}: {', '.join(unknown)}. "
                    "Tulis kodenya, dipisah koma, seperti 2.f.1, 2.f.2."
                ]
            }
        )
    return [{"edition": edition, "code": code} for code in codes]


def _values(data: dict[str, Any]) -> dict[str, Any]:
    errors: dict[str, list[str]] = {}
    for field in PUBLIC_TEXTS:
        found = klinik.private_data(data.get(field) or "")
        if found:
            errors[field] = [f"Tampil untuk umum, tetapi memuat {', '.join(found)}. Hapus dulu."]
    link = data.get("tautan") or ""
    if link and not service.is_web_address(link):
        errors["tautan"] = ["Tautan harus diawali http:// atau https://."]
    if errors:
        raise toolkit.ValidationError(errors)
    return {
        "date": data["tanggal"],
        "place": data["tempat"],
        "members": data["hadir"],
        "agenda": data["agenda"],
        "decision": data["keputusan"],
        "indicators": _indicators(data),
        "link": link,
        "supporting": data.get("keterangan"),
        "reason": data.get("alasan"),
    }


def lppd_forum_catat(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record an agreed decision of Forum Satu Data under the next number of its year (perencana).

    Everything in it is public; e-mail addresses, NIK, NIP and mobile numbers are refused.

    :param tanggal: date of the meeting, YYYY-MM-DD
    :param tempat, hadir, agenda, keputusan: place, members present, agenda, what was agreed
    :param edisi, indikator: codes of the indicators it touches, separated by commas (optional)
    :param tautan: web address of the minutes (optional)
    :param keterangan: supporting text (optional)
    :param kunci: key of the form; the same key gives the same decision (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_forum_catat", context, data_dict)
    data = validated(data_dict, schemas.decision(), context)
    year, number = service.record(caller(context), _values(data), data.get("kunci"))
    return service.versions(year, number)[0]


def lppd_forum_perbaiki(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Correct a decision by a new version; the versions before it stay readable (perencana).

    :param tahun, nomor: the decision
    :param versi: the version that was seen
    :param alasan: why it is corrected
    :returns: the new version; the other parameters are those of `lppd_forum_catat`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_forum_catat", context, data_dict)
    data = validated(data_dict, schemas.correction(), context)
    year, number = data["tahun"], data["nomor"]
    service.correct(caller(context), year, number, data["versi"], _values(data))
    return service.versions(year, number)[0]


@toolkit.side_effect_free
def lppd_forum_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the decisions as they stand now, newest first; for everybody.

    :param tahun: of one year (optional)
    :param edisi, kode: those that touch an indicator (optional)
    :param q: words of agenda or decision (optional)
    :param limit, offset: page
    :returns: count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_forum_list", context, data_dict)
    data = validated(data_dict, schemas.decision_list(), context)
    return service.listed(
        year=data.get("tahun"),
        edition=data.get("edisi"),
        code=data.get("kode"),
        q=data.get("q"),
        **page_of(data),
    )


@toolkit.side_effect_free
def lppd_forum_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show a decision with every version of it; for everybody.

    :param tahun, nomor: the decision
    :returns: the newest version, all of them under `semua_versi`
    :rtype: dictionary
    """
    toolkit.check_access("lppd_forum_list", context, data_dict)
    data = validated(data_dict, schemas.decision_show(), context)
    found = service.versions(data["tahun"], data["nomor"])
    return {**found[0], "semua_versi": found}
