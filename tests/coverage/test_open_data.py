"""Needs with their coverage as programs read them."""

import pytest
from sqlalchemy import select

from app.coverage.models import CellCoverage
from tests.coverage.field import BORNO, DAMATURU, GULANI


async def test_the_list_goes_on_after_its_last_row_without_losing_any(browse, field, db):
    for service in ("HEA", "EDU"):
        for area in (DAMATURU, GULANI, BORNO):
            await field.needs(area, 500, service=service)
    seen: list[str] = []
    after = ""
    for _ in range(8):
        answer = (await browse.get(f"/api/v1/needs?limit=2{after}")).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = "&after=" + answer["next"].split("after=")[1]
    listed = (await db.scalars(select(CellCoverage.cell_id).where(CellCoverage.listed))).all()
    assert sorted(seen) == sorted(map(str, listed))
    assert len(seen) == 6


@pytest.mark.parametrize(
    "path", ["/api/v1/needs?service=NOPE", "/api/v1/needs/01a21117-0000-7000-8000-000000000000"]
)
async def test_what_isnt_there_is_not_found(browse, field, path):
    assert (await browse.get(path)).status_code == 404
