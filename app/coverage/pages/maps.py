"""The map of who is left out, for the list and for the first page."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.queries.left_out import Part
from app.kernel.i18n import _, percent
from app.places import maps
from app.places.rules.classes import class_of

LIMITS = (20, 40, 60, 80)
"""Where the classes of the map begin, in percent of needs that is in no programme registered here: kept over time, so that maps compare."""


async def shares_on_a_map(
    db: AsyncSession, area_id: UUID, parts: Sequence[Part], href: Callable[[maps.Placed], str | None]
) -> dict[str, Any] | None:
    """What the macro map_figure takes: the share that is in no programme registered here, of the areas right below one. None without outlines."""
    drawn = await maps.areas_for_map(db, area_id)
    if drawn is None:
        return None
    figures = {
        part.id: (
            class_of(part.uncovered, part.people, LIMITS),
            _("%(share)s in no programme registered here") % {"share": percent(part.uncovered / part.people)},
        )
        for part in parts
        if part.people
    }
    words = [_("Under 20 percent"), _("20 to 39 percent"), _("40 to 59 percent"), _("60 to 79 percent"), _("80 percent and more")]
    return {
        "shapes": drawn.shapes(figures, _("No figures"), href),
        "box": drawn.box,
        "labels": drawn.labels(),
        "classes": [*((f"m{step}", words[step - 1]) for step in range(5, 0, -1)), ("m0", _("No figures"))],
        "linked": drawn.linked,
        "nowhere": list(drawn.nowhere),
        "insets": drawn.insets,
    }
