"""Pages of the plugin; thin: actions hold permission and validation."""

from __future__ import annotations

from flask import Blueprint

from ckanext.lppd.release import tables
from ckanext.lppd.views.buku_kerja import buku_kerja
from ckanext.lppd.views.datastore import datastore
from ckanext.lppd.views.enrolment import enrolment
from ckanext.lppd.views.forum import forum
from ckanext.lppd.views.isian import isian
from ckanext.lppd.views.katalog import katalog
from ckanext.lppd.views.klinik import klinik
from ckanext.lppd.views.kompilasi import kompilasi
from ckanext.lppd.views.layanan import layanan
from ckanext.lppd.views.oversight import oversight
from ckanext.lppd.views.pemberitahuan import pemberitahuan
from ckanext.lppd.views.pengingat import pengingat
from ckanext.lppd.views.review import review
from ckanext.lppd.views.riwayat import riwayat
from ckanext.lppd.views.tugas import tugas
from ckanext.lppd.views.versions import versions
from ckanext.lppd.views.work import work

BLUEPRINTS: tuple[Blueprint, ...] = (
    work,
    buku_kerja,
    isian,
    katalog,
    kompilasi,
    oversight,
    enrolment,
    review,
    versions,
    layanan,
    klinik,
    forum,
    pemberitahuan,
    pengingat,
    tugas,
    riwayat,
)


def get_blueprints() -> list[Blueprint]:
    """Return the blueprints that the plugin registers."""
    return [*BLUEPRINTS, *([datastore] if tables.enabled() else [])]
