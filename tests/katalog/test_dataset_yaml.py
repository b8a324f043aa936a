"""The two dataset schemas for ckanext-scheming: complete in both languages, nothing unknown."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ckanext.lppd.katalog import JENIS, schemas_dir

BERKAS = ["indikator-lppd", "data-sektoral"]
# Validators that CKAN 2.11, CKAN 2.12 or ckanext-scheming 3.1 register.
VALIDATOR = {
    "ignore_missing",
    "int_validator",
    "scheming_choices",
    "scheming_required",
    "unicode_safe",
}
PRESET = {
    "dataset_organization",
    "dataset_slug",
    "resource_format_autocomplete",
    "resource_url_upload",
    "tag_string_autocomplete",
    "title",
}


@pytest.fixture(params=BERKAS)
def skema(request: pytest.FixtureRequest) -> dict[str, Any]:
    isi = (schemas_dir() / "dataset" / f"{request.param}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(isi)
    assert data["dataset_type"] == request.param
    return data


def semua(skema: dict[str, Any]) -> list[dict[str, Any]]:
    return [*skema["dataset_fields"], *skema["resource_fields"]]


def test_version_and_no_visibility_field(skema: dict[str, Any]) -> None:
    assert skema["scheming_version"] == 2
    assert "about_url" not in skema
    assert "private" not in {f["field_name"] for f in skema["dataset_fields"]}


def test_labels_and_help_in_both_languages(skema: dict[str, Any]) -> None:
    for f in semua(skema):
        assert set(f["label"]) == {"id", "en"}, f["field_name"]
        if f.get("form_snippet", "") is not None:
            assert set(f["help_text"]) == {"id", "en"}, f["field_name"]
        for pilihan in f.get("choices", []):
            assert set(pilihan["label"]) == {"id", "en"}


def test_only_known_validators_and_presets(skema: dict[str, Any]) -> None:
    for f in semua(skema):
        assert set(f.get("validators", "").split()) <= VALIDATOR, f["field_name"]
        assert f.get("preset", "title") in PRESET


def test_standard_of_the_data_is_asked_for(skema: dict[str, Any]) -> None:
    """Perpres 39/2019 Pasal 4: konsep, definisi, klasifikasi, ukuran, satuan."""
    nama = {f["field_name"] for f in skema["dataset_fields"]}
    assert {"konsep", "definisi", "klasifikasi", "ukuran", "satuan"} <= nama


def test_fingerprints_are_never_in_a_form(skema: dict[str, Any]) -> None:
    per_nama = {f["field_name"]: f for f in skema["resource_fields"]}
    for nama in ("sha256", "schema_sha256"):
        assert per_nama[nama]["form_snippet"] is None
    assert [c["value"] for c in per_nama["peran"]["choices"]] == ["capaian", "rincian"]


def test_kinds_are_those_of_the_catalogue() -> None:
    isi = (schemas_dir() / "dataset" / "indikator-lppd.yaml").read_text(encoding="utf-8")
    per_nama = {f["field_name"]: f for f in yaml.safe_load(isi)["dataset_fields"]}
    assert tuple(c["value"] for c in per_nama["jenis_indikator"]["choices"]) == JENIS
