"""The thresholds of the answers: shown, moved with sliders, put back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import streamlit as st

from dashboard.address.thresholds import Settings, steps, threshold
from dashboard.data.records import Identity
from dashboard.story.markup import table, text
from dashboard.widgets.choice import go
from dashboard.widgets.takeaway import page_view
from indicators.analysis.answers import CONSTANT_LABELS, CONSTANTS, STABILITY_CHANGE, Constants
from sources.french import capital, percent, typographic

Address = Callable[[Settings], dict[str, str]]
"""The address of the page with other settings."""


def moved_notice(settings: Settings, address: Address) -> None:
    """Say that the answers are not those of the barometer, and offer to put the thresholds back."""
    if settings.declared:
        return
    changes = [
        f"{CONSTANT_LABELS[name]} : {threshold(name, now)} au lieu de {threshold(name, before)}"
        for name, now, before in _moved(settings.constants)
    ]
    st.html(
        text(
            "p",
            "Ces réponses ne sont pas celles du baromètre : elles sont données avec d’autres seuils. "
            f"{capital(' ; '.join(changes))}.",
            "moved",
            role="status",
        )
    )
    st.button(
        "Revenir aux seuils du baromètre",
        key="seuils_declares",
        on_click=go,
        args=(address(replace(settings, constants=CONSTANTS)),),
    )


def _moved(constants: Constants) -> list[tuple[str, float, float]]:
    pairs = ((f.name, getattr(constants, f.name), getattr(CONSTANTS, f.name)) for f in fields(Constants))
    return [(name, now, before) for name, now, before in pairs if now != before]


def constants_panel(settings: Settings, address: Address, identity: Identity) -> None:
    """Show every threshold with its meaning, and let it be moved."""
    with st.expander("Les seuils de ces réponses : les voir, les déplacer", key="seuils"):
        st.html(
            text(
                "p",
                "Un seuil déplacé change les mots de cette page, jamais les chiffres. L’adresse de la page "
                "garde les seuils choisis. Une réponse qui change quand un seuil bouge de "
                f"{percent(STABILITY_CHANGE)} est dite « à la limite ».",
                "note",
            )
        )
        columns = st.columns(2, gap="large")
        for rank, field in enumerate(fields(Constants)):
            with columns[rank % 2]:
                _slider(field.name, settings, address)
        rows = [
            (capital(CONSTANT_LABELS[f.name]), *(threshold(f.name, getattr(c, f.name)) for c in both))
            for f in fields(Constants)
            for both in ((CONSTANTS, settings.constants),)
        ]
        shown = table("Seuils déclarés et seuils employés ici", ("Seuil", "Déclaré", "Ici"), rows)
        page_view("seuils", identity, shown)


def _slider(name: str, settings: Settings, address: Address) -> None:
    key, current = f"seuil_{name}", getattr(settings.constants, name)
    st.session_state[key] = current

    def changed() -> None:
        constants = replace(settings.constants, **{name: st.session_state[key]})
        if constants.uneven > constants.concentrated:
            # The two thresholds of unevenness move together rather than cross.
            constants = replace(constants, uneven=st.session_state[key], concentrated=st.session_state[key])
        go(address(replace(settings, constants=constants)))

    st.select_slider(
        typographic(capital(CONSTANT_LABELS[name])),
        steps(name, current),
        key=key,
        format_func=lambda value: threshold(name, value),
        on_change=changed,
    )
