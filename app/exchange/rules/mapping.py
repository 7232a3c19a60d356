"""Which column of a table is which field: by tag, else by heading and content, else as a person once said."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.exchange.rules.column_map import ColumnMap, ColumnUse
from app.exchange.rules.columns import Column
from app.exchange.rules.evidence import evidence
from app.exchange.rules.fields import NEED_ONLY, PRESENCE_ONLY, REPEATABLE, Field, People
from app.exchange.rules.lookups import Lookups
from app.exchange.rules.synonyms import STRIPPED, Synonyms
from app.exchange.rules.tags import field_of
from app.exchange.values.people import people_of, with_adults
from app.kernel.text import fold

ASKED = 38.0
_LEAST_BESIDE_TAGS = 92.0
_REGION_IS_LAST = 25.0
_ANOTHER_WORD = 60.0
"""What a field loses whose words a heading only resembles while it is another field's word."""
_CODES_KNOWN = 0.3
_MARK = 95.0


def map_columns(
    columns: Sequence[Column],
    lookups: Lookups,
    synonyms: Synonyms,
    country: str,
    *,
    kind: str = "presence",
) -> ColumnMap:
    """The field of every column. `kind` is presence or need: fields that only the other has are not considered."""
    left_out = NEED_ONLY if kind == "presence" else PRESENCE_ONLY
    tagged = _by_tags(columns)
    taken = {use.field for use in tagged.values()} - REPEATABLE
    open_columns = [column for column in columns if column.index not in tagged and not column.tag]
    least = _LEAST_BESIDE_TAGS if tagged else 0.0
    found = _by_content(open_columns, taken, lookups, synonyms, country, left_out, least)
    found.update(tagged)
    uses = [
        found.get(column.index) or ColumnUse(column.index, column.heading, column.tag) for column in columns
    ]
    return ColumnMap(
        tuple(
            _private(use, columns[use.index])
            for use in _with_adults(_known_codes(uses, columns, lookups, country))
        )
    )


def remembered(guessed: ColumnMap, before: ColumnMap) -> tuple[ColumnMap, tuple[int, ...]]:
    """What a person decided for an earlier file of the source, on this one; and the columns that are open.

    Columns that moved keep their field; open are those whose heading is new, and none when all are known.
    """
    if guessed.signature == before.signature:
        return ColumnMap(tuple(replace(use, index=at) for at, use in enumerate(before.columns))), ()
    known = {(fold(use.heading), fold(use.tag)): use for use in before.columns}
    taken: set[Field] = set()
    uses: list[ColumnUse] = []
    open_: list[int] = []
    for use in guessed.columns:
        old = known.get((fold(use.heading), fold(use.tag)))
        if old is not None:
            uses.append(replace(old, index=use.index))
            if old.field and old.field not in REPEATABLE:
                taken.add(old.field)
        else:
            uses.append(use)
            open_.append(use.index)
    cleared = [
        replace(use, field=None, people=None, how="", score=0.0)
        if use.index in open_ and use.field in taken
        else use
        for use in uses
    ]
    return ColumnMap(tuple(cleared)), tuple(open_)


def _by_tags(columns: Sequence[Column]) -> dict[int, ColumnUse]:
    held: dict[Field, Column] = {}
    uses: dict[int, ColumnUse] = {}
    for column in columns:
        found = field_of(column.tag) if column.tag else None
        if not found:
            continue
        field, people = found
        rival = held.get(field)
        if rival is not None and field not in REPEATABLE:
            if not _fits_better(column, rival):
                continue
            del uses[rival.index]
        held[field] = column
        uses[column.index] = ColumnUse(column.index, column.heading, column.tag, field, people, "tag", 100.0)
    return uses


def _fits_better(column: Column, rival: Column) -> bool:
    """Of two columns with one field: the one whose tag names what is asked, then the fuller one."""
    named = [
        "+name" in one.tag.replace(" ", "") or "+code" in one.tag.replace(" ", "") for one in (column, rival)
    ]
    return (named[0], len(column.texts)) > (named[1], len(rival.texts))


