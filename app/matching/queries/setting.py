"""What every list is worked out with: the words, the languages of places, and the weights in force. One statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.i18n import spoken as spoken_here
from app.matching.rules.profile import Words
from app.matching.rules.weights import WeightSet
from app.needs.rules.facets import Facets


@dataclass(frozen=True)
class Setting:
    """The words, names of services and groups by id, the codes of languages by id and their names by code, and
    the weight set in force today.
    """

    words: Words
    names: Mapping[UUID, str]
    languages: Mapping[UUID, str]
    language_names: Mapping[str, str]
    weights: WeightSet
    today: date


_SETTING = text("""
SELECT
    (SELECT jsonb_agg(jsonb_build_array(id, parent_id, coalesce(names ->> :language, names ->> 'en')))
     FROM term WHERE scheme = 'service'),
    (SELECT jsonb_agg(jsonb_build_array(
         id, parent_id, coalesce(facts ->> 'status', 'any'), coalesce(facts ->> 'sex', 'any'),
         coalesce(facts ->> 'age', 'any'), coalesce(facts ->> 'disability', 'any'),
         coalesce((facts ->> 'at_risk')::boolean, false), coalesce(names ->> :language, names ->> 'en')
     )) FROM term WHERE scheme = 'group'),
    (SELECT jsonb_agg(jsonb_build_array(id, code, coalesce(names ->> :language, names ->> 'en')))
     FROM term WHERE scheme = 'language'),
    (SELECT jsonb_agg(jsonb_build_array(lo, hi, codes)) FROM (
         SELECT area.lo, area.hi, jsonb_agg(term.code) AS codes
         FROM place_language JOIN area ON area.id = place_language.area_id JOIN term ON term.id = place_language.term_id
         GROUP BY area.id
     ) AS spoken),
    (SELECT jsonb_build_array(id, weights) FROM weight_set WHERE in_force_from <= :today
     ORDER BY in_force_from DESC, id DESC LIMIT 1)
""")


async def setting(db: AsyncSession, today: date) -> Setting:
    """Read it all as it stands today."""
    row: Any = (await db.execute(_SETTING, {"today": today, "language": spoken_here().code})).one()
    services, groups, languages, spoken, weights = row
    return Setting(
        words=Words(
            services={UUID(i): UUID(parent) if parent else None for i, parent, _ in services or ()},
            groups={UUID(row[0]): _facets(*row[2:6]) for row in groups or ()},
            group_parents={UUID(i): UUID(parent) if parent else None for i, parent, *_ in groups or ()},
            at_risk=frozenset(UUID(row[0]) for row in groups or () if row[6]),
            languages=tuple((lo, hi, frozenset(codes)) for lo, hi, codes in spoken or ()),
        ),
        names={UUID(row[0]): row[-1] for row in (*(services or ()), *(groups or ()))},
        languages={UUID(i): code for i, code, _ in languages or ()},
        language_names={code: name for _, code, name in languages or ()},
        weights=WeightSet.read(weights[0], weights[1]),
        today=today,
    )


_read: dict[tuple[Any, ...], Facets] = {}


def _facets(*words: str) -> Facets:
    """Read once: the same few hundred combinations come with every page."""
    if words not in _read:
        _read[words] = Facets.read(*words)
    return _read[words]
