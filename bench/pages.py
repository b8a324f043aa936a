"""How the lists grow: the same pages with a tenth of the data and with all of it.

Run it with `bin/bench pages`: 60 agencies x 127 indicators x 5 years against 6 agencies. The sizes
cannot alternate, so each is timed in rounds after a warm-up, its pages in turn; the last line is
one JSON object with the ratios of the medians.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from typing import Any

# first: importing ckan puts its own `tests` in the way
import tests  # noqa: F401

# isort: split
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.tests import helpers
from sqlalchemy import text

from ckanext.lppd.katalog import load_edisi, schemas_dir
from ckanext.lppd.model.katalog_store import save_edisi
from tests.portal import many
from tests.portal.conftest import YEAR, Visitor, make_city

ROUNDS = int(os.environ.get("LPPD_BENCH_ROUNDS", "15"))
AGENCIES = 60
GOAL = 1.5
PAGES: dict[str, tuple[str, str]] = {
    "tugas_saya": ("produsen", f"/lppd/?tahun={YEAR}"),
    "antrean": ("walidata", "/lppd/antrean"),
    "kelengkapan": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}"),
    "kelengkapan_tanggal": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}&tanggal=2026-01-31"),
    "kelengkapan_rincian": ("perencana", f"/lppd/kelengkapan?tahun={YEAR}&keadaan=draf"),
    "riwayat": ("pengawas", f"/lppd/riwayat/{many.EDITION}/{YEAR}"),
}


def timed(visitors: dict[str, Any]) -> dict[str, float]:
    """Return the median seconds of each page over the rounds, pages in turn."""
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    for number in range(ROUNDS + 2):
        for name, (who, path) in PAGES.items():
            start = time.perf_counter()
            page = visitors[who].get(path)
            seconds = time.perf_counter() - start
            assert page.status_code == 200, (path, page.status_code)
            if number >= 2:  # the first rounds warm caches
                taken[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def vacuum() -> None:
    """Leave the tables as autovacuum leaves them on a portal that has run for a while."""
    model.Session.remove()
    engine = model.Session.get_bind().execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def main() -> int:
    """Time both sizes and print the JSON line."""
    make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    client = helpers._get_test_app()
    medians: dict[int, dict[str, float]] = {}
    with client.flask_app.test_request_context():
        save_edisi(load_edisi(schemas_dir() / "edisi" / "2025"))
        model.Session.commit()
        city = make_city()
        visitors = {who: Visitor(client, city, who) for who, _path in PAGES.values()}
        for agencies in (AGENCIES // 10, AGENCIES):
            many.forget()
            count = many.seed(agencies, city.users["produsen"])
            vacuum()
            medians[agencies] = timed(visitors)
            for name, seconds in medians[agencies].items():
                print(f"{count} isian, {name}: {seconds * 1000:.0f} ms")
        many.forget()
    small, large = medians[AGENCIES // 10], medians[AGENCIES]
    ratios = {name: round(large[name] / small[name], 3) for name in PAGES}
    ok = all(ratio <= GOAL for ratio in ratios.values())
    print(json.dumps({"bench": "pages", "ratios": ratios, "goals": GOAL, "ok": ok}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
