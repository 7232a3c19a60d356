"""Health: is the process alive, and may it be sent requests?"""

import asyncio
import shutil

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.kernel.migrations import head
from app.kernel.web.state import web

router = APIRouter()


@router.get("/healthz/live", include_in_schema=False)
async def live() -> PlainTextResponse:
    """The process answers. It asks nothing of the database."""
    return PlainTextResponse("alive")


@router.get("/healthz/ready", include_in_schema=False)
async def ready(request: Request) -> JSONResponse:
    """The database answers within a second, is migrated, there is room on the disk, and we are not stopping."""
    shared = web(request)
    missing: list[str] = []
    if shared.stopping:
        missing.append("stopping")
    try:
        async with asyncio.timeout(1), shared.database() as db:
            version = await db.scalar(text("SELECT version_num FROM alembic_version"))
            if version != head():
                missing.append("migrations")
    except (SQLAlchemyError, OSError, TimeoutError):
        missing.append("database")
    disk = shutil.disk_usage(shared.settings.data if shared.settings.data.exists() else "/")
    if disk.free < disk.total * 0.05:
        missing.append("disk")
    return JSONResponse({"ready": not missing, "missing": missing}, status_code=503 if missing else 200)
