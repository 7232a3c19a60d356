"""Ties: an order among equals that favours nobody, and is the same every time."""

from hashlib import sha256
from uuid import UUID

WEIGHT_SET = 1


def tie(name: UUID, weight_set: int = WEIGHT_SET) -> int:
    """First 31 bits of sha256(id, weight set): neither the older nor the alphabet comes first."""
    return int.from_bytes(sha256(f"{name} {weight_set}".encode()).digest()[:4], "big") >> 1
