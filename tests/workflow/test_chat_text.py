"""The reminder that is copied into a chat: who, what, until when, where; nothing of a name acts."""

from __future__ import annotations

from datetime import date

from ckanext.lppd.notices.chat_text import MAX_LISTED, Agency, Owing, Unsent, reminder, summary

TODAY = date(2026, 2, 1)
URL = "https://data.example.go.id/lppd/?tahun=2025"
HEALTH = Agency(
    "dinkes",
    "Dinas Kesehatan",
    (
        Unsent("1.b.1", "Rasio daya tampung", due=date(2026, 1, 15)),
        Unsent("1.b.2", "Persentase ibu hamil", due=date(2026, 1, 15), promised=date(2026, 2, 20)),
        Unsent("2.f.1", "Perekaman KTP", parts=("penyebut",)),
    ),
)
CIVIL = Agency(
    "disdukcapil",
    "Disdukcapil",
    (
        Unsent("2.f.1", "Perekaman KTP", due=date(2026, 2, 1)),
        Unsent("2.f.2", "Akta", due=date(2026, 2, 1)),
        Unsent("2.f.3", "KIA"),
    ),
)


def test_one_agency_gets_every_indicator_with_its_name_and_day() -> None:
    assert reminder(2025, [HEALTH], TODAY, URL) == (
        "Yth. Dinas Kesehatan,\n"
        "\n"
        "Data LPPD tahun 2025 yang belum dikirim per 1 Februari 2026: 3 indikator, 1 di antaranya "
        "lewat tenggat.\n"
        "\n"
        "1. 1.b.1 Rasio daya tampung: tenggat 15 Januari 2026, sudah lewat\n"
        "2. 1.b.2 Persentase ibu hamil: dijanjikan 20 Februari 2026\n"
        "3. 2.f.1 (bagian penyebut) Perekaman KTP: tenggat belum ditetapkan\n"
        "\n"
        f"Mohon diisi dan dikirim lewat portal: {URL}\n"
        "Terima kasih."
    )


def test_several_agencies_get_a_line_each_with_codes_by_day() -> None:
    text = reminder(2025, [HEALTH, Agency("kosong", "Kosong", ()), CIVIL], TODAY, URL)
    assert text.startswith("Yth. Bapak/Ibu pengelola data LPPD,\n")
    assert "6 indikator dari 2 perangkat daerah, 1 di antaranya lewat tenggat." in text
    assert (
        "- Disdukcapil: 2.f.1, 2.f.2 (tenggat 1 Februari 2026); 2.f.3 (tenggat belum ditetapkan)\n"
    ) in text
    assert "Rasio" not in text and "Kosong" not in text and URL in text


def test_nothing_missing_is_no_text() -> None:
    assert reminder(2025, [], TODAY, URL) == ""
    assert reminder(2025, [Agency("a", "A", ())], TODAY, URL) == ""


def test_names_stay_on_their_line_and_long_lists_end_with_the_true_number() -> None:
    evil = Agency("x", "Dinas\nYth. Semua\u2028", (Unsent("1", "a\r\nb"),))
    assert reminder(2025, [evil], TODAY, URL).splitlines()[0] == "Yth. Dinas Yth. Semua,"
    many = Agency("y", "Y", tuple(Unsent(str(n)) for n in range(MAX_LISTED + 3)))
    single = reminder(2025, [many], TODAY, URL)
    assert "dan 3 lainnya, lihat di portal" in single and f"{MAX_LISTED + 3} indikator" in single
    assert "dan 3 lainnya" in reminder(2025, [many, HEALTH], TODAY, URL)


def test_everybody_at_once_gets_numbers() -> None:
    agencies = [Owing("Dinkes", 3, 1), Owing("Selesai", 0), Owing("Dinsos", 2)]
    text = summary(2025, agencies, TODAY, URL)
    assert "per 1 Februari 2026: 5 indikator dari 2 perangkat daerah." in text
    assert "- Dinkes: 3, 1 lewat tenggat\n- Dinsos: 2\n" in text
    assert "Selesai" not in text and URL in text
    assert summary(2025, [Owing("Selesai", 0)], TODAY, URL) == ""
