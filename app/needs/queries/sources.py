"""Who stands behind a stated figure, in words."""

from sqlalchemy import ColumnElement, func, select

from app.needs.models import NeedStatement
from app.organisations.models import Organisation


def name_of_source() -> ColumnElement[str]:
    """The publisher's recurring file, or the name of the organisation that stated it here; "" for no statement."""
    organisation = (
        select(Organisation.name)
        .where(Organisation.id == NeedStatement.stated_by_id, Organisation.slug == NeedStatement.source)
        .correlate(NeedStatement)
        .scalar_subquery()
    )
    return func.coalesce(organisation, NeedStatement.source, "")
