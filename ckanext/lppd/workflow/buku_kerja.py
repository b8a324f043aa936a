"""The workbook of an agency: composed from its isian, judged when it comes back, then stored.

Storing goes through the same upload action as a single file: one path, one check, one manifest.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select, text

from ckanext.lppd.checking import KESALAHAN, Finding, Stop, check_in_sandbox, read_in_sandbox
from ckanext.lppd.katalog import Edisi, schema_sha256, table_schema
from ckanext.lppd.katalog.wilayah import wilayah_capaian
from ckanext.lppd.model import Isian
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.model.nilai_store import current_rows
from ckanext.lppd.release.previous_year import Previous, previous_of
from ckanext.lppd.workbook.buku_kerja import (
    CAPAIAN,
    KETERANGAN,
    Butir,
    Catatan,
    Tanda,
    buku_kerja_bytes,
    kolom_isian,
)
from ckanext.lppd.workbook.buku_kerja_baca import Isi, capaian_csv, di_buku_kerja, read_buku_kerja
from ckanext.lppd.workbook.kolom import ImporError
from ckanext.lppd.workflow import rules, years

SIAP = "siap"
SALAH = "salah"
KOSONG = "kosong"
SAMA = "sama"
TERKUNCI = "terkunci"

_ORGANISATION = text(
    "SELECT id, name, coalesce(nullif(title, ''), name) AS title FROM \"group\" "
    "WHERE (id = :id OR name = :id) AND is_organization AND state = 'active'"
)


@dataclass(frozen=True)
class BukuKerja:
    """What the workbook of one agency, edition and year holds."""

    tanda: Tanda
    judul: str
    edisi: Edisi
    butir: tuple[Butir, ...]
    isian: Mapping[str, Isian]

    @property
    def wilayah(self) -> str:
        """The region whose row the workbook fills in: the city."""
        return wilayah_capaian(self.edisi.wilayah)[0]

    def bytes(self, hasil: list[Hasil] | None = None) -> bytes:
        """Return the workbook; with the outcome of a check, marked and with what was written."""
        if hasil is None:
            return buku_kerja_bytes(self.tanda, self.judul, self.edisi, self.butir)
        notes, written = [], {}
        butir = []
        by_code = {one.isi.indikator.kode: one for one in hasil}
        for item in self.butir:
            one = by_code.get(item.indikator.kode)
            if one is None or item.terkunci:
                butir.append(item)
                continue
            notes += [
                Catatan(item.indikator.kode, one.kolom_dari(finding), finding.message())
                for finding in one.temuan
            ]
            written[item.indikator.kode] = {**one.isi.tertulis, KETERANGAN: one.isi.keterangan}
            butir.append(Butir(item.indikator, one.isi.nilai, item.tahun_lalu))
        return buku_kerja_bytes(self.tanda, self.judul, self.edisi, butir, notes, written)


@dataclass
class Hasil:
    """What the check says about one indicator; findings name cells of the workbook."""

    isi: Isi
    isian: Isian
    keadaan: str
    berkas: bytes = b""
    temuan: list[Finding] = field(default_factory=list)
    sebab: str = ""

    def kolom_dari(self, finding: Finding) -> str | None:
        """Return the column of the indicator whose cell a finding names."""
        return next((name for name, cell in self.isi.sel.items() if cell == finding.cell), None)

    def to_dict(self, lang: str = "id") -> dict[str, Any]:
        """Return JSON-safe data for actions and pages."""
        return {
            "id": self.isian.id,
            "kode": self.isi.indikator.kode,
            "nama": self.isi.indikator.nama,
            "keadaan": self.keadaan,
            "sebab": self.sebab,
            "temuan": [
                {**finding.to_dict(), "pesan": finding.message(lang)} for finding in self.temuan
            ],
        }


def compose(org: str, edition: str, year: int) -> BukuKerja:
    """Return the workbook of an agency (id or name), with present and last year's figures.

    Raises:
        toolkit.ObjectNotFound: for an unknown agency or edition, or one without isian that year.
    """
    agency = model.Session.execute(_ORGANISATION, {"id": org}).first()
    edisi = get_edisi(edition)
    if agency is None or edisi is None:
        raise toolkit.ObjectNotFound("Perangkat daerah atau edisi ini tidak ada.")
    rows = {
        isian.code: isian
        for isian in model.Session.scalars(
            select(Isian).where(
                Isian.kind == "indikator",
                Isian.edition == edition,
                Isian.year == year,
                Isian.owner_org == agency.id,
            )
        )
    }
    if not rows:
        raise toolkit.ObjectNotFound(f"{agency.title} tidak mengisi indikator tahun {year}.")
    current = current_rows([isian.package_id for isian in rows.values() if isian.package_id])
    before = previous_of(edition, year, list(rows))
    city = wilayah_capaian(edisi.wilayah)[0]
    year_state = years.state_of(next(iter(rows.values())))
    butir = tuple(
        _item(edisi, rows[kode.kode], current, _of_city(before.get(kode.kode), city), year_state)
        for kode in edisi.indikator
        if kode.kode in rows
    )
    return BukuKerja(Tanda(edition, year, agency.name), agency.title, edisi, butir, rows)


def _of_city(before: Previous | None, city: str) -> dict[str, Decimal]:
    return before.values.get(city, {}) if before is not None else {}


def _item(
    edisi: Edisi,
    isian: Isian,
    current: Mapping[str, dict[str, Any]],
    before: Mapping[str, Decimal],
    year_state: str | None,
) -> Butir:
    indikator = edisi.get(isian.code)
    if indikator is None:
        raise toolkit.ObjectNotFound(f"Indikator {isian.code} tidak ada di katalog.")
    city = wilayah_capaian(edisi.wilayah)[0]
    rows = current.get(isian.package_id or "", {}).get("rows", [])
    mine: dict[str, Any] = next((row for row in rows if row.get("kode_wilayah") == city), {})
    return Butir(
        indikator,
        nilai={n: Decimal(mine[n]) for n, _ in kolom_isian(indikator) if mine.get(n)},
        tahun_lalu=before,
        keterangan=mine.get(KETERANGAN) or "",
        terkunci=_why_locked(isian, rows, city, year_state),
    )


def _why_locked(
    isian: Isian, rows: list[dict[str, Any]], city: str, year_state: str | None
) -> str | None:
    if not rules.is_editable(isian.state):
        return f"Tidak diisi di sini: {rules.label(isian.state)}."
    if not years.works_for(isian, rules.PRODUSEN, year_state):
        return "Tidak diisi di sini: pengisian tahun ini tidak dibuka."
    if any(row.get("kode_wilayah") != city for row in rows):
        return "Tidak diisi di sini: berkasnya memuat kecamatan. Unggah berkasnya di portal."
    return None


def read(buku: BukuKerja, path: Path) -> list[Hasil]:
    """Read a workbook that came back and check every indicator that was changed; stores nothing.

    Raises:
        toolkit.ValidationError: for a file that is not this workbook.
    """
    try:
        filled = read_buku_kerja(read_in_sandbox(path), buku.edisi, buku.tanda)
    except Stop as stop:
        raise toolkit.ValidationError({"upload": [stop.finding.message()]}) from stop
    except ImporError as error:
        raise toolkit.ValidationError({"upload": [str(error)]}) from error
    items = {item.indikator.kode: item for item in buku.butir}
    foreign = [isi.indikator.kode for isi in filled if isi.indikator.kode not in items]
    if foreign:
        raise toolkit.ValidationError(
            {
                "upload": [
                    f"Indikator {', '.join(foreign[:5])} tidak lagi ditugaskan kepada "
                    f"{buku.judul}. Unduh buku kerja yang baru."
                ]
            }
        )
    return [
        _judge(buku, isi, items[isi.indikator.kode], buku.isian[isi.indikator.kode])
        for isi in filled
    ]


def _judge(buku: BukuKerja, isi: Isi, item: Butir, isian: Isian) -> Hasil:
    if item.terkunci:
        return Hasil(isi, isian, TERKUNCI, sebab=item.terkunci)
    if isi.salah:
        return Hasil(isi, isian, SALAH, temuan=isi.salah)
    if isi.kosong:
        return Hasil(isi, isian, KOSONG)
    if isi.sama(item.nilai, item.keterangan):
        return Hasil(isi, isian, SAMA)
    year = buku.tanda.tahun
    content = capaian_csv(isi, buku.edisi, year, buku.wilayah)
    schema = table_schema(buku.edisi, isi.indikator, year)
    with tempfile.NamedTemporaryFile(prefix="lppd-", suffix=".csv") as file:
        file.write(content)
        file.flush()
        report = check_in_sandbox(Path(file.name), format="csv", schema=schema)
    labels = {str(f["name"]): str(f["name"]) for f in schema["fields"]}
    labels |= {str(f.get("title")): str(f["name"]) for f in schema["fields"]}
    found = [di_buku_kerja(finding, isi, labels) for finding in report.findings]
    wrong = not report.valid or report.schema_sha256 != schema_sha256(schema)
    if wrong and not any(finding.level == KESALAHAN for finding in found):
        found.append(Finding("berkas_tidak_terbaca", cell=isi.sel.get(CAPAIAN)))
    return Hasil(isi, isian, SALAH if wrong else SIAP, content, found)


def store(hasil: list[Hasil], user: str) -> int:
    """Upload what is ready as the files of its isian; return how many were stored."""
    ready = [one for one in hasil if one.keadaan == SIAP]
    for one in ready:
        isian = one.isian
        toolkit.get_action("lppd_isian_unggah")(
            {"user": user},
            {
                "id": isian.id,
                "teks": one.berkas.decode("utf-8"),
                "filename": f"capaian-{isian.code}-{isian.year}.csv",
            },
        )
    return len(ready)
