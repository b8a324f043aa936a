"""Evidence (data dukung), notes at a cell, versions of a file, and who examines what.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A removal and a handled note are rows of their own, so that every table of the record stays
# append-only. `isian_id` has no foreign key: the record outlives the isian of a revision.
TABLES = """
CREATE TABLE lppd_bukti (
    id text PRIMARY KEY,
    isian_id text NOT NULL,
    title text NOT NULL CHECK (title <> ''),
    document text NOT NULL,
    filename text NOT NULL CHECK (filename <> ''),
    mimetype text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lppd_bukti_isian ON lppd_bukti(isian_id, created_at);
CREATE TABLE lppd_bukti_hapus (
    bukti_id text NOT NULL REFERENCES lppd_bukti(id),
    isian_id text NOT NULL,
    removed_by text NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bukti_id, isian_id)
);
CREATE TABLE lppd_note (
    id text PRIMARY KEY,
    isian_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('sel', 'kolom', 'metadata', 'umum')),
    target text NOT NULL,
    body text NOT NULL CHECK (body <> ''),
    role text NOT NULL,
    manifest text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lppd_note_isian ON lppd_note(isian_id, created_at);
CREATE TABLE lppd_note_done (
    note_id text PRIMARY KEY REFERENCES lppd_note(id),
    answer text NOT NULL DEFAULT '',
    done_by text NOT NULL,
    done_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE lppd_file_version (
    id bigserial PRIMARY KEY,
    isian_id text NOT NULL,
    resource_id text NOT NULL,
    sha256 text NOT NULL,
    previous_sha256 text,
    filename text NOT NULL,
    size bigint NOT NULL,
    how text NOT NULL CHECK (how IN ('unggah', 'layar', 'sel', 'pulih')),
    note text,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lppd_file_version_resource ON lppd_file_version(resource_id, id);
CREATE TABLE lppd_claim (
    isian_id text NOT NULL REFERENCES lppd_isian(id) ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('walidata', 'pembina')),
    user_id text NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (isian_id, role)
);
-- the list of evidence that stood there at an act; null (no evidence) is left out of the hash
ALTER TABLE lppd_transition ADD COLUMN evidence text;
"""

APPEND_ONLY_TABLES = (
    "lppd_bukti",
    "lppd_bukti_hapus",
    "lppd_note",
    "lppd_note_done",
    "lppd_file_version",
)

# a row with evidence could not be verified any more: its hash was taken with that column
DOWN = """
DO $$ BEGIN IF EXISTS (SELECT 1 FROM lppd_transition WHERE evidence IS NOT NULL) THEN
    RAISE EXCEPTION 'the record names evidence; a version without it cannot verify the record';
END IF; END $$;
DROP TABLE lppd_claim, lppd_file_version, lppd_note_done, lppd_note, lppd_bukti_hapus, lppd_bukti;
ALTER TABLE lppd_transition DROP COLUMN evidence;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def upgrade() -> None:
    """Create the tables; those of the record refuse every change and removal."""
    run("SET LOCAL lock_timeout = '15s'")
    run(TABLES)
    for table in APPEND_ONLY_TABLES:
        run(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lppd_append_only()"
        )


def downgrade() -> None:
    """Remove the tables, unless the record names evidence; its stored files stay where they are."""
    run("SET LOCAL lock_timeout = '15s'")
    run(DOWN)
