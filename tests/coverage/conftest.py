import pytest

from tests.coverage.field import Field


@pytest.fixture
async def field(db, world) -> Field:
    """A small country with two services, and the groups of tests.coverage.places."""
    return await Field(db, world).begin("HEA", "EDU")
