"""Maps drawn once and kept: all areas right below one, together."""

import asyncio
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.places.models import Area, AreaDrawing
from app.places.rules.outlines import DETAIL, WIDTH, Rings, draw

EDITION = 1
"""Raise it when the same outlines are drawn otherwise."""


async def redraw(db: AsyncSession, parents: Collection[UUID], *, width: int = WIDTH) -> int:
    """Draw what lies right below these areas, where its outlines are not those of the drawing that is kept.

    Returns how many were drawn. Drawing takes its time, so it is done in a thread.
    """
    drawn = 0
    for parent_id in sorted(parents):
        rows = await db.execute(
            select(Area.code, Area.outline).where(Area.parent_id == parent_id).order_by(Area.code)
        )
        outlines = {code: outline for code, outline in rows if outline}
        digest = _digest(outlines, width)
        kept = (AreaDrawing.parent_id == parent_id) & (AreaDrawing.width == width)
        if await db.scalar(select(AreaDrawing.digest).where(kept)) == digest:
            continue
        drawing = asdict(await asyncio.to_thread(draw, outlines, width=width))
        new = insert(AreaDrawing).values(parent_id=parent_id, width=width, digest=digest, drawing=drawing)
        changed = {"digest": digest, "drawing": drawing}
        await db.execute(new.on_conflict_do_update(index_elements=["parent_id", "width"], set_=changed))
        drawn += 1
    return drawn


def _digest(outlines: Mapping[str, Rings], width: int) -> bytes:
    plain = json.dumps([EDITION, width, DETAIL, sorted(outlines.items())], separators=(",", ":"))
    return hashlib.sha256(plain.encode()).digest()
