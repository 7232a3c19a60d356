"""What each step of a factor means, in words: for the public page of weights and the form of a new set."""

from collections.abc import Mapping

from app.kernel.i18n import N_, _
from app.matching.rules.weights import Factor

STEP_NAMES: Mapping[Factor, tuple[str, ...]] = {
    Factor.CAPACITY: (
        N_(
            "Free places for a twentieth of the people without, but never for more than 200 of them; for fewer in proportion"
        ),
    ),
    Factor.GROUP: (
        N_("Works with a neighbour group: people who may be in both, or have something in common"),
        N_("Run by the group itself, or has a verified programme for it"),
    ),
    Factor.SERVICE: (N_("Says that it does this"), N_("Has a verified programme for it")),
    Factor.PLACE: (
        N_("Works in the same country"),
        N_("Works in the area around"),
        N_("Already works in the place"),
    ),
    Factor.LANGUAGE: (
        N_(
            "Speaks all languages of the place; for some of them in proportion. Full points where nobody wrote them down"
        ),
    ),
    Factor.ACCESS: (
        N_("Says how people with disabilities can use what it does"),
        N_("Somebody checked it"),
    ),
    Factor.TIME: (N_("Has room within 90 days"), N_("Has room within 30 days")),
    Factor.ASKED_FOR: (N_("The side that answers for the need asked for it"),),
}


def step_names(factor: Factor) -> list[str]:
    """From the lowest step that gives points, in the language being spoken."""
    return [_(name) for name in STEP_NAMES[factor]]
