"""Every context's tables, imported in one place so that migrations and tests miss none."""

from app.accounts import models as accounts
from app.coverage import models as coverage
from app.exchange import models as exchange
from app.kernel import audit, changes, limits, loading, outbox, sent_forms
from app.kernel.database import Base
from app.matching import models as matching
from app.needs import models as needs
from app.organisations import models as organisations
from app.places import models as places
from app.programmes import models as programmes
from app.vocabulary import models as vocabulary

metadata = Base.metadata
TABLES = (
    accounts,
    audit,
    changes,
    coverage,
    exchange,
    limits,
    loading,
    matching,
    needs,
    organisations,
    outbox,
    places,
    programmes,
    sent_forms,
    vocabulary,
)
__all__ = ["TABLES", "metadata"]
