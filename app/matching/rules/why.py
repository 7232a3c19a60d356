"""Why: the points of a match, each with the sentence that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.matching.rules.fit import LATER, SOON, FitFacts
from app.matching.rules.sentences import Say, Sentence, room, speaks
from app.matching.rules.weights import Factor


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in the language of the page."""

    group: str
    service: str
    area: str
    parent: str
    country: str
    languages: tuple[str, ...] = ()
    """Those of the place that the partner speaks."""
    asker: str = ""


def why(facts: FitFacts, names: Names) -> Mapping[Factor, Sentence]:
    """A sentence for each factor that there is something to say about."""
    place: dict[int, Sentence] = {
        3: Sentence(Say.WORKS_HERE, {"area": names.area}),
        2: Sentence(Say.WORKS_NEARBY, {"parent": names.parent}),
        1: Sentence(Say.WORKS_IN_COUNTRY, {"country": names.country}),
    }
    group = {step: Sentence(say, {"group": names.group}) for step, say in _GROUP.items()}
    said = {
        Factor.CAPACITY: room(facts.free, service=names.service) if facts.free else None,
        Factor.GROUP: group.get(facts.knows_group),
        Factor.SERVICE: Sentence(Say.KNOWS_SERVICE, {"service": names.service})
        if facts.knows_service == _VERIFIED
        else None,
        Factor.PLACE: place.get(facts.nearness),
        Factor.LANGUAGE: speaks(names.languages) if names.languages else None,
        Factor.ACCESS: Sentence(_ACCESS[facts.access]) if facts.access else None,
        Factor.TIME: _time(facts.free_in_days),
        Factor.ASKED_FOR: Sentence(Say.ASKED_FOR, {"asker": names.asker}) if facts.asked_for else None,
    }
    return {factor: sentence for factor, sentence in said.items() if sentence}


_VERIFIED = 2
_GROUP: Mapping[int, Say] = {2: Say.KNOWS_GROUP, 1: Say.KNOWS_NEIGHBOUR_GROUP}
_ACCESS: Mapping[int, Say] = {2: Say.ACCESS_CHECKED, 1: Say.ACCESS_STATED}


def _time(free_in_days: int) -> Sentence | None:
    if free_in_days > LATER:
        return None
    return Sentence(Say.FREE_SOON if free_in_days <= SOON else Say.FREE_LATER)
