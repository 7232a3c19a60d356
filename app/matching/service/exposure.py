"""Exposure: counting the lists of partners that are served, and every night what each partner got of attention.

A list is counted by its need and day, never by who read it. At night it is worked out again, with everybody who
could have been in it; the order within it goes by the snapshot of the night before, so it is the list of that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.accounts import queries as accounts
from app.kernel import audit, jobs, outbox, time
from app.kernel.actor import Role
from app.kernel.database import transaction
from app.kernel.i18n import N_, _, speaking, url
from app.kernel.ids import new_id
from app.kernel.settings import settings
from app.matching.models import Exposure, ServedList, Treatment
from app.matching.queries.cells import cell
from app.matching.queries.eligible import MOST, eligible
from app.matching.queries.matches import spoken_about
from app.matching.queries.setting import setting
from app.matching.queries.treatment import classes
from app.matching.rules import order
from app.matching.rules.classes import Measure
from app.matching.rules.order import REMEMBERED, Shown
from app.needs.rules.statements import Key
from app.places import queries as places

LISTS_NAMED = 5
"""How many lists are named to the registrar where a class was shown least."""
Shares = dict[str, dict[str, list[float]]]
"""Measure -> class -> [attention got, of all; chances, of all]."""


async def note_served(maker: async_sessionmaker[AsyncSession], cell_id: UUID) -> None:
    """Count that the list for a need was served today; in a transaction of its own, since reading writes nothing."""
    new = insert(ServedList).values(on=time.now().date(), cell_id=cell_id)
    async with transaction(maker) as db:
        await db.execute(
            new.on_conflict_do_update(index_elements=["on", "cell_id"], set_={"times": ServedList.times + 1})
        )


async def work_out_day(db: AsyncSession, on: date) -> int:
    """The exposure of a day, from the lists that were served then, and everybody's deficit over 90 days.

    Doing it twice changes nothing. How many lists there were.
    """
    # What was worked out for the day before goes first: it isn't what the lists of that day went by.
    await db.execute(delete(Exposure).where(Exposure.on == on))
    known = await setting(db, on)
    lists = await db.scalars(select(ServedList).where(ServedList.on == on).order_by(ServedList.cell_id))
    of_day: dict[Key, order.Exposure] = defaultdict(order.Exposure)
    number = 0
    for served in lists.all():
        need = await cell(db, served.cell_id)
        rows = await eligible(db, need, known, left_out=await spoken_about(db, need), most=None)
        shown = Shown([row.id for row in rows[:MOST]], {row.id: row.fit for row in rows})
        for partner, got in order.exposure([shown]).items():
            of_day[partner] = _more(of_day[partner], got, served.times)
        served.shares = await _shares(db, shown, on)
        number += 1
    await db.flush()
    await _store(db, on, of_day)
    return number


async def work_out_month(db: AsyncSession, month: date) -> list[Treatment]:
    """Equal treatment of a month (its first day), by each measure. Doing it twice changes nothing."""
    following = (month + timedelta(days=32)).replace(day=1)
    rows = await db.execute(
        select(
            Exposure.organisation_id,
            func.sum(Exposure.got),
            func.sum(Exposure.merited),
            func.sum(Exposure.eligible),
        )
        .where(Exposure.on >= month, Exposure.on < following)
        .group_by(Exposure.organisation_id)
    )
    exposures: dict[Key, order.Exposure] = {
        i: order.Exposure(got, merited, chances) for i, got, merited, chances in rows if chances
    }
    known = await classes(db, [i for i in exposures if isinstance(i, UUID)], following)
    worst = await _worst_lists(db, month, following)
    found: list[Treatment] = []
    for measure in Measure:
        by_partner: dict[Key, str] = {i: known[i][measure] for i in known}
        of_known = {i: exposures[i] for i in by_partner}
        for name, its in order.treatment(of_known, by_partner).items():
            lists = [str(i) for i in worst.get((measure, name), [])] if its.is_uneven else []
            partners = sum(each == name for each in by_partner.values())
            found.append(Treatment(
                month=month, measure=measure, class_=name, got=its.got, eligible=its.eligible, partners=partners, lists=lists
            ))  # fmt: skip
    for row in found:
        await db.merge(row)
    await db.flush()
    return found


async def tell_of_uneven(db: AsyncSession, month: date, found: Iterable[Treatment]) -> int:
    """Write to the country's registrars where a class was shown less than 0.8 of its share. How many classes."""
    uneven = [row for row in found if order.Treatment(row.got, row.eligible).is_uneven]
    interval = await places.interval_of(db, settings().country)
    if not uneven or interval is None:
        return len(uneven)
    for _id, email, language in await accounts.holders_over(db, Role.REGISTRAR, interval[0]):
        with speaking(language):
            subject = _("Some partners were shown less than their share")
            lines = [_(_UNEVEN), f"{settings().public_address}{url('/matching/equal-treatment')}"]
            await outbox.tell(db, email, language, subject, lines)
    facts = {f"{row.measure}: {row.class_}": round(row.got / row.eligible, 3) for row in uneven}
    await audit.record(db, None, "matching.uneven", new_id(), month=month.isoformat(), classes=facts)
    return len(uneven)


