"""All that is known about the indicators of a year, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import bindparam, text

from ckanext.lppd.katalog import Edisi
from ckanext.lppd.katalog.wilayah import wilayah_capaian
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.model.nilai_store import current_rows, released_values
from ckanext.lppd.workbook.kompilasi import Laporan
from ckanext.lppd.workflow import rules

_ISIAN = text(
    """
    SELECT i.id, i.code, i.state, i.package_id, r.version, r.published_at,
           coalesce(nullif(g.title, ''), g.name, '') AS agency,
           coalesce(nullif(u.fullname, ''), u.name, '') AS approver
      FROM lppd_isian i
      LEFT JOIN "group" g ON g.id = i.owner_org
      LEFT JOIN lppd_current_release c ON c.package_id = i.package_id
      LEFT JOIN lppd_release r ON r.id = c.release_id
      LEFT JOIN "user" u ON u.id = r.approved_by
     WHERE i.kind = 'indikator' AND i.edition = :edition AND i.year = :year
       AND (CAST(:owner AS text) IS NULL OR g.id = :owner OR g.name = :owner)
    """
)
_FILES = text(
    """
    SELECT package_id, url, extras::jsonb ->> 'sha256' AS sha256 FROM resource
     WHERE state = 'active' AND package_id IN :ids ORDER BY package_id, position, id
    """
).bindparams(bindparam("ids", expanding=True))
_NOTES = text(
    """
    SELECT isian_id, created_at, role, note, cells FROM lppd_transition
     WHERE act = 'kembalikan' AND isian_id IN :ids ORDER BY id DESC
    """
).bindparams(bindparam("ids", expanding=True))
_EVIDENCE = text(
    """
    SELECT b.isian_id, b.title, b.filename, b.sha256 FROM lppd_bukti b
     WHERE b.isian_id IN :ids AND NOT EXISTS (
           SELECT FROM lppd_bukti_hapus h WHERE h.bukti_id = b.id AND h.isian_id = b.isian_id)
     ORDER BY b.created_at, b.id
    """
).bindparams(bindparam("ids", expanding=True))

Figures = dict[str, dict[str, Decimal]]


def laporan_tahun(
    edition: str, year: int, owner: str | None = None, *, evidence: bool = False
) -> tuple[Edisi, str, list[Laporan]]:
    """Return the edition, the code of the city, and what is known about every indicator.

    Args:
        edition: code of a loaded edition.
        year: year of the data.
        owner: id or name of an agency, None for all.
        evidence: list the evidence too; only for who may see it (`roles.may_see_evidence`).

    A released figure comes before one that is only checked; a published indicator under revision
    keeps what is public.

    Raises:
        toolkit.ObjectNotFound: for an unknown edition, or a year that was not opened.
    """
    edisi = get_edisi(edition)
    if edisi is None:
        raise toolkit.ObjectNotFound(f"Edisi {edition} tidak ada.")
    parameters = {"edition": edition, "year": year, "owner": owner}
    rows = {row.code: row for row in model.Session.execute(_ISIAN, parameters)}
    if not rows:
        raise toolkit.ObjectNotFound(f"Tidak ada isian edisi {edition} tahun {year}.")
    packages = [row.package_id for row in rows.values() if row.package_id]
    checked = current_rows(packages)
    released = released_values(edition, year, list(rows))
    before = released_values(edition, year - 1, list(rows))
    files = _grouped(_FILES, packages)
    notes = _grouped(_NOTES, [row.id for row in rows.values()])
    proof = _grouped(_EVIDENCE, [row.id for row in rows.values()]) if evidence else {}
    found = []
    for indikator in edisi.indikator:
        row = rows.get(indikator.kode)
        if row is None:
            continue
        table = checked.get(row.package_id or "", {}).get("rows", [])
        found.append(
            Laporan(
                indikator,
                perangkat_daerah=row.agency,
                keadaan=rules.label(row.state),
                nilai=released.get(indikator.kode) or _figures(table, indikator.kolom_angka),
                tahun_lalu=before.get(indikator.kode, {}),
                keterangan={r["kode_wilayah"]: r.get("keterangan") or "" for r in table},
                versi=row.version,
                terbit=row.published_at.date().isoformat() if row.published_at else "",
                disetujui_oleh=row.approver,
                berkas=tuple(
                    ((file.url or "").rsplit("/", 1)[-1], file.sha256 or "")
                    for file in files.get(row.package_id or "", [])
                ),
                bukti=tuple(
                    (f"{one.title} ({one.filename})", one.sha256) for one in proof.get(row.id, [])
                ),
                catatan=tuple(_note(note) for note in notes.get(row.id, [])),
            )
        )
    return edisi, wilayah_capaian(edisi.wilayah)[0], found


def _grouped(query: Any, ids: list[str]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    if ids:
        for row in model.Session.execute(query, {"ids": ids}):
            groups.setdefault(row[0], []).append(row)
    return groups


def _figures(table: list[Mapping[str, Any]], columns: tuple[str, ...]) -> Figures:
    return {
        row["kode_wilayah"]: {name: Decimal(row[name]) for name in columns if row.get(name)}
        for row in table
        if row.get("kode_wilayah")
    }


def _note(row: Any) -> str:
    cells = f" (sel {', '.join(row.cells)})" if row.cells else ""
    return f"{row.created_at.date().isoformat()} {row.role}: {row.note or ''}{cells}"
