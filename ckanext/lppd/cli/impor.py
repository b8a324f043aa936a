"""`ckan lppd impor` and `ckan lppd katalog susun`: achievement tables as offices keep them.

Both read the file in this process, under the guards of `checking`: the person at this prompt
administers the portal and chose the file. What people upload is read in a sandboxed child only.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click
from ckan import model

from ckanext.lppd import katalog
from ckanext.lppd import workbook as wb
from ckanext.lppd.katalog import Edisi, KatalogError, Wilayah
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.workbook import terapkan
from ckanext.lppd.workbook.pesan import CARA_MENJAWAB, HASIL
from ckanext.lppd.workbook.rencana import zeros

SELALU = ("pasti", "tanya", "salah", "tidak_ada")
_TAHUN = re.compile(r"(\d{4})(?:=(.+))?", re.ASCII)
_BERKAS = click.Path(exists=True, dir_okay=False, path_type=Path)


def _years(_ctx: click.Context, _param: click.Parameter, teks: str | None) -> dict[int, str | None]:
    """Read "2018,2019" or "2018=C,2019=D"."""
    hasil: dict[int, str | None] = {}
    for bagian in filter(None, (b.strip() for b in (teks or "").split(","))):
        cocok = _TAHUN.fullmatch(bagian)
        if cocok is None:
            raise click.BadParameter(f"'{bagian}' tidak terbaca. Contoh: 2018,2019 atau 2019=D.")
        hasil[int(cocok[1])] = cocok[2]
    return hasil


@click.command("impor")
@click.argument("file", type=_BERKAS)
@click.option("--edisi", required=True, help="Kode edisi katalog yang sudah dimuat.")
@click.option("--tahun", callback=_years, help="Tahun, bila perlu dengan kolomnya: 2018=C,2019=D.")
@click.option("--kode-kolom", help="Judul atau huruf kolom kode indikator.")
@click.option("--nama-kolom", help="Judul atau huruf kolom nama indikator.")
@click.option("--lembar", help="Lembar Excel yang dibaca.")
@click.option("--jawaban", type=_BERKAS, help="Laporan yang kolom jawabannya sudah diisi.")
@click.option("--laporan", type=click.Path(dir_okay=False, path_type=Path), help="Tulis laporan.")
@click.option("--terapkan", "terap", is_flag=True, help="Unggah yang pasti sebagai draf.")
@click.option("--sebagai", help="Nama pengguna yang mengunggah (editor perangkat daerahnya).")
def impor(
    file: Path,
    edisi: str,
    tahun: dict[int, str | None],
    kode_kolom: str | None,
    nama_kolom: str | None,
    lembar: str | None,
    jawaban: Path | None,
    laporan: Path | None,
    terap: bool,
    sebagai: str | None,
) -> None:
    """Cocokkan tabel capaian FILE (CSV atau XLSX) dengan katalog; tanpa --terapkan hanya uji coba.

    Tidak pernah menyetujui atau menerbitkan.
    """
    if terap and _inactive(sebagai):
        raise click.UsageError("--terapkan perlu --sebagai dengan nama pengguna yang aktif.")
    petunjuk = wb.Petunjuk(kode_kolom, nama_kolom, tahun, lembar)
    try:
        tabel = wb.read_capaian(file, petunjuk)
        dijawab = wb.read_jawaban(jawaban) if jawaban else None
        rencana = wb.make_rencana(tabel, _loaded(edisi), dijawab)
    except wb.ImporError as error:
        raise click.ClickException(str(error)) from error
    for baris in summary(rencana):
        click.echo(baris)
    tindakan = list(terapkan.apply_rencana(rencana, str(sebagai))) if terap else []
    for teks in _applied(tindakan):
        click.echo(teks)
    if laporan is not None:
        hasil = {(t.baris, t.tahun): str(t) for t in tindakan}
        laporan.write_bytes(wb.report_bytes(rencana, hasil))
        click.echo(f"Laporan: {laporan}. {CARA_MENJAWAB}")
    if any(t.pesan for t in tindakan):
        sys.exit(1)


def _inactive(nama: str | None) -> bool:
    user = model.User.get(nama) if nama else None
    return user is None or user.state != "active"


def _loaded(kode: str) -> Edisi:
    edisi = get_edisi(kode)
    if edisi is None:
        raise click.ClickException(
            f"Edisi {kode} belum dimuat. Muat dengan: ckan lppd katalog muat FOLDER."
        )
    return edisi


def summary(rencana: wb.Rencana) -> Iterable[str]:
    """The counted outcome, line by line."""
    tabel = rencana.tabel
    asal = f"{tabel.berkas}, lembar {tabel.lembar}" if tabel.lembar else tabel.berkas
    yield f"{asal}: {len(tabel.baris)} baris, tahun {', '.join(map(str, tabel.tahun))}."
    for catatan in tabel.catatan:
        yield f"  {catatan}"
    per_tahun = {t: rencana.counts(t) for t in tabel.tahun}
    yield f"{'':<24}" + "".join(f"{t:>8}" for t in per_tahun)
    for hasil, judul in HASIL.items():
        if hasil in SELALU or any(jumlah[hasil] for jumlah in per_tahun.values()):
            yield f"{judul:<24}" + "".join(f"{jumlah[hasil]:>8}" for jumlah in per_tahun.values())
    for (hasil, alasan), jumlah in sorted(rencana.reasons().items()):
        yield f"  {HASIL[hasil]}, {alasan}: {jumlah} nilai"
    nol = zeros(rencana.butir)
    if nol:
        yield f"Peringatan: {nol} nilai pasti adalah 0; 0 bisa berarti belum ada data."


def _applied(tindakan: list[terapkan.Tindakan]) -> Iterable[str]:
    for hasil, jumlah in sorted(Counter(t.hasil for t in tindakan).items()):
        yield f"{hasil}: {jumlah}"
    for t in tindakan:
        if t.pesan:
            yield f"  baris {t.baris}, {t.tahun}: {t}"


@click.command("susun")
@click.argument("file", type=_BERKAS)
@click.option("--edisi", required=True, help="Kode edisi baru, misalnya lppd-2018.")
@click.option("--judul", required=True, help="Judul edisi.")
@click.option("--tahun-awal", type=int, required=True, help="Tahun data pertama.")
@click.option("--tahun-akhir", type=int, required=True, help="Tahun data terakhir.")
@click.option("--wilayah", required=True, help="Nama di schemas/wilayah, atau berkas CSV wilayah.")
@click.option("--ke", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--kode-kolom", help="Judul atau huruf kolom kode; tanpa ini dibuatkan x.1, x.2 ...")
@click.option("--nama-kolom", help="Judul atau huruf kolom nama indikator.")
@click.option("--lembar", help="Lembar Excel yang dibaca.")
def susun(
    file: Path,
    edisi: str,
    judul: str,
    tahun_awal: int,
    tahun_akhir: int,
    wilayah: str,
    ke: Path,
    kode_kolom: str | None,
    nama_kolom: str | None,
    lembar: str | None,
) -> None:
    """Susun draf edisi (belum terverifikasi) dari nama-nama di FILE, untuk diperiksa orang."""
    petunjuk = wb.Petunjuk(kode_kolom, nama_kolom, {}, lembar)
    try:
        tabel = wb.read_capaian(file, petunjuk, butuh_tahun=False)
        rows = [(b.kode or None, b.nama) for b in tabel.baris]
        draf = katalog.susun_edisi(rows, edisi, judul, tahun_awal, tahun_akhir, _regions(wilayah))
        sama = same_names(tabel)
        draf = mark_same_names(draf)
        katalog.tulis_edisi(draf, ke)
    except (wb.ImporError, KatalogError) as error:
        raise click.ClickException(str(error)) from error
    for catatan in tabel.catatan:
        click.echo(f"  {catatan}")
    click.echo(f"Edisi {edisi} (belum_terverifikasi): {len(draf.indikator)} indikator, di {ke}.")
    for nama, baris in sama.items():
        click.echo(f"  Nama sama di baris {', '.join(map(str, baris))}: {nama}")
    if sama:
        click.echo("Nama yang sama tidak digabung. Bedakan namanya di indikator.csv bila perlu.")
    click.echo(f"Periksa isinya, lalu: ckan lppd katalog muat {ke}")


def _regions(teks: str) -> tuple[Wilayah, ...]:
    path = Path(teks)
    if path.suffix == ".csv":
        return katalog.load_wilayah(path)
    return katalog.find_wilayah(teks, Path())


def same_names(tabel: wb.TabelCapaian) -> dict[str, list[int]]:
    """Names that more than one row has, with the numbers of the rows."""
    baris: dict[str, list[int]] = {}
    nama: dict[str, str] = {}
    for b in tabel.baris:
        kunci = katalog.normalisasi(b.nama)
        nama.setdefault(kunci, b.nama)
        baris.setdefault(kunci, []).append(b.nomor)
    return {nama[k]: nomor for k, nomor in baris.items() if k and len(nomor) > 1}


def mark_same_names(draf: Edisi) -> Edisi:
    """Note at every indicator whose name another one has too which codes share it."""
    kode: dict[str, list[str]] = {}
    for i in draf.indikator:
        kode.setdefault(katalog.normalisasi(i.nama), []).append(i.kode)
    indikator = []
    for i in draf.indikator:
        lain = [k for k in kode[katalog.normalisasi(i.nama)] if k != i.kode]
        catatan = "; ".join(filter(None, [i.catatan, f"nama sama dengan {', '.join(lain)}"]))
        indikator.append(replace(i, catatan=catatan) if lain else i)
    return replace(draf, indikator=tuple(indikator))
