"""Whatever is put into any form of any page, or into any address, is answered with a sentence; nothing that was typed is lost.

The forms are those that are found on the pages, as somebody of the demonstration who may see the page. Each is sent
filled in well but for one field, and with rubbish in all fields at once; what an answer did is rolled back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from fastapi.dependencies.utils import get_dependant
from lxml import html

from app.kernel.ids import new_id
from app.kernel.pagination import encode
from app.kernel.text import clean
from app.organisations.rules.steps import Step as RegistrationStep
from app.programmes.rules.steps import Step as ProgrammeStep
from tests import site
from tests.visits import SCRIPT, Visit

MUDDLE = f"\u202e👩🏽\u200d🚒🇲🇺\x00{SCRIPT}\"'><img src=x onerror=alert(1)>%(said)s %s {{0}} {{{{7*7}}}}'; DROP TABLE organisation; --"
NOBODY = "00000000-0000-0000-0000-000000000000"
TOO_LONG = "word " * 4_000
HUGE = "9" * 60
TWICE = [SCRIPT, "and again"]
EVERYWHERE: tuple[str | list[str], ...] = (
    "",
    TOO_LONG,
    MUDDLE,
    "2026-02-31",
    "-9223372036854775809",
    "²",
    TWICE,
)
"""What stands in every field of a form at once."""
ALONE = {
    "text": ("", MUDDLE, TOO_LONG),
    "number": (HUGE, "9999-12-31"),
    "chosen": (NOBODY,),
    "hidden": (HUGE, NOBODY),
}
"""What stands in one field, by its kind, the others being as they should."""
IN_ADDRESS = (MUDDLE.replace("/", ""), "9999-12-31", HUGE, NOBODY)
"""What stands in a place or a parameter of an address, and what is searched for."""
CURSORS = [
    encode(*key) for key in (
        ("\ud800", NOBODY), ("0001-01-01T00:00:00+14:00", NOBODY), ("9999-12-31T23:59:59-14:00", NOBODY), ("2026-01-01", NOBODY),
        (NOBODY,), (10**30,), (2**40,), (10**30, "x"), (2**40, "\ud800"), ("2026-01-01T00:00:00Z", "x", 10**30),
        (2**40, float("inf"), 2**40, 2**40, NOBODY), (1, float("nan"), 10**30, 1, NOBODY),
    )
] + ["W1tb" * 490, "nonsense"]  # fmt: skip
"""Cursors that no list gave: of every shape that one has, and of none."""
ASKED = (
    "q",
    "area",
    "place",
    "place_id",
    "service",
    "group",
    "kind",
    "standing",
    "outcome",
    "since",
    "until",
    "state",
    "field",
    "bom",
)
"""Parameters that pages read without declaring them."""
OURS = {"csrf", "request_key"}
STEPS = {"/registration/": RegistrationStep, "/programmes/": ProgrammeStep}


def _addresses() -> Iterator[tuple[site.Route, dict[str, str]]]:
    """Every GET route; one with a step in its path once for each step."""
    for route in site.routes():
        if route.method != "GET":
            continue
        steps = [
            list(steps) for part, steps in STEPS.items() if "step" in route.places and part in route.path
        ]
        for step in steps[0] if steps else [None]:
            yield route, {"step": step.value} if step else {}


ROUTES = [(route, re.compile(site.PLACE.sub("[^/]+", route.path))) for route in site.routes()]
ADDRESSES = list(_addresses())
PAGES = [
    (route, fixed)
    for route, fixed in ADDRESSES
    if site.is_page(route) and "/development/" not in route.path and route.path != "/_gallery"
]


def _named(found: list[tuple[site.Route, dict[str, str]]]) -> dict[str, Any]:
    return {
        "argvalues": found,
        "ids": [route.path.replace("{step}", fixed.get("step", "")) for route, fixed in found],
    }


@dataclass
class Found:
    """A form on a page: where it leads, what stands in its fields, and of which kind they are."""

    method: str
    action: str
    several: bool
    filled: dict[str, Any]
    kinds: dict[str, str]
    files: set[str]

    @property
    def written(self) -> set[str]:
        return {name for name, kind in self.kinds.items() if kind in {"text", "number"}}

    @property
    def names(self) -> list[str]:
        return [name for name in self.filled if name not in OURS]

    def with_bad(self, names: list[str], bad: str | list[str]) -> dict[str, Any]:
        """What is sent: well filled in but for `names`, and with a fresh key."""
        keys = {"request_key": str(new_id())} if "request_key" in self.filled else {}
        return self.filled | dict.fromkeys(names, bad) | keys


def forms_of(answer: httpx.Response) -> list[Found]:
    """The forms in main, of which several alike count as one."""
    found: dict[tuple[str, str, tuple[str, ...]], Found] = {}
    for form in html.fromstring(answer.text).xpath("//main//form"):
        one = _read(form, urlsplit(str(answer.request.url)).path)
        found.setdefault((one.method, route_of(one), tuple(one.names)), one)
    return list(found.values())


def route_of(form: Found) -> str:
    """The path of the route that a form is sent to."""
    path = urlsplit(form.action).path
    fits = [route.path for route, shape in ROUTES if route.method == form.method and shape.fullmatch(path)]
    assert fits, f"no route takes {form.method} {form.action}"
    return path if "{step}" in fits[0] else fits[0]


def _read(form: html.FormElement, here: str) -> Found:
    filled: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    files: set[str] = set()
    for control in form.inputs:
        name, kind = control.name, control.get("type", "text") if control.tag == "input" else control.tag
        if not name or kind in {"submit", "button"}:
            continue
        if kind == "file":
            files.add(name)
            continue
        kinds[name] = (
            "hidden" if kind == "hidden" else "chosen" if kind in {"radio", "checkbox", "select"} else "text"
        )
        if control.get("inputmode") == "numeric":
            kinds[name] = "number"
        if kind in {"radio", "checkbox"}:
            if control.get("checked") is not None or name not in filled:
                filled[name] = control.get("value", "on")
        elif kind == "select":
            filled[name] = control.value or control.value_options[-1]
        else:
            filled[name] = control.value or _something(control) if kind != "hidden" else control.value or ""
    return Found(
        (form.get("method") or "get").upper(), form.get("action") or here, form.get("enctype") == "multipart/form-data",
        filled, kinds, files,
    )  # fmt: skip


def _something(control: html.HtmlElement) -> str:
    """A good answer to a question that nobody has answered yet."""
    if control.get("type") == "email":
        return "somebody@example.org"
    if control.get("inputmode") == "numeric":
        return (
            "2026-03-14"
            if any(word in control.name for word in ("from", "to", "on", "first", "last", "day", "due"))
            else "12"
        )
    return "Counted by our ward heads in March 2026."


@pytest.mark.parametrize(("route", "fixed"), **_named(PAGES))
async def test_no_field_of_any_form_can_break_it(visit: Visit, route: site.Route, fixed: dict[str, str]):
    page = await opened(visit, route, fixed)
    found: list[str] = []
    for form in forms_of(page):
        for names, bad in _tries(form):
            found += await _wrong_with(visit, page, form, names, bad)
    assert not found, "\n".join(found)


def _tries(form: Found) -> Iterator[tuple[list[str], str | list[str]]]:
    """Which fields of a form get which rubbish: all of them each kind, each by itself some."""
    if form.method == "GET":
        for bad in (*IN_ADDRESS, TOO_LONG[:3000]):
            yield form.names, bad
        return
    yield [], ""
    if form.names:
        for bad in EVERYWHERE:
            yield form.names, bad
    # Of fields that are numbered (name_1, name_2), one stands for all.
    for name in {re.sub(r"\d+", "", name): name for name in form.names}.values():
        for bad in ALONE[form.kinds[name]]:
            yield [name], bad


async def _wrong_with(
    visit: Visit, page: httpx.Response, form: Found, names: list[str], bad: str | list[str]
) -> list[str]:
    """What is wrong with the answer to a form that was sent with `bad` in the fields `names`."""
    sent = form.with_bad(names, bad)
    said = f"{form.method} {form.action} with {bad[:40]!r} in {', '.join(names)[:60]}"
    text = bad if isinstance(bad, str) else bad[0]
    if form.method == "GET":
        answer, problems = await visit.ask("GET", form.action, params=sent)
        return [f"{said}: {problem}" for problem in problems]
    files = (
        {name: (text[:80] or "x", text.encode(), "application/pdf") for name in form.files}
        if form.several
        else None
    )
    answer, problems = await visit.ask(
        "POST", form.action, data=sent, files=files, headers={"referer": str(page.request.url)}
    )
    if answer.status_code in {400, 422}:
        problems += _lost_in(answer, form, form.written & set(names) if isinstance(bad, str) else set(), text)
    return [f"{said}: {problem}" for problem in problems]


def _lost_in(answer: httpx.Response, form: Found, written: set[str], bad: str) -> Iterator[str]:
    if 'id="errors"' not in answer.text and 'class="err"' not in answer.text:
        yield f"{answer.status_code} without a sentence"
    forms = html.fromstring(answer.text).forms
    again = [one for one in forms if one.get("action") == form.action] or forms
    for name in sorted(written):
        kept = [clean(one.fields[name] or "") for one in again if name in one.fields]
        if clean(bad) and clean(bad) not in kept:
            yield f"{name} holds {[text[:40] for text in kept]}"


@pytest.mark.parametrize(
    ("route", "fixed"), **_named([*{route: (route, fixed) for route, fixed in ADDRESSES}.values()])
)
async def test_no_address_can_break_a_page(visit: Visit, route: site.Route, fixed: dict[str, str]):
    values = {**(visit.things(route.path) or {}), **fixed}
    await visit.sign_in(site.who_may(route.needs.permission, route.path) if route.needs else "")
    declared = [
        parameter.alias for parameter in get_dependant(path=route.path, call=route.endpoint).query_params
    ]
    found: list[str] = []
    for place in route.places:
        for bad in IN_ADDRESS:
            path = site.address(
                route.path, {**dict.fromkeys(route.places, "x"), **values, place: quote(bad, safe="")}
            )
            found += (await visit.ask("GET", path))[1]
    if all(place in values for place in route.places):
        here = site.address(route.path, values)
        names = declared if route.api else {*declared, *ASKED}
        for bad in IN_ADDRESS:
            for sent in [[name] for name in names] if route.api else [names]:
                found += (await visit.ask("GET", here, params=dict.fromkeys(sent, bad[:3000])))[1]
        for cursor in CURSORS if "after" in declared and not route.api else ():
            found += (await visit.ask("GET", here, params={"after": cursor}))[1]
    assert not found, "\n".join(found)


async def opened(visit: Visit, route: site.Route, fixed: dict[str, str]) -> httpx.Response:
    """The page of a route, as somebody who may see it."""
    values = visit.things(route.path)
    assert values is not None, f"the demonstration has nothing to show at {route.path}"
    await visit.sign_in(site.who_may(route.needs.permission, route.path) if route.needs else "")
    answer = await visit.client.get(site.address(route.path, {**values, **fixed}))
    for _ in range(3):
        if answer.status_code == 303:
            answer = await visit.client.get(answer.headers["location"].split("#")[0])
    return answer
