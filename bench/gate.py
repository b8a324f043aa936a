"""What the gate costs: publishing, reading and searching, against stock CKAN in the same run.

Run it with `bin/bench gate`. Governed and stock operations alternate, so that both meet the same
state of the machine; the last line is one JSON object with the ratios of the medians.
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
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib import search
from ckan.tests import helpers
from sqlalchemy import text

from ckanext.lppd.katalog import load_edisi, schemas_dir
from ckanext.lppd.model.katalog_store import save_edisi
from tests.portal.conftest import CODE, EDITION, YEAR, Chain, City, as_upload, make_city, open_isian

ROUNDS = int(os.environ.get("LPPD_BENCH_ROUNDS", "15"))
COPIES = 5000
GOALS = {"publish": 1.15, "page": 1.05, "search": 1.05}


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that this call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(
    name: str, pairs: list[tuple[Callable[[], Any], Callable[[], Any]]]
) -> tuple[float, float]:
    """Time (governed, stock) pairs in turn and return both medians in seconds."""
    ours, stock = [], []
    for number, (governed, plain) in enumerate(pairs):
        # who goes first alternates too
        if number % 2:
            stock.append(timed(plain))
            ours.append(timed(governed))
        else:
            ours.append(timed(governed))
            stock.append(timed(plain))
    medians = statistics.median(ours), statistics.median(stock)
    print(
        f"{name}: governed {medians[0] * 1000:.1f} ms (spread {min(ours) * 1000:.1f}-"
        f"{max(ours) * 1000:.1f}), stock {medians[1] * 1000:.1f} ms "
        f"({min(stock) * 1000:.1f}-{max(stock) * 1000:.1f}), {len(pairs)} rounds"
    )
    return medians


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
        plain = city.call(
            "produsen",
            "package_create",
            name=f"biasa-{number}",
            title="Data biasa",
            owner_org=city.agencies["disdukcapil"],
            private=True,
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


def multiply(package_id: str, name: str) -> None:
    """Put 5,000 copies of one public dataset into the database and the search index."""
    columns = [
        row[0]
        for row in model.Session.execute(
            text(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = 'package' AND table_schema = 'public'"
            )
        )
        if row[0] not in ("id", "name", "type")
    ]
    kept = ", ".join(f'"{column}"' for column in columns)
    model.Session.execute(
        text(
            f"INSERT INTO package (id, name, type, {kept}) "
            f"SELECT gen_random_uuid()::text, :name || n, 'dataset', {kept} "
            "FROM package, generate_series(1, :copies) n WHERE id = :id"
        ),
        {"id": package_id, "name": name, "copies": COPIES},
    )
    model.Session.commit()
    connection = search.common.make_connection(decode_dates=False)
    found = connection.search(f'id:"{package_id}"', rows=1).docs[0]
    found.pop("_version_", None)
    rows = model.Session.execute(
        text("SELECT id, name FROM package WHERE name LIKE :name"), {"name": f"{name}%"}
    )
    documents = [
        {**found, "id": row.id, "index_id": row.id, "name": row.name}
        for row in rows
        if row.id != package_id
    ]
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
        multiply(stock[0], "salinan-")
        queries = "fq=dataset_type:indikator-lppd", "fq=dataset_type:dataset"
        search_times = interleaved(
            "search",
            [
                (
                    lambda: client.get(f"/api/3/action/package_search?{queries[0]}&rows=20"),
                    lambda: client.get(f"/api/3/action/package_search?{queries[1]}&rows=20"),
                )
            ]
            * (ROUNDS * 3),
        )
    medians = {"publish": publish, "page": page, "search": search_times}
    ratios = {name: round(ours / theirs, 3) for name, (ours, theirs) in medians.items()}
    ok = all(ratios[name] <= goal for name, goal in GOALS.items())
    print(json.dumps({"bench": "gate", "ratios": ratios, "goals": GOALS, "ok": ok}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
