"""Where sources say that organisations are, and what they do there: what the register is searched by besides what
organisations say of themselves.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def report(
    db: AsyncSession,
    stated: str,
    *,
    source_id: UUID | None = None,
    organisation_ids: Collection[UUID] | None = None,
) -> None:
    """Let the register say what sources say now: all of one source, or all of these organisations.

    `stated` is a statement of the caller, written by us and never by people: organisation_id, area_id, service_id,
    source_id and source of whatever counts, of that source (:source_id) or these organisations (:organisation_ids).
    """
    scope = "source_id = :source_id" if source_id else "organisation_id = ANY(:organisation_ids)"
    values: Mapping[str, object] = (
        {"source_id": source_id} if source_id else {"organisation_ids": list(organisation_ids or ())}
    )
    for table, column, column_stated in _KEPT:
        filled = {"table": table, "column": column, "its": column_stated, "stated": stated, "scope": scope}
        await db.execute(text(_REPORT % filled), values)


_KEPT = (("reported_area", "area_id", "area_id"), ("reported_service", "term_id", "service_id"))
_REPORT = """
    WITH stated AS (
        SELECT DISTINCT ON (organisation_id, %(its)s, source_id) organisation_id, %(its)s AS its, source_id, source
        FROM (%(stated)s) AS one
        WHERE %(its)s IS NOT NULL AND %(scope)s
        ORDER BY organisation_id, %(its)s, source_id, source
    ), gone AS (
        DELETE FROM %(table)s AS kept WHERE %(scope)s AND NOT EXISTS (
            SELECT FROM stated WHERE stated.organisation_id = kept.organisation_id AND stated.its = kept.%(column)s
                AND stated.source_id = kept.source_id
        )
    )
    INSERT INTO %(table)s AS kept (organisation_id, %(column)s, source_id, source)
    SELECT organisation_id, its, source_id, source FROM stated
    ON CONFLICT (organisation_id, %(column)s, source_id) DO UPDATE SET source = excluded.source
    WHERE kept.source <> excluded.source
"""
