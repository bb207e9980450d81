"""What a commune is besides its figures: the communes like it, its ages. One call, for a page of one."""

from __future__ import annotations

import streamlit as st

from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.widgets.ages import ages_block, ages_label
from dashboard.widgets.alike import alike_block, alike_label
from sources.vocabulary import Level


def portrait(barometer: Barometer, selection: Selection) -> None:
    """Show the portrait of a commune of the agglomeration, each part once it is asked for; else nothing.

    Args:
        barometer: The release.
        selection: Whose page it is, and which part is open.
    """
    territory = selection.territory
    if territory.level != Level.COMMUNE or not territory.in_epci:
        return
    with st.container(key="portrait"):
        alike_block(barometer, selection)
        ages_block(barometer, selection)


def portrait_ahead(barometer: Barometer, commune: Territory) -> None:
    """Make what is asked of a commune before its portrait is opened."""
    alike_label(barometer, commune)
    ages_label(barometer, commune)
