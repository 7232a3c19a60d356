"""A database with the areas of the world and the vocabulary in it, of a test's own."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.kernel.database import open_engine, sessions
from tests.databases import TestServer


@pytest.fixture
async def register(
    server: TestServer, worker: str, reference_data: str
) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions on a copy of it, which really commit; nobody is registered there."""
    name = f"{worker}_register"
    own = open_engine(server.clone(name, reference_data), pool=8, statement_seconds=300)
    yield sessions(own)
    await own.dispose()
    server.drop(name)
