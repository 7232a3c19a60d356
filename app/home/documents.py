"""The pages that explain: help, accessibility, privacy, open data, about."""

from fastapi import APIRouter, Request, Response

from app.kernel.web.access import Visitor
from app.kernel.web.answers import page

router = APIRouter()


@router.get("/help")
async def help_page(request: Request, actor: Visitor) -> Response:
    return page(request, "home/help.html")


@router.get("/accessibility")
async def accessibility(request: Request, actor: Visitor) -> Response:
    return page(request, "home/accessibility.html")


@router.get("/privacy")
async def privacy(request: Request, actor: Visitor) -> Response:
    return page(request, "home/privacy.html")


@router.get("/open-data")
async def open_data(request: Request, actor: Visitor) -> Response:
    return page(request, "home/open_data.html")


@router.get("/about")
async def about(request: Request, actor: Visitor) -> Response:
    return page(request, "home/about.html")
