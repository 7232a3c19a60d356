"""Finding a place by its name, inside other pages' forms."""

import re

from fastapi import APIRouter, Request, Response

from app.kernel.web.access import Visitor
from app.kernel.web.answers import page
from app.kernel.web.state import web
from app.kernel.web.transactions import Reading
from app.places import queries

router = APIRouter()
_FIELD = re.compile(r"^[a-z][a-z0-9_]{0,30}$")


@router.get("/areas/suggestions")
async def suggestions(request: Request, actor: Visitor, db: Reading, field: str = "area") -> Response:
    """Candidates for what stands in the field that asks; the field's name says which parameter it is."""
    name = field if _FIELD.match(field) else "area"
    typed = request.query_params.get(name, "")[:100]
    found = await queries.search(db, typed, country=web(request).settings.country)
    candidates = [(place.id, place.name, place.where) for place in found]
    return page(request, "places/suggestions.html", field=name, candidates=candidates, typed=typed)
