"""Every context's tables, imported in one place so that migrations and tests miss none."""

from app.kernel import audit, limits, outbox
from app.kernel.database import Base
from app.kernel.web import transactions

metadata = Base.metadata
__all__ = ["audit", "limits", "metadata", "outbox", "transactions"]
