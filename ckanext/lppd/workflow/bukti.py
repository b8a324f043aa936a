"""Evidence (data dukung) of an isian: the documents it may be, and changing the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import BinaryIO

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select

from ckanext.lppd.katalog.data_dukung import Dokumen, daftar_dokumen, kekurangan
from ckanext.lppd.model import Bukti, BuktiRemoval, Isian
from ckanext.lppd.model.bukti_store import given_of, of_isian
from ckanext.lppd.model.katalog_store import get_edisi, get_indikator
from ckanext.lppd.release import bukti as storage
from ckanext.lppd.release import manifest
from ckanext.lppd.release.storage import sha256_of
from ckanext.lppd.workflow import bukti_bytes, roles, rules, service

MAX_FILES = 30
MAX_TITLE = 200
MB = 1024 * 1024
ASKED_IN = frozenset(
    {rules.DRAF, rules.DIKEMBALIKAN, rules.MENUNGGU_WALIDATA, rules.MENUNGGU_PEMBINA}
)
LOCKED = (
    "Data dukung tidak dapat diubah selama menunggu pemeriksaan atau sesudah disetujui. "
    "Tarik kembali dulu kiriman ini, lalu ubah."
)


def documents(isian: Isian) -> tuple[Dokumen, ...]:
    """Return the documents that the catalogue names for this isian."""
    if not isian.is_indicator:
        return daftar_dokumen(None)
    try:
        _edisi, indikator = get_indikator(isian.edition, isian.code)
    except LookupError:
        return daftar_dokumen(None)
    return daftar_dokumen(indikator)


def missing(
    isian: Isian, given: Collection[str], lang: str, documents: Sequence[Dokumen]
) -> str | None:
    """Return the sentence on evidence that is asked for and not there, where it matters now.

    That is from a draft until it is decided; a declaration instead of a value has nothing to prove.

    Args:
        isian: the unit of work.
        given: codes of the documents that are on its list.
        lang: `id` or `en`.
        documents: what the catalogue names for it.
    """
    if isian.declaration or isian.state not in ASKED_IN:
        return None
    return kekurangan(isian.code, documents, given, lang)


def missing_of(isian_ids: Collection[str], lang: str) -> dict[str, str]:
    """Return isian id -> that sentence for each of many isian; one query more for each edition."""
    if not isian_ids:
        return {}
    rows = model.Session.scalars(select(Isian).where(Isian.id.in_(list(isian_ids)))).all()
    given = given_of(rows)
    editions = {code: get_edisi(code) for code in sorted({row.edition for row in rows} - {None})}
    said = {}
    for row in rows:
        edisi = editions.get(row.edition)
        documents = daftar_dokumen(edisi.get(row.code) if edisi is not None else None)
        said[row.id] = missing(row, given[row.id], lang, documents)
    return {isian_id: sentence for isian_id, sentence in said.items() if sentence}


def find(isian: Isian, bukti_id: str) -> Bukti:
    """Return one piece of evidence on the list of this isian.

    Raises:
        toolkit.ObjectNotFound: for an id that is not on the list (of another isian, removed).
    """
    for row in of_isian(isian):
        if row.id == bukti_id:
            return row
    raise toolkit.ObjectNotFound("Data dukung ini tidak ada.")


def add(
    isian_id: str,
    actor: service.Actor,
    stream: BinaryIO,
    *,
    filename: str,
    title: str,
    document: str,
) -> Bukti:
    """Put a file on the list and commit; the same file with the same title twice is one.

    Raises:
        toolkit.ValidationError: naming the field at fault.
    """
    isian = _editable(isian_id, actor)
    title = " ".join(title.split())
    errors: dict[str, list[str]] = {}
    if not title:
        errors["judul"] = ["Tulis judul dokumennya, misalnya Rekap DKB semester II 2025."]
    elif len(title) > MAX_TITLE:
        errors["judul"] = [f"Judul paling panjang {MAX_TITLE} huruf."]
    if document not in {item.kode for item in documents(isian)}:
        errors["dokumen"] = ["Pilih dokumen dari daftar."]
    kind = None
    try:
        kind = _acceptable(stream)
    except storage.Refused as refused:
        errors["bukti"] = [str(refused)]
    if errors or kind is None:
        model.Session.rollback()
        raise toolkit.ValidationError(errors)
    present = of_isian(isian)
    digest = str(sha256_of(stream))
    for row in present:
        if (row.sha256, row.title, row.document) == (digest, title, document):
            model.Session.rollback()
            return row
    if len(present) >= MAX_FILES:
        model.Session.rollback()
        raise toolkit.ValidationError({"bukti": [f"Paling banyak {MAX_FILES} berkas data dukung."]})
    # nobody takes the same bytes away before this is committed
    bukti_bytes.hold(digest)
    storage.store(stream)
    added = Bukti(
        isian_id=isian.id,
        title=title,
        document=document,
        filename=storage.safe_filename(filename, kind),
        mimetype=kind.mimetype,
        size=storage.size_of(stream),
        sha256=digest,
        created_by=actor.id,
    )
    model.Session.add(added)
    model.Session.flush()
    _record(isian, "bukti_unggah", actor, added)
    model.Session.commit()
    return added


def _acceptable(stream: BinaryIO) -> storage.Kind:
    size, limit = storage.size_of(stream), int(toolkit.config["ckanext.lppd.evidence_max_mb"])
    if size == 0:
        raise storage.Refused("Berkas ini kosong. Pilih berkas yang berisi.")
    if size > limit * MB:
        shown = f"{size / MB:.1f}".replace(".", ",")
        raise storage.Refused(
            f"Berkas ini {shown} MB, paling besar {limit} MB. Kecilkan berkasnya (misalnya halaman "
            "judul, pertengahan, dan pengesahan saja), lalu unggah lagi."
        )
    return storage.kind_of(stream)


def remove(isian_id: str, bukti_id: str, actor: service.Actor) -> Isian:
    """Take evidence off the list, on record, and commit; a repeat changes nothing."""
    isian = _editable(isian_id, actor)
    already = model.Session.get(BuktiRemoval, (bukti_id, isian.id))
    if already is not None:
        model.Session.rollback()
        return model.Session.get(Isian, isian_id)
    row = find(isian, bukti_id)
    model.Session.add(BuktiRemoval(bukti_id=row.id, isian_id=isian.id, removed_by=actor.id))
    model.Session.flush()
    _record(isian, "bukti_hapus", actor, row)
    digest = row.sha256
    model.Session.commit()
    bukti_bytes.collect([digest])
    return model.Session.get(Isian, isian_id)


def _editable(isian_id: str, actor: service.Actor) -> Isian:
    isian = service.locked_isian(isian_id)
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Data dukung diurus oleh produsen data pemilik isian.")
    if not rules.is_editable(isian.state):
        model.Session.rollback()
        raise toolkit.ValidationError({"state": [LOCKED], "state_now": [isian.state]})
    return isian


def _record(isian: Isian, act: str, actor: service.Actor, row: Bukti) -> None:
    # what an approver will see has changed: R4 counts this as a change of the content
    isian.last_editor = actor.id
    isian.updated_at = func.now()
    seen = manifest.current_manifest(isian.package_id) if isian.package_id else None
    # more people read the history than the evidence, and a title may name a person
    request = service.Request(note=f"SHA-256 {row.sha256}")
    service.record(isian, act, isian.state, rules.PRODUSEN, actor, request, seen)
