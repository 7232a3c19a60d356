"""Where the table begins in a sheet: its row of HXL tags, its headings in one or two rows, the titles above."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.exchange.reading.archive import Merge
from app.exchange.reading.cells import Cell, Row, all_blank, is_blank, said
from app.exchange.rules.synonyms import Synonyms
from app.exchange.rules.tags import is_tag

LOOKED_AT = 60
"""Rows from the top in which the beginning of the table is looked for."""
_TAGS_WITHIN = 40
_HEADINGS_WITHIN = 25
_KNOWN_HEADING = 80.0
_LEAST_KNOWN = 0.3
"""A single known word in a wide row may be a cell that happens to be one."""
_MOST_TITLE_CHARACTERS = 300
_LONGEST_GROUP = 80


@dataclass(frozen=True, slots=True)
class Header:
    """Rows are numbered from 1, as a spreadsheet shows them; 0 where there is none.

    `headings` has one text a column, the two rows of a double heading joined by " > ".
    """

    headings: tuple[str, ...]
    tags: tuple[str, ...]
    row: int
    tags_row: int
    first_data_row: int
    titles: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.headings)


def find_header(rows: Sequence[Row], merges: Sequence[Merge], synonyms: Synonyms) -> Header | None:
    """The header of a table that begins with `rows`; None when the rows hold nothing.

    A row of tags decides. Else the row that looks most like headings: words of the dictionary, text, all different,
    full, and early. Without a single known word there, the table has no headings and its columns none either.
    """
    rows = rows[:LOOKED_AT]
    tags_at = next((at for at, row in enumerate(rows[:_TAGS_WITHIN]) if _holds_tags(row)), None)
    if tags_at is not None:
        return _tagged(rows, tags_at, merges)
    heading_at = _most_like_headings(rows, synonyms)
    if heading_at is None:
        return _without_headings(rows)
    lower_at = _second_row(rows, heading_at, merges)
    top_at = heading_at
    if lower_at == heading_at and heading_at > 0 and _is_upper_row(rows[heading_at - 1], rows[heading_at]):
        top_at = heading_at - 1
    headings = _joined(rows, top_at, lower_at, merges)
    return Header(headings, ("",) * len(headings), lower_at + 1, 0, lower_at + 2, _titles(rows[:top_at]))


def _holds_tags(row: Row) -> bool:
    texts = [text for cell in row if isinstance(cell, str) and (text := said(cell))]
    filled = sum(not is_blank(cell) for cell in row)
    tags = sum(map(is_tag, texts))
    return tags >= 2 and tags >= filled / 2


def _tagged(rows: Sequence[Row], tags_at: int, merges: Sequence[Merge]) -> Header:
    heading_at = next((at for at in range(tags_at - 1, -1, -1) if not all_blank(rows[at])), None)
    width = max(len(rows[tags_at]), len(rows[heading_at]) if heading_at is not None else 0)
    tags = tuple(text if is_tag(text := said(cell)) else "" for cell in _wide(rows[tags_at], width))
    if heading_at is None:
        return Header(("",) * width, tags, 0, tags_at + 1, tags_at + 2, ())
    top_at = heading_at
    if heading_at > 0 and _is_upper_row(rows[heading_at - 1], rows[heading_at]):
        top_at = heading_at - 1
    headings = _joined(rows, top_at, heading_at, merges, width)
    return Header(headings, tags, heading_at + 1, tags_at + 1, tags_at + 2, _titles(rows[:top_at]))


def _most_like_headings(rows: Sequence[Row], synonyms: Synonyms) -> int | None:
    widest = max((_filled(row) for row in rows), default=0)
    best, best_at = 0.0, None
    for at, row in enumerate(rows[:_HEADINGS_WITHIN]):
        filled = _filled(row)
        if filled < max(2, 0.4 * widest):
            continue
        texts = [said(cell) for cell in row if not is_blank(cell)]
        recognised = sum(synonyms.best(text) >= _KNOWN_HEADING for text in texts)
        known = recognised / filled if recognised >= 2 or recognised >= _LEAST_KNOWN * filled else 0.0
        words = (
            sum(isinstance(cell, str) and not _numeric(cell) for cell in row if not is_blank(cell)) / filled
        )
        score = 3 * known + words + len(set(texts)) / filled + 0.5 * filled / max(widest, 1) - 0.03 * at
        if known and score > best:
            best, best_at = score, at
    return best_at


def _without_headings(rows: Sequence[Row]) -> Header | None:
    widest = max((_filled(row) for row in rows), default=0)
    if not widest:
        return None
    first = next(at for at, row in enumerate(rows) if _filled(row) >= max(min(2, widest), 0.4 * widest))
    width = max(len(row) for row in rows)
    return Header(("",) * width, ("",) * width, 0, 0, first + 1, _titles(rows[:first]))


def _second_row(rows: Sequence[Row], at: int, merges: Sequence[Merge]) -> int:
    """The row under a heading row when it goes on with it: words under gaps, nothing under the other headings."""
    if at + 1 >= len(rows):
        return at
    upper, lower = rows[at], rows[at + 1]
    cells = [(column, cell) for column, cell in enumerate(lower) if not is_blank(cell)]
    if len(cells) < 2 or not all(isinstance(cell, str) and not _numeric(cell) for _column, cell in cells):
        return at
    spans = {
        column
        for merge in merges
        if merge.top <= at <= merge.bottom
        for column in range(merge.left, merge.right + 1)
        if merge.right > merge.left
    }
    under_gap = [
        column
        for column, _cell in cells
        if column in spans or column >= len(upper) or is_blank(upper[column]) or _starts_gap(upper, column)
    ]
    headed = [
        column
        for column, cell in enumerate(upper)
        if not is_blank(cell) and not _starts_gap(upper, column) and column not in spans
    ]
    also_headed = sum(column < len(lower) and not is_blank(lower[column]) for column in headed)
    if len(under_gap) >= 2 and also_headed <= 0.3 * len(headed):
        return at + 1
    return at


def _starts_gap(row: Row, column: int) -> bool:
    """A heading with nothing to its right: it may stand for the columns that follow."""
    return (
        column < len(row)
        and not is_blank(row[column])
        and (column + 1 < len(row) and is_blank(row[column + 1]))
    )


def _is_upper_row(above: Row, headings: Row) -> bool:
    """Groups of headings stand above them, or headings whose lower cell is empty: words, at least two, not one for each.

    A title in two cells ("As of", "March 2024") has a number in it.
    """
    cells = [(column, said(cell)) for column, cell in enumerate(above) if not is_blank(cell)]
    if len(cells) < 2 or len(cells) >= max(_filled(headings), 2) + _gaps(headings, above):
        return False
    if not all(isinstance(cell, str) for cell in above if not is_blank(cell)):
        return False
    return all(len(text) <= _LONGEST_GROUP and not any(map(str.isdigit, text)) for _column, text in cells)


def _gaps(headings: Row, above: Row) -> int:
    """Columns with nothing in the heading row and something above it."""
    return sum(
        not is_blank(cell) and (column >= len(headings) or is_blank(headings[column]))
        for column, cell in enumerate(above)
    )


def _joined(
    rows: Sequence[Row], top: int, bottom: int, merges: Sequence[Merge], width: int = 0
) -> tuple[str, ...]:
    lower = rows[bottom]
    if top == bottom:
        width = max(width, len(lower))
        return tuple(said(cell) for cell in _trimmed(_wide(lower, width), width if width > len(lower) else 0))
    upper = _filled_right(rows[top], lower, [merge for merge in merges if merge.top <= top <= merge.bottom])
    width = max(width, len(upper), len(lower))
    pairs = zip(_wide(upper, width), _wide(lower, width), strict=True)
    return tuple(" > ".join(dict.fromkeys(part for cell in pair if (part := said(cell)))) for pair in pairs)


def _filled_right(upper: Row, lower: Row, merges: Sequence[Merge]) -> list[Cell]:
    width = max(len(upper), len(lower))
    filled = _wide(upper, width)
    ends = {merge.left: merge.right for merge in merges if merge.right > merge.left}
    current: Cell = None
    until = -1
    for column in range(width):
        if not is_blank(filled[column]):
            current = filled[column]
            # Without declared ranges a group goes on to the next one, as far as there are headings under it.
            until = ends.get(column, column if ends else width)
        elif column <= until and column < len(lower) and not is_blank(lower[column]):
            filled[column] = current
    return filled


def _titles(rows: Sequence[Row]) -> tuple[str, ...]:
    texts = [said(cell) for row in rows for cell in row if not is_blank(cell)]
    return tuple(text for text in texts if len(text) <= _MOST_TITLE_CHARACTERS)


def _wide(row: Row, width: int) -> list[Cell]:
    return [*row, *[None] * (width - len(row))]


def _trimmed(row: list[Cell], least: int) -> list[Cell]:
    """Without the blank columns at its end, which spreadsheets leave behind."""
    end = len(row)
    while end > max(1, least) and is_blank(row[end - 1]):
        end -= 1
    return row[:end]


def _filled(row: Row) -> int:
    return sum(not is_blank(cell) for cell in row)


def _numeric(text: str) -> bool:
    return text.strip().replace(".", "", 1).replace(",", "").isdecimal()
