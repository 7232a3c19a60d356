"""What the importer knows about the world while it reads: areas, services, organisations, and earlier answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.exchange.values.areas import AreaIndex
from app.exchange.values.sectors import ServiceIndex
from app.organisations.rules.recognition import Index


class Choice(StrEnum):
    """What a person decided about a value."""

    RECORD = "record"
    """It means the record of the answer."""
    IGNORE = "ignore"
    """It counts as blank."""
    CREATE = "create"
    """It is none of the candidates: a new one of its kind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`record` is the code or id that the value means, for RECORD."""

    choice: Choice
    record: str = ""


Answers = Mapping[tuple[str, str], Answer]
"""By field (organisation, sector, area, status, role, group, type) and folded value. The value of an area is
its names or codes from the top down, each folded, joined by " > "."""


@dataclass(frozen=True, slots=True)
class Lookups:
    """Handed to every step; made once an import. `organisations` has ids as text and countries as alpha-3 codes."""

    areas: AreaIndex
    services: ServiceIndex
    organisations: Index[str] = field(default_factory=Index[str])
