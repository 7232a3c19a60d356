"""What a person does with an import: sends the file, says what its columns and values mean, takes it in, leaves it, undoes it.

Each of these is quick; the work follows in a job (running.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.exchange.models import ColumnMapping, Import, Source
from app.exchange.rights import plans_all, plans_in
from app.exchange.rules.column_map import signature_of
from app.exchange.rules.lookups import Answer, Choice
from app.exchange.service import running
from app.exchange.service.importing import File, answers_of, ensure_source, newest_mapping
from app.exchange.service.looking import Decided, without_cells
from app.exchange.service.undoing import check_undo
from app.exchange.values.months import Period
from app.exchange.values.people import GROUPS
from app.exchange.values.statuses import ROLES, STATUSES
from app.kernel import audit, jobs
from app.kernel.actor import Actor
from app.kernel.i18n import N_
from app.kernel.ids import new_id, read_id
from app.kernel.refusals import NotAllowed, NotFound, NotMoved, Refused
from app.kernel.time import now
from app.organisations.models import Organisation
from app.places.models import Area
from app.vocabulary.queries import entries as vocabulary

MOST_REFUSED = 0.3
"""From this share of refused rows on a person confirms that the rest is to be taken in all the same."""
MOST_GONE = 0.2


class ConfirmRefused(Refused):
    field = "confirmed"
    says = N_("%(refused)s of %(rows)s rows would be left out. Confirm that, or mend them first.")


class ConfirmGone(Refused):
    field = "gone_confirmed"
    says = N_("%(gone)s presences would end, of %(all)s. Confirm that, or leave them.")


class NotAllOfIt(Refused):
    field = "gone"
    says = N_("Only who plans for the whole country can end what a file no longer says.")


class NoSuchRecord(Refused):
    field = "answer-0"
    says = N_("There is no “%(record)s” that “%(value)s” could mean.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it arrived: what it is called, its SHA-256 and size in bytes."""

    name: str
    sha256: bytes
    size: int


async def send(db: AsyncSession, actor: Actor, file: File, sent: Sent) -> UUID:
    """Begin an import of a file that is kept. `file.country` is a two-letter code. Raises NotAllowed, OtherKind."""
    await _country_of(db, actor, file.country)
    source_id = await ensure_source(db, actor, file, file.country)
    begun = Import(
        id=new_id(),
        source_id=source_id,
        state="uploaded",
        file_name=sent.name[:200] or "table",
        file_hash=sent.sha256,
        file_bytes=sent.size,
        begun_by=actor.person_id,
        **_months(file.period),
    )
    db.add(begun)
    await db.flush()
    await audit.record(db, actor, "import.sent", begun.id, source=str(source_id), file=sent.sha256.hex())
    await jobs.defer(db, running.LOOK, lock=running.lock(begun.id), import_id=str(begun.id))
    return begun.id


async def map_columns(
    db: AsyncSession,
    actor: Actor,
    import_id: UUID,
    decided: Decided,
    sheets: Sequence[str],
    period: Period | None,
) -> None:
    """Say what the columns are. Remembered for the source; then the rows are read. Raises NotMoved, NotAllowed."""
    row = await _open(db, actor, import_id, "to map", "checked")
    before = await newest_mapping(db, row.source_id)
    await _decide(db, actor, row, decided.stored(), before.answers if before else {})
    facts = {**row.facts, "chosen": list(sheets)}
    row.facts = _without_private(facts, decided)
    for name, day in _months(period).items():
        setattr(row, name, day)
    await _read_again(db, actor, row)


async def answer(
    db: AsyncSession, actor: Actor, import_id: UUID, given: Mapping[tuple[str, str], Answer]
) -> None:
    """Say what values mean. Remembered for the source; then the rows are read again.

    Raises NoSuchRecord, NotMoved, NotAllowed.
    """
    row = await _open(db, actor, import_id, "checked")
    await _check_records(db, (await db.get_one(Source, row.source_id)).country, given)
    before = await newest_mapping(db, row.source_id)
    answers: dict[str, dict[str, Any]] = {}
    for (name, value), said in {**await answers_of(db, row.source_id), **given}.items():
        answers.setdefault(name, {})[value] = {"choice": said.choice.value, "record": said.record}
    columns = before.columns if before else Decided().stored()
    await _decide(db, actor, row, columns, answers)
    await _read_again(db, actor, row)


async def begin_apply(
    db: AsyncSession,
    actor: Actor,
    import_id: UUID,
    *,
    end_gone: bool = False,
    confirmed: bool = False,
    gone_confirmed: bool = False,
) -> None:
    """Have what was checked taken in. Raises ConfirmRefused, ConfirmGone, NotAllOfIt, NotMoved, NotAllowed."""
    row = await _open(db, actor, import_id, "checked")
    counts = row.facts["counts"]
    if needs_word(counts) and not confirmed:
        raise ConfirmRefused(refused=counts["refused"], rows=counts["rows"])
    if end_gone and not row.facts.get("whole"):
        raise NotAllOfIt
    if end_gone and gone_needs_word(counts) and not gone_confirmed:
        raise ConfirmGone(gone=counts["gone"], all=stated_before(counts))
    row.state = "applying"
    row.facts = {**row.facts, "end_gone": end_gone}
    await audit.record(db, actor, "import.begun-to-apply", import_id, end_gone=end_gone, confirmed=confirmed)
    await _defer(db, running.APPLY, actor, import_id)


def needs_word(counts: Mapping[str, Any]) -> bool:
    """Whether so many rows are refused that somebody has to confirm it."""
    return counts["refused"] > MOST_REFUSED * max(1, counts["rows"])


