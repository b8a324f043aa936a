"""`ckan lppd daftarkan`, `keluarkan` and `warisan`: organisations under governance."""

from __future__ import annotations

from typing import Any

import click

from ckanext.lppd.cli.tahun import call_action

PAGE = 1000
TITLES = {
    "warisan": "terbuka sekarang, tetap terbuka sebagai warisan",
    "draf": "tertutup, menjadi draf yang dikelola",
    "dibiarkan": "sudah dikelola, tidak berubah",
}


@click.command("daftarkan")
@click.argument("organisasi")
@click.option("--uji", is_flag=True, help="Hanya tampilkan apa yang akan berubah.")
@click.option("--alasan", default="didaftarkan", show_default=True, help="Masuk catatan.")
@click.option("--sebagai", help="Nama administrator yang mendaftarkan.")
def daftarkan(organisasi: str, uji: bool, alasan: str, sebagai: str | None) -> None:
    """Kelola setiap dataset ORGANISASI; yang sudah terbuka tetap terbuka sebagai warisan."""
    data = {"id": organisasi, "uji": uji, "alasan": alasan}
    result = call_action("lppd_organisasi_daftarkan", sebagai, data)
    for name, title in TITLES.items():
        click.echo(f"{result['jumlah'][name]} dataset {title}.")
        for row in result[name]:
            click.echo(f"  {row['name']}\t{row['type']}\t{row['title']}")
    for problem in result["perhatian"]:
        click.echo(f"PERHATIAN  {problem}")
    click.echo("Uji saja, tidak ada yang berubah." if uji else f"{organisasi} terdaftar.")


@click.command("keluarkan")
@click.argument("organisasi")
@click.option("--alasan", required=True, help="Masuk catatan.")
@click.option("--sebagai", help="Nama administrator yang mengeluarkan.")
def keluarkan(organisasi: str, alasan: str, sebagai: str | None) -> None:
    """Keluarkan ORGANISASI; dataset yang sudah dikelola tetap dikelola."""
    call_action("lppd_organisasi_keluarkan", sebagai, {"id": organisasi, "alasan": alasan})
    click.echo(f"{organisasi} dikeluarkan. Dataset yang sudah dikelola tetap dikelola.")


@click.command("warisan")
@click.argument("organisasi", required=False)
def warisan(organisasi: str | None) -> None:
    """Daftar dataset yang sudah terbuka sebelum tata kelola, untuk ditinjau."""
    data: dict[str, Any] = {"limit": PAGE, "offset": 0}
    if organisasi:
        data["owner_org"] = organisasi
    while True:
        page = call_action("lppd_warisan_list", None, data)
        for row in page["results"]:
            state = "dikelola" if row["isian"] else "belum dikelola"
            click.echo(f"{row['owner_org_name'] or '-'}\t{row['name']}\t{state}\t{row['title']}")
        data["offset"] += PAGE
        if data["offset"] >= page["count"]:
            break
    click.echo(f"{page['count']} dataset warisan.")
