"""A large file is checked by a worker; the page shows how far it is, also without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ckan.lib import jobs
from ckan.plugins import toolkit

from ckanext.lppd.release import evidence
from ckanext.lppd.workflow import checks, progress
from tests.portal.conftest import Chain, indicator_csv
from tests.portal.pages import login


@pytest.fixture
def large(chain: Chain, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    """A chain whose files are all too large for the request; the queue begins empty."""
    monkeypatch.setitem(ckan_config, "ckanext.lppd.inline_check_max_bytes", 10)
    jobs.get_queue().empty()
    yield chain
    jobs.get_queue().empty()


def test_a_real_worker_takes_the_file_from_queue_to_result(
    large: Chain, with_test_worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    states: list[tuple[str, int, int]] = []
    put = progress.put

    def noted(isian_id: str, state: str, **more: Any) -> None:
        put(isian_id, state, **more)
        found = progress.get(isian_id)
        assert found is not None
        states.append((found["keadaan"], found["baris"], found["dari"]))

    monkeypatch.setattr(progress, "put", noted)
    isian = large.upload()
    assert isian["capaian"]["verdict"] is None
    assert isian["kemajuan"]["keadaan"] == "antre"
    assert isian["state"] == "draf"
    with pytest.raises(toolkit.ValidationError):
        large.act("ajukan", "produsen")
    jobs.Worker().work(burst=True)
    done = large.show()
    assert done["capaian"]["verdict"]["valid"]
    assert done["kemajuan"] is None
    assert [state for state, _, _ in states][:2] == ["antre", "membaca"]
    assert states[-1][0] == "selesai"
    assert large.act("ajukan", "produsen")["state"] == "menunggu_walidata"


def test_rows_are_counted_while_it_runs(large: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    isian = large.upload()
    seen: list[dict[str, Any] | None] = []

    def slow(path: Any, *, tell: Any, **kw: Any) -> Any:
        # as the sandbox does it: from a thread that knows no request and no job
        thread = threading.Thread(target=tell, args=("memeriksa", 2000, 5000))
        thread.start()
        thread.join()
        seen.append(progress.get(large.id))
        seen.append(large.show()["kemajuan"])
        raise OSError("the worker dies here")

    monkeypatch.setattr(evidence.checking, "check_in_sandbox", slow)
    with pytest.raises(OSError, match="dies"):
        checks.check_job(large.id, isian["last_editor"])
    for found in seen:
        assert found is not None
        assert (found["keadaan"], found["baris"], found["dari"]) == ("memeriksa", 2000, 5000)
        assert found["berkas"] == "capaian.csv"
    # nothing is left hanging, and the file still counts as unchecked
    assert progress.get(large.id)["keadaan"] == "selesai"  # type: ignore[index]
    assert large.show()["capaian"]["verdict"] is None


def test_the_page_asks_again_by_itself(web: Any, large: Chain) -> None:
    large.upload()
    path = f"/lppd/isian/{large.id}"
    headers = login(large.city, "produsen")
    page = web.get(path, headers=headers).get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert f'hx-get="{path}/kemajuan"' in page
    progress.put(large.id, progress.MEMERIKSA, berkas="capaian.csv", baris=12000, dari=50000)
    part = web.get(f"{path}/kemajuan", headers=login(large.city, "produsen"))
    assert "HX-Refresh" not in part.headers
    text = part.get_data(as_text=True)
    assert 'value="12000"' in text and 'max="50000"' in text
    assert "<html" not in text
    checks.check_job(large.id, "x")
    done = web.get(f"{path}/kemajuan", headers=login(large.city, "produsen"))
    assert done.headers["HX-Refresh"] == "true"
    page = web.get(path, headers=login(large.city, "produsen")).get_data(as_text=True)
    assert "http-equiv" not in page.split("</head>")[0].replace("X-UA-Compatible", "")


def test_others_do_not_see_it(web: Any, large: Chain) -> None:
    large.upload()
    path = f"/lppd/isian/{large.id}/kemajuan"
    assert web.get(path, headers=login(large.city, "produsen_lain")).status_code == 403
    login(large.city, "produsen")
    assert web.get(path, follow_redirects=False).status_code == 302


def test_small_files_have_their_answer_at_once(chain: Chain) -> None:
    isian = chain.upload(indicator_csv())
    assert isian["capaian"]["verdict"]["valid"]
    assert isian["kemajuan"] is None
    assert progress.get(chain.id) is None


def test_without_redis_there_is_no_progress(monkeypatch: pytest.MonkeyPatch, chain: Chain) -> None:
    def down() -> Any:
        raise progress.RedisError("down")

    monkeypatch.setattr(progress, "connect_to_redis", down)
    progress.put(chain.id, progress.ANTRE)
    assert progress.get(chain.id) is None
