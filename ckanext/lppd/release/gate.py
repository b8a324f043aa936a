"""From the database's refusal to a sentence a person can act on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy.exc import DBAPIError, IntegrityError

log = logging.getLogger(__name__)

GATE_CONSTRAINTS = {
    "lppd_gate": (
        "Dataset ini hanya dapat tampil untuk umum lewat Terbitkan oleh walidata, dengan berkas "
        "yang sudah lolos pemeriksaan dan disetujui."
    ),
    "lppd_append_only": "Catatan pemeriksaan, riwayat, dan rilis tidak dapat diubah atau dihapus.",
    "lppd_scope": (
        "Dataset yang sudah dikelola tetap dikelola. Tata kelola sebuah dataset hanya diakhiri "
        "oleh walidata dengan alasan yang dicatat."
    ),
}
INHERITED = (
    "Dataset ini warisan: sudah terbuka sebelum tata kelola, dan isinya terkunci. Pilih Mulai "
    "kelola di halaman dataset (lppd_warisan_kelola), lalu buka revisi; yang terbuka tetap tampil "
    "sampai revisinya terbit."
)
CLOSE_FIRST = (
    "Organisasi ini sudah terdaftar, jadi dataset terbuka tidak dapat dipindah ke sana. Jadikan "
    "dataset ini tertutup dulu, pindahkan, lalu terbitkan lewat pemeriksaan walidata."
)
LOCKED = (
    "Isi tidak dapat diubah selama menunggu pemeriksaan atau sesudah disetujui. "
    "Tarik kembali dulu kiriman ini, lalu ubah."
)
PUBLISHED = (
    "Data sudah terpublikasi dan terkunci. Minta walidata menarik publikasi dengan alasan, "
    "lalu perbaiki dan kirim lagi."
)
ONLY_BY_PUBLISHING = (
    "Dataset LPPD selalu tertutup sampai walidata menerbitkannya. Selesaikan pemeriksaan, "
    "persetujuan, lalu pilih Terbitkan."
)

DATABASE_AWAY = (
    "Basis data sedang tidak dapat dihubungi, jadi tidak ada yang berubah. Tunggu sebentar, muat "
    "ulang halaman, lalu coba lagi."
)


def refuse(message: str, field: str = "message", resources: int = 0) -> toolkit.ValidationError:
    """Build the refusal of a write.

    Core's `resource_delete` reads `error_dict["resources"][-1]` unguarded, so a refusal that can
    reach it carries a `resources` list as well.
    """
    errors: dict[str, Any] = {field: [message]}
    if resources:
        errors["resources"] = [{field: [message]} for _ in range(resources)]
    return toolkit.ValidationError(errors, error_summary={field: message})


def gate_constraint(error: IntegrityError) -> str | None:
    """Return the name of our constraint that the database reported, or None for any other."""
    diagnostics = getattr(error.orig, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    return name if name in GATE_CONSTRAINTS else None


@contextmanager
def gate_errors(resources: int = 1) -> Iterator[None]:
    """Turn the gate's database errors into a ValidationError and leave a usable session.

    A connection that was lost midway is told in the same way: the transaction did not happen.
    """
    try:
        yield
    except IntegrityError as error:
        name = gate_constraint(error)
        if name is None:
            raise
        model.Session.rollback()
        raise refuse(GATE_CONSTRAINTS[name], resources=resources) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        log.error("the database went away: %s", error.orig.__class__.__name__)
        model.Session.rollback()
        raise refuse(DATABASE_AWAY, resources=resources) from error
