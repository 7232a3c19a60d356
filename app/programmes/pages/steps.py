"""The steps in which a programme is written down: what each holds, what it offers, and what saving it does."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n
from app.kernel.actor import Actor
from app.kernel.forms import several
from app.kernel.i18n import N_, _
from app.kernel.steps import FormStep
from app.kernel.web.conflicts import version_seen
from app.kernel.web.typed import Given
from app.kernel.web.wizard import StepPage, Wizard
from app.organisations.queries.registration import terms_of
from app.places import queries as places
from app.programmes.forms import (
    MOST_AREAS,
    TOGETHER,
    AimsForm,
    EntryForm,
    WhatForm,
    WhereForm,
    read_capacity,
    read_ids,
    read_when,
)
from app.programmes.queries.whole import Whole
from app.programmes.rules.capacity import MOST_PAUSES, Counting
from app.programmes.rules.steps import Step
from app.programmes.service import drafting as service
from app.vocabulary.queries import entries as vocabulary
from app.vocabulary.queries.entries import Family, under


def _what_filled(seen: Whole) -> Given:
    return {
        "title": seen.title,
        "summary": seen.summary,
        "service": _ids_of(seen, "service"),
        "serves": _ids_of(seen, "serves"),
    }


async def what_offers(db: AsyncSession) -> dict[str, Any]:
    """Services and groups to choose from."""
    services, groups = await vocabulary.offered(db, "service"), await vocabulary.offered(db, "group")
    return {"services": services, "groups": groups, "entry_names": vocabulary.options(services, groups)}


async def _what_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    return await what_offers(db)


async def _what_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    what = WhatForm.read(typed).what(seen.summary_language or i18n.spoken().code)
    await service.save_what(db, actor, seen.id, version_seen(typed), what)


def _where_filled(seen: Whole) -> Given:
    return {"areas": [str(place.id) for place in seen.areas]}


async def _where_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    """Candidates for a further area; one that was just chosen joins the list, and the field is empty again."""
    added = _ids(typed, "area_id")
    found = [] if added else await places.search(db, str(typed.get("area") or "")[:100], country=country)
    if "add" in typed and (meant := places.the_one(found)):
        added, found = {meant.id}, []
    chosen = await places.areas_by_id(db, _ids(typed, "areas") | added)
    return {
        "area_candidates": [(str(place.id), place.name, place.where) for place in found],
        "chosen": [(str(place.id), place.name, place.where) for place in chosen],
        "looked_up": {} if added else typed,
    }


async def _where_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    await service.save_where(db, actor, seen.id, version_seen(typed), WhereForm.read(typed).where())


def _when_filled(seen: Whole) -> Given:
    filled = {"starts_on": _iso(seen.starts_on), "ends_on": _iso(seen.ends_on)}
    for n, (first, last) in enumerate(seen.pauses, 1):
        filled |= {f"pause_from_{n}": _iso(first), f"pause_to_{n}": _iso(last)}
    return filled


async def _when_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    written = max((n for n in range(1, MOST_PAUSES + 1) if typed.get(f"pause_from_{n}")), default=0)
    some = any(typed.get(f"pause_{end}_{n}") for n in range(1, MOST_PAUSES + 1) for end in ("from", "to"))
    return {"pauses": range(1, min(MOST_PAUSES, written + 2) + 1), "some_pauses": some}


async def _when_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    await service.save_when(db, actor, seen.id, version_seen(typed), read_when(typed))


def _capacity_filled(seen: Whole) -> Given:
    counts = seen.lines[0].counting.value if seen.lines else ""
    said = Step.CAPACITY.value in seen.steps_done
    filled: Given = {"how": "", "people_all": "", "counts_all": ""}
    if said:
        filled["how"] = "each" if seen.together is None else TOGETHER
    if seen.together is not None:
        filled |= {"people_all": str(seen.together), "counts_all": counts}
    for n, line in enumerate(seen.lines, 1):
        unknown = said and line.people is None and seen.together is None
        filled |= {
            f"people_{n}": "" if line.people is None else str(line.people),
            f"unknown_{n}": "yes" if unknown else "",
            f"counts_{n}": "" if line.people is None else line.counting.value,
        }
        if line.dates != (seen.starts_on, seen.ends_on):
            filled |= {f"from_{n}": _iso(line.starts_on), f"to_{n}": _iso(line.ends_on)}
    return filled


async def _capacity_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    return {
        "services": [(n, line.service.name) for n, line in enumerate(seen.lines, 1)],
        "ways": [(counting.value, counting.label, counting.means) for counting in Counting],
        "hows": [
            ("each", _("A number for each service")),
            (TOGETHER, _("One number for all services together")),
        ],
    }


async def _capacity_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    if seen.starts_on is None or seen.ends_on is None or not seen.lines:
        raise service.StepFirst
    services = [line.service.id for line in seen.lines]
    given = read_capacity(typed, services, (seen.starts_on, seen.ends_on))
    await service.save_capacity(db, actor, seen.id, version_seen(typed), given)


def _entry_filled(seen: Whole) -> Given:
    return {
        "referral": seen.referral,
        "referral_phone": seen.phone,
        "referral_email": seen.email,
        "language": _ids_of(seen, "language"),
        "access": _ids_of(seen, "access"),
        "safeguarding_contact": "yes" if seen.safeguarding_contact else "",
    }


async def _entry_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    """Languages that the organisation works in come first; all others fold below."""
    own = {i for i, _name in (await terms_of(db, seen.organisation_id)).get("language", [])} | _ids(
        typed, "language"
    )
    spoken = await vocabulary.languages_offered(db, own, _("Languages you work in"))
    features = await vocabulary.offered(db, "access")
    return {"spoken": spoken, "features": features, "entry_names": vocabulary.options(features, spoken)}


async def _entry_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    await service.save_entry(db, actor, seen.id, version_seen(typed), EntryForm.read(typed).entry())


def _aims_filled(seen: Whole) -> Given:
    return {"commitment": _ids_of(seen, "commitment"), "sdg_target": _ids_of(seen, "sdg_target")}


async def _aims_offers(db: AsyncSession, seen: Whole, typed: Given, country: str) -> dict[str, Any]:
    """Targets that go with the commitments chosen so far come first; all others fold under their goal."""
    commitments, goals = (
        await vocabulary.offered(db, "commitment"),
        await vocabulary.offered(db, "sdg_target"),
    )
    linked = await vocabulary.crosswalk(db, _ids(typed, "commitment")) if typed.get("commitment") else {}
    near = {other.id for others in linked.values() for other in others}
    close = tuple(entry for goal in goals for entry in goal.members if entry.id in near)
    rest = [
        Family(goal.head, tuple(entry for entry in goal.members if entry.id not in near)) for goal in goals
    ]
    first = [under(_("Targets that go with what you ticked"), close)] if close else []
    return {
        "commitments": commitments,
        "targets": [*first, *rest],
        "entry_names": vocabulary.options(commitments, goals),
    }


async def _aims_save(db: AsyncSession, actor: Actor, seen: Whole, typed: Given) -> None:
    await service.save_aims(db, actor, seen.id, version_seen(typed), *AimsForm.read(typed).aims())


LABELS = {
    "title": N_("Name"),
    "summary": N_("In your words"),
    "service": N_("Services"),
    "serves": N_("For whom"),
    "areas": N_("Areas"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "how": N_("How you count"),
    "people_all": N_("People, all services together"),
    "counts_all": N_("What the number counts"),
    "referral": N_("How people get in"),
    "referral_phone": N_("Telephone"),
    "referral_email": N_("E-mail"),
    "language": N_("Languages"),
    "access": N_("Access"),
    "safeguarding_contact": N_("Somebody to tell"),
    "commitment": N_("Commitments"),
    "sdg_target": N_("Targets"),
}
_OF_SERVICE = {
    "people": N_("%(service)s: people"),
    "unknown": N_("%(service)s: not known"),
    "counts": N_("%(service)s: what the number counts"),
    "from": N_("%(service)s: from"),
    "to": N_("%(service)s: to"),
}


def _label(seen: Whole, field: str) -> str:
    """What a field is called; those of one service by the service's name, those of a break by its number."""
    if field in LABELS:
        return _(LABELS[field])
    kind, _sep, number = field.rpartition("_")
    if kind in _OF_SERVICE and number.isdecimal() and 0 < int(number) <= len(seen.lines):
        return _(_OF_SERVICE[kind]) % {"service": seen.lines[int(number) - 1].service.name}
    return _("Break %(number)s") % {"number": number}


def _around(seen: Whole, step: FormStep) -> dict[str, Any]:
    return {"programme": seen}


PROGRAMME = Wizard(
    steps=Step,
    pages={
        Step.WHAT: StepPage(_what_filled, _what_offers, _what_save),
        Step.WHERE: StepPage(_where_filled, _where_offers, _where_save),
        Step.WHEN: StepPage(_when_filled, _when_offers, _when_save),
        Step.CAPACITY: StepPage(_capacity_filled, _capacity_offers, _capacity_save),
        Step.ENTRY: StepPage(_entry_filled, _entry_offers, _entry_save),
        Step.AIMS: StepPage(_aims_filled, _aims_offers, _aims_save),
    },
    templates="programmes/steps",
    home=lambda seen: f"/programmes/{seen.id}/edit",
    around=_around,
    label=_label,
)


def _ids_of(seen: Whole, relation: str) -> list[str]:
    return [str(entry.id) for entry in seen.named(relation)]


def _ids(typed: Given, name: str) -> set[UUID]:
    return read_ids(several(typed, name)[: MOST_AREAS + 1])


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
