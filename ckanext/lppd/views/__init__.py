"""Pages of the plugin; thin: actions hold permission and validation."""

from __future__ import annotations

from flask import Blueprint

from ckanext.lppd.release import tables
from ckanext.lppd.views.datastore import datastore
from ckanext.lppd.views.isian import isian
from ckanext.lppd.views.katalog import katalog
from ckanext.lppd.views.oversight import oversight
from ckanext.lppd.views.versions import versions
from ckanext.lppd.views.work import work

BLUEPRINTS: tuple[Blueprint, ...] = (work, isian, katalog, oversight, versions)


def get_blueprints() -> list[Blueprint]:
    """Return the blueprints that the plugin registers."""
    return [*BLUEPRINTS, *([datastore] if tables.enabled() else [])]
