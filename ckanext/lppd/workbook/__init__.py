"""Tables as offices keep them: read, matched with the catalogue, turned into `capaian` files.

Only `terapkan` knows CKAN. Reading happens in the calling process under the guards of `checking`:
it is for a command line on the administrator's own machine, never for a web request.
"""

from __future__ import annotations

from .capaian import BarisCapaian, Nilai, TabelCapaian, read_capaian
from .jawaban import Jawaban, read_jawaban
from .kolom import ImporError, Petunjuk
from .laporan import report_bytes
from .rencana import Butir, Rencana, make_rencana

__all__ = [
    "BarisCapaian",
    "Butir",
    "ImporError",
    "Jawaban",
    "Nilai",
    "Petunjuk",
    "Rencana",
    "TabelCapaian",
    "make_rencana",
    "read_capaian",
    "read_jawaban",
    "report_bytes",
]
