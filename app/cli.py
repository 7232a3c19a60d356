"""`roundtable`: run it, look after it, and bring data in, from the command line.

Each command's work is a function elsewhere; here are only its words and its options.
"""

import argparse
import asyncio
import os
import socket
import sys
import time
from collections.abc import Sequence
from functools import partial

import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession

from app import belongings, reference, tables
from app.accounts import service as accounts
from app.accounts.queries import person_by_email
from app.coverage import commands as coverage
from app.demonstration import commands as demonstration
from app.demonstration.cast import PEOPLE
from app.exchange import commands as exchange
from app.kernel import audit, embedded, jobs, log, supervisor
from app.kernel.actor import OVER_AREA, Role
from app.kernel.console import Does, database, on_database
from app.kernel.migrations import migrate
from app.kernel.settings import Settings, SettingsMistake, settings
from app.organisations import commands as organisations
from app.places import queries as places

KNOWN = (tables.metadata, belongings.BELONGINGS)
"""Every context's tables and jobs, and what goes with organisations that become one, are known once this module is
imported."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status. Mistakes are said in a sentence, never as a traceback."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except SettingsMistake as mistake:
        for sentence in mistake.sentences:
            print(sentence, file=sys.stderr)
        return 2
    except (embedded.CannotStart, supervisor.AlreadyRuns) as problem:
        print(problem, file=sys.stderr)
        return getattr(problem, "exit_code", 2)
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="roundtable", description="Who does what for people who are left out."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, does: Does | None, says: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=says, description=says)
        made.set_defaults(command=does)
        return made

    command("run", run, "start everything: database, web, jobs; the demonstration if the database is empty")
    command("serve", serve, "start web and jobs on a database that is migrated (production)")
    command("web", web, "start one web server")
    command("worker", worker, "work through the job queue")
    command(
        "migrate",
        migrate_command,
        "bring the database to the schema of this version, with its reference data",
    )
    command("settings", settings_command, "list the settings and what they are now")
    audit_parser = command(
        "audit", audit_command, "recompute the audit trail: says whether anything was altered"
    )
    audit_parser.add_argument("what", choices=["verify"])
    grant = command("grant", grant_command, "give somebody a role over an area")
    grant.add_argument("email")
    grant.add_argument("role", choices=[role.value for role in OVER_AREA])
    grant.add_argument("area", help="code of the area, for example NG or NG036")
    leave = command("sign-out", sign_out_command, "sign somebody out on every browser, or everybody")
    leave.add_argument("email", help="their address, or: everybody")
    for add in (coverage.add, demonstration.add, exchange.add, organisations.add):
        add(command)
    return parser


def run(options: argparse.Namespace) -> int:
    """What `make run` does after the tools are installed."""
    given = settings()
    with supervisor.only_one(given.data):
        _check_port_free(given)
        began = time.perf_counter()
        with database(given) as (url, server):
            _prepare(url)
            asyncio.run(demonstration.load_if_empty(url, print))
            _say_hello(given, time.perf_counter() - began)
            return supervisor.supervise(
                _programs(given, url), database=server, say=partial(print, flush=True)
            )


def serve(options: argparse.Namespace) -> int:
    given = settings()
    with database(given) as (url, server):
        return supervisor.supervise(_programs(given, url), database=server, say=partial(print, flush=True))


def web(options: argparse.Namespace) -> int:
    given = settings()
    with database(given) as (url, _server):
        os.environ["DATABASE_URL"] = url
        uvicorn.run(
            "app.main:application",
            factory=True,
            host=given.host,
            port=given.port,
            workers=given.web_workers,
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=25,
            server_header=False,
            proxy_headers=True,
            timeout_worker_healthcheck=30,
        )
    return 0


def worker(options: argparse.Namespace) -> int:
    given = settings()
    log.set_up(readable=given.development)
    with database(given) as (url, _server):
        asyncio.run(jobs.run_worker(url))
    return 0


def migrate_command(options: argparse.Namespace) -> int:
    with database(settings()) as (url, _server):
        _prepare(url)
    return 0


def settings_command(options: argparse.Namespace) -> int:
    given = settings()
    for name, field in Settings.model_fields.items():
        shown = "(kept secret)" if name in {"secret", "database_url", "mail_server"} else getattr(given, name)
        print(f"{field.alias:28} {shown!s:28} {field.description}")
    return 0


def audit_command(options: argparse.Namespace) -> int:
    async def work(db: AsyncSession) -> int:
        broken = [found async for found in audit.verify(db)]
        for found in broken:
            print(f"{found.chain} {found.n}: {found.why}")
        if not broken:
            print("The audit trail is whole.")
        return 1 if broken else 0

    return on_database(work)


def grant_command(options: argparse.Namespace) -> int:
    async def work(db: AsyncSession) -> int:
        person = await person_by_email(db, options.email)
        area = await places.area_by_code(db, options.area)
        if person is None or area is None:
            print(
                "There is no such person: they sign in once first."
                if person is None
                else "There is no such area."
            )
            return 1
        await accounts.grant_role(db, None, person, Role(options.role), area, "Given on the command line.")
        print(f"{options.email} is {options.role} over {options.area}.")
        return 0

    return on_database(work)


def sign_out_command(options: argparse.Namespace) -> int:
    async def work(db: AsyncSession) -> int:
        everybody = options.email == "everybody"
        person = None if everybody else await person_by_email(db, options.email)
        if person is None and not everybody:
            print("There is no such person.")
            return 1
        print(f"{await accounts.end_sessions_of(db, person)} sign-ins ended.")
        return 0

    return on_database(work)


def _prepare(url: str) -> None:
    migrate(url)
    asyncio.run(reference.prepare(url))


def _programs(given: Settings, url: str) -> list[supervisor.Program]:
    itself = [sys.executable, "-m", "app.cli"]
    environment = {"DATABASE_URL": url, "ROUNDTABLE_DATA": str(given.data.resolve())}
    return [
        supervisor.Program("web", [*itself, "web"], environment),
        supervisor.Program("worker", [*itself, "worker"], environment),
    ]


def _check_port_free(given: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((given.host, given.port))
        except OSError as problem:
            sentence = f"Port {given.port} is taken. Set ROUNDTABLE_PORT to another number, for example {given.port + 1}."
            raise SettingsMistake([sentence]) from problem


def _say_hello(given: Settings, seconds: float) -> None:
    print(f"Ready in {seconds:.1f} s. Open {given.public_address}")
    if given.development:
        for person in PEOPLE:
            print(f"  {person.email:32} {person.shows}")
        print(f"Outgoing mail: {given.public_address}/development/mail, and {given.mail_folder}")
    print("Ctrl-C stops everything.")


if __name__ == "__main__":
    sys.exit(main())
