"""Widgets that write the address: the page then reads its choice from there, and only there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.address.parameters import BY_NAME, MODES, written
from dashboard.story.words import label as words_of

Option = TypeVar("Option")


def page_link(script: str, *, label: str, query_params: Mapping[str, str] | None = None) -> None:
    """Show a link to a page, which keeps the ways this one is shown.

    Args:
        script: Script of the page.
        label: Words of the link.
        query_params: Address parameters of the page.
    """
    st.page_link(script, label=words_of(label), query_params=kept_mode(query_params or {}))


def kept_mode(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return address parameters with the ways the page is shown: for a meeting, inside another site."""
    return written({**parameters, **modes()})


def modes() -> dict[str, str]:
    """Return what of the address says how the page is shown, and every link keeps."""
    if get_script_run_ctx(suppress_warning=True) is None:
        # Made ahead of any reader: as for those who ask for nothing.
        return {}
    # Asked once: each look at the address takes a lock, and a page has a hundred links.
    asked = st.query_params.to_dict()
    return {name: asked[name] for name in MODES if name in asked}


def go(parameters: Mapping[str, str]) -> None:
    """Replace the choice the address holds, and what it held wrongly (to be called in a callback)."""
    kept = {
        name: value
        for name, value in st.query_params.items()
        if name not in BY_NAME and name.startswith("embed")
    }
    st.query_params.from_dict({**kept, **written({**modes(), **parameters})})


def select(
    label: str,
    options: Sequence[Option],
    current: Option | None,
    *,
    key: str,
    words: Callable[[Option], str],
    parameters: Callable[[Option], dict[str, str]],
    placeholder: str = "Choisir",
    cleared: Mapping[str, str] | None = None,
) -> None:
    """Show a list whose choice goes to the address.

    Args:
        label: What is chosen.
        options: Possible choices.
        current: The one the address holds.
        key: Identity of the widget.
        words: Text of an option.
        parameters: Address parameters of an option.
        placeholder: Text shown when nothing is chosen.
        cleared: Address parameters when the choice is emptied; ``None`` for a compulsory choice.
    """
    st.session_state[key] = current

    def changed() -> None:
        chosen = st.session_state[key]
        go((cleared or {}) if chosen is None else parameters(chosen))

    # A list that starts with a choice cannot be emptied; only an optional one offers its cross.
    st.selectbox(
        label,
        options,
        index=0 if cleared is None else None,
        key=key,
        format_func=words,
        on_change=changed,
        placeholder=placeholder,
    )
