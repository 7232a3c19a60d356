"""How often something may be asked: counted in the database, so that it holds over all web processes."""

from datetime import datetime

from sqlalchemy import Integer, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import jobs
from app.kernel.database import Base, transaction
from app.kernel.refusals import TooMany


class Spent(Base):
    """How often `key` was asked since `begins`. Not worth surviving a crash: the table is unlogged."""

    __tablename__ = "spent"
    __table_args__ = ({"info": {"placement": "local"}, "prefixes": ["UNLOGGED"]},)
    key: Mapped[str] = mapped_column(primary_key=True)
    begins: Mapped[datetime]
    times: Mapped[int] = mapped_column(Integer)


_SPEND = text(
    """
    INSERT INTO spent AS s (key, begins, times) VALUES (:key, now(), 1)
    ON CONFLICT (key) DO UPDATE SET
        times = CASE WHEN s.begins < now() - make_interval(secs => :seconds) THEN 1 ELSE s.times + 1 END,
        begins = CASE WHEN s.begins < now() - make_interval(secs => :seconds) THEN now() ELSE s.begins END
    RETURNING times
    """
)


async def spend(maker: async_sessionmaker[AsyncSession], key: str, *, most: int, seconds: int) -> None:
    """Count one more of `key`. Raises TooMany past `most` in a window of `seconds`.

    Counted in a transaction of its own: what is refused afterwards was asked all the same.
    """
    async with transaction(maker) as db:
        times = await db.scalar(_SPEND, {"key": key, "seconds": seconds})
    if (times or 0) > most:
        raise TooMany


@jobs.every("41 * * * *", "limits.forget")
async def forget_old() -> None:
    async with transaction(jobs.database()) as db:
        await db.execute(text("DELETE FROM spent WHERE begins < now() - interval '1 day'"))


def network_of(address: str) -> str:
    """The network an address belongs to: /24 of IPv4, /48 of IPv6; nothing finer is ever kept."""
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::/48"
    return ".".join(address.split(".")[:3]) + ".0/24"
