"""Formulas as data.

A formula is one call, written as text in the catalogue, for example ``persentase(pembilang,
penyebut)``. It names the parts that the producer fills in; the system computes the result from
them. The whole language is the table BENTUK below: nothing is ever evaluated as code.

    rumus   = nama "(" [ unsur { "," unsur } ] ")" [ "*" angka ]
    unsur   = bagian | angka "*" bagian | angka          (which one depends on nama)
    angka   = digits, with a point before decimals
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Any, Literal, NamedTuple

Kendala = Literal[
    "tidak_dihitung", "bagian_kosong", "di_luar_jangkauan", "penyebut_nol", "bobot_tidak_100"
]

# One fixed context, so that a result never depends on the caller's decimal settings.
KONTEKS = Context(prec=100, rounding=ROUND_HALF_EVEN)
PANGKAT_TERBESAR = 30
SERATUS = Decimal(100)

_PANGGILAN = re.compile(r"([a-z_]+)\s*\(([^()]*)\)\s*(?:\*\s*(\d+(?:\.\d+)?))?", re.ASCII)
_NAMA = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_ANGKA = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_BERBOBOT = re.compile(r"(\d+(?:\.\d+)?)\s*\*\s*([a-z][a-z0-9_]*)", re.ASCII)

# Columns every capaian table has; a part may not take their names.
NAMA_TERPAKAI = frozenset({"kode_indikator", "tahun", "kode_wilayah", "capaian", "keterangan"})


class RumusError(ValueError):
    """A formula that does not parse; the text says why, in Indonesian."""


class Part(NamedTuple):
    """One number the producer fills in: column name and the source's own words for it."""

    name: str
    title: str


class Pilihan(NamedTuple):
    """One allowed value of a level scale and what it stands for (may be empty)."""

    nilai: Decimal
    label: str


