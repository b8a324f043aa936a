"""Parts of an indicator that another agency supplies: who may fill what, and the one file of it.

Values typed in are kept as rows and written by the portal as the same `capaian` CSV that a person
would upload: one path, one check, one manifest. Only the responsible agency submits it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage

from ckanext.lppd.katalog.berkas import table_bytes
from ckanext.lppd.katalog.skema import KUNCI_BARIS
from ckanext.lppd.model import Contributor, Isian, PartValue
from ckanext.lppd.model.katalog_store import get_indikator
from ckanext.lppd.numbers import Ask, Empty, Sure, plain, read_number, write_number
from ckanext.lppd.release import evidence
from ckanext.lppd.workflow import roles, rules, service, years

FILENAME = "capaian.csv"
REMARK = "keterangan"
Values = dict[tuple[str, str], tuple[Decimal, str | None]]


def contributors(isian_id: str) -> dict[str, str]:
    """Return part -> id of the agency that supplies it."""
    rows = model.Session.scalars(select(Contributor).where(Contributor.isian_id == isian_id))
    return {row.part: row.owner_org for row in rows}


def parts_of(isian: Isian) -> dict[str, str]:
    """Return name -> title of what is typed in: the parts, or the result where it has none."""
    if isian.kind != "indikator":
        return {}
    _edisi, indikator = get_indikator(isian.edition, isian.code)
    parts = {part.name: part.title for part in indikator.rumus.parts}
    return parts or {"capaian": indikator.nama}


def parts_for(
    isian: Isian, user_id: str | None, given: Mapping[str, str], year: str | None
) -> list[str]:
    """Return the parts that this user may fill in now, in the form.

    A contributor fills in his own; the responsible agency the rest, where there is a contributor.
    `given` are the contributors, `year` is the state of the isian's year (`years.state_of`).
    """
    if not given or not rules.is_editable(isian.state):
        return []
    if not years.works_for(isian, rules.PRODUSEN, year):
        return []
    mine = set(roles.organisations_of(user_id))
    return [p for p in parts_of(isian) if given.get(p, isian.owner_org) in mine]


def contributes_to(isian_id: str, organisations: Collection[str]) -> bool:
    """Tell whether one of these organisations supplies a part of this isian."""
    return bool(set(contributors(isian_id).values()) & set(organisations))


def given_by(
    organisations: Collection[str], isian_ids: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Return isian id -> (parts asked of these organisations, parts with a value), in one query."""
    if not organisations or not isian_ids:
        return {}
    query = (
        select(Contributor.isian_id, Contributor.part, PartValue.isian_id)
        .outerjoin(
            PartValue,
            (PartValue.isian_id == Contributor.isian_id) & (PartValue.part == Contributor.part),
        )
        .where(
            Contributor.owner_org.in_(list(organisations)),
            Contributor.isian_id.in_(list(isian_ids)),
        )
        .distinct()
    )
    counted: dict[str, tuple[int, int]] = {}
    for isian_id, _part, value in model.Session.execute(query):
        asked, given = counted.get(isian_id, (0, 0))
        counted[isian_id] = asked + 1, given + (value is not None)
    return counted


