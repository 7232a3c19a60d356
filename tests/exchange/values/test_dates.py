"""Days and periods as people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange.reading.cells import Cell
from app.exchange.rows.times import TimeReader
from app.exchange.values.dates import NotADate, Order, day, order_of
from app.exchange.values.months import Month, Period, month_number
from app.exchange.values.periods import best_period, month_and_year, period_in

DAYS = st.dates(date(1990, 1, 1), date(2049, 12, 31))
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
SPANISH = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
GULF = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]
LEVANT = [
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
]
TODAY = date(2026, 11, 25)


@given(DAYS, st.sampled_from(["/", "-", ".", " "]))
def test_a_day_is_read_back_in_the_order_it_was_written(when: date, mark: str):
    assert day(when.strftime(f"%d{mark}%m{mark}%Y"), Order.DAY_FIRST) == when
    assert day(when.strftime(f"%m{mark}%d{mark}%Y"), Order.MONTH_FIRST) == when
    assert day(when.isoformat()) == when
    assert day(f"{when:%Y/%m/%d} 10:30:00") == when


@given(
    st.dates(date(1990, 1, 1), date(2049, 12, 31)), st.sampled_from([ENGLISH, FRENCH, SPANISH, GULF, LEVANT])
)
def test_months_are_named_in_four_languages(when: date, names: list[str]):
    name = names[when.month - 1]
    assert day(f"{when.day} {name} {when.year}") == when
    assert day(f"{name} {when.year} ") == when.replace(day=1)
    assert month_number(f" {name.upper()} ") == when.month
    assert period_in(f"{name} {when.year}") == Period(Month.of(when), Month.of(when))


@given(st.dates(date(1954, 10, 5), date(2099, 12, 31)))
def test_serials_of_a_spreadsheet_are_days(when: date):
    serial = (when - date(1899, 12, 30)).days
    if when.year >= 1990:
        assert day(serial) == day(float(serial) + 0.7) == day(str(serial)) == when


@given(
    st.one_of(
        st.text(max_size=30),
        st.integers(),
        st.floats(),
        st.from_regex(r"\d{1,4}[/.-]\d{1,4}[/.-]\d{1,4}", fullmatch=True),
    )
)
def test_anything_else_is_a_day_or_refused_and_never_worse(cell: str | int | float):
    for order in Order:
        try:
            found = day(cell, order)
        except NotADate:
            continue
        assert found is None or 1990 <= found.year <= 2099


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2024",
        "2024-02-30",
        "00/00/2024",
        "32/13/2024",
        "2024-13-01",
        "9999-99-99",
        "1890-01-01",
        "15/15/15",
        "soon",
        12,
        200_000,
        True,
        "0000-00-00",
        "29/02/2023",
    ],
)
def test_impossible_days_are_refused(cell: Cell):
    with pytest.raises(NotADate):
        day(cell)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("03/04/24", date(2024, 4, 3)), ("03/04/31", date(2031, 4, 3)), ("01/02/95", date(1995, 2, 1))],
)
def test_years_of_two_digits_lie_at_most_five_years_ahead(text: str, wanted: date):
    assert day(text, Order.DAY_FIRST, today=TODAY) == wanted


def test_typed_cells_are_days():
    assert day(datetime(2024, 5, 1, 13, tzinfo=UTC)) == date(2024, 5, 1)
    assert day(date(2024, 5, 1)) == date(2024, 5, 1)
    assert day("  ") is None


def test_a_column_tells_whether_the_day_comes_first():
    assert order_of(["03/04/2024", "16/03/2017"]) is Order.DAY_FIRST
    assert order_of(["03/04/2024", "03/16/2017"]) is Order.MONTH_FIRST
    assert order_of(["03/04/2024", "05/06/2024"]) is Order.UNKNOWN
    assert order_of(["2024-03-04", date(2024, 1, 1)]) is None
    assert order_of(["13/01/2024", "14/01/2024", "01/13/2024"]) is Order.MIXED_DAY


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("afghanistan-2024-q1.csv", "2024-01/2024-03"), ("NGA 3Ws Data Q4 2023", "2023-10/2023-12"), ("January to March 2024", "2024-01/2024-03"),
        ("octobre-décembre 2023", "2023-10/2023-12"), ("oct-déc 2023", "2023-10/2023-12"), ("T4 2023", "2023-10/2023-12"), ("3W_Oct2023_final", "2023-10/2023-10"),
        ("4th quarter 2023", "2023-10/2023-12"), ("2024-01 - 2024-03", "2024-01/2024-03"), ("du 1er janvier au 31 mars 2024", "2024-01/2024-03"),
        ("enero a marzo de 2024", "2024-01/2024-03"), ("Premier trimestre 2024", "2024-01/2024-03"), ("Nov-Jan 2024", "2023-11/2024-01"), ("يناير - مارس ٢٠٢٤", "2024-01/2024-03"),
        ("الربع الأول 2024", "2024-01/2024-03"), ("As of 31 March 2024", "2024-03/2024-03"), ("Sudan_3W_Q2_2024", "2024-04/2024-06"), ("01/02/2024 - 30/04/2024", "2024-02/2024-04"),
        ("nigeria-2024", "2024-01/2024-12"), ("HRP 2024-2025", "2024-01/2025-12"), ("H1 2024", "2024-01/2024-06"), ("Q4_23", "2023-10/2023-12"),
    ],
)  # fmt: skip
def test_a_period_is_found_in_a_title_or_file_name(text: str, wanted: str):
    assert str(period_in(text)) == wanted


@pytest.mark.parametrize(
    "text", ["", "3w", "4W Matrix v2 (1)", "Version 12.3", "Page 3 of 4", "phone 0203 456 7890"]
)
def test_no_period_is_found_where_there_is_none(text: str):
    assert period_in(text) is None


def test_the_narrowest_of_several_periods_counts():
    assert str(best_period(["HRP 2024", "March 2024", "Q1 2024"])) == "2024-03/2024-03"


def test_a_month_and_a_year_in_two_cells():
    assert str(month_and_year("October ", "2023")) == "2023-10/2023-10"
    assert str(month_and_year("Q1", "2023.0")) == "2023-01/2023-03"
    assert month_and_year("Project", "2023") is None


def test_an_end_before_its_start_is_refused():
    found = TimeReader(None, [Order.UNKNOWN] * 4).read(["2024-05-01", "2024-04-01", None, None, None])
    assert [(reason.code, reason.said, reason.known) for reason in found.reasons] == [
        ("end-before-start", "2024-04-01", "2024-05-01")
    ]


def test_a_row_without_any_period_is_refused_only_if_the_file_has_none_either():
    assert [reason.code for reason in TimeReader(None, [Order.UNKNOWN] * 4).read([None] * 5).reasons] == [
        "no-period"
    ]
    file = Period(Month(2024, 1), Month(2024, 3))
    assert TimeReader(file, [Order.UNKNOWN] * 4).read([None] * 5).period == file
