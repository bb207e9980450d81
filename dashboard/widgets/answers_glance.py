"""The needs of each theme at a glance: under each word, and what is lacking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard.data.records import Indicator, Theme
from dashboard.story.markup import Fragment, element, text
from dashboard.story.spreadsheet import Shown
from dashboard.widgets.answers import lacking, word
from dashboard.widgets.answers_data import Answers, Need
from indicators.analysis.answers import Certainty, Niveau, Word
from sources.french import capital, enumeration, lowered, typographic

HEADER = ("Thème", "Ses besoins, sous chaque mot", "Ce qui manque")
COMPLETE = "Rien ne manque."
EDGE = " (à la limite)"


def glance(
    found: Answers, themes: Sequence[Theme], indicators: Sequence[Indicator], caption: str
) -> Fragment:
    """Return the needs of each theme under each word, and what it lacks, as a table.

    Args:
        found: The answers.
        themes: The themes to show.
        indicators: Every indicator, to name those without a figure to judge.
        caption: Title of the table.
    """
    rows, cells = [], []
    for theme in themes:
        if theme.theme not in found.themes:
            continue
        needs = found.of_theme(theme.theme)
        listed = [(one, names) for one in Word if (names := _names(needs, one))]
        unknown = missing(needs, lacking(found, indicators, theme.theme))
        parts = [
            element("span", word(one), text("span", f" : {enumeration(names)}"), css="part")
            for one, names in listed
        ]
        rows.append(
            element(
                "tr",
                text("th", theme.title, scope="row"),
                element("td", *parts),
                element("td", *(text("span", part, "part") for part in unknown), css="small"),
            )
        )
        told = " ; ".join(f"{capital(one.value)} : {enumeration(names)}" for one, names in listed)
        cells.append(tuple(typographic(cell) for cell in (theme.title, told, " ".join(unknown))))
    written = element(
        "table",
        text("caption", caption),
        element("thead", element("tr", *(text("th", title, scope="col") for title in HEADER))),
        element("tbody", *rows),
        css="table verdicts",
    )
    return replace(written, tables=(Shown(caption, HEADER, tuple(cells), ()),))


def _names(needs: Sequence[Need], said: Word) -> list[str]:
    return [
        lowered(need.name) + (EDGE if need.answer.certainty is Certainty.EDGE else "")
        for need in needs
        if need.word is said
    ]


def missing(needs: Sequence[Need], without: Sequence[str]) -> list[str]:
    """Say in sentences which needs are not compared and why, and which have no figure."""
    by_reason: dict[str, list[str]] = {}
    for need in needs:
        reason = need.measures.get("sans_reference")
        if need.answer.niveau is Niveau.UNKNOWN and reason is not None:
            by_reason.setdefault(reason.text, []).append(lowered(need.name))
    parts = [f"À comparer, {enumeration(names)} : {reason}." for reason, names in by_reason.items()]
    if without:
        parts.append(f"Sans chiffre à juger : {enumeration(list(without))}.")
    return parts or [COMPLETE]
