"""Bringing a database to the schema of this version.

Alembic is imported where it is used: it costs half a second that a web process doesn't owe anybody.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

ROOT = Path(__file__).parents[2]
_REVISION = re.compile(r'^(revision|down_revision)(?:: [^=]+)? = (?:"([^"]+)"|None)', re.MULTILINE)


def config(url: str = "") -> "Config":
    """Alembic's configuration for the database at `url`."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(ROOT / "migrations"))
    made.attributes["url"] = url
    return made


@cache
def head() -> str | None:
    """The newest migration that this version of the program knows: the one that no other follows."""
    files = [file.read_text() for file in (ROOT / "migrations" / "versions").glob("*.py")]
    found = [dict(_REVISION.findall(file)) for file in files]
    followed = {each.get("down_revision") for each in found}
    return next((each["revision"] for each in found if each["revision"] not in followed), None)


def migrate(url: str) -> None:
    """Apply what is missing. Two processes may call it at once: one waits for the other."""
    from alembic import command

    command.upgrade(config(url), "head")
