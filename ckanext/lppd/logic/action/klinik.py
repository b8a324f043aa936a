"""Actions of Klinik: ask, answer, close, reopen; public FAQ; appointments; yearly report."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import func, or_

from ckanext.lppd.klinik import faq, report, rules, service, visits
from ckanext.lppd.logic import dictize_clinic as dictize
from ckanext.lppd.logic import schema_clinic as schemas
from ckanext.lppd.logic.action.isian import readable_isian
from ckanext.lppd.logic.action.katalog import loaded_indikator
from ckanext.lppd.logic.caller import caller
from ckanext.lppd.logic.dictize import language
from ckanext.lppd.logic.governed import organisation_id
from ckanext.lppd.logic.input import validated
from ckanext.lppd.model import OrganizationRole, Question
from ckanext.lppd.workflow import roles
from ckanext.lppd.workflow import rules as workflow

DEFAULT_LIMIT = 50
MAX_LIMIT = 500


def page_of(data: dict[str, Any]) -> dict[str, int]:
    """Return limit and offset of a list action, within bounds."""
    limit = min(int(data.get("limit") or DEFAULT_LIMIT), MAX_LIMIT)
    return {"limit": limit, "offset": int(data.get("offset") or 0)}


def _user(context: Any) -> Any:
    return model.Session.get(model.User, caller(context).id)


def _indicator(data: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return edition and code where both were given and are in the catalogue."""
    edition, code = data.get("edisi"), data.get("kode")
    if not code:
        return None, None
    try:
        loaded_indikator(edition or "", code)
    except toolkit.ObjectNotFound as error:
        raise toolkit.ValidationError(
            {"kode": [f'Indikator "{code}" tidak ada di edisi {edition or "(kosong)"}.']}
        ) from error
    return edition, code


def readable_question(context: Any, question_id: str) -> Question:
    """Return a thread to somebody who may read it.

    Raises:
        toolkit.ObjectNotFound: where it does not exist.
        toolkit.NotAuthorized: for others than the asking agency, walidata, pembina, pengawas.
    """
    user = _user(context)
    question = model.Session.get(Question, question_id)
    if question is None:
        raise toolkit.ObjectNotFound("Pertanyaan tidak ditemukan.")
    if not service.may_read(user, question.owner_org):
        raise toolkit.NotAuthorized("Pertanyaan Klinik ini milik perangkat daerah lain.")
    return question


def asking_organisations(user_id: str) -> list[str]:
    """Return the organisations for which this person may ask: editor or admin, with a part."""
    mine = roles.organisations_of(user_id)
    rows = model.Session.query(OrganizationRole.group_id).filter(
        OrganizationRole.group_id.in_(mine)
    )
    return [row.group_id for row in rows]


