"""Rows as they were understood, as lines of COPY into import_row.

A million of them are made in an import, so the common case is put together as text at once; what differs little from row
to row is quoted once.
"""

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.exchange.reading.cells import said
from app.exchange.rows.need_reader import NeedRow
from app.exchange.rows.organisations import NamedOrganisation
from app.exchange.rows.presences import PresenceRow
from app.exchange.rules.fields import ANY, People
from app.exchange.rules.verdicts import Reason, Verdict
from app.exchange.values.months import Period
from app.kernel.loading import copied_text
from app.organisations.rules.kinds import Kind

COLUMNS = ("import_id", "sheet_number", "row_number", "part", "verdict", "reasons", "key", "hash", "values")
_NOTHING = "\\N"
_MEMO = 100_000
_VERDICTS = tuple(verdict.code for verdict in Verdict)
_encode = json.JSONEncoder(ensure_ascii=False).encode


class Records:
    """Makes the lines of one import. `listed`: ids of organisations that no register knows and that a line told of."""

    def __init__(self, import_id: UUID, listed: set[str]) -> None:
        self._begin = f"{import_id}\t"
        self._listed = listed

    def presence(self, sheet: int, row: PresenceRow) -> str:
        """A presence. The first row that names an organisation new to us tells what is known of it."""
        who, where = row.organisation, row.area
        if row.verdict is Verdict.REFUSED or who is None or where is None:
            return self._refused(sheet, row.numbers[0], row)
        partner = row.partner
        begins, ends = _days(row.period)
        more = f',"people":{_people(row)}' if row.people else ""
        if who.is_listed or (partner is not None and partner.is_listed):
            more += self._told(who, partner)
        values = (
            f'{{"sheet":{_quoted(row.sheet)},"organisation":"{who.id}",'
            f'"partner":{_quoted(partner.id) if partner else "null"},"role":"{row.role}",'
            f'"service":{_quoted(row.service)},"activity":{_quoted(row.activity)},"area":"{where.code}",'
            f'"from":{begins},"to":{ends},"status":"{row.status}"{more}}}'
        )
        return self._line(sheet, row.numbers[0], row, values)

    def need(self, sheet: int, row: NeedRow) -> str:
        """A need."""
        if row.verdict is Verdict.REFUSED or row.area is None:
            return self._refused(sheet, row.number, row)
        begins, ends = _days(row.period)
        values = (
            f'{{"sheet":{_quoted(row.sheet)},"area":"{row.area.code}","service":{_quoted(row.service)},'
            f'"status":{_quoted(row.group)},"sex":"{row.sex}","age":"{row.age}","disability":"{row.disability}",'
            f'"people":{_number(row.people)},"targeted":{_number(row.targeted)},"reached":{_number(row.reached)},'
            f'"severity":{_number(row.severity)},"from":{begins},"to":{ends}}}'
        )
        return self._line(sheet, row.number, row, values)

    def _refused(self, sheet: int, number: int, row: PresenceRow | NeedRow) -> str:
        """Kept with the cells as they came, and why, to be corrected and sent again."""
        cells = [said(cell) for cell in row.original or ()]
        return self._line(
            sheet, number, row, _json({"sheet": row.sheet, "cells": cells, "why": why(row.reasons)})
        )

    def _line(self, sheet: int, number: int, row: PresenceRow | NeedRow, values: str) -> str:
        codes = ",".join(dict.fromkeys([reason.code for reason in row.reasons])) if row.reasons else ""
        key = f"\\\\x{row.key.hex()}" if row.key else _NOTHING
        digest = f"\\\\x{row.hash.hex()}" if row.hash else _NOTHING
        return f"{self._begin}{sheet}\t{number}\t{row.part}\t{_VERDICTS[row.verdict]}\t{{{codes}}}\t{key}\t{digest}\t{values}\n"

    def _told(self, *named: NamedOrganisation | None) -> str:
        told: list[list[str]] = []
        for one in named:
            if one is not None and one.is_listed and one.id not in self._listed:
                self._listed.add(one.id)
                kind = one.type.kind if one.type and one.type.kind else Kind.NGO
                told.append([one.id, one.name, one.acronym, kind])
        return f',"listed":{_json(told)}' if told else ""


def why(reasons: tuple[Reason, ...]) -> list[list[str]]:
    """Reasons as plain values."""
    return [[reason.code, reason.said, reason.known] for reason in reasons]


def whom(who: People) -> str:
    """Whom a figure of a presence counts, in the codes of people: "reached", "targeted f 0-17", "reached idp"."""
    parts = (who.measure, who.sex, who.age, who.disability, who.group, who.service)
    return " ".join(part for part in parts if part and part != ANY)


def _people(row: PresenceRow) -> str:
    sums: dict[str, int] = {}
    for figure in row.people:
        named = whom(figure.who)
        sums[named] = sums.get(named, 0) + figure.number
    return _json(sums)


def _json(values: Any) -> str:
    return copied_text(_encode(values))


def _number(number: int | None) -> str:
    return "null" if number is None else str(number)


@lru_cache(maxsize=_MEMO)
def _quoted(text: str) -> str:
    return _json(text)


@lru_cache(maxsize=10_000)
def _days(period: Period | None) -> tuple[str, str]:
    """First and last day, quoted."""
    return (f'"{period.starts}"', f'"{period.ends}"') if period else ("null", "null")
