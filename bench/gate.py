"""What the gate costs: publishing, reading and searching, against stock CKAN in the same run.

Run it with `bin/bench gate` (`LPPD_BENCH_ROUNDS` sets the number of publications, 30 by default).
A stock dataset has the same title, text, further fields and file as the governed one beside it.
Governed and stock operations alternate, and who goes first alternates too, so that both meet the
same state of the machine. The noise is told by the ratios of three parts of the run; where other
work disturbs the machine, the ratios of the fastest quarters and of the CPU time of this process
(without PostgreSQL and Solr) say more than that of the medians. The last line is one JSON object
with all three.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

# first: importing ckan puts its own `tests` in the way
import tests  # noqa: F401

# isort: split
from ckan import logic, model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import search
from ckan.plugins import toolkit
from ckan.tests import helpers
from sqlalchemy import text

from ckanext.lppd.katalog import load_edisi, schemas_dir
from ckanext.lppd.model.katalog_store import save_edisi
from ckanext.lppd.release import manifest, tables
from ckanext.lppd.workflow import tables as table_jobs
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, City, as_upload, make_city, open_isian

ROUNDS = int(os.environ.get("LPPD_BENCH_ROUNDS", "30"))
COPIES = 5000
PARTS = 3
GOALS = {"publish": 1.15, "page": 1.05, "search": 1.05}


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return the seconds that this call takes, by the clock and of this process's CPU."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def interleaved(
    name: str, pairs: list[tuple[Callable[[], Any], Callable[[], Any]]]
) -> dict[str, float]:
    """Time (governed, stock) pairs in turn; return the ratios of their times."""
    ours_all, stock_all = [], []
    for number, (governed, plain) in enumerate(pairs):
        # who goes first alternates too
        if number % 2:
            stock_all.append(timed(plain))
            ours_all.append(timed(governed))
        else:
            ours_all.append(timed(governed))
            stock_all.append(timed(plain))
    ours, stock = [wall for wall, _ in ours_all], [wall for wall, _ in stock_all]
    cpu = [statistics.median(cpu for _, cpu in times) for times in (ours_all, stock_all)]
    medians = statistics.median(ours), statistics.median(stock)
    quarters = statistics.quantiles(ours, n=4)[0], statistics.quantiles(stock, n=4)[0]
    parts = sorted(
        statistics.median(ours[part::PARTS]) / statistics.median(stock[part::PARTS])
        for part in range(PARTS)
    )
    for kind, times, median, quarter in (
        ("governed", ours, medians[0], quarters[0]),
        ("stock", stock, medians[1], quarters[1]),
    ):
        print(
            f"{name}, {kind}: median {median * 1000:.1f} ms, fastest quarter under "
            f"{quarter * 1000:.1f} ms, {min(times) * 1000:.1f} to {max(times) * 1000:.1f} ms, "
            f"{len(times)} rounds"
        )
    print(
        f"{name}: ratios of three parts of the run {parts[0]:.3f} to {parts[-1]:.3f}; "
        f"CPU {cpu[0] * 1000:.1f} ms against {cpu[1] * 1000:.1f} ms"
    )
    return {
        "median": round(medians[0] / medians[1], 3),
        "fastest_quarter": round(quarters[0] / quarters[1], 3),
        "cpu": round(cpu[0] / cpu[1], 3),
    }


def prepare() -> tuple[Any, list[Chain], list[str]]:
    """Return a city, isian that are approved, and as many private stock datasets."""
    city = make_city()
    chains, stock = [], []
    for number in range(ROUNDS):
        chain = Chain(city, open_isian(city, year=YEAR + number).id)
        content = example(YEAR + number)
        chain.upload(content)
        chain.act("ajukan", "produsen")
        chain.act("setujui", "walidata", manifest=chain.show()["manifest"])
        chains.append(chain)
        isian = chain.show()
        if tables.enabled():
            # what a worker does between approval and publication
            table_jobs.load(isian["package_id"])
        governed = manifest.stored_dataset(isian["package_id"])
        plain = city.call(
            "produsen",
            "package_create",
            name=f"biasa-{number}",
            owner_org=city.agencies["disdukcapil"],
            private=True,
            **{name: governed[name] for name in ("title", "notes", "license_id")},
            extras=further_fields(governed),
        )
        city.call(
            "produsen",
            "resource_create",
            package_id=plain["id"],
            upload=as_upload(content, "biasa.csv"),
            url="biasa.csv",
            format="CSV",
        )
        stock.append(plain["id"])
    return city, chains, stock


def further_fields(governed: dict[str, Any]) -> list[dict[str, str]]:
    """Return what the governed type has beyond core's fields, as extras of a stock dataset."""
    core = set(logic.schema.default_show_package_schema()) | {"type", "organization", "isopen"}
    return [
        {"key": name, "value": str(value)}
        for name, value in governed.items()
        if name not in core and isinstance(value, str | int) and str(value)
    ]


