"""Klinik (questions, answers, public FAQ, appointments), Forum Satu Data, notices.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KLINIK = """
CREATE TABLE lppd_question (
    id text PRIMARY KEY,
    year integer NOT NULL,
    number integer NOT NULL,
    owner_org text NOT NULL,
    asker text NOT NULL,
    addressed_to text NOT NULL CHECK (addressed_to IN ('walidata', 'pembina')),
    topic text NOT NULL,
    subject text NOT NULL,
    isian_id text,
    edition text,
    code text,
    cell text,
    state text NOT NULL DEFAULT 'diajukan' CHECK (state IN ('diajukan', 'dijawab', 'selesai')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at timestamptz,
    UNIQUE (year, number),
    CHECK ((edition IS NULL) = (code IS NULL))
);
CREATE INDEX lppd_question_owner ON lppd_question(owner_org, state);
CREATE INDEX lppd_question_state ON lppd_question(state, updated_at);
CREATE INDEX lppd_question_indicator ON lppd_question(edition, code);
CREATE INDEX lppd_question_isian ON lppd_question(isian_id);
CREATE TABLE lppd_question_message (
    id bigserial PRIMARY KEY,
    question_id text NOT NULL REFERENCES lppd_question(id),
    act text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    role text NOT NULL,
    author text NOT NULL,
    body text NOT NULL,
    form_key text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (author, form_key)
);
CREATE INDEX lppd_question_message_question ON lppd_question_message(question_id, id);
CREATE TABLE lppd_faq (
    id bigserial PRIMARY KEY,
    question_id text NOT NULL REFERENCES lppd_question(id),
    version integer NOT NULL,
    shown boolean NOT NULL,
    edition text,
    code text,
    question text NOT NULL,
    answer text NOT NULL,
    author text NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (question_id, version)
);
CREATE INDEX lppd_faq_indicator ON lppd_faq(edition, code);
CREATE TABLE lppd_visit (
    id bigserial PRIMARY KEY,
    visit_id text NOT NULL,
    version integer NOT NULL,
    owner_org text NOT NULL,
    date date NOT NULL,
    place text NOT NULL,
    topic text NOT NULL,
    subject text NOT NULL,
    participants text NOT NULL,
    outcome text NOT NULL DEFAULT '',
    author text NOT NULL,
    role text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (visit_id, version)
);
CREATE INDEX lppd_visit_owner ON lppd_visit(owner_org, date);
"""

# `indicators` is a list of {"edition": ..., "code": ...}, found by containment
FORUM = """
CREATE TABLE lppd_forum_decision (
    id bigserial PRIMARY KEY,
    year integer NOT NULL,
    number integer NOT NULL,
    version integer NOT NULL,
    date date NOT NULL,
    place text NOT NULL,
    members text NOT NULL,
    agenda text NOT NULL,
    decision text NOT NULL,
    indicators jsonb NOT NULL DEFAULT '[]',
    link text NOT NULL DEFAULT '',
    supporting text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    author text NOT NULL,
    role text NOT NULL,
    form_key text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (year, number, version),
    UNIQUE (author, form_key),
    CHECK (version = 1 OR reason <> '')
);
CREATE INDEX lppd_forum_decision_indicators ON lppd_forum_decision
    USING gin (indicators jsonb_path_ops);
"""

# One notice for a person and an event, whoever notices the event first: (user_id, key) is unique.
# `lppd_notice_setting` is also what a sender claims: one mail at a time for one person.
NOTICES = """
CREATE TABLE lppd_notice (
    id bigserial PRIMARY KEY,
    user_id text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    isian_id text,
    question_id text,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at timestamptz,
    mail text NOT NULL DEFAULT 'menunggu' CHECK (mail IN ('menunggu', 'terkirim', 'tidak')),
    mailed_at timestamptz,
    UNIQUE (user_id, key)
);
CREATE INDEX lppd_notice_unread ON lppd_notice(user_id) WHERE read_at IS NULL;
CREATE INDEX lppd_notice_waiting ON lppd_notice(user_id) WHERE mail = 'menunggu';
CREATE INDEX lppd_notice_listed ON lppd_notice(user_id, id DESC);
CREATE TABLE lppd_notice_setting (
    user_id text PRIMARY KEY,
    frequency text NOT NULL DEFAULT 'harian'
        CHECK (frequency IN ('langsung', 'harian', 'mingguan', 'tidak')),
    language text NOT NULL DEFAULT 'id' CHECK (language IN ('id', 'en')),
    muted jsonb NOT NULL DEFAULT '[]',
    last_mail_at timestamptz,
    claimed_until timestamptz,
    failures integer NOT NULL DEFAULT 0,
    retry_at timestamptz
);
"""

APPEND_ONLY_TABLES = (
    "lppd_question_message",
    "lppd_faq",
    "lppd_visit",
    "lppd_forum_decision",
)

DOWN = """
DROP TABLE lppd_notice_setting, lppd_notice, lppd_forum_decision, lppd_visit, lppd_faq,
           lppd_question_message, lppd_question;
"""


def run(sql: str) -> None:
    """Send SQL as it stands: no bind parameters, no doubled percent signs."""
    op.get_bind().connection.cursor().execute(sql)


def upgrade() -> None:
    """Create the tables; records refuse to be changed or removed."""
    run("SET LOCAL lock_timeout = '15s'")
    for part in (KLINIK, FORUM, NOTICES):
        run(part)
    for table in APPEND_ONLY_TABLES:
        run(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lppd_append_only()"
        )


def downgrade() -> None:
    """Remove the tables with everything in them."""
    run("SET LOCAL lock_timeout = '15s'")
    run(DOWN)
