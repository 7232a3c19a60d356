from hashlib import sha256
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.rules.order import (
    Exposure,
    Shown,
    attention,
    exposure,
    needs_first,
    partners_first,
    tie,
    treatment,
)

ids = st.uuids()


def test_a_tie_is_the_first_31_bits_of_a_hash_that_anybody_can_work_out():
    id = UUID("0192f0c4-7c1e-7abc-8def-0123456789ab")
    bits = f"{int(sha256(b'0192f0c4-7c1e-7abc-8def-0123456789ab 1').hexdigest(), 16):0256b}"
    assert tie(id, 1) == int(bits[:31], 2)
    assert tie(id, 1) == tie(str(id), 1) != tie(id, 2)


@settings(deadline=None)
@given(ids, ids)
def test_a_tie_is_broken_alike_from_both_sides(need, partner):
    here, there = tie(need, 1), tie(partner, 1)
    as_need = needs_first(tier=1, fit=50, uncovered=10, need_tie=here, partner_tie=there, need=need)
    as_partner = partners_first(fit=50, deficit=0.0, need_tie=here, partner_tie=there, partner=partner)
    assert as_need[3] == as_partner[2] == here ^ there


def test_needs_come_by_tier_then_fit_then_people_and_never_by_id():
    def key(**facts):
        usual = {"tier": 2, "fit": 50, "uncovered": 100, "need_tie": 5, "partner_tie": 9, "need": "m"}
        return needs_first(**usual | facts)

    in_order = [
        key(tier=1, fit=0, uncovered=1),
        key(fit=80),
        key(uncovered=900),
        key(need_tie=8),
        key(need="z"),
        key(tier=4, fit=100),
    ]
    mixed = Random(2).sample(in_order, len(in_order))  # noqa: S311 - only mixes the order
    assert sorted(mixed) == in_order


def test_partners_of_like_fit_come_by_who_was_shown_too_little():
    def key(**facts):
        return partners_first(
            **{"fit": 52, "deficit": 0.0, "need_tie": 5, "partner_tie": 9, "partner": "m"} | facts
        )

    in_order = [
        key(fit=55),
        key(fit=50, deficit=2.5),
        key(fit=54, deficit=1.0),
        key(),
        key(fit=49, deficit=9.0),
    ]
    mixed = Random(3).sample(in_order, len(in_order))  # noqa: S311 - only mixes the order
    assert sorted(mixed) == in_order


def test_attention_falls_with_the_place_in_a_list():
    assert [attention(rank) for rank in (1, 3, 7)] == [1.0, 0.5, pytest.approx(1 / 3)]


def test_exposure_is_owed_in_proportion_to_fit():
    found = exposure([Shown(["a", "b"], {"a": 60, "b": 60, "c": 60}), Shown(["a"], {"a": 75, "c": 25})])
    given_out = 1 + attention(2) + 1
    assert sum(each.got for each in found.values()) == pytest.approx(given_out)
    assert sum(each.merited for each in found.values()) == pytest.approx(given_out)
    assert max(found, key=lambda partner: found[partner].deficit) == "c"
    assert found["c"].merited == pytest.approx((1 + attention(2)) / 3 + 0.25)
    assert {partner: each.eligible for partner, each in found.items()} == {"a": 2, "b": 1, "c": 2}


def test_partners_without_any_fit_share_alike():
    found = exposure([Shown(["a"], {"a": 0, "b": 0})])
    assert found["a"].merited == found["b"].merited == 0.5


def test_over_time_partners_of_like_fit_are_shown_alike():
    eligible = {f"partner {n}": 60 for n in range(5)}
    past: list[Shown] = []
    for _ in range(100):
        owed = exposure(past)
        ranked = sorted(
            eligible,
            key=lambda partner: partners_first(
                fit=60,
                deficit=owed.get(partner, Exposure()).deficit,
                need_tie=0,
                partner_tie=tie(partner, 1),
                partner=partner,
            ),
        )
        past.append(Shown(ranked[:2], eligible))
    got = [each.got for each in exposure(past).values()]
    assert min(got) > 0.95 * max(got)


def test_a_class_that_is_shown_less_than_its_share_is_found():
    exposures = {"big": Exposure(8.0, 5.0, 10), "small": Exposure(2.0, 5.0, 10), "new": Exposure(0.0, 0.0, 0)}
    found = treatment(exposures, {"big": "large", "small": "self-organised", "new": "new"})
    assert found["self-organised"].ratio == pytest.approx(0.4)
    assert found["self-organised"].is_uneven
    assert not found["large"].is_uneven
    assert not found["new"].is_uneven
    assert treatment({}, {}) == {}
