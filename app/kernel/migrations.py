"""Bringing a database to the schema of this version."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).parents[2]


def _config(url: str = "") -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


@cache
def head() -> str | None:
    """The newest migration that this version of the program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def migrate(url: str) -> None:
    """Apply what is missing. Two processes may call it at once: one waits for the other."""
    command.upgrade(_config(url), "head")
