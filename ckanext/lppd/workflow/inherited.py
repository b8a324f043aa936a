"""Warisan: datasets that were public before governance, and the acts that move them on.

`take_over` records what is public as a first version that nobody checked, so that a change goes the
way of a revision (R5); `let_go` ends governance for one dataset.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select, text

from ckanext.lppd.model import CurrentRelease, GovernedDataset, Isian, Release, ScopeLog
from ckanext.lppd.model.isian_store import isian_of_package
from ckanext.lppd.release import inherited, manifest, revision, withdraw
from ckanext.lppd.release.gate import gate_errors
from ckanext.lppd.workflow import enrolment, roles, rules, service

_LIST = text(
    """
    SELECT p.id, p.name, coalesce(nullif(p.title, ''), p.name) AS title, p.metadata_modified,
           s.since, p.owner_org, org.name AS org_name,
           coalesce(nullif(org.title, ''), org.name) AS org_title, i.id AS isian_id,
           (SELECT count(*) FROM resource r WHERE r.package_id = p.id AND r.state = 'active')
               AS files
      FROM lppd_governed_dataset s
      JOIN package p ON p.id = s.package_id AND p.state = 'active' AND p.private IS NOT TRUE
      LEFT JOIN "group" org ON org.id = p.owner_org
      LEFT JOIN lppd_isian i ON i.package_id = p.id
      LEFT JOIN lppd_current_release c ON c.package_id = p.id
      LEFT JOIN lppd_release r ON r.id = c.release_id
     WHERE (s.warisan OR coalesce((r.content ->> 'warisan')::boolean, false))
       AND (:org = '' OR p.owner_org = :org)
     ORDER BY org_title, title, p.id LIMIT :limit OFFSET :offset
    """
)
_COUNT = text(
    """
    SELECT count(*) FROM lppd_governed_dataset s
      JOIN package p ON p.id = s.package_id AND p.state = 'active' AND p.private IS NOT TRUE
      LEFT JOIN lppd_current_release c ON c.package_id = p.id
      LEFT JOIN lppd_release r ON r.id = c.release_id
     WHERE (s.warisan OR coalesce((r.content ->> 'warisan')::boolean, false))
       AND (:org = '' OR p.owner_org = :org)
    """
)


def waiting(organisation: str = "", *, limit: int, offset: int = 0) -> dict[str, Any]:
    """Return count and one page of the inherited public datasets, for later review.

    Args:
        organisation: id of one organisation; empty for all.
        limit, offset: the page.
    """
    where = {"org": organisation}
    rows = model.Session.execute(_LIST, {**where, "limit": limit, "offset": offset})
    results = [
        {
            "id": row.id,
            "name": row.name,
            "title": row.title,
            "owner_org": row.owner_org,
            "owner_org_name": row.org_name,
            "owner_org_title": row.org_title,
            "berkas": row.files,
            "sejak": row.since.isoformat(),
            "diubah": row.metadata_modified.isoformat(),
            "isian": row.isian_id,
        }
        for row in rows
    ]
    return {"count": model.Session.execute(_COUNT, where).scalar(), "results": results}


def may_take_over(user_id: str | None, owner_org: str | None) -> bool:
    """Tell whether this user starts governance of a dataset: its produsen, or a walidata."""
    return bool(roles.parts_in(user_id, owner_org) & {rules.PRODUSEN, rules.WALIDATA})


def take_over(package_id: str, actor: service.Actor) -> Isian:
    """Make an inherited dataset part of the workflow; what is public stays as it is. Commits.

    A repeat returns the isian that is there.

    Raises:
        toolkit.NotAuthorized: for others than the producer and the walidata.
        toolkit.ValidationError: for a dataset that is not inherited.
    """
    try:
        with gate_errors():
            return _take_over(package_id, actor)
    except (toolkit.NotAuthorized, toolkit.ValidationError):
        model.Session.rollback()
        raise


def _take_over(package_id: str, actor: service.Actor) -> Isian:
    manifest.lock_package(package_id)
    row = manifest.package_row(package_id)
    if not may_take_over(actor.id, row.owner_org):
        raise toolkit.NotAuthorized("Pengelolaan dimulai oleh produsen pemilik atau walidata.")
    present = isian_of_package(package_id)
    if present is not None and row.governed:
        return present
    if not row.warisan:
        raise toolkit.ValidationError({"id": ["Dataset ini bukan warisan."]})
    scope = model.Session.get(GovernedDataset, package_id, populate_existing=True)
    if not manifest.is_released(package_id) or row.private or row.state != "active":
        isian = enrolment.ensure_isian(package_id, row.owner_org, row.state, actor)
    else:
        isian = _first_version(row, scope, actor)
    scope.warisan = False
    model.Session.add(
        ScopeLog(
            act="kelola",
            group_id=row.owner_org,
            package_id=package_id,
            actor=actor.id,
            reason="warisan mulai dikelola",
        )
    )
    model.Session.commit()
    return isian


def _first_version(row: Any, scope: GovernedDataset, actor: service.Actor) -> Isian:
    isian = Isian(kind="sektoral", owner_org=row.owner_org, package_id=row.id)
    model.Session.add(isian)
    model.Session.flush()
    isian.state = rules.TERPUBLIKASI
    part = min(roles.parts_in(actor.id, row.owner_org) & {rules.PRODUSEN, rules.WALIDATA})
    seen = str(manifest.current_manifest(row.id))
    note = service.Request(note="Sudah terbuka sebelum tata kelola; isinya tidak diperiksa.")
    service.record(isian, "warisan_kelola", rules.BELUM_DIISI, part, actor, note, seen)
    version = model.Session.scalar(
        select(func.coalesce(func.max(Release.version), 0) + 1).where(Release.package_id == row.id)
    )
    release = Release(
        package_id=row.id,
        isian_id=isian.id,
        version=version,
        manifest=seen,
        content={**inherited.release_content(row.id), "sejak": scope.since.isoformat()},
        verdict_ids=[],
        approved_by="",
        published_by=actor.id,
    )
    model.Session.add(release)
    model.Session.flush()
    current = CurrentRelease(package_id=row.id, release_id=release.id, manifest=seen)
    model.Session.merge(current)
    model.Session.flush()
    return isian


def let_go(package_id: str, actor: service.Actor, reason: str) -> None:
    """End governance of one dataset that an organisation brought along (walidata); commits.

    The dataset stays as visible as it is; its record stays; its files go back to CKAN's storage.

    Raises:
        toolkit.NotAuthorized: for others than walidata.
        toolkit.ValidationError: for a type that is always governed, or while a revision is open.
    """
    manifest.lock_package(package_id)
    row = manifest.package_row(package_id)
    if rules.WALIDATA not in roles.parts_in(actor.id, row.owner_org):
        model.Session.rollback()
        raise toolkit.NotAuthorized("Tata kelola sebuah dataset diakhiri oleh walidata.")
    scope = model.Session.get(GovernedDataset, package_id, populate_existing=True)
    if scope is None:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"id": ["Dataset ini tidak dikelola karena organisasinya; tidak ada yang diakhiri."]}
        )
    isian = isian_of_package(package_id)
    if isian is not None:
        if isian.is_revision or revision.open_revision(isian) is not None:
            model.Session.rollback()
            raise toolkit.ValidationError({"id": ["Terbitkan atau batalkan revisinya dulu."]})
        service.record(
            isian,
            "akhiri",
            isian.state,
            rules.WALIDATA,
            actor,
            service.Request(note=reason),
            manifest.current_manifest(package_id),
        )
        model.Session.delete(isian)
    try:
        inherited.give_back(package_id)
    except OSError as error:
        model.Session.rollback()
        raise toolkit.ValidationError(
            {"berkas": ["Berkas tersimpan tidak dapat dibaca. Pulihkan berkasnya dulu."]}
        ) from error
    model.Session.add(
        ScopeLog(
            act="akhiri",
            group_id=row.owner_org,
            package_id=package_id,
            actor=actor.id,
            reason=reason,
            detail={"state": isian.state if isian is not None else "warisan"},
        )
    )
    model.Session.flush()
    model.Session.delete(scope)
    model.Session.flush()
    current = model.Session.get(CurrentRelease, package_id)
    if current is not None:
        model.Session.delete(current)
    model.Session.commit()
    withdraw.reindex(package_id)
