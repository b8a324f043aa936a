"""Organisations come under governance and leave it, on record (R9, R10).

What is public when its organisation is enrolled stays public, untouched, as warisan. What is not
becomes a draft of the workflow. Leaving ends neither: a dataset is let go one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import bindparam, text

from ckanext.lppd.model import EnrolledOrg, Isian, ScopeLog
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import withdraw
from ckanext.lppd.workflow import rules, service

_LOCK = text("SELECT pg_advisory_xact_lock(lppd_enrolment_key(:id))")
_DATASETS = text(
    """
    SELECT p.id, p.name, coalesce(nullif(p.title, ''), p.name) AS title, p.type, p.state,
           lppd_governed(p.type) AS by_type, g.package_id IS NOT NULL AS already,
           p.state = 'active' AND p.private IS NOT TRUE AS public,
           (SELECT count(*) FROM resource r WHERE r.package_id = p.id AND r.state = 'active'
               AND coalesce(r.url_type, '') <> 'upload') AS links
      FROM package p LEFT JOIN lppd_governed_dataset g ON g.package_id = p.id
     WHERE p.owner_org = :id ORDER BY p.name
    """
)
# Content is written under these locks: what is recorded as inherited is what stays public.
_HOLD = text("SELECT id FROM package WHERE owner_org = :id ORDER BY id FOR UPDATE")
_INHERIT = text(
    """
    INSERT INTO lppd_governed_dataset (package_id, why, group_id, warisan, manifest)
    SELECT p.id, 'terdaftar', :org, p.id IN :public,
           CASE WHEN p.id IN :public THEN lppd_manifest(p.id) END
      FROM package p WHERE p.id IN :ids
    ON CONFLICT (package_id) DO NOTHING
    """
).bindparams(bindparam("ids", expanding=True), bindparam("public", expanding=True))
_PEOPLE = text(
    """
    SELECT count(*) FILTER (WHERE m.group_id = :id) AS editors,
           count(*) FILTER (WHERE o.role = 'walidata') AS walidata
      FROM member m LEFT JOIN lppd_organization o ON o.group_id = m.group_id
     WHERE m.table_name = 'user' AND m.state = 'active' AND m.capacity IN ('admin', 'editor')
    """
)


@dataclass(frozen=True)
class Candidate:
    """A dataset of the organisation and what an enrolment would make of it."""

    id: str
    name: str
    title: str
    type: str
    state: str


@dataclass
class Plan:
    """What an enrolment changes: nothing of it is done yet."""

    warisan: list[Candidate] = field(default_factory=list)
    drafts: list[Candidate] = field(default_factory=list)
    left_alone: list[Candidate] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return counts and lists, as the action gives them."""
        groups = {
            "warisan": self.warisan,
            "draf": self.drafts,
            "dibiarkan": self.left_alone,
        }
        return {
            "jumlah": {name: len(rows) for name, rows in groups.items()},
            **{name: [vars(row) for row in rows] for name, rows in groups.items()},
            "perhatian": self.problems,
        }


def plan(group_id: str) -> Plan:
    """Return what enrolling this organisation would change; two queries, whatever its size."""
    found = Plan()
    links = foreign = 0
    for row in model.Session.execute(_DATASETS, {"id": group_id}):
        candidate = Candidate(row.id, row.name, row.title, row.type or "dataset", row.state)
        if row.by_type or row.already:
            found.left_alone.append(candidate)
            continue
        (found.warisan if row.public else found.drafts).append(candidate)
        links += bool(row.links)
        foreign += candidate.type != "dataset"
    people = model.Session.execute(_PEOPLE, {"id": group_id}).one()
    if not people.walidata:
        found.problems.append("Belum ada editor walidata: tidak ada yang dapat menyetujui data.")
    if not people.editors:
        found.problems.append("Organisasi ini belum punya editor atau admin sebagai produsen.")
    if links:
        found.problems.append(
            f"{links} dataset memuat tautan. Tautan tetap tampil sebagai warisan, tetapi tidak "
            "ikut ke revisi: unggah berkasnya di sana."
        )
    if foreign:
        found.problems.append(
            f"{foreign} dataset bertipe lain dari dataset biasa (misalnya sumber panen). "
            "Tipe itu ikut dikelola dan yang baru selalu tertutup sampai diterbitkan."
        )
    return found


def enrol(group_id: str, actor: service.Actor, reason: str) -> Plan:
    """Enrol an organisation and every dataset it has; commits, then indexes what is not public.

    Raises:
        toolkit.ValidationError: where it is enrolled already.
    """
    model.Session.execute(_LOCK, {"id": group_id})
    if model.Session.get(EnrolledOrg, group_id) is not None:
        model.Session.rollback()
        raise toolkit.ValidationError({"id": ["Organisasi ini sudah terdaftar."]})
    model.Session.execute(_HOLD, {"id": group_id})
    found = plan(group_id)
    counts = found.to_dict()["jumlah"]
    model.Session.add(
        ScopeLog(act="daftarkan", group_id=group_id, actor=actor.id, reason=reason, detail=counts)
    )
    model.Session.add(EnrolledOrg(group_id=group_id, enrolled_by=actor.id))
    model.Session.flush()
    public = [row.id for row in found.warisan]
    ids = public + [row.id for row in found.drafts]
    if ids:
        model.Session.execute(_INHERIT, {"org": group_id, "ids": ids, "public": public or [""]})
    for row in found.drafts:
        ensure_isian(row.id, group_id, row.state, actor)
        withdraw.relabel(row.id)
    model.Session.commit()
    for row in found.drafts:
        withdraw.reindex(row.id)
    return found


def ensure_isian(package_id: str, owner_org: str | None, state: str, actor: service.Actor) -> Isian:
    """Return the isian behind a governed dataset of an ordinary type; flushes, no commit."""
    isian = isian_of_package(package_id)
    if isian is not None:
        return isian
    isian = Isian(kind="sektoral", owner_org=owner_org, package_id=package_id)
    model.Session.add(isian)
    model.Session.flush()
    isian.state = rules.BELUM_DIISI if state == "deleted" else rules.DRAF
    note = service.Request(note="Dataset ini mulai dikelola.")
    service.record(isian, "mulai_dikelola", rules.BELUM_DIISI, rules.PRODUSEN, actor, note, None)
    return isian


def leave(group_id: str, actor: service.Actor, reason: str) -> None:
    """Take an organisation out; its datasets stay governed. Commits.

    Raises:
        toolkit.ValidationError: where it is not enrolled.
    """
    model.Session.execute(_LOCK, {"id": group_id})
    row = model.Session.get(EnrolledOrg, group_id, populate_existing=True)
    if row is None:
        model.Session.rollback()
        raise toolkit.ValidationError({"id": ["Organisasi ini tidak terdaftar."]})
    model.Session.add(ScopeLog(act="keluarkan", group_id=group_id, actor=actor.id, reason=reason))
    model.Session.flush()
    model.Session.delete(row)
    model.Session.commit()
