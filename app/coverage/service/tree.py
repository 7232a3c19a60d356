"""After areas came or moved: cells and coverage stand where their areas do at once, the figures follow in a job."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.coverage.service.rebuild import rebuild
from app.kernel import changes, jobs
from app.kernel.changes import Kind
from app.kernel.database import transaction
from app.needs.service.settlement import renumber_cells, settle_country

JOB, REBUILD = "coverage.tree", "coverage.rebuild-all"


async def follow_tree(db: AsyncSession) -> None:
    """Give every cell the position that its area has now; what that means for the figures is left to a job.

    For as long as the change is not followed, pages say that figures are being worked out.
    """
    if await changes.waiting(db, (Kind.TREE,), most=1):
        await renumber_cells(db)
        await db.execute(_RENUMBER)
        await jobs.defer(db, JOB, once=JOB)


_RENUMBER = text(
    "UPDATE cell_coverage AS v SET position = c.position FROM need_cell AS c "
    "WHERE c.id = v.cell_id AND v.position <> c.position"
)


@jobs.job(JOB, where="heavy")
async def settle_changed() -> None:
    """Sum the figures of each country whose areas changed anew, then work out all coverage."""
    async with transaction(jobs.database()) as db:
        for change in await changes.take(db, (Kind.TREE,)):
            await settle_country(db, change.subject_id)
        await jobs.defer(db, REBUILD, once=REBUILD)


@jobs.job(REBUILD, where="heavy")
async def rebuild_all() -> None:
    """All coverage from nothing: lines that reach an area may reach other places now."""
    await rebuild(jobs.database(), lambda _: None)
