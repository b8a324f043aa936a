"""The review: last year's values, notes at a place, the queue and its order, one screen."""

from __future__ import annotations

import re
from typing import Any

import flask
import pytest
from ckan import model
from ckan.plugins import toolkit
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from ckanext.lppd.model import Isian
from ckanext.lppd.workflow.compare import change_of
from tests.portal.conftest import YEAR, Chain, City, indicator_csv, open_isian
from tests.portal.statements import counted
from tests.portal.test_evidence_files import give

SCRIPT = "<script>alert(1)</script>"


def page(web: Any, city: City, who: str, path: str) -> Any:
    """Open a page as this person."""
    for name in ("_login_user", "user", "userobj"):
        flask.g.pop(name, None)
    user = city.users[who]
    token = toolkit.get_action("api_token_create")(
        {"user": user, "ignore_auth": True}, {"user": user, "name": "uji"}
    )["token"]
    return web.get(path, headers={"Authorization": token}, follow_redirects=False)


def post(web: Any, city: City, who: str, path: str, **data: Any) -> Any:
    """Send a form as this person."""
    for name in ("_login_user", "user", "userobj"):
        flask.g.pop(name, None)
    user = city.users[who]
    token = toolkit.get_action("api_token_create")(
        {"user": user, "ignore_auth": True}, {"user": user, "name": "uji"}
    )["token"]
    headers = {"Authorization": token}
    if data.pop("htmx", False):
        headers["HX-Request"] = "true"
    return web.post(path, headers=headers, data=data, follow_redirects=False)


@pytest.mark.parametrize(
    ("now", "then", "change", "jump"),
    [
        ("125", "100", "+25.0", True),
        ("124.9", "100", "+24.9", False),
        ("50", "100", "-50.0", True),
        ("0", "0", None, False),
        ("1", "0", None, True),
        ("-5", "-10", "+50.0", True),
        (None, "1", None, False),
        ("1", None, None, False),
    ],
)
def test_the_change_since_last_year(
    now: str | None, then: str | None, change: str | None, jump: bool
) -> None:
    assert change_of(now, then) == (change, jump)


def test_values_stand_beside_those_published_last_year(web: Any, chain: Chain) -> None:
    chain.published()
    later = Chain(chain.city, open_isian(chain.city, year=YEAR + 1).id)
    content = indicator_csv(year=YEAR + 1).decode().split("\r\n")
    cells = content[1].split(",")
    content[1] = ",".join([*cells[:3], "1", *cells[4:5], "", *cells[-1:]])
    later.upload("\r\n".join([content[0], content[1]]).encode())
    seen = later.act_on("lppd_tinjauan", "walidata")
    value = seen["baris"][0]["nilai"]["pembilang"]
    assert value["value"] == "1" and value["jump"] and value["cell"] == "D2"
    assert value["before"] and float(value["change"]) < -25
    shown = page(web, chain.city, "walidata", f"/lppd/isian/{later.id}").data.decode()
    assert "lppd-jump" in shown and 'id="sel-D2"' in shown


def test_a_copied_file_is_told(chain: Chain) -> None:
    chain.published()
    later = Chain(chain.city, open_isian(chain.city, year=YEAR + 1).id)
    later.upload(indicator_csv().decode().replace(",2025,", f",{YEAR + 1},").encode())
    assert later.act_on("lppd_tinjauan", "walidata")["sama"]


def test_what_is_not_published_is_not_last_year(chain: Chain) -> None:
    chain.approved()
    later = Chain(chain.city, open_isian(chain.city, year=YEAR + 1).id)
    later.upload(indicator_csv(year=YEAR + 1))
    assert not later.act_on("lppd_tinjauan", "walidata")["ada_tahun_lalu"]


def note(chain: Chain, who: str = "walidata", **data: Any) -> list[dict[str, Any]]:
    """Pin a note."""
    return chain.act_on("lppd_catatan_buat", who, **{"teks": "Periksa angka ini.", **data})


def test_a_note_is_pinned_seen_at_its_cell_and_dealt_with(web: Any, chain: Chain) -> None:
    chain.submitted()
    note(chain, sel="d2", teks=f"Angka keliru {SCRIPT}")
    pinned = note(chain, sel="d2", teks=f"Angka keliru {SCRIPT}")
    assert len(pinned) == 1 and pinned[0]["sasaran"] == "D2"
    note(chain, tempat="kolom:penyebut")
    note(chain, tempat="metadata:notes")
    chain.act("kembalikan", "walidata", reason_code="angka_salah", note="lihat catatan")
    shown = page(web, chain.city, "produsen", f"/lppd/isian/{chain.id}").data.decode()
    assert SCRIPT not in shown and "&lt;script&gt;" in shown
    assert f'href="#catatan-{pinned[0]["id"]}"' in shown
    done = chain.act_on(
        "lppd_catatan_selesai", catatan_id=pinned[0]["id"], jawaban=f"Diganti {SCRIPT}"
    )
    assert [n["selesai"] for n in done] == [False, False, True]
    shown = page(web, chain.city, "walidata", f"/lppd/isian/{chain.id}").data.decode()
    assert SCRIPT not in shown


