"""An instance of the program to break: made once, copied for each test."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.faults.instance import Instance, prepare
from tests.kernel.test_embedded import copy, end_server, short_folder


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with the schema, and people who are signed in; its server is stopped."""
    folder = short_folder()
    prepare(folder / "data")
    yield folder / "data"
    shutil.rmtree(folder)


@pytest.fixture
def place(made: Path) -> Iterator[Path]:
    folder = short_folder()
    copy(made, folder / "data")
    yield folder
    end_server(folder / "data")
    shutil.rmtree(folder)


@pytest.fixture
def instance(place: Path) -> Iterator[Instance]:
    with Instance(place / "data") as running:
        yield running
    print((place / "output").read_text(errors="replace")[-3000:])  # shown with a failure


@pytest.fixture
def chance() -> Random:
    """Random choices of this run; the seed is printed."""
    seed = int(os.environ.get("ROUNDTABLE_FAULT_SEED") or secrets.randbelow(1_000_000))
    print(f"ROUNDTABLE_FAULT_SEED={seed}")
    return Random(seed)
