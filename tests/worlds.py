"""Rows with sensible values, and a browser that fills in forms: what tests begin with."""

import html
import itertools
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Person
from app.accounts.service import begin_session, grant_role
from app.kernel import time
from app.kernel.actor import Actor, Grant, Membership, Role
from app.kernel.ids import new_id
from app.kernel.text import fold
from app.organisations.models import CheckItem, Organisation, Registration
from app.organisations.models import Membership as MembershipRow
from app.organisations.rules.checklist import asked_of
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import State
from app.organisations.rules.steps import ORDER
from app.organisations.service.names import free_slug, replace_names
from app.places.models import Area, AreaSpelling
from app.vocabulary.models import Term

_numbers = itertools.count(1)


@dataclass
class World:
    """Makes rows in `db`. Every method flushes, so that what it made can be read at once."""

    db: AsyncSession
    areas: dict[str, Area] = field(default_factory=dict)

    async def country(self) -> Area:
        """Nigeria with Yobe and Borno; Yobe with Gulani and Damaturu. Numbered in preorder."""
        if "NG" in self.areas:
            return self.areas["NG"]
        rows = [
            ("NG", "Nigeria", 0, None, 1, 5),
            ("NG008", "Borno", 1, "NG", 2, 2),
            ("NG036", "Yobe", 1, "NG", 3, 5),
            ("NG036005", "Damaturu", 2, "NG036", 4, 4),
            ("NG036009", "Gulani", 2, "NG036", 5, 5),
        ]
        for code, name, level, parent, lo, hi in rows:
            area = Area(
                id=new_id(),
                code=code,
                name=name,
                level=level,
                country="NG",
                lo=lo,
                hi=hi,
                time_zone="Africa/Lagos",
                parent_id=self.areas[parent].id if parent else None,
            )
            self.areas[code] = area
            self.db.add(area)
            await self.db.flush()
            self.db.add(AreaSpelling(area_id=area.id, folded=fold(name), country="NG"))
        await self.db.flush()
        return self.areas["NG"]

    async def area(self, code: str) -> Area:
        await self.country()
        return self.areas[code]

    async def term(self, scheme: str, code: str, name: str | None = None, **more: Any) -> Term:
        known = await self.db.scalar(select(Term).where(Term.scheme == scheme, Term.code == code))
        if known:
            return known
        term = Term(id=new_id(), scheme=scheme, code=code, names={"en": name or code.capitalize()}, **more)
        self.db.add(term)
        await self.db.flush()
        return term

    async def person(self, name: str = "Aisha Bukar", email: str | None = None, **more: Any) -> Person:
        address = email or f"{fold(name).replace(' ', '.')}.{next(_numbers)}@example.org"
        person = Person(id=new_id(), name=name, email=address, **more)
        self.db.add(person)
        await self.db.flush()
        return person

    async def registrar(self, code: str = "NG", name: str = "Musa Garba") -> Person:
        return await self.holder(Role.REGISTRAR, code, name)

    async def holder(self, role: Role, code: str = "NG", name: str = "Musa Garba") -> Person:
        person = await self.person(name)
        await grant_role(self.db, None, person.id, role, (await self.area(code)).id, "for a test")
        return person

    async def organisation(
        self,
        name: str = "Yobe Women Farmers",
        *,
        kind: Kind = Kind.NGO,
        state: str = State.VERIFIED,
        home: str = "NG036005",
        owner: Person | None = None,
        **more: Any,
    ) -> Organisation:
        """An organisation, verified unless said otherwise, with its registration and an owner if one is given."""
        area = await self.area(home)
        organisation = Organisation(
            id=new_id(),
            slug=await free_slug(self.db, name),
            name=name,
            name_folded=fold(name),
            kind=kind,
            state=state,
            home_area_id=area.id,
            **more,
        )
        self.db.add(organisation)
        await self.db.flush()
        await replace_names(self.db, organisation, {"used": name, "acronym": organisation.acronym})
        if owner:
            await self.member(owner, organisation)
        await self.db.flush()
        return organisation

    async def application(
        self, name: str = "Yobe Women Farmers", *, owner: Person, **more: Any
    ) -> Registration:
        """An application with every step filled in, not yet sent."""
        organisation = await self.organisation(name, state=State.DRAFT, owner=owner, **more)
        registration = Registration(
            id=new_id(), organisation_id=organisation.id, number=1, begun_by=owner.id, steps_done=list(ORDER)
        )
        self.db.add(registration)
        await self.db.flush()
        return registration

    async def sent(self, registration: Registration, *, met: bool = False) -> Registration:
        """The application as it is once it was sent; `met`: with every item of its checklist answered."""
        organisation = await self.db.get_one(Organisation, registration.organisation_id)
        registration.state, registration.submitted_at = State.SUBMITTED, time.now()
        if registration.purpose == "first":
            organisation.state = State.SUBMITTED
        await self.db.flush()
        if met:
            for item in asked_of(Kind(organisation.kind)):
                self.db.add(
                    CheckItem(
                        registration_id=registration.id,
                        code=item.code,
                        answer="met",
                        checked_by=registration.begun_by,
                    )
                )
            await self.db.flush()
        return registration

    async def member(self, person: Person, organisation: Organisation, role: Role = Role.OWNER) -> None:
        self.db.add(
            MembershipRow(
                id=new_id(), person_id=person.id, organisation_id=organisation.id, role=role, state="member"
            )
        )
        await self.db.flush()

    async def actor(self, person: Person) -> Actor:
        """The person as services know them."""
        from app.organisations.queries.access import actor_by_session

        token = await begin_session(self.db, person.id, "a test")
        found = await actor_by_session(self.db, token)
        assert found is not None
        return found

    async def session(self, person: Person) -> str:
        return await begin_session(self.db, person.id, "a test")