@pytest.mark.parametrize("who", ["produsen", "produsen_lain", "perencana", "pembina", "sysadmin"])
def test_who_does_not_decide_pins_nothing(chain: Chain, who: str) -> None:
    chain.submitted()
    with pytest.raises(toolkit.NotAuthorized):
        note(chain, who)
    assert chain.act_on("lppd_catatan_list") == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"sel": "D0"}, "sel"),
        ({"sel": "<b>"}, "sel"),
        ({"tempat": "berkas:../x"}, "tempat"),
        ({"teks": " "}, "teks"),
        ({"teks": "x" * 2001}, "teks"),
    ],
)
def test_a_note_without_place_or_text_is_refused(
    chain: Chain, data: dict[str, str], field: str
) -> None:
    chain.submitted()
    with pytest.raises(toolkit.ValidationError) as refusal:
        note(chain, **data)
    assert field in refusal.value.error_dict


def test_only_the_producer_deals_with_a_note_and_only_here(chain: Chain) -> None:
    chain.submitted()
    pinned = note(chain)[0]["id"]
    with pytest.raises(toolkit.ValidationError):
        chain.act_on("lppd_catatan_selesai", catatan_id=pinned)
    chain.act("kembalikan", "walidata", reason_code="angka_salah", note="lihat catatan")
    for who in ("walidata", "produsen_lain", "sysadmin"):
        with pytest.raises(toolkit.NotAuthorized):
            chain.act_on("lppd_catatan_selesai", who, catatan_id=pinned)
    other = Chain(chain.city, open_isian(chain.city, "2.f.2").id)
    with pytest.raises(toolkit.ObjectNotFound):
        other.act_on("lppd_catatan_selesai", catatan_id=pinned)
    with pytest.raises(IntegrityError, match="never changed"):
        model.Session.execute(text("UPDATE lppd_note SET body = 'x'"))
    model.Session.rollback()


def test_adding_evidence_leaves_the_note_of_the_return_on_the_page(web: Any, chain: Chain) -> None:
    chain.submitted()
    chain.act("kembalikan", "walidata", reason_code="data_dukung_kurang", note="Lampirkan rekap.")
    give(chain)
    shown = page(web, chain.city, "produsen", f"/lppd/isian/{chain.id}").data.decode()
    assert "Lampirkan rekap." in shown.split('id="langkah"')[0]


def waiting(city: City, *codes: str) -> list[Chain]:
    """Bring indicators to the walidata, in this order."""
    chains = [Chain(city, open_isian(city, code).id) for code in codes]
    for one, code in zip(chains, codes, strict=True):
        one.upload(indicator_csv(code))
        one.act("ajukan", "produsen")
    return chains


def test_the_queue_is_filtered_and_in_order(city: City) -> None:
    first, second, third = waiting(city, "2.f.3", "2.f.1", "2.f.2")
    model.Session.get(Isian, third.id).priority = True
    model.Session.commit()

    def ids(**data: Any) -> list[str]:
        return [row["id"] for row in city.call("walidata", "lppd_antrean_list", **data)["results"]]

    assert ids() == [first.id, second.id, third.id]
    assert ids(prioritas=True) == [third.id]
    assert ids(owner_org="dinkes") == []
    assert ids(owner_org="disdukcapil", limit=1, offset=1) == [second.id]
    assert ids(sejak="2100-01-01") == [] and len(ids(sejak="2020-01-01")) == 3
    assert ids(urusan="tidak ada") == []
    taken = city.call("walidata", "lppd_antrean_ambil", ids=[second.id], antrean="walidata")
    assert taken["jumlah"] == 1
    assert ids(saya=True) == [second.id]
    city.call("walidata", "lppd_antrean_ambil", ids=[second.id], antrean="walidata", lepas=True)
    assert ids(saya=True) == []


@pytest.mark.parametrize("who", ["produsen", "perencana", "pengawas", "orang_luar", "anonim"])
def test_the_queue_is_for_those_who_examine(chain: Chain, who: str) -> None:
    chain.submitted()
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call(who, "lppd_antrean_list")
    for antrean in ("walidata", "pembina"):
        with pytest.raises(toolkit.NotAuthorized):
            chain.city.call(who, "lppd_antrean_ambil", ids=[chain.id], antrean=antrean)


def test_taking_decides_nothing_and_reaches_only_the_own_queue(chain: Chain) -> None:
    chain.submitted()
    with pytest.raises(toolkit.NotAuthorized):
        chain.city.call("walidata", "lppd_antrean_ambil", ids=[chain.id], antrean="pembina")
    pembina = chain.city.call("pembina", "lppd_antrean_ambil", ids=[chain.id], antrean="pembina")
    assert pembina["jumlah"] == 0
    chain.city.call("walidata", "lppd_antrean_ambil", ids=[chain.id], antrean="walidata")
    assert chain.show()["state"] == "menunggu_walidata"


