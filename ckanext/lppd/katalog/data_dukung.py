"""Which documents prove an indicator's value.

Pedoman Umum Penyusunan LPPD 2025, Bab IV: evidence is given apart for numerator and denominator,
signed by the head of the agency; a statement where the indicator does not apply (certainty:
sedang, one transcription). The list is a reminder and blocks nothing: what is missing is said where
a submission is sent and where it is examined.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .edisi import Indikator

PERNYATAAN = "pernyataan"
LAINNYA = "lainnya"
UMUM: tuple[tuple[str, str, str], ...] = (
    (PERNYATAAN, "Surat keterangan (bila indikator tidak berlaku atau nihil)", "Statement letter"),
    (LAINNYA, "Dokumen lain", "Another document"),
)


@dataclass(frozen=True, slots=True)
class Dokumen:
    """One document of the list; `diminta` when the guide asks for it for every value."""

    kode: str
    nama: dict[str, str]
    diminta: bool


def daftar_dokumen(indikator: Indikator | None) -> tuple[Dokumen, ...]:
    """Return the documents for an indicator; for sectoral data (None) only the general ones."""
    if indikator is None:
        wanted: list[tuple[str, str]] = []
    else:
        parts = [(part.name, part.title) for part in indikator.rumus.parts]
        wanted = parts or [("capaian", indikator.nama)]
    return (
        *(
            Dokumen(f"bukti_{kode}", {"id": f"Bukti {nama}", "en": f"Evidence of {nama}"}, True)
            for kode, nama in wanted
        ),
        *(Dokumen(kode, {"id": nama, "en": english}, False) for kode, nama, english in UMUM),
    )


TIDAK_ADA = {
    "id": "Data dukung untuk {kode} belum ada. Unggah berkasnya di bagian Data dukung.",
    "en": "There is no evidence for {kode} yet. Upload the file under Evidence (data dukung).",
}
TIDAK_LENGKAP = {
    "id": "Data dukung untuk {kode} belum lengkap: {dokumen}. Unggah berkasnya di bagian Data "
    "dukung.",
    "en": "The evidence for {kode} is not complete: {dokumen}. Upload the file under Evidence "
    "(data dukung).",
}


def kekurangan(
    kode: str | None, daftar: Sequence[Dokumen], ada: Collection[str], bahasa: str = "id"
) -> str | None:
    """Return the sentence on evidence that is asked for and not there; None where all of it is.

    kode: of the indicator. daftar: as of `daftar_dokumen`. ada: codes of the documents that files
    were given for. bahasa: `id` or `en`.
    """
    kurang = [item for item in daftar if item.diminta and item.kode not in ada]
    if not kurang or not kode:
        return None
    teks = TIDAK_LENGKAP if ada else TIDAK_ADA
    nama = "; ".join(item.nama.get(bahasa, item.nama["id"]) for item in kurang)
    return teks.get(bahasa, teks["id"]).format(kode=kode, dokumen=nama)
