"""Template helpers of Klinik, Forum and notices."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.plugins import toolkit
from sqlalchemy.exc import SQLAlchemyError

from ckanext.lppd.forum import service as forum
from ckanext.lppd.klinik import rules as klinik
from ckanext.lppd.logic.dictize import language
from ckanext.lppd.notices import texts
from ckanext.lppd.notices.counts import Counts, counts_of

SHOWN = 10


def lppd_counts() -> Counts:
    """Return what waits for the person looking at the page; asked once for a page.

    Nothing is asked for visitors, and a database without these tables shows no numbers.
    """
    user = toolkit.current_user
    if not user.is_authenticated:
        return Counts()
    found = getattr(toolkit.g, "lppd_counts", None)
    if found is None:
        try:
            found = counts_of(user.id)
        except SQLAlchemyError:
            model.Session.rollback()
            found = Counts()
        toolkit.g.lppd_counts = found
    return found


def lppd_klinik_label(what: str, code: str) -> str:
    """Return the name of a topic or a state of Klinik in the language of the page."""
    names = {"topik": klinik.TOPICS, "state": klinik.STATE_LABELS}[what]
    return klinik.label(names, code, language())


def lppd_klinik_topics() -> list[tuple[str, str]]:
    """Return code and name of every topic."""
    return [(code, klinik.label(klinik.TOPICS, code, language())) for code in klinik.TOPICS]


def lppd_klinik_of(isian_id: str) -> list[dict[str, Any]]:
    """Return the questions about an isian that the person looking at the page may read."""
    found = toolkit.get_action("lppd_klinik_list")({}, {"isian_id": isian_id, "limit": SHOWN})
    return list(found["results"])


def lppd_faq_of(edition: str, code: str) -> list[dict[str, Any]]:
    """Return the public questions and answers about an indicator."""
    data = {"edisi": edition, "kode": code, "limit": SHOWN}
    return list(toolkit.get_action("lppd_faq_list")({}, data)["results"])


def lppd_forum_of(edition: str, code: str) -> list[dict[str, Any]]:
    """Return the decisions of the forum that touch an indicator."""
    data = {"edisi": edition, "kode": code, "limit": SHOWN}
    return list(toolkit.get_action("lppd_forum_list")({}, data)["results"])


def lppd_may_record_decisions() -> bool:
    """Tell whether the person looking at the page records decisions of the forum."""
    return forum.recorder_role(getattr(toolkit.current_user, "id", None)) is not None


def lppd_notice_label(what: str, code: str) -> str:
    """Return the name of a kind of notice or of a frequency."""
    names = {"jenis": texts.KIND_LABELS, "frekuensi": texts.FREQUENCY_LABELS}[what]
    return texts.label(names, code, language())
