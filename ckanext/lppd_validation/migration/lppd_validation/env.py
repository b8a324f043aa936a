"""Alembic environment of the lppd_validation plugin: its own version table in CKAN's database."""

from __future__ import annotations

from logging.config import fileConfig

from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
if config.config_file_name:
    fileConfig(config.config_file_name, disable_existing_loggers=False)

VERSION_TABLE = "lppd_validation_alembic_version"


def run_online() -> None:
    """Run the migrations over a connection of their own."""
    engine = engine_from_config(
        config.get_section(config.config_ini_section) or {},
        prefix="sqlalchemy.",
        poolclass=pool.NullPool,
    )
    with engine.connect() as connection:
        context.configure(connection=connection, version_table=VERSION_TABLE)
        with context.begin_transaction():
            context.run_migrations()


# Offline mode is not offered: adopting a table needs a look at the database.
run_online()
