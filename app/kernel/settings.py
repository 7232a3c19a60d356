"""Settings: read once from the environment, checked, and explained in one table (docs/operations.md)."""

import os
import secrets
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class SettingsMistake(Exception):
    """One or more settings can't be used; each of `sentences` names the setting and says what to write."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


class Settings(BaseModel):
    """Every setting, with what it means. The name in the environment is the alias."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore")

    mode: Annotated[
        Literal["development", "production"],
        Field(
            alias="ROUNDTABLE_MODE",
            description="development shows outgoing mail on a page and says more in the log",
        ),
    ] = "development"
    data: Annotated[
        Path, Field(alias="ROUNDTABLE_DATA", description="folder of the embedded database, files and mail")
    ] = Path(".roundtable")
    database_url: Annotated[
        str,
        Field(
            alias="DATABASE_URL",
            description="PostgreSQL 18 to use instead of the embedded one: postgresql://…",
        ),
    ] = ""
    host: Annotated[
        str, Field(alias="ROUNDTABLE_HOST", description="address that the web server listens on")
    ] = "127.0.0.1"
    port: Annotated[
        int, Field(alias="ROUNDTABLE_PORT", ge=1, le=65535, description="port that the web server listens on")
    ] = 8000
    address: Annotated[
        str, Field(alias="ROUNDTABLE_ADDRESS", description="address people type, used in mails: https://…")
    ] = ""
    web_workers: Annotated[
        int, Field(alias="ROUNDTABLE_WEB_WORKERS", ge=1, le=64, description="number of web processes")
    ] = 1
    kept_pages: Annotated[
        int,
        Field(
            alias="ROUNDTABLE_KEPT_PAGES",
            ge=0,
            le=100_000,
            description="visitors' pages kept by each web process; 0 is none",
        ),
    ] = 1000
    metrics_port: Annotated[
        int,
        Field(
            alias="ROUNDTABLE_METRICS_PORT",
            ge=0,
            le=65535,
            description="local port of the metrics; 0 is none",
        ),
    ] = 0
    secret: Annotated[
        str,
        Field(alias="ROUNDTABLE_SECRET", description="key that signs cookies and forms: 32 letters or more"),
    ] = ""
    mail_server: Annotated[
        str, Field(alias="ROUNDTABLE_MAIL_SERVER", description="mail relay: smtp://name:password@host:587")
    ] = ""
    mail_from: Annotated[str, Field(alias="ROUNDTABLE_MAIL_FROM", description="sender of all mail")] = (
        "roundtable@localhost"
    )
    country: Annotated[
        str,
        Field(alias="ROUNDTABLE_COUNTRY", pattern="^[A-Z]{2}$", description="two-letter code of the country"),
    ] = "NG"
    pseudo_language: Annotated[
        bool,
        Field(
            alias="ROUNDTABLE_PSEUDO_LANGUAGE", description="also show the made-up language that tests use"
        ),
    ] = False

    @property
    def development(self) -> bool:
        return self.mode == "development"

    @property
    def public_address(self) -> str:
        return (self.address or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def mail_folder(self) -> Path:
        return self.data / "mail"

    @model_validator(mode="after")
    def _production_names_its_secrets(self) -> Self:
        if self.development:
            return self
        if len(self.secret) < 32:
            raise ValueError(
                "ROUNDTABLE_SECRET: write 32 letters or more; `openssl rand -hex 32` makes some."
            )
        if not self.address.startswith("https://"):
            raise ValueError(
                "ROUNDTABLE_ADDRESS: write the address people type, for example https://roundtable.example."
            )
        if not self.mail_server:
            raise ValueError(
                "ROUNDTABLE_MAIL_SERVER: name the mail relay, for example smtp://mail.example:587."
            )
        return self

    @model_validator(mode="after")
    def _urls_are_urls(self) -> Self:
        if self.database_url and urlsplit(self.database_url).scheme not in {"postgresql", "postgres"}:
            raise ValueError(
                "DATABASE_URL: it begins with postgresql://, for example postgresql://name@host/roundtable."
            )
        if self.mail_server and urlsplit(self.mail_server).scheme not in {"smtp", "smtps"}:
            raise ValueError("ROUNDTABLE_MAIL_SERVER: it begins with smtp:// or smtps://.")
        return self


def read(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` gives. Raises SettingsMistake with a sentence for each mistake."""
    names = {field.alias: name for name, field in Settings.model_fields.items()}
    given = {name: environment[alias] for alias, name in names.items() if alias and environment.get(alias)}
    try:
        return Settings.model_validate(given)
    except ValidationError as problem:
        raise SettingsMistake(
            [_sentence(error["loc"], error["msg"], error["input"]) for error in problem.errors()]
        ) from None


def _sentence(location: tuple[int | str, ...], message: str, given: object) -> str:
    if not location:
        return message.removeprefix("Value error, ")
    alias = (
        Settings.model_fields[str(location[0])].alias
        if str(location[0]) in Settings.model_fields
        else location[0]
    )
    return f"{alias}: {message[:1].lower()}{message[1:]}. You wrote {given!r}."


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return with_secret(read(os.environ))


def with_secret(given: Settings) -> Settings:
    """In development a signing key is made once and kept in the data folder, readable by its owner alone."""
    if given.secret:
        return given
    kept = given.data / "secret"
    if not kept.exists():
        given.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_text(secrets.token_hex(32))
        fresh.chmod(0o600)
        fresh.replace(kept)
    return given.model_copy(update={"secret": kept.read_text().strip()})
