"""Pieces of a page kept for all its readers, with what of the page they are told by: modes, colours."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from dashboard.data.kept import kept_by
from dashboard.widgets.choice import modes


def _links() -> Hashable:
    """What links keep of the address."""
    return tuple(modes().items())


def _manner() -> Hashable:
    """That, and whether colours are those of the dark theme."""
    return _links(), st.context.theme.type


made = kept_by(_manner)
"""Like :func:`dashboard.data.kept.kept`, for what holds links or colours."""
linked = kept_by(_links)
"""For what holds links and no colour: its style sheet is the same in both themes."""
