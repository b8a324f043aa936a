"""Notes that a reviewer pins to a place of a submission, and the producer deals with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.model import Isian, Note, NoteDone
from ckanext.lppd.release import manifest
from ckanext.lppd.workflow import roles, rules, service

SEL, KOLOM, METADATA, UMUM = "sel", "kolom", "metadata", "umum"
DECIDING = ("setujui", "kembalikan")
MIN_BODY, MAX_BODY = 3, 2000
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}\Z")
_PLACE = re.compile(r"(kolom|metadata):([A-Za-z0-9_ -]{1,80})\Z")


@dataclass(frozen=True)
class Pinned:
    """A note with what became of it; `done` is None while it is open."""

    note: Note
    done: NoteDone | None


def of_isian(isian_id: str) -> list[Pinned]:
    """Return the notes of an isian, open ones first, then by age."""
    query = (
        select(Note, NoteDone)
        .outerjoin(NoteDone, NoteDone.note_id == Note.id)
        .where(Note.isian_id == isian_id)
        .order_by(NoteDone.note_id.is_not(None), Note.created_at, Note.id)
    )
    return [Pinned(note, done) for note, done in model.Session.execute(query)]


def reviewing_role(isian: Isian, user_id: str | None) -> str | None:
    """Return the role in which this user decides the isian now, if any."""
    parts = roles.parts_in(user_id, isian.owner_org)
    acts = rules.acts_from(isian.state, parts)
    return next((act.role for act in acts if act.name in DECIDING), None)


def place_of(tempat: str, sel: str) -> tuple[str, str]:
    """Return kind and target of what a form or a program names as the place.

    Raises:
        toolkit.ValidationError: for an address or a place that is none.
    """
    address = sel.strip().upper()
    if address:
        if not _CELL.match(address):
            raise toolkit.ValidationError({"sel": ["Tulis alamat sel seperti D3, atau kosongkan."]})
        return SEL, address
    if tempat in ("", UMUM):
        return UMUM, ""
    found = _PLACE.match(tempat)
    if found is None:
        raise toolkit.ValidationError({"tempat": ["Pilih tempat catatan dari daftar."]})
    return found[1], found[2]


def add(isian_id: str, actor: service.Actor, kind: str, target: str, body: str) -> Note:
    """Pin a note and commit; the same open note twice is one.

    Raises:
        toolkit.NotAuthorized: for who does not decide this isian now.
        toolkit.ValidationError: for a text that is too short or too long.
    """
    isian = service.locked_isian(isian_id)
    role = reviewing_role(isian, actor.id)
    if role is None:
        model.Session.rollback()
        raise toolkit.NotAuthorized("Catatan ditulis oleh walidata atau pembina yang memeriksa.")
    body = body.strip()
    if not MIN_BODY <= len(body) <= MAX_BODY:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"teks": [f"Tulis catatannya, {MIN_BODY} sampai {MAX_BODY} huruf."]}
        )
    for pinned in of_isian(isian.id):
        same = (pinned.note.kind, pinned.note.target, pinned.note.body) == (kind, target, body)
        if same and pinned.done is None and pinned.note.created_by == actor.id:
            model.Session.rollback()
            return model.Session.get(Note, pinned.note.id)
    note = Note(
        isian_id=isian.id,
        kind=kind,
        target=target,
        body=body,
        role=role,
        manifest=manifest.current_manifest(isian.package_id) if isian.package_id else None,
        created_by=actor.id,
    )
    model.Session.add(note)
    model.Session.commit()
    return note


def mark_done(isian_id: str, note_id: str, actor: service.Actor, answer: str) -> NoteDone:
    """Mark a note as dealt with, by the producer while he may change the content; commits.

    Raises:
        toolkit.ObjectNotFound: for a note of another isian.
        toolkit.NotAuthorized: for everybody but producers of the owner.
        toolkit.ValidationError: in a state that is not the producer's.
    """
    isian = service.locked_isian(isian_id)
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Catatan ditandai selesai oleh produsen data.")
    if not rules.is_editable(isian.state):
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"state": ["Catatan ditandai selesai selama isian dapat diubah."]}
        )
    note = model.Session.get(Note, note_id)
    if note is None or note.isian_id != isian.id:
        model.Session.rollback()
        raise toolkit.ObjectNotFound("Catatan ini tidak ada.")
    done = model.Session.get(NoteDone, note_id)
    if done is None:
        done = NoteDone(note_id=note.id, answer=answer.strip()[:MAX_BODY], done_by=actor.id)
        model.Session.add(done)
    model.Session.commit()
    return done
