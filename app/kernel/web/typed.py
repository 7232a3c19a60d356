"""What a form sent, as templates and forms read it."""

from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from app.kernel.forms import several
from app.kernel.text import printable

Given = dict[str, Any]


async def typed_in(request: Request) -> Given:
    """Field -> text, or list of texts where the field came more than once or its name ends in [].

    Text is as it was typed, blanks too, but for what can't be shown again (kernel/text.py).
    """
    given: Given = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            continue
        key, text = name.removesuffix("[]"), printable(value)
        if key in given and not isinstance(given[key], list):
            given[key] = [given[key], text]
        elif key in given:
            given[key].append(text)
        else:
            given[key] = [text] if name.endswith("[]") else text
    return given


def one_each(given: Given) -> dict[str, str]:
    """Field -> text, for a form that has each field once; the last, where one came more often."""
    return {name: texts[-1] for name in given if (texts := several(given, name))}