def test_next_and_previous_lead_through_the_queue(web: Any, city: City) -> None:
    first, second, third = waiting(city, "2.f.3", "2.f.1", "2.f.2")
    shown = page(web, city, "walidata", f"/lppd/isian/{second.id}").data.decode()
    assert f'data-lppd-key="k" href="/lppd/isian/{first.id}"' in shown
    assert f'data-lppd-key="j" href="/lppd/isian/{third.id}"' in shown
    second.act("setujui", "walidata", manifest=second.show()["manifest"])
    second.act("terbitkan", "walidata", manifest=second.show()["manifest"])
    shown = page(web, city, "walidata", f"/lppd/isian/{second.id}").data.decode()
    assert f'data-lppd-key="j" href="/lppd/isian/{first.id}"' in shown
    assert (
        "data-lppd-key" not in page(web, city, "produsen", f"/lppd/isian/{first.id}").data.decode()
    )


def test_the_queue_asks_the_database_as_often_for_many_as_for_few(web: Any, city: City) -> None:
    waiting(city, "2.f.1")
    page(web, city, "walidata", "/lppd/antrean")
    with counted() as few:
        assert page(web, city, "walidata", "/lppd/antrean").status_code == 200
    waiting(city, "2.f.2", "2.f.3", "2.f.4", "2.f.5")
    with counted() as many:
        shown = page(web, city, "walidata", "/lppd/antrean").data.decode()
    assert shown.count('name="ids"') == 5
    assert len(many) <= len(few), (len(few), len(many))


def test_a_day_that_is_none_is_told_and_kept(web: Any, chain: Chain) -> None:
    chain.submitted()
    shown = page(
        web, chain.city, "walidata", "/lppd/antrean?sejak=kemarin&pd=%3Cb%3E"
    ).data.decode()
    assert 'value="kemarin"' in shown and 'aria-invalid="true"' in shown and "<b>" not in shown


def test_trying_in_the_form_gives_a_fragment_or_the_whole_page(web: Any, chain: Chain) -> None:
    path = f"/lppd/isian/{chain.id}/coba"
    typed = {"n:12.71:pembilang": f"9{SCRIPT}", "n:12.71:penyebut": "12"}
    fragment = post(web, chain.city, "produsen", path, htmx=True, **typed).data.decode()
    assert "<html" not in fragment and "bukan angka" in fragment and SCRIPT not in fragment
    whole = post(web, chain.city, "produsen", path, **typed).data.decode()
    assert "bukan angka" in whole and SCRIPT not in whole
    assert 'value="9&lt;script&gt;alert(1)&lt;/script&gt;"' in whole
    good = {"n:12.71:pembilang": "9", "n:12.71:penyebut": "12"}
    fragment = post(web, chain.city, "produsen", path, htmx=True, **good).data.decode()
    assert "75" in fragment
    assert chain.show()["state"] == "belum_diisi"


def test_a_refused_cell_keeps_what_was_typed(web: Any, chain: Chain) -> None:
    wrong = indicator_csv().decode().replace("2025,12.71,", "2025,12.71,abc", 1).encode()
    old = chain.upload(wrong)["capaian"]["sha256"]
    chain.upload(wrong + b"\r\n")
    answer = post(
        web,
        chain.city,
        "produsen",
        f"/lppd/isian/{chain.id}/ubah-sel",
        sel="D2",
        nilai='12,5"><script>',
        sha256_seen=old,
    )
    shown = answer.data.decode()
    assert answer.status_code == 422 and "berubah sejak" in shown
    assert 'value="12,5&#34;&gt;&lt;script&gt;"' in shown


def test_the_box_beside_a_finding_holds_the_text_of_its_cell(web: Any, chain: Chain) -> None:
    """JSONB keeps no order of keys: the letters of the columns must not move."""
    wrong = indicator_csv().decode().replace("2025,12.71,", "2025,12.71,abc", 1).encode()
    chain.upload(wrong)
    value = wrong.decode().split("12.71,abc", 1)[1].split(",", 1)[0]
    shown = page(web, chain.city, "produsen", f"/lppd/isian/{chain.id}").data.decode()
    assert re.search(rf'id="ubah-1-D2"[^>]* value="abc{re.escape(value)}"', shown)


def test_a_refused_form_keeps_every_row(web: Any, chain: Chain) -> None:
    chain.upload()
    answer = post(
        web,
        chain.city,
        "produsen",
        f"/lppd/isian/{chain.id}/isi",
        **{"n:12.71:pembilang": "4321", "n:12.71.01:pembilang": "1234", "sha256_seen": "lama"},
    )
    shown = answer.data.decode()
    assert answer.status_code == 422
    assert 'value="4321"' in shown and 'value="1234"' in shown
