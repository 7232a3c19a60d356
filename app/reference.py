"""Reference data: the areas of the world and the words of the vocabulary, put into a database after its migrations."""

from dataclasses import dataclass

from app.coverage.service.follow import follow_noted
from app.kernel.database import open_engine, sessions, transaction
from app.places.service.loading import load_places
from app.vocabulary.service.loading import load_vocabulary

SECONDS = 300
"""The most that one statement of a first load may take."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was new. `renumbered`: areas moved, and coverage follows them."""

    areas: int
    entries: int
    renumbered: bool


async def prepare(url: str) -> Prepared:
    """Take in what the program's files have and this database hasn't. Two processes may do it at once."""
    engine = open_engine(url, pool=1, statement_seconds=SECONDS)
    try:
        async with transaction(sessions(engine)) as db:
            places = await load_places(db)
            await follow_noted(db)
        async with transaction(sessions(engine)) as db:
            words = await load_vocabulary(db)
    finally:
        await engine.dispose()
    return Prepared(places.added + places.changed, words.added + words.changed, places.renumbered)