def _by_content(
    columns: Sequence[Column],
    taken: set[Field | None],
    lookups: Lookups,
    synonyms: Synonyms,
    country: str,
    left_out: frozenset[Field],
    least: float,
) -> dict[int, ColumnUse]:
    pairs: list[tuple[float, float, ColumnUse]] = []
    for column in columns:
        fitting = synonyms.scores(column.heading) if column.heading else {}
        best = max(fitting.values(), default=0.0)
        for field in Field:
            if field in left_out or field in taken or field is Field.PEOPLE:
                continue
            h = fitting.get(field, 0.0)
            if h < least:
                continue
            score = _score(h, evidence(field, column, lookups, country, headed=h > 0))
            if 0 < h < STRIPPED <= best:
                score -= _ANOTHER_WORD
            if field is Field.REGION:
                score -= _REGION_IS_LAST
            pairs.append(
                (
                    score,
                    h,
                    ColumnUse(
                        column.index,
                        column.heading,
                        column.tag,
                        field,
                        None,
                        "heading" if h else "content",
                        score,
                    ),
                )
            )
        if (
            Field.SECTOR_MARK not in left_out
            and column.marked
            and not least
            and lookups.services.known(column.heading)
        ):
            mark = ColumnUse(
                column.index, column.heading, column.tag, Field.SECTOR_MARK, None, "heading", _MARK
            )
            pairs.append((_MARK, STRIPPED, mark))
        counted = people_of(column.heading, synonyms, lookups.services) if column.heading else None
        if counted and counted[1] >= least:
            score = _score(counted[1], evidence(Field.PEOPLE, column, lookups, country, headed=True))
            pairs.append(
                (
                    score,
                    counted[1],
                    ColumnUse(
                        column.index, column.heading, column.tag, Field.PEOPLE, counted[0], "heading", score
                    ),
                )
            )
    return _best(pairs, taken)


def _score(h: float, e: float) -> float:
    return 0.7 * h + e if h > 0 else 0.9 * e


def _best(pairs: Iterable[tuple[float, float, ColumnUse]], taken: set[Field | None]) -> dict[int, ColumnUse]:
    """Pairs by falling score, each column once and each field once."""
    uses: dict[int, ColumnUse] = {}
    fields = set(taken)
    people: set[People | None] = set()
    for score, _h, use in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[2].index)):
        if score < ASKED:
            break
        if use.index in uses or (use.field in fields and use.field not in REPEATABLE):
            continue
        if use.field is Field.PEOPLE:
            if use.people in people:
                continue
            people.add(use.people)
        uses[use.index] = use
        fields.add(use.field)
    return uses


def _known_codes(
    uses: list[ColumnUse], columns: Sequence[Column], lookups: Lookups, country: str
) -> list[ColumnUse]:
    """A column of codes from another list of areas than ours would refuse every row; the names decide then."""
    levels = {Field.ADM1_CODE: 1, Field.ADM2_CODE: 2, Field.ADM3_CODE: 3}
    fields = {use.field for use in uses}
    kept: list[ColumnUse] = []
    for use in uses:
        level = levels.get(use.field) if use.field else None
        texts = columns[use.index].distinct
        if (
            country
            and level
            and texts
            and level <= lookups.areas.depth(country)
            and Field(f"adm{level}.name") in fields
        ):
            known = sum(lookups.areas.by_code(country, text, level) is not None for text in texts) / len(
                texts
            )
            if known < _CODES_KNOWN:
                use = replace(use, field=None, how="", score=0.0)
        kept.append(use)
    return kept


def _with_adults(uses: list[ColumnUse]) -> list[ColumnUse]:
    people = with_adults([use.people for use in uses if use.people])
    following = iter(people)
    return [replace(use, people=next(following)) if use.people else use for use in uses]


def _private(use: ColumnUse, column: Column) -> ColumnUse:
    """Columns of addresses, telephones or identity numbers are never read, whatever they are called."""
    if use.field is None and not column.empty and column.looks_private:
        return replace(use, field=Field.PRIVATE, how="content", score=100.0)
    return use
