"""Publishing: one transaction from the last look at the bytes to the public row (R1, R5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, select

from ckanext.lppd.katalog.rumus import Rumus
from ckanext.lppd.model import CurrentRelease, Isian, Observation, Release, Verdict
from ckanext.lppd.model.katalog_store import get_indikator
from ckanext.lppd.release import evidence, health

GATE_BROKEN = (
    "Pengaman basis data tidak lengkap, jadi tidak ada yang dapat diterbitkan. Minta administrator "
    "menjalankan ckan lppd periksa."
)


def add_release(isian: Isian, manifest: str, approved_by: str, published_by: str) -> Release:
    """Insert the release, point the gate at it, and write its observations; flushes, no commit.

    The caller holds the locks of the isian and the dataset and has proven that there are no gaps.
    """
    if not health.gate_stands_now():
        raise toolkit.ValidationError({"message": [GATE_BROKEN]})
    checked = evidence.checked_files(isian.package_id)
    if not checked or not all(verdict and verdict.valid for _file, verdict in checked):
        raise toolkit.ValidationError(
            {"berkas": ["Ada berkas tanpa hasil pemeriksaan yang lolos."]}
        )
    version = model.Session.scalar(
        select(func.coalesce(func.max(Release.version), 0) + 1).where(
            Release.package_id == isian.package_id
        )
    )
    release = Release(
        package_id=isian.package_id,
        isian_id=isian.id,
        version=version,
        manifest=manifest,
        content={
            "resources": [
                {
                    "id": file.resource_id,
                    "filename": file.filename,
                    "format": file.format,
                    "peran": file.peran,
                    "sha256": file.sha256,
                    "schema_sha256": file.schema_sha256,
                    "size": file.size,
                }
                for file, _verdict in checked
            ]
        },
        verdict_ids=[verdict.id for _file, verdict in checked if verdict],
        approved_by=approved_by,
        published_by=published_by,
    )
    model.Session.add(release)
    model.Session.flush()
    current = model.Session.get(CurrentRelease, isian.package_id)
    if current is None:
        current = CurrentRelease(package_id=isian.package_id)
        model.Session.add(current)
    current.release_id, current.manifest = release.id, manifest
    model.Session.flush()
    for file, verdict in checked:
        if isian.is_indicator and file.peran == evidence.CAPAIAN and verdict:
            _add_observations(isian, release, verdict)
    return release


def make_public(isian: Isian, user: str) -> dict[str, Any]:
    """Switch the dataset to public; CKAN's own update commits the whole transaction and indexes it.

    `user` is the name of the acting walidata, for the activity stream.
    """
    context: dict[str, Any] = {"user": user, "ignore_auth": True, "lppd_internal": INTERNAL}
    # ignore_auth: the role was tested by the service; core would ask for membership in the owner
    return toolkit.get_action("package_patch")(context, {"id": isian.package_id, "private": False})


class _Internal:
    """Type of the token that marks writes made by the workflow itself; never from a request."""


INTERNAL = _Internal()


def is_internal(context: Any) -> bool:
    """Tell whether this action call comes from the workflow (the gate's triggers hold anyway)."""
    return context.get("lppd_internal") is INTERNAL


def _add_observations(isian: Isian, release: Release, verdict: Verdict) -> None:
    _edisi, indikator = get_indikator(isian.edition, isian.code)
    for row in verdict.report["values"]:
        for part, text in _numbers_of_row(indikator.rumus, row).items():
            model.Session.add(
                Observation(
                    release_id=release.id,
                    package_id=isian.package_id,
                    edition=isian.edition,
                    code=isian.code,
                    year=isian.year,
                    region=row["kode_wilayah"],
                    part=part,
                    value=Decimal(text),
                    value_text=text,
                    unit=indikator.satuan if part == evidence.CAPAIAN else "",
                )
            )
    model.Session.flush()


def _numbers_of_row(rumus: Rumus, row: dict[str, str | None]) -> dict[str, str]:
    """Return part -> plain decimal text; the check has computed a blank capaian already."""
    names = (*(part.name for part in rumus.parts), evidence.CAPAIAN)
    return {name: value for name in names if (value := row.get(name))}
