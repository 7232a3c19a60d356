"""What every address of the API has in common: its parameters, cursors that can't be altered, lists, records.

@router.get("/areas", response_model=Listing[AreaRecord])
async def areas(request: Request, actor: Visitor, db: Reading, limit: Limit = 50, after: After = None) -> Response:
    found = await queries.listed(db, after=cursor(request, after), size=limit)
    return listing(request, [AreaRecord.of(row) for row in found.rows], found.after)
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field

from app.kernel.i18n import N_, spoken, url
from app.kernel.refusals import Refused
from app.kernel.web.cookies import signed

MOST = 200
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What is wrong with the request (RFC 9457).",
        "content": {
            "application/problem+json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "instance"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "instance": {"type": "string"},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["pointer", "code", "message"],
                                "properties": {
                                    name: {"type": "string"} for name in ("pointer", "code", "message")
                                },
                            },
                        },
                    },
                }
            }
        },
    }
}
"""How every address of the API says what it refuses, for the document that describes them."""
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many to give at most.")]
After = Annotated[
    str | None, Query(max_length=2000, description="The cursor of the list before: see `next`.")
]
Record = TypeVar("Record", bound=BaseModel)


class BadCursor(Refused):
    status = 400
    field = "after"
    says = N_("This cursor is not one that we gave for this list. Begin again without it.")


class UnknownParameter(Refused):
    status = 400
    says = N_("There is no parameter %(name)s at this address.")


class Listing(BaseModel, Generic[Record]):
    """Some of a list, and the address of what comes after it (null: this was the last)."""

    items: list[Record]
    next: str | None = Field(description="The address of what comes next.")


async def known_parameters(request: Request) -> None:
    """Refuse a parameter that the address doesn't know: a filter with a slip would be passed over in silence.

    Mounted on all API routers at once in app/main.py. Raises UnknownParameter.
    """
    known = {str(parameter.alias) for parameter in _declared(request)}
    for name in request.query_params:
        if name not in known:
            raise UnknownParameter(name=name[:40])


def cursor(request: Request, after: str | None) -> str | None:
    """The cursor for the query that `after` carries. Raises BadCursor for one that is altered or of another list."""
    if after is None:
        return None
    plain, _, signature = after.rpartition(".")
    if not plain or not hmac.compare_digest(signature.encode(), _signature(request, plain).encode()):
        raise BadCursor
    return plain


def listing(request: Request, items: Sequence[BaseModel], after: str | None) -> Response:
    """A list as it is answered; `after` is the query's own cursor for what comes next."""
    address = None
    if after is not None:
        asked = {name: value for name, value in request.query_params.items() if name != "after"}
        address = url(request.scope["path"], **asked, after=f"{after}.{_signature(request, after)}")
    body = Listing[Any](
        items=[item.model_dump(mode="json") for item in items], next=address
    ).model_dump_json()
    headers = {"Link": f'<{address}>; rel="next"'} if address else {}
    digest = hashlib.sha256(body.encode()).hexdigest()[:32]
    return _answer(request, body, f'W/"{digest}"', headers)


def record(request: Request, item: BaseModel, record_id: object, version: object = None) -> Response:
    """One record as it is answered. Its strong tag is of its version and language; without a version, of all it says."""
    body = item.model_dump_json()
    state = hashlib.sha256(body.encode()).hexdigest()[:32] if version is None else version
    return _answer(request, body, f'"{record_id}.{state}.{spoken().code}"', {})


def _answer(request: Request, body: str, tag: str, headers: dict[str, str]) -> Response:
    headers = {**headers, "ETag": tag, "Cache-Control": "no-cache", "Vary": "Cookie"}
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _signature(request: Request, plain: str) -> str:
    """16 bytes over the cursor, the list and its filters."""
    filters = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in {"after", "limit"}
    )
    return signed(request, "cursor", repr((request.scope["path"], filters, plain)))[:32]


def _declared(request: Request) -> Sequence[Any]:
    return request.scope["route"].dependant.query_params
