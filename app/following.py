"""What follows an organisation into another that it becomes a part of: of every context that keeps rows of it."""

from app.matching.service import joining as matching
from app.needs.service import joining as needs
from app.organisations.service.merging import follow
from app.programmes.service import joining as programmes

FOLLOWS = (*needs.FOLLOWS, *programmes.FOLLOWS, *matching.FOLLOWS)
"""Known once this module is imported, as every program that can join organisations does."""

for rows in FOLLOWS:
    follow(rows)
