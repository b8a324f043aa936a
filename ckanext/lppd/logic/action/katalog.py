"""Actions that read the catalogue: editions, indicators, their Table Schemas."""

from __future__ import annotations

from typing import Any

from ckan.plugins import toolkit

from ckanext.lppd.katalog import Edisi, Indikator, dataset_name, schema_sha256, table_schema
from ckanext.lppd.logic import schema as schemas
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model.katalog_store import get_edisi, list_editions
from ckanext.lppd.workflow import declarations


def loaded_edisi(code: str) -> Edisi:
    """Return a loaded edition.

    Raises:
        toolkit.ObjectNotFound: where no such edition was loaded.
    """
    edisi = get_edisi(code)
    if edisi is None:
        raise toolkit.ObjectNotFound(f"Edisi {code} tidak ada di katalog.")
    return edisi


def loaded_indikator(edition: str, code: str) -> tuple[Edisi, Indikator]:
    """Return an indicator with its edition.

    Raises:
        toolkit.ObjectNotFound: where edition or code is not loaded.
    """
    edisi = loaded_edisi(edition)
    indikator = edisi.get(code)
    if indikator is None:
        raise toolkit.ObjectNotFound(f"Indikator {code} tidak ada di edisi {edition}.")
    return edisi, indikator


@toolkit.side_effect_free
def lppd_katalog_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the loaded catalogue editions.

    :returns: kode, judul, status (`terverifikasi` or `belum_terverifikasi`), dasar, tahun_awal,
        tahun_akhir, jumlah, sha256 of each edition
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_katalog_list", context, data_dict)
    return [
        {
            "kode": edition.code,
            "judul": edition.title,
            "status": edition.status,
            "tahun_awal": edition.data["tahun_awal"],
            "tahun_akhir": edition.data["tahun_akhir"],
            "jumlah": count,
            "dasar": edition.data["dasar"],
            "sha256": edition.sha256,
        }
        for edition, count in list_editions()
    ]


@toolkit.side_effect_free
def lppd_indikator_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the indicators of an edition in the order of the guideline.

    :param edisi: code of the edition
    :type edisi: string
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_indikator_list", context, data_dict)
    data = validated(data_dict, schemas.edition(), context)
    return [indikator.to_dict() for indikator in loaded_edisi(data["edisi"]).indikator]


@toolkit.side_effect_free
def lppd_indikator_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show one indicator with its formula, unit, source and certainty.

    :param edisi: code of the edition
    :type edisi: string
    :param kode: number of the indicator, such as `1.a.1`
    :type kode: string
    :returns: the indicator; `tanpa_nilai` lists the years confirmed as tidak_berlaku or nihil
    :rtype: dictionary
    """
    toolkit.check_access("lppd_indikator_show", context, data_dict)
    data = validated(data_dict, schemas.indicator(), context)
    edisi, indikator = loaded_indikator(data["edisi"], data["kode"])
    return {
        **indikator.to_dict(),
        "edisi_judul": edisi.judul,
        "edisi_status": edisi.status,
        "tanpa_nilai": declarations.confirmed(edisi.kode, indikator.kode),
    }


@toolkit.side_effect_free
def lppd_skema_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the Frictionless Table Schema of an indicator's `capaian` file for one year.

    :param edisi: code of the edition
    :type edisi: string
    :param kode: number of the indicator
    :type kode: string
    :param tahun: year of the data
    :type tahun: int
    :returns: schema, its sha256, and the name of the dataset
    :rtype: dictionary
    """
    toolkit.check_access("lppd_skema_show", context, data_dict)
    data = validated(data_dict, schemas.table_schema(), context)
    edisi, indikator = loaded_indikator(data["edisi"], data["kode"])
    if not edisi.covers(data["tahun"]):
        raise toolkit.ValidationError(
            {"tahun": [f"Edisi {edisi.kode} tidak mencakup tahun {data['tahun']}."]}
        )
    schema = table_schema(edisi, indikator, data["tahun"])
    return {
        "schema": schema,
        "sha256": schema_sha256(schema),
        "dataset_name": dataset_name(indikator, data["tahun"]),
    }
