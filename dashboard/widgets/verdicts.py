"""General or concentrated in words: marks, the opening sentence, one need with its measures."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import STATIC
from dashboard.address.verdicts import threshold
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Theme
from dashboard.story import words
from dashboard.story.about import ANALYSIS_SOURCE, About
from dashboard.story.markup import Content, Fragment, element, group, rules, table, text
from dashboard.widgets.verdicts_data import Finding, Measure, Need, Verdicts
from indicators.analysis.verdicts import Constants, Form, Verdict
from indicators.model import Direction

_STYLE = STATIC / "priorites.css"

SHAPES = {
    Verdict.GENERAL: "general",
    Verdict.CONCENTRATED: "concentrated",
    Verdict.BOTH: "both",
    Verdict.NOT_PRIORITY: "low",
    Verdict.UNDETERMINED: "unknown",
}
MEANINGS = {
    Verdict.GENERAL: "le besoin dépasse la référence presque partout",
    Verdict.CONCENTRATED: "le besoin se rassemble dans quelques quartiers ou quelques communes",
    Verdict.BOTH: "il est présent presque partout, et plus encore dans quelques quartiers",
    Verdict.NOT_PRIORITY: "il ne dépasse pas nettement la référence et ne se rassemble nulle part",
    Verdict.UNDETERMINED: "les chiffres ne permettent pas de trancher ; la raison est dite",
}


ALL_MEASURES = "Les mesures de tous les verdicts"
MEASURES = ("Mesure", "Valeur", "Seuil", "Lecture")


@st.cache_resource(show_spinner=False)
def _style() -> Fragment:
    return rules(_STYLE.read_text(encoding="utf-8"))


def style() -> None:
    """Apply the style sheet of the verdicts and of the orders of priority."""
    st.html(_style())


def mark(verdict: Verdict) -> Fragment:
    """Return the shape of a verdict as HTML, decorative: its word is always beside it."""
    return element("span", css=f"verdict {SHAPES[verdict]}", aria_hidden="true")


def word(verdict: Verdict) -> Fragment:
    """Return a verdict: its shape and its word."""
    return element("span", mark(verdict), text("strong", words.capital(verdict.value)), css="verdictword")


def key() -> Fragment:
    """Return what each shape and word means."""
    items = [
        element("li", word(verdict), text("span", f": {meaning}")) for verdict, meaning in MEANINGS.items()
    ]
    return element("ul", *items, css="verdictkey")


def about(barometer: Barometer, caption: str) -> About:
    """Return what a table of verdicts is about; each verdict rests on the years of its own figures."""
    return About(
        caption, "", "dernières années connues de chaque indicateur", ANALYSIS_SOURCE, barometer.identity
    )


def opening(found: Verdicts, themes: Sequence[Theme], where: str) -> str:
    """Return the sentence that sums the themes up: what is general, concentrated, low, unknown.

    Args:
        found: The verdicts.
        themes: The themes, for their titles.
        where: « Dans l’agglomération », « À Denain ».
    """
    by_verdict: dict[Verdict, list[str]] = {}
    judged = 0
    for theme in themes:
        if theme.theme in found.themes:
            judged += 1
            by_verdict.setdefault(found.themes[theme.theme].verdict, []).append(f"« {theme.title} »")
    said = [
        f"le besoin {clause} pour {words.enumeration(by_verdict[verdict])}"
        for verdict, clause in (
            (Verdict.BOTH, "est à la fois généralisé et concentré"),
            (Verdict.GENERAL, "est généralisé"),
            (Verdict.CONCENTRATED, "est concentré"),
            (Verdict.NOT_PRIORITY, "n’est pas prioritaire"),
        )
        if verdict in by_verdict
    ]
    unknown = len(by_verdict.get(Verdict.UNDETERMINED, ()))
    if not said:
        return f"{where}, les chiffres ne permettent de trancher pour aucun des {judged} thèmes."
    sentence = f"{where}, {' ; '.join(said)}."
    if unknown:
        those = "un thème" if unknown == 1 else f"{unknown} thèmes"
        sentence += f" Pour {those} sur {judged}, les chiffres ne permettent pas de trancher."
    return sentence


def lacking(found: Verdicts, indicators: Sequence[Indicator], theme: str) -> list[str]:
    """Name the indicators of a theme that have no figure to judge."""
    return [
        i.short_title
        for i in indicators
        if i.theme == theme and i.direction != Direction.DESCRIPTIVE and i.indicator not in found.needs
    ]


def unmeasured(found: Verdicts, indicators: Sequence[Indicator], theme: str) -> Fragment:
    """Say which indicators of a theme have no figure to judge; empty when there is none."""
    named = lacking(found, indicators, theme)
    return text("p", f"Sans chiffre à juger : {words.enumeration(named)}.", "note") if named else Fragment()


def need_block(need: Need, indicator: Indicator, constants: Constants, source: Content = "") -> Fragment:
    """Return one need: its indicator, its verdict, the sentence, its measures behind one click.

    Args:
        need: The verdict and what it rests on.
        indicator: What is judged.
        constants: Thresholds.
        source: Link to the sheet of the figure judged, as HTML.
    """
    return element(
        "div",
        element("div", text("h4", indicator.title), word(need.verdict), css="needhead"),
        text("p", need.sentence),
        source,
        details("Les mesures de ce verdict", measures(need, constants, indicator.title)),
        css="need",
    )


def details(summary: str, content: Fragment) -> Fragment:
    """Return content folded under a line one can open with the keyboard."""
    return element("details", text("summary", summary), content, css="details")


def _percent(value: float) -> str:
    return f"{words.number(100 * value)}{words.NBSP}%"


def _measured(need: Need, constants: Constants) -> list[tuple[str, str, str, str]]:
    """Return each measure of a need: its label, its value, its threshold, how it reads."""
    c = constants
    low, high = threshold("quotient_low", c.quotient_low), threshold("quotient_high", c.quotient_high)
    quotient = f"sous {low} : pas plus ; dès {high} : concentré"
    rows = []
    for measure, label, limit in (
        ("niveau", "Intensité du besoin (L)", f"plus de {threshold('level', c.level)}"),
        ("etendue", "Étendue (S)", f"au moins {threshold('spread', c.spread)}"),
        ("couverture", "Population couverte", f"au moins {threshold('coverage', c.coverage)}"),
        ("quotient_localisation", "Quotient de localisation des quartiers (LQ)", quotient),
        ("rapport_qpv", "Rapport des quartiers au territoire (à défaut du LQ)", quotient),
        (
            "dissimilarite",
            "Dissimilarité (D)",
            f"au moins {threshold('dissimilarity', c.dissimilarity)} : concentré",
        ),
        ("dissimilarite_hasard", "Dissimilarité due au hasard", ""),
        ("p_valeur", "Probabilité du seul hasard (p)", ""),
        ("theil", "Indice de Theil", ""),
        ("theil_entre", "Theil entre les communes", ""),
        ("theil_dans", "Theil à l’intérieur des communes", ""),
        ("quartiers", "Quartiers comptés", ""),
    ):
        found = need.measures.get(measure)
        if found is not None:
            rows.append((label, _value(measure, found), limit or "–", _reading(measure, found)))
    return rows


def all_measures(found: Verdicts, indicators: Sequence[Indicator], constants: Constants) -> Fragment:
    """Return the measures of every need of a territory as one table, to take away."""
    rows = [
        (i.title, words.capital(need.verdict.value), *measured)
        for i in indicators
        if (need := found.needs.get(i.indicator)) is not None
        for measured in _measured(need, constants)
    ]
    return table(ALL_MEASURES, ("Indicateur", "Verdict", *MEASURES), rows, numeric=(3,))


def measures(need: Need, constants: Constants, title: str) -> Fragment:
    """Return the measures of a need beside their thresholds, how firm the verdict is, and from what."""
    rows = _measured(need, constants)
    form = need.measures.get("forme")
    notes = []
    if form is not None and form.text in set(Form):
        notes.append(f"Établi à partir de : {form.text}.")
    if need.stability:
        notes.append(need.stability)
    if need.reason:
        notes.append(f"Pourquoi on ne tranche pas : {need.reason}.")
    said = group(*(text("p", note, "small") for note in notes))
    if not rows:
        return said
    return said + table(f"Mesures : {title}", MEASURES, rows, numeric=(1,))


def _value(measure: str, found: Measure) -> str:
    if found.value is None:
        return "non calculable"
    if measure in ("etendue", "couverture", "dissimilarite", "dissimilarite_hasard"):
        return _percent(found.value)
    if measure == "quartiers":
        return words.number(found.value)
    if measure == "p_valeur":
        return "moins de 0,002" if found.value < 0.002 else words.number(found.value, 3)
    return words.number(found.value, 4 if measure.startswith("theil") else 2)


def _reading(measure: str, found: Measure) -> str:
    if measure.startswith("theil") and found.value is not None:
        return "0 : réparti comme la population"
    said = found.text
    if found.lower is not None and found.upper is not None:
        ends = f"de {words.number(found.lower, 2)} à {words.number(found.upper, 2)}"
        said += f" ({ends} à 95 %)" if measure == "niveau" else f" ({ends} selon le quartier)"
    return said


def theme_line(finding: Finding) -> Fragment:
    """Return the verdict of a theme for its heading."""
    return element("p", text("span", "Général ou concentré : "), word(finding.verdict), css="themeline")


def under(change: str, need: Need | None) -> Fragment:
    """Return what goes under the row of an indicator: how it changed, and its verdict when it has one.

    Args:
        change: Sentence of the change; empty when there is none.
        need: Verdict of the need; ``None`` for a territory or an indicator that gets none.
    """
    cells = []
    if change:
        cells.append(element("p", text("span", change)))
    if need is not None:
        said = need.sentence
        if need.verdict is Verdict.UNDETERMINED and need.reason:
            said = f"{words.capital(need.reason)}."
        cells.append(element("p", word(need.verdict), " ", text("span", said, "small")))
    return element("div", *cells, css="under" if len(cells) == 2 else "under one") if cells else Fragment()
