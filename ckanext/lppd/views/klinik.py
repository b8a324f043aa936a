"""Pages of Klinik: threads, the form, the public FAQ; appointments and report are in `layanan`."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from ckan.lib import base
from ckan.lib.helpers import Page
from ckan.plugins import toolkit
from flask import make_response, request

from ckanext.lppd.klinik import rules
from ckanext.lppd.logic.action.klinik import asking_organisations
from ckanext.lppd.views.guard import action, login_required, new_blueprint, positive_int
from ckanext.lppd.workflow import completeness, roles
from ckanext.lppd.workflow import rules as workflow

klinik = new_blueprint("lppd_klinik", __name__)

PER_PAGE = 25
LAST_PAGE = 100_000
ASK_FIELDS = (
    "kepada",
    "topik",
    "judul",
    "isi",
    "owner_org",
    "isian_id",
    "edisi",
    "kode",
    "sel",
    "kunci",
)
FAQ_FIELDS = ("pertanyaan", "jawaban", "edisi", "kode", "versi")


def _(text: str) -> str:
    """Mark a text for translation; it is translated when it is shown."""
    return text


DONE = {
    "jawab": _("Your answer was sent. The agency is told."),
    "tambah": _("Your message was sent. The question waits for an answer again."),
    "selesai": _("The question was closed."),
    "buka_lagi": _("The question was reopened."),
    "angkat": _("Published in the public questions and answers."),
    "turunkan": _("Taken out of the public questions and answers."),
}


def form_values(names: tuple[str, ...]) -> dict[str, str]:
    """Return what a form sent in these fields; a zero byte cannot be typed, nor stored."""
    return {name: request.form.get(name, "").replace("\x00", "") for name in names}


def sent_once(typed: dict[str, str]) -> dict[str, str]:
    """Return what a form sent, its key (`kunci`) bound to the rest of it.

    The same form sent twice is one record; what was changed after going back is another.
    """
    if not typed.get("kunci"):
        return typed
    content = json.dumps(typed, sort_keys=True).encode("utf-8")
    return {**typed, "kunci": hashlib.sha256(content).hexdigest()}


def query_text(name: str, maximum: int = 200) -> str:
    """Return a text of the address, as long as it is looked for."""
    return (request.args.get(name) or "").replace("\x00", "").strip()[:maximum]


def found_or_missing(name: str, **data: Any) -> Any:
    """Call an action that shows something; an address that cannot be is a page that is not."""
    try:
        return action(name, **data)
    except toolkit.ValidationError as error:
        raise toolkit.ObjectNotFound(str(error)) from error


def paged(found: dict[str, Any], endpoint: str, filters: dict[str, Any]) -> Page:
    """Return the page of a list whose rows are one page already."""
    kept = {key: value for key, value in filters.items() if value}

    def url(page: int, **_kwargs: Any) -> str:
        return str(toolkit.url_for(endpoint, **kept, page=page))

    page = Page(
        collection=found["results"],
        page=_page_number(),
        items_per_page=PER_PAGE,
        item_count=found["count"],
        url=url,
    )
    page.items = found["results"]
    return page


def offset() -> int:
    """Return how many rows come before the page asked for."""
    return (_page_number() - 1) * PER_PAGE


def _page_number() -> int:
    return min(positive_int(request.args.get("page")) or 1, LAST_PAGE)


@klinik.route("/klinik", endpoint="daftar")
@login_required
def daftar() -> str:
    """List the questions that the person may read."""
    state = query_text("keadaan")
    filters = {
        "state": state if state in rules.STATE_LABELS else "",
        "kode": query_text("kode", 20),
        "q": query_text("q"),
    }
    found = action("lppd_klinik_list", **filters, limit=PER_PAGE, offset=offset())
    shown = {"keadaan": filters["state"], "kode": filters["kode"], "q": filters["q"]}
    user = toolkit.current_user
    return base.render(
        "lppd/klinik/daftar.html",
        extra_vars={
            "page": paged(found, "lppd_klinik.daftar", shown),
            "total": found["count"],
            "filters": shown,
            "states": list(rules.STATE_LABELS),
            "may_ask": bool(asking_organisations(user.id)),
            "may_record": bool(roles.parts_in(user.id, None) & rules.ANSWERERS),
            "reads_report": bool(
                user.sysadmin
                or roles.reading_roles(user.id) & (rules.READERS | {workflow.PERENCANA})
            ),
        },
    )


def _ask_page(typed: dict[str, Any], errors: dict[str, Any]) -> str:
    mine = set(asking_organisations(toolkit.current_user.id))
    if not mine:
        raise toolkit.NotAuthorized(
            toolkit._("Questions are asked by editors and administrators of an agency.")
        )
    about = None
    if typed.get("isian_id"):
        about = action("lppd_isian_show", id=typed["isian_id"])
    return base.render(
        "lppd/klinik/tanya.html",
        extra_vars={
            "typed": typed,
            "errors": errors,
            "about": about,
            "organisations": [o for o in completeness.organisations() if o.id in mine],
            "editions": action("lppd_katalog_list"),
        },
    )


@klinik.route("/klinik/tanya", endpoint="tanya")
@login_required
def tanya() -> str:
    """Show the form, filled in with the isian or indicator and the cell it is asked from."""
    typed = {name: query_text(name) for name in ("isian_id", "edisi", "kode", "sel")}
    typed["kunci"] = uuid.uuid4().hex
    typed["edisi"] = typed["edisi"] or str(toolkit.config["ckanext.lppd.default_edition"])
    return _ask_page(typed, {})


@klinik.route("/klinik/tanya", methods=["POST"], endpoint="kirim")
@login_required
def kirim() -> Any:
    """Send a question."""
    typed = form_values(ASK_FIELDS)
    try:
        question = action("lppd_klinik_tanya", **sent_once(typed))
    except toolkit.ValidationError as error:
        return make_response(_ask_page(typed, error.error_dict), 422)
    toolkit.h.flash_success(toolkit._("Your question was sent."))
    return toolkit.redirect_to("lppd_klinik.baca", question_id=question["id"])


def _thread(
    question_id: str,
    typed: dict[str, Any] | None = None,
    errors: dict[str, Any] | None = None,
    failed: str | None = None,
) -> str:
    question = found_or_missing("lppd_klinik_show", id=question_id)
    user = toolkit.current_user
    speaks = bool(roles.parts_in(user.id, None) & rules.ANSWERERS)
    typed = dict(typed or {})
    typed.setdefault("kunci", uuid.uuid4().hex)
    return base.render(
        "lppd/klinik/baca.html",
        extra_vars={
            "question": question,
            "may_publish": speaks and question["dijawab"] is not None,
            "public": _public_text(question, typed if failed == "angkat" else {}),
            "typed": typed,
            "errors": {k: v for k, v in (errors or {}).items() if k != "state_now"},
            "failed": failed,
        },
    )


def _public_text(question: dict[str, Any], typed: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of the FAQ begins with: the public text, or the subject alone.

    The messages are not copied: they were written for a few, and may name people.
    """
    found = question["faq"] or {}
    begin = {
        "pertanyaan": found.get("pertanyaan") or question["judul"],
        "jawaban": found.get("jawaban") or "",
        "edisi": found.get("edisi") or question["edisi"] or "",
        "kode": found.get("kode") or question["kode"] or "",
        "versi": str(found.get("versi") or 0),
    }
    return {**begin, **{k: v for k, v in typed.items() if k in FAQ_FIELDS}}


