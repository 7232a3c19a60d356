"""The steps in which a programme is written down, one topic each, in the order they are asked. No I/O here."""

from app.kernel.i18n import N_
from app.kernel.steps import FormStep


class Step(FormStep):
    """One page of the form."""

    WHAT = "what", N_("What you do, and for whom"), N_("Its name, services and groups. 2 minutes.")
    WHERE = "where", N_("Where you do it"), N_("States, districts or smaller. 1 minute.")
    WHEN = "when", N_("When it runs"), N_("First and last day, and breaks. 1 minute.")
    CAPACITY = "capacity", N_("How many people you can serve"), N_("A number for each service. 2 minutes.")
    ENTRY = "entry", N_("How people get in"), N_("Whom to call, languages, access. 2 minutes.")
    AIMS = "aims", N_("What it adds to"), N_("Commitments and development goals, if you wish. 1 minute.")


ORDER = tuple(Step)
NEEDED = tuple(step for step in Step if step is not Step.AIMS)
"""The steps without which a programme can't be published."""
