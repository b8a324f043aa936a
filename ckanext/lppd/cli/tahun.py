"""`ckan lppd tahun buka` and `ckan lppd tugaskan`: who fills in what, from the command line."""

from __future__ import annotations

from typing import Any

import click
from ckan.plugins import toolkit


def call_action(action: str, user: str | None, data: dict[str, Any]) -> Any:
    """Call an action as this user (the site user by default); refusals become messages."""
    # ignore_auth is not set: the site user is a sysadmin, a named user needs the right himself
    name = user or toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    try:
        return toolkit.get_action(action)({"user": name}, data)
    except toolkit.ValidationError as error:
        lines = [f"{field}: {' '.join(map(str, text))}" for field, text in error.error_dict.items()]
        raise click.ClickException("\n".join(lines)) from error
    except (toolkit.NotAuthorized, toolkit.ObjectNotFound) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def tahun() -> None:
    """Tahun pengisian."""


@tahun.command("buka")
@click.argument("edisi")
@click.argument("tahun_data", type=int)
@click.option("--prioritas", help="Kode Data Prioritas, dipisah koma.")
@click.option("--sebagai", help="Nama pengguna yang membuka (walidata atau perencana).")
def buka(edisi: str, tahun_data: int, prioritas: str | None, sebagai: str | None) -> None:
    """Buka satu isian untuk tiap indikator EDISI pada TAHUN_DATA; boleh diulang."""
    data = {"edisi": edisi, "tahun": tahun_data}
    if prioritas:
        data["prioritas"] = prioritas
    result = call_action("lppd_tahun_buka", sebagai, data)
    click.echo(f"{result['dibuat']} isian dibuat, {result['sudah_ada']} sudah ada.")
    if result["belum_ditugaskan"]:
        click.echo(f"Belum ditugaskan: {', '.join(result['belum_ditugaskan'])}")


@click.command("tugaskan")
@click.argument("edisi")
@click.argument("tahun_data", type=int)
@click.argument("organisasi")
@click.argument("kode", nargs=-1)
@click.option("--sisanya", is_flag=True, help="Semua yang belum ditugaskan.")
@click.option("--sebagai", help="Nama pengguna yang menugaskan (walidata atau perencana).")
def tugaskan(
    edisi: str,
    tahun_data: int,
    organisasi: str,
    kode: tuple[str, ...],
    sisanya: bool,
    sebagai: str | None,
) -> None:
    """Tugaskan indikator KODE... (atau --sisanya) kepada ORGANISASI."""
    if bool(kode) == sisanya:
        raise click.UsageError("Sebutkan kode indikator, atau pakai --sisanya.")
    page = call_action(
        "lppd_isian_list", sebagai, {"edisi": edisi, "tahun": tahun_data, "limit": 1000}
    )
    rows = [row for row in page["results"] if row["owner_org"] is None or not sisanya]
    known = {row["kode"]: row["id"] for row in rows}
    wanted = list(known) if sisanya else list(kode)
    missing = [code for code in wanted if code not in known]
    if missing:
        raise click.ClickException(
            f"Isian tidak ada: {', '.join(missing)}. Buka tahunnya dulu: ckan lppd tahun buka."
        )
    for code in wanted:
        call_action("lppd_isian_tugaskan", sebagai, {"id": known[code], "owner_org": organisasi})
    click.echo(f"{len(wanted)} indikator ditugaskan kepada {organisasi}.")
