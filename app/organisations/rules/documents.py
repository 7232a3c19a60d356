"""Papers that are shown as evidence: what may be one, and who may read it. No I/O here."""

import io
import zipfile
from collections.abc import Mapping
from enum import StrEnum

from app.kernel.i18n import N_, _
from app.kernel.refusals import Refused

LARGEST = 10 * (1 << 20)
"""Bytes of one paper."""
MOST_FOR_ONE_ITEM = 8
LONGEST_NAME = 120
_UNPACKED = 200 * (1 << 20)


class Visibility(StrEnum):
    """Who may read a paper. Registrars and auditors of the area always may."""

    REGISTRAR = "registrar"
    ORGANISATION = "organisation"

    @property
    def label(self) -> str:
        return _(VISIBILITIES[self])


VISIBILITIES: Mapping[Visibility, str] = {
    Visibility.REGISTRAR: N_("The registrar, and the owners of the organisation"),
    Visibility.ORGANISATION: N_("The registrar, and everybody in the organisation"),
}

ENDINGS: Mapping[str, str] = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
"""Media types that are taken, each with the ending of its file names."""
_OOXML = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx"}


class EmptyFile(Refused):
    field = "file"
    says = N_("The file %(name)s is empty. Choose another one.")


class FileTooLarge(Refused):
    field = "file"
    says = N_("The file %(name)s is larger than 10 MB. Make it smaller, or send only the pages that matter.")


class NotAPaper(Refused):
    field = "file"
    says = N_(
        "We can't read %(name)s as a paper. Send a PDF, a photo (JPEG or PNG), or an ODT, DOCX or XLSX file."
    )


class LockedPaper(Refused):
    field = "file"
    says = N_("The file %(name)s is protected by a password. Take the password off and send it again.")


class TooManyPapers(Refused):
    field = "file"
    says = N_("There are %(most)s files for this already. Remove one first.")


def check_paper(name: str, data: bytes) -> str:
    """The media type of a paper, told by its content and never by its name.

    Raises EmptyFile, FileTooLarge, NotAPaper, LockedPaper.
    """
    if not data:
        raise EmptyFile(name=name)
    if len(data) > LARGEST:
        raise FileTooLarge(name=name)
    found = media_type(data)
    if found is None:
        raise NotAPaper(name=name)
    if found == "application/pdf" and b"/Encrypt" in data:
        raise LockedPaper(name=name)
    return found


def media_type(data: bytes) -> str | None:
    """What the content of a file is, if it is one of those we take."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return _packed_type(data) if data.startswith(b"PK\x03\x04") else None


def shown_name(typed: str, type_: str) -> str:
    """The name under which a paper is handed out: the one it came with, without a path, with its true ending."""
    base = typed.replace("\\", "/").rsplit("/", 1)[-1].strip(" .") or "file"
    stem, dot, ending = base.rpartition(".")
    plain = stem if dot and len(ending) <= 5 else base
    return f"{plain[:LONGEST_NAME]}{ENDINGS[type_]}"


def _packed_type(data: bytes) -> str | None:
    """The document types that are zip archives, told by what stands in them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _UNPACKED:
                return None
            inside = set(archive.namelist())
            if "mimetype" in inside and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return said if said in ENDINGS else None
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, OSError):
        return None
    ending = next((ending for part, ending in _OOXML.items() if part in inside), None)
    return next((type_ for type_, its in ENDINGS.items() if its == ending), None)
