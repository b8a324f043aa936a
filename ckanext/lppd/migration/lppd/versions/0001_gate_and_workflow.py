"""Catalogue, isian, verdicts, transitions, releases, observations and the publication gate.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE lppd_edition (
    code text PRIMARY KEY,
    title text NOT NULL,
    status text NOT NULL CHECK (status IN ('terverifikasi', 'belum_terverifikasi')),
    data jsonb NOT NULL,
    sha256 text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE lppd_indicator (
    edition text NOT NULL REFERENCES lppd_edition(code),
    code text NOT NULL,
    position integer NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (edition, code)
);
CREATE TABLE lppd_organization (
    group_id text PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('produsen', 'walidata', 'pembina', 'perencana', 'pengawas')),
    urusan jsonb NOT NULL DEFAULT '[]',
    source text NOT NULL DEFAULT ''
);
CREATE INDEX lppd_organization_role ON lppd_organization(role);
CREATE TABLE lppd_isian (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('indikator', 'sektoral', 'revisi')),
    parent_id text REFERENCES lppd_isian(id),
    resource_map jsonb NOT NULL DEFAULT '{}',
    edition text,
    code text,
    year integer,
    owner_org text,
    package_id text UNIQUE,
    state text NOT NULL DEFAULT 'belum_diisi',
    priority boolean NOT NULL DEFAULT false,
    due date,
    last_editor text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 'indikator' OR (edition IS NOT NULL AND code IS NOT NULL AND year IS NOT NULL)),
    CHECK ((kind = 'revisi') = (parent_id IS NOT NULL)),
    FOREIGN KEY (edition, code) REFERENCES lppd_indicator(edition, code)
);
CREATE UNIQUE INDEX lppd_isian_identity ON lppd_isian(edition, code, year) WHERE kind = 'indikator';
CREATE UNIQUE INDEX lppd_isian_one_revision ON lppd_isian(parent_id) WHERE kind = 'revisi';
CREATE INDEX lppd_isian_owner ON lppd_isian(owner_org, state);
CREATE INDEX lppd_isian_state ON lppd_isian(state);
CREATE TABLE lppd_verdict (
    id text PRIMARY KEY,
    package_id text NOT NULL,
    resource_id text NOT NULL,
    sha256 text NOT NULL,
    schema_sha256 text NOT NULL,
    engine text NOT NULL,
    valid boolean NOT NULL,
    report jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX lppd_verdict_bytes ON lppd_verdict(resource_id, sha256, schema_sha256, created_at);
CREATE TABLE lppd_transition (
    id bigserial PRIMARY KEY,
    isian_id text NOT NULL,
    package_id text,
    act text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    role text NOT NULL,
    actor text NOT NULL,
    reason_code text,
    note text,
    cells jsonb NOT NULL DEFAULT '[]',
    manifest text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    previous_hash text,
    hash text
);
CREATE INDEX lppd_transition_isian ON lppd_transition(isian_id, id);
CREATE TABLE lppd_release (
    id text PRIMARY KEY,
    package_id text NOT NULL,
    isian_id text NOT NULL,
    version integer NOT NULL,
    manifest text NOT NULL,
    content jsonb NOT NULL,
    verdict_ids jsonb NOT NULL,
    approved_by text NOT NULL,
    published_by text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (package_id, version)
);
CREATE TABLE lppd_current_release (
    package_id text PRIMARY KEY,
    release_id text NOT NULL REFERENCES lppd_release(id),
    manifest text NOT NULL
);
CREATE TABLE lppd_observation (
    id bigserial PRIMARY KEY,
    release_id text NOT NULL REFERENCES lppd_release(id),
    package_id text NOT NULL,
    edition text NOT NULL,
    code text NOT NULL,
    year integer NOT NULL,
    region text NOT NULL,
    part text NOT NULL,
    value numeric NOT NULL,
    value_text text NOT NULL,
    unit text NOT NULL
);
CREATE INDEX lppd_observation_release ON lppd_observation(release_id);
CREATE INDEX lppd_observation_key ON lppd_observation(edition, code, year, region);
"""

