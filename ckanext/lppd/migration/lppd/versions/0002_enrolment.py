"""Enrolled organisations, the datasets they brought under governance, and the gate that knows them.

A dataset is governed by its type (`lppd_governed`, hard-coded) or by a row of its own
(`lppd_governed_dataset`), asked together by `lppd_governs(id, type)`. Rows are put in by a trigger
on `package`, so no path past Python leaves a dataset of an enrolled organisation ungoverned, and
are taken out only in a transaction that also writes the act `akhiri` into `lppd_scope_log`.

What stays possible: the owner of the tables can disable a trigger (the self-check and every web
process see it and governed data counts as not public), and whoever writes SQL can write the log row
of an act that nobody did (it stays on record). A database superuser can do anything.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE lppd_enrolled_org (
    group_id text PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    enrolled_by text NOT NULL
);
CREATE TABLE lppd_governed_dataset (
    package_id text PRIMARY KEY,
    why text NOT NULL CHECK (why IN ('terdaftar', 'baru', 'pindah')),
    group_id text NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    warisan boolean NOT NULL DEFAULT false,
    manifest text,
    CHECK (NOT warisan OR manifest IS NOT NULL)
);
CREATE INDEX lppd_governed_dataset_warisan ON lppd_governed_dataset(group_id) WHERE warisan;
CREATE TABLE lppd_scope_log (
    id bigserial PRIMARY KEY,
    act text NOT NULL CHECK (act IN ('daftarkan', 'keluarkan', 'kelola', 'akhiri')),
    group_id text,
    package_id text,
    actor text NOT NULL,
    reason text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}',
    txid bigint NOT NULL DEFAULT txid_current(),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((act IN ('daftarkan', 'keluarkan')) = (package_id IS NULL)),
    CHECK (package_id IS NOT NULL OR group_id IS NOT NULL)
);
CREATE INDEX lppd_scope_log_group ON lppd_scope_log(group_id, id);
CREATE INDEX lppd_scope_log_package ON lppd_scope_log(package_id, id);
CREATE TRIGGER lppd_scope_log_append_only BEFORE UPDATE OR DELETE ON lppd_scope_log
    FOR EACH ROW EXECUTE FUNCTION lppd_append_only();
"""

SCOPE = """
CREATE OR REPLACE FUNCTION lppd_governs(pid text, dataset_type text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT lppd_governed(dataset_type)
        OR EXISTS (SELECT 1 FROM lppd_governed_dataset g WHERE g.package_id = pid)
$$;
-- shared by writers of datasets, exclusive for an enrolment: none slips through in between
CREATE OR REPLACE FUNCTION lppd_enrolment_key(gid text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended('lppd_enrolled_org ' || gid, 0)
$$;
CREATE OR REPLACE FUNCTION lppd_enter_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.owner_org IS NULL OR lppd_governed(NEW.type) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.owner_org IS NOT DISTINCT FROM OLD.owner_org THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(lppd_enrolment_key(NEW.owner_org));
    IF EXISTS (SELECT 1 FROM lppd_enrolled_org e WHERE e.group_id = NEW.owner_org) THEN
        INSERT INTO lppd_governed_dataset (package_id, why, group_id)
        VALUES (NEW.id, CASE WHEN TG_OP = 'INSERT' THEN 'baru' ELSE 'pindah' END, NEW.owner_org)
        ON CONFLICT (package_id) DO NOTHING;
    END IF;
    RETURN NEW;
END $$;
-- before the gate's own triggers, which run after the row
CREATE TRIGGER lppd_enter_scope BEFORE INSERT OR UPDATE ON package
    FOR EACH ROW EXECUTE FUNCTION lppd_enter_scope();

CREATE OR REPLACE FUNCTION lppd_guard_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'lppd: % is not emptied', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_scope';
    ELSIF TG_OP = 'INSERT' THEN
        -- only what is public at this moment, as it is, and was not governed, can be inherited
        IF NEW.warisan AND NOT EXISTS (
            SELECT 1 FROM package p WHERE p.id = NEW.package_id AND p.state = 'active'
               AND p.private IS NOT TRUE AND NOT lppd_governed(p.type)
               AND NEW.manifest = lppd_manifest(p.id)) THEN
            RAISE EXCEPTION 'lppd: dataset % cannot be inherited', NEW.package_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_scope';
        END IF;
        RETURN NEW;
    ELSIF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - 'warisan') IS DISTINCT FROM (to_jsonb(OLD) - 'warisan')
           OR (NEW.warisan AND NOT OLD.warisan) THEN
            RAISE EXCEPTION 'lppd: the scope of dataset % cannot change', OLD.package_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_scope';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM lppd_scope_log l WHERE l.act = 'akhiri'
                      AND l.package_id = OLD.package_id AND l.txid = txid_current()) THEN
        RAISE EXCEPTION 'lppd: dataset % stays governed', OLD.package_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_scope';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER lppd_scope_guard BEFORE INSERT OR UPDATE OR DELETE ON lppd_governed_dataset
    FOR EACH ROW EXECUTE FUNCTION lppd_guard_scope();
CREATE TRIGGER lppd_scope_truncate BEFORE TRUNCATE ON lppd_governed_dataset
    FOR EACH STATEMENT EXECUTE FUNCTION lppd_guard_scope();

CREATE OR REPLACE FUNCTION lppd_guard_enrolled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' OR NOT EXISTS (
        SELECT 1 FROM lppd_scope_log l WHERE l.act = 'keluarkan'
           AND l.group_id = OLD.group_id AND l.txid = txid_current()) THEN
        RAISE EXCEPTION 'lppd: an organisation leaves by an act on record'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_scope';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER lppd_enrolled_guard BEFORE UPDATE OR DELETE ON lppd_enrolled_org
    FOR EACH ROW EXECUTE FUNCTION lppd_guard_enrolled();
CREATE TRIGGER lppd_enrolled_truncate BEFORE TRUNCATE ON lppd_enrolled_org
    FOR EACH STATEMENT EXECUTE FUNCTION lppd_guard_scope();
"""

