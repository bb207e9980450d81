"""What a cell of the local layer may hold, and how it is read as a person or a spreadsheet writes it."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

LONGEST = 5000
"""Characters in one cell: more is a text for the document, not a label."""

INVISIBLE = "caractère de contrôle invisible"

LEAST = 11
"""People under which a count could tell who they are."""

QUARTER = re.compile(r"Q[NP][0-9A-Z]{6}")
"""Code of a QPV, of either generation."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+")
"""A number whose thousands are parted by dots: only its decimal comma tells them from decimals."""


def _empty(cell: object) -> object:
    return None if cell == "" else cell


def _number(cell: object, unit: str = r"€|euros?|%") -> object:
    """Read a number as a person writes it: decimal comma, spaces between thousands, « € » or « % ».

    Args:
        cell: what was written.
        unit: what may follow the number; anything else is no number.
    """
    if not isinstance(cell, str):
        return cell
    plain = re.sub(rf"(?:{unit})$", "", re.sub(r"[\s\u00a0\u202f]", "", cell))
    if not plain:
        return None
    if _DOTTED.fullmatch(plain):
        plain = plain.replace(".", "")
    return float(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else cell


def _amount(cell: object) -> object:
    """Read an amount: a share of something is none."""
    return _number(cell, r"€|euros?")


def _whole(cell: object) -> object:
    """Read a whole number written as a person or a spreadsheet does: 25 % of a group is no count."""
    read = _number(cell, "")
    return int(read) if isinstance(read, float) and read.is_integer() else read


def _deadline(cell: object) -> object:
    """Read a day (31/12/2028, 2028-12-31, that of a spreadsheet) or a year alone, as a day or a year."""
    if not isinstance(cell, str) or not cell.strip():
        return cell or None
    text = cell.strip().split("T")[0].removesuffix(" 00:00:00")
    for shape in ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        with contextlib.suppress(ValueError):
            return dt.datetime.strptime(text, shape).date().isoformat()
    return text.removesuffix(".0")


def _lower_case(cell: object) -> object:
    """Read a word of a closed list whatever the case it is written in; an empty cell stays empty."""
    return (cell.casefold() or None) if isinstance(cell, str) else cell


def _readable(text: str) -> str:
    if any(ord(c) < 32 and c not in "\t\n\r" for c in text):
        raise ValueError(INVISIBLE)
    return text


Required = Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_readable)]
Optional = Annotated[
    Annotated[str, Field(max_length=LONGEST), AfterValidator(_readable)] | None, BeforeValidator(_empty)
]
CommuneCode = Annotated[str, Field(pattern=r"^\d[\dAB]\d{3}$")]
AnyCommune = Annotated[CommuneCode | None, BeforeValidator(_empty)]
Year = Annotated[int, Field(ge=2015, le=2040), BeforeValidator(_whole)]
AnyYear = Annotated[Year | None, BeforeValidator(_empty)]
Amount = Annotated[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_amount)]
Number = Annotated[Annotated[float, Field(allow_inf_nan=False)], BeforeValidator(_number)]
AnyNumber = Annotated[Annotated[float, Field(allow_inf_nan=False)] | None, BeforeValidator(_number)]
Place = Annotated[str, Field(pattern=r"^(\d[\dAB]\d{3}|QN[0-9A-Z]{6})$")]
"""Code of a commune, or of a QPV of 2024."""
Sum = Annotated[Annotated[float, Field(ge=0, allow_inf_nan=False)], BeforeValidator(_amount)]
Deadline = Annotated[
    Annotated[str, Field(pattern=r"^20[1-4]\d(-\d\d-\d\d)?$")] | None, BeforeValidator(_deadline)
]
"""A year, or a day as AAAA-MM-JJ."""
Progress = Annotated[
    Literal["prévue", "en cours", "terminée", "abandonnée"] | None, BeforeValidator(_lower_case)
]
AnyIndicator = Annotated[Annotated[str, Field(min_length=1)] | None, BeforeValidator(_empty)]
Orientation = Annotated[Annotated[int, Field(ge=1, le=6)] | None, BeforeValidator(_whole)]
Axis = Annotated[int, Field(ge=1, le=8), BeforeValidator(_whole)]
Rank = Annotated[int, Field(ge=1), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=0), BeforeValidator(_whole)]
YesNo = Annotated[Literal["oui", "non"] | None, BeforeValidator(_lower_case)]
Nature = Annotated[Literal["droit commun", "crédits spécifiques"], BeforeValidator(_lower_case)]
Kept = Annotated[Literal["prévu", "en cours", "tenu", "abandonné"] | None, BeforeValidator(_lower_case)]
Domain = Annotated[Literal["santé", "insertion-emploi", "éducation / jeunes"], BeforeValidator(_lower_case)]
People = Annotated[int, Field(ge=LEAST), BeforeValidator(_whole)]
TargetYear = Annotated[int, Field(ge=2024, le=2030)]
QUARTERS_TEAM = "quartiers"
Team = Annotated[str | None, BeforeValidator(_lower_case)]
State = Annotated[
    Literal["ouverte", "atteinte", "abandonnée"], BeforeValidator(lambda c: _lower_case(c) or "ouverte")
]
ListName = Literal[
    "orientation",
    "principe_transversal",
    "axe_tfpb",
    "bailleur",
    "renouvellement_urbain",
    "outil_financement",
    "action_suivie",
    "suivi",
    "ensemble_a_definir",
]
"""The lists the document shows: under another name, a line would be read and never seen."""
