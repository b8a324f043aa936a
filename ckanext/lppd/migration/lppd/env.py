"""Alembic environment of the lppd plugin: its own version table in CKAN's database."""

from __future__ import annotations

from logging.config import fileConfig

import click
from alembic import context
from psycopg2.errors import LockNotAvailable
from sqlalchemy import engine_from_config, pool
from sqlalchemy.exc import OperationalError

config = context.config
if config.config_file_name:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

VERSION_TABLE = "lppd_alembic_version"
BUSY = (
    "Tabel basis data sedang dipakai proses lain, jadi migrasi berhenti sesudah 15 detik dan tidak "
    "ada yang berubah. Tunggu sampai portal sepi (atau hentikan web dan worker), lalu ulangi "
    "perintah yang sama."
)


def run_offline() -> None:
    """Write the SQL of the migrations instead of running it."""
    context.configure(
        url=config.get_main_option("sqlalchemy.url"),
        literal_binds=True,
        version_table=VERSION_TABLE,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations over a connection of their own."""
    engine = engine_from_config(
        config.get_section(config.config_ini_section) or {},
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(connection=connection, version_table=VERSION_TABLE)
        try:
            with context.begin_transaction():
                context.run_migrations()
        except (LockNotAvailable, OperationalError) as error:
            cause = getattr(error, "orig", error)
            if not isinstance(cause, LockNotAvailable):
                raise
            raise click.ClickException(BUSY) from error


if context.is_offline_mode():
    run_offline()
else:
    run_online()
