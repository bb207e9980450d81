"""A chart sent as it is written: our own dictionaries, which the tests validate against Plotly's schema.

Given a plain dictionary, Streamlit has Plotly copy and validate it at each view: half the time of a page.
"""

from __future__ import annotations

from typing import Any

from plotly.basedatatypes import BaseFigure


class ReadyFigure(BaseFigure):  # type: ignore[misc]  # Plotly has no types
    """A figure known to be valid, of which only the dictionary exists."""

    def __init__(self, written: dict[str, Any]) -> None:
        # Not that of the base class, which validates and has its own way of setting attributes.
        object.__setattr__(self, "written", written)

    def to_dict(self) -> dict[str, Any]:
        """Return the dictionary itself, shared and not to be modified."""
        found: dict[str, Any] = object.__getattribute__(self, "written")
        return found
