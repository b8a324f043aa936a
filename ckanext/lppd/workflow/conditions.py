"""What an act demands beyond role and state: one test for each condition named in `rules.ACTS`.

Each is asked under the locks of the act and raises a ValidationError that says what to do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import select

from ckanext.lppd.model import Isian, Transition, bukti_store
from ckanext.lppd.release import evidence, manifest, revision
from ckanext.lppd.workflow import declarations, metadata, reasons, rules
from ckanext.lppd.workflow.request import Actor, Request


def manifest_now(isian: Isian, request: Request) -> str | None:
    """Return the manifest of the content, read once: isian and dataset are locked."""
    if not isian.package_id:
        return None
    if "manifest" not in request.memo:
        request.memo["manifest"] = manifest.current_manifest(isian.package_id)
    return request.memo["manifest"]  # type: ignore[no-any-return]


def evidence_now(isian: Isian, request: Request) -> str | None:
    """Return the list of evidence as one hash, read once: isian is locked."""
    key = f"evidence of {isian.id}"  # a revision's act is recorded on both of its isian
    if key not in request.memo:
        request.memo[key] = bukti_store.list_sha256(isian)
    return request.memo[key]  # type: ignore[no-any-return]


def last_approval(isian: Isian, request: Request) -> Transition:
    """Return the newest approval of an isian, read once: isian is locked.

    Raises:
        toolkit.ValidationError: where it was never approved.
    """
    if "approval" not in request.memo:
        approval = model.Session.scalars(
            select(Transition)
            .where(Transition.isian_id == isian.id, Transition.act == "setujui")
            .order_by(Transition.id.desc())
            .limit(1)
        ).first()
        if approval is None:
            raise toolkit.ValidationError({"message": ["Belum ada persetujuan untuk isi ini."]})
        request.memo["approval"] = approval
    return request.memo["approval"]  # type: ignore[no-any-return]


def _bytes_valid(isian: Isian, actor: Actor, request: Request) -> None:
    found = evidence.gaps(isian, rehash=True, kamus_data=metadata.kamus_data(isian))
    if found:
        raise toolkit.ValidationError({"berkas": found})


def _metadata_complete(isian: Isian, actor: Actor, request: Request) -> None:
    missing = metadata.missing_fields(isian)
    if missing:
        raise toolkit.ValidationError(
            {name: [f"{title} belum diisi. Isi di Ubah metadata."] for name, title in missing}
        )


def _reasons_given(isian: Isian, actor: Actor, request: Request) -> None:
    if missing := reasons.gaps(isian):
        raise toolkit.ValidationError(missing)


def _not_last_editor(isian: Isian, actor: Actor, request: Request) -> None:
    if isian.last_editor == actor.id:
        raise toolkit.ValidationError(
            {
                "message": [
                    "Anda yang terakhir mengubah isi ini, jadi harus orang lain yang menyetujui."
                ]
            }
        )


def _manifest_seen(isian: Isian, actor: Actor, request: Request) -> None:
    if not request.manifest:
        raise toolkit.ValidationError({"manifest": ["Sertakan manifest dari isi yang diperiksa."]})
    if request.manifest != manifest_now(isian, request):
        raise toolkit.ValidationError(
            {"manifest": ["Isi berubah sejak Anda membukanya. Muat ulang, lalu periksa lagi."]}
        )
    if request.evidence != evidence_now(isian, request):
        raise toolkit.ValidationError(
            {"bukti_sha256": ["Data dukung berubah sejak Anda membukanya. Muat ulang halaman ini."]}
        )


def _manifest_approved(isian: Isian, actor: Actor, request: Request) -> None:
    approved = last_approval(isian, request)
    now = (manifest_now(isian, request), evidence_now(isian, request))
    if (approved.manifest, approved.evidence) != now:
        raise toolkit.ValidationError(
            {"manifest": ["Isi tidak sama dengan yang disetujui. Kembalikan, lalu periksa ulang."]}
        )


def _no_revision(isian: Isian, actor: Actor, request: Request) -> None:
    if revision.open_revision(isian) is not None:
        raise toolkit.ValidationError({"message": ["Revisi untuk isian ini sudah dibuka."]})


def _reason_given(isian: Isian, actor: Actor, request: Request) -> None:
    wrong = rules.note_error(request.note)
    if wrong is not None:
        raise toolkit.ValidationError({"note": [wrong]})
    if request.reason_code is not None and request.reason_code not in rules.REASON_CODES:
        choices = ", ".join(rules.REASON_CODES)
        raise toolkit.ValidationError({"reason_code": [f"Pilih salah satu: {choices}."]})


CONDITIONS: dict[str, Callable[[Isian, Actor, Request], Any]] = {
    "bytes_valid": _bytes_valid,
    "metadata_complete": _metadata_complete,
    "not_last_editor": _not_last_editor,
    "manifest_seen": _manifest_seen,
    "manifest_approved": _manifest_approved,
    "reason_given": _reason_given,
    "reasons_given": _reasons_given,
    "no_revision": _no_revision,
    **declarations.CONDITIONS,
}
