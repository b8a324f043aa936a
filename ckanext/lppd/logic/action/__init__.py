"""The actions of the plugin, by subject; `plugin.py` registers what is named here."""

from __future__ import annotations

from typing import Any

from ckan import plugins as p

from ckanext.lppd.logic.action import (
    alur,
    bukti,
    buku_kerja,
    catatan,
    chained,
    forum,
    isi,
    isian,
    jawaban,
    katalog,
    klinik,
    nilai,
    organisasi,
    pemberitahuan,
    pemeriksaan,
    pernyataan,
    tahun,
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
    buku_kerja.lppd_buku_kerja_periksa,
    buku_kerja.lppd_buku_kerja_simpan,
    forum.lppd_forum_catat,
    forum.lppd_forum_list,
    forum.lppd_forum_perbaiki,
    forum.lppd_forum_show,
    bukti.lppd_bukti_hapus,
    bukti.lppd_bukti_list,
    bukti.lppd_bukti_unggah,
    catatan.lppd_catatan_buat,
    catatan.lppd_catatan_list,
    catatan.lppd_catatan_selesai,
    isi.lppd_isian_coba,
    isi.lppd_isian_isi,
    isi.lppd_isian_pulihkan,
    isi.lppd_isian_ubah_sel,
    isi.lppd_isian_versi,
    isian.lppd_isian_list,
    isian.lppd_isian_show,
    isian.lppd_isian_tugaskan,
    isian.lppd_isian_unggah,
    isian.lppd_periksa,
    jawaban.lppd_isian_jawab,
    jawaban.lppd_isian_jelaskan,
    katalog.lppd_indikator_list,
    katalog.lppd_indikator_show,
    katalog.lppd_katalog_list,
    katalog.lppd_skema_show,
    klinik.lppd_faq_list,
    klinik.lppd_klinik_angkat,
    klinik.lppd_klinik_buka_lagi,
    klinik.lppd_klinik_jawab,
    klinik.lppd_klinik_laporan,
    klinik.lppd_klinik_list,
    klinik.lppd_klinik_pertemuan_catat,
    klinik.lppd_klinik_pertemuan_list,
    klinik.lppd_klinik_selesai,
    klinik.lppd_klinik_show,
    klinik.lppd_klinik_tambah,
    klinik.lppd_klinik_tanya,
    klinik.lppd_klinik_turunkan,
    nilai.lppd_nilai,
    organisasi.lppd_organisasi_atur,
    organisasi.lppd_organisasi_list,
    pernyataan.lppd_buka_lagi,
    pernyataan.lppd_nyatakan,
    pernyataan.lppd_sahkan,
    tahun.lppd_tahun_buka,
    tahun.lppd_tahun_list,
    tahun.lppd_tahun_rencanakan,
    tahun.lppd_tahun_ubah,
    pemberitahuan.lppd_pemberitahuan_atur,
    pemberitahuan.lppd_pemberitahuan_baca,
    pemberitahuan.lppd_pemberitahuan_list,
    pemberitahuan.lppd_pemberitahuan_pengaturan,
    pemeriksaan.lppd_antrean_ambil,
    pemeriksaan.lppd_antrean_list,
    pemeriksaan.lppd_tinjauan,
)


def get_actions() -> dict[str, Any]:
    """Return name -> action; the DataStore is guarded only where the portal has one."""
    functions = [*OWN, *chained.CORE]
    if p.plugin_loaded("datastore"):
        functions.extend(chained.NEEDS_DATASTORE)
    return {function.__name__: function for function in functions}
