"""Rules over a table as data: defaults by words and unit, and what an edition says itself."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ckanext.lppd.katalog import KatalogError, load_edisi, schemas_dir, table_schema, tulis_edisi
from ckanext.lppd.katalog.aturan import Aturan, load_aturan
from ckanext.lppd.katalog.aturan_tabel import bagian_aditif
from ckanext.lppd.katalog.edisi import Edisi, Indikator

EDISI = load_edisi(schemas_dir() / "edisi" / "2025")


def indikator(kode: str) -> Indikator:
    found = EDISI.get(kode)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kode", "bagian"),
    [
        ("1.a.1", ("pembilang", "penyebut")),
        ("1.d.2", ("pembilang",)),  # the denominator is a target
        ("1.e.1", ("pembilang",)),  # three documents, fixed by the source
        ("2.h.1", ()),  # a rate
        ("2.h.3", ()),  # a percentage
        ("2.q.1", ()),  # scores
        ("4.g.2", ()),  # by the edition: regulations hold for the whole city
        ("A", ()),  # no parts
    ],
)
def test_which_parts_add_up(kode: str, bagian: tuple[str, ...]) -> None:
    assert bagian_aditif(indikator(kode)) == bagian
    assert table_schema(EDISI, indikator(kode), 2025)["lppd"]["aturan"]["aditif"] == list(bagian)


def test_thresholds_follow_the_unit_or_the_edition() -> None:
    aturan = table_schema(EDISI, indikator("1.a.1"), 2025)["lppd"]["aturan"]
    assert aturan["induk"] == "12.71"
    assert len(aturan["kecamatan"]) == 21
    assert aturan["lompatan"]["capaian"] == {"poin": "20"}
    assert aturan["lompatan"]["penyebut"] == {"kali": "2", "selisih": "10"}
    own = replace(indikator("1.a.1"), aturan=Aturan(True, Decimal("7.5"), "sebab"))
    edisi = replace(EDISI, indikator=(own,))
    aturan = table_schema(edisi, own, 2025)["lppd"]["aturan"]
    assert aturan["lompatan"]["capaian"] == {"poin": "7.5"}


def test_rules_survive_the_database_and_the_disk(tmp_path: Path) -> None:
    own = replace(indikator("1.a.1"), aturan=Aturan(False, Decimal("7.5"), "sebab"))
    edisi = replace(EDISI, indikator=(own, indikator("1.a.2")))
    assert Edisi.from_dict(edisi.to_dict()) == edisi
    tulis_edisi(edisi, tmp_path)
    assert load_edisi(tmp_path) == edisi
    tulis_edisi(replace(edisi, indikator=(indikator("1.a.2"),)), tmp_path)
    assert not (tmp_path / "aturan.csv").exists()


def test_an_edition_stored_before_there_were_rules_has_the_defaults() -> None:
    data = indikator("1.a.1").to_dict()
    del data["aturan"]
    assert Indikator.from_dict(data).aturan == Aturan()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("1.a.1,mungkin,,sebab", "mungkin"),
        ("1.a.1,ya,banyak,sebab", "banyak"),
        ("1.a.1,ya,-1,sebab", "lebih dari 0"),
        ("1.a.1,ya,NaN,sebab", "lebih dari 0"),
        ("1.a.1,ya,,", "alasan"),
        ("1.a.1,ya,,a\n1.a.1,tidak,,b", "lebih dari sekali"),
    ],
)
def test_rows_that_cannot_be_used(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "aturan.csv").write_text(f"kode,aditif,lompatan,alasan\n{text}\n", "utf-8")
    with pytest.raises(KatalogError, match=word):
        load_aturan(tmp_path)


def test_a_code_of_another_edition(tmp_path: Path) -> None:
    tulis_edisi(replace(EDISI, indikator=EDISI.indikator[:2]), tmp_path)
    (tmp_path / "aturan.csv").write_text("kode,aditif,lompatan,alasan\n9.z,ya,,sebab\n", "utf-8")
    with pytest.raises(KatalogError, match=r"9\.z"):
        load_edisi(tmp_path)
