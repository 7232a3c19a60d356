"""Which country a table is about, told by the areas in it, else by its name and titles."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.exchange.rules.columns import Column
from app.exchange.values.area_names import key
from app.exchange.values.areas import AreaIndex
from app.exchange.values.countries import country_named
from app.kernel.text import fold

_LEAST, _AHEAD = 0.6, 0.2
_LONGEST_NAME = 5


@dataclass(frozen=True, slots=True)
class CountryVote:
    """`share` of the distinct values that are the country's; `how` is codes, names or title."""

    country: str
    share: float
    how: str


def vote(columns: Sequence[Column], areas: AreaIndex, titles: Iterable[str] = ()) -> CountryVote | None:
    """The country of the table, None when its cells don't tell it clearly.

    By codes first: the column with the largest share of known area codes. Else by names: the share of a column's
    distinct texts that are areas of one country, taken from 0.6 on and 0.2 above the next country.
    """
    return _by_codes(columns, areas) or _by_names(columns, areas) or _by_titles(titles, areas)


def _by_codes(columns: Sequence[Column], areas: AreaIndex) -> CountryVote | None:
    best: CountryVote | None = None
    for column in columns:
        if column.codes < _LEAST:
            continue
        counts = Counter(country for text in column.distinct for country in areas.countries_of_code(text))
        for country, count in counts.most_common(1):
            share = count / len(column.distinct)
            if share >= _LEAST and (best is None or share > best.share):
                best = CountryVote(country, share, "codes")
    return best


def _by_names(columns: Sequence[Column], areas: AreaIndex) -> CountryVote | None:
    shares: dict[str, float] = {}
    for column in columns:
        if column.empty or column.numbers > 0.5 or len(column.distinct) < 2:
            continue
        keys = {key(text) for text in column.distinct}
        counts = Counter(country for one in keys for country in areas.countries_of_name(one))
        for country, count in counts.items():
            shares[country] = max(shares.get(country, 0.0), count / len(keys))
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    if not ranked or ranked[0][1] < _LEAST or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _AHEAD):
        return None
    return CountryVote(ranked[0][0], ranked[0][1], "names")


def _by_titles(titles: Iterable[str], areas: AreaIndex) -> CountryVote | None:
    found: set[str] = set()
    for title in titles:
        words = fold(title.replace("_", " ").replace("-", " ").replace(".", " ")).split()
        for length in range(min(_LONGEST_NAME, len(words)), 0, -1):
            for at in range(len(words) - length + 1):
                text = " ".join(words[at : at + length])
                # Two letters are a code by chance too often.
                named = country_named(text) if len(text) > 2 else None
                if named and areas.country(named.alpha3):
                    found.add(named.alpha3)
    return CountryVote(found.pop(), 0.0, "title") if len(found) == 1 else None
