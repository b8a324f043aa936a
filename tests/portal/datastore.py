"""What the tests of the DataStore share: a fresh register, a worker, a published file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.lib import jobs
from ckan.lib.redis import connect_to_redis
from ckan.plugins import toolkit
from sqlalchemy import text

from ckanext.lppd.workflow import tables as table_jobs
from tests.portal.conftest import CODE, Chain

REFUSALS = (toolkit.NotAuthorized, toolkit.ObjectNotFound)
EVERYONE = ("anonim", "orang_luar", "produsen_lain", "produsen", "walidata", "sysadmin")


def csv_of(result: str, parts: str = "700,1000") -> bytes:
    """Return a good file with this result, as a person writes it."""
    head = "kode_indikator;tahun;kode_wilayah;pembilang;penyebut;capaian;keterangan\n"
    return f"{head}{CODE};2025;12.71;{parts.replace(',', ';')};{result};\n".encode()


FIRST, SECOND = csv_of("70,00"), csv_of("80,5", "161,200")


@pytest.fixture
def fresh_tables(portal: None) -> Iterator[None]:
    """Start with no table and no job, and leave none."""
    table_jobs.discard()
    jobs.get_queue().empty()
    for key in connect_to_redis().keys("lppd:tabel:*"):
        connect_to_redis().delete(key)
    yield
    model.Session.rollback()
    model.Session.execute(text("DELETE FROM lppd_datastore_table"))
    model.Session.commit()
    jobs.get_queue().empty()


def work() -> int:
    """Do what a worker would do now; return how many jobs there were."""
    waiting = [job for job in jobs.get_queue().jobs if job.func_name.endswith("tables_job")]
    for job in waiting:
        job.perform()
        job.delete()
    return len(waiting)


def names() -> set[str]:
    """Return our tables that are in the DataStore."""
    return set(table_jobs._our_tables())


def published(chain: Chain, content: bytes = FIRST) -> tuple[str, str]:
    """Publish a file; return the ids of dataset and resource."""
    chain.upload(content)
    chain.act("ajukan", "produsen")
    approved = chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
    shown = chain.act("terbitkan", "walidata", manifest=approved["manifest"])
    return shown["package_id"], shown["capaian"]["resource_id"]


def search(chain: Chain, who: str, resource_id: str, **data: Any) -> Any:
    """Search as a person."""
    return chain.city.call(who, "datastore_search", resource_id=resource_id, **data)
