"""Which documents prove an indicator's value.

Pedoman Umum Penyusunan LPPD 2025, Bab IV: evidence is given apart for numerator and denominator,
signed by the head of the agency; a statement where the indicator does not apply (certainty:
sedang, one transcription). The list is a reminder and blocks nothing.
"""

from __future__ import annotations

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
