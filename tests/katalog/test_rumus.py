"""The formula language: what it reads, what it refuses, and that it computes exactly."""

from __future__ import annotations

import json
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.lppd.katalog import Rumus, RumusError, parse_rumus

ANGKA = st.decimals(
    min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=4
)
NAMA = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True).filter(
    lambda n: n not in {"kode_indikator", "tahun", "kode_wilayah", "capaian", "keterangan"}
)
DARI_BAGIAN = {"persentase": 2, "rasio": 2, "pertumbuhan": 2, "jumlah": 3, "rerata": 4}


@st.composite
def rumus(draw: st.DrawFn) -> Rumus:
    jenis = draw(st.sampled_from([*DARI_BAGIAN, "tertimbang", "berbobot", "langsung", "pilihan"]))
    if jenis == "langsung":
        return parse_rumus("langsung()", {})
    if jenis == "pilihan":
        nilai = draw(st.lists(st.integers(-99, 99), min_size=2, max_size=6, unique=True))
        judul = {str(nilai[0]): "Pertama"} if draw(st.booleans()) else {}
        return parse_rumus(f"pilihan({', '.join(map(str, nilai))})", judul)
    banyak = DARI_BAGIAN.get(jenis, 4)
    nama = draw(st.lists(NAMA, min_size=banyak, max_size=banyak, unique=True))
    judul = {n: f"Judul {n}" for n in nama}
    if jenis == "tertimbang":
        potong = sorted(draw(st.lists(st.integers(1, 99), min_size=3, max_size=3, unique=True)))
        bobot = [b - a for a, b in zip([0, *potong], [*potong, 100], strict=True)]
        isi = ", ".join(f"{Decimal(b) / 100}*{n}" for b, n in zip(bobot, nama, strict=True))
        return parse_rumus(f"tertimbang({isi}) * {draw(st.sampled_from(['1', '100']))}", judul)
    return parse_rumus(f"{jenis}({', '.join(nama)})", judul)


@given(rumus())
def test_text_and_dict_round_trip(r: Rumus) -> None:
    assert parse_rumus(str(r), r.judul) == r
    data = json.loads(json.dumps(r.to_dict()))
    assert Rumus.from_dict(data) == r
    assert Rumus.from_dict(data).to_dict() == r.to_dict()


@given(rumus(), st.data())
def test_compute_gives_none_exactly_when_a_reason_is_named(r: Rumus, data: st.DataObject) -> None:
    boleh = st.one_of(st.none(), ANGKA, st.sampled_from([Decimal(0), Decimal(50), Decimal("NaN")]))
    bagian = {part.name: data.draw(boleh) for part in r.parts}
    assert (r.compute(bagian) is None) == (r.kendala(bagian) is not None)


@given(ANGKA, ANGKA.filter(bool))
def test_ratios_are_exact_to_the_last_digit(a: Decimal, b: Decimal) -> None:
    bagian = {"a": a, "b": b}
    benar = {
        "rasio": Fraction(a) / Fraction(b),
        "persentase": Fraction(a) / Fraction(b) * 100,
        "pertumbuhan": (Fraction(a) - Fraction(b)) / Fraction(b) * 100,
    }
    for jenis, nilai in benar.items():
        hasil = parse_rumus(f"{jenis}(a, b)", {"a": "A", "b": "B"}).compute(bagian)
        assert hasil is not None
        assert abs(Fraction(hasil) - nilai) <= abs(nilai) * Fraction(1, 10**99)


@given(st.lists(ANGKA, min_size=4, max_size=4))
def test_sums_are_exact(nilai: list[Decimal]) -> None:
    nama = ["a", "b", "c", "d"]
    judul = dict.fromkeys(nama, "Judul")
    bagian = dict(zip(nama, nilai, strict=True))
    jumlah = parse_rumus("jumlah(a, b, c, d)", judul).compute(bagian)
    rerata = parse_rumus("rerata(a, b, c, d)", judul).compute(bagian)
    berat = parse_rumus("tertimbang(0.1*a, 0.2*b, 0.3*c, 0.4*d) * 100", judul).compute(bagian)
    assert jumlah is not None and rerata is not None and berat is not None
    assert Fraction(jumlah) == sum(map(Fraction, nilai))
    assert Fraction(rerata) == sum(map(Fraction, nilai)) / 4
    assert Fraction(berat) == sum(Fraction(n) * (i + 1) * 10 for i, n in enumerate(nilai))


