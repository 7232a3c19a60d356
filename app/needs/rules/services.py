"""Services whose needs are made of those of others."""

MADE_OF_OTHERS = frozenset({"MS", "MPC"})
"""Codes of services that several sectors give together: their people are counted under each of them already, so that
they stand beside no other service in a list or sum."""
