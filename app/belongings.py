"""What goes with an organisation into another that it becomes a part of: of every context that keeps rows of it."""

from app.matching.service import joining as matching
from app.needs.service import joining as needs
from app.organisations.service.belongings import take_along
from app.programmes.service import joining as programmes

BELONGINGS = (*needs.BELONGINGS, *programmes.BELONGINGS, *matching.BELONGINGS)
"""Known once this module is imported, as every program that can join organisations does."""

for rows in BELONGINGS:
    take_along(rows)
