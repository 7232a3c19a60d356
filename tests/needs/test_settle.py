from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.needs.rules.areas import Tree
from app.needs.rules.cells import NoteKind, Origin, Role
from app.needs.rules.facets import EVERYBODY, Facet, Facets
from app.needs.rules.settle import settle, settle_releases
from app.needs.rules.statements import Standing, Statement

TREE = Tree({"country": None, "north": "country", "south": "country"})
HOST, DISPLACED, RETURNEES = Facets.read("host"), Facets.read("idp"), Facets.read("returnee")
DISABLED = Facets.read(disability="yes")


def rows(area: str, service: str | None = "HEA", standing: Standing | None = None, **people: int | None):
    facets = {"all": EVERYBODY, "host": HOST, "idp": DISPLACED, "returnee": RETURNEES, "disabled": DISABLED}
    return [
        Statement(
            f"{area} {service} {name}", area, service, facets[name], number, standing=standing or Standing()
        )
        for name, number in people.items()
    ]


def roles(settled) -> dict:
    return {(cell.area, str(cell.facets), cell.origin): (cell.role, cell.counted) for cell in settled.cells}


def counted(settled, area: str | None = None) -> int:
    return sum(cell.people for cell in settled.cells if cell.counted and area in (None, cell.area))


def test_parts_that_sum_to_the_total_are_counted_and_everything_else_is_a_view():
    settled = settle(rows("north", all=1000, host=600, idp=400, disabled=150), TREE)
    assert settled.basis == {Facet.STATUS}
    assert counted(settled) == 1000
    by_name = {str(cell.facets).replace(" any", ""): cell for cell in settled.cells}
    assert (by_name["any"].role, by_name["any"].counted, by_name["any"].summed) == (Role.TOTAL, False, True)
    assert by_name["host"].role is Role.BASIS_PART
    assert (by_name["any yes"].role, by_name["any yes"].counted) == (Role.VIEW, False)


def test_a_basis_is_chosen_for_the_whole_release_so_a_chance_fit_in_one_area_is_not_believed():
    many = {f"area {n}": "country" for n in range(60)}
    stated = [row for area in many for row in rows(area, all=1000, idp=30)]
    stated += rows("north", all=50, idp=30, returnee=20)
    settled = settle(stated, Tree({"country": None, "north": "country", **many}))
    assert settled.basis is None
    assert all(cell.facets == EVERYBODY for cell in settled.counted)


def test_rounding_is_forgiven_and_said_and_the_stated_total_is_shown():
    settled = settle(rows("north", all=1000, host=601, idp=401), TREE)
    assert counted(settled) == 1002
    assert settled.total("north") == 1000
    assert [note.kind for note in settled.notes] == [NoteKind.ROUNDED]


def test_parts_that_are_fewer_than_their_total_leave_a_rest_and_parts_that_are_more_give_way():
    others = [row for n in range(400) for row in rows(f"area {n}", all=10, host=6, idp=4)]
    few = settle([*others, *rows("north", all=1000, host=500, idp=400)], TREE)
    here = [cell for cell in few.cells if cell.area == "north"]
    assert all(cell.parts_differ for cell in here)
    assert [(cell.people, cell.counted) for cell in here if cell.origin is Origin.REST] == [(100, True)]
    assert counted(few, "north") == 1000
    many = settle([*others, *rows("north", all=1000, host=800, idp=400)], TREE)
    assert [cell.facets for cell in many.counted if cell.area == "north"] == [EVERYBODY]
    assert counted(many, "north") == 1000
    assert NoteKind.PARTS_DIFFER in {note.kind for note in many.notes}


def test_a_blank_total_is_the_sum_of_its_complete_parts_and_of_nothing_if_one_is_missing():
    others = [row for n in range(3) for row in rows(f"area {n}", all=10, host=6, idp=4)]
    settled = settle([*others, *rows("north", all=None, host=6, idp=4)], TREE)
    assert settled.total("north") == 10
    assert (
        next(cell for cell in settled.cells if cell.area == "north" and cell.facets == EVERYBODY).origin
        is Origin.SUM_OF_PARTS
    )
    settled = settle([*others, *rows("south", all=None, host=6, idp=None)], TREE)
    assert settled.total("south") is None
    assert counted(settled, "south") == 6
    assert NoteKind.PARTS_WITHOUT_TOTAL in {note.kind for note in settled.notes}


def test_districts_that_sum_to_their_country_are_counted_and_the_country_is_their_total():
    settled = settle([*rows("country", all=101), *rows("north", all=60), *rows("south", all=40)], TREE)
    assert counted(settled) == 100
    assert counted(settled, "country") == 0
    assert settled.total("country") == 101


def test_districts_that_are_not_stated_are_the_rest_of_the_country():
    settled = settle([*rows("country", all=100), *rows("north", all=60)], TREE)
    rest = next(cell for cell in settled.cells if cell.origin is Origin.REST)
    assert (rest.area, rest.people, rest.counted, rest.parts_differ) == ("country", 40, True, False)
    assert counted(settled) == 100
    both = settle([*rows("country", all=200), *rows("north", all=60), *rows("south", all=40)], TREE)
    assert next(cell for cell in both.cells if cell.origin is Origin.REST).parts_differ


def test_districts_that_are_more_than_their_country_are_shown_but_not_counted():
    settled = settle([*rows("country", all=100), *rows("north", all=90), *rows("south", all=40)], TREE)
    assert counted(settled) == counted(settled, "country") == 100
    assert settled.total("north") == 90


