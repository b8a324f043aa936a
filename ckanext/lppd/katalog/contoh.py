"""Example files: invented, plausible, and the same on every run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from .berkas import table_bytes
from .edisi import Edisi, Indikator
from .skema import KUNCI_BARIS, table_schema

KETERANGAN = "Contoh: angka rekaan"
SEPERSERATUS = Decimal("0.01")
Rentang = tuple[Decimal, Decimal]


def _rentang(rendah: str, tinggi: str) -> Rentang:
    return Decimal(rendah), Decimal(tinggi)


# Smallest and largest number to invent: for a result that is given directly, by unit ...
RENTANG_SATUAN: Mapping[str, Rentang] = {
    "persen": _rentang("4", "12"),
    "indeks": _rentang("70", "85"),
    "rupiah": _rentang("60000000", "120000000"),
    "poin": _rentang("8", "20"),
    "nilai": _rentang("60", "90"),
    "rasio": _rentang("0.25", "0.40"),
}
RENTANG_LAIN = _rentang("10", "60")
# ... and for the parts, by formula; where a formula has two, the second is the larger.
RENTANG_RUMUS: Mapping[str, tuple[Rentang, ...]] = {
    "persentase": (_rentang("500", "900"), _rentang("900", "1300")),
    "rasio": (_rentang("500", "900"), _rentang("900", "1300")),
    "pertumbuhan": (_rentang("950", "1200"), _rentang("900", "1150")),
    "jumlah": (_rentang("5", "20"),),
    "rerata": (_rentang("60", "95"),),
    "tertimbang": (_rentang("60", "95"),),
    "berbobot": (_rentang("0.50", "0.90"),),
}
PECAHAN = _rentang("0.50", "0.90")


def example_csv(edisi: Edisi, indikator: Indikator, tahun: int) -> bytes:
    """An example `capaian` file (UTF-8 CSV, comma, CRLF) that passes its own schema.

    Where the parts are counts the districts are filled in too and add up to the city; else only the
    city has a row. Raises KatalogError as table_schema does.
    """
    schema = table_schema(edisi, indikator, tahun)
    kode = schema["fields"][2]["constraints"]["enum"]
    kota, kecamatan = kode[0], kode[1:] if _terjumlah(indikator) else []
    isi = {k: _bagian(indikator, tahun, k) for k in (kecamatan or [kota])}
    if kecamatan:
        nama = [part.name for part in indikator.rumus.parts]
        isi[kota] = {n: sum((isi[k][n] for k in kecamatan), Decimal(0)) for n in nama}
    return table_bytes(
        [*KUNCI_BARIS, *indikator.kolom_angka, "keterangan"],
        (
            [
                indikator.kode,
                str(tahun),
                k,
                *map(_tulis, isi[k].values()),
                _tulis(_capaian(indikator, tahun, k, isi[k])),
                KETERANGAN,
            ]
            for k in [kota, *kecamatan]
        ),
    )


def _terjumlah(indikator: Indikator) -> bool:
    """Whether the parts are counts without a fixed value, so that districts add up to the city."""
    tetap = any(b.minimum is not None and b.minimum == b.maksimum for b in indikator.batas)
    parts = indikator.rumus.parts
    return bool(parts) and not tetap and all(p.title.lower().startswith("jumlah ") for p in parts)


def _bagian(indikator: Indikator, tahun: int, kode: str) -> dict[str, Decimal]:
    """Invented parts of one region, inside the indicator's bounds."""
    rumus = indikator.rumus
    hasil: dict[str, Decimal] = {}
    for nomor, part in enumerate(rumus.parts):
        rentang = RENTANG_RUMUS[rumus.jenis]
        pilih = rentang[min(nomor, len(rentang) - 1)] if rumus.faktor == 1 else PECAHAN
        hasil[part.name] = _rekaan(indikator, tahun, kode, part.name, pilih)
    if rumus.jenis == "berbobot":
        _genapkan_bobot(hasil)
    hasil = _dalam_batas(indikator, hasil)
    if rumus.jenis == "persentase":
        # A denominator fixed by the source (three documents) may be smaller than the numerator.
        bagian, seluruh = hasil
        hasil[bagian] = min(hasil[bagian], hasil[seluruh])
    return hasil


def _genapkan_bobot(hasil: dict[str, Decimal]) -> None:
    """Replace every second part by equal weights in percent that add up to 100."""
    bobot = list(hasil)[1::2]
    for nama in bobot:
        hasil[nama] = Decimal(100 // len(bobot))
    hasil[bobot[0]] += 100 - sum(hasil[nama] for nama in bobot)


def _dalam_batas(indikator: Indikator, nilai: Mapping[str, Decimal]) -> dict[str, Decimal]:
    batas = {b.kolom: b for b in indikator.batas}
    hasil = dict(nilai)
    for nama in nilai:
        b = batas.get(nama)
        if b is not None and b.minimum is not None:
            hasil[nama] = max(hasil[nama], b.minimum)
        if b is not None and b.maksimum is not None:
            hasil[nama] = min(hasil[nama], b.maksimum)
    return hasil


def _capaian(indikator: Indikator, tahun: int, kode: str, bagian: Mapping[str, Decimal]) -> Decimal:
    rumus = indikator.rumus
    if (hasil := rumus.compute(bagian)) is not None:
        return hasil.quantize(SEPERSERATUS, rounding=ROUND_HALF_EVEN)
    if rumus.pilihan:
        return max(p.nilai for p in rumus.pilihan)
    rentang = RENTANG_SATUAN.get(indikator.satuan, RENTANG_LAIN)
    nilai = _rekaan(indikator, tahun, kode, "capaian", rentang)
    return _dalam_batas(indikator, {"capaian": nilai})["capaian"]


def _rekaan(indikator: Indikator, tahun: int, kode: str, nama: str, rentang: Rentang) -> Decimal:
    """A number in the range, fixed by what it stands for; whole when the range is wide."""
    kunci = f"{indikator.edisi}|{indikator.kode}|{tahun}|{kode}|{nama}"
    acak = int.from_bytes(hashlib.sha256(kunci.encode("utf-8")).digest()[:8], "big")
    rendah, tinggi = rentang
    langkah = Decimal(1) if tinggi - rendah >= 100 else SEPERSERATUS
    return rendah + acak % int((tinggi - rendah) / langkah) * langkah


def _tulis(angka: Decimal) -> str:
    return f"{angka:f}".replace(".", ",")