def example(year: int) -> bytes:
    """Return a good file of the indicator for one year."""
    return (
        "kode_indikator,tahun,kode_wilayah,pembilang,penyebut,capaian,keterangan\n"
        f"{CODE},{year},12.71,690,1243,,\n"
    ).encode()


def publish_governed(chain: Chain, manifest: str) -> None:
    """Publish an approved isian."""
    chain.act("terbitkan", "walidata", manifest=manifest)


def publish_stock(city: City, package_id: str) -> None:
    """Make an ordinary dataset public."""
    city.call("produsen", "package_patch", id=package_id, private=False)


COPY = """
INSERT INTO package (id, name, private, {package})
SELECT gen_random_uuid()::text, :name || n, true, {package}
  FROM package, generate_series(1, :copies) n WHERE id = :id
"""
# 2.11 keeps further fields in a table, 2.12 in a column that was copied with the row
COPY_EXTRAS = """
INSERT INTO package_extra (id, package_id, key, value, state)
SELECT gen_random_uuid()::text, p.id, e.key, e.value, e.state
  FROM package p, package_extra e WHERE p.name LIKE :like AND e.package_id = :id
"""
COPY_FILE = """
INSERT INTO resource (id, package_id, {resource})
SELECT gen_random_uuid()::text, p.id, {renamed}
  FROM package p, resource f WHERE p.name LIKE :like AND f.package_id = :id AND f.state = 'active'
"""
# everything that the proof behind a release asks for, as the original has it
RELEASE = (
    """
INSERT INTO lppd_isian (id, kind, package_id, owner_org, state, last_editor)
SELECT gen_random_uuid()::text, 'sektoral', p.id, i.owner_org, i.state, i.last_editor
  FROM package p, lppd_isian i WHERE p.name LIKE :like AND i.package_id = :id
""",
    """
INSERT INTO lppd_verdict (id, package_id, resource_id, sha256, schema_sha256, engine, valid,
                          report, created_by)
SELECT gen_random_uuid()::text, p.id, f.id, v.sha256, v.schema_sha256, v.engine, v.valid,
       v.report, v.created_by
  FROM package p JOIN resource f ON f.package_id = p.id, lppd_verdict v
 WHERE p.name LIKE :like AND v.package_id = :id
""",
    """
INSERT INTO lppd_transition (isian_id, package_id, act, from_state, to_state, role, actor, manifest)
SELECT i.id, p.id, t.act, t.from_state, t.to_state, t.role, t.actor, lppd_manifest(p.id)
  FROM package p JOIN lppd_isian i ON i.package_id = p.id, lppd_transition t
 WHERE p.name LIKE :like AND t.package_id = :id AND t.act = 'setujui'
""",
    """
INSERT INTO lppd_release (id, package_id, isian_id, version, manifest, content, verdict_ids,
                          approved_by, published_by)
SELECT gen_random_uuid()::text, p.id, i.id, 1, lppd_manifest(p.id), r.content,
       (SELECT jsonb_agg(v.id) FROM lppd_verdict v WHERE v.package_id = p.id),
       r.approved_by, r.published_by
  FROM package p JOIN lppd_isian i ON i.package_id = p.id, lppd_release r
 WHERE p.name LIKE :like AND r.package_id = :id
""",
    """
INSERT INTO lppd_current_release (package_id, release_id, manifest)
SELECT r.package_id, r.id, r.manifest
  FROM package p JOIN lppd_release r ON r.package_id = p.id WHERE p.name LIKE :like
""",
)


