"""Small places for tests: cells, lines and draws of them."""

from hypothesis import strategies as st

from app.coverage.rules.supply import Figure, Line, LocalNeed, Place
from app.needs.rules.facets import EVERYBODY, Facets

HOST, DISPLACED = Facets.read("host"), Facets.read("idp")
GIRLS, WOMEN = Facets.read(sex="f", age="0-17"), Facets.read(sex="f", age="18+")
BOYS, MEN = Facets.read(sex="m", age="0-17"), Facets.read(sex="m", age="18+")
DISABLED = Facets.read(disability="yes")
DISPLACED_DISABLED = Facets.read("idp", disability="yes")
FEMALE = Facets.read(sex="f")
DIVISIONS = ((EVERYBODY,), (HOST, DISPLACED), (GIRLS, WOMEN, BOYS, MEN), (HOST, DISPLACED, EVERYBODY))
"""Ways in which a place's people are told apart; the last has a rest."""
GROUPS = (EVERYBODY, HOST, DISPLACED, GIRLS, WOMEN, BOYS, MEN, FEMALE, DISABLED, DISPLACED_DISABLED)


def place(area: str, service: str = "HEA") -> Place:
    return area, service


def need(name: str, counted: dict[Facets, int], views: dict[Facets, int] | None = None) -> LocalNeed:
    """Cells named "<name> <facets>"; a rest among named parts is "<name> rest"."""

    def figure(facets: Facets, people: int, view: bool) -> Figure:
        rest = facets == EVERYBODY and len(counted) > 1 and not view
        return Figure(f"{name} {'rest' if rest else facets}{' view' if view else ''}", facets, people)

    return LocalNeed(
        tuple(figure(facets, people, False) for facets, people in counted.items()),
        tuple(figure(facets, people, True) for facets, people in (views or {}).items()),
    )


def line(
    name: str, capacity: int | None, *areas: str, groups: tuple[Facets, ...] = (EVERYBODY,), **more
) -> Line:
    return Line(name, capacity, frozenset(groups), {place(area): 1.0 for area in areas}, **more)


_cells = st.tuples(
    st.sampled_from(DIVISIONS), st.lists(st.integers(1, 2_000), min_size=4, max_size=4),
    st.sampled_from([(), (DISABLED,), (DISPLACED, DISABLED), (FEMALE, DISPLACED_DISABLED)]), st.floats(0.01, 1),
)  # fmt: skip


def _local(
    name: str, division: tuple[Facets, ...], people: list[int], views: tuple[Facets, ...], part: float
) -> LocalNeed:
    counted = dict(zip(division, people, strict=False))
    others = [view for view in views if view not in counted]
    return need(name, counted, {view: max(1, int(sum(counted.values()) * part)) for view in others})


needs = st.lists(_cells, min_size=1, max_size=3).map(
    lambda drawn: {place(f"area {at}"): _local(f"area {at}", *cells) for at, cells in enumerate(drawn)}
)


def lines(places: list[Place], most: int = 4) -> st.SearchStrategy[list[Line]]:
    reach = st.lists(st.sampled_from([0.0, 0.3, 1.0, 1.0]), min_size=len(places), max_size=len(places)).map(
        lambda parts: (
            {place: part for place, part in zip(places, parts, strict=True) if part} or {places[0]: 1.0}
        )
    )
    capacity = st.none() | st.integers(0, 3_000)
    groups = st.frozensets(st.sampled_from(GROUPS), min_size=1, max_size=2)
    return st.lists(st.tuples(capacity, groups, reach), min_size=1, max_size=most).map(
        lambda drawn: [Line(f"line {at}", *facts) for at, facts in enumerate(drawn)]
    )


@st.composite
def situations(draw) -> tuple[dict[Place, LocalNeed], list[Line]]:
    drawn = draw(needs)
    return drawn, draw(lines(sorted(drawn)))
