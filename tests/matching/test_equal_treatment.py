"""Whatever else is known about anybody, the list is the same: only the published facts order it."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.rules.conditions import NOTHING_BETWEEN, Between, Need, Partner, failing
from app.matching.rules.fit import fit, fit_facts
from app.matching.rules.order import needs_first, partners_first, tie
from app.needs.rules.facets import Facets
from tests.matching.people import TODAY, need, partner

NEVER_KNOWN = (
    "religion",
    "ethnicity",
    "sex of the leader",
    "political view",
    "rating",
    "budget",
    "founded",
    "clicks",
)


@dataclass(frozen=True)
class Entry:
    """A partner as it stands in the register, with things that matching may not know."""

    known: Partner
    unknown: tuple[str, ...]


def list_for(
    entry: Entry, needs: Iterable[Need], declined: frozenset[str] = frozenset()
) -> list[tuple[str, int]]:
    seen = []
    for each in needs:
        between = Between(declined_on=TODAY) if f"{entry.known.id} {each.id}" in declined else NOTHING_BETWEEN
        if not failing(entry.known, each, between, TODAY):
            points = fit(fit_facts(entry.known, each, between, TODAY)).total
            key = needs_first(
                tier=each.tier,
                fit=points,
                uncovered=each.uncovered,
                need_tie=each.tie,
                partner_tie=entry.known.tie,
                need=each.id,
            )
            seen.append((key, (str(each.id), points)))
    return [shown for _, shown in sorted(seen)]


def some_needs(random: Random) -> list[Need]:
    return [
        need(
            f"need {n}", tier=random.randint(1, 4), uncovered=random.choice([10, 400, 400, 9000]), tie=tie(f"need {n}", 1),
            area=(area := random.randint(10, 20), area), facets=random.choice([Facets.read("idp", "f", "0-17"), Facets.read(sex="f", age="0-17")]),
        )
        for n in range(12)
    ]  # fmt: skip


def some_partner(random: Random, id: str) -> Partner:
    return partner(
        id, works_in=((10, random.randint(10, 20)),), free=random.randint(5, 900),
        languages=frozenset(random.sample(["ha", "kr", "en"], 2)), run_by=random.choice([frozenset(), frozenset({Facets.read("idp", "f", "0-17")})]),
    )  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.lists(st.text(max_size=5), min_size=8, max_size=8))
def test_nothing_but_the_published_facts_changes_a_list(seed, others):
    random = Random(seed)  # noqa: S311 - draws a situation
    needs, known = some_needs(random), some_partner(random, "one")
    one = Entry(known, tuple("" for _ in NEVER_KNOWN))
    other = Entry(known, tuple(others))
    shuffled = random.sample(needs, len(needs))
    assert list_for(one, needs) == list_for(other, shuffled)


def test_matching_has_no_field_for_what_it_must_not_know():
    known = {field.name for kind in (Partner, Need, Between) for field in fields(kind)}
    assert known == {
        "id", "tie", "verified_until", "services", "groups", "works_in", "would_work_in", "free", "days", "languages",
        "safeguarding", "access", "access_checked", "run_by", "programme_groups", "programme_services",
        "service_and_parents", "facets", "area", "parent", "country", "tier", "uncovered", "lot",
        "declined_on", "conflict", "asked_for",
    }  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000))
def test_being_run_by_the_group_itself_only_ever_adds_points(seed):
    random = Random(seed)  # noqa: S311 - draws a situation
    known = replace(some_partner(random, "one"), run_by=frozenset(), programme_groups=frozenset())
    for each in some_needs(random):
        without = fit(fit_facts(known, each, NOTHING_BETWEEN, TODAY))
        with_it = fit(
            fit_facts(replace(known, run_by=frozenset({each.facets})), each, NOTHING_BETWEEN, TODAY)
        )
        assert with_it.total >= without.total


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_a_no_hides_one_pair_and_leaves_everybody_elses_list_as_it_was(seed):
    random = Random(seed)  # noqa: S311 - draws a situation
    needs = some_needs(random)
    entries = [Entry(some_partner(random, f"partner {n}"), ()) for n in range(4)]
    before = [list_for(entry, needs) for entry in entries]
    if not before[0]:
        return
    no = frozenset({f"partner 0 {before[0][0][0]}"})
    after = [list_for(entry, needs, no) for entry in entries]
    assert after[0] == before[0][1:]
    assert after[1:] == before[1:]


def test_the_same_day_gives_the_same_list_whoever_asks():
    keys = [
        partners_first(
            fit=60, deficit=1.0, need_tie=7, partner_tie=tie(f"partner {n}", 1), partner=f"partner {n}"
        )
        for n in range(20)
    ]
    assert len({key[2] for key in keys}) == 20
    assert sorted(keys) == sorted(keys[::-1])  # noqa: C415 - the order they come in is the point
    assert [key[3] for key in sorted(keys)] != sorted(key[3] for key in keys)
