"""The steps of the registration form: what each holds, what it offers, and what saving it does."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n
from app.kernel.actor import Actor
from app.kernel.forms import several
from app.kernel.i18n import _
from app.kernel.steps import FormStep
from app.kernel.web.conflicts import version_seen as _seen
from app.kernel.web.typed import Given
from app.kernel.web.wizard import StepPage, Wizard
from app.organisations import forms
from app.organisations.forms import (
    PlacesForm,
    PromisesForm,
    ReachForm,
    WhoForm,
    WorkForm,
    read_ids,
    read_papers,
    read_people,
)
from app.organisations.pages.answers import label_of
from app.organisations.queries import evidence as evidence_queries
from app.organisations.queries.registration import Application, languages_offered
from app.organisations.queries.similar import Looks, similar_to
from app.organisations.rules import applying, checklist, identifiers, kinds
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import EDITABLE
from app.organisations.rules.steps import Step
from app.organisations.service import evidence
from app.organisations.service import registration as service
from app.places import queries as places
from app.vocabulary.queries import entries as vocabulary


def kind_choices() -> list[tuple[str, str, str]]:
    return [(kind, kind.label, kind.means) for kind in Kind]


def _who_filled(seen: Application) -> Given:
    o = seen.organisation
    return {
        "kind": o.kind,
        "name": o.name,
        "legal_name": seen.names.get("legal", ""),
        "acronym": o.acronym,
        "founded": str(o.founded_year or ""),
        **_wanted(seen, of_who=True),
    }


def _wanted(seen: Application, *, of_who: bool) -> Given:
    """What waits for the registrar, of the first step or of the papers."""
    return {
        field: said for field, said in seen.wanted.items() if (field in applying.FOR_A_REGISTRAR) == of_who
    }


async def _who_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    name, acronym = str(typed.get("name") or ""), str(typed.get("acronym") or "")
    besides = [i for i in (seen.organisation.id, seen.organisation.claims_id) if i]
    return {"kinds": kind_choices(), "similar": await similar_to(db, Looks(name, acronym), besides=besides)}


async def _who_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    await service.save_who(db, actor, seen.slug, _seen(typed), WhoForm.read(typed).who())


def _papers_filled(seen: Application) -> Given:
    return {**seen.answers, "scheme": seen.number[0], **_wanted(seen, of_who=False)}


async def _papers_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    schemes = [(code, _(name)) for code, name in identifiers.SCHEMES.items()]
    schemes.sort(key=lambda scheme: not scheme[0].startswith(country))
    local = (f"X-LOCAL-{country}", _("Another office in this country"))
    return {
        "questions": [_question(q) for q in kinds.questions(seen.kind)],
        "schemes": [*schemes[:1], local, *schemes[1:]],
    }


def _question(question: kinds.Question) -> dict[str, Any]:
    options = [(code, _(label)) for code, label in (question.choices or {}).items()]
    return {
        "code": question.code,
        "asks": _(question.asks),
        "hint": _(question.hint) or None,
        "answer": question.answer,
        "options": options,
        "needed": question.needed,
    }


async def _papers_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    answers, number = read_papers(seen.kind, typed)
    await service.save_papers(db, actor, seen.slug, _seen(typed), answers, number)


def _work_filled(seen: Application) -> Given:
    said = seen.organisation.descriptions
    ids = {relation: [str(i) for i, _name in terms] for relation, terms in seen.terms.items()}
    return {**ids, "description": said.get(i18n.spoken().code) or next(iter(said.values()), "")}


async def _work_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    """Languages that other partners work in most come first; all others fold below."""
    schemes = {"groups": "group", "services": "service", "features": "access"}
    offers = {name: await vocabulary.offered(db, scheme) for name, scheme in schemes.items()}
    offers["working_languages"] = await languages_offered(db, _ids(typed, "language"))
    return {**offers, "entry_names": vocabulary.options(*offers.values())}


async def _work_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    work = WorkForm.read(typed).work(i18n.spoken().code)
    await service.save_work(db, actor, seen.slug, _seen(typed), work)


def _places_filled(seen: Application) -> Given:
    return {
        "home": seen.home.name if seen.home else "",
        "home_id": str(seen.home.id) if seen.home else "",
        "areas": [str(place.id) for place in seen.areas],
        "wished": [str(i) for i in seen.wished],
    }


async def _places_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    """Candidates for the seat and for a further area; an area that was just chosen joins the list."""
    added = _ids(typed, "area_id")
    home = _ids(typed, "home_id")
    found = await places.search(db, str(typed.get("home") or ""), country=country)
    further = [] if added else await places.search(db, str(typed.get("area") or ""), country=country)
    if "add" in typed and (meant := places.the_one(further)):
        added, further = {meant.id}, []
    chosen = await places.areas_by_id(db, _ids(typed, "areas") | added)
    return {
        "home_candidates": _candidates(found) or _candidates(await places.areas_by_id(db, home)),
        "area_candidates": _candidates(further),
        "chosen": [(str(place.id), place.name, place.where) for place in chosen],
        "looked_up": {} if added else typed,
    }


async def _places_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    await service.save_places(db, actor, seen.slug, _seen(typed), *PlacesForm.read(typed).places())


def _candidates(found: list[places.Found]) -> list[tuple[str, str, str]]:
    return [(str(place.id), place.name, place.where) for place in found]


def _ids(typed: Given, name: str) -> set[UUID]:
    return read_ids(several(typed, name))


def _reach_filled(seen: Application) -> Given:
    o = seen.organisation
    names = ("staff", "volunteers", "budget", "website", "phone", "public_email", "contact_person", "address")
    return {name: getattr(o, name) for name in names} | {"address_public": "yes" if o.address_public else ""}


async def _reach_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    return {
        "bands": [(band, _("None") if band == "0" else band) for band in forms.BANDS],
        "budgets": [(code, _(text)) for code, text in forms.BUDGETS.items()],
    }


async def _reach_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    await service.save_reach(db, actor, seen.slug, _seen(typed), ReachForm.read(typed).reach())


def _people_filled(seen: Application) -> Given:
    return {
        f"{field}_{n}": value
        for n, holder in enumerate(seen.holders, 1)
        for field, value in zip(("name", "role"), holder, strict=True)
    }


async def _people_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    return {"numbers": range(1, forms.MOST_HOLDERS + 1), "least": checklist.least_holders(seen.kind)}


async def _people_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    await service.save_people(
        db, actor, seen.slug, _seen(typed), read_people(typed, checklist.least_holders(seen.kind))
    )


def _evidence_filled(seen: Application) -> Given:
    return {}


async def _evidence_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    shown = await evidence_queries.shown_for(db, seen.id)
    return {"items": evidence_items(seen, shown)}


def evidence_items(seen: Application, shown: evidence_queries.Shown) -> list[dict[str, Any]]:
    """The items of the checklist for `task_list`, each leading to the page on which something is shown for it."""
    must = checklist.must_show(seen.kind)
    return [
        {
            "title": _(item.name),
            "href": i18n.url(f"/organisations/{seen.slug}/registration/evidence/{item.code}"),
            "state": _("Shown")
            if shown.has(item.code)
            else _("To do")
            if item.code in must
            else _("If you like"),
            "kind": "good" if shown.has(item.code) else "wait" if item.code in must else "",
            "hint": _(item.to_applicant),
            "icon": "check" if shown.has(item.code) else None,
        }
        for item in checklist.to_show(seen.kind)
    ]


async def _evidence_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    await evidence.finish_evidence(db, actor, seen.slug, _seen(typed))


def _promises_filled(seen: Application) -> Given:
    return {name: seen.answers.get(name, "") for name in ("equal", "safe", "true", "signed_by")}


async def _promises_offers(db: AsyncSession, seen: Application, typed: Given, country: str) -> dict[str, Any]:
    return {"promises": [(code, _(text)) for code, text in forms.PROMISES.items()]}


async def _promises_save(db: AsyncSession, actor: Actor, seen: Application, typed: Given) -> None:
    form = PromisesForm.read(typed)
    await service.save_promises(db, actor, seen.slug, _seen(typed), form.model_dump())


STEPS = {
    Step.WHO: StepPage(_who_filled, _who_offers, _who_save),
    Step.PAPERS: StepPage(_papers_filled, _papers_offers, _papers_save),
    Step.WORK: StepPage(_work_filled, _work_offers, _work_save),
    Step.PLACES: StepPage(_places_filled, _places_offers, _places_save),
    Step.REACH: StepPage(_reach_filled, _reach_offers, _reach_save),
    Step.PEOPLE: StepPage(_people_filled, _people_offers, _people_save),
    Step.EVIDENCE: StepPage(_evidence_filled, _evidence_offers, _evidence_save),
    Step.PROMISES: StepPage(_promises_filled, _promises_offers, _promises_save),
}


def _around(seen: Application, step: FormStep) -> dict[str, Any]:
    return {"application": seen, "question": seen.registration.questions.get(step.value)}


def changes_live(seen: Application) -> bool:
    """Whether a registered organisation changes what it says of itself, outside of any application it is writing."""
    return seen.live and seen.state not in EDITABLE


REGISTRATION = Wizard(
    steps=Step,
    pages=STEPS,
    templates="organisations/steps",
    home=lambda seen: f"/organisations/{seen.slug}/registration",
    around=_around,
    label=label_of,
    one_by_one=changes_live,
)