def lppd_klinik_tanya(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Ask the walidata or the pembina; for editors and admins of an agency.

    :param kepada: `walidata` or `pembina`
    :param topik: one of the topics of Klinik
    :param judul: the question in one line
    :param isi: the question
    :param isian_id: the isian it is about (optional); or
    :param edisi, kode: the indicator it is about (optional)
    :param sel: cell of the file, such as `D3` (optional)
    :param owner_org: the agency that asks, where the caller works for several (optional)
    :param kunci: key of the form; the same key gives the same thread (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.ask(), context)
    actor = caller(context)
    edition, code = _indicator(data)
    own = asking_organisations(actor.id)
    owner = organisation_id(data["owner_org"]) if data.get("owner_org") else None
    if data.get("isian_id"):
        isian = readable_isian(context, {"id": data["isian_id"]})
        owner, edition, code = isian.owner_org, isian.edition, isian.code
    elif owner is None and not data.get("owner_org") and own:
        owner = own[0]
    if owner is None or owner not in own:
        raise toolkit.NotAuthorized(
            "Pertanyaan diajukan oleh editor atau admin perangkat daerah yang bersangkutan."
        )
    row = model.Session.get(OrganizationRole, owner)
    if row is not None and row.role == data["kepada"]:
        raise toolkit.ValidationError(
            {"kepada": ["Pilih pihak lain: ini organisasi Anda sendiri."]}
        )
    asked = service.Asked(
        owner_org=owner,
        addressed_to=data["kepada"],
        topic=data["topik"],
        subject=data["judul"],
        body=data["isi"],
        isian_id=data.get("isian_id"),
        edition=edition,
        code=code,
        cell=data.get("sel"),
    )
    question = service.ask(asked, actor, data.get("kunci"))
    return dictize.question(question, actor.id)


@toolkit.side_effect_free
def lppd_klinik_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the threads that the caller may read, unanswered ones first.

    :param state: `diajukan`, `dijawab` or `selesai` (optional)
    :param edisi, kode, isian_id: what they are about (optional)
    :param q: words of the title (optional)
    :param limit, offset: page
    :returns: count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.clinic_list(), context)
    user = _user(context)
    where: list[Any] = []
    if not (user.sysadmin or roles.reading_roles(user.id) & rules.READERS):
        where.append(Question.owner_org.in_(roles.organisations_of(user.id, writing=False)))
    if data.get("state"):
        where.append(Question.state == data["state"])
    if data.get("edisi"):
        where.append(Question.edition == data["edisi"])
    if data.get("kode"):
        where.append(Question.code == data["kode"])
    if data.get("isian_id"):
        where.append(Question.isian_id == data["isian_id"])
    if data.get("q"):
        where.append(
            or_(
                func.lower(Question.subject).contains(data["q"].lower(), autoescape=True),
                Question.code == data["q"],
            )
        )
    return dictize.question_page(where, **page_of(data))


@toolkit.side_effect_free
def lppd_klinik_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Show a thread with its messages and the acts the caller may do.

    :param id: id of the thread
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    return dictize.question(readable_question(context, data["id"]), caller(context).id)


def _act(name: str, context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.clinic_act(), context)
    readable_question(context, data["id"])
    actor = caller(context)
    question = service.act(
        data["id"],
        name,
        actor,
        data.get("isi") or "",
        state_seen=data.get("state_seen"),
        form_key=data.get("kunci"),
    )
    return dictize.question(question, actor.id)


