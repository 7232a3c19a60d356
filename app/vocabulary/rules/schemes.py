"""The kinds of entries: what each one holds besides names, where it may stand, and what a person may change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kernel.i18n import N_

LANGUAGES = ("en", "fr", "es", "ar")
"""The languages in which entries are worded; where one has no words yet, the English ones are shown."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of entry. `code` is that of Term.scheme; the other texts are msgids.

    `nouns`: the fact that holds its words for the middle of a sentence; `standards`: codes of other lists,
    name -> label; `flags`: facts that are yes or no, name -> question. `headings`: entries at the top only
    gather others and can't be chosen. `open`: entries can be added (the others are lists made elsewhere).
    """

    code: str
    name: str
    means: str
    nouns: str = ""
    nouns_label: str = ""
    standards: Mapping[str, str] | None = None
    flags: Mapping[str, str] | None = None
    parents: str = ""
    headings: bool = False
    open: bool = True

    @property
    def parent_scheme(self) -> str:
        """The kind that entries of this kind stand under."""
        return self.parents or self.code


SCHEMES: Sequence[Scheme] = (
    Scheme(
        "group",
        N_("Groups of people"),
        N_("People who may be left out. A group is told by who they are: status, sex, age, disability."),
        nouns="people",
        nouns_label=N_("Inside a sentence"),
        standards={"hno": N_("Population group in needs overviews (HNO)")},
        flags={
            "offered": N_("Shown to everybody who chooses a group"),
            "at_risk": N_("Working with them needs a safeguarding check"),
        },
    ),
    Scheme(
        "service",
        N_("Services"),
        N_("What people need and partners offer, by the codes of humanitarian sectors and of our own."),
        nouns="need",
        nouns_label=N_("After “people who need”"),
        standards={"dac": N_("OECD DAC sector"), "hrinfo": N_("HRinfo sector")},
        flags={"is_need": N_("People need it themselves; it doesn't only serve partners")},
    ),
    Scheme("skill", N_("Skills"), N_("What volunteers bring."), headings=True),
    Scheme("language", N_("Languages"), N_("Languages that people speak, by their BCP 47 code.")),
    Scheme("access", N_("Access"), N_("What makes a service one that everybody can reach."), headings=True),
    Scheme(
        "commitment",
        N_("Copenhagen commitments"),
        N_(
            "The ten commitments of the World Summit for Social Development, 1995, in short words of our own."
        ),
        open=False,
    ),
    Scheme("sdg_goal", N_("Sustainable development goals"), N_("The goals of the 2030 Agenda."), open=False),
    Scheme(
        "sdg_target",
        N_("Sustainable development targets"),
        N_("The targets of the 2030 Agenda, each under its goal."),
        parents="sdg_goal",
        open=False,
    ),
)
BY_CODE: Mapping[str, Scheme] = {scheme.code: scheme for scheme in SCHEMES}
