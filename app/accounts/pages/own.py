"""Signing in by a mailed link, and one's own account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.accounts import queries, service
from app.accounts.forms import NameForm
from app.accounts.rules import SESSION_LASTS, LinkNotOpen, NoSuchAddress, OtherBrowser, safe_path
from app.kernel import i18n, limits
from app.kernel.actor import Actor
from app.kernel.forms import errors_beside
from app.kernel.i18n import _
from app.kernel.permissions import Permission
from app.kernel.refusals import Refused
from app.kernel.web import cookies
from app.kernel.web.access import Needs, Someone, Visitor, network_of, note_refusal, note_sign_in
from app.kernel.web.answers import page, see_other
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading, Writing
from app.kernel.web.typed import one_each, typed_in

router = APIRouter()
Anybody = Annotated[Actor | None, Depends(Needs(Permission.SIGN_IN))]


@router.get("/sign-in")
async def sign_in_form(request: Request, actor: Anybody, next: str = "/my") -> Response:
    if actor:
        return see_other(request, safe_path(next))
    return page(request, "accounts/sign_in.html", typed={"next": safe_path(next)}, errors={})


@router.post("/sign-in")
async def ask_for_link(request: Request, actor: Anybody, db: Writing) -> Response:
    typed = one_each(await typed_in(request))
    shared = web(request)
    address = typed.get("email", "").strip().lower()[:254]
    try:
        await _limit_links(request, address)
        await service.ask_for_link(
            db,
            address,
            browser=cookies.browser_id(request),
            leads_to=typed.get("next", "/my"),
            language=i18n.spoken().code,
            site=shared.settings.public_address,
        )
    except NoSuchAddress as problem:
        await db.rollback()
        note_refusal(request, problem)
        return page(request, "accounts/sign_in.html", status=422, typed=typed, errors=errors_beside(problem))
    note_sign_in(request, "asked")
    return see_other(request, "/sign-in/sent")


async def _limit_links(request: Request, address: str) -> None:
    """Few to one address from one network, so that nobody elsewhere is kept from asking by whoever asks in their name."""
    maker, network = web(request).database, network_of(request)
    whose = cookies.signed(request, "who", address)[:32]
    for key, most in (
        (f"network:{network}", 30),
        (f"address:{whose}:{network}", 5),
        (f"address:{whose}", 20),
    ):
        await limits.spend(maker, f"links:{key}", most=most, seconds=600)


@router.get("/sign-in/sent")
async def link_sent(request: Request, actor: Anybody) -> Response:
    return page(request, "accounts/link_sent.html")


@router.get("/sign-in/{token}")
async def open_link(request: Request, token: str, actor: Anybody, db: Reading) -> Response:
    """Opening the link shows a button: a mail scanner that fetches it doesn't use it up."""
    try:
        link = await service.link_of(db, token, cookies.browser_id(request), lock=False)
    except (LinkNotOpen, OtherBrowser) as problem:
        note_refusal(request, problem)
        return page(request, "accounts/link_closed.html", status=problem.status, sentence=problem.sentence)
    return page(request, "accounts/open_link.html", token=token, email=link.email)


@router.post("/sign-in/{token}")
async def sign_in(request: Request, token: str, actor: Anybody, db: Writing) -> Response:
    try:
        session, leads_to = await service.sign_in(
            db, token, browser=cookies.browser_id(request), user_agent=request.headers.get("user-agent", ""),
            instead_of=cookies.kept(request, cookies.SESSION),
        )  # fmt: skip
    except (LinkNotOpen, OtherBrowser) as problem:
        await db.rollback()
        note_refusal(request, problem)
        return page(request, "accounts/link_closed.html", status=problem.status, sentence=problem.sentence)
    note_sign_in(request, "done")
    answer = see_other(request, leads_to)
    cookies.keep(request, answer, cookies.SESSION, session, seconds=int(SESSION_LASTS.total_seconds()))
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, actor: Someone, db: Writing) -> Response:
    if actor.session_id:
        await service.end_session(db, actor, actor.session_id)
    note_sign_in(request, "left")
    answer = see_other(request, "/", flash=_("You are signed out."))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    cookies.forget(request, answer, cookies.SESSION)
    return answer


@router.get("/my/name")
async def name_form(request: Request, actor: Someone, next: str = "/my") -> Response:
    typed = {"name": actor.name, "language": actor.language, "next": safe_path(next)}
    return page(request, "accounts/name.html", typed=typed, errors={}, choices=_languages())


@router.post("/my/name")
async def call_me(request: Request, actor: Someone, db: Writing) -> Response:
    typed = one_each(await typed_in(request))
    try:
        form = NameForm.read(typed)
    except Refused as problem:
        await db.rollback()
        errors = errors_beside(problem)
        return page(
            request, "accounts/name.html", status=422, typed=typed, errors=errors, choices=_languages()
        )
    await service.call_me(db, actor, form.name, form.language)
    return see_other(request, safe_path(typed.get("next", "/my")), flash=_("Saved."))


@router.get("/my/sessions")
async def sessions(request: Request, actor: Someone, db: Reading) -> Response:
    return page(request, "accounts/sessions.html", sessions=await queries.open_sessions(db, actor))


@router.post("/my/sessions/{session_id}/end")
async def end_session(request: Request, session_id: UUID, actor: Someone, db: Writing) -> Response:
    await service.end_session(db, actor, session_id)
    return see_other(request, "/my/sessions", flash=_("That browser is signed out."))


@router.post("/my/sessions/end-others")
async def end_other_sessions(request: Request, actor: Someone, db: Writing) -> Response:
    await service.end_other_sessions(db, actor)
    return see_other(request, "/my/sessions", flash=_("You are signed out everywhere but here."))


@router.get("/display")
async def display_form(request: Request, actor: Visitor) -> Response:
    chosen = cookies.kept(request, cookies.THEME)
    return page(request, "accounts/display.html", typed={"theme": chosen}, errors={})


@router.post("/display")
async def choose_display(request: Request, actor: Visitor) -> Response:
    theme = one_each(await typed_in(request)).get("theme")
    answer = see_other(request, "/display", flash=_("Saved for this browser."))
    if theme in {"light", "dark"}:
        cookies.keep(request, answer, cookies.THEME, str(theme))
    else:
        cookies.forget(request, answer, cookies.THEME)
    return answer


def _languages() -> list[tuple[str, str]]:
    return [(language.code, language.name) for language in i18n.SHIPPED]