@klinik.route("/klinik/<question_id>", endpoint="baca")
@login_required
def baca(question_id: str) -> str:
    """Show a thread."""
    return _thread(question_id)


ACT_OF_PATH = {"jawab": "jawab", "tambah": "tambah", "selesai": "selesai", "buka-lagi": "buka_lagi"}


@klinik.route("/klinik/<question_id>/<path_name>", methods=["POST"], endpoint="tindakan")
@login_required
def tindakan(question_id: str, path_name: str) -> Any:
    """Do one act on a thread."""
    name = ACT_OF_PATH.get(path_name)
    if name is None:
        raise toolkit.ObjectNotFound("no such act")
    typed = form_values(("isi", "state_seen", "kunci"))
    return _run(
        question_id,
        name,
        typed,
        lambda: action(f"lppd_klinik_{name}", id=question_id, **sent_once(typed)),
    )


def _run(question_id: str, name: str, typed: dict[str, Any], call: Any) -> Any:
    try:
        call()
    except toolkit.ValidationError as error:
        return make_response(_thread(question_id, typed, error.error_dict, name), 422)
    toolkit.h.flash_success(toolkit._(DONE[name]))
    return toolkit.redirect_to("lppd_klinik.baca", question_id=question_id)


@klinik.route("/klinik/<question_id>/faq/terbitkan", methods=["POST"], endpoint="angkat")
@login_required
def angkat(question_id: str) -> Any:
    """Publish the rewritten question and answer."""
    typed = form_values(FAQ_FIELDS)
    return _run(
        question_id, "angkat", typed, lambda: action("lppd_klinik_angkat", id=question_id, **typed)
    )


@klinik.route("/klinik/<question_id>/faq/turunkan", methods=["POST"], endpoint="turunkan")
@login_required
def turunkan(question_id: str) -> Any:
    """Take it out of the public list again."""
    return _run(question_id, "turunkan", {}, lambda: action("lppd_klinik_turunkan", id=question_id))


@klinik.route("/faq", endpoint="faq")
def faq_page() -> str:
    """Show the public questions and answers; for everybody."""
    filters = {
        "edisi": query_text("edisi", 20),
        "kode": query_text("kode", 20),
        "q": query_text("q"),
    }
    found = action("lppd_faq_list", **filters, limit=PER_PAGE, offset=offset())
    return base.render(
        "lppd/klinik/faq.html",
        extra_vars={
            "page": paged(found, "lppd_klinik.faq", filters),
            "total": found["count"],
            "filters": filters,
        },
    )
