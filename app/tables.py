"""Every context's tables, imported in one place so that migrations and tests miss none."""

from app.accounts import models as accounts
from app.kernel import audit, limits, outbox
from app.kernel.database import Base
from app.kernel.web import transactions
from app.organisations import models as organisations
from app.places import models as places
from app.vocabulary import models as vocabulary

metadata = Base.metadata
__all__ = ["accounts", "audit", "limits", "metadata", "organisations", "outbox", "places", "transactions", "vocabulary"]
