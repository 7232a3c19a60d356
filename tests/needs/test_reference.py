"""What the real tables of needs come to, to the figure."""

from collections import Counter

import pytest

from app.needs.rules.cells import NoteKind, Role
from app.needs.rules.facets import EVERYBODY, Age, Facet, Facets
from app.needs.rules.parts import by_area, stated_parts, within_tolerance
from app.needs.rules.published import too_few
from tests.reference_files import COUNTRY, SUB_SERVICES, VIEWS, cells_by_area_and_service, needs, worked

STATUS_SEX_AGE = {Facet.STATUS, Facet.SEX, Facet.AGE}
MAIN = {
    "CCM": 2_487_269, "EDU": 1_553_864, "ERY": 1_387_721, "FSC": 4_382_814, "HEA": 5_342_897, "NUT": 3_774_304,
    "PRO": 5_214_882, "SHL": 3_043_514, "WSH": 5_044_433,
}  # fmt: skip


def test_nigeria_is_divided_by_status_sex_and_age_and_its_sub_sectors_by_status():
    services = worked("nigeria").services
    assert {service: services[service].basis for service in MAIN} == dict.fromkeys(MAIN, STATUS_SEX_AGE)
    assert {service: services[service].basis for service in SUB_SERVICES} == {
        key: {Facet.STATUS} for key in SUB_SERVICES
    }
    parts = [cell for service in MAIN for cell in services[service].counted]
    assert len(parts) == 6_874
    assert len({(cell.area, cell.service, cell.facets.status) for cell in parts}) == 1_343
    by_sub_service = Counter(cell.service for service in SUB_SERVICES for cell in services[service].counted)
    assert by_sub_service == {"PRO_CPM": 97, "PRO_GBV": 72, "PRO_HLP": 157, "PRO_MIN": 77}


def test_nigeria_has_the_national_totals_that_its_file_leaves_blank():
    services = worked("nigeria").services
    assert {service: services[service].total(COUNTRY) for service in MAIN} == MAIN
    assert worked("nigeria").needs(VIEWS) == 32_231_698
    assert len(cells_by_area_and_service("nigeria")) == 559
    assert sum(services[service].total(COUNTRY) or 0 for service in SUB_SERVICES) == 7_764_378


def test_nigeria_states_who_is_in_need_of_anything():
    anything = worked("nigeria").services[None]
    assert anything.total(COUNTRY) == 7_945_364
    rows = [row for row in needs("nigeria").rows if row.service is None]
    by_status, by_state = Counter(), Counter()
    for row in rows:
        if row.facets.named == STATUS_SEX_AGE and row.area == COUNTRY:
            by_status[row.facets.status] += row.people
        if row.facets == EVERYBODY and row.area != COUNTRY:
            by_state[row.area[:5]] += row.people
    assert by_status == {"host": 4_124_048, "idp": 2_072_685, "returnee": 1_748_631}
    assert by_state == {"NG002": 2_161_188, "NG008": 3_901_720, "NG036": 1_882_456}


def test_nigerias_parts_sum_to_its_totals_but_for_rounding():
    off = []
    for service, settled in worked("nigeria").services.items():
        rows = [
            row for row in needs("nigeria").needs_of_people if row.service == service and row.area != COUNTRY
        ]
        for area_rows in by_area(rows).values():
            parts = stated_parts(area_rows, frozenset(STATUS_SEX_AGE))
            total = next((row.people for row in area_rows if row.facets == EVERYBODY), None)
            if settled.basis == STATUS_SEX_AGE and parts and total is not None:
                off.append(abs(sum(part.people for part in parts) - total))
    assert (len(off), off.count(0), max(off)) == (624, 573, 2)


def test_what_is_odd_in_nigerias_file_is_noted():
    rows, notes = needs("nigeria").rows, worked("nigeria").notes
    assert (len(rows), sum(row.people is None for row in rows)) == (10_011, 799)
    assert sum(too_few(row.people or 0) for row in rows) == 183
    kinds = Counter(note.kind for note in notes)
    assert kinds[NoteKind.TARGETED_ABOVE_NEED] == 985
    above = [note for note in notes if note.kind is NoteKind.SERVICE_ABOVE_ANYTHING]
    assert len({note.area for note in above}) == 10
    assert ("NG008021", "PRO", 523_333, 428_665) in {(n.area, n.service, n.figure, n.other) for n in above}
    assert not any(cell.parts_differ for cell in worked("nigeria").cells)


