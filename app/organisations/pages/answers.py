"""Every answer of an application in words, for its applicant and its registrar to read over."""

from collections.abc import Mapping
from typing import Any

from app.kernel.forms import several
from app.kernel.i18n import N_, _, listed
from app.organisations import forms
from app.organisations.queries.evidence import Shown
from app.organisations.queries.registration import Application
from app.organisations.rules import checklist, identifiers, kinds
from app.organisations.rules.steps import ORDER, Step

LABELS: Mapping[str, str] = {
    "kind": N_("Kind"),
    "name": N_("Name"),
    "legal_name": N_("Name on your papers"),
    "acronym": N_("Short name"),
    "founded": N_("Since"),
    "description": N_("In your words"),
    "home": N_("Seat"),
    "staff": N_("Paid staff"),
    "volunteers": N_("Volunteers"),
    "budget": N_("Spent in a year"),
    "website": N_("Website"),
    "phone": N_("Telephone"),
    "public_email": N_("E-mail for everybody"),
    "contact_person": N_("Person to ask"),
    "address": N_("Address"),
    "signed_by": N_("Signed by"),
    "scheme": N_("Who gave you the number?"),
    "serves": N_("For whom"),
    "led_by": N_("Led by"),
    "service": N_("Services"),
    "language": N_("Languages"),
    "access": N_("Access"),
    "areas": N_("Works in"),
    "wished": N_("Would work in"),
}


def label_of(seen: Application, field: str) -> str:
    """What a field of the form is called."""
    asked = {question.code: question.asks for question in kinds.questions(seen.kind)}
    return _(LABELS.get(field) or asked.get(field) or field)


def answers_of(seen: Application, shown: Shown) -> list[tuple[Step, list[dict[str, Any]]]]:
    """Every answer of an application, step by step, for its applicant and its registrar to read over."""
    o = seen.organisation
    bands = {"budget": _(forms.BUDGETS[o.budget]) if o.budget in forms.BUDGETS else ""}
    answered = [(_(q.asks), _shown(q, seen.answers.get(q.code))) for q in kinds.questions(seen.kind)]
    described = list(o.descriptions.values())
    rows: dict[Step, list[tuple[str, Any]]] = {
        Step.WHO: [
            (_("Kind"), seen.kind.label),
            (_("Name"), o.name),
            (_("Name on your papers"), seen.names.get("legal")),
            (_("Short name"), o.acronym),
            (_("Since"), str(o.founded_year or "")),
        ],
        Step.PAPERS: answered,
        Step.WORK: [
            (_("For whom"), _names(seen, "serves")),
            (_("Led by"), _names(seen, "led_by")),
            (_("Services"), _names(seen, "service")),
            (_("Languages"), _names(seen, "language")),
            (_("Access"), _names(seen, "access")),
            (_("In your words"), described[0] if described else None),
        ],
        Step.PLACES: [
            (_("Seat"), seen.home.name if seen.home else None),
            (_("Works in"), [place.name for place in seen.areas]),
        ],
        Step.REACH: [
            (_("Paid staff"), o.staff),
            (_("Volunteers"), o.volunteers),
            (_("Spent in a year"), bands["budget"]),
            (_("Website"), o.website),
            (_("Telephone"), o.phone),
            (_("E-mail for everybody"), o.public_email),
            (_("Person to ask"), o.contact_person),
            (_("Address"), o.address),
        ],
        Step.PEOPLE: [(role, name) for name, role in seen.holders],
        Step.EVIDENCE: [
            (
                _(item.name),
                [*(paper.name for paper in shown.papers.get(item.code, ())), *_said(shown, item.code)],
            )
            for item in checklist.to_show(seen.kind)
        ],
        Step.PROMISES: [
            (_("Signed by"), seen.answers.get("signed_by")),
            *(
                (_(text), _("Promised") if seen.answers.get(code) else None)
                for code, text in forms.PROMISES.items()
            ),
        ],
    }
    return [
        (step, [{"key": key, "value": value, "href": None} for key, value in rows[step]]) for step in ORDER
    ]


def wanted_changes(seen: Application) -> list[dict[str, Any]]:
    """Name, kind and papers as they count, beside those that are asked for, for `compare`."""
    scheme, number = seen.number
    now: dict[str, Any] = {
        **seen.answers,
        "kind": seen.organisation.kind,
        "name": seen.organisation.name,
        "legal_name": seen.names.get("legal", ""),
        "scheme": scheme,
        "registration_number": number,
    }
    rows: list[dict[str, Any]] = []
    for field, wanted in seen.wanted.items():
        values = (_in_words(seen, field, now.get(field)), _in_words(seen, field, wanted))
        if values[0] != values[1]:
            rows.append({"label": label_of(seen, field), "values": values, "same": False})
    return rows


def _in_words(seen: Application, field: str, value: Any) -> str:
    if field == "kind":
        return kinds.Kind(value).label
    if field == "scheme":
        return _(identifiers.SCHEMES[value]) if value in identifiers.SCHEMES else value
    question = next((question for question in kinds.questions(seen.kind) if question.code == field), None)
    said = _shown(question, value) if question else value or ""
    return said if isinstance(said, str) else listed(said)


def _said(shown: Shown, code: str) -> list[str]:
    return [shown.statements[code]] if shown.statements.get(code) else []


def _names(seen: Application, relation: str) -> list[str]:
    return [name for _id, name in seen.terms.get(relation, [])]


def _shown(question: kinds.Question, answer: Any) -> str | list[str]:
    if question.choices is None or not answer:
        return answer or ""
    labels = [_(question.choices[code]) for code in several({"": answer}, "") if code in question.choices]
    return labels if question.answer is kinds.Answer.CHOICES else labels[0] if labels else ""
