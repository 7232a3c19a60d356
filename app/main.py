"""Builds the web application from the contexts' routers."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from app import belongings
from app.accounts.pages import grants, own
from app.accounts.service import note_use
from app.coverage import api as coverage_api
from app.coverage.pages import beside as coverage_beside
from app.coverage.pages import cell as coverage_cell
from app.coverage.pages import left_out as coverage_left_out
from app.coverage.service.follow import follow_noted
from app.exchange import api as exchange_api
from app.exchange.pages import deciding as exchange_deciding
from app.exchange.pages import showing as exchange_showing
from app.home import documents, trail
from app.home import pages as home
from app.kernel import i18n, log
from app.kernel.actor import Actor, Role
from app.kernel.database import open_engine, open_reading_engine, readers, sessions
from app.kernel.i18n import N_
from app.kernel.settings import Settings, settings
from app.kernel.web import development, health, metrics, operations, problems, routing
from app.kernel.web.access import only_our_forms
from app.kernel.web.alike import Alike, over
from app.kernel.web.api import PROBLEMS, known_parameters
from app.kernel.web.middleware import Around
from app.kernel.web.state import Entry, Web
from app.kernel.web.templates import STATIC
from app.matching import api as matching_api
from app.matching.pages import languages as matching_languages
from app.matching.pages import lists as matching_lists
from app.matching.pages import match as matching_match
from app.matching.pages import needs as matching_needs
from app.matching.pages import public as matching_public
from app.matching.pages import room as matching_room
from app.needs.pages import contests as needs_contests
from app.needs.pages import stating as needs_stating
from app.organisations import api as organisations_api
from app.organisations.pages import decisions, evidence, people, register, registration, review, standing
from app.organisations.pages import maps as organisation_maps
from app.organisations.queries import access
from app.places import api as places_api
from app.places import pages as places_pages
from app.places import queries as places
from app.programmes import api as programmes_api
from app.programmes.pages import editing as programmes_editing
from app.programmes.pages import moving as programmes_moving
from app.programmes.pages import reading as programmes
from app.vocabulary import api as vocabulary_api
from app.vocabulary.pages import editor as vocabulary_editor
from app.vocabulary.pages import register as vocabulary_register

PAGES = (
    home.router,
    documents.router,
    trail.router,
    own.router,
    grants.router,
    places_pages.router,
    vocabulary_register.router,
    vocabulary_editor.router,
    registration.router,
    evidence.router,
    review.router,
    organisation_maps.router,
    register.router,
    people.router,
    standing.router,
    decisions.router,
    programmes.router,
    programmes_editing.router,
    programmes_moving.router,
    needs_stating.router,
    needs_contests.router,
    coverage_left_out.router,
    coverage_cell.router,
    coverage_beside.router,
    matching_lists.router,
    matching_match.router,
    matching_needs.router,
    matching_room.router,
    matching_public.router,
    matching_languages.router,
    exchange_deciding.router,
    exchange_showing.router,
    operations.router,
)
API: tuple[APIRouter, ...] = (
    organisations_api.router,
    places_api.router,
    vocabulary_api.router,
    programmes_api.router,
    coverage_api.router,
    matching_api.router,
    exchange_api.router,
)


def _with(role: Role) -> Callable[[Actor | None], bool]:
    def held(actor: Actor | None) -> bool:
        return actor is not None and actor.holds(role)

    return held


BELONGINGS = belongings.BELONGINGS
"""What goes with organisations that become one is known once this module is imported."""

MENU = (
    Entry("/left-out", N_("Who is left out")),
    Entry("/organisations", N_("Partners")),
    Entry("/programmes", N_("Programmes")),
    Entry("/my", N_("What needs you"), lambda actor: actor is not None),
    Entry("/my/matches", N_("Matches"), lambda actor: actor is not None and bool(actor.memberships)),
    Entry("/registrations", N_("Registrar's queue"), _with(Role.REGISTRAR)),
    Entry("/imports", N_("Imports"), _with(Role.PLANNER)),
    Entry("/vocabulary", N_("Vocabulary"), _with(Role.VOCABULARY_EDITOR)),
    Entry("/audit", N_("Audit trail"), _with(Role.AUDITOR)),
    Entry("/grants", N_("Roles"), _with(Role.OPERATOR)),
    Entry("/operations", N_("Operations"), _with(Role.OPERATOR)),
)


def build(given: Settings, database_url: str) -> FastAPI:
    """The application on one database. Engines are opened when it starts and closed when it stops."""
    # A request that lost its connection is repeated (web/middleware.py), so no connection is asked beforehand.
    writing = open_engine(database_url, pool=3, ping=False)
    reading = open_reading_engine(database_url)

    @asynccontextmanager
    async def living(app: FastAPI) -> AsyncGenerator[None]:
        shared: Web = app.state.web
        async with shared.database() as db:
            shared.country_names = await places.names_of_country(db, given.country)
            shared.demonstration = await access.any_demonstration(db)
        metrics.serve(given.metrics_port)
        yield
        shared.stopping = True
        await shared.close()

    app = FastAPI(
        title="Roundtable",
        version="1",
        description="The register of partners, needs, programmes and coverage, as open data.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=living,
        # Who traces nothing need not ask at every request whether somebody does.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.web = Web(
        given, sessions(writing), readers(reading), access.actor_by_session, MENU, (follow_noted,), note_use
    )
    problems.install(app)
    app.include_router(health.router)
    pages = (*PAGES, development.router) if given.development else PAGES
    routing.mount(app, pages, [Depends(only_our_forms)])
    for router in API:
        app.include_router(
            router, prefix="/api/v1", dependencies=[Depends(known_parameters)], responses=PROBLEMS
        )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=6)
    if given.kept_pages and not given.development:
        app.add_middleware(Alike, over=partial(over, reading), most=given.kept_pages)
    languages = (
        frozenset(i18n.LANGUAGES) if given.pseudo_language else frozenset(x.code for x in i18n.SHIPPED)
    )
    app.add_middleware(Around, languages=languages, secure=not given.development, broken=problems.ours)
    return app


def application() -> FastAPI:
    """What a web server process runs: settings from the environment, database from DATABASE_URL."""
    given = settings()
    log.set_up(readable=given.development)
    return build(given, given.database_url)
