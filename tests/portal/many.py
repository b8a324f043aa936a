"""Many agencies, indicators and years, written in bulk: for counting queries and for timing."""

from __future__ import annotations

from ckan import model
from sqlalchemy import text

YEARS = (2025, 2026, 2027, 2028, 2029)
INDICATORS = 127

EDITION = "banyak"

# one edition that has the real indicators again for each agency
_SEED = """
INSERT INTO "group" (id, name, title, type, is_organization, state, approval_status, created)
    SELECT 'pd-' || a, 'pd-' || a, 'Perangkat daerah ' || a, 'organization', true, 'active',
           'approved', now()
      FROM generate_series(1, :agencies) a;
INSERT INTO lppd_organization (group_id, role)
    SELECT 'pd-' || a, 'produsen' FROM generate_series(1, :agencies) a;
INSERT INTO lppd_edition (code, title, status, data, sha256)
    SELECT 'banyak', title, status, jsonb_set(data, '{kode}', '"banyak"'),
           'banyak-' || :agencies || '-' || :indicators
      FROM lppd_edition WHERE code = '2025';
INSERT INTO lppd_indicator (edition, code, position, data)
    SELECT 'banyak', a || '.' || code, a * 1000 + position, data || jsonb_build_object(
           'edisi', 'banyak', 'kode', a || '.' || code)
      FROM lppd_indicator, generate_series(1, :agencies) a
     WHERE edition = '2025' AND position < :indicators
            + (SELECT min(position) FROM lppd_indicator WHERE edition = '2025');
INSERT INTO lppd_isian (id, kind, edition, code, year, owner_org, state, due)
    SELECT n.code || '-' || y, 'indikator', 'banyak', n.code, y, 'pd-' || n.position / 1000,
           (ARRAY['belum_diisi', 'draf', 'menunggu_walidata', 'dikembalikan', 'disetujui',
                  'terpublikasi', 'nihil'])[1 + (n.position + y) % 7], make_date(y + 1, 1, 31)
      FROM lppd_indicator n, unnest(ARRAY[2025, 2026, 2027, 2028, 2029]) y
     WHERE n.edition = 'banyak';
INSERT INTO lppd_transition (isian_id, act, from_state, to_state, role, actor, created_at)
    SELECT id, 'isi', 'belum_diisi', state, 'produsen', 'seeder', now() - interval '1 day'
      FROM lppd_isian WHERE state <> 'belum_diisi';
INSERT INTO member (id, table_name, table_id, capacity, group_id, state)
    SELECT 'm-' || a || '-' || :user, 'user', :user, 'editor', 'pd-' || a, 'active'
      FROM generate_series(1, 1) a;
ANALYZE lppd_indicator; ANALYZE lppd_isian; ANALYZE lppd_transition;
"""


def seed(agencies: int, producer: str, indicators: int = INDICATORS) -> int:
    """Write so many agencies with their isian of five years; `producer` edits for the first.

    Returns the number of isian.
    """
    user = model.User.get(producer).id
    # row by row the chain trigger would take minutes; what is seeded here is no record
    model.Session.execute(text("ALTER TABLE lppd_transition DISABLE TRIGGER USER"))
    values = {"agencies": agencies, "indicators": indicators, "user": user}
    for statement in _SEED.split(";"):
        if statement.strip():
            model.Session.execute(text(statement), values)
    model.Session.execute(text("ALTER TABLE lppd_transition ENABLE TRIGGER USER"))
    model.Session.commit()
    return agencies * indicators * len(YEARS)


def forget() -> None:
    """Take the seeded catalogue away again; isian and agencies go with every test."""
    model.Session.rollback()
    # the record refuses to be emptied
    model.Session.execute(text("ALTER TABLE lppd_transition DISABLE TRIGGER USER"))
    model.Session.execute(text("TRUNCATE lppd_transition"))
    model.Session.execute(text("ALTER TABLE lppd_transition ENABLE TRIGGER USER"))
    for table, column in (
        ("lppd_isian", "edition"),
        ("lppd_year", "edition"),
        ("lppd_indicator", "edition"),
        ("lppd_edition", "code"),
    ):
        model.Session.execute(text(f"DELETE FROM {table} WHERE {column} = 'banyak'"))
    for table, column in (
        ("member", "group_id"),
        ("lppd_organization", "group_id"),
        ('"group"', "id"),
    ):
        model.Session.execute(text(f"DELETE FROM {table} WHERE {column} LIKE 'pd-%'"))
    model.Session.commit()