def _rasio(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return nilai[0] / nilai[1]


def _persentase(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return nilai[0] * SERATUS / nilai[1]


def _pertumbuhan(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return (nilai[0] - nilai[1]) * SERATUS / nilai[1]


def _jumlah(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return sum(nilai, Decimal(0))


def _rerata(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return _jumlah(rumus, nilai) / len(nilai)


def _tertimbang(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    return sum((bobot * n for bobot, n in zip(rumus.bobot, nilai, strict=True)), Decimal(0))


def _berbobot(rumus: Rumus, nilai: Sequence[Decimal]) -> Decimal:
    pasangan = zip(nilai[::2], nilai[1::2], strict=True)
    return sum((n * bobot for n, bobot in pasangan), Decimal(0)) / SERATUS


@dataclass(frozen=True, slots=True)
class Bentuk:
    """What one function of the language takes, and how it is computed."""

    unsur: Literal["bagian", "berbobot", "angka"]
    paling_sedikit: int
    paling_banyak: int
    hitung: Callable[[Rumus, Sequence[Decimal]], Decimal] | None


BENTUK: Mapping[str, Bentuk] = {
    "persentase": Bentuk("bagian", 2, 2, _persentase),
    "rasio": Bentuk("bagian", 2, 2, _rasio),
    "pertumbuhan": Bentuk("bagian", 2, 2, _pertumbuhan),
    "jumlah": Bentuk("bagian", 2, 20, _jumlah),
    "rerata": Bentuk("bagian", 2, 20, _rerata),
    "tertimbang": Bentuk("berbobot", 2, 20, _tertimbang),
    "berbobot": Bentuk("bagian", 4, 20, _berbobot),
    "langsung": Bentuk("angka", 0, 0, None),
    "pilihan": Bentuk("angka", 2, 20, None),
}
# Functions whose second part divides.
PEMBAGI = frozenset({"persentase", "rasio", "pertumbuhan"})


@dataclass(frozen=True, slots=True)
class Rumus:
    """A parsed formula; equal formulas compare equal. Make one with parse_rumus."""

    jenis: str
    parts: tuple[Part, ...] = ()
    bobot: tuple[Decimal, ...] = ()
    faktor: Decimal = Decimal(1)
    pilihan: tuple[Pilihan, ...] = ()

    @property
    def dihitung(self) -> bool:
        """True when the system can compute the result from the parts."""
        return BENTUK[self.jenis].hitung is not None

    def kendala(self, parts: Mapping[str, Decimal | None]) -> Kendala | None:
        """Why the result cannot be computed from these parts; None when it can."""
        if not self.dihitung:
            return "tidak_dihitung"
        nilai = [parts.get(part.name) for part in self.parts]
        terisi = [n for n in nilai if n is not None and n.is_finite()]
        if len(terisi) < len(nilai):
            return "bagian_kosong"
        if any(n and abs(n.adjusted()) > PANGKAT_TERBESAR for n in terisi):
            return "di_luar_jangkauan"
        if self.jenis in PEMBAGI and not terisi[1]:
            return "penyebut_nol"
        with localcontext(KONTEKS):
            if self.jenis == "berbobot" and sum(terisi[1::2]) != SERATUS:
                return "bobot_tidak_100"
        return None

    def compute(self, parts: Mapping[str, Decimal | None]) -> Decimal | None:
        """The result, in the indicator's unit, computed with 100 significant digits.

        parts: part name -> value; other names are ignored.
        Returns None exactly when kendala(parts) names a reason.
        """
        hitung = BENTUK[self.jenis].hitung
        if hitung is None or self.kendala(parts) is not None:
            return None
        nilai = [n for part in self.parts if (n := parts[part.name]) is not None]
        with localcontext(KONTEKS):
            return hitung(self, nilai) * self.faktor

    @property
    def judul(self) -> dict[str, str]:
        """Titles of the parts by name, or labels of the choices by value."""
        if self.pilihan:
            return {_tulis(p.nilai): p.label for p in self.pilihan if p.label}
        return {part.name: part.title for part in self.parts}

    def __str__(self) -> str:
        """The formula as the catalogue writes it; parse_rumus reads it back."""
        if self.bobot:
            unsur = [f"{_tulis(b)}*{p.name}" for b, p in zip(self.bobot, self.parts, strict=True)]
        elif self.pilihan:
            unsur = [_tulis(p.nilai) for p in self.pilihan]
        else:
            unsur = [part.name for part in self.parts]
        akhir = "" if self.faktor == 1 else f" * {_tulis(self.faktor)}"
        return f"{self.jenis}({', '.join(unsur)}){akhir}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON-safe data: jenis, ekspresi (the text form) and judul (name -> title)."""
        return {"jenis": self.jenis, "ekspresi": str(self), "judul": self.judul}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rumus:
        """The formula of to_dict; raises RumusError when the data do not agree with each other."""
        rumus = parse_rumus(data["ekspresi"], data["judul"])
        if rumus.jenis != data["jenis"]:
            raise RumusError(f"jenis '{data['jenis']}' tidak sama dengan rumus '{rumus}'")
        return rumus


def parse_rumus(ekspresi: str, judul: Mapping[str, str]) -> Rumus:
    """Read a formula.

    ekspresi: the text form, for example "tertimbang(0.30*a, 0.70*b) * 100".
    judul: a title for every part (for pilihan: a label for any of the values); no other names.
    Raises RumusError for anything else than the language of this module.
    """
    cocok = _PANGGILAN.fullmatch(ekspresi.strip())
    if cocok is None:
        raise RumusError(
            f"rumus '{ekspresi}' tidak terbaca. Contoh: persentase(pembilang, penyebut)"
        )
    jenis, isi, faktor = cocok.groups()
    bentuk = BENTUK.get(jenis)
    if bentuk is None:
        raise RumusError(f"rumus '{jenis}' tidak dikenal. Yang dikenal: {', '.join(BENTUK)}")
    unsur = [teks.strip() for teks in isi.split(",")] if isi.strip() else []
    if not bentuk.paling_sedikit <= len(unsur) <= bentuk.paling_banyak:
        raise RumusError(f"rumus '{jenis}' tidak cocok dengan {len(unsur)} unsur: '{ekspresi}'")
    if faktor is not None and jenis != "tertimbang":
        raise RumusError(f"pengali '* {faktor}' hanya boleh pada tertimbang(...)")
    if bentuk.unsur == "angka":
        return _dengan_pilihan(jenis, unsur, judul)
    return _dengan_bagian(jenis, bentuk, unsur, judul, Decimal(faktor or 1))


def _dengan_pilihan(jenis: str, unsur: Sequence[str], judul: Mapping[str, str]) -> Rumus:
    for teks in unsur:
        if not _ANGKA.fullmatch(teks):
            raise RumusError(f"pilihan '{teks}' bukan angka. Tulis seperti pilihan(1, 2, 3)")
    nilai = [Decimal(teks) for teks in unsur]
    if len(set(nilai)) < len(nilai):
        raise RumusError("nilai pilihan tidak boleh berulang")
    asing = set(judul) - {_tulis(n) for n in nilai}
    if asing:
        raise RumusError(f"komponen '{', '.join(sorted(asing))}' tidak dipakai oleh rumus {jenis}")
    return Rumus(jenis, pilihan=tuple(Pilihan(n, judul.get(_tulis(n), "")) for n in nilai))


def _dengan_bagian(
    jenis: str, bentuk: Bentuk, unsur: Sequence[str], judul: Mapping[str, str], faktor: Decimal
) -> Rumus:
    bobot: list[Decimal] = []
    nama: list[str] = []
    for teks in unsur:
        if bentuk.unsur == "berbobot":
            cocok = _BERBOBOT.fullmatch(teks)
            if cocok is None:
                raise RumusError(
                    f"'{teks}' tidak terbaca. Tulis bobot*bagian, misalnya 0.30*kepatuhan"
                )
            bobot.append(Decimal(cocok[1]))
            nama.append(cocok[2])
        elif _NAMA.fullmatch(teks):
            nama.append(teks)
        else:
            raise RumusError(
                f"'{teks}' bukan nama bagian. Pakai huruf kecil, angka dan garis bawah"
            )
    if len(set(nama)) < len(nama):
        raise RumusError(f"nama bagian berulang dalam '{', '.join(nama)}'")
    if terpakai := NAMA_TERPAKAI.intersection(nama):
        raise RumusError(f"nama bagian '{', '.join(sorted(terpakai))}' sudah dipakai kolom lain")
    if bobot and sum(bobot) != 1:
        raise RumusError(f"jumlah bobot {sum(bobot)}, seharusnya 1")
    if jenis == "berbobot" and len(nama) % 2:
        raise RumusError("berbobot(...) memerlukan pasangan nilai, bobot")
    if faktor == 0:
        raise RumusError("pengali tidak boleh nol")
    tanpa_judul = [n for n in nama if not judul.get(n)]
    if tanpa_judul:
        raise RumusError(f"bagian '{', '.join(tanpa_judul)}' belum punya judul. Isi kolom komponen")
    if asing := set(judul) - set(nama):
        raise RumusError(f"komponen '{', '.join(sorted(asing))}' tidak dipakai oleh rumus")
    return Rumus(jenis, tuple(Part(n, judul[n]) for n in nama), tuple(bobot), faktor)


def _tulis(angka: Decimal) -> str:
    return format(angka, "f")
