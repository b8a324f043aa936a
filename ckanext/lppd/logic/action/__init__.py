"""The actions of the plugin, by subject; `plugin.py` registers what is named here."""

from __future__ import annotations

from typing import Any

from ckan import plugins as p

from ckanext.lppd.logic.action import (
    alur,
    chained,
    datastore,
    isian,
    katalog,
    nilai,
    organisasi,
)

OWN = (
    alur.lppd_ajukan,
    alur.lppd_kembalikan,
    alur.lppd_revisi_batal,
    alur.lppd_revisi_mulai,
    alur.lppd_rilis_list,
    alur.lppd_riwayat,
    alur.lppd_setujui,
    alur.lppd_tarik,
    alur.lppd_tarik_publikasi,
    alur.lppd_terbitkan,
    isian.lppd_isian_list,
    isian.lppd_isian_show,
    isian.lppd_isian_tugaskan,
    isian.lppd_isian_unggah,
    isian.lppd_periksa,
    isian.lppd_tahun_buka,
    katalog.lppd_indikator_list,
    katalog.lppd_indikator_show,
    katalog.lppd_katalog_list,
    katalog.lppd_skema_show,
    nilai.lppd_nilai,
    organisasi.lppd_organisasi_atur,
    organisasi.lppd_organisasi_list,
)


def get_actions() -> dict[str, Any]:
    """Return name -> action; the DataStore is guarded only where the portal has one."""
    functions = [*OWN, *chained.CORE]
    if p.plugin_loaded("datastore"):
        functions.extend((*chained.NEEDS_DATASTORE, *datastore.READING))
    return {function.__name__: function for function in functions}
