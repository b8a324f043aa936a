"""One condition for every guard, proof behind each release, no TRUNCATE, no shadowed names.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Added to what 0001 hashes: the organisation that answers for the data, the further columns of CKAN
# that a page or the API shows, and the keywords. Empty ones are left out.
MANIFEST = """
CREATE OR REPLACE FUNCTION lppd_manifest(pid text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        (SELECT jsonb_build_array(p.id, p.name, p.title, p.notes, p.license_id, p.type)::text
                || jsonb_strip_nulls(jsonb_build_object(
                       'owner_org', nullif(p.owner_org, ''), 'author', nullif(p.author, ''),
                       'author_email', nullif(p.author_email, ''),
                       'maintainer', nullif(p.maintainer, ''),
                       'maintainer_email', nullif(p.maintainer_email, ''),
                       'url', nullif(p.url, ''), 'version', nullif(p.version, ''),
                       'tags', (SELECT jsonb_agg(t.name ORDER BY t.name COLLATE "C", t.id)
                                  FROM package_tag pt JOIN tag t ON t.id = pt.tag_id
                                 WHERE pt.package_id = p.id AND pt.state = 'active')))::text
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
"""

# `lppd_unreleased` is the only place that says when a dataset must not be as it is.
GUARDS = """
CREATE OR REPLACE FUNCTION lppd_is_open(pid text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM package p WHERE p.id = pid AND p.state = 'active'
                      AND p.private IS NOT TRUE AND lppd_governs(p.id, p.type))
$$;
CREATE OR REPLACE FUNCTION lppd_unreleased(pid text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT lppd_is_open(pid) AND NOT lppd_released(pid)
$$;
CREATE OR REPLACE FUNCTION lppd_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'lppd: %', what USING ERRCODE = 'check_violation', CONSTRAINT = 'lppd_gate';
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_package() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.type IS DISTINCT FROM OLD.type
       AND (lppd_governs(OLD.id, OLD.type) OR lppd_governed(NEW.type)) THEN
        PERFORM lppd_refuse(format('the type of dataset %s cannot change', NEW.id));
    END IF;
    -- the row is read again: deferred to the commit, only its last state counts
    IF lppd_unreleased(NEW.id) THEN
        PERFORM lppd_refuse(format('dataset %s has no release for its content', NEW.id));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_content() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pid text := CASE WHEN TG_OP = 'DELETE' THEN OLD.package_id ELSE NEW.package_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.package_id IS DISTINCT FROM OLD.package_id
       AND EXISTS (SELECT 1 FROM package q WHERE q.id IN (OLD.package_id, NEW.package_id)
                                             AND lppd_governs(q.id, q.type)) THEN
        PERFORM lppd_refuse(format('%s %s cannot move to another dataset', TG_TABLE_NAME, NEW.id));
    END IF;
    -- FOR SHARE closes the race of an upload against a publish: one of the two waits for the other
    PERFORM 1 FROM package WHERE id = pid FOR SHARE;
    IF lppd_unreleased(pid) THEN
        PERFORM lppd_refuse(format('%s of public dataset %s is frozen', TG_TABLE_NAME, pid));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_tag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM package_tag pt WHERE pt.tag_id = NEW.id
                  AND pt.state = 'active' AND lppd_unreleased(pt.package_id)) THEN
        PERFORM lppd_refuse(format('tag %s is used by a public dataset', NEW.name));
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION lppd_guard_current_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF lppd_unreleased(OLD.package_id) THEN
        PERFORM lppd_refuse(format('dataset %s is public and needs its release', OLD.package_id));
    END IF;
    RETURN NULL;
END $$;
"""

# A release may only be pointed at with everything on record that it claims: the content as it is,
# a valid verdict for each active file under its schema, and the approval of that content by
# somebody who was not its last editor. Not deferrable: the copy of a revision is still there.
# What was inherited has no verdict and no approval; its proof is the content recorded when its
# organisation was enrolled, which is never changed (0002).
PROOF = """
CREATE OR REPLACE FUNCTION lppd_guard_proof() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r lppd_release%ROWTYPE;
BEGIN
    SELECT * INTO r FROM lppd_release WHERE id = NEW.release_id AND package_id = NEW.package_id
       AND manifest = NEW.manifest AND manifest = lppd_manifest(NEW.package_id);
    IF NOT FOUND THEN
        PERFORM lppd_refuse(format('release %s is not of this content', NEW.release_id));
    END IF;
    IF (r.content ->> 'warisan')::boolean AND EXISTS (
        SELECT 1 FROM lppd_governed_dataset g
         WHERE g.package_id = NEW.package_id AND g.manifest = NEW.manifest) THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM resource f WHERE f.package_id = NEW.package_id
                      AND f.state = 'active')
       OR EXISTS (SELECT 1 FROM resource f WHERE f.package_id = NEW.package_id
                     AND f.state = 'active' AND NOT EXISTS (
                         SELECT 1 FROM lppd_verdict v
                          WHERE v.valid AND v.resource_id = f.id AND r.verdict_ids ? v.id
                            AND v.sha256 = (f.extras::jsonb) ->> 'sha256'
                            AND v.schema_sha256 = (f.extras::jsonb) ->> 'schema_sha256')) THEN
        PERFORM lppd_refuse(format('a file of dataset %s has no valid verdict', NEW.package_id));
    END IF;
    IF NOT EXISTS (SELECT 1 FROM lppd_transition t WHERE t.act = 'setujui'
                      AND t.actor = r.approved_by
                      AND (t.isian_id = r.isian_id AND t.manifest = r.manifest
                           OR t.isian_id IN (SELECT i.id FROM lppd_isian i
                                              WHERE i.parent_id = r.isian_id)))
       OR EXISTS (SELECT 1 FROM lppd_isian i WHERE i.id = r.isian_id
                     AND i.last_editor = r.approved_by) THEN
        PERFORM lppd_refuse(format('release %s was not approved', NEW.release_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lppd_gate_proof AFTER INSERT OR UPDATE ON lppd_current_release
    FOR EACH ROW EXECUTE FUNCTION lppd_guard_proof();
"""

TRUNCATE = """
CREATE OR REPLACE FUNCTION lppd_guard_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filled boolean;
BEGIN
    IF TG_TABLE_NAME LIKE 'lppd%' THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.%I)', TG_TABLE_SCHEMA, TG_TABLE_NAME)
           INTO filled;
    ELSE
        SELECT EXISTS (SELECT 1 FROM package p WHERE lppd_is_open(p.id)) INTO filled;
    END IF;
    IF filled THEN
        PERFORM lppd_refuse(format('table %s is never emptied', TG_TABLE_NAME));
    END IF;
    RETURN NULL;
END $$;
"""

# Row triggers of 0001 that the merged function takes over, and tags, which had none.
CONTENT_TRIGGERS = {
    "resource": "lppd_gate_resource",
    "package_extra": "lppd_gate_extra",  # 2.11 only; 2.12 keeps extras in `package`
    "package_tag": "lppd_gate_package_tag",
}
NEVER_EMPTIED = (
    "lppd_current_release",
    "lppd_verdict",
    "lppd_transition",
    "lppd_release",
    "lppd_observation",
    "resource",
    "package_extra",
    "package_tag",
)
# Names are looked up in the schema of the tables alone: neither a temporary table nor a schema of
# somebody's own can stand in their place. `lppd_governed` reads no table and stays inlined.
PIN = """
DO $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p
              WHERE p.pronamespace = current_schema()::regnamespace
                AND p.proname LIKE 'lppd\\_%' AND p.proname <> 'lppd_governed' LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp',
                       f, current_schema());
    END LOOP;
END $$;
"""
UNPIN = PIN.replace(
    """'ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp',
                       f, current_schema());""",
    "'ALTER FUNCTION %s RESET search_path', f);",
)

# What was public stays public: its pointer, and what was inherited, take the new hash of the
# unchanged content.
REMEMBER = """
CREATE TEMP TABLE lppd_was_released ON COMMIT DROP AS
    SELECT package_id FROM lppd_current_release WHERE manifest = lppd_manifest(package_id);
