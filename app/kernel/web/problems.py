"""Problems: what a person, or a program, is told when a request could not be answered as asked.

Refused: the person's to mend, said in one sentence. Ours: logged once with the request's id, which the
page shows too. Under /api/ both are RFC 9457 documents.
"""

from urllib.parse import urlsplit, urlunsplit

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from psycopg import errors as psycopg_errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.kernel import context
from app.kernel.database import is_away, may_pass
from app.kernel.i18n import N_, _, url
from app.kernel.refusals import NotFound, Refused, SignInFirst
from app.kernel.sent_forms import AlreadySent
from app.kernel.web.access import note_refusal
from app.kernel.web.answers import page
from app.kernel.web.repeating import AskAgain
from app.kernel.web.state import web

log = structlog.get_logger()
_TITLES = {
    400: N_("We can't read this request"),
    401: N_("Sign in first"),
    403: N_("This is not open to you"),
    404: N_("There is no such page"),
    405: N_("This page can't be used that way"),
    409: N_("This has changed meanwhile"),
    413: N_("That is too large"),
    422: N_("This could not be done"),
    429: N_("Slowly, one moment"),
    500: N_("Something broke on our side"),
    503: N_("We will be back in a moment"),
}


class Broken(Refused):
    status = 500
    says = N_(
        "Something broke on our side. What was saved before is safe. Go back and try again; if it happens again, tell us the number below."
    )


class NotReady(Refused):
    status = 503
    says = N_(
        "We could not reach our records just now. Go back: what you wrote is still on the page. Send it again in a few seconds."
    )


def install(app: FastAPI) -> None:
    """Give `app` an answer for everything that can go wrong."""
    app.add_exception_handler(Refused, _refused)  # type: ignore[arg-type] # the handler takes the narrower type
    app.add_exception_handler(AlreadySent, _already_sent)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, _unreadable)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _http)  # type: ignore[arg-type]
    for away in (DBAPIError, PoolTimeoutError, psycopg_errors.OperationalError):
        app.add_exception_handler(away, _database)


async def _refused(request: Request, problem: Refused) -> Response:
    if problem.status in {401, 403, 429}:
        note_refusal(request, problem)
    if isinstance(problem, SignInFirst) and not _is_api(request):
        back = request.scope["path"] if request.method == "GET" else "/my"
        return RedirectResponse(url("/sign-in", next=back), status_code=303)
    return answer(request, problem)


async def _already_sent(request: Request, problem: AlreadySent) -> Response:
    return RedirectResponse(problem.leads_to, status_code=303)


async def _unreadable(request: Request, problem: RequestValidationError) -> Response:
    if any(error["loc"][0] == "path" for error in problem.errors()):
        return answer(request, NotFound())
    if not _is_api(request):
        return answer(request, _Unreadable())
    errors = [
        {
            "pointer": "/" + "/".join(str(part) for part in error["loc"]),
            "code": error["type"],
            "message": error["msg"],
        }
        for error in problem.errors()
    ]
    return _document(request, 422, "validation", _("Some of what was sent can't be read."), errors=errors)


class _Unreadable(Refused):
    status = 400
    says = N_("Part of this address or form can't be read. Go back and try again from the page before.")


async def _http(request: Request, problem: HTTPException) -> Response:
    refusal = NotFound() if problem.status_code == 404 else _Unreadable()
    refusal.status = problem.status_code  # type: ignore[misc] # this one answer's
    return answer(request, refusal, headers=dict(problem.headers or {}))


async def _database(request: Request, problem: Exception) -> Response:
    """What the database refused is ours; where it was away the request is repeated, then told to come back."""
    reads = request.method in {"GET", "HEAD"}
    tried_to_write = reads and isinstance(
        getattr(problem, "orig", problem), psycopg_errors.ReadOnlySqlTransaction
    )
    if tried_to_write or not is_away(problem):
        return await ours(request, problem)
    log.warning("database.away", error=type(getattr(problem, "orig", None) or problem).__name__)
    repeatable = reads or getattr(request.state, "repeatable", False)
    if repeatable and may_pass(problem) and not request.scope.get("asked_again"):
        if not isinstance(problem, DBAPIError):  # the engine has not heard of it, and keeps what died with it
            await web(request).close()
        raise AskAgain
    return answer(request, NotReady(), headers={"Retry-After": "5"})


async def ours(request: Request, problem: Exception) -> Response:
    """The answer for what nobody foresaw; the outermost layer asks for it (middleware.Around)."""
    log.error("request.broken", exc_info=problem)
    return answer(request, Broken())


def answer(request: Request, problem: Refused, *, headers: dict[str, str] | None = None) -> Response:
    """The page or the document that says `problem`."""
    if _is_api(request):
        made = _document(request, problem.status, problem.code, problem.sentence)
    else:
        made = page(
            request,
            "layout/problem.html",
            status=problem.status,
            title=_(_TITLES.get(problem.status, _TITLES[422])),
            sentence=problem.sentence,
            request_id=context.request_id() if problem.status >= 500 else None,
            came_from=_came_from(request),
        )
    made.headers.update(headers or {})
    return made


def _came_from(request: Request) -> str:
    """The address here of the page whose form was sent; "" where there is none."""
    page_before = urlsplit(request.headers.get("referer", ""))
    if request.method != "POST" or page_before.netloc != request.headers.get("host"):
        return ""
    return urlunsplit(("", "", f"/{page_before.path.lstrip('/')}", page_before.query, ""))


def _document(request: Request, status: int, code: str, detail: str, **more: object) -> Response:
    body = {
        "type": f"/problems/{code}",
        "title": _(_TITLES.get(status, _TITLES[422])),
        "status": status,
        "detail": detail,
        "instance": f"urn:uuid:{context.request_id()}",
        **more,
    }
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


def _is_api(request: Request) -> bool:
    return request.scope["path"].startswith("/api/")
