"""Who may take files in: planners, about what lies in their areas."""

from app.kernel.actor import Actor, Role


def plans_all(actor: Actor, lo: int, hi: int) -> bool:
    """Whether this person plans for everything between these positions."""
    return any(grant.role == Role.PLANNER and grant.lo <= lo and hi <= grant.hi for grant in actor.grants)


def plans_in(actor: Actor, lo: int, hi: int) -> bool:
    """Whether this person plans for anything between these positions."""
    return any(grant.role == Role.PLANNER and grant.lo <= hi and lo <= grant.hi for grant in actor.grants)
