"""The steps of the registration form, one topic each, in the order they are asked. No I/O here."""

from app.kernel.i18n import N_
from app.kernel.steps import FormStep


class Step(FormStep):
    """One page of the form."""

    WHO = "who", N_("Who you are"), N_("Name, kind, and since when. 2 minutes.")
    PAPERS = "papers", N_("What you are on paper"), N_("Registration, or who can vouch for you. 2 minutes.")
    WORK = "work", N_("What you do, and for whom"), N_("Groups, services, languages and access. 2 minutes.")
    PLACES = "places", N_("Where you work"), N_("Your seat, and the areas you work in. 1 minute.")
    REACH = (
        "reach",
        N_("How large you are, and how to reach you"),
        N_("Staff and volunteers, telephone, address. 2 minutes."),
    )
    PEOPLE = "people", N_("Who decides"), N_("The names of those who decide. 1 minute.")
    EVIDENCE = (
        "evidence",
        N_("What you can show"),
        N_("A paper or a sentence for each point of the checklist. 3 minutes."),
    )
    PROMISES = "promises", N_("What you promise"), N_("Nobody is turned away, nobody is harmed. 1 minute.")

    @property
    def live(self) -> bool:
        """Whether a verified organisation changes it by itself, and visitors see it."""
        return self in LIVE - {Step.PEOPLE}


ORDER = tuple(Step)
LIVE = frozenset({Step.WORK, Step.PLACES, Step.REACH, Step.PEOPLE})
"""Steps that a verified organisation changes by itself."""
ASKED_FIRST = frozenset({Step.WHO, Step.PAPERS})
"""Steps in which a new name, kind, number or paper goes to the registrar of a verified organisation first."""
RENEWED = frozenset({Step.WHO, Step.PAPERS, Step.WORK, Step.PLACES, Step.REACH, Step.PEOPLE})
"""Steps that count as done when a renewal begins: what is new are the evidence and the promises."""
