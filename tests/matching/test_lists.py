"""The lists that are served, against the rules tried on every pair there is."""

import random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.kernel import time
from app.matching.queries.cells import cells
from app.matching.queries.complementary import complementary
from app.matching.queries.eligible import eligible
from app.matching.queries.finding import TIERS, find
from app.matching.queries.near import near
from app.matching.queries.profiles import profiles
from app.matching.queries.setting import setting
from app.matching.queries.standing import standing
from app.matching.rules.conditions import ALL_HOLD, Condition, failing
from app.matching.rules.fit import fit, fit_facts
from app.matching.rules.near import MENDABLE
from app.matching.rules.order import needs_first, partners_first
from app.matching.rules.reach import reach_of
from app.needs.models import NeedCell
from tests.matching.rows import some_world


async def _every_pair(db, partners):
    """(profile, cell, failing conditions, fit) of every partner and every need that lists show."""
    known = await setting(db, time.now().date())
    shown = await cells(db, list(await db.scalars(select(NeedCell.id).where(NeedCell.listed))))
    found = []
    for who in (await profiles(db, [p.id for p in partners], known)).values():
        between = await standing(db, who.id, known.today)
        for cell in shown.values():
            if cell.tier > TIERS[-1]:
                continue
            partner = who.partner(known.words, cell.service_id, cell.at.country, known.today)
            need = cell.as_need(known)
            facts = fit_facts(partner, need, between.between(cell.pair), known.today)
            failed = failing(partner, need, between.between(cell.pair), known.today)
            found.append((who, cell, failed, fit(facts, known.weights).total))
    return known, found


def _first(pairs, who):
    return sorted(
        (
            needs_first(
                tier=c.tier, fit=f, uncovered=c.uncovered, need_tie=c.tie, partner_tie=who.tie, need=c.id
            ),
            c.id,
            f,
        )
        for w, c, failed, f in pairs
        if w.id == who.id and failed == ALL_HOLD
    )


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 10**9))
async def test_lists_are_what_the_rules_say_of_every_pair(db, rows, seed):
    undo = await db.begin_nested()
    try:
        partners, _ = await some_world(rows, random.Random(seed))  # noqa: S311 - no secret
        known, pairs = await _every_pair(db, partners)
        everybody = {who.id: who for who, *_ in pairs}
        for who in everybody.values():
            wanted = _first(pairs, who)
            reach = reach_of(who, known.words, known.today)
            found = await find(db, reach, known.weights, tie=who.tie) if reach else []
            assert [(f.cell_id, f.fit) for f in found] == [(i, points) for _, i, points in wanted[:20]]
        for cell in {c.id: c for _, c, *_ in pairs}.values():
            wanted = sorted(
                (
                    partners_first(fit=f, deficit=0.0, need_tie=cell.tie, partner_tie=w.tie, partner=w.id),
                    w.id,
                    f,
                )
                for w, c, failed, f in pairs
                if c.id == cell.id and failed == ALL_HOLD
            )
            found = await eligible(db, cell, known)
            assert [(e.id, e.fit) for e in found] == [(i, points) for _, i, points in wanted]
    finally:
        await undo.rollback()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 10**9))
async def test_what_one_condition_keeps_apart_is_found_by_that_condition_alone(db, rows, seed):
    undo = await db.begin_nested()
    try:
        partners, _ = await some_world(rows, random.Random(seed))  # noqa: S311 - no secret
        known, pairs = await _every_pair(db, partners)
        for who in {w.id: w for w, *_ in pairs}.values():
            for condition in sorted(MENDABLE):
                reach = reach_of(who, known.words, known.today, condition)
                found = await find(db, reach, known.weights, tie=who.tie, most=100) if reach else []
                exactly = {c.id for w, c, failed, _ in pairs if w.id == who.id and failed == condition}
                got = {f.cell_id for f in found}
                assert got <= exactly
                if condition not in {
                    Condition.AREA,
                    Condition.SERVICE,
                    Condition.GROUP,
                }:  # only near ones of these
                    assert got == exactly
    finally:
        await undo.rollback()


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(seed=st.integers(0, 10**9))
async def test_near_misses_lack_one_thing_each_and_say_what_mends_it(db, rows, seed):
    undo = await db.begin_nested()
    try:
        partners, _ = await some_world(rows, random.Random(seed))  # noqa: S311 - no secret
        _, pairs = await _every_pair(db, partners)
        failed = {(w.id, c.id): f for w, c, f, _ in pairs}
        for partner in partners:
            found = await near(db, partner.id)
            assert found.in_time
            assert len(found.rows) <= 10
            for row in found.rows:
                assert failed[partner.id, row.cell.id] == row.missing
                assert row.cell.tier <= 2
                assert str(row.lacks).endswith(".")
            for other in await complementary(db, found):
                for cell, missing in other.needs:
                    assert not failed[_id(partners, other.slug), cell.id] & missing
    finally:
        await undo.rollback()


def _id(partners, slug):
    return next(p.id for p in partners if p.slug == slug)