# Inherited content counts as released while it is what it was at the enrolment.
RELEASED_NOW = """
CREATE OR REPLACE FUNCTION lppd_released(pid text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM lppd_current_release c
                    WHERE c.package_id = pid AND c.manifest = lppd_manifest(pid))
        OR EXISTS (SELECT 1 FROM lppd_governed_dataset g
                    WHERE g.package_id = pid AND g.warisan AND g.manifest = lppd_manifest(pid))
$$;
"""
RELEASED = (
    RELEASED_NOW
    + """
-- deferred, as for the release: giving up the inherited state and the first release go together
CREATE CONSTRAINT TRIGGER lppd_gate_scope AFTER UPDATE ON lppd_governed_dataset
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION lppd_guard_current_release();
"""
)

RELEASED_BEFORE = """
CREATE OR REPLACE FUNCTION lppd_released(pid text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM lppd_current_release c
                    WHERE c.package_id = pid AND c.manifest = lppd_manifest(pid))
$$;
"""

# The guards of 0001 with the question left open: `{p}`, `{q}` and `{old}` ask about a row.
GATE = """
CREATE OR REPLACE FUNCTION lppd_guard_package() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.type IS DISTINCT FROM OLD.type
       AND ({old} OR lppd_governed(NEW.type)) THEN
        RAISE EXCEPTION 'lppd: the type of dataset % cannot change', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    -- the row is read again: deferred to the commit, only its last state counts
    IF EXISTS (SELECT 1 FROM package p WHERE p.id = NEW.id AND p.state = 'active'
                 AND p.private IS NOT TRUE AND {p})
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
                                             AND {q}) THEN
        RAISE EXCEPTION 'lppd: resource % cannot move to another dataset', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    -- FOR SHARE closes the race of an upload against a publish: one of the two waits for the other
    SELECT id, private, state, type INTO p FROM package WHERE id = pid FOR SHARE;
    IF FOUND AND p.state = 'active' AND p.private IS NOT TRUE AND {p}
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
    SELECT id, private, state, type INTO p FROM package WHERE id = pid FOR SHARE;
    IF FOUND AND p.state = 'active' AND p.private IS NOT TRUE AND {p}
       AND NOT lppd_released(pid) THEN
        RAISE EXCEPTION 'lppd: metadata of public dataset % is frozen', pid
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_current_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package p WHERE p.id = OLD.package_id AND p.state = 'active'
                 AND p.private IS NOT TRUE AND {p})
       AND NOT lppd_released(OLD.package_id) THEN
        RAISE EXCEPTION 'lppd: dataset % is public and needs its release', OLD.package_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
    END IF;
    RETURN NULL;
END $$;
"""
BY_DATASET = {
    "p": "lppd_governs(p.id, p.type)",
    "q": "lppd_governs(q.id, q.type)",
    "old": "lppd_governs(OLD.id, OLD.type)",
}
BY_TYPE = {
    "p": "lppd_governed(p.type)",
    "q": "lppd_governed(q.type)",
    "old": "lppd_governed(OLD.type)",
}

REFUSE_DOWN = """
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM package p JOIN lppd_governed_dataset g ON g.package_id = p.id
                WHERE p.state = 'active' AND p.private IS NOT TRUE AND NOT g.warisan) THEN
        RAISE EXCEPTION 'withdraw the published datasets of enrolled organisations first';
    END IF;
END $$;
"""
DOWN = """
DROP TRIGGER lppd_enter_scope ON package;
DROP TABLE lppd_governed_dataset, lppd_enrolled_org, lppd_scope_log;
DROP FUNCTION lppd_governs, lppd_enter_scope, lppd_guard_scope, lppd_guard_enrolled,
              lppd_enrolment_key;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def gate(questions: dict[str, str]) -> str:
    """Return the guards that ask about a row in this way."""
    sql = GATE
    for name, question in questions.items():
        sql = sql.replace(f"{{{name}}}", question)
    return sql


def upgrade() -> None:
    """Create the tables and have the gate ask about datasets; give up soon where it is busy."""
    run("SET LOCAL lock_timeout = '15s'")
    for part in (TABLES, SCOPE, gate(BY_DATASET), RELEASED):
        run(part)


def downgrade() -> None:
    """Go back to the types alone; refused while datasets of enrolled organisations are published.

    Inherited datasets are ordinary public datasets again, private ones ordinary private datasets.
    """
    run("SET LOCAL lock_timeout = '15s'")
    for part in (REFUSE_DOWN, gate(BY_TYPE), RELEASED_BEFORE, DOWN):
        run(part)
