from fractions import Fraction

from app.matching.rules.conditions import ALL_HOLD, Condition
from app.matching.rules.near import NearMiss, Pairing, best_pairings, missing, near_misses, repaired


def test_a_near_miss_fails_exactly_one_condition_that_can_be_mended():
    assert missing(Condition.AREA) is Condition.AREA
    assert missing(ALL_HOLD) is None
    assert missing(Condition.AREA | Condition.DATES) is None
    assert missing(Condition.NOT_DECLINED) is None
    assert missing(Condition.NO_CONFLICT) is None


def test_near_misses_are_few_of_each_kind_and_only_of_the_worst_off():
    found = [(f"area {n}", 1, Condition.AREA) for n in range(9)]
    found += [("comfortable", 3, Condition.DATES), ("declined", 1, Condition.NOT_DECLINED)]
    found += [(f"dates {n}", 2, Condition.DATES) for n in range(3)] + [
        (f"free {n}", 2, Condition.CAPACITY) for n in range(5)
    ]
    shown = near_misses(found)
    assert [miss.need for miss in shown] == [
        "area 0", "area 1", "area 2", "area 3", "area 4", "dates 0", "dates 1", "dates 2", "free 0", "free 1"
    ]  # fmt: skip


def test_another_organisation_makes_up_for_what_it_passes_itself():
    misses = [
        NearMiss("a", 1, Condition.AREA),
        NearMiss("b", 2, Condition.LANGUAGE),
        NearMiss("c", 1, Condition.AREA),
    ]
    other = {"a": Condition.CAPACITY, "b": Condition.LANGUAGE}
    assert repaired(misses, other) == [misses[0]]


def pairing(name: str, tiers: list[int], returned: int) -> Pairing:
    found = tuple(NearMiss(f"{name} {n}", tier, Condition.AREA) for n, tier in enumerate(tiers))
    return Pairing(name, found, misses=4, returned=returned, their_misses=4)


def test_partners_are_ranked_by_the_worst_off_then_by_how_many_then_by_what_both_gain():
    ranked = best_pairings([
        pairing("nothing", [], 4), pairing("one-sided", [2, 2], 0), pairing("mutual", [2, 2], 2),
        pairing("worst off", [1], 0), pairing("many", [2, 2, 2], 0),
    ])  # fmt: skip
    assert [each.partner for each in ranked] == ["worst off", "many", "mutual", "one-sided"]
    assert pairing("mutual", [2, 2], 1).balance == Fraction(1, 3)
    assert pairing("one-sided", [1, 1, 1, 1], 0).balance == 0