# The governed types stand in the function itself: emptying a table must not open the gate.
# `ckan db clean` drops tables but leaves functions behind, so they are replaced where present.
GOVERNED = """
CREATE OR REPLACE FUNCTION lppd_governed(dataset_type text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(dataset_type, '') IN ('indikator-lppd', 'data-sektoral')
$$;
"""

# What the approver saw: the metadata a reader relies on, and every active resource to its bytes.
# CKAN 2.11 keeps further fields in `package_extra`, 2.12 in `package.extras`; both give one object.
MANIFEST = """
CREATE OR REPLACE FUNCTION lppd_extras(pid text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    extras jsonb;
BEGIN
    IF to_regclass('package_extra') IS NOT NULL THEN
        EXECUTE 'SELECT jsonb_object_agg(key, value) FROM package_extra '
                'WHERE package_id = $1 AND state = $2' INTO extras USING pid, 'active';
    ELSE
        EXECUTE 'SELECT extras FROM package WHERE id = $1' INTO extras USING pid;
    END IF;
    RETURN coalesce(extras, '{}');
END $$;
CREATE OR REPLACE FUNCTION lppd_manifest(pid text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        (SELECT jsonb_build_array(p.id, p.name, p.title, p.notes, p.license_id, p.type)::text
           FROM package p WHERE p.id = pid)
        || lppd_extras(pid)::text
        || coalesce((
            SELECT jsonb_agg(jsonb_build_array(
                       r.id, r.url, r.url_type, r.format, r.name, r.description, r.last_modified,
                       (r.extras::jsonb) ->> 'sha256', (r.extras::jsonb) ->> 'schema_sha256',
                       (r.extras::jsonb) ->> 'peran') ORDER BY r.id)::text
              FROM resource r WHERE r.package_id = pid AND r.state = 'active'), '[]'),
        'UTF8')), 'hex')
$$;
CREATE OR REPLACE FUNCTION lppd_released(pid text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM lppd_current_release c
                    WHERE c.package_id = pid AND c.manifest = lppd_manifest(pid))
$$;
"""

# Each transition carries the hash of the one before it on the same isian: a row that was changed,
# put in or taken out below the application breaks the chain (`ckan lppd riwayat verifikasi`).
CHAIN = """
CREATE OR REPLACE FUNCTION lppd_transition_hash(t jsonb, at timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    -- nulls are left out, so that a column added later does not break the chain before it
    SELECT encode(sha256(convert_to(
        jsonb_strip_nulls(t - ARRAY['id', 'hash', 'created_at'])::text
        || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), 'UTF8')), 'hex')
$$;
CREATE OR REPLACE FUNCTION lppd_chain_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- two edits at once must not continue from the same row
    PERFORM 1 FROM lppd_isian WHERE id = NEW.isian_id FOR UPDATE;
    SELECT t.hash INTO NEW.previous_hash FROM lppd_transition t
     WHERE t.isian_id = NEW.isian_id ORDER BY t.id DESC LIMIT 1;
    NEW.hash := lppd_transition_hash(to_jsonb(NEW), NEW.created_at);
    RETURN NEW;
END $$;
CREATE TRIGGER lppd_transition_chain BEFORE INSERT ON lppd_transition
    FOR EACH ROW EXECUTE FUNCTION lppd_chain_transition();
"""

