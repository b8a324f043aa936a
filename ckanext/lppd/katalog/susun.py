"""A draft edition from a bare list of names, before its guideline has been transcribed."""

from __future__ import annotations

from collections.abc import Iterable

from .berkas import KatalogError
from .edisi import Edisi, Indikator
from .pencocokan import normalisasi
from .rumus import Rumus
from .wilayah import Wilayah

NOMOR_BUATAN = "nomor buatan"
SUMBER = "Daftar nama yang diunggah; belum dicocokkan dengan pedoman"


def susun_edisi(
    rows: Iterable[tuple[str | None, str]],
    kode: str,
    judul: str,
    tahun_awal: int,
    tahun_akhir: int | None,
    wilayah: tuple[Wilayah, ...],
) -> Edisi:
    """An unverified edition with one indicator per row of (code or None, name).

    Every formula is langsung() and every row "belum_terverifikasi": nothing is guessed but the unit
    persen of a name that begins with it. A row without a code gets "x.1", "x.2" ... and says so.
    Rows without code and name are left out.
    Raises KatalogError for a repeated code or an empty name, with the number of the row (from 1).
    """
    indikator: list[Indikator] = []
    pemakai: dict[str, int] = {}
    for nomor, (kode_baris, nama) in enumerate(rows, start=1):
        kode_ikk, nama_ikk = " ".join((kode_baris or "").split()), " ".join((nama or "").split())
        if not kode_ikk and not nama_ikk:
            continue
        if not nama_ikk:
            raise KatalogError("daftar", nomor, f"nama indikator '{kode_ikk}' kosong. Isi namanya.")
        i = _draf(kode, kode_ikk or f"x.{nomor}", nama_ikk, "" if kode_ikk else NOMOR_BUATAN)
        if i.slug in pemakai:
            raise KatalogError(
                "daftar", nomor, f"kode '{i.kode}' sudah dipakai di baris {pemakai[i.slug]}."
            )
        pemakai[i.slug] = nomor
        indikator.append(i)
    if not indikator:
        raise KatalogError("daftar", None, "tidak ada satu nama pun. Periksa kolom yang dipilih.")
    return Edisi(
        kode=kode,
        judul=judul,
        dasar=(),
        status="belum_terverifikasi",
        tahun_awal=tahun_awal,
        tahun_akhir=tahun_akhir,
        wilayah=wilayah,
        indikator=tuple(indikator),
    )


def _draf(edisi: str, kode: str, nama: str, catatan: str) -> Indikator:
    return Indikator(
        edisi=edisi,
        kode=kode,
        jenis="ikk_outcome",
        kelompok_urusan="lainnya",
        urusan="",
        nama=nama,
        pembilang="",
        penyebut="",
        rumus=Rumus("langsung"),
        rumus_teks="",
        satuan="persen" if normalisasi(nama).startswith("persentase ") else "lainnya",
        satuan_sumber="",
        batas=(),
        wajar=(),
        arah=None,
        pengampu=(),
        sumber_data="",
        halaman="",
        sumber=SUMBER,
        keyakinan="belum_terverifikasi",
        catatan=catatan,
    )
