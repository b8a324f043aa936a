"""Writing down why an unusual number is right. Changes no content and no state."""

from __future__ import annotations

from collections.abc import Mapping

from ckan import model
from ckan.plugins import toolkit

from ckanext.lppd.model import Isian
from ckanext.lppd.release import evidence, manifest
from ckanext.lppd.workflow import reasons, roles, rules, service

LOCKED = "Isian ini sudah dikirim. Tarik dulu, lalu tulis penjelasannya."


def explain(isian_id: str, actor: service.Actor, texts: Mapping[str, str]) -> Isian:
    """Record one reason for each statement named in `texts` (key -> reason); commits.

    A blank text leaves its question open, one that is recorded already is not recorded again.

    Raises:
        toolkit.NotAuthorized: for others than the producer of the isian.
        toolkit.ValidationError: by field `alasan-<key>`; nothing is recorded then.
    """
    isian = service.locked_isian(isian_id)
    try:
        _record(isian, actor, texts)
    except (toolkit.NotAuthorized, toolkit.ValidationError):
        model.Session.rollback()
        raise
    model.Session.commit()
    return isian


def _record(isian: Isian, actor: service.Actor, texts: Mapping[str, str]) -> None:
    if rules.PRODUSEN not in roles.parts_in(actor.id, isian.owner_org):
        raise toolkit.NotAuthorized("Penjelasan ditulis oleh produsen data pemilik isian.")
    if not rules.is_editable(isian.state):
        raise toolkit.ValidationError({"state": [LOCKED], "state_now": [isian.state]})
    checked = evidence.checked_files(isian.package_id)
    asked = {question.key: question for question in reasons.questions(isian, checked)}
    errors: dict[str, list[str]] = {}
    for key, text in texts.items():
        length = len(text.strip())
        if key not in asked:
            message = "Pertanyaan ini sudah berganti. Muat ulang halaman, lalu jelaskan yang ada."
            errors.setdefault("message", [message])
        elif 0 < length < reasons.MIN_REASON:
            errors[f"alasan-{key}"] = [f"Tulis paling sedikit {reasons.MIN_REASON} huruf."]
        elif length > reasons.MAX_REASON:
            errors[f"alasan-{key}"] = [f"Ringkas menjadi paling banyak {reasons.MAX_REASON} huruf."]
    if errors:
        raise toolkit.ValidationError(errors)
    seen = manifest.current_manifest(isian.package_id)
    for key, text in texts.items():
        reason, question = text.strip(), asked[key]
        if not reason or (question.given is not None and question.given.note == reason):
            continue
        request = service.Request(
            reason_code=reasons.reason_code(key),
            note=reason,
            cells=[question.finding["cell"]] if question.finding.get("cell") else [],
        )
        service.record(isian, reasons.ACT, isian.state, rules.PRODUSEN, actor, request, seen)