GATE = """
CREATE OR REPLACE FUNCTION lppd_guard_package() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.type IS DISTINCT FROM OLD.type
       AND (lppd_governed(OLD.type) OR lppd_governed(NEW.type)) THEN
        RAISE EXCEPTION 'lppd: the type of dataset % cannot change', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    -- the row is read again: deferred to the commit, only its last state counts
    IF EXISTS (SELECT 1 FROM package p WHERE p.id = NEW.id AND p.state = 'active'
                 AND p.private IS NOT TRUE AND lppd_governed(p.type))
       AND NOT lppd_released(NEW.id) THEN
        RAISE EXCEPTION 'lppd: dataset % has no release for its content', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_resource() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p record;
    pid text := CASE WHEN TG_OP = 'DELETE' THEN OLD.package_id ELSE NEW.package_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.package_id IS DISTINCT FROM OLD.package_id
       AND EXISTS (SELECT 1 FROM package q WHERE q.id IN (OLD.package_id, NEW.package_id)
                                             AND lppd_governed(q.type)) THEN
        RAISE EXCEPTION 'lppd: resource % cannot move to another dataset', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    -- FOR SHARE closes the race of an upload against a publish: one of the two waits for the other
    SELECT private, state, type INTO p FROM package WHERE id = pid FOR SHARE;
    IF FOUND AND p.state = 'active' AND p.private IS NOT TRUE AND lppd_governed(p.type)
       AND NOT lppd_released(pid) THEN
        RAISE EXCEPTION 'lppd: resources of public dataset % are frozen', pid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_extra() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pid text := CASE WHEN TG_OP = 'DELETE' THEN OLD.package_id ELSE NEW.package_id END;
    p record;
BEGIN
    SELECT private, state, type INTO p FROM package WHERE id = pid FOR SHARE;
    IF FOUND AND p.state = 'active' AND p.private IS NOT TRUE AND lppd_governed(p.type)
       AND NOT lppd_released(pid) THEN
        RAISE EXCEPTION 'lppd: metadata of public dataset % is frozen', pid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_current_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package p WHERE p.id = OLD.package_id AND p.state = 'active'
                 AND p.private IS NOT TRUE AND lppd_governed(p.type))
       AND NOT lppd_released(OLD.package_id) THEN
        RAISE EXCEPTION 'lppd: dataset % is public and needs its release', OLD.package_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lppd: rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_append_only';
END $$;
-- immediate by default; the switch of a revision defers them to its commit, where they still hold
CREATE CONSTRAINT TRIGGER lppd_gate_package AFTER INSERT OR UPDATE ON package
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lppd_guard_package();
CREATE CONSTRAINT TRIGGER lppd_gate_resource AFTER INSERT OR UPDATE OR DELETE ON resource
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lppd_guard_resource();
DO $$ BEGIN
    IF to_regclass('package_extra') IS NOT NULL THEN
        CREATE CONSTRAINT TRIGGER lppd_gate_extra AFTER INSERT OR UPDATE OR DELETE ON package_extra
            DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lppd_guard_extra();
    END IF;
END $$;
-- deferred: a withdrawal removes the release first and hides the dataset in the same transaction
CREATE CONSTRAINT TRIGGER lppd_gate_release AFTER UPDATE OR DELETE ON lppd_current_release
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lppd_guard_current_release();
"""

APPEND_ONLY_TABLES = ("lppd_verdict", "lppd_transition", "lppd_release", "lppd_observation")

DOWN = """
DROP TRIGGER lppd_gate_package ON package;
DROP TRIGGER lppd_gate_resource ON resource;
DO $$ BEGIN
    IF to_regclass('package_extra') IS NOT NULL THEN
        DROP TRIGGER lppd_gate_extra ON package_extra;
    END IF;
END $$;
DROP TABLE lppd_observation, lppd_current_release, lppd_release, lppd_transition, lppd_verdict,
           lppd_isian, lppd_organization, lppd_indicator, lppd_edition;
DROP FUNCTION lppd_guard_package, lppd_guard_resource, lppd_guard_current_release,
              lppd_guard_extra, lppd_append_only, lppd_chain_transition, lppd_transition_hash,
              lppd_released, lppd_manifest, lppd_extras, lppd_governed;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def upgrade() -> None:
    """Create tables, functions and triggers; give up soon where `package` is busy."""
    # creating a trigger waits for every open transaction on `package`: do not queue the portal
    run("SET LOCAL lock_timeout = '15s'")
    for part in (TABLES, GOVERNED, MANIFEST, CHAIN, GATE):
        run(part)
    for table in APPEND_ONLY_TABLES:
        run(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lppd_append_only()"
        )


def downgrade() -> None:
    """Remove everything of the plugin; refused while governed datasets are public."""
    run("SET LOCAL lock_timeout = '15s'")
    run(
        "DO $$ BEGIN IF EXISTS (SELECT 1 FROM package WHERE state = 'active' "
        "AND private IS NOT TRUE AND lppd_governed(type)) THEN "
        "RAISE EXCEPTION 'withdraw the published LPPD datasets before removing the gate'; "
        "END IF; END $$"
    )
    run(DOWN)