def test_result_does_not_depend_on_the_caller() -> None:
    r = parse_rumus("persentase(a, b)", {"a": "A", "b": "B"})
    bagian = {"a": Decimal(1), "b": Decimal(3)}
    with localcontext() as konteks:
        konteks.prec = 3
        sempit = r.compute(bagian)
    assert sempit == r.compute(bagian)
    assert str(sempit).startswith("33.33333333333333333333")


@pytest.mark.parametrize(
    ("ekspresi", "bagian", "kendala"),
    [
        ("persentase(a, b)", {"a": 1, "b": 0}, "penyebut_nol"),
        ("pertumbuhan(a, b)", {"a": 1, "b": 0}, "penyebut_nol"),
        ("rasio(a, b)", {"a": 1}, "bagian_kosong"),
        ("rasio(a, b)", {"a": 1, "b": None}, "bagian_kosong"),
        ("rasio(a, b)", {"a": 1, "b": "Infinity"}, "bagian_kosong"),
        ("jumlah(a, b)", {"a": "1E+31", "b": 1}, "di_luar_jangkauan"),
        ("jumlah(a, b)", {"a": "1E-99", "b": 1}, "di_luar_jangkauan"),
        ("berbobot(a, b, c, d)", {"a": 1, "b": 40, "c": 1, "d": 50}, "bobot_tidak_100"),
        ("langsung()", {}, "tidak_dihitung"),
        ("pilihan(1, 2)", {}, "tidak_dihitung"),
    ],
)
def test_reasons(ekspresi: str, bagian: dict[str, object], kendala: str) -> None:
    nama = [n for n in "abcd" if f"({n}" in ekspresi or f", {n}" in ekspresi]
    r = parse_rumus(ekspresi, dict.fromkeys(nama, "Judul"))
    nilai = {n: None if v is None else Decimal(str(v)) for n, v in bagian.items()}
    assert r.kendala(nilai) == kendala


@pytest.mark.parametrize(
    ("ekspresi", "pesan"),
    [
        ("", "tidak terbaca"),
        ("a / b", "tidak terbaca"),
        ("persentase(a, b) + 1", "tidak terbaca"),
        ("persentase((a), b)", "tidak terbaca"),
        ("selisih(a, b)", "'selisih' tidak dikenal"),
        ("persentase(a)", "1 unsur"),
        ("persentase(a, b, c)", "3 unsur"),
        ("persentase(a, a)", "berulang"),
        ("persentase(a, B)", "bukan nama bagian"),
        ("persentase(a, capaian)", "sudah dipakai kolom lain"),
        ("persentase(a, d)", "'d' belum punya judul"),
        ("jumlah(a, b)", "komponen 'c' tidak dipakai"),
        ("jumlah(a, b, c) * 100", "hanya boleh pada tertimbang"),
        ("tertimbang(a, b, c)", "Tulis bobot*bagian"),
        ("tertimbang(0.3*a, 0.3*b, 0.3*c)", "jumlah bobot 0.9, seharusnya 1"),
        ("tertimbang(0.2*a, 0.3*b, 0.5*c) * 0", "tidak boleh nol"),
        ("berbobot(a, b, c, d, e)", "pasangan"),
        ("langsung(a)", "1 unsur"),
        ("langsung()", "tidak dipakai oleh rumus langsung"),
        ("pilihan(1)", "1 unsur"),
        ("pilihan(a, b)", "bukan angka"),
        ("pilihan(1, 1.0)", "berulang"),
    ],
)
def test_anything_else_is_refused(ekspresi: str, pesan: str) -> None:
    with pytest.raises(RumusError, match=pesan.replace("*", r"\*")):
        parse_rumus(ekspresi, {"a": "A", "b": "B", "c": "C"})


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(teks: str) -> None:
    try:
        r = parse_rumus(teks, {})
    except RumusError:
        return
    assert parse_rumus(str(r), r.judul) == r


def test_data_that_disagree_with_themselves_are_refused() -> None:
    data = parse_rumus("rasio(a, b)", {"a": "A", "b": "B"}).to_dict()
    with pytest.raises(RumusError, match="tidak sama"):
        Rumus.from_dict(data | {"jenis": "persentase"})
