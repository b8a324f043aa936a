"""Pages of the plugin; thin: actions hold permission and validation."""

from __future__ import annotations

from flask import Blueprint

from ckanext.lppd.views.enrolment import enrolment
from ckanext.lppd.views.isian import isian
from ckanext.lppd.views.katalog import katalog
from ckanext.lppd.views.oversight import oversight
from ckanext.lppd.views.versions import versions
from ckanext.lppd.views.work import work

BLUEPRINTS: tuple[Blueprint, ...] = (work, isian, katalog, oversight, versions, enrolment)


def get_blueprints() -> list[Blueprint]:
    """Return the blueprints that the plugin registers."""
    return list(BLUEPRINTS)
