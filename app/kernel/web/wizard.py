"""Forms in steps: one page a step, saved at each, and a list of what is left to do.

A context writes its steps (kernel/steps.py), a StepPage for each and the templates, which extend
`layout/step.html`. Looking a place up ("find") and adding one ("add") bring the page back without saving.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import i18n
from app.kernel.actor import Actor
from app.kernel.forms import several
from app.kernel.i18n import _
from app.kernel.refusals import NotFound, Refused
from app.kernel.steps import FormStep
from app.kernel.versions import ChangedMeanwhile, Difference
from app.kernel.web.answers import page, see_other
from app.kernel.web.conflicts import Shown, coming_back
from app.kernel.web.state import web
from app.kernel.web.typed import Given, typed_in


class Draft(Protocol):
    """What is being filled in: its row version, and the addresses of the steps that are done."""

    @property
    def version(self) -> int: ...
    @property
    def steps_done(self) -> Collection[str]: ...


Seen = TypeVar("Seen", bound=Draft)


@dataclass(frozen=True, slots=True)
class StepPage(Generic[Seen]):
    """How one step is shown and saved: what the form holds so far, what it offers, and what saving does.

    `offers` gets what was typed and the country's code, and answers what the template needs. `save` raises
    Refused for what can't be saved.
    """

    filled: Callable[[Seen], Given]
    offers: Callable[[AsyncSession, Seen, Given, str], Awaitable[dict[str, Any]]]
    save: Callable[[AsyncSession, Actor, Seen, Given], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Wizard(Generic[Seen]):
    """A form in steps.

    pages: each step's page. templates: the folder that has a template for each step. home: the address of
    the list of steps; the steps lie below it, and so does "check", where everything is read over. around:
    what the template of every step is given besides. label: what a field is called when two people changed it.
    one_by_one: whether somebody changes single steps of what stands already, so that saving leads back to the list.
    """

    steps: type[FormStep]
    pages: Mapping[Any, StepPage[Seen]]
    templates: str
    home: Callable[[Seen], str]
    around: Callable[[Seen, FormStep], dict[str, Any]]
    label: Callable[[Seen, str], str]
    one_by_one: Callable[[Seen], bool] = lambda _seen: False

    async def form(self, request: Request, db: AsyncSession, seen: Seen, address: str) -> Response:
        """The page of one step. Raises NotFound for an address that is no step."""
        step = self._step(address)
        return await self._show(request, db, seen, step, Shown(self.pages[step].filled(seen), {}))

    async def save(
        self,
        request: Request,
        db: AsyncSession,
        actor: Actor,
        load: Callable[[], Awaitable[Seen]],
        address: str,
    ) -> Response:
        """Save one step and go on; or the page again, with what was typed and what is to be mended.

        Raises NotFound for an address that is no step.
        """
        step = self._step(address)
        typed = await typed_in(request)
        seen = await load()
        shown = Shown(typed, {})
        try:
            if "find" not in typed and "add" not in typed:
                await self.pages[step].save(db, actor, seen, typed)
                return see_other(request, self.after(seen, typed, step), flash=_("Saved."))
        except ChangedMeanwhile as problem:
            await db.rollback()
            seen = await load()
            differences = await self._differences(request, db, seen, step, typed)
            shown = coming_back(problem, typed, differences=differences)
        except Refused as problem:
            await db.rollback()
            shown = coming_back(problem, typed)
        return await self._show(request, db, seen, step, shown)

    def after(self, seen: Seen, typed: Given, step: FormStep) -> str:
        """Where saving a step leads: to the list for who stops or changes only this one, else to the next open step, else to read it over."""
        if "stop" in typed or self.one_by_one(seen):
            return self.home(seen)
        further = self.steps.still_open([*seen.steps_done, step.value], step.value)
        return f"{self.home(seen)}/{further or 'check'}"

    def tasks(
        self, seen: Seen, *, editable: bool, asked: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """The steps for `task_list`. `asked`: questions that came back, by the address of their step."""
        return [self._task(seen, step, editable, (asked or {}).get(step.value)) for step in self.steps]

    def _task(self, seen: Seen, step: FormStep, editable: bool, question: str | None) -> dict[str, Any]:
        done = step.value in seen.steps_done
        state = (
            (_("Question to answer"), "bad")
            if question
            else (_("Done"), "good")
            if done
            else (_("To do"), "wait")
        )
        return {
            "title": step.heading,
            "href": i18n.url(f"{self.home(seen)}/{step}") if editable else None,
            "state": state[0],
            "kind": state[1],
            "hint": question or step.hint,
            "icon": "alert" if question else "check" if done else None,
        }

    def _step(self, address: str) -> FormStep:
        step = self.steps.at(address)
        if step is None:
            raise NotFound
        return step

    async def _differences(
        self, request: Request, db: AsyncSession, seen: Seen, step: FormStep, typed: Given
    ) -> list[Difference]:
        """What stands now and what was typed, field by field, in the words of the choices."""
        names = _names_in(await self._offers(request, db, seen, step, typed))
        told = [
            Difference(
                field, self.label(seen, field), _in_words(now, names), _in_words(typed.get(field, ""), names)
            )
            for field, now in self.pages[step].filled(seen).items()
            if not field.endswith("_id")
        ]
        return [difference for difference in told if difference.now != difference.yours]

    async def _show(
        self, request: Request, db: AsyncSession, seen: Seen, step: FormStep, shown: Shown
    ) -> Response:
        return page(
            request,
            f"{self.templates}/{step}.html",
            status=shown.status,
            step=step,
            total=len(self.steps),
            steps_href=i18n.url(self.home(seen)),
            typed={"version": seen.version} | shown.typed,
            errors=shown.errors,
            differences=shown.differences,
            one_by_one=self.one_by_one(seen),
            **self.around(seen, step),
            **await self._offers(request, db, seen, step, shown.typed),
        )

    async def _offers(
        self, request: Request, db: AsyncSession, seen: Seen, step: FormStep, typed: Given
    ) -> dict[str, Any]:
        return await self.pages[step].offers(db, seen, typed, web(request).settings.country)


def _names_in(offers: Mapping[str, Any]) -> dict[str, str]:
    """Value -> label of every choice that a page offers."""
    names: dict[str, str] = {}
    for offered in offers.values():
        options = cast(list[object], offered) if isinstance(offered, list) else []
        for option in (cast(tuple[object, ...], option) for option in options if isinstance(option, tuple)):
            if len(option) > 1:
                names[str(option[0])] = str(option[1])
    return names


def _in_words(value: object, names: Mapping[str, str]) -> str:
    said = [names.get(text, text) for text in several({"": value}, "")]
    return i18n.listed(sorted(said)) if len(said) > 1 else "".join(said)