def gone_needs_word(counts: Mapping[str, Any]) -> bool:
    """Whether so many presences would end that somebody has to confirm it."""
    return counts["gone"] > MOST_GONE * max(1, stated_before(counts))


def stated_before(counts: Mapping[str, Any]) -> int:
    """How many presences of the file's months the source stated until now."""
    return counts["gone"] + counts["changed"] + counts["unchanged"]


async def cancel(db: AsyncSession, actor: Actor, import_id: UUID) -> None:
    """Leave an import; its file and rows go. Raises NotMoved, NotAllowed."""
    row = await _open(db, actor, import_id, "uploaded", "to map", "read", "checked", "failed")
    row.state, row.ended_at = "cancelled", now()
    row.facts = without_cells(row.facts)
    await db.flush()
    await audit.record(db, actor, "import.cancelled", import_id)
    await jobs.defer(db, running.FORGET, lock=running.lock(import_id), import_id=str(import_id))


async def go_on(db: AsyncSession, actor: Actor, import_id: UUID) -> None:
    """Take up work whose job ended without an end, for whatever reason. Harmless when it is still at it."""
    row = await _open(db, actor, import_id, "uploaded", "read", "applying")
    if row.state == "uploaded":
        await jobs.defer(db, running.LOOK, lock=running.lock(import_id), import_id=str(import_id))
    else:
        await _defer(db, running.STAGE if row.state == "read" else running.APPLY, actor, import_id)


async def begin_undo(db: AsyncSession, actor: Actor, import_id: UUID, reason: str) -> None:
    """Have an applied import taken back. Raises NotTheNewest, NotMoved, NotAllowed."""
    row = await check_undo(db, import_id)
    await _may_act(db, actor, row)
    row.facts = {**row.facts, "undoing": reason}
    await db.flush()
    await _defer(db, running.UNDO, actor, import_id)


async def _defer(db: AsyncSession, name: str, actor: Actor, import_id: UUID) -> None:
    await jobs.defer(
        db, name, lock=running.lock(import_id), import_id=str(import_id), person_id=str(actor.person_id)
    )


async def _check_records(db: AsyncSession, country: str, given: Mapping[tuple[str, str], Answer]) -> None:
    """Every record that is named must be there: a form can send anything."""
    for (field, value), said in given.items():
        if said.choice is Choice.RECORD and not await _is_known(db, country, field, said.record):
            raise NoSuchRecord(record=said.record[:80], value=value[:80])


async def _is_known(db: AsyncSession, country: str, field: str, record: str) -> bool:
    if field == "organisation":
        organisation = read_id(record)
        return organisation is not None and await db.get(Organisation, organisation) is not None
    if field == "area":
        inside = select(Area.id).where(Area.code == record, Area.country == country)
        return await db.scalar(inside) is not None
    if field == "sector":
        return bool(await vocabulary.entries_by_code(db, "service", [record]))
    return record in {"status": STATUSES, "role": ROLES, "group": GROUPS}.get(field, ())


def _months(period: Period | None) -> dict[str, date | None]:
    return {
        "period_from": period.starts if period else None,
        "period_to": period.ends if period else None,
    }


async def _open(db: AsyncSession, actor: Actor, import_id: UUID, *states: str) -> Import:
    """The import, locked, if it is in one of these states and this person may go on with it."""
    row = await db.get(Import, import_id, with_for_update=True)
    if row is None:
        raise NotFound
    await _may_act(db, actor, row)
    if row.state not in states:
        raise NotMoved
    return row


async def _may_act(db: AsyncSession, actor: Actor, row: Import) -> None:
    """Whoever began it, and who plans for the whole country."""
    code = (await db.get_one(Source, row.source_id)).country
    country = await _country_of(db, actor, code)
    if row.begun_by != actor.person_id and not plans_all(actor, country.lo, country.hi):
        raise NotAllowed


async def _country_of(db: AsyncSession, actor: Actor, code: str) -> Area:
    """The country, if this person plans for a part of it. Raises NotAllowed."""
    country = await db.scalar(select(Area).where(Area.code == code, Area.level == 0))
    if country is None or not plans_in(actor, country.lo, country.hi):
        raise NotAllowed
    return country


async def _decide(
    db: AsyncSession, actor: Actor, row: Import, columns: dict[str, Any], answers: dict[str, Any]
) -> None:
    """A new version of what is decided for the source. Two people at once: the source is locked."""
    await db.get_one(Source, row.source_id, with_for_update=True)
    before = await newest_mapping(db, row.source_id)
    heads = [(one["heading"], one["tag"]) for one in columns["columns"]]
    made = ColumnMapping(
        id=new_id(),
        source_id=row.source_id,
        version=before.version + 1 if before else 1,
        signature=signature_of([heading for heading, _tag in heads], [tag for _heading, tag in heads]),
        columns=columns,
        answers=answers,
        decided_by=actor.person_id,
    )
    db.add(made)
    await db.flush()
    row.mapping_id = made.id
    await audit.record(db, actor, "mapping.decided", made.id, source=str(row.source_id), version=made.version)


async def _read_again(db: AsyncSession, actor: Actor, row: Import) -> None:
    row.state, row.last_row, row.problem = "read", 0, ""
    await db.flush()
    await _defer(db, running.STAGE, actor, row.id)


def _without_private(facts: dict[str, Any], decided: Decided) -> dict[str, Any]:
    """Cells of what is now called private are no longer shown either."""
    private = decided.columns.private if decided.columns else frozenset[int]()
    sheets = [
        {
            **sheet,
            "rows": [
                ["" if at in private else cell for at, cell in enumerate(cells)] for cells in sheet["rows"]
            ],
        }
        for sheet in facts["sheets"]
    ]
    return {**facts, "sheets": sheets}
