"""The first page, what needs you, and the pages that explain the platform."""

from fastapi import APIRouter, Request, Response

from app.home import queries
from app.kernel import time
from app.kernel.web.access import Someone, Visitor
from app.kernel.web.answers import page
from app.kernel.web.transactions import Reading

router = APIRouter()


@router.get("/")
async def home(request: Request, actor: Visitor) -> Response:
    return page(request, "home/home.html", left_out=None)


@router.get("/my")
async def what_needs_you(request: Request, actor: Someone, db: Reading) -> Response:
    tasks = await queries.what_needs_you(db, actor)
    return page(request, "home/my.html", tasks=tasks, today=time.now().date())
