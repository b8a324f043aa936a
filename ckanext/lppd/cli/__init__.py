"""`ckan lppd ...`: set-up, catalogue, the year, import and self-check."""

from __future__ import annotations

import click

from ckanext.lppd.cli import worker
from ckanext.lppd.cli.enrolment import daftarkan, keluarkan, warisan
from ckanext.lppd.cli.impor import impor, susun
from ckanext.lppd.cli.lppd import katalog, lppd
from ckanext.lppd.cli.pemberitahuan import kirim_pemberitahuan
from ckanext.lppd.cli.tahun import tahun, tugaskan

for command in (
    daftarkan,
    impor,
    keluarkan,
    kirim_pemberitahuan,
    tahun,
    tugaskan,
    warisan,
):
    lppd.add_command(command)
katalog.add_command(susun)


def get_commands() -> list[click.Command]:
    """Return the command groups that the plugin registers; CKAN asks before it runs any command."""
    worker.look_at_start()
    return [lppd]
