"""The `ckan lppd` command group."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from ckan import model

from ckanext.lppd import katalog as katalog_package
from ckanext.lppd.cli import demo, setup
from ckanext.lppd.model.katalog_store import list_editions, save_edisi
from ckanext.lppd.release import revision, tables
from ckanext.lppd.release.selfcheck import run_selfcheck
from ckanext.lppd.workflow import bukti_bytes
from ckanext.lppd.workflow import tables as table_jobs
from ckanext.lppd.workflow.history import verify_history


@click.group(short_help="LPPD dan Satu Data")
def lppd() -> None:
    """Menyiapkan dan memeriksa plugin LPPD."""


@lppd.command()
@click.option("--edisi", default="2025", show_default=True, help="Edisi katalog yang dimuat.")
@click.option("--organisasi/--tanpa-organisasi", default=True, help="Buat perangkat daerah Medan.")
def init(edisi: str, organisasi: bool) -> None:
    """Muat katalog dan perangkat daerah; boleh diulang, tidak ada yang digandakan."""
    _load(katalog_package.schemas_dir() / "edisi" / edisi)
    if organisasi:
        made, present = setup.load_organisations()
        click.echo(f"Perangkat daerah: {made} dibuat, {present} sudah ada.")


@lppd.group()
def katalog() -> None:
    """Edisi katalog indikator."""


@katalog.command("muat")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def katalog_muat(folder: Path) -> None:
    """Muat satu edisi dari FOLDER yang berisi edisi.yaml dan indikator.csv."""
    _load(folder)


@katalog.command("daftar")
def katalog_daftar() -> None:
    """Tampilkan edisi yang dimuat."""
    for row, _count in list_editions():
        click.echo(f"{row.code}\t{row.status}\t{row.title}\t{row.sha256[:12]}")


def _load(folder: Path) -> None:
    try:
        edisi = katalog_package.load_edisi(folder)
    except katalog_package.KatalogError as error:
        raise click.ClickException(str(error)) from error
    changed = save_edisi(edisi)
    model.Session.commit()
    state = "dimuat" if changed else "sudah ada, tidak berubah"
    click.echo(f"Edisi {edisi.kode} ({edisi.status}): {len(edisi.indikator)} indikator, {state}.")


@lppd.command("periksa")
def periksa() -> None:
    """Periksa diri: pengaman basis data, urutan plugin, pengaturan. Kode keluar 1 bila ada cela."""
    faults = 0
    for result in run_selfcheck():
        click.echo(f"{'OK  ' if result.ok else 'CELA'}  {result.name}: {result.detail}")
        faults += not result.ok
    if faults:
        click.echo(f"{faults} cela. Data LPPD belum aman; ikuti petunjuk di atas.", err=True)
        sys.exit(1)
    click.echo("Semua pemeriksaan lolos.")


@lppd.group()
def riwayat() -> None:
    """Catatan tindakan."""


@riwayat.command("verifikasi")
def riwayat_verifikasi() -> None:
    """Hitung ulang rantai sidik jari riwayat. Kode keluar 1 bila ada baris yang tidak cocok."""
    rows, isian, faults = verify_history()
    for fault in faults:
        click.echo(f"CELA  baris {fault.transition_id} ({fault.act}): {fault.what}", err=True)
    click.echo(f"{rows} baris pada {isian} isian, {len(faults)} tidak cocok.")
    if faults:
        sys.exit(1)


@lppd.command("bersihkan")
def bersihkan() -> None:
    """Hapus yang tertinggal: salinan revisi, tabel DataStore, data dukung yang tidak dirujuk.

    Data dukung dihapus dari `ckan.storage_path` menurut basis data ini: jangan jalankan dari portal
    uji yang memakai penyimpanan portal lain.
    """
    left = revision.orphans()
    for package_id in left:
        revision.purge_copy(package_id)
    click.echo(f"{len(left)} salinan dihapus.")
    click.echo(f"{bukti_bytes.sweep()} berkas data dukung dihapus.")
    if tables.enabled():
        click.echo(f"{table_jobs.discard()} tabel DataStore dihapus.")


@lppd.command("tabel")
def tabel() -> None:
    """Muat tabel DataStore yang belum ada dari data yang disetujui atau terpublikasi.

    Kode keluar 1 bila ada berkas yang tidak dapat dimuat.
    """
    if not tables.enabled():
        click.echo("Plugin datastore tidak aktif; tidak ada yang dimuat.")
        return
    table_jobs.forget_lost()
    loaded = sum(table_jobs.load(package_id) for package_id in table_jobs.missing())
    left = len(table_jobs.missing())
    click.echo(f"{loaded} tabel dimuat, {left} dataset masih tanpa tabel.")
    if left:
        sys.exit(1)


@lppd.command("demo-users")
@click.option("--tokens", type=click.Path(dir_okay=False, path_type=Path), default=None)
def demo_users(tokens: Path | None) -> None:
    """Buat satu pengguna contoh tiap peran; sandi hanya ditampilkan sekali, saat dibuat."""
    accounts = demo.make_users()
    for account in accounts:
        secret = f"sandi: {account.password}" if account.password else "sudah ada"
        click.echo(f"{account.name:<16} {account.part:<10} {secret}")
    if tokens is not None:
        demo.write_tokens(accounts, tokens)