def test_afghanistan_is_divided_by_sex_and_age_and_everything_else_is_a_view():
    services = worked("afghanistan").services
    divided = {service for service in services if service != "MS"}
    assert {services[service].basis for service in divided} == {frozenset({Facet.SEX, Facet.AGE})}
    assert sum(len(services[service].counted) for service in divided - {None}) == 16_057
    odd = {
        Facets.read("idp"): 136_555,
        Facets.read("refugee"): 50_434,
        Facets.read(disability="yes"): 2_665_895,
    }
    anything = {cell.facets: cell for cell in services[None].cells if cell.area == COUNTRY}
    assert {group: anything[group].people for group in odd} == odd
    assert {anything[group].role for group in odd} == {Role.VIEW}


def test_afghanistan_is_counted_in_its_districts_and_the_levels_above_are_totals():
    read, counts = needs("afghanistan"), worked("afghanistan")
    assert {read.levels[cell.area] for cell in counts.cells if cell.counted and cell.service != "MS"} == {2}
    for service, expected in (
        (None, [23_666_389, 23_666_390, 23_666_412]),
        ("WSH", [21_105_937, 21_105_940, 21_106_009]),
    ):
        levels = Counter()
        for cell in counts.services[service].cells:
            if cell.facets == EVERYBODY:
                assert cell.role is Role.TOTAL
                levels[read.levels[cell.area]] += cell.people
        assert [levels[level] for level in range(3)] == expected
    assert counts.needs(VIEWS) == 97_711_525
    assert not any(cell.parts_differ for cell in counts.cells)


def test_afghanistans_adults_by_sex_are_eighteen_and_over():
    anything = worked("afghanistan").services[None].cells
    by_group = {cell.facets: cell.people for cell in anything if cell.area == COUNTRY}
    women, men = by_group[Facets.read(sex="f", age="18+")], by_group[Facets.read(sex="m", age="18+")]
    assert (women, men, women + men) == (5_857_561, 5_451_509, 11_309_070)
    assert (by_group[Facets.read(age="18-64")], by_group[Facets.read(age="65+")]) == (10_876_422, 432_647)
    opened = [note for note in worked("afghanistan").notes if note.kind is NoteKind.OPEN_ENDED]
    assert {(str(note.figure), str(note.other)) for note in opened} == {("18-64", "18+")}


@pytest.mark.parametrize(("basis", "areas", "failing"), [
    ({Facet.SEX, Facet.AGE}, 4_716, set()),
    ({Facet.AGE}, 4_677, {("PRO_MIN", 5), ("WSH", 1)}),
])  # fmt: skip
def test_afghanistans_rows_by_sex_and_age_sum_in_every_district_and_those_by_age_alone_do_not(
    basis, areas, failing
):
    tried, failed = 0, Counter()
    for service in worked("afghanistan").services:
        rows = [row for row in needs("afghanistan").rows if row.service == service]
        for area, area_rows in by_area(rows).items():
            parts = stated_parts(area_rows, frozenset(basis))
            total = next((row.people for row in area_rows if row.facets == EVERYBODY), None)
            if parts and total is not None and needs("afghanistan").levels[area] == 2:
                tried += 1
                failed[service] += not within_tolerance(sum(part.people for part in parts), total, len(parts))
    assert tried == areas
    assert {(service, times) for service, times in failed.items() if times} == failing


def test_what_is_odd_in_afghanistans_file_is_noted():
    read, notes = needs("afghanistan"), worked("afghanistan").notes
    assert (len(read.rows), sum(too_few(row.people or 0) for row in read.rows)) == (54_139, 2_680)
    above = {note.area for note in notes if note.kind is NoteKind.SERVICE_ABOVE_ANYTHING}
    assert len({area for area in above if read.levels[area] == 2}) == 145
    disabled = [
        n for n in notes if n.kind is NoteKind.PART_ABOVE_TOTAL and Facet.DISABILITY in n.facets.named
    ]
    assert [(note.area, note.service) for note in disabled] == [("AF1217", "WSH")]
    totals = [row for row in read.rows if row.facets == EVERYBODY and read.levels[row.area] == 2]
    assert (len(totals), sum(row.service is not None for row in totals)) == (4_716, 4_315)
    ages = Counter()
    for row in read.rows:
        if row.area == COUNTRY and row.facets.named == {Facet.AGE}:
            ages[row.service] += row.people
    assert (ages["PRO_MIN"], ages["WSH"]) == (2_721_338, 20_840_551)
    assert Age.read("65+") in {row.facets.age for row in read.rows}
