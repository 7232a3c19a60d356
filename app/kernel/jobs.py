"""Jobs: work that is done after the answer, queued in the transaction of the change it belongs to.

The only module that knows the queue (procrastinate). A job may run twice, so its effect is keyed; its
arguments are ids and numbers, never personal data.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Literal, cast

import procrastinate
from procrastinate import retry
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.tasks import Task
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from app.kernel import context
from app.kernel.database import open_engine, sessions

Queue = Literal["now", "normal", "heavy", "care"]
QUEUES: tuple[Queue, ...] = ("now", "normal", "heavy", "care")
Work = Callable[..., Awaitable[None]]

# A connector is only opened by the worker; deferring uses the connection of the caller's transaction.
queue = procrastinate.App(connector=procrastinate.PsycopgConnector())
_engine: AsyncEngine | None = None


def job(
    name: str, *, where: Queue = "normal", retry_on: tuple[type[Exception], ...] = ()
) -> Callable[[Work], Work]:
    """Register `name` as a job. It is tried again only for `retry_on`: troubles of the network, not bugs."""
    strategy = (
        retry.RetryStrategy(max_attempts=8, exponential_wait=4, retry_exceptions=list(retry_on))
        if retry_on
        else None
    )

    def register(work: Work) -> Work:
        async def begun(request: str = "", **arguments: Any) -> None:
            context.begin(request)
            await work(**arguments)

        queue.task(name=name, queue=where, retry=strategy or False)(begun)
        return work

    return register


def every(cron: str, name: str) -> Callable[[Work], Work]:
    """Register a job of the care queue that runs by the clock (five cron fields, or six with seconds), once over all
    workers.
    """

    def register(work: Work) -> Work:
        async def begun(timestamp: int) -> None:
            await work()

        queue.periodic(cron=cron)(queue.task(name=name, queue="care")(begun))
        return work

    return register


async def defer(
    db: AsyncSession, name: str, *, lock: str | None = None, once: str | None = None, **arguments: object
) -> None:
    """Queue the job `name` in the transaction of `db`: it exists when that commits, and not otherwise.

    `lock`: no two jobs with the same lock run at once. `once`: while one with this key waits, a second
    is not queued.
    """
    if once is None:
        await _defer(db, name, lock, None, arguments)
        return
    # A savepoint, since a refused second job would otherwise end the caller's transaction.
    try:
        async with db.begin_nested():
            await _defer(db, name, lock, once, arguments)
    except AlreadyEnqueued:
        return


async def _defer(
    db: AsyncSession, name: str, lock: str | None, once: str | None, arguments: dict[str, object]
) -> None:
    raw = (await (await db.connection()).get_raw_connection()).driver_connection
    task = cast(Task[..., Any, Any], queue.tasks[name])  # pyright: ignore[reportUnknownMemberType] # a dict of any tasks
    deferrer = task.configure(connection=cast(Any, raw), lock=lock, queueing_lock=once)
    try:
        await deferrer.defer_async(request=context.request_id(), **cast(Any, arguments))
    except ConnectorException as problem:
        # What the driver said, as with every other statement of the transaction.
        raise problem.__cause__ or problem from None


def work_on(url: str) -> None:
    """Say which database the jobs of this process work on. Called once by the worker."""
    global _engine
    _engine = open_engine(url, pool=8, statement_seconds=300)


def database() -> async_sessionmaker[AsyncSession]:
    """The sessions that a job opens its transactions with."""
    if _engine is None:
        raise RuntimeError("work_on was not called in this process")
    return sessions(_engine)


async def run_worker(url: str, queues: tuple[Queue, ...] = QUEUES, concurrency: int = 8) -> None:
    """Work through the queues until told to stop (SIGTERM, SIGINT: running jobs are finished first)."""
    work_on(url)
    connector = procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=4)
    with queue.replace_connector(connector) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=list(queues),
                concurrency=concurrency,
                shutdown_graceful_timeout=30,
                fetch_job_polling_interval=5,
                update_heartbeat_interval=10,
                stalled_worker_timeout=30,
                delete_jobs="never",
            )


@every("* * * * * */30", "jobs.care")
async def care_for_stalled() -> None:
    """Give back the jobs of a worker that died; forget finished ones after 14 days."""
    for stalled in await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await queue.job_manager.retry_job(stalled)
    await queue.job_manager.delete_old_jobs(nb_hours=14 * 24)
