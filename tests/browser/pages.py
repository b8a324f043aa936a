"""Every page of ours: who opens it, and in which state of the work. A new page is added here.

`tests/browser/test_pages.py` visits each row for accessibility, language and width, and fails for
a route that no row names.
"""

from __future__ import annotations

from dataclasses import dataclass

DATASET = "ikk-2025-1-f-6-2025"
DRAFT = "ikk-2025-1-f-2-2025"
INDICATOR = "/lppd/indikator/2025/1.f.6"
PRODUCER, WALIDATA, PEMBINA, PLANNER, ADMIN, VISITOR = (
    "produsen-sosial",
    "walidata",
    "pembina",
    "perencana",
    "admin-portal",
    "",
)


@dataclass(frozen=True)
class PortalPage:
    """A page: the Flask endpoint (None for CKAN's own), who looks at it, and its path.

    `{state}` in the path stands for the id of the isian that is in this state.
    """

    name: str
    endpoint: str | None
    who: str
    path: str

    def address(self, isian: dict[str, str], lang: str = "id") -> str:
        """Return the path in a language, with the ids of this portal."""
        prefix = "" if lang == "id" else f"/{lang}"
        return prefix + self.path.format(**isian)


PAGES: tuple[PortalPage, ...] = (
    PortalPage("masuk", None, VISITOR, "/user/login"),
    PortalPage("tugas-saya", "lppd.tugas_saya", PRODUCER, "/lppd/"),
    PortalPage("isian-belum-diisi", "lppd_isian.baca", PRODUCER, "/lppd/isian/{belum_diisi}"),
    PortalPage("isian-kesalahan", "lppd_isian.baca", PRODUCER, "/lppd/isian/{draf}"),
    PortalPage("isian-dikembalikan", "lppd_isian.baca", PRODUCER, "/lppd/isian/{dikembalikan}"),
    PortalPage("isian-terkirim", "lppd_isian.baca", PRODUCER, "/lppd/isian/{menunggu_walidata}"),
    PortalPage("isian-terpublikasi", "lppd_isian.baca", PRODUCER, "/lppd/isian/{terpublikasi}"),
    PortalPage("buku-kerja", "lppd_buku_kerja.buka", PRODUCER, "/lppd/buku-kerja/2025/2025/dinsos"),
    PortalPage("antrean", "lppd.antrean", WALIDATA, "/lppd/antrean"),
    PortalPage("antrean-pembina", "lppd.antrean", PEMBINA, "/lppd/antrean"),
    PortalPage("isian-periksa", "lppd_isian.baca", WALIDATA, "/lppd/isian/{menunggu_walidata}"),
    PortalPage("isian-disetujui", "lppd_isian.baca", WALIDATA, "/lppd/isian/{disetujui}"),
    PortalPage("kelengkapan", "lppd_kelengkapan.kelengkapan", PLANNER, "/lppd/kelengkapan"),
    PortalPage("kelengkapan-pd", "lppd_kelengkapan.kelengkapan", PLANNER, "/lppd/kelengkapan?pd=-"),
    PortalPage("pengingat", "lppd_pengingat.daftar", PLANNER, "/lppd/kelengkapan/pengingat"),
    PortalPage("penugasan", "lppd_tugas.penugasan", PLANNER, "/lppd/penugasan"),
    PortalPage("unggahan", "lppd_tugas.unggahan", PLANNER, "/lppd/penugasan/unggahan/{unggahan}"),
    PortalPage("riwayat-tahun", "lppd_riwayat.tahun", PLANNER, "/lppd/riwayat/2025/2025"),
    PortalPage("warisan", "lppd_warisan.daftar", WALIDATA, "/lppd/warisan"),
    PortalPage("klinik", "lppd_klinik.daftar", PRODUCER, "/lppd/klinik"),
    PortalPage("klinik-pembina", "lppd_klinik.daftar", PEMBINA, "/lppd/klinik"),
    PortalPage("klinik-tanya", "lppd_klinik.tanya", PRODUCER, "/lppd/klinik/tanya"),
    PortalPage("klinik-baca", "lppd_klinik.baca", PRODUCER, "/lppd/klinik/{pertanyaan}"),
    PortalPage("klinik-jawab", "lppd_klinik.baca", PEMBINA, "/lppd/klinik/{pertanyaan}"),
    PortalPage("pertemuan", "lppd_layanan.pertemuan", PEMBINA, "/lppd/klinik/pertemuan"),
    PortalPage("pertemuan-catat", "lppd_layanan.catat", PEMBINA, "/lppd/klinik/pertemuan/catat"),
    PortalPage(
        "pertemuan-ubah", "lppd_layanan.ubah", PEMBINA, "/lppd/klinik/pertemuan/{kunjungan}"
    ),
    PortalPage("klinik-laporan", "lppd_layanan.laporan", PEMBINA, "/lppd/klinik/laporan"),
    PortalPage("faq", "lppd_klinik.faq", VISITOR, "/lppd/faq"),
    PortalPage("forum", "lppd_forum.daftar", VISITOR, "/lppd/forum"),
    PortalPage("forum-baca", "lppd_forum.baca", VISITOR, "/lppd/forum/2025/1"),
    PortalPage("forum-catat", "lppd_forum.catat", PLANNER, "/lppd/forum/catat"),
    PortalPage("forum-perbaiki", "lppd_forum.perbaiki", PLANNER, "/lppd/forum/2025/1/perbaiki"),
    PortalPage("pemberitahuan", "lppd_pemberitahuan.daftar", PRODUCER, "/lppd/pemberitahuan"),
    PortalPage(
        "pengaturan",
        "lppd_pemberitahuan.pengaturan",
        PRODUCER,
        "/lppd/pemberitahuan/pengaturan",
    ),
    PortalPage("organisasi", "lppd_kelengkapan.organisasi", ADMIN, "/lppd/organisasi"),
    PortalPage("indikator-daftar", "lppd_katalog.daftar", VISITOR, "/lppd/indikator?q=sosial"),
    PortalPage("indikator", "lppd_katalog.indikator", VISITOR, INDICATOR),
    PortalPage("versi", "lppd_versi.daftar", VISITOR, f"/lppd/versi/{DATASET}"),
    PortalPage("dataset", None, VISITOR, f"/dataset/{DATASET}"),
    PortalPage("dataset-draf", None, PRODUCER, f"/dataset/{DRAFT}"),
    PortalPage("dataset-ubah", None, PRODUCER, f"/dataset/edit/{DRAFT}"),
)

# answers that are files or a part of a page
FILES = frozenset(
    {
        "lppd_buku_kerja.unduh",
        "lppd_isian.kemajuan",
        "lppd_katalog.skema",
        "lppd_katalog.contoh",
        "lppd_kelengkapan.unduh",
        "lppd_layanan.unduh",
        "lppd_periksa.bukti_unduh",
        "lppd_tugas.unduh",
        "lppd_kompilasi.unduh",
        "lppd_kompilasi.reviu",
        "lppd_kompilasi.reviu_zip",
        "lppd_versi.unduh",
    }
)