def listing(isian: Isian, given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every part with its agency and the value of the city that was typed in.

    `given` are the contributors.
    """
    if not given:
        return []
    titles = _titles(given.values())
    city = _city(isian)
    values = {
        row.part: row
        for row in model.Session.scalars(select(PartValue).where(PartValue.isian_id == isian.id))
        if row.region == city
    }
    listed = []
    for part, title in parts_of(isian).items():
        row = values.get(part)
        listed.append(
            {
                "bagian": part,
                "judul": title,
                "owner_org": given.get(part),
                "owner_org_title": titles.get(given.get(part) or ""),
                "nilai": plain(row.value) if row else None,
                "catatan": row.note if row else None,
                "waktu": row.entered_at.isoformat() if row else None,
            }
        )
    return listed


def _titles(ids: Collection[str]) -> dict[str, str]:
    query = select(model.Group.id, model.Group.title, model.Group.name)
    rows = model.Session.execute(query.where(model.Group.id.in_(list(ids))))
    return {row[0]: row[1] or row[2] for row in rows}


def _city(isian: Isian) -> str:
    edisi, _indikator = get_indikator(isian.edition, isian.code)
    return edisi.wilayah[0].kode


def read_values(isian: Isian, texts: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return part -> number; what may mean two numbers is asked about, never chosen (R7).

    Raises:
        toolkit.ValidationError: at `nilai-PART` for each text that is not one number.
    """
    titles = parts_of(isian)
    numbers: dict[str, Decimal] = {}
    errors: dict[str, list[str]] = {}
    for part, given in texts.items():
        if part not in titles:
            errors["nilai"] = [f"Bagian {part} tidak ada dalam rumus indikator ini."]
            continue
        reading = read_number(str(given))
        if isinstance(reading, Sure):
            numbers[part] = reading.value
        elif isinstance(reading, Ask):
            first, second = reading.ways
            errors[f"nilai-{part}"] = [
                f'{titles[part]}: "{given}" dapat berarti dua angka. Tulis {first} atau {second}.'
            ]
        elif not isinstance(reading, Empty):
            errors[f"nilai-{part}"] = [
                f'{titles[part]}: "{given}" bukan angka. Tulis angkanya saja, misalnya 98,63.'
            ]
    if not numbers and not errors:
        errors["nilai"] = ["Isi paling sedikit satu nilai."]
    if errors:
        raise toolkit.ValidationError(errors)
    return numbers


def save(
    isian_id: str, texts: Mapping[str, Any], region: str | None, note: str | None, actor: Any
) -> Isian:
    """Keep what was typed and write the file of all parts anew; commits.

    Raises:
        toolkit.NotAuthorized: for a part that is another agency's.
        toolkit.ValidationError: for a state or year in which nothing is filled in, for texts that
            are not numbers, and for a file that cannot be continued without losing something.
    """
    isian = service.locked_isian(isian_id)
    years.require(isian, rules.PRODUSEN)
    if not rules.is_editable(isian.state):
        raise toolkit.ValidationError(
            {"state": ["Isian ini sedang atau sudah diperiksa, jadi nilainya tidak dapat diubah."]}
        )
    allowed = parts_for(isian, actor.id, contributors(isian.id), years.state_of(isian))
    for part in texts:
        if part in parts_of(isian) and part not in allowed:
            raise toolkit.NotAuthorized("Bagian ini diisi oleh perangkat daerah lain.")
    numbers = read_values(isian, texts)
    edisi, _indikator = get_indikator(isian.edition, isian.code)
    region = region or edisi.wilayah[0].kode
    if region not in {w.kode for w in edisi.wilayah}:
        raise toolkit.ValidationError({"kode_wilayah": [f"Wilayah {region} tidak dikenal."]})
    values = _continued(isian)
    remark = (note or "").strip() or None
    values.update({(part, region): (number, remark) for part, number in numbers.items()})
    _keep(isian, values, set(numbers), region, actor.id)
    content = _render(isian, values)
    _upload(isian, content, actor.name)
    return model.Session.get(Isian, isian_id)


def _kept(isian: Isian) -> Values:
    rows = model.Session.scalars(select(PartValue).where(PartValue.isian_id == isian.id))
    return {(row.part, row.region): (row.value, row.note) for row in rows}


def _continued(isian: Isian) -> Values:
    """Return the values that the new file starts from: what was typed in, or the file of today.

    A file that somebody uploaded is taken over only where it passed, for then it is known whole.
    """
    files = evidence.stored_files(isian.package_id)
    current = next((file for file in files if file.peran == evidence.CAPAIAN), None)
    values = _kept(isian)
    if current is None or current.sha256 == hashlib.sha256(_render(isian, values)).hexdigest():
        return values
    verdict = evidence.latest_verdict(current)
    if verdict is None or not verdict.valid or not verdict.report.get("values_complete"):
        raise toolkit.ValidationError(
            {
                "nilai": [
                    "Berkas capaian yang sudah ada memuat kesalahan, jadi nilai ini belum dapat "
                    "digabungkan. Minta perangkat daerah penanggung jawab memperbaiki atau "
                    "menghapus berkas itu, lalu simpan lagi."
                ]
            }
        )
    taken: Values = {}
    for row in verdict.report["values"]:
        remark = row.get(REMARK)
        for part in _columns(isian):
            text = row.get(part)
            if text:
                taken[part, row["kode_wilayah"]] = Decimal(text), remark
                remark = None
    return taken


def _columns(isian: Isian) -> list[str]:
    """Return the columns that values are kept of: a computed result is computed again."""
    return list(parts_of(isian))


def _keep(isian: Isian, values: Values, new: set[str], region: str, user_id: str) -> None:
    before = {
        (row.part, row.region): row.entered_by
        for row in model.Session.scalars(select(PartValue).where(PartValue.isian_id == isian.id))
    }
    model.Session.execute(delete(PartValue).where(PartValue.isian_id == isian.id))
    for (part, place), (number, note) in values.items():
        mine = part in new and place == region
        author = user_id if mine else before.get((part, place), isian.last_editor or user_id)
        model.Session.add(
            PartValue(
                isian_id=isian.id,
                part=part,
                region=place,
                value=number,
                note=note,
                entered_by=author,
            )
        )
    model.Session.flush()


def _render(isian: Isian, values: Values) -> bytes:
    """Return the CSV of these values: one row a region, blank where nobody filled in yet."""
    edisi, indikator = get_indikator(isian.edition, isian.code)
    columns = list(indikator.kolom_angka)
    rows = []
    for place in (w.kode for w in edisi.wilayah):
        cells = {part: value for (part, where), value in values.items() if where == place}
        if not cells:
            continue
        numbers = [write_number(cells[c][0]) if c in cells else "" for c in columns]
        notes = "; ".join(dict.fromkeys(note for _number, note in cells.values() if note))
        rows.append([isian.code, str(isian.year), place, *numbers, notes])
    return table_bytes([*KUNCI_BARIS, *columns, REMARK], rows)


def _upload(isian: Isian, content: bytes, user: str) -> None:
    """Store the file as the content of the isian.

    ignore_auth: a contributor is no member of the owning organisation; which part is his was
    tested. Gate, year and state are asked by the chained actions all the same.
    """
    upload = FileStorage(io.BytesIO(content), filename=FILENAME)
    context = {"user": user, "ignore_auth": True, "lppd_checks_follow": True}
    resource = {"upload": upload, "url": FILENAME, "name": FILENAME, "peran": evidence.CAPAIAN}
    package_id = isian.package_id
    if not package_id:
        made = toolkit.get_action("package_create")(
            {"user": user, "ignore_auth": True}, _new_dataset(isian)
        )
        package_id = made["id"]
    existing = [f for f in evidence.stored_files(package_id) if f.peran == evidence.CAPAIAN]
    if existing:
        resource["id"] = existing[0].resource_id
        toolkit.get_action("resource_patch")(context, resource)
    else:
        toolkit.get_action("resource_create")(context, {**resource, "package_id": package_id})


def _new_dataset(isian: Isian) -> dict[str, Any]:
    return {
        "type": "indikator-lppd",
        "edisi": isian.edition,
        "kode_indikator": isian.code,
        "tahun": str(isian.year),
        "owner_org": isian.owner_org,
    }
