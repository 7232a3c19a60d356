import pytest

from tests.matching.rows import Rows
from tests.worlds import World


@pytest.fixture
async def rows(world: World) -> Rows:
    made = Rows(world)
    await made.words()
    return made