def stranger(**more: Any) -> Actor:
    """Somebody without any role, as services know them."""
    return Actor(person_id=new_id(), session_id=None, name="Nobody", email="nobody@example.org", **more)


def grant(role: Role, area: Area) -> Grant:
    return Grant(role, area.id, area.name, area.lo, area.hi)


def membership(organisation: Organisation, role: Role = Role.OWNER) -> Membership:
    return Membership(organisation.id, organisation.slug, organisation.name, role)


@dataclass
class Browser:
    """A browser without JavaScript."""

    client: httpx.AsyncClient
    world: World
    page: httpx.Response | None = None

    async def sign_in(self, person: Person) -> None:
        self.client.cookies.set("rt_session", await self.world.session(person))

    def sign_out(self) -> None:
        self.client.cookies.delete("rt_session")

    async def get(self, path: str, **more: Any) -> httpx.Response:
        """Fetch a page, and go on where it sends the browser."""
        self.page = await self.client.get(path, **more)
        return await self._follow()

    async def fill_in(
        self,
        values: dict[str, Any] | None = None,
        *,
        action: str | None = None,
        button: str | None = None,
        files: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """Send the form of the page whose address ends in `action` (else the one in main), with `values` typed in and
        `files` chosen, as (name, bytes)."""
        assert self.page is not None
        form = _Forms.of(self.page.text).choose(action)
        sent = {**form.fields, **(values or {})}
        if button:
            sent[button] = "1"
        self.page = await self.client.post(
            form.action, data=sent, files=files, headers={"referer": str(self.page.request.url)}
        )
        return await self._follow()

    async def _follow(self) -> httpx.Response:
        assert self.page is not None
        for _ in range(5):
            if self.page.status_code not in {301, 302, 303, 307, 308}:
                return self.page
            self.page = await self.client.get(self.page.headers["location"].split("#")[0])
        raise AssertionError("sent round in circles")

    @property
    def token(self) -> dict[str, str]:
        """What every form of the page carries, for a form that the page doesn't offer."""
        assert self.page is not None
        return dict(re.findall(r'name="(csrf)" value="([^"]+)"', self.page.text))

    @property
    def text(self) -> str:
        """What the page says, without its tags."""
        assert self.page is not None
        body = re.sub(r"(?s)<(script|style|head).*?</\1>", " ", self.page.text)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


@dataclass
class _Form:
    action: str
    fields: dict[str, Any]
    in_main: bool


class _Forms(HTMLParser):
    """The forms of a page with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.main = False
        self.select: str | None = None
        self.textarea: str | None = None

    @classmethod
    def of(cls, html: str) -> "_Forms":
        parser = cls()
        parser.feed(html)
        return parser

    def choose(self, action: str | None) -> _Form:
        fits = [f for f in self.forms if (f.action.endswith(action) if action else f.in_main)]
        assert fits, f"no form {action!r} among {[f.action for f in self.forms]}"
        return fits[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.main = True
        elif tag == "form" and given.get("method", "get").lower() == "post":
            self.forms.append(_Form(given.get("action", ""), {}, self.main))
        elif tag == "form":
            self.forms.append(_Form("", {}, False))
        elif not self.forms:
            return
        elif tag == "input" and given.get("name"):
            self._input(given)
        elif tag == "select":
            self.select = given.get("name")
        elif tag == "option" and self.select and "selected" in given:
            self._put(self.select, given.get("value", ""))
        elif tag == "textarea":
            self.textarea = given.get("name")
            if self.textarea:
                self._put(self.textarea, "")

    def _input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"radio", "checkbox"} and "checked" not in given:
            return
        if kind not in {"submit", "button", "file"}:
            self._put(given["name"], given.get("value", "on"))

    def _put(self, name: str, value: str) -> None:
        fields = self.forms[-1].fields
        if name in fields:
            have = fields[name]
            fields[name] = [*have, value] if isinstance(have, list) else [have, value]
        else:
            fields[name] = value

    def handle_data(self, data: str) -> None:
        if self.textarea and self.forms:
            self.forms[-1].fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None
        elif tag == "main":
            self.main = False


def ids(*terms: Term) -> list[str]:
    return [str(term.id) for term in terms]


__all__ = ["UUID", "Browser", "World", "grant", "ids", "membership", "stranger"]
