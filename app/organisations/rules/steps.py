"""The steps of the registration form, one topic each, in the order they are asked. No I/O here."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from app.kernel.i18n import N_, _


class Step(StrEnum):
    """One page of the form; the value is its address."""

    WHO = "who"
    PAPERS = "papers"
    WORK = "work"
    PLACES = "places"
    REACH = "reach"
    PEOPLE = "people"
    PROMISES = "promises"

    @property
    def heading(self) -> str:
        return _(TITLES[self])

    @property
    def hint(self) -> str:
        return _(HINTS[self])

    @property
    def number(self) -> int:
        return ORDER.index(self) + 1


ORDER = tuple(Step)
TITLES: Mapping[Step, str] = {
    Step.WHO: N_("Who you are"),
    Step.PAPERS: N_("What you are on paper"),
    Step.WORK: N_("What you do, and for whom"),
    Step.PLACES: N_("Where you work"),
    Step.REACH: N_("How large you are, and how to reach you"),
    Step.PEOPLE: N_("Who decides"),
    Step.PROMISES: N_("What you promise"),
}
HINTS: Mapping[Step, str] = {
    Step.WHO: N_("Name, kind, and since when. 2 minutes."),
    Step.PAPERS: N_("Registration, or who can vouch for you. 2 minutes."),
    Step.WORK: N_("Groups, services, languages and access. 2 minutes."),
    Step.PLACES: N_("Your seat, and the areas you work in. 1 minute."),
    Step.REACH: N_("Staff and volunteers, telephone, address. 2 minutes."),
    Step.PEOPLE: N_("The names of those who decide. 1 minute."),
    Step.PROMISES: N_("Nobody is turned away, nobody is harmed. 1 minute."),
}


def next_step(done: Collection[str], after: Step | None = None) -> Step | None:
    """The first step not done, looking from `after` on and then from the beginning; None when all are done."""
    begin = ORDER.index(after) + 1 if after else 0
    return next((step for step in (*ORDER[begin:], *ORDER[:begin]) if step not in done), None)
