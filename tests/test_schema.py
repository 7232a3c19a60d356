"""The database is what the models say: same tables, same names, and each table says where it would lie."""

import re
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from app.kernel import migrations
from app.tables import metadata

PLACEMENTS = re.compile(r"shared|local|by: \w+")


@pytest.fixture(scope="module")
def connection(engine) -> Connection:
    own = create_engine(engine.url)
    with own.connect() as opened:
        yield opened
    own.dispose()


def _ours(name: str | None) -> bool:
    return not (name or "").startswith(("procrastinate_", "alembic_"))


def test_migrations_make_what_the_models_say(connection):
    context = MigrationContext.configure(connection, opts={"include_object": lambda o, name, *_: _ours(name)})
    assert compare_metadata(context, metadata) == []


def test_every_constraint_has_the_name_of_its_model(connection):
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype IN ('c', 'p', 'u', 'f', 'x') "
            "AND connamespace = 'public'::regnamespace"
        )
    )
    in_database = {name for table, name in found if _ours(table.strip('"'))}
    in_models = {_name(constraint) for table in metadata.tables.values() for constraint in table.constraints}
    assert in_database == in_models


def _name(constraint: Any) -> str:
    """The name as the database has it: conventions applied, cut at 63 bytes as PostgreSQL and SQLAlchemy do."""
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect().identifier_preparer.format_constraint(constraint).strip('"')


def test_every_table_says_where_it_would_lie():
    for table in metadata.tables.values():
        assert PLACEMENTS.fullmatch(table.info.get("placement", "")), table.name


def test_a_table_that_would_be_distributed_has_its_column_in_every_key():
    for table in metadata.tables.values():
        if (column := table.info["placement"].removeprefix("by: ")) == table.info["placement"]:
            continue
        assert not table.c[column].nullable, table.name
        assert column in table.primary_key.columns, table.name
        for constraint in table.constraints:
            if type(constraint).__name__ == "UniqueConstraint":
                assert column in constraint.columns, constraint.name


def test_what_every_node_has_never_points_to_what_only_one_has():
    placement = {table.name: table.info["placement"] for table in metadata.tables.values()}
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            target = placement[key.column.table.name]
            if placement[table.name] in {"shared", "local"}:
                assert target == "shared" or target == placement[table.name], (table.name, key.column)


def test_no_trigger_carries_a_rule(connection):
    found = connection.execute(text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"))
    assert [table for (table,) in found if _ours(table)] == []


def test_the_history_is_one_line_that_can_be_walked_back_and_forth(server, worker):
    assert len(ScriptDirectory.from_config(migrations.config()).get_heads()) == 1
    url = server.clone(f"{worker}_history")
    # The first migration stays: it says in itself why the queue's tables are not taken away.
    command.downgrade(migrations.config(url), "0001_kernel")
    migrations.migrate(url)
    server.drop(f"{worker}_history")


def test_every_extension_is_one_that_an_owner_may_create(connection):
    found = connection.execute(text("SELECT extname FROM pg_extension"))
    assert {name for (name,) in found} == {"plpgsql", "btree_gist", "pg_trgm"}
