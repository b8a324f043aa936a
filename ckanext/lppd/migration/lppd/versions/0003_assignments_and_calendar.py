"""Calendar of a year, contributors and their values, declarations, uploads of assignments.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = """
ALTER TABLE lppd_isian
    ADD COLUMN declaration text CHECK (declaration IN ('tidak_berlaku', 'nihil')),
    ADD COLUMN promised date;
-- what Kelengkapan groups by, without opening the JSON of every indicator
ALTER TABLE lppd_indicator
    ADD COLUMN urusan text GENERATED ALWAYS AS (data ->> 'urusan') STORED;
CREATE INDEX lppd_isian_year_of ON lppd_isian(year, edition);
CREATE INDEX lppd_isian_parent ON lppd_isian(parent_id) WHERE parent_id IS NOT NULL;
CREATE TABLE lppd_year (
    edition text NOT NULL REFERENCES lppd_edition(code),
    year integer NOT NULL,
    state text NOT NULL DEFAULT 'pengisian_dibuka'
        CHECK (state IN ('perencanaan', 'pengisian_dibuka', 'ditutup', 'final')),
    copied_from integer,
    PRIMARY KEY (edition, year)
);
CREATE TABLE lppd_contributor (
    isian_id text NOT NULL REFERENCES lppd_isian(id) ON DELETE CASCADE,
    part text NOT NULL,
    owner_org text NOT NULL,
    PRIMARY KEY (isian_id, part)
);
CREATE INDEX lppd_contributor_owner ON lppd_contributor(owner_org);
CREATE TABLE lppd_part_value (
    isian_id text NOT NULL REFERENCES lppd_isian(id) ON DELETE CASCADE,
    part text NOT NULL,
    region text NOT NULL,
    value numeric NOT NULL,
    note text,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (isian_id, part, region)
);
CREATE TABLE lppd_assignment_upload (
    id text PRIMARY KEY,
    edition text NOT NULL REFERENCES lppd_edition(code),
    year integer NOT NULL,
    filename text NOT NULL,
    rows jsonb NOT NULL,
    findings jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    applied_at timestamptz
);
CREATE INDEX lppd_assignment_upload_of ON lppd_assignment_upload(edition, year, created_by);
"""

# No isian without its year: whoever makes the row, the calendar knows the year from then on.
YEAR_OF_ISIAN = """
INSERT INTO lppd_year (edition, year)
    SELECT DISTINCT edition, year FROM lppd_isian WHERE kind = 'indikator';
CREATE OR REPLACE FUNCTION lppd_year_of_isian() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO lppd_year (edition, year) VALUES (NEW.edition, NEW.year) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER lppd_isian_year AFTER INSERT ON lppd_isian
    FOR EACH ROW WHEN (NEW.kind = 'indikator') EXECUTE FUNCTION lppd_year_of_isian();
"""

DOWN = """
DO $$ BEGIN IF EXISTS (SELECT 1 FROM lppd_isian
       WHERE state IN ('tidak_berlaku', 'nihil', 'belum_tersedia') OR declaration IS NOT NULL) THEN
    RAISE EXCEPTION 'take the declarations back before going to a version that knows none';
END IF; END $$;
DROP TRIGGER lppd_isian_year ON lppd_isian;
DROP FUNCTION lppd_year_of_isian;
DROP TABLE lppd_assignment_upload, lppd_part_value, lppd_contributor, lppd_year;
DROP INDEX lppd_isian_year_of, lppd_isian_parent;
ALTER TABLE lppd_indicator DROP COLUMN urusan;
ALTER TABLE lppd_isian DROP COLUMN declaration, DROP COLUMN promised;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def upgrade() -> None:
    """Add tables, columns and the trigger; give up soon where `lppd_isian` is busy."""
    run("SET LOCAL lock_timeout = '15s'")
    run(TABLES)
    run(YEAR_OF_ISIAN)


def downgrade() -> None:
    """Remove them; refused while a declaration stands, for the older code has no word for it."""
    run("SET LOCAL lock_timeout = '15s'")
    run(DOWN)
