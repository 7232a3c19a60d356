"""Writing down every spelling of an organisation's name, so that it is found and never registered twice."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel.ids import new_id
from app.kernel.text import fold
from app.organisations.models import Organisation, OrganisationName
from app.organisations.rules import names
from app.organisations.rules.slug import unique


async def write_name(db: AsyncSession, organisation_id: UUID, form: str, text: str, language: str = "") -> None:
    """Write down one spelling; the same spelling in the same form is written once."""
    folded = fold(text)
    if not folded:
        return
    row = {
        "id": new_id(), "organisation_id": organisation_id, "form": form, "language": language, "text": text,
        "folded": folded, "key": names.key(text),
    }
    await db.execute(insert(OrganisationName).values(**row).on_conflict_do_nothing())


async def replace_names(db: AsyncSession, organisation: Organisation, forms: dict[str, str]) -> None:
    """Make `forms` (form -> text) the organisation's names in these forms, and its search text theirs."""
    await db.execute(
        delete(OrganisationName).where(
            OrganisationName.organisation_id == organisation.id, OrganisationName.form.in_(forms)
        )
    )
    for form, text in forms.items():
        await write_name(db, organisation.id, form, text)
    await refresh_search(db, organisation)


async def refresh_search(db: AsyncSession, organisation: Organisation) -> None:
    """Gather every spelling into the text that the register is searched in."""
    spellings = await db.scalars(
        select(OrganisationName.folded).where(OrganisationName.organisation_id == organisation.id).distinct()
    )
    organisation.name_folded = fold(organisation.name) or organisation.slug
    organisation.search = " | ".join(sorted({organisation.name_folded, *spellings}))


async def free_slug(db: AsyncSession, name: str) -> str:
    """An address for `name` that no organisation has."""
    begins = unique(name, ())
    taken = await db.scalars(select(Organisation.slug).where(Organisation.slug.startswith(begins, autoescape=True)))
    return unique(name, set(taken))
