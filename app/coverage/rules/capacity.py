"""Capacity: how many people a programme's line can serve in a period, and whether it counts at all."""

from collections.abc import Hashable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.kernel.days import Days, months_before
from app.programmes.rules.confirmation import CONFIRMED_FOR

Service = TypeVar("Service", bound=Hashable)


class Counts(StrEnum):
    """Whether a capacity line enters coverage, and if not, why not."""

    COUNTED = "counted"
    IF_PLANS_HOLD = "if plans hold"
    PRESENCE_ONLY = "capacity unknown"
    NOT_CONFIRMED = "not confirmed for a year"
    NOT_VERIFIED = "partner not verified"
    NOT_RUNNING = "not running"


def counts(
    *, running: bool, planned: bool, verified: bool, people: int | None, confirmed_on: date, today: date
) -> Counts:
    """What a line of a programme is to coverage today: only running lines of verified partners count, and
    planned ones in a second figure. One whose number isn't known shows presence and no number.
    """
    if not (running or planned):
        return Counts.NOT_RUNNING
    if not verified:
        return Counts.NOT_VERIFIED
    if people is None:
        return Counts.PRESENCE_ONLY
    if confirmed_on < months_before(today, CONFIRMED_FOR):
        return Counts.NOT_CONFIRMED
    return Counts.COUNTED if running else Counts.IF_PLANS_HOLD


def places_over(people: int, active: Days, period: Days) -> int:
    """People served in `period` by `people` places that are open on the days of `active`, rounded down.

    A place serves one person at a time, so it counts for the share of the period in which it is open.
    """
    return people * len(active & period) // len(period) if period else 0


def through_put_over(people: int, active: Days, period: Days) -> int:
    """People served in `period` by a line that serves `people` different ones over all its `active` days,
    rounded down.
    """
    return people * len(active & period) // len(active) if active else 0


def split_by_need(people: int, needs: Mapping[Service, int]) -> dict[Service, int]:
    """One number of people for several services, split in proportion to the need of each.

    Rounded down, so that no place is counted twice, and more people never means fewer for a service (no
    method that hands out all remainders at once keeps that). Without any need recorded: in equal parts.
    """
    weights = dict(needs) if any(needs.values()) else dict.fromkeys(needs, 1)
    total = sum(weights.values())
    return {service: people * weight // total for service, weight in weights.items()}


def free_capacity(people: int | None, held: int) -> int | None:
    """Places not yet taken by running lines, agreements and accepted matches; None where it isn't known."""
    return None if people is None else max(0, people - held)
