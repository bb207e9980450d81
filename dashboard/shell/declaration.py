"""The accessibility declaration, read from ``accessibility.yaml``: its page shows it, its tests check it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

SOURCE = Path(__file__).resolve().parent / "accessibility.yaml"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Test(_Declared):
    """Something that was tried, and how."""

    __test__ = False

    what: str
    how: str


class Known(_Declared):
    """Something known not to conform."""

    what: str
    why: str
    issue: str | None = None


class Exclusion(_Declared):
    """A violation that Streamlit itself causes: rule of axe-core, elements, why it is left out."""

    rule: str
    selector: str
    """CSS selector of the elements concerned, or of what holds them."""
    reason: str
    issue: str | None = None


class Declaration(_Declared):
    """The whole declaration."""

    declared: dt.date
    standard: str
    axe_core: str
    mention: str
    """State the RGAA wants at the foot of every page."""
    state: str
    tested: tuple[Test, ...]
    not_tested: tuple[str, ...]
    known: tuple[Known, ...]
    exclusions: tuple[Exclusion, ...]
    help: str
    recourse: str
    recourse_address: str
    technologies: str


@cache
def declaration() -> Declaration:
    """Return the declaration."""
    return Declaration.model_validate(yaml.safe_load(SOURCE.read_text(encoding="utf-8")))
