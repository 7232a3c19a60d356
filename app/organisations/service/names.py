"""Writing down every spelling of an organisation's name, so that it is found and never registered twice."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import jobs
from app.kernel.database import transaction
from app.kernel.ids import new_id
from app.kernel.text import fold
from app.organisations.models import NameWord, Organisation, OrganisationName
from app.organisations.rules import finding
from app.organisations.rules.similarity import Spelling
from app.organisations.rules.slug import unique


def name_row(
    organisation_id: UUID, form: str, text: str, acronym: str = "", language: str = ""
) -> dict[str, Any]:
    """The row of one spelling; `acronym` is what goes with the name. `folded` is empty for a name without letters."""
    return {
        "id": new_id(),
        "organisation_id": organisation_id,
        "form": form,
        "language": language,
        "text": text,
        "folded": fold(text),
        "marks": finding.marks_of(Spelling.of(text, [acronym] if acronym else ())),
    }


async def write_name(
    db: AsyncSession, organisation: Organisation, form: str, text: str, language: str = ""
) -> None:
    """Write down one spelling; the same spelling in the same form is written once. `refresh_words` makes it found."""
    row = name_row(organisation.id, form, text, organisation.acronym, language)
    if row["folded"]:
        await db.execute(insert(OrganisationName).values(**row).on_conflict_do_nothing())


async def replace_names(db: AsyncSession, organisation: Organisation, forms: Mapping[str, str]) -> None:
    """Make `forms` (form -> text) the organisation's names in these forms, and let it be found by them."""
    await db.execute(
        delete(OrganisationName).where(
            OrganisationName.organisation_id == organisation.id, OrganisationName.form.in_(forms)
        )
    )
    for form, spelled in forms.items():
        await write_name(db, organisation, form, spelled)
    await refresh_words(db, organisation)


async def refresh_words(db: AsyncSession, organisation: Organisation) -> None:
    """Gather the words of every spelling into those that the register is searched by."""
    its_names = OrganisationName.organisation_id == organisation.id
    spellings = set(await db.scalars(select(OrganisationName.text).where(its_names)))
    organisation.name_folded = fold(organisation.name) or organisation.slug
    organisation.words = finding.words_of({organisation.name, *spellings})
    await know_words(db, organisation.words)


async def know_words(db: AsyncSession, words: Collection[str]) -> None:
    """Let a search know these words. How many have them is counted by the job."""
    if words:
        # In one order, so that two registrations never wait for each other.
        new = [{"word": word} for word in sorted(set(words))]
        await db.execute(insert(NameWord).on_conflict_do_nothing(), new)


async def count_words(db: AsyncSession) -> None:
    """Count how many organisations have each word: what it tells in a comparison of names."""
    await db.execute(text("LOCK TABLE name_word IN SHARE ROW EXCLUSIVE MODE"))
    await db.execute(
        text(
            """
            WITH counted AS (
                SELECT word, count(*) AS organisations
                FROM organisation, unnest(words) AS word WHERE state <> 'merged' GROUP BY word
            ), gone AS (
                DELETE FROM name_word w WHERE NOT EXISTS (SELECT FROM counted c WHERE c.word = w.word)
            )
            INSERT INTO name_word AS w (word, organisations) SELECT word, organisations FROM counted
            ON CONFLICT (word) DO UPDATE SET organisations = excluded.organisations
            WHERE w.organisations <> excluded.organisations
            """
        )
    )


@jobs.job("organisations.count-words")
async def count_words_soon() -> None:
    """After many organisations came in at once."""
    async with transaction(jobs.database()) as db:
        await count_words(db)


@jobs.every("37 2 * * *", "organisations.count-words-nightly")
async def count_words_nightly() -> None:
    async with transaction(jobs.database()) as db:
        await count_words(db)


async def free_slug(db: AsyncSession, name: str) -> str:
    """An address for `name` that no organisation has."""
    begins = unique(name, ())
    taken = await db.scalars(select(Organisation.slug).where(func.starts_with(Organisation.slug, begins)))
    return unique(name, set(taken))
