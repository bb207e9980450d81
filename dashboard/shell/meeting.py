"""Meeting mode: the same page for a projector, larger and barer, asked for by the address."""

from __future__ import annotations

import streamlit as st

from dashboard.address.parameters import MEETING
from dashboard.widgets.meeting import active


def toggle() -> None:
    """Show the button that enters or leaves the meeting mode; the rest of the address stays."""
    here = active()
    st.button(
        "Quitter le mode réunion" if here else "Mode réunion",
        key="mode_reunion",
        type="secondary",
        on_click=_leave if here else _enter,
    )


def _enter() -> None:
    st.query_params[MEETING] = "1"


def _leave() -> None:
    st.query_params.pop(MEETING, None)