def columns_of(table: str, *without: str) -> list[str]:
    """Return the quoted names of the columns of a table of core, some left out."""
    rows = model.Session.execute(
        text(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_name = :table AND table_schema = 'public'"
        ),
        {"table": table},
    )
    return [f'"{row[0]}"' for row in rows if row[0] not in without]


def multiply(package_id: str, name: str, *, governed: bool) -> None:
    """Put 5,000 copies of one public dataset, released where governed, into database and index."""
    package = columns_of("package", "id", "name", "private")
    resource = columns_of("resource", "id", "package_id")
    known = {"id": package_id, "name": name, "copies": COPIES, "like": f"{name}%"}
    steps = [COPY.format(package=", ".join(package))]
    if not toolkit.check_ckan_version("2.12"):
        steps.append(COPY_EXTRAS)
    steps.append(
        COPY_FILE.format(
            resource=", ".join(resource), renamed=", ".join(f"f.{column}" for column in resource)
        )
    )
    if governed:
        steps.extend(RELEASE)
    # the gate looks at every one of them
    steps.append("UPDATE package SET private = false WHERE name LIKE :like")
    for step in steps:
        model.Session.execute(text(step), known)
    model.Session.commit()
    connection = search.common.make_connection(decode_dates=False)
    found = connection.search(f'id:"{package_id}"', rows=1).docs[0]
    found.pop("_version_", None)
    rows = model.Session.execute(text("SELECT id, name FROM package WHERE name LIKE :like"), known)
    documents = []
    for row in rows:
        document = {**found, "id": row.id, "index_id": row.id, "name": row.name}
        # indexed and not stored, so that the document found lacks it
        document["permission_labels"] = ["public"]
        for field in ("data_dict", "validated_data_dict"):
            # what a search returns is in here
            document[field] = found[field].replace(package_id, row.id)
        documents.append(document)
    for start in range(0, len(documents), 500):
        connection.add(documents[start : start + 500], commit=False)
    connection.commit()


def main() -> int:
    """Run the three comparisons and print the JSON line."""
    make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    client = helpers._get_test_app()
    with client.flask_app.test_request_context():
        save_edisi(load_edisi(schemas_dir() / "edisi" / EDITION))
        model.Session.commit()
        city, chains, stock = prepare()
        open_up = partial(publish_stock, city)
        publish = interleaved(
            "publish",
            [
                (partial(publish_governed, chain, chain.show()["manifest"]), partial(open_up, i))
                for chain, i in zip(chains, stock, strict=True)
            ],
        )
        shown = chains[0].show()
        paths = f"/indikator-lppd/{shown['dataset_name']}", "/dataset/biasa-0"
        for path in paths:
            assert client.get(path).status_code == 200, path
        page = interleaved(
            "page",
            [(lambda: client.get(paths[0]), lambda: client.get(paths[1]))] * (ROUNDS * 3),
        )
        multiply(stock[0], "salinan-biasa-", governed=False)
        multiply(shown["package_id"], "salinan-lppd-", governed=True)
        queries = "fq=dataset_type:indikator-lppd", "fq=dataset_type:dataset"
        for query in queries:
            path = f"/api/3/action/package_search?{query}&rows=20"
            found = client.get(path).json["result"]
            assert found["count"] >= COPIES and len(found["results"]) == 20, (query, found["count"])
        search_times = interleaved(
            "search",
            [
                (
                    lambda: client.get(f"/api/3/action/package_search?{queries[0]}&rows=20"),
                    lambda: client.get(f"/api/3/action/package_search?{queries[1]}&rows=20"),
                )
            ]
            * (ROUNDS * 5),
        )
    ratios = {"publish": publish, "page": page, "search": search_times}
    ok = all(ratios[name]["median"] <= goal for name, goal in GOALS.items())
    print(json.dumps({"bench": "gate", "ratios": ratios, "goals": GOALS, "ok": ok}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
