"""What the work page shows besides state and files: evidence, notes, comparison, form, queue."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ckan import model
from flask import request

from ckanext.lppd.katalog.isian_layar import kolom_isian
from ckanext.lppd.model import Isian
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.numbers import write_number
from ckanext.lppd.views.guard import action
from ckanext.lppd.workflow import notes, queue, roles, rules

PREFIX = "n:"
KEY = "kode_wilayah"


def extras(data: dict[str, Any], user_id: str, schema: dict[str, Any] | None) -> dict[str, Any]:
    """Return the template's further variables for one isian and this reader."""
    isian_id = data["id"]
    isian = model.Session.get(Isian, isian_id)
    parts = roles.parts_in(user_id, data["owner_org"])
    fills_in = rules.PRODUSEN in parts and rules.is_editable(data["state"])
    sees_evidence = roles.may_see_evidence(user_id, data["owner_org"])
    reviews = notes.reviewing_role(isian, user_id)
    review = action("lppd_tinjauan", id=isian_id)
    pinned = action("lppd_catatan_list", id=isian_id)
    return {
        "bukti": action("lppd_bukti_list", id=isian_id) if sees_evidence else None,
        "edits_evidence": fills_in,
        "notes": pinned,
        "notes_at": _by_place(pinned),
        "answers_notes": fills_in,
        "reviews": reviews,
        "review": review,
        "form": _form(data, schema) if fills_in and schema else None,
        "trial": None,
        "trial_errors": {},
        "versions": action("lppd_isian_versi", id=isian_id),
        "queue": _queue(isian_id, user_id, data["state"], reviews),
    }


def _by_place(pinned: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return place ("sel:D3", "kolom:pembilang", "metadata:notes") -> its notes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for note in pinned:
        found.setdefault(f"{note['jenis']}:{note['sasaran']}", []).append(note)
    return found


def _queue(isian_id: str, user_id: str, state: str, reviews: str | None) -> Any:
    mine = queue.queues_of(user_id)
    if not mine:
        return None
    role = reviews if reviews in mine else mine[0]
    return {"role": role, "beside": queue.neighbours(queue.Filter(role=role), isian_id)}


def typed_rows() -> list[dict[str, str]]:
    """Return the rows that the form sent: `kode_wilayah` and the texts by field."""
    rows: dict[str, dict[str, str]] = {}
    for name, text in request.form.items():
        if name.startswith(PREFIX) and name.count(":") == 2:
            _n, region, field = name.split(":")
            rows.setdefault(region, {KEY: region})[field] = text
    return list(rows.values())


def _form(data: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the fields and, for each region, the texts to stand in the boxes."""
    fields = kolom_isian(schema)
    names = [field["name"] for field in schema["fields"]]
    verdict = (data["capaian"] or {}).get("verdict") or {}
    present = {row[KEY]: row for row in typed_rows()} or _stored(verdict, names)
    edisi = get_edisi(data["edisi"])
    regions = {region.kode: region.nama for region in edisi.wilayah} if edisi else {}
    return {
        "fields": fields,
        "rows": [
            {
                "kode": region["kode"],
                "nama": regions.get(region["kode"], region["nama"]),
                "texts": present.get(region["kode"], {}),
                "wajib": region["kode"] in schema["lppd"]["wilayah_wajib"],
            }
            for region in schema["lppd"]["wilayah"]
        ],
        "sha256": (data["capaian"] or {}).get("sha256") or "",
        "hidden": bool(data["capaian"]) and not present,
    }


def _stored(verdict: dict[str, Any], names: list[str]) -> dict[str, dict[str, str]]:
    source = verdict.get("source")
    if source:
        rows = [dict(zip(names, texts, strict=True)) for _number, texts in source["baris"]]
        return {row[KEY]: row for row in rows}
    return {
        row[KEY]: {name: _comma(text) for name, text in row.items() if text}
        for row in verdict.get("values", [])
        if row.get(KEY)
    }


def _comma(text: str) -> str:
    try:
        return write_number(Decimal(text))
    except ArithmeticError:
        return text
