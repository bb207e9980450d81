"""Meeting mode: whether the address asks for it, and what becomes larger then; no figure changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.address.selection import in_meeting
from dashboard.charts.commune_map import SMALLEST

FACTOR = 1.4
"""How much larger the texts and marks of a chart become."""
_LENGTHS = frozenset({"size", "height", "width", "xshift", "yshift"})
_NOT_OURS = frozenset({"x", "y", "text", "customdata", "tickvals", "ticktext"})


def active() -> bool:
    """Whether the address asks for the meeting mode."""
    return in_meeting(st.query_params)


def map_height() -> int:
    """Return the height, in pixels of the usual type, in which the names of a map must keep apart."""
    return round(SMALLEST / FACTOR) if active() else SMALLEST


def enlarged(figure: Mapping[str, Any], factor: float = FACTOR) -> dict[str, Any]:
    """Return a figure whose texts, marks and lines are larger; its data are the same.

    Args:
        figure: Plotly figure as a dictionary, left as it is.
        factor: How much larger.
    """
    return {key: _larger(key, value, factor) for key, value in figure.items()}


def _larger(key: str, value: object, factor: float) -> object:
    if key in _NOT_OURS:
        return value
    if isinstance(value, Mapping):
        return {name: _larger(name, inner, factor) for name, inner in value.items()}
    if isinstance(value, list):
        return [_larger(key, inner, factor) for inner in value]
    if key in _LENGTHS and isinstance(value, (int, float)):
        return value * factor
    return value