def test_a_country_without_a_number_is_the_sum_of_its_districts():
    settled = settle([*rows("country", all=None), *rows("north", all=60), *rows("south", all=40)], TREE)
    assert settled.total("country") == 100
    assert counted(settled) == 100


def test_nobody_in_need_and_need_not_stated_make_no_cell():
    assert settle(rows("north", all=0, idp=None), TREE).cells == ()


def test_a_top_age_band_that_hides_the_oldest_is_read_as_open_ended():
    def stated(area: str, **people: int):
        written = {
            "all": EVERYBODY, "girls": Facets.read(sex="f", age="0-17"), "women": Facets.read(sex="f", age="18-64"),
            "children": Facets.read(age="0-17"), "adults": Facets.read(age="18-64"), "old": Facets.read(age="65+"),
        }  # fmt: skip
        return [
            Statement(f"{area} {name}", area, "HEA", written[name], number) for name, number in people.items()
        ]

    settled = settle(stated("north", all=100, girls=60, women=40, children=60, adults=30, old=10), TREE)
    assert {str(cell.facets.age) for cell in settled.counted} == {"0-17", "18+"}
    assert NoteKind.OPEN_ENDED in {note.kind for note in settled.notes}
    short = settle(stated("north", all=110, girls=60, women=40, children=60, adults=40, old=10), TREE)
    assert NoteKind.OPEN_ENDED not in {note.kind for note in short.notes}
    assert {str(cell.facets.age) for cell in short.counted} == {"0-17", "18-64", "65+"}


def test_what_is_odd_between_services_is_said_and_not_repaired():
    stated = [
        *rows("north", None, all=100),
        *rows("north", "HEA", all=120),
        Statement("t", "south", "HEA", people=10, targeted=11),
    ]
    worked = settle_releases([stated], TREE)
    assert {note.kind for note in worked.notes} == {
        NoteKind.SERVICE_ABOVE_ANYTHING,
        NoteKind.TARGETED_ABOVE_NEED,
    }
    assert worked.needs() == 130
    assert worked.needs(views=["HEA"]) == 0


def test_an_accepted_contest_replaces_the_figure_and_shows_that_the_parts_no_longer_add_up():
    release = [row for n in range(400) for row in rows(f"area {n}", all=10, host=6, idp=4)]
    release += rows("north", all=1000, host=600, idp=400)
    contest = rows("north", standing=Standing(accepted_contest=True), idp=300)
    cells = [cell for cell in settle_releases([release, contest], TREE).cells if cell.area == "north"]
    assert {cell.people for cell in cells if cell.counted} == {600, 300, 100}
    assert all(cell.parts_differ for cell in cells)


def test_a_statement_without_a_number_gives_way_to_any_that_has_one():
    silent = rows("north", standing=Standing(official=True, reference_to=date(2025, 1, 1)), all=None)
    assert settle_releases([silent, rows("north", all=60)], TREE).needs() == 60
    assert settle_releases([silent], TREE).needs() == 0


def test_people_counted_in_one_release_are_only_viewed_in_another():
    official = [*rows("north", all=600, standing=Standing(official=True)), *rows("south", all=400)]
    national = rows("country", all=900, standing=Standing(official=True, reference_to=date(2026, 1, 1)))
    group = rows("north", disabled=70)
    worked = settle_releases([national, group, official], TREE)
    assert worked.needs() == 1000
    views = {(cell.area, str(cell.facets)) for cell in worked.cells if cell.role is Role.VIEW}
    assert views == {("country", str(EVERYBODY)), ("north", str(DISABLED))}


@settings(deadline=None)
@given(
    country=st.none() | st.integers(0, 3000),
    districts=st.lists(
        st.tuples(st.none() | st.integers(0, 1000), st.none() | st.integers(0, 1000), st.none() | st.integers(0, 1000)),
        min_size=1, max_size=5,
    ),
)  # fmt: skip
def test_nobody_is_counted_twice_and_a_stated_total_is_never_exceeded(country, districts):
    tree = Tree({"country": None, **{f"district {at}": "country" for at in range(len(districts))}})
    stated = rows("country", all=country)
    for at, (whole, host, displaced) in enumerate(districts):
        stated += rows(f"district {at}", all=whole, host=host, idp=displaced)
    settled = settle(stated, tree)
    if country is not None:
        tolerance = max(len(districts) * 3, country / 1000 + len(districts) * 3)
        assert counted(settled) <= country + tolerance
    for at, (whole, _, _) in enumerate(districts):
        if whole is not None:
            assert counted(settled, f"district {at}") <= whole + max(2, whole / 1000)
    summed = sum(cell.people for cell in settled.cells if cell.summed)
    assert abs(summed - counted(settled)) <= sum(max(2, (whole or 0) / 1000) for whole, _, _ in districts)


def test_a_group_of_which_alone_a_source_speaks_is_counted_so_that_programmes_can_serve_it():
    settled = settle([*rows("north", idp=400), *rows("south", host=90)], TREE)
    assert counted(settled) == 490
    assert all(cell.role is Role.BASIS_PART and cell.summed for cell in settled.cells)


def test_of_groups_that_share_people_the_largest_is_counted_and_the_others_are_views():
    settled = settle(rows("north", disabled=150, host=600, idp=400), TREE)
    assert counted(settled) == 1000
    assert roles(settled)["north", str(DISABLED), Origin.STATED] == (Role.VIEW, False)


def test_groups_beside_a_total_that_somebody_states_somewhere_stay_views():
    settled = settle([*rows("north", all=1000), *rows("south", disabled=150)], TREE)
    assert counted(settled) == 1000
