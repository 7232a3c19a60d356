"""Alembic's entry: runs the migrations on the database it is given, one process at a time."""

from alembic import context
from sqlalchemy import create_engine, text

from app.tables import metadata

MIGRATING = 7_215_004  # an advisory lock's number; any, as long as it stays the same


def run() -> None:
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, connect_args={"options": "-c lock_timeout=4s -c TimeZone=UTC"})
    with engine.connect() as connection:
        connection.execute(text("SET lock_timeout = 0"))
        connection.execute(text(f"SELECT pg_advisory_lock({MIGRATING})"))
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, compare_server_default=False)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
