"""A registration's states, walked at random through the services on a real database: nothing but the written moves."""

import asyncio
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.kernel import time
from app.kernel.database import open_engine
from app.kernel.refusals import Refused
from app.organisations.models import (
    CheckItem,
    Decision,
    DecisionContest,
    Organisation,
    OrganisationIdentifier,
    Registration,
)
from app.organisations.rules.checklist import asked_of
from app.organisations.rules.contests import Answer
from app.organisations.rules.decisions import Outcome
from app.organisations.rules.kinds import Kind
from app.organisations.rules.registration import OPEN, REGISTERED, Purpose, State
from app.organisations.rules.steps import ORDER
from app.organisations.service import claims, contests, review, standing
from app.organisations.service import registration as registering
from app.organisations.service.facts import Who, set_number
from tests.worlds import World

SLUG = "yobe-women-farmers"
REASON = "What we were told was confirmed on the spot."


def machine(engine, runner: asyncio.Runner) -> type[RuleBasedStateMachine]:
    class Registering(RuleBasedStateMachine):
        """`org`, `reg`, `purpose`: what the states must be by the rules of the register."""

        def __init__(self) -> None:
            super().__init__()
            self.org, self.reg, self.purpose, self.decisions = State.DRAFT, State.DRAFT, Purpose.FIRST, 0
            runner.run(self._begin())

        async def _begin(self) -> None:
            self.connection = await engine.connect()
            self.outer = await self.connection.begin()
            self.db = db = AsyncSession(
                self.connection,
                expire_on_commit=False,
                autoflush=False,
                join_transaction_mode="create_savepoint",
            )
            world = World(db)
            owner = await world.person("Hauwa")
            self.registration = await world.application(owner=owner)
            self.organisation = (await db.scalars(select(Organisation))).one()
            await set_number(db, self.organisation, ("NG-CAC", "RC 1"))
            self.owner = await world.actor(owner)
            self.musa, self.amina, self.ngozi = [
                await world.actor(await world.registrar("NG", n)) for n in ("M", "A", "N")
            ]

        def teardown(self) -> None:
            runner.run(self._end())

        async def _end(self) -> None:
            await self.db.close()
            await self.outer.rollback()
            await self.connection.close()

        def does(self, work, *, allowed: bool) -> bool:
            """Do something; it must work when it is allowed, and change nothing when it is not."""

            async def within() -> bool:
                try:
                    async with self.db.begin_nested():
                        await work()
                except Refused:
                    return False
                finally:
                    self.db.expire_all()
                    await self._read()
                return True

            done = runner.run(within())
            assert done is allowed, (work, self.org, self.reg, self.purpose)
            return done

        async def _read(self) -> None:
            self.organisation = (await self.db.scalars(select(Organisation))).one()
            newest = select(Registration).order_by(Registration.number.desc()).limit(1)
            self.registration = (await self.db.scalars(newest)).one()

        @initialize(at=st.sampled_from([State.DRAFT, State.VERIFIED, State.LAPSED]))
        def begin(self, at: State) -> None:
            """Many walks begin further on, so that they get to what comes after."""
            if at is not State.DRAFT:
                self.send()
                self.verify()
            if at is State.LAPSED:
                self.years_pass()

        @rule()
        def send(self) -> None:
            async def work() -> None:
                self.registration.steps_done = list(ORDER)
                await registering.submit_registration(self.db, self.owner, SLUG)

            if self.does(work, allowed=self.reg in OPEN):
                self._both(State.SUBMITTED)

        @rule()
        def ask_back(self) -> None:
            def work():
                return review.return_with_questions(
                    self.db, self.musa, self.registration.id, {"work": "Which years?"}
                )

            if self.does(work, allowed=self.reg is State.SUBMITTED):
                self._both(State.RETURNED)

        @rule()
        def verify(self) -> None:
            async def work() -> None:
                its = self.registration.id
                had = set(
                    await self.db.scalars(select(CheckItem.code).where(CheckItem.registration_id == its))
                )
                for item in asked_of(Kind(self.organisation.kind)):
                    if item.code not in had:
                        self.db.add(
                            CheckItem(
                                registration_id=its,
                                code=item.code,
                                answer="met",
                                checked_by=self.musa.person_id,
                            )
                        )
                await self.db.flush()
                await review.verify(self.db, self.musa, its, REASON)

            fits = self.purpose is Purpose.FIRST or self.org in REGISTERED
            if (
                self.does(work, allowed=(self.reg is State.SUBMITTED and fits) or self.reg is State.VERIFIED)
                and self.reg is State.SUBMITTED
            ):
                self.reg, self.decisions = State.VERIFIED, self.decisions + 1
                self.org = self.org if self.purpose is Purpose.CHANGE else State.VERIFIED

        @rule()
        def decline(self) -> None:
            def work():
                return review.decline(self.db, self.musa, self.registration.id, "papers_missing", REASON)

            if (
                self.does(work, allowed=self.reg in {State.SUBMITTED, State.DECLINED})
                and self.reg is State.SUBMITTED
            ):
                self.decisions += 1
                self._both(State.DECLINED)

        @rule()
        def apply_anew(self) -> None:
            if self.does(
                lambda: claims.apply_anew(self.db, self.owner, SLUG), allowed=self.org is State.DECLINED
            ):
                self._both(State.DRAFT)

        @rule()
        def renew(self) -> None:
            async def work() -> None:
                self.organisation.expires_on = time.now().date() + timedelta(days=30)
                await self.db.flush()
                await claims.renew(self.db, self.owner, SLUG)

            again = self.purpose is Purpose.RENEWAL and self.reg in OPEN
            if (
                self.does(work, allowed=again or (self.org in REGISTERED and self.reg not in OPEN))
                and not again
            ):
                self.reg, self.purpose = State.DRAFT, Purpose.RENEWAL

        @rule()
        def ask_for_another_name(self) -> None:
            async def work() -> None:
                who = Who(Kind(self.organisation.kind), f"Yobe Farming Women {self.decisions}")
                await registering.save_who(self.db, self.owner, SLUG, self.registration.version, who)

            begins = self.org in REGISTERED and self.reg not in OPEN
            writes = self.reg is State.DRAFT or self.org in REGISTERED
            if self.does(work, allowed=begins or writes) and begins:
                self.reg, self.purpose = State.SUBMITTED, Purpose.CHANGE

        @rule()
        def suspend(self) -> None:
            self._two(Outcome.SUSPENDED, State.SUSPENDED, {State.VERIFIED})

        @rule()
        def restore(self) -> None:
            self._two(Outcome.RESTORED, State.VERIFIED, {State.SUSPENDED})

        @rule()
        def remove(self) -> None:
            self._two(Outcome.REMOVED, State.REMOVED, {State.SUSPENDED})

        def _two(self, outcome: Outcome, to: State, of: set[State]) -> None:
            async def work() -> None:
                await standing.propose(self.db, self.musa, SLUG, outcome, REASON, serious=True)
                await standing.confirm(self.db, self.amina, SLUG)

            if self.does(work, allowed=self.org in of):
                self.org, self.decisions = to, self.decisions + 1

        @rule()
        def years_pass(self) -> None:
            self.does(
                lambda: standing.note_expiry(self.db, time.now().date() + timedelta(days=4_000)), allowed=True
            )
            self.org = State.LAPSED if self.org is State.VERIFIED else self.org

        @rule()
        def overturn(self) -> None:
            """What was declined last is contested, and another registrar says that it does not stand."""
            if self.reg is not State.DECLINED or self.org in {State.SUSPENDED, State.REMOVED}:
                return

            async def work() -> None:
                declined = (
                    select(Decision.id)
                    .where(Decision.outcome == Outcome.DECLINED)
                    .order_by(Decision.id.desc())
                )
                decision = await self.db.scalar(declined.limit(1))
                await contests.contest(self.db, self.owner, SLUG, decision, REASON)
                contest = await self.db.scalar(
                    select(DecisionContest.id).where(DecisionContest.outcome.is_(None))
                )
                await contests.answer(self.db, self.ngozi, contest, Answer.OVERTURNED, REASON)

            self.does(work, allowed=True)
            self._both(State.SUBMITTED)

        def _both(self, to: State) -> None:
            self.reg = to
            self.org = to if self.purpose is Purpose.FIRST else self.org

        @invariant()
        def everything_is_as_the_rules_say(self) -> None:
            assert (self.organisation.state, self.registration.state) == (self.org, self.reg)
            assert self.registration.purpose == self.purpose

        @invariant()
        def who_is_declined_keeps_no_number_from_others_and_every_decision_is_written_down(self) -> None:
            live = runner.run(self.db.scalar(select(OrganisationIdentifier.live)))
            decided = runner.run(self.db.scalars(select(Decision.reason))).all()
            assert live is (None if live is None else self.org is not State.DECLINED)
            assert len(decided) == self.decisions
            assert all(decided)

    return Registering


def test_no_walk_through_a_registration_leaves_the_written_moves(server, worker):
    name = f"{worker}_states"
    with asyncio.Runner() as runner:
        engine = open_engine(server.clone(name), pool=1)
        try:
            run_state_machine_as_test(
                machine(engine, runner),
                settings=settings(max_examples=12, stateful_step_count=10, derandomize=True),
            )
        finally:
            runner.run(engine.dispose())
    server.drop(name)
