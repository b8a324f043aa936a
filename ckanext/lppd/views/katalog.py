"""Public pages of the indicator catalogue, and the files that come with each indicator."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from ckan.lib import base
from ckan.plugins import toolkit
from flask import Response, make_response, request

from ckanext.lppd.katalog import Edisi, Indikator, example_csv
from ckanext.lppd.logic.action.katalog import loaded_edisi, loaded_indikator
from ckanext.lppd.views.guard import action, new_blueprint
from ckanext.lppd.workflow import completeness

katalog = new_blueprint("lppd_katalog", __name__)

MAX_VALUES = 10_000


@katalog.route("/indikator", endpoint="daftar")
def daftar() -> str:
    """List the indicators of an edition with the newest published value of the city."""
    editions = action("lppd_katalog_list")
    wanted = request.args.get("edisi") or str(toolkit.config["ckanext.lppd.default_edition"])
    edition = next((e for e in editions if e["kode"] == wanted), None)
    if edition is None and request.args.get("edisi"):
        raise toolkit.ObjectNotFound("no such edition")
    if edition is None and editions:
        edition = editions[0]
    listed = action("lppd_indikator_list", edisi=edition["kode"]) if edition else []
    text = (request.args.get("q") or "").strip()
    affair = request.args.get("urusan") or ""
    shown = [
        item
        for item in listed
        if (not affair or item["urusan"] == affair)
        and (not text or text.casefold() in f"{item['kode']} {item['nama']}".casefold())
    ]
    return base.render(
        "lppd/indikator_daftar.html",
        extra_vars={
            "editions": editions,
            "edition": edition,
            "keterangan": loaded_edisi(edition["kode"]).keterangan if edition else "",
            "indicators": shown,
            "total": len(listed),
            "affairs": list(dict.fromkeys(item["urusan"] for item in listed)),
            "urusan": affair,
            "q": text,
            "latest": _latest_of_city(loaded_edisi(edition["kode"])) if edition else {},
        },
    )


def _latest_of_city(edisi: Edisi) -> dict[str, dict[str, Any]]:
    """Return code -> newest published result of the whole city (or regency)."""
    found = action(
        "lppd_nilai",
        edisi=edisi.kode,
        kode_wilayah=edisi.wilayah[0].kode,
        bagian="capaian",
        limit=MAX_VALUES,
    )
    latest: dict[str, dict[str, Any]] = {}
    for value in found["results"]:
        if value["kode"] not in latest or value["tahun"] > latest[value["kode"]]["tahun"]:
            latest[value["kode"]] = value
    return latest


@katalog.route("/indikator/<edisi_kode>/<kode>", endpoint="indikator")
def indikator(edisi_kode: str, kode: str) -> str:
    """Show one indicator: definition, formula, source, and every published value."""
    edisi, found = loaded_indikator(edisi_kode, kode)
    values = action("lppd_nilai", edisi=edisi_kode, kode=kode, limit=MAX_VALUES)
    site = str(toolkit.config["ckan.site_url"]).rstrip("/")
    query = urlencode({"edisi": edisi_kode, "kode": kode})
    api_url = f"{site}/api/3/action/lppd_nilai?{query}"
    years = sorted({*completeness.opened_years(), edisi.tahun_awal}, reverse=True)
    return base.render(
        "lppd/indikator.html",
        extra_vars={
            "indikator": action("lppd_indikator_show", edisi=edisi_kode, kode=kode),
            "edisi": edisi,
            "years": [year for year in years if edisi.covers(year)],
            "columns": _columns(found),
            "rows": _by_region(edisi, values["results"]),
            "api_url": api_url,
        },
    )


def _columns(found: Indikator) -> list[tuple[str, str]]:
    # the result first: on a phone the parts are beyond the edge
    parts = [(part.name, part.title) for part in found.rumus.parts]
    return [("capaian", toolkit._("Result")), *parts]


def _by_region(edisi: Edisi, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each year and region, newest year first, regions in official order."""
    order = {region.kode: (i, region.nama) for i, region in enumerate(edisi.wilayah)}
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for value in values:
        key = (value["tahun"], value["kode_wilayah"])
        row = rows.setdefault(key, {**value, "nilai": {}})
        row["nama"] = order.get(value["kode_wilayah"], (0, value["kode_wilayah"]))[1]
        row["nilai"][value["bagian"]] = value["nilai"]
    return sorted(
        rows.values(),
        key=lambda row: (-row["tahun"], order.get(row["kode_wilayah"], (len(order), ""))[0]),
    )


def _download(content: bytes, mimetype: str, filename: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@katalog.route("/indikator/<edisi_kode>/<kode>/<int:tahun>/skema.json", endpoint="skema")
def skema(edisi_kode: str, kode: str, tahun: int) -> Response:
    """Hand out the Table Schema of the indicator's file."""
    found = _schema(edisi_kode, kode, tahun)
    text = json.dumps(found["schema"], ensure_ascii=False, indent=2)
    name = f"{found['dataset_name']}.skema.json"
    return _download(text.encode("utf-8"), "application/json", name)


@katalog.route("/indikator/<edisi_kode>/<kode>/<int:tahun>/contoh.csv", endpoint="contoh")
def contoh(edisi_kode: str, kode: str, tahun: int) -> Response:
    """Hand out an example file with invented numbers that passes every check."""
    found = _schema(edisi_kode, kode, tahun)
    edisi, item = loaded_indikator(edisi_kode, kode)
    name = f"{found['dataset_name']}.contoh.csv"
    return _download(example_csv(edisi, item, tahun), "text/csv; charset=utf-8", name)


def _schema(edisi_kode: str, kode: str, tahun: int) -> dict[str, Any]:
    try:
        return action("lppd_skema_show", edisi=edisi_kode, kode=kode, tahun=tahun)
    except toolkit.ValidationError as error:
        # a year outside the edition has no page
        raise toolkit.ObjectNotFound(str(error)) from error
