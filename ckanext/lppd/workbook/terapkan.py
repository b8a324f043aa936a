"""Putting the sure figures of a plan into draft isian, through the actions that people use.

Nothing is submitted, approved or published here. Doing it again changes nothing: a file whose bytes
are there already is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ckan import model
from ckan.plugins import toolkit

from ..workflow import rules
from .rencana import Butir, Rencana

UNGGAH = "diunggah"
SAMA = "sudah sama"
TOLAK = "tidak diunggah"


@dataclass(frozen=True, slots=True)
class Tindakan:
    """What became of one sure figure: hasil is UNGGAH, SAMA or TOLAK, pesan says why."""

    baris: int
    tahun: int
    hasil: str
    pesan: str = ""

    def __str__(self) -> str:
        return f"{self.hasil}: {self.pesan}" if self.pesan else self.hasil


def apply_rencana(rencana: Rencana, pengguna: str) -> Iterator[Tindakan]:
    """Upload the sure figures as the user with this name; one Tindakan each, in order.

    The year must have been opened and the isian assigned to the user's organisation; where it was
    not, or the isian is past its draft, the figure is refused and the next one is tried.
    """
    for butir in rencana.pasti:
        try:
            hasil, pesan = _upload(butir, rencana.edisi, pengguna)
        except toolkit.ObjectNotFound:
            hasil, pesan = TOLAK, f"isian {butir.tahun} belum ada; buka dulu (lppd_tahun_buka)"
        except toolkit.NotAuthorized as error:
            hasil, pesan = TOLAK, str(error.message or "tidak berhak")
        except toolkit.ValidationError as error:
            hasil, pesan = TOLAK, _sentences(error.error_dict)
        if hasil == TOLAK:
            model.Session.rollback()
        yield Tindakan(butir.baris, butir.tahun, hasil, pesan)


def _upload(butir: Butir, edisi: str, pengguna: str) -> tuple[str, str]:
    isian = _action("lppd_isian_show")(
        {"user": pengguna}, {"edisi": edisi, "kode": butir.kode, "tahun": butir.tahun}
    )
    isi = butir.isi or b""
    if (isian["capaian"] or {}).get("sha256") == hashlib.sha256(isi).hexdigest():
        return SAMA, _verdict(isian)
    if not rules.is_editable(isian["state"]):
        return TOLAK, f"keadaannya {isian['state_label']}"
    isian = _action("lppd_isian_unggah")(
        {"user": pengguna},
        {
            "id": isian["id"],
            "teks": isi.decode("utf-8"),
            "filename": f"{butir.kode}-{butir.tahun}.csv",
        },
    )
    return UNGGAH, _verdict(isian)


def _verdict(isian: dict[str, Any]) -> str:
    """Why an uploaded file does not pass; empty where it does or is still being checked."""
    verdict = (isian["capaian"] or {}).get("verdict")
    if verdict is None or verdict["valid"]:
        return ""
    salah = [f["pesan"] for f in verdict["findings"] if f["level"] == "kesalahan"]
    return " ".join(salah) or "belum lolos pemeriksaan"


def _sentences(errors: dict[str, Any]) -> str:
    teks: list[str] = []
    for isi in errors.values():
        teks += [str(item) for item in isi] if isinstance(isi, list) else [str(isi)]
    return " ".join(teks)


def _action(name: str) -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]:
    action: Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]] = toolkit.get_action(name)
    return action
