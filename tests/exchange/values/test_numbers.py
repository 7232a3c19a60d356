"""Counts of people: what is one whole number, what is none, and what is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.reading.cells import Cell
from app.exchange.values.numbers import (
    Negative,
    NotOneNumber,
    amount,
    decimal,
    decimal_mark_of,
    is_ambiguous,
    people,
)

GROUPS = st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "'", "’"])


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


@given(st.integers(0, 9_999_999_999), GROUPS)
def test_groups_of_three_are_thousands_whatever_stands_between(number: int, mark: str):
    assert people(grouped(number, mark)) == number


@given(st.integers(0, 10**9), st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"]))
def test_digits_of_other_scripts_are_digits(number: int, digits: str):
    assert people(str(number).translate(str.maketrans("0123456789", digits))) == number


@given(st.integers(0, 10**9))
def test_a_number_is_read_however_it_is_typed(number: int):
    assert (
        people(number) == people(float(number)) == people(f"  {number} ") == people(f"{number}.0") == number
    )


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_nothing_or_refused(text: str):
    try:
        found = people(text)
    except (NotOneNumber, Negative):
        return
    assert found is None or 0 <= found <= 10**10


@pytest.mark.parametrize(
    "cell",
    [
        "12.5",
        "<10",
        ">5",
        "5-10",
        "approx 200",
        "environ 200",
        "200 personnes",
        "1,2",
        "1e5",
        "12 34,5,6",
        True,
        3.5,
        float("nan"),
        float("inf"),
        "½",
        "²",
        "10**9",
        "9" * 40,
    ],
)
def test_what_is_not_one_whole_number_is_refused(cell: Cell):
    with pytest.raises(NotOneNumber):
        people(cell)


@pytest.mark.parametrize("cell", ["-5", -1, "−3", "-1,234"])
def test_less_than_nobody_is_refused(cell: Cell):
    with pytest.raises(Negative):
        people(cell)


@pytest.mark.parametrize(
    "cell",
    [None, "", "  ", "-", "–", "N/A", "n.d.", "ND", "néant", "s/d", "Sin dato", "لا يوجد", "#N/A", "TBD"],
)
def test_nothing_stated_is_not_zero(cell: Cell):
    assert people(cell) is None
    assert people("0") == 0


def test_a_column_tells_what_its_lone_point_is():
    assert is_ambiguous("660.687")
    assert not is_ambiguous("660.68")
    assert not is_ambiguous("0.687")
    assert decimal_mark_of(["660.687", "308.1"]) == "."
    assert decimal_mark_of(["660.687", "1.234.567"]) == ","
    assert decimal_mark_of(["660.687", "12,5"]) == ","
    assert decimal_mark_of(["660,687", "1,234,567"]) == "."
    assert decimal_mark_of(["660.687", "1.234"]) == ""
    assert decimal("660.687", ".") == 660.687
    assert decimal("660.687", ",") == 660_687
    assert decimal("660,687", ".") == 660_687
    assert decimal("660.687") == 660_687


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("USD 1,234.50", 1234.5),
        ("1 000 000 FCFA", 1_000_000),
        ("€12", 12),
        ("$ 5.5", 5.5),
        ("much", None),
        (12, 12),
    ],
)
def test_an_amount_that_cannot_be_read_never_stops_a_row(cell: Cell, value: float | None):
    assert amount(cell) == value
