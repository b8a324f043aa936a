"""Editions on disk: a directory with edisi.yaml, indikator.csv, and its own regions or rules."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from .aturan import BERKAS_ATURAN, aturan_bytes, load_aturan
from .batas import BatasError, parse_batas, tulis_batas
from .berkas import Baris, KatalogError, read_mapping, read_table, table_bytes
from .edisi import ARAH, JENIS, KELOMPOK, KEYAKINAN, SATUAN, STATUS, DasarHukum, Edisi, Indikator
from .rumus import Rumus, RumusError, parse_rumus
from .wilayah import find_wilayah, wilayah_bytes

BERKAS_EDISI = "edisi.yaml"
BERKAS_INDIKATOR = "indikator.csv"
BERKAS_WILAYAH = "wilayah.csv"
KOLOM = (
    "kode",
    "jenis",
    "kelompok_urusan",
    "urusan",
    "nama",
    "pembilang",
    "penyebut",
    "rumus",
    "komponen",
    "rumus_teks",
    "satuan",
    "satuan_sumber",
    "batas",
    "wajar",
    "arah",
    "pengampu",
    "sumber_data",
    "halaman",
    "sumber",
    "keyakinan",
    "catatan",
)
TAHUN_TERAWAL, TAHUN_TERAKHIR = 1999, 2100

# A dataset name is made of both; CKAN allows 100 characters of a-z, 0-9, "-" and "_".
_KODE_EDISI = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,18}[a-z0-9])?", re.ASCII)
_KODE_INDIKATOR = re.compile(r"(?=.{1,40}$)[A-Za-z0-9]+(?:\.[A-Za-z0-9]+)*", re.ASCII)

# Key in edisi.yaml -> type, and whether it must be there.
_KUNCI: Mapping[str, tuple[type | tuple[type, ...], bool]] = {
    "kode": (str, True),
    "judul": (str, True),
    "status": (str, True),
    "tahun_awal": (int, True),
    "tahun_akhir": ((int, type(None)), True),
    "wilayah": (str, True),
    "dasar": (list, True),
    "keterangan": (str, False),
}


def load_edisi(path: Path) -> Edisi:
    """Read one edition.

    path: directory that holds edisi.yaml and indikator.csv, both UTF-8.
    Raises KatalogError, which names file and line, for anything that is not understood: unknown or
    missing column, repeated code, unknown word in a column with a fixed list, empty name, formula
    or bound that does not parse, a row marked "rendah", wrong encoding.
    """
    meta = read_mapping(path / BERKAS_EDISI)
    edisi = _edisi(meta, path)
    indikator: list[Indikator] = []
    pemakai: dict[str, int] = {}
    for baris in read_table(path / BERKAS_INDIKATOR, KOLOM):
        i = _indikator(baris, edisi)
        # The slug, not the code: 1.A and 1.a would share one dataset name.
        if i.slug in pemakai:
            baris.salah(
                f"kode '{i.kode}' sudah dipakai di baris {pemakai[i.slug]}. Sisakan satu baris."
            )
        pemakai[i.slug] = baris.line
        indikator.append(i)
    aturan = load_aturan(path)
    if asing := sorted(set(aturan) - {i.kode for i in indikator}):
        raise KatalogError(BERKAS_ATURAN, None, f"kode '{', '.join(asing)}' bukan isi edisi ini.")
    return replace(
        edisi,
        indikator=tuple(
            replace(i, aturan=aturan[i.kode]) if i.kode in aturan else i for i in indikator
        ),
    )


def _edisi(meta: Mapping[str, Any], path: Path) -> Edisi:
    for kunci in meta:
        if kunci not in _KUNCI:
            raise _salah(f"'{kunci}' tidak dikenal. Yang dikenal: {', '.join(_KUNCI)}.")
    for kunci, (jenis, wajib) in _KUNCI.items():
        if kunci not in meta and wajib:
            raise _salah(f"'{kunci}' belum ada. Tambahkan.")
        if kunci in meta and (not isinstance(meta[kunci], jenis) or isinstance(meta[kunci], bool)):
            raise _salah(
                f"'{kunci}' tidak dapat dipakai. Teks seperti \"2025\" diapit tanda kutip."
            )
    if not _KODE_EDISI.fullmatch(meta["kode"]):
        raise _salah(
            "kode edisi hanya boleh huruf kecil, angka dan tanda hubung, paling banyak 20."
        )
    if not meta["judul"].strip():
        raise _salah("judul kosong. Tulis nama edisi.")
    if meta["status"] not in STATUS:
        raise _salah(f"status '{meta['status']}' tidak dikenal. Pakai: {', '.join(STATUS)}.")
    akhir = TAHUN_TERAKHIR if meta["tahun_akhir"] is None else meta["tahun_akhir"]
    if not TAHUN_TERAWAL <= meta["tahun_awal"] <= akhir <= TAHUN_TERAKHIR:
        raise _salah("tahun_awal dan tahun_akhir tidak masuk akal atau terbalik.")
    return Edisi(
        kode=meta["kode"],
        judul=meta["judul"].strip(),
        dasar=tuple(_dasar(butir, meta["status"]) for butir in meta["dasar"]),
        status=meta["status"],
        tahun_awal=meta["tahun_awal"],
        tahun_akhir=meta["tahun_akhir"],
        wilayah=find_wilayah(meta["wilayah"], path),
        indikator=(),
        keterangan=meta.get("keterangan", "").strip(),
    )


def _dasar(butir: object, status: str) -> DasarHukum:
    nama = [f.name for f in fields(DasarHukum)]
    if not isinstance(butir, dict) or sorted(butir) != sorted(nama):
        raise _salah(f"setiap butir 'dasar' berisi tepat: {', '.join(nama)}.")
    if not all(isinstance(nilai, str) for nilai in butir.values()):
        raise _salah("setiap isi butir 'dasar' harus berupa teks.")
    _periksa_keyakinan(butir["keyakinan"], status)
    return DasarHukum(**{kunci: nilai.strip() for kunci, nilai in butir.items()})


def _salah(message: str) -> KatalogError:
    return KatalogError(BERKAS_EDISI, None, message)


def _periksa_keyakinan(keyakinan: str, status: str) -> None:
    if keyakinan == "rendah":
        raise _salah("keterangan dengan keyakinan 'rendah' tidak boleh dimuat. Pastikan dahulu.")
    if keyakinan not in KEYAKINAN:
        raise _salah(f"keyakinan '{keyakinan}' tidak dikenal. Pakai: {', '.join(KEYAKINAN)}.")
    if keyakinan == "belum_terverifikasi" and status == "terverifikasi":
        raise _salah("keyakinan 'belum_terverifikasi' tidak boleh ada dalam edisi terverifikasi.")


def _indikator(baris: Baris, edisi: Edisi) -> Indikator:
    kode = baris.wajib("kode")
    if not _KODE_INDIKATOR.fullmatch(kode):
        baris.salah(f"kode '{kode}' tidak dapat dipakai. Contoh: 1.a.1, 2.c, A.")
    try:
        _periksa_keyakinan(baris.wajib("keyakinan"), edisi.status)
    except KatalogError as error:
        baris.salah(error.message)
    rumus = _rumus(baris)
    kolom = [*(part.name for part in rumus.parts), "capaian"]
    try:
        batas, wajar = (parse_batas(baris[k], kolom) for k in ("batas", "wajar"))
    except BatasError as error:
        baris.salah(f"{error}.")
    return Indikator(
        edisi=edisi.kode,
        kode=kode,
        jenis=baris.pilihan("jenis", JENIS),
        kelompok_urusan=baris.pilihan("kelompok_urusan", KELOMPOK),
        urusan=baris["urusan"] if edisi.status == "belum_terverifikasi" else baris.wajib("urusan"),
        nama=baris.wajib("nama"),
        pembilang=baris["pembilang"],
        penyebut=baris["penyebut"],
        rumus=rumus,
        rumus_teks=baris["rumus_teks"],
        satuan=baris.pilihan("satuan", SATUAN),
        satuan_sumber=baris["satuan_sumber"],
        batas=batas,
        wajar=wajar,
        arah=baris.pilihan("arah", ARAH) if baris["arah"] else None,
        pengampu=baris.daftar("pengampu"),
        sumber_data=baris["sumber_data"],
        halaman=baris["halaman"],
        sumber=baris.wajib("sumber"),
        keyakinan=baris["keyakinan"],
        catatan=baris["catatan"],
    )


def _rumus(baris: Baris) -> Rumus:
    ekspresi = baris.wajib("rumus")
    judul: dict[str, str] = {}
    for bagian in filter(None, (teks.strip() for teks in baris["komponen"].split("|"))):
        nama, tanda, isi = bagian.partition("=")
        if not tanda or not isi.strip() or nama.strip() in judul:
            baris.salah(f"komponen '{bagian}' tidak terbaca. Tulis: nama = judul | nama = judul.")
        judul[nama.strip()] = isi.strip()
    if not judul and ekspresi.startswith(_PAKAI_PEMBILANG):
        judul = {"pembilang": baris.wajib("pembilang"), "penyebut": baris.wajib("penyebut")}
    try:
        return parse_rumus(ekspresi, judul)
    except RumusError as error:
        baris.salah(f"{error}.")


# With an empty komponen column these take their titles from the columns of the same name.
_PAKAI_PEMBILANG = ("persentase(", "rasio(")


def tulis_edisi(edisi: Edisi, folder: Path) -> None:
    """Write edisi.yaml, indikator.csv and wilayah.csv, which load_edisi reads back unchanged.

    folder: made when it does not exist; files of those names in it are replaced.
    Raises KatalogError when the edition holds something the files cannot express; nothing is
    written then.
    """
    berkas = {
        BERKAS_EDISI: _edisi_bytes(edisi),
        BERKAS_INDIKATOR: table_bytes(KOLOM, (_sel(i) for i in edisi.indikator)),
        BERKAS_WILAYAH: wilayah_bytes(edisi.wilayah),
    }
    if isi := aturan_bytes((i.kode, i.aturan) for i in edisi.indikator):
        berkas[BERKAS_ATURAN] = isi
    with tempfile.TemporaryDirectory() as nama:
        _tulis(Path(nama), berkas)
        if load_edisi(Path(nama)) != edisi:
            raise KatalogError(
                BERKAS_INDIKATOR,
                None,
                "ada teks yang berubah bila ditulis (misalnya memuat '|' atau ';'). Gantilah.",
            )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BERKAS_ATURAN).unlink(missing_ok=True)
    _tulis(folder, berkas)


def _tulis(folder: Path, berkas: Mapping[str, bytes]) -> None:
    for nama, isi in berkas.items():
        (folder / nama).write_bytes(isi)


def _edisi_bytes(edisi: Edisi) -> bytes:
    meta = edisi.to_dict() | {"wilayah": BERKAS_WILAYAH}
    teks: str = yaml.safe_dump(
        {kunci: meta[kunci] for kunci in _KUNCI}, allow_unicode=True, sort_keys=False, width=100
    )
    return teks.encode("utf-8")


def _sel(i: Indikator) -> list[str]:
    judul = i.rumus.judul
    dari_kolom = {"pembilang": i.pembilang, "penyebut": i.penyebut}
    sama = str(i.rumus).startswith(_PAKAI_PEMBILANG) and judul == dari_kolom
    khusus = {
        "rumus": str(i.rumus),
        "komponen": "" if sama else " | ".join(f"{n} = {t}" for n, t in judul.items()),
        "batas": tulis_batas(i.batas),
        "wajar": tulis_batas(i.wajar),
        "arah": i.arah or "",
        "pengampu": "; ".join(i.pengampu),
    }
    return [khusus[k] if k in khusus else getattr(i, k) for k in KOLOM]