_UNEVEN = N_("Look at the check of equal treatment: it names the lists in which it happened.")


@jobs.every("35 4 * * *", "matching.exposure")
async def every_night() -> None:
    """Work out yesterday, and any day before it that was missed."""
    today = time.now().date()
    async with transaction(jobs.database()) as db:
        missed = await db.scalars(
            select(ServedList.on)
            .where(ServedList.shares.is_(None), ServedList.on < today)
            .distinct()
            .order_by(ServedList.on)
        )
        days = {*missed.all(), today - timedelta(days=1)}
    for on in sorted(days):
        async with transaction(jobs.database()) as db:
            await work_out_day(db, on)


@jobs.every("15 6 1 * *", "matching.treatment")
async def every_month() -> None:
    """Work out the month before, once its last day is in."""
    month = (time.now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    async with transaction(jobs.database()) as db:
        await tell_of_uneven(db, month, await work_out_month(db, month))


def _more(so_far: order.Exposure, got: order.Exposure, times: int) -> order.Exposure:
    return order.Exposure(
        so_far.got + times * got.got,
        so_far.merited + times * got.merited,
        so_far.eligible + times * got.eligible,
    )


async def _shares(db: AsyncSession, shown: Shown, on: date) -> Shares:
    """How attention and chances were shared out in one list."""
    ids = [i for i in shown.eligible if isinstance(i, UUID)]
    known = await classes(db, ids, on)
    exposures = order.exposure([shown])
    return {
        str(measure): {
            name: [round(its.got, 6), round(its.eligible, 6)]
            for name, its in order.treatment(exposures, {i: known[i][measure] for i in ids}).items()
        }
        for measure in Measure
    }


async def _store(db: AsyncSession, on: date, of_day: Mapping[Key, order.Exposure]) -> None:
    for partner, its in of_day.items():
        said = {"got": its.got, "merited": its.merited, "eligible": its.eligible}
        new = insert(Exposure).values(organisation_id=partner, on=on, **said)
        await db.execute(new.on_conflict_do_update(index_elements=["organisation_id", "on"], set_=said))
    # Whoever was in a list of the last 90 days has a row of this day too: it carries what is due to them.
    await db.execute(_DEFICITS, {"on": on, "since": on - timedelta(days=REMEMBERED - 1)})


_DEFICITS = text("""
INSERT INTO exposure (organisation_id, "on", deficit)
SELECT organisation_id, :on, sum(merited - got) FROM exposure WHERE "on" BETWEEN :since AND :on
GROUP BY organisation_id
ON CONFLICT (organisation_id, "on") DO UPDATE SET deficit = excluded.deficit
""")


async def _worst_lists(db: AsyncSession, month: date, following: date) -> dict[tuple[str, str], list[UUID]]:
    """(measure, class) -> the lists of a month in which it fell shortest of its share, weighed by how often served."""
    rows = await db.execute(
        select(ServedList.cell_id, ServedList.shares, ServedList.times).where(
            ServedList.on >= month, ServedList.on < following, ServedList.shares.is_not(None)
        )
    )
    short: dict[tuple[str, str], dict[UUID, float]] = defaultdict(lambda: defaultdict(float))
    for cell_id, shares, times in rows:
        for measure, of_measure in (shares or {}).items():
            for name, (got, chances) in of_measure.items():
                short[measure, name][cell_id] += (chances - got) * times
    return {
        key: [i for i, gap in sorted(lists.items(), key=lambda each: (-each[1], str(each[0]))) if gap > 0][
            :LISTS_NAMED
        ]
        for key, lists in short.items()
    }
