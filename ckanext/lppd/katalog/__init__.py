"""The catalogue: editions of indicators, and what is generated from them. Knows no CKAN."""

from __future__ import annotations

from .batas import Batas
from .berkas import KatalogError, schemas_dir
from .contoh import example_csv
from .edisi import (
    ARAH,
    JENIS,
    KELOMPOK,
    KEYAKINAN,
    SATUAN,
    STATUS,
    DasarHukum,
    Edisi,
    Indikator,
    dataset_name,
)
from .muat import load_edisi, tulis_edisi
from .pencocokan import Calon, Cocok, cocokkan, normalisasi
from .perangkat_daerah import (
    PerangkatDaerah,
    Urusan,
    kode_urusan,
    load_perangkat_daerah,
    load_urusan,
    penanggung_jawab,
)
from .rumus import Part, Pilihan, Rumus, RumusError, parse_rumus
from .sektoral import table_schema_sektoral
from .skema import schema_sha256, table_schema
from .susun import susun_edisi
from .wilayah import Wilayah, find_wilayah, load_wilayah

__all__ = [
    "ARAH",
    "JENIS",
    "KELOMPOK",
    "KEYAKINAN",
    "SATUAN",
    "STATUS",
    "Batas",
    "Calon",
    "Cocok",
    "DasarHukum",
    "Edisi",
    "Indikator",
    "KatalogError",
    "Part",
    "PerangkatDaerah",
    "Pilihan",
    "Rumus",
    "RumusError",
    "Urusan",
    "Wilayah",
    "cocokkan",
    "dataset_name",
    "example_csv",
    "find_wilayah",
    "kode_urusan",
    "load_edisi",
    "load_perangkat_daerah",
    "load_urusan",
    "load_wilayah",
    "normalisasi",
    "parse_rumus",
    "penanggung_jawab",
    "schema_sha256",
    "schemas_dir",
    "susun_edisi",
    "table_schema",
    "table_schema_sektoral",
    "tulis_edisi",
]