CREATE TEMP TABLE lppd_was_inherited ON COMMIT DROP AS
    SELECT package_id FROM lppd_governed_dataset WHERE manifest = lppd_manifest(package_id);
"""
REHASH = """
UPDATE lppd_current_release SET manifest = lppd_manifest(package_id)
 WHERE package_id IN (SELECT package_id FROM lppd_was_released);
ALTER TABLE lppd_governed_dataset DISABLE TRIGGER lppd_scope_guard;
UPDATE lppd_governed_dataset SET manifest = lppd_manifest(package_id)
 WHERE package_id IN (SELECT package_id FROM lppd_was_inherited);
-- the guards on both wait for the commit; PostgreSQL alters no table while one is waiting
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE lppd_governed_dataset ENABLE TRIGGER lppd_scope_guard;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def exists(table: str) -> bool:
    """Tell whether this CKAN has the table."""
    return bool(op.get_bind().exec_driver_sql(f"SELECT to_regclass('{table}')").scalar())


def guard(table: str, trigger: str, function: str) -> None:
    """Put a deferrable row trigger on a table, in the place of one of the same name."""
    run(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
    run(
        f"CREATE CONSTRAINT TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def upgrade() -> None:
    """Merge the guards, ask for proof, refuse TRUNCATE, pin names; published data stays public."""
    run("SET LOCAL lock_timeout = '15s'")
    run(REMEMBER)
    run(MANIFEST + GUARDS)
    for table, trigger in CONTENT_TRIGGERS.items():
        if exists(table):
            guard(table, trigger, "lppd_guard_content")
    run("DROP FUNCTION IF EXISTS lppd_guard_resource, lppd_guard_extra")
    run(
        "CREATE CONSTRAINT TRIGGER lppd_gate_tag AFTER UPDATE ON tag "
        "DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION lppd_guard_tag()"
    )
    run(REHASH)
    run(PROOF + TRUNCATE)
    for table in NEVER_EMPTIED:
        if exists(table):
            run(
                f"CREATE TRIGGER lppd_gate_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION lppd_guard_truncate()"
            )
    run(PIN)


def downgrade() -> None:
    """Go back to the guards of 0002; published data stays public."""
    run("SET LOCAL lock_timeout = '15s'")
    script = op.get_context().opts["script"]
    first, second = (script.get_revision(number).module for number in ("0001", "0002"))
    for table in NEVER_EMPTIED:
        if exists(table):
            run(f"DROP TRIGGER lppd_gate_truncate ON {table}")
    run(UNPIN)
    run(REMEMBER)
    run("DROP TRIGGER lppd_gate_proof ON lppd_current_release")
    run("DROP TRIGGER lppd_gate_tag ON tag")
    run("DROP TRIGGER lppd_gate_package_tag ON package_tag")
    # 0001 redefines what counts as released too; 0002 then says it with what was inherited
    run(first.MANIFEST + second.gate(second.BY_DATASET) + second.RELEASED_NOW)
    guard("resource", "lppd_gate_resource", "lppd_guard_resource")
    if exists("package_extra"):
        guard("package_extra", "lppd_gate_extra", "lppd_guard_extra")
    run(REHASH)
    run(
        "DROP FUNCTION lppd_guard_content, lppd_guard_tag, lppd_guard_proof, "
        "lppd_guard_truncate, lppd_unreleased, lppd_is_open, lppd_refuse"
    )
