"""Everything that a programme says, in words, for its editors to read over."""

from typing import Any

from app.kernel import i18n
from app.kernel.i18n import _
from app.programmes.pages.words import dates_said, line_said, together_said
from app.programmes.queries.whole import Whole
from app.programmes.rules.steps import ORDER, Step

Row = tuple[str, str | list[str] | None]


def answers_of(seen: Whole) -> list[tuple[Step, list[dict[str, Any]]]]:
    """Every answer, step by step."""
    rows: dict[Step, list[Row]] = {
        Step.WHAT: [
            (_("Name"), seen.title),
            (_("In your words"), seen.summary),
            (_("Services"), _names(seen, "service")),
            (_("For whom"), _names(seen, "serves")),
        ],
        Step.WHERE: [
            (
                _("Areas"),
                [f"{place.name}, {place.where}" if place.where else place.name for place in seen.areas],
            )
        ],
        Step.WHEN: [
            (_("Runs"), dates_said(seen.starts_on, seen.ends_on)),
            (_("Breaks"), [dates_said(*pause) for pause in seen.pauses] or _("None")),
        ],
        Step.CAPACITY: _numbers(seen),
        Step.ENTRY: [
            (_("How people get in"), seen.referral),
            (_("Telephone"), seen.phone),
            (_("E-mail"), seen.email),
            (_("Languages"), _names(seen, "language")),
            (_("Access"), _names(seen, "access")),
            (
                _("Somebody to tell when something goes wrong"),
                _("Yes") if seen.safeguarding_contact else _("No"),
            ),
        ],
        Step.AIMS: [
            (_("Commitments"), _names(seen, "commitment")),
            (_("Targets"), [f"{target.code} {target.name}" for target in seen.named("sdg_target")]),
        ],
    }
    return [
        (step, [{"key": key, "value": value, "href": None} for key, value in rows[step]]) for step in ORDER
    ]


def _numbers(seen: Whole) -> list[Row]:
    if Step.CAPACITY.value not in seen.steps_done:
        return [(line.service.name, None) for line in seen.lines]
    if seen.together is not None and seen.lines:
        return [(i18n.listed(_names(seen, "service")), together_said(seen.together, seen.lines[0].counting))]
    rows: list[Row] = []
    for line in seen.lines:
        said = line_said(line, seen)
        own = dates_said(*line.dates) if line.dates != (seen.starts_on, seen.ends_on) else ""
        rows.append((line.service.name, [said, own] if own else said))
    return rows


def _names(seen: Whole, relation: str) -> list[str]:
    return [entry.name for entry in seen.named(relation)]
