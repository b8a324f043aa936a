"""What would happen to every figure of a table: sure, asked about, refused, not in the catalogue.

A figure is "pasti" only when its indicator is sure, its reading is sure, and the file made from it
passes the very check that the portal will run. Nothing here writes anywhere.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..checking.report import Finding
from ..katalog import Calon, Cocok, Edisi, Indikator, cocokkan, normalisasi, table_schema
from ..numbers import write_number
from .berkas_capaian import capaian_csv, check_capaian
from .capaian import BarisCapaian, Nilai, TabelCapaian
from .jawaban import Jawaban
from .kolom import ImporError
from .nilai import DUA_ARTI, Bacaan, answered_value, hides_digits, read_value, written
from .pesan import ALASAN, PERINGATAN

Hasil = Literal["pasti", "tanya", "salah", "tidak_ada", "kosong", "lewati"]


@dataclass(frozen=True, slots=True)
class Butir:
    """One row and year. kode_berkas, nama and tertulis are the file's; kode is the indicator's,
    value the figure and isi the bytes to upload, all three only where hasil is pasti."""

    baris: int
    tahun: int
    sel: str
    kode_berkas: str
    nama: str
    tertulis: str
    hasil: Hasil
    alasan: str
    penjelasan: str
    kode: str | None = None
    value: Decimal | None = None
    isi: bytes | None = None
    calon: tuple[Calon, ...] = ()
    peringatan: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Padanan:
    """What a row means in the catalogue, answers included; kode only where that is sure."""

    hasil: Hasil
    alasan: str
    kode: str | None = None
    calon: tuple[Calon, ...] = ()


@dataclass(frozen=True, slots=True)
class Rencana:
    """The whole import: the table it is made from, the edition, and one Butir per row and year."""

    tabel: TabelCapaian
    edisi: str
    butir: tuple[Butir, ...]

    @property
    def pasti(self) -> tuple[Butir, ...]:
        """What can be uploaded."""
        return tuple(b for b in self.butir if b.hasil == "pasti")

    def counts(self, tahun: int) -> Counter[str]:
        """Number of figures of a year per outcome."""
        return Counter(b.hasil for b in self.butir if b.tahun == tahun)

    def reasons(self) -> Counter[tuple[str, str]]:
        """Number of figures per outcome and reason."""
        return Counter((b.hasil, b.alasan) for b in self.butir)


def make_rencana(tabel: TabelCapaian, edisi: Edisi, jawaban: Jawaban | None = None) -> Rencana:
    """Match a table with an edition and read its figures.

    Raises ImporError for a year that the edition does not cover, and for answers that do not fit
    this table or this edition.
    """
    luar = [str(t) for t in tabel.tahun if not edisi.covers(t)]
    if luar:
        akhir = edisi.tahun_akhir or "seterusnya"
        raise ImporError(
            f"Edisi {edisi.kode} berlaku untuk data {edisi.tahun_awal} sampai {akhir}, tidak untuk "
            f"{', '.join(luar)}. Muat edisi yang berlaku untuk tahun itu, atau batasi dengan "
            "--tahun."
        )
    jawaban = jawaban or Jawaban()
    jawaban.guard(tabel, edisi)
    penyusun = _Penyusun(tabel, edisi, jawaban)
    return Rencana(tabel, edisi.kode, tuple(penyusun.butir()))


class _Penyusun:
    """Makes the plan; holds what all rows share."""

    def __init__(self, tabel: TabelCapaian, edisi: Edisi, jawaban: Jawaban) -> None:
        self._tabel = tabel
        self._edisi = edisi
        self._jawaban = jawaban
        self._nama: dict[str, list[int]] = defaultdict(list)
        for b in tabel.baris:
            self._nama[normalisasi(b.nama)].append(b.nomor)

    def butir(self) -> Iterator[Butir]:
        """One Butir per row and year, in the order of the file."""
        baris = self._tabel.baris
        cocok = cocokkan(((b.kode or None, b.nama) for b in baris), self._edisi)
        padanan = [self._answered(b, c) for b, c in zip(baris, cocok, strict=True)]
        pemakai = Counter(c.kode for c in padanan if c.kode is not None)
        for b, c in zip(baris, padanan, strict=True):
            if c.kode is not None and pemakai[c.kode] > 1:
                c = _Padanan("tanya", "kode_berulang", None, self._named(c.kode))
            for nilai in b.nilai:
                yield self._butir(b, c, nilai)

    def _answered(self, b: BarisCapaian, c: Cocok) -> _Padanan:
        kode = self._jawaban.kode.get(b.nomor)
        if kode is None:
            return _Padanan(c.hasil, c.alasan, c.kode, c.calon)
        return _Padanan("pasti", "jawaban", kode)

    def _named(self, kode: str) -> tuple[Calon, ...]:
        i = self._edisi.get(kode)
        return () if i is None else (Calon(i.kode, i.nama, 1.0),)

    def _butir(self, b: BarisCapaian, c: _Padanan, nilai: Nilai) -> Butir:
        indikator = self._edisi.get(c.kode) if c.kode is not None else None
        bacaan = read_value(nilai.cell, indikator.satuan if indikator else None)
        butir = Butir(
            baris=b.nomor,
            tahun=nilai.tahun,
            sel=nilai.sel,
            kode_berkas=b.kode,
            nama=b.nama,
            tertulis=written(nilai.cell),
            hasil="pasti",
            alasan=c.alasan,
            penjelasan="",
        )
        tolak = self._refusal(b, nilai, bacaan)
        if tolak is not None:
            return dataclasses.replace(butir, hasil=tolak[0], alasan=tolak[1], penjelasan=tolak[2])
        if c.hasil != "pasti" or indikator is None:
            teks = ALASAN[c.alasan].format_map(self._words(b))
            return dataclasses.replace(butir, hasil=c.hasil, penjelasan=teks, calon=c.calon)
        if indikator.rumus.parts:
            bagian = ", ".join(part.name for part in indikator.rumus.parts)
            teks = ALASAN["butuh_bagian"].format(kode=indikator.kode, bagian=bagian)
            calon = self._named(indikator.kode)
            return dataclasses.replace(
                butir, hasil="tanya", alasan="butuh_bagian", penjelasan=teks, calon=calon
            )
        value = bacaan.value
        if value is None:
            value = answered_value(bacaan, self._jawaban.nilai.get((b.nomor, nilai.tahun), ""))
        if value is None:
            finding = self._finding(bacaan, b, nilai)
            return dataclasses.replace(
                butir, hasil="tanya", alasan=finding.code, penjelasan=finding.message()
            )
        return self._sure(butir, nilai, indikator, value, ALASAN[c.alasan])

    def _refusal(
        self, b: BarisCapaian, nilai: Nilai, bacaan: Bacaan
    ) -> tuple[Hasil, str, str] | None:
        """What decides about a figure before its indicator matters: (outcome, reason, sentence)."""
        if self._jawaban.skips(b.nomor, nilai.tahun):
            return "lewati", "lewati", ALASAN["lewati"]
        if bacaan.kosong:
            return "kosong", "sel_kosong", ALASAN["sel_kosong"]
        if b.tersembunyi:
            return "tanya", "baris_tersembunyi", ALASAN["baris_tersembunyi"]
        if nilai.gabung:
            return "tanya", "sel_gabung", ALASAN["sel_gabung"].format(rentang=nilai.gabung)
        if bacaan.value is None and bacaan.kode != DUA_ARTI:
            finding = self._finding(bacaan, b, nilai)
            return "salah", finding.code, finding.message()
        return None

    def _words(self, b: BarisCapaian) -> Mapping[str, str]:
        nomor = self._nama[normalisasi(b.nama)]
        daftar = ", ".join(map(str, nomor[:20]))
        return {"jumlah": str(len(nomor)), "daftar": daftar, "edisi": self._edisi.kode}

    def _finding(self, bacaan: Bacaan, b: BarisCapaian, nilai: Nilai) -> Finding:
        return bacaan.finding(
            lembar=self._tabel.lembar,
            sel=nilai.sel,
            baris=b.nomor,
            judul=nilai.judul,
            nilai=written(nilai.cell),
        )

    def _sure(
        self, butir: Butir, nilai: Nilai, indikator: Indikator, value: Decimal, alasan: str
    ) -> Butir:
        """Make the file of a sure figure and let the portal's own check judge it."""
        peringatan: list[str] = []
        if hides_digits(nilai.cell, value):
            kata = {"tampil": butir.tertulis, "simpan": write_number(value)}
            peringatan.append(PERINGATAN["tampilan"].format_map(kata))
        if value.is_zero():
            peringatan.append(PERINGATAN["nol"])
        schema = table_schema(self._edisi, indikator, butir.tahun)
        isi = capaian_csv(schema, value, self._source(nilai, value))
        report = check_capaian(isi, schema)
        peringatan += [self._placed(f, butir, nilai).message() for f in report.warnings]
        if not report.valid:
            salah = [self._placed(f, butir, nilai) for f in report.errors]
            return dataclasses.replace(
                butir,
                hasil="salah",
                alasan=salah[0].code,
                penjelasan=" ".join(f.message() for f in salah),
            )
        return dataclasses.replace(
            butir,
            penjelasan=alasan,
            kode=indikator.kode,
            value=value,
            isi=isi,
            peringatan=tuple(peringatan),
        )

    def _source(self, nilai: Nilai, value: Decimal) -> str:
        """The remark that goes with the figure: where it came from, and the doubt about a zero."""
        lembar = f" lembar {self._tabel.lembar}" if self._tabel.lembar else ""
        asal = f"Dari {self._tabel.berkas}{lembar} sel {nilai.sel}."
        return f"{asal} Nol; bisa berarti belum ada data." if value.is_zero() else asal

    def _placed(self, finding: Finding, butir: Butir, nilai: Nilai) -> Finding:
        """A finding about the file we made, told at the cell the figure came from."""
        return dataclasses.replace(
            finding,
            sheet=self._tabel.lembar,
            cell=butir.sel,
            row=butir.baris,
            column=nilai.judul,
            value=butir.tertulis[:80],
        )


def zeros(butir: Sequence[Butir]) -> int:
    """How many sure figures are zero, each a possible "no data yet"."""
    return sum(b.value is not None and b.value.is_zero() for b in butir)