def lppd_klinik_jawab(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a thread (walidata, pembina; not for their own agency).

    :param id: id of the thread
    :param isi: the answer
    :param state_seen: the state the caller saw (optional)
    :param kunci: key of the form (optional)
    :rtype: dictionary
    """
    return _act("jawab", context, data_dict)


def lppd_klinik_tambah(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Add to a question or ask back (the asking agency); it waits for an answer again.

    :param id: id of the thread
    :param isi: the message
    :rtype: dictionary
    """
    return _act("tambah", context, data_dict)


def lppd_klinik_selesai(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Close a thread (the asking agency; or who answers, once it is answered).

    :param id: id of the thread
    :param isi: a last word (optional)
    :rtype: dictionary
    """
    return _act("selesai", context, data_dict)


def lppd_klinik_buka_lagi(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Reopen a closed thread (the asking agency).

    :param id: id of the thread
    :param isi: what is still open
    :rtype: dictionary
    """
    return _act("buka_lagi", context, data_dict)


def lppd_klinik_angkat(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Publish a question and its answer in the public FAQ, as rewritten (walidata, pembina).

    Texts with an e-mail address, a NIK, a NIP or a mobile number are refused.

    :param id: id of the thread
    :param pertanyaan, jawaban: the texts for everybody
    :param edisi, kode: the indicator it is listed under (optional)
    :param versi: version of the public text that was seen; 0 for none yet (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.promote(), context)
    actor = caller(context)
    edition, code = _indicator(data)
    faq.promote(data["id"], actor, {**data, "edisi": edition, "kode": code})
    return dictize.question(readable_question(context, data["id"]), actor.id)


def lppd_klinik_turunkan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Take a question out of the public FAQ (walidata, pembina).

    :param id: id of the thread
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.by_id(), context)
    actor = caller(context)
    faq.take_down(data["id"], actor)
    return dictize.question(readable_question(context, data["id"]), actor.id)


@toolkit.side_effect_free
def lppd_faq_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """List the public questions and answers; for everybody.

    :param edisi, kode: of one indicator (optional)
    :param q: words of question, answer or indicator (optional)
    :param limit, offset: page
    :returns: count and results
    :rtype: dictionary
    """
    toolkit.check_access("lppd_faq_list", context, data_dict)
    data = validated(data_dict, schemas.faq_list(), context)
    return faq.public(
        edition=data.get("edisi"), code=data.get("kode"), q=data.get("q"), **page_of(data)
    )


def lppd_klinik_pertemuan_catat(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Record an appointment with an agency, or a new version of one (walidata, pembina).

    :param id, versi: the appointment and the version that was seen, to change it (optional)
    :param owner_org: id or name of the agency
    :param tanggal: YYYY-MM-DD
    :param tempat, topik, hal, peserta, hasil: place, topic, subject, participants, outcome
    :param kunci: key of the form; the same form sent twice records one appointment (optional)
    :rtype: dictionary
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.visit(), context)
    owner = organisation_id(data["owner_org"])
    if owner is None:
        raise toolkit.ValidationError({"owner_org": ["Perangkat daerah ini tidak ada."]})
    values = {
        "owner_org": owner,
        "date": data["tanggal"],
        "place": data["tempat"],
        "topic": data["topik"],
        "subject": data["hal"],
        "participants": data["peserta"],
        "outcome": data.get("hasil"),
    }
    seen, key = data.get("versi"), data.get("kunci")
    return visits.one(visits.record(caller(context), values, data.get("id"), seen, key))


@toolkit.side_effect_free
def lppd_klinik_pertemuan_list(context: Any, data_dict: dict[str, Any]) -> list[dict[str, Any]]:
    """List the appointments that the caller may read, newest first.

    :param tahun: of one year (optional)
    :rtype: list of dictionaries
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.visit_list(), context)
    user = _user(context)
    if user.sysadmin or roles.reading_roles(user.id) & rules.READERS:
        return visits.listed(None, data.get("tahun"))
    return visits.listed(roles.organisations_of(user.id, writing=False), data.get("tahun"))


def report_of(context: Any, data_dict: dict[str, Any]) -> report.Report:
    """Return the report of a year to who follows the whole year.

    Raises:
        toolkit.NotAuthorized: for others than walidata, pembina, perencana, pengawas, sysadmins.
    """
    toolkit.check_access("lppd_klinik", context, data_dict)
    data = validated(data_dict, schemas.report(), context)
    user = _user(context)
    held = roles.reading_roles(user.id)
    if not (user.sysadmin or held & (rules.READERS | {workflow.PERENCANA})):
        raise toolkit.NotAuthorized(
            "Laporan Klinik dibaca walidata, pembina, Bappeda, Inspektorat."
        )
    found = report.of_year(data["tahun"], language())
    if not (user.sysadmin or held & rules.READERS):
        # Bappeda follows the numbers; what was said in a meeting is for its participants
        return report.without_visits(found)
    return found


@toolkit.side_effect_free
def lppd_klinik_laporan(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the yearly report: counts by agency, urusan and topic, and the time to an answer.

    :param tahun: year in which the questions were asked
    :rtype: dictionary
    """
    found = report_of(context, data_dict)

    def line(one: report.Line) -> dict[str, Any]:
        return dict(vars(one))

    return {
        "tahun": found.year,
        "total": line(found.total),
        "perangkat_daerah": [line(one) for one in found.agencies],
        "urusan": [line(one) for one in found.urusan],
        "topik": [line(one) for one in found.topics],
        "pertemuan": found.visits,
    }
