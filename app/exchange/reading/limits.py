"""How much of a file we read, and the refusals that name the limit.

A refusal here is about the file as a whole: nothing of it is taken in.
"""

from app.kernel.i18n import N_
from app.kernel.refusals import Refused

MB = 1_000_000
TEXT_BYTES = 500 * MB
WORKBOOK_BYTES = 100 * MB
OLD_WORKBOOK_BYTES = 50 * MB
"""XLS, XLSB and ODS: these are held in memory as a whole."""
OPENED_BYTES = 2_000 * MB
OPENED_RATIO = 100
"""Uncompressed bytes for each compressed one; real workbooks have about 10."""
HARMLESS_BYTES = 64 * MB
"""Up to this size a workbook may be packed as tightly as it likes."""
PARTS = 10_000
COLUMNS = 512
CELL_CHARACTERS = 32_767
SHARED_TEXT_BYTES = 64 * MB
WHOLE_SHEET_BYTES = 120 * MB
"""A sheet with more XML than this is read row by row instead of as a whole."""
CHILD_BYTES = 1_500 * MB
CHILD_SECONDS = 300
BLANK_ROWS = 1_000
"""So many blank rows in a row end a sheet."""


class Unreadable(Refused):
    """A file that is not taken in, and why."""

    field = "file"
    says = N_("We could not read this file.")


class FileTooLarge(Unreadable):
    status = 413
    says = N_(
        "This file has %(size)s MB and we read %(limit)s MB of this kind. "
        "Save only the sheet with the rows as CSV, or split the file."
    )


class OpensTooLarge(Unreadable):
    status = 413
    says = N_(
        "Unpacked, this file has more than %(limit)s MB, so we stopped reading it. "
        "Save only the sheet with the rows as CSV, or split the file."
    )


class PackedTooTightly(Unreadable):
    says = N_(
        "This file unpacks to more than %(limit)s times its size, which no ordinary workbook does. "
        "Open it in a spreadsheet program and save it again."
    )


class TooManyParts(Unreadable):
    says = N_("This workbook is made of more than %(limit)s parts. Save only the sheet with the rows as CSV.")


class TooManyColumns(Unreadable):
    says = N_(
        "Row %(row)s has %(columns)s columns and we read %(limit)s. "
        "Delete the columns that are not needed, also the empty ones to the right."
    )


class CellTooLong(Unreadable):
    says = N_(
        "A cell in row %(row)s has more than %(limit)s characters. "
        "Shorten it, or look for a quotation mark that is opened and never closed."
    )


class TooMuchText(Unreadable):
    says = N_("The texts in this workbook are more than %(limit)s MB. Split the file.")


class PasswordProtected(Unreadable):
    says = N_("This file is locked with a password. Save it without one and send it again.")


class DefinesEntities(Unreadable):
    says = N_(
        "This workbook defines its own XML entities, which we don't open. Save it again in a spreadsheet program."
    )


class Damaged(Unreadable):
    says = N_("This file is damaged. Open it in a spreadsheet program, save it again and send that.")


class NotATable(Unreadable):
    says = N_("This is not a table that we know. Send a CSV, XLSX, XLS, XLSB or ODS file.")


class NothingInIt(Unreadable):
    says = N_("There is nothing in this file.")


class DoesNotDecode(Unreadable):
    """`line` is the first line that can't be read in the encoding; the person picks another."""

    field = "encoding"
    says = N_(
        "Line %(line)s can't be read as %(encoding)s. Choose the encoding in which the text looks right."
    )
