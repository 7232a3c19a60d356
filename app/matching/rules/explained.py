"""Explained: the points of a match as bars with a few plain words, and what would still make it better."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.kernel import i18n
from app.kernel.i18n import _, ngettext
from app.matching.rules.fit import LATER, SOON, Fit, FitFacts
from app.matching.rules.sentences import Lack, Sentence
from app.matching.rules.weights import Factor, WeightSet


@dataclass(frozen=True, slots=True)
class Bar:
    """One factor: its points of the most that it can give, and the same in a few words."""

    factor: Factor
    points: int
    most: int
    words: str

    @property
    def percent(self) -> int:
        return round(100 * self.points / self.most) if self.most else 0


def bars(fit: Fit, facts: FitFacts, weights: WeightSet) -> list[Bar]:
    """A bar for each factor, in the order in which they are always shown."""
    said = in_words(facts)
    return [Bar(factor, points, weights.most(factor), said[factor]) for factor, points in fit.points.items()]


def in_words(facts: FitFacts) -> Mapping[Factor, str]:
    """What each factor found, in the language being spoken: for either side to read."""
    places = ngettext("%(n)s place free", "%(n)s places free", facts.free) % {"n": i18n.number(facts.free)}
    spoken = _("%(n)s of %(all)s") % {
        "n": i18n.number(facts.languages_spoken),
        "all": i18n.number(facts.languages),
    }
    return {
        Factor.CAPACITY: places,
        Factor.GROUP: (_("not yet"), _("people like them"), _("knows them"))[facts.knows_group],
        Factor.SERVICE: (_("not offered"), _("offered"), _("has a programme"))[facts.knows_service],
        Factor.PLACE: (_("not there yet"), _("in the same country"), _("nearby"), _("works there"))[
            facts.nearness
        ],
        Factor.LANGUAGE: spoken if facts.languages else _("not known"),
        Factor.ACCESS: (_("not said"), _("said"), _("checked"))[facts.access],
        Factor.TIME: _time(facts.free_in_days),
        Factor.ASKED_FOR: _("they asked") if facts.asked_for else _("not asked yet"),
    }


def would_help(facts: FitFacts, unspoken: tuple[str, ...]) -> list[Sentence]:
    """What is missing from a match that holds all the same. `unspoken`: names of languages of the place that
    nobody in the organisation speaks.
    """
    missing = [Sentence(Lack.NOT_SPOKEN, {"language": language}) for language in unspoken]
    return missing if facts.access else [*missing, Sentence(Lack.STATE_ACCESS)]


def _time(days: int) -> str:
    if days <= SOON:
        return _("within 30 days")
    return _("within 90 days") if days <= LATER else _("later")
