"""Writes to governed datasets: what a client may send, and what only the server decides.

The database's gate holds whatever happens here; this module refuses earlier, in words a person can
act on, and keeps hashes and catalogue fields out of a client's hands.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from ckanext.lppd.katalog import KatalogError, schema_sha256
from ckanext.lppd.katalog.sektoral import table_schema_sektoral
from ckanext.lppd.logic.inherited import keep_inherited
from ckanext.lppd.model import Isian
from ckanext.lppd.model.isian_store import isian_by_identity, isian_of_package
from ckanext.lppd.model.katalog_store import get_edisi
from ckanext.lppd.release import evidence, inherited, manifest
from ckanext.lppd.release.gate import LOCKED, ONLY_BY_PUBLISHING, PUBLISHED, refuse
from ckanext.lppd.release.storage import ServerDigest, mark_upload
from ckanext.lppd.workflow import enrolment, metadata, rules, service, years

CATALOGUE_FIELDS = (
    "edisi",
    "kode_indikator",
    "tahun",
    "jenis_indikator",
    "urusan",
    "rumus",
    "satuan",
)
# Written by the portal itself or by other plugins after publication; no reader relies on them.
NEUTRAL_FIELDS = frozenset(
    {
        "id",
        "type",
        "resources",
        "tags",
        "tag_string",
        "private",
        "owner_org",
        "organization",
        "groups",
        "extras",
        "creator_user_id",
        "isopen",
        "license_title",
        "license_url",
        "metadata_created",
        "metadata_modified",
        "num_resources",
        "num_tags",
        "relationships_as_object",
        "relationships_as_subject",
        "tracking_summary",
        "plugin_data",
        "pkg_name",
        "save",
        "log_message",
    }
)
RESOURCE_CONTENT = ("url", "url_type", "name", "description", "format", "peran", "sha256")

_ORG_ID = text(
    'SELECT id FROM "group" WHERE (id = :id OR name = :id) AND is_organization '
    # an organisation may bear the id of another one as its name
    "ORDER BY id = :id DESC LIMIT 1"
)


def organisation_id(name_or_id: str | None) -> str | None:
    """Return the id of an organisation given by id or name."""
    if not name_or_id:
        return None
    return model.Session.execute(_ORG_ID, {"id": name_or_id}).scalar()


def prepare_create(data_dict: dict[str, Any]) -> None:
    """Make a new governed dataset private and, for an indicator, what the catalogue says it is.

    Raises:
        toolkit.ValidationError: without owner, with resources, or for an isian that is not open.
    """
    data_dict["private"] = True
    owner = organisation_id(data_dict.get("owner_org"))
    if owner is None:
        raise refuse("Pilih perangkat daerah pemilik data.", "owner_org")
    if data_dict.get("resources"):
        raise refuse("Buat datasetnya dulu, lalu unggah berkasnya.", "resources")
    if data_dict.get("type") != metadata.DATASET_TYPES["indikator"]:
        _readable_dictionary(data_dict)
        return
    isian = _open_isian(data_dict)
    years.require(isian, rules.PRODUSEN)
    if isian.owner_org != owner:
        raise refuse("Indikator ini ditugaskan kepada perangkat daerah lain.", "owner_org")
    edisi = get_edisi(isian.edition)
    indikator = edisi.get(isian.code) if edisi else None
    if edisi is None or indikator is None:
        raise refuse("Indikator ini tidak ada di katalog edisi tersebut.", "kode_indikator")
    data_dict.update(metadata.indicator_defaults(edisi, indikator, isian.year))
    suggested = metadata.suggested_metadata(indikator, isian.year)
    for name, value in {**suggested, **metadata.carried_metadata(isian)}.items():
        data_dict.setdefault(name, value)


def _open_isian(data_dict: dict[str, Any]) -> Isian:
    edition, code, year = (data_dict.get(k) for k in ("edisi", "kode_indikator", "tahun"))
    if not (edition and code and str(year or "").isdigit()):
        raise refuse("Buka indikatornya dari Tugas Saya, lalu unggah berkasnya di sana.")
    isian = isian_by_identity(str(edition), str(code), int(str(year)))
    if isian is None:
        raise refuse(
            f"Pengisian {code} tahun {year} (edisi {edition}) belum dibuka. Hubungi walidata.",
            "kode_indikator",
        )
    if isian.package_id:
        raise refuse("Dataset untuk indikator dan tahun ini sudah ada.", "kode_indikator")
    if not rules.is_editable(isian.state):
        raise refuse(LOCKED)
    return isian


def prepare_update(current: dict[str, Any], data_dict: dict[str, Any]) -> None:
    """Refuse or repair an update of a governed dataset before core sees it.

    Args:
        current: the dataset as `package_show` gives it now.
        data_dict: the client's update, changed in place.

    Raises:
        toolkit.ValidationError: for a change that this state or the gate does not allow.
    """
    count = len(data_dict.get("resources") or current["resources"]) or 1
    isian = isian_of_package(current["id"])
    if isian is None:
        row = manifest.package_row(current["id"])
        if row.warisan:
            _keep_ownership(current, data_dict, count)
            changed = changes_content(current, data_dict)
            keep_inherited(current, data_dict, changed=changed, count=count)
            return
        isian = _isian_of_entrant(row, count)
    _keep_ownership(current, data_dict, count)
    _readable_dictionary(data_dict, count)
    if "resources" in data_dict:
        _prepare_resources(isian, current, data_dict)
    _keep_visibility(current, data_dict, count)
    if not rules.is_editable(isian.state) and changes_content(current, data_dict):
        published = isian.state == rules.TERPUBLIKASI
        raise refuse(PUBLISHED if published else LOCKED, resources=count)
    # every update in an editable state is recorded as an edit
    closed = years.closed_to(isian, rules.PRODUSEN) if rules.is_editable(isian.state) else None
    if closed is not None:
        raise refuse(closed, "tahun", resources=count)


def _isian_of_entrant(row: Any, count: int) -> Isian:
    """Return an isian for a dataset that came under governance below Python (SQL, ORM).

    A dataset that acts are on record for and whose isian is gone is the copy of a revision that
    ended; it takes no change.
    """
    if row.type in manifest.GOVERNED_TYPES or service.has_record(row.id):
        raise refuse("Dataset ini tanpa isian. Hubungi administrator.", resources=count)
    return enrolment.ensure_isian(
        row.id, row.owner_org, row.state, service.Actor(id="portal", name="")
    )


def _readable_dictionary(data_dict: dict[str, Any], count: int = 0) -> None:
    text_of_kamus = metadata.field_of(data_dict, "kamus_data")
    if not text_of_kamus.strip():
        return
    try:
        table_schema_sektoral(text_of_kamus, "")
    except KatalogError as error:
        raise refuse(str(error), "kamus_data", resources=count) from error


def _keep_ownership(current: dict[str, Any], data_dict: dict[str, Any], count: int) -> None:
    wanted = data_dict.get("owner_org")
    if wanted and organisation_id(wanted) != current["owner_org"]:
        raise refuse(
            "Perangkat daerah pemilik tidak dapat diganti di sini.", "owner_org", resources=count
        )
    data_dict["owner_org"] = current["owner_org"]
    if current["type"] == metadata.DATASET_TYPES["indikator"]:
        for name in ("name", *CATALOGUE_FIELDS):
            if current.get(name) is not None:
                data_dict[name] = current[name]


def _keep_visibility(current: dict[str, Any], data_dict: dict[str, Any], count: int) -> None:
    """Visibility moves only by publishing and withdrawing; an absent value means: as it is.

    What was deleted or never finished before it was governed may still be marked public; it comes
    back closed.
    """
    if "private" in data_dict:
        try:
            wanted = toolkit.asbool(data_dict["private"] if data_dict["private"] != "" else True)
        except ValueError as error:
            raise refuse(ONLY_BY_PUBLISHING, "private", resources=count) from error
        if wanted != current["private"]:
            message = PUBLISHED if wanted else ONLY_BY_PUBLISHING
            raise refuse(message, "private", resources=count)
    data_dict["private"] = current["private"] or current.get("state") != "active"


def _prepare_resources(isian: Isian, current: dict[str, Any], data_dict: dict[str, Any]) -> None:
    known = {resource["id"]: resource for resource in current["resources"]}
    fields = {**current, **data_dict}
    kamus = metadata.field_of(fields, "kamus_data")
    # copies: `package_patch` of 2.12 hands core the same objects as "before" and as "after"
    resources = data_dict["resources"] = [dict(r) for r in data_dict["resources"] or []]
    for resource in resources:
        _prepare_resource(resource, known, len(resources))
        _default_peran(isian, resource, resources)
        resource["schema_sha256"] = schema_sha256(
            evidence.schema_of(isian, resource["peran"], kamus)
        )
    capaian = [r for r in resources if r["peran"] == evidence.CAPAIAN]
    if len(capaian) > 1:
        raise refuse(
            "Berkas capaian hanya boleh satu. Ganti berkas yang ada, atau pilih peran Rincian.",
            "peran",
            resources=len(resources),
        )


def _prepare_resource(
    resource: dict[str, Any], known: dict[str, dict[str, Any]], count: int
) -> None:
    resource_id = resource.get("id")
    if resource_id and resource_id not in known:
        raise refuse("Id berkas ini bukan milik dataset ini.", "id", resources=count)
    old = known.get(resource_id or "")
    upload = resource.get("upload")
    if isinstance(upload, FileStorage) and upload.filename:
        accept_extension(upload.filename, count)
    if mark_upload(resource) or isinstance(resource.get("sha256"), ServerDigest):
        resource["url_type"] = "upload"
    elif old is None or resource.get("clear_upload"):
        raise refuse(
            "Unggah berkas CSV atau XLSX; tautan ke situs lain tidak dapat diperiksa.",
            "url",
            resources=count,
        )
    else:
        for name in ("url", "url_type", "sha256", "last_modified", "size", "mimetype", "format"):
            resource[name] = old.get(name)
        # a file from before governance gets its hash with the first change
        resource["sha256"] = resource["sha256"] or inherited.adopt(old)
        return
    filename = upload.filename if isinstance(upload, FileStorage) else resource.get("url")
    accept_extension(str(filename or ""), count)
    resource["format"] = str(filename).rsplit(".", 1)[-1].upper()


def accept_extension(filename: str, count: int = 0) -> None:
    """Refuse a file that is neither CSV nor XLSX by its name; `count` as of `gate.refuse`."""
    extension = filename.rsplit(".", 1)[-1].lower() if "." in filename else ""
    if not evidence.is_checkable(filename):
        hint = "Simpan sebagai .xlsx di Excel" if extension == "xls" else "Simpan sebagai CSV/XLSX"
        raise refuse(
            f"Berkas {extension or 'tanpa akhiran'} tidak diterima. {hint}, lalu unggah lagi.",
            "upload",
            resources=count,
        )


def _default_peran(isian: Isian, resource: dict[str, Any], resources: list[Any]) -> None:
    if resource.get("peran") in (evidence.CAPAIAN, evidence.RINCIAN):
        return
    taken = any(other.get("peran") == evidence.CAPAIAN for other in resources)
    wanted = isian.is_indicator and not taken
    resource["peran"] = evidence.CAPAIAN if wanted else evidence.RINCIAN


def changes_content(current: dict[str, Any], data_dict: dict[str, Any]) -> bool:
    """Tell whether an update would change anything that a reader of the dataset relies on."""
    for name, value in data_dict.items():
        if name in NEUTRAL_FIELDS or name.startswith("_"):
            continue
        if _text(value) != _text(current.get(name)):
            return True
    if "tags" in data_dict and _tag_names(data_dict["tags"]) != _tag_names(current.get("tags")):
        return True
    if data_dict.get("tag_string") and _typed_tags(data_dict) != _tag_names(current.get("tags")):
        return True
    if "extras" in data_dict and _extras(data_dict) != _extras(current):
        return True
    if "resources" not in data_dict:
        return False
    old, new = current["resources"], data_dict["resources"] or []
    if [r["id"] for r in old] != [r.get("id") for r in new]:
        return True
    return any(
        _text(before.get(name)) != _text(after.get(name))
        for before, after in zip(old, new, strict=True)
        for name in RESOURCE_CONTENT
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _typed_tags(data_dict: dict[str, Any]) -> set[str]:
    return {tag.strip() for tag in str(data_dict["tag_string"]).split(",") if tag.strip()}


def _extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {
        str(extra.get("key")): _text(extra.get("value"))
        for extra in dataset.get("extras") or []
        if isinstance(extra, dict) and extra.get("key") and not extra.get("deleted")
    }


def _tag_names(tags: Any) -> set[str]:
    return {str(tag.get("name")) for tag in tags or [] if isinstance(tag, dict)}
