"""The weights of the themes in the order of priority: moved on screen, kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.address.thresholds import WEIGHT_STEPS, Settings
from dashboard.story.markup import text
from dashboard.widgets.choice import go
from indicators.model import Theme
from sources.french import number

Address = Callable[[Settings], dict[str, str]]


def weight_words(weight: float) -> str:
    """Return a weight in words."""
    if weight == 0:
        return "ne compte pas"
    if weight == 1:
        return "compte une fois"
    return f"compte {number(weight, 0 if weight == int(weight) else 1)} fois"


def weights_notice(settings: Settings, address: Address) -> None:
    """Say that the weights are not those of the barometer, and offer to put them back."""
    if not settings.weights:
        return
    changes = [f"« {theme.label} » {weight_words(weight)}" for theme, weight in settings.weights]
    st.html(
        text(
            "p",
            f"Cet ordre n’est pas celui du baromètre : {', '.join(changes)}. Dans le baromètre, chaque thème "
            "compte une fois.",
            "moved",
            role="status",
        )
    )
    st.button(
        "Revenir aux poids du baromètre",
        key="poids_declares",
        on_click=go,
        args=(address(replace(settings, weights=())),),
    )


def weights_panel(themes: Sequence[str], settings: Settings, address: Address) -> None:
    """Let the weight of each theme be moved.

    Args:
        themes: Themes that enter the order.
        settings: The weights now.
        address: The address of the page with other settings.
    """
    with st.expander("Changer le poids des thèmes", key="poids_des_themes"):
        st.html(
            text(
                "p",
                "Un thème jugé plus important peut compter davantage. L’ordre est refait et montre ce qui "
                "change ; l’adresse de la page garde les poids.",
                "note",
            )
        )
        columns = st.columns(3, gap="large")
        for rank, name in enumerate(themes):
            with columns[rank % 3]:
                _slider(Theme(name), themes, settings, address)


def _slider(theme: Theme, themes: Sequence[str], settings: Settings, address: Address) -> None:
    current = dict(settings.weights)
    key = f"poids_{theme.value}"
    st.session_state[key] = current.get(theme, 1.0)

    def changed() -> None:
        moved = {**current, theme: float(st.session_state[key])}
        if all(moved.get(Theme(name), 1.0) == 0 for name in themes):
            # An order needs at least one theme: the last one standing keeps its weight.
            moved[theme] = current.get(theme, 1.0)
        kept = tuple((t, moved[t]) for t in Theme if moved.get(t, 1.0) != 1)
        go(address(replace(settings, weights=kept)))

    st.select_slider(theme.label, WEIGHT_STEPS, key=key, format_func=weight_words, on_change=changed)
