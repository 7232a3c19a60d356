"""What a form sent, as templates and forms read it."""

from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

Given = dict[str, Any]


async def typed_in(request: Request) -> Given:
    """Field -> text, or list of texts where the field came more than once or its name ends in []."""
    given: Given = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            continue
        key = name.removesuffix("[]")
        if key in given and not isinstance(given[key], list):
            given[key] = [given[key], value]
        elif key in given:
            given[key].append(value)
        else:
            given[key] = [value] if name.endswith("[]") else value
    return given


def several(given: Given, name: str) -> list[str]:
    """The texts of a field that may come more than once; none, one or many."""
    value: Any = given.get(name) or []
    return [str(text) for text in value] if isinstance(value, list) else [str(value)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
