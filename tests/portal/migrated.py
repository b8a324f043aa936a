"""Databases at every revision of the plugin, each with rows made at that revision or before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg2
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg2.extensions import cursor as Cursor
from sqlalchemy import event
from sqlalchemy.engine import Engine

import ckanext.lppd
from tests.portal.services import Postgres

FOLDER = Path(ckanext.lppd.__file__).parent / "migration" / "lppd"
REVISIONS = sorted(rev.revision for rev in ScriptDirectory(str(FOLDER)).walk_revisions())
SHA = "a" * 64

# Revision -> rows that a portal at that revision may hold, in the words of its own tables.
ROWS: dict[str, str] = {
    "0001": f"""
        INSERT INTO lppd_edition (code, title, status, data, sha256)
            VALUES ('x', 'Edisi', 'terverifikasi', '{{}}', '{SHA}');
        INSERT INTO lppd_indicator (edition, code, position, data)
            VALUES ('x', '1.a', 1, '{{"urusan": "Kesehatan"}}');
        INSERT INTO lppd_organization (group_id, role) VALUES ('org-w', 'walidata');
        INSERT INTO package (id, name, title, type, state, private, owner_org) VALUES
            ('pub-1', 'pub-1', 'Terbit', 'indikator-lppd', 'active', true, 'org-1'),
            ('draf-1', 'draf-1', 'Draf', 'data-sektoral', 'active', true, 'org-1'),
            ('biasa-1', 'biasa-1', 'Biasa', 'dataset', 'active', false, 'org-3');
        INSERT INTO resource (id, package_id, url, url_type, state, position, extras) VALUES
            ('res-1', 'pub-1', 'a.csv', 'upload', 'active', 0,
             '{{"sha256": "{SHA}", "schema_sha256": "{SHA}", "peran": "capaian"}}'),
            ('res-2', 'draf-1', 'b.csv', 'upload', 'active', 0, '{{}}');
        INSERT INTO tag (id, name) VALUES ('tag-1', 'penduduk');
        INSERT INTO package_tag (id, package_id, tag_id, state)
            VALUES ('pt-1', 'pub-1', 'tag-1', 'active');
        INSERT INTO lppd_isian
                (id, kind, edition, code, year, owner_org, package_id, state, last_editor) VALUES
            ('isian-1', 'indikator', 'x', '1.a', 2024, 'org-1', 'pub-1', 'terpublikasi', 'u-p'),
            ('isian-2', 'sektoral', NULL, NULL, NULL, 'org-1', 'draf-1', 'draf', 'u-p'),
            ('isian-3', 'indikator', 'x', '1.a', 2023, 'org-1', NULL, 'belum_diisi', NULL);
        INSERT INTO lppd_verdict (id, package_id, resource_id, sha256, schema_sha256, engine,
                                  valid, report, created_by)
            VALUES ('v-1', 'pub-1', 'res-1', '{SHA}', '{SHA}', 'uji', true, '{{}}', 'u-p');
        INSERT INTO lppd_transition (isian_id, package_id, act, from_state, to_state, role, actor,
                                     note, manifest) VALUES
            ('isian-1', 'pub-1', 'isi', 'belum_diisi', 'draf', 'produsen', 'u-p', NULL, NULL),
            ('isian-1', 'pub-1', 'setujui', 'menunggu_walidata', 'disetujui', 'walidata', 'u-w',
             'baik', lppd_manifest('pub-1')),
            ('isian-2', 'draf-1', 'isi', 'belum_diisi', 'draf', 'produsen', 'u-p', NULL, NULL);
        INSERT INTO lppd_release (id, package_id, isian_id, version, manifest, content, verdict_ids,
                                  approved_by, published_by)
            VALUES ('rel-1', 'pub-1', 'isian-1', 1, lppd_manifest('pub-1'), '{{"resources": []}}',
                    '["v-1"]', 'u-w', 'u-w');
        INSERT INTO lppd_current_release (package_id, release_id, manifest)
            VALUES ('pub-1', 'rel-1', lppd_manifest('pub-1'));
        INSERT INTO lppd_observation (release_id, package_id, edition, code, year, region, part,
                                      value, value_text, unit)
            VALUES ('rel-1', 'pub-1', 'x', '1.a', 2024, '12.71', 'capaian', 61.73, '61.73', '%');
        UPDATE package SET private = false WHERE id = 'pub-1';
    """,
    "0002": """
        INSERT INTO package (id, name, title, type, state, private, owner_org) VALUES
            ('war-1', 'war-1', 'Warisan', 'dataset', 'active', false, 'org-2'),
            ('lama-1', 'lama-1', 'Lama', 'dataset', 'active', true, 'org-2');
        INSERT INTO lppd_scope_log (act, group_id, actor, reason)
            VALUES ('daftarkan', 'org-2', 'u-s', 'percobaan');
        INSERT INTO lppd_enrolled_org (group_id, enrolled_by) VALUES ('org-2', 'u-s');
        INSERT INTO lppd_governed_dataset (package_id, why, group_id, warisan, manifest) VALUES
            ('war-1', 'terdaftar', 'org-2', true, lppd_manifest('war-1')),
            ('lama-1', 'terdaftar', 'org-2', false, NULL);
        INSERT INTO package (id, name, title, type, state, private, owner_org)
            VALUES ('baru-1', 'baru-1', 'Baru', 'dataset', 'active', true, 'org-2');
    """,
    "0003": """
        INSERT INTO lppd_contributor (isian_id, part, owner_org)
            VALUES ('isian-3', 'pembilang', 'org-2');
        INSERT INTO lppd_part_value (isian_id, part, region, value, entered_by)
            VALUES ('isian-3', 'pembilang', '12.71', 12.50, 'u-k');
        INSERT INTO lppd_assignment_upload (id, edition, year, filename, rows, findings, created_by)
            VALUES ('unggah-1', 'x', 2024, 'tugas.xlsx', '[]', '[]', 'u-w');
        UPDATE lppd_isian SET state = 'nihil', declaration = 'nihil' WHERE id = 'isian-3';
    """,
    "0004": """
        INSERT INTO lppd_question (id, year, number, owner_org, asker, addressed_to, topic, subject)
            VALUES ('tanya-1', 2024, 1, 'org-1', 'u-p', 'walidata', 'isi', 'Penyebut');
        INSERT INTO lppd_question_message
                (question_id, act, from_state, to_state, role, author, body)
            VALUES ('tanya-1', 'tanya', 'baru', 'diajukan', 'produsen', 'u-p', 'Apa penyebutnya?');
        INSERT INTO lppd_faq (question_id, version, shown, question, answer, author, role)
            VALUES ('tanya-1', 1, true, 'Penyebut?', 'Penduduk.', 'u-w', 'walidata');
        INSERT INTO lppd_visit (visit_id, version, owner_org, date, place, topic, subject,
                                participants, author, role)
            VALUES ('temu-1', 1, 'org-1', '2024-02-01', 'Kantor', 'isi', 'Penyebut', 'Dua orang',
                    'u-w', 'walidata');
        INSERT INTO lppd_forum_decision (year, number, version, date, place, members, agenda,
                                         decision, author, role)
            VALUES (2024, 1, 1, '2024-02-01', 'Kantor', 'Semua', 'Kode', 'Sepakat', 'u-w',
                    'walidata');
        INSERT INTO lppd_notice (user_id, kind, key) VALUES ('u-p', 'kembali', 'k-1');
        INSERT INTO lppd_notice_setting (user_id) VALUES ('u-p');
    """,
    "0005": f"""
        INSERT INTO lppd_bukti
                (id, isian_id, title, document, filename, mimetype, size, sha256, created_by)
            VALUES ('bukti-1', 'isian-1', 'SK', 'sk', 'sk.pdf', 'application/pdf', 9, '{SHA}',
                    'u-p');
        INSERT INTO lppd_bukti_hapus (bukti_id, isian_id, removed_by)
            VALUES ('bukti-1', 'isian-1', 'u-p');
        INSERT INTO lppd_note (id, isian_id, kind, target, body, role, created_by)
            VALUES ('catatan-1', 'isian-1', 'sel', 'C4', 'Periksa lagi', 'walidata', 'u-w');
        INSERT INTO lppd_note_done (note_id, done_by) VALUES ('catatan-1', 'u-p');
        INSERT INTO lppd_file_version
                (isian_id, resource_id, sha256, filename, size, how, created_by)
            VALUES ('isian-1', 'res-1', '{SHA}', 'a.csv', 9, 'unggah', 'u-p');
        INSERT INTO lppd_claim (isian_id, role, user_id) VALUES ('isian-1', 'walidata', 'u-w');
    """,
    "0007": f"""
        INSERT INTO lppd_datastore_table (sha256, schema_sha256, name, rows)
            VALUES ('{SHA}', '{SHA}', 'lppd_tabel_x', 21);
    """,
    "0009": "INSERT INTO lppd_index_behind (package_id) VALUES ('draf-1')",
}
# Revision -> a table that its upgrade, and one that its downgrade, needs for itself.
BUSY: dict[str, tuple[str | None, str]] = {
    "0001": ("package", "package"),
    "0002": ("package", "package"),
    "0003": ("lppd_isian", "lppd_isian"),
    "0004": (None, "lppd_question"),  # new tables alone
    "0005": ("lppd_transition", "lppd_transition"),
    "0006": ("resource", "resource"),
    "0007": (None, "lppd_datastore_table"),  # a new table alone
    "0008": ("lppd_notice_setting", "lppd_notice_setting"),
    "0009": (None, "lppd_index_behind"),  # a new table alone
    "0010": ("lppd_transition", "lppd_transition"),
}
COLUMNS = (
    "SELECT table_name || '.' || column_name, data_type || ' ' || is_nullable || ' ' || "
    "coalesce(column_default, '') || coalesce(generation_expression, '') "
    "FROM information_schema.columns WHERE table_schema = 'public'"
)
TRIGGERS = (
    "SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) || t.tgenabled::text "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND t.tgname LIKE 'lppd%'"
)
FUNCTIONS = (
    "SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p "
    "WHERE p.proname LIKE 'lppd%' AND p.pronamespace = 'public'::regnamespace"
)
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
CONSTRAINTS = (
    "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype <> 't'"
)


class Impatient(Cursor):
    """A cursor that waits a moment where a migration would wait for its `lock_timeout`."""

    asked: ClassVar[list[str]] = []

    def execute(self, query: Any, vars: Any = None) -> None:
        """Run a statement; one that sets the time to wait sets a short one."""
        if "lock_timeout" in str(query):
            self.asked.append(str(query))
            query = "SET LOCAL lock_timeout = '100ms'"
        super().execute(query, vars)


@contextmanager
def impatient() -> Iterator[list[str]]:
    """Have every new connection wait a moment only; give what was asked for instead."""

    def connect(dialect: Any, record: Any, args: Any, options: dict[str, Any]) -> None:
        options["cursor_factory"] = Impatient

    Impatient.asked = []
    event.listen(Engine, "do_connect", connect)
    try:
        yield Impatient.asked
    finally:
        event.remove(Engine, "do_connect", connect)


class Database:
    """A database of the cluster, made as a copy of another one."""

    def __init__(self, server: Postgres, name: str, template: str) -> None:
        self.server, self.name = server, name
        self.url = server.url.rsplit("/", 1)[0] + f"/{name}"
        self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def _on_server(self, statement: str) -> None:
        other = psycopg2.connect(self.server.url.rsplit("/", 1)[0] + "/postgres")
        other.autocommit = True
        try:
            other.cursor().execute(statement)
        finally:
            other.close()

    def drop(self) -> None:
        """Remove it."""
        self._on_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """Give a connection; what is not committed is undone."""
        opened = psycopg2.connect(self.url)
        try:
            yield opened
        finally:
            opened.close()

    def run(self, statement: str) -> list[Any]:
        """Run statements and commit; return the rows of the last one."""
        with self.connection() as opened:
            cursor = opened.cursor()
            cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            opened.commit()
        return rows

    def migrate(self, revision: str, *, forward: bool) -> None:
        """Run the plugin's migrations to this revision (`base` is none of them)."""
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.set_main_option("sqlalchemy.url", self.url)
        (command.upgrade if forward else command.downgrade)(config, revision)

    def revision(self) -> str:
        """Return where the migrations stand."""
        return str(self.run("SELECT version_num FROM lppd_alembic_version")[0][0])

    def schema(self) -> dict[str, dict[str, str]]:
        """Return columns, triggers, functions, indexes and constraints by name."""
        asked = {
            "columns": COLUMNS,
            "triggers": TRIGGERS,
            "functions": FUNCTIONS,
            "indexes": INDEXES,
            "constraints": CONSTRAINTS,
        }
        return {what: dict(self.run(statement)) for what, statement in asked.items()}

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of every table of ours, and of CKAN's that the rows above are in."""
        names = self.run(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            "'public'::regnamespace AND (relname LIKE 'lppd%' OR relname IN "
            "('package', 'resource', 'tag', 'package_tag')) "
            "AND relname NOT IN ('lppd_alembic_version', 'lppd_validation_alembic_version')"
        )
        return {
            name: [row[0] for row in self.run(f"SELECT to_jsonb(t) FROM {name} t ORDER BY t::text")]
            for (name,) in names
        }

    def truths(self) -> dict[str, Any]:
        """Return what must be the same at every revision: what is released, what is tampered."""
        return {
            "released": self.run("SELECT id, lppd_released(id) FROM package ORDER BY id"),
            "broken chain": self.run(
                "SELECT id FROM lppd_transition t "
                "WHERE hash IS DISTINCT FROM lppd_transition_hash(to_jsonb(t), t.created_at)"
            ),
        }

    def refuses(self, statement: str) -> bool:
        """Tell whether the database refuses a statement at its commit."""
        try:
            self.run(statement)
        except psycopg2.errors.CheckViolation:
            return True
        return False


def at_each_revision(server: Postgres) -> None:
    """Make `at_base`, `at_0001` ... from the portal's tables, with the rows of each revision."""
    # the cluster's first database is a copy of the portal at the newest revision
    first = Database(server, "bertahap", "salinan")
    first.migrate("base", forward=False)
    Database(server, "at_base", first.name)
    for revision in REVISIONS:
        first.migrate(revision, forward=True)
        if revision in ROWS:
            first.run(ROWS[revision])
        Database(server, f"at_{revision}", first.name)


def before(revision: str) -> str:
    """Return the revision before this one, `base` before the first."""
    position = REVISIONS.index(revision)
    return REVISIONS[position - 1] if position else "base"
