"""The search for garbage, paused while a file is read."""

import gc
import weakref

import pytest

from app.kernel.garbage import collect_young, collection_paused


def test_of_two_at_once_the_later_one_ends_the_pause():
    first, second = collection_paused(), collection_paused()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


def test_a_pause_that_ends_with_an_error_ends():
    with pytest.raises(ZeroDivisionError), collection_paused():
        1 / 0  # noqa: B018
    assert gc.isenabled()


def test_what_a_part_left_behind_is_found_within_the_pause():
    class Held:
        itself: object

    with collection_paused():
        held = Held()
        held.itself, seen = held, weakref.ref(held)
        del held
        assert seen() is not None
        collect_young()
        assert seen() is None
