"""From rows to the dictionaries that actions return."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import and_, func, select

from ckanext.lppd.checking import Finding
from ckanext.lppd.model import (
    CurrentRelease,
    IndicatorRow,
    Isian,
    Release,
    Transition,
    Verdict,
    bukti_store,
)
from ckanext.lppd.release import evidence, manifest, revision
from ckanext.lppd.workflow import (
    contributions,
    declarations,
    kalender,
    progress,
    reasons,
    rules,
    service,
    years,
)


def language() -> str:
    """Return `id` or `en`: the language of the request, Indonesian where there is no request."""
    try:
        lang = toolkit.h.lang()
    except (RuntimeError, AttributeError):
        return "id"
    return "en" if str(lang).startswith("en") else "id"


def verdict(row: Verdict | None) -> dict[str, Any] | None:
    """Return a verdict with its findings as sentences."""
    if row is None:
        return None
    return {
        "id": row.id,
        "engine": row.engine,
        "sha256": row.sha256,
        "schema_sha256": row.schema_sha256,
        "created": row.created_at.isoformat(),
        **report(row.report, valid=row.valid),
    }


def report(data: dict[str, Any], *, valid: bool) -> dict[str, Any]:
    """Return the content of a report with its findings as sentences."""
    lang = language()
    return {
        "valid": valid,
        "rows": data.get("rows", 0),
        "counts": data.get("counts", {}),
        "values": data.get("values", []),
        "source": data.get("source"),
        "findings": [
            {**found, "pesan": Finding.from_dict(found).message(lang)}
            for found in data.get("findings", [])
        ],
    }


def _file(file: evidence.StoredFile, found: Verdict | None) -> dict[str, Any]:
    return {
        "resource_id": file.resource_id,
        "filename": file.filename,
        "format": file.format,
        "peran": file.peran,
        "size": file.size,
        "sha256": file.sha256,
        "schema_sha256": file.schema_sha256,
        "verdict": verdict(found),
    }


def _row(
    isian: Isian,
    name: str | None,
    unit: str | None,
    owner: str | None,
    dataset: tuple[str | None, str | None],
) -> dict[str, Any]:
    dataset_name, dataset_title = dataset
    return {
        "id": isian.id,
        "jenis": isian.kind,
        "revisi_dari": isian.parent_id,
        "edisi": isian.edition,
        "kode": isian.code,
        "tahun": isian.year,
        "nama": name or dataset_title or dataset_name,
        "satuan": unit,
        "owner_org": isian.owner_org,
        "owner_org_title": owner,
        "package_id": isian.package_id,
        "dataset_name": dataset_name,
        "state": isian.state,
        "state_label": rules.label(isian.state, language()),
        "due": isian.due.isoformat() if isian.due else None,
        "prioritas": bool(isian.priority),
        "pernyataan": isian.declaration,
        "dijanjikan": isian.promised.isoformat() if isian.promised else None,
        "terlambat": declarations.is_late(isian),
        "last_editor": isian.last_editor,
        "updated": isian.updated_at.isoformat() if isian.updated_at else None,
    }


def _joined() -> Any:
    return (
        select(
            Isian,
            IndicatorRow.data["nama"].astext,
            IndicatorRow.data["satuan"].astext,
            model.Group.title,
            model.Package.name,
            model.Package.title,
        )
        .outerjoin(
            IndicatorRow,
            and_(IndicatorRow.edition == Isian.edition, IndicatorRow.code == Isian.code),
        )
        .outerjoin(model.Group, model.Group.id == Isian.owner_org)
        .outerjoin(model.Package, model.Package.id == Isian.package_id)
    )


def isian_page(where: list[Any], *, limit: int, offset: int) -> dict[str, Any]:
    """Return count and one page of isian, in two queries whatever their number."""
    count = model.Session.scalar(select(func.count()).select_from(Isian).where(*where))
    query = (
        _joined()
        .where(*where)
        .order_by(Isian.year.desc(), IndicatorRow.position, Isian.id)
        .limit(limit)
        .offset(offset)
    )
    rows = model.Session.execute(query)
    return {"count": count, "results": [_row(r[0], r[1], r[2], r[3], (r[4], r[5])) for r in rows]}


def isian(row: Isian, user_id: str | None) -> dict[str, Any]:
    """Return one isian whole: files, verdicts, release, and the acts open to this user."""
    result = model.Session.execute(_joined().where(Isian.id == row.id)).one()
    out = _row(row, result[1], result[2], result[3], (result[4], result[5]))
    checked = evidence.checked_files(row.package_id)
    files = [_file(file, found) for file, found in checked]
    out["berkas"] = files
    out["capaian"] = next((f for f in files if f["peran"] == evidence.CAPAIAN), None)
    out["manifest"] = manifest.current_manifest(row.package_id) if row.package_id else None
    out["bukti_sha256"] = bukti_store.list_sha256(row)
    out["release"] = current_release(row.package_id) if row.package_id else None
    open_revision = revision.open_revision(row)
    out["revisi"] = open_revision.id if open_revision is not None else None
    year = years.state_of(row)
    given = contributions.contributors(row.id)
    out["penyumbang"] = contributions.listing(row, given)
    out["isi_bagian"] = contributions.parts_for(row, user_id, given, year)
    works = year in (None, kalender.PENGISIAN_DIBUKA)
    out["tahun_state"] = year
    out["tahun_tertutup"] = None if works else kalender.refusal(row.edition, row.year, str(year))
    out["acts"] = service.allowed_acts(row, user_id, year)
    # only while something has no result: the verdict says whether a file is checked
    waiting = any(file["verdict"] is None for file in files)
    out["kemajuan"] = progress.get(row.id) if waiting else None
    out["alasan"] = [question(one) for one in reasons.questions(row, checked)]
    return out


def question(row: reasons.Question) -> dict[str, Any]:
    """Return a warning that asks for a reason, and the reason where one was given."""
    return {
        "key": row.key,
        "berkas": row.filename,
        "cell": row.finding.get("cell"),
        "pesan": Finding.from_dict(row.finding).message(language()),
        "alasan": row.given.note if row.given else None,
        "oleh": user_name(row.given.actor) if row.given else None,
    }


def current_release(package_id: str) -> dict[str, Any] | None:
    """Return the release of a dataset that is public now, if any."""
    row = model.Session.scalars(
        select(Release)
        .join(CurrentRelease, CurrentRelease.release_id == Release.id)
        .where(CurrentRelease.package_id == package_id)
    ).first()
    return release(row) if row is not None else None


def release(row: Release) -> dict[str, Any]:
    """Return a release: version, date, people, and the bytes it stands for."""
    names = user_names({row.approved_by, row.published_by})
    return {
        "id": row.id,
        "version": row.version,
        "warisan": bool(row.content.get("warisan")),
        "manifest": row.manifest,
        "resources": row.content["resources"],
        "approved_by": names[row.approved_by],
        "published_by": names[row.published_by],
        "published": row.published_at.isoformat(),
    }


def user_names(user_ids: set[str]) -> dict[str, str]:
    """Return id -> display name in one query; the id itself where the account is gone."""
    users = model.Session.scalars(select(model.User).where(model.User.id.in_(user_ids)))
    return {user_id: user_id for user_id in user_ids} | {u.id: u.display_name for u in users}


def user_name(user_id: str) -> str:
    """Return the display name of a user; the id itself where the account is gone."""
    user = model.User.get(user_id)
    return user.display_name if user is not None else user_id


def transition(row: Transition) -> dict[str, Any]:
    """Return one act of the history."""
    lang = language()
    return {
        "id": row.id,
        "act": row.act,
        "from_state": row.from_state,
        "from_label": rules.label(row.from_state, lang),
        "to_state": row.to_state,
        "to_label": rules.label(row.to_state, lang),
        "role": row.role,
        "actor": row.actor,
        "actor_name": user_name(row.actor),
        "reason_code": row.reason_code,
        "note": row.note,
        "cells": row.cells,
        "manifest": row.manifest,
        "evidence": row.evidence,
        "created": row.created_at.isoformat(),
    }
