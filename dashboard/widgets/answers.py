"""Both answers in words: marks, the opening sentence, one need with its measures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from dashboard.address.thresholds import threshold
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator
from dashboard.story.about import ANALYSIS_SOURCE, About
from dashboard.story.markup import Content, Fragment, element, group, table, text
from dashboard.widgets.answers_data import Answers, Measure, Need
from indicators.analysis.answers import WORDS, Certainty, Constants, Niveau, Repartition, Word
from indicators.model import Direction, Scale
from sources.french import capital, enumeration, lowered, number, percent, plural

SHAPES: Mapping[Word, str] = {
    **dict.fromkeys((Word.GENERAL, Word.MARKED), "general"),
    **dict.fromkeys((Word.GENERAL_CONCENTRATED, Word.GENERAL_UNEVEN), "both"),
    **dict.fromkeys((Word.CONCENTRATED, Word.UNEVEN, Word.LOW_BUT), "concentrated"),
    Word.LOW: "low",
    **dict.fromkeys((Word.CONCENTRATED_ALONE, Word.UNEVEN_ALONE, Word.SPREAD_ALONE, Word.ALONE), "unknown"),
}
CERTAINTIES = {
    Certainty.FIRM: "vrai à 95 % au moins ; une répartition, quel que soit le seuil à 20 % près",
    Certainty.LIKELY: "répartition vraie à 80 % au moins, ou lue sur des taux faute d’effectifs",
    Certainty.EDGE: "un seuil un peu différent, ou le hasard, donnerait un autre mot",
    Certainty.UNKNOWN: "rien ne permet de répondre",
}


ALL_MEASURES = "Les mesures de toutes les réponses"
MEASURES = ("Mesure", "Valeur", "Seuil", "Lecture")


def mark(said: Word) -> Fragment:
    """Return the shape of a word as HTML, decorative: the word is always beside it."""
    return element("span", css=f"verdict {SHAPES[said]}", aria_hidden="true")


def word(said: Word, certainty: Certainty | None = None) -> Fragment:
    """Return a word with its shape and, when asked, how sure it is."""
    sure: Content = text("span", f" – {certainty.value}", "small") if certainty is not None else ""
    return element("span", mark(said), text("strong", capital(said.value)), sure, css="verdictword")


def key() -> Fragment:
    """Return how the word follows from both answers, as a table, and what each certainty means."""
    header = (
        "Niveau, par rapport à la référence",
        *(f"Répartition : {r.value}" for r in Repartition),
    )
    rows = [
        (capital(niveau.value), *(capital(WORDS[niveau][spread].value) for spread in Repartition))
        for niveau in Niveau
    ]
    items = [
        element("li", text("strong", capital(c.value)), text("span", f" : {meaning}"))
        for c, meaning in CERTAINTIES.items()
    ]
    return table("Le mot, d’après les deux réponses", header, rows) + element("ul", *items, css="verdictkey")


def about(barometer: Barometer, caption: str) -> About:
    """Return what a table of answers is about; each answer rests on the years of its own figures."""
    return About(
        caption, "", "dernières années connues de chaque indicateur", ANALYSIS_SOURCE, barometer.identity
    )


def opening(found: Answers, where: str) -> str:
    """Return the sentence that sums the needs up: how many are higher, what is concentrated.

    Args:
        found: The answers.
        where: « Dans l’agglomération », « À Denain ».
    """
    needs = list(found.needs.values())
    if not needs:
        return f"{where}, aucun chiffre ne permet de répondre."
    known = [n for n in needs if n.answer.niveau is not Niveau.UNKNOWN]
    higher = [n for n in known if n.answer.niveau is Niveau.HIGHER]
    many = f"{plural(len(higher), 'besoin')} sur {len(known)}" if higher else "aucun besoin comparé ne"
    counted = f"{many} {'dépassent' if len(higher) > 1 else 'dépasse'} le niveau de la référence"
    if not known:
        counted = "aucun besoin n’a encore de référence de la même année"
    left = len(needs) - len(known)
    if known and left:
        counted += f" ({plural(left, 'autre reste', 'autres restent')} à comparer)"
    parts = [counted, *(clause for spread in _SPREADS if (clause := _spread_clause(needs, spread)))]
    return f"{where}, {' ; '.join(parts)}."


_SPREADS = {
    Repartition.CONCENTRATED: ("se concentre", "se concentrent", "en peu d’endroits"),
    Repartition.UNEVEN: ("s’accentue", "s’accentuent", "par endroits"),
    Repartition.EVERYWHERE: ("se retrouve", "se retrouvent", "partout"),
}


def _spread_clause(needs: Sequence[Need], spread: Repartition) -> str:
    """Say which needs are spread one way, by name where they are concentrated, and how many are unsure."""
    some = [need for need in needs if need.answer.repartition is spread]
    if not some:
        return ""
    one, many, where = _SPREADS[spread]
    named = spread is Repartition.CONCENTRATED or len(some) == 1
    who = enumeration([lowered(n.name) for n in some]) if named else f"{len(some)} besoins"
    edge = sum(need.answer.repartition_certainty is Certainty.EDGE for need in some)
    doubt = f" (à la limite{f' pour {edge}' if len(some) > 1 else ''})" if edge else ""
    return f"{who} {one if len(some) == 1 else many} {where}{doubt}"


def lacking(found: Answers, indicators: Sequence[Indicator], theme: str) -> list[str]:
    """Name the indicators of a theme that have no figure to judge."""
    return [
        i.short_title
        for i in indicators
        if i.theme == theme
        and i.direction != Direction.DESCRIPTIVE
        and i.indicator not in found.needs
        and i.indicator not in found.unanswered
    ]


def unmeasured(found: Answers, indicators: Sequence[Indicator], theme: str) -> Fragment:
    """Say which indicators of a theme are not judged, and why; empty when there is none."""
    named = lacking(found, indicators, theme)
    said = [f"Sans chiffre à juger : {enumeration(named)}."] if named else []
    said += [
        f"{i.short_title} : {found.unanswered[i.indicator]}."
        for i in indicators
        if i.theme == theme and i.indicator in found.unanswered
    ]
    return text("p", " ".join(said), "note") if said else Fragment()


def need_block(need: Need, indicator: Indicator, constants: Constants, source: Content = "") -> Fragment:
    """Return one need: its indicator, its word, both sentences, its measures behind one click.

    Args:
        need: The answers and what they rest on.
        indicator: What is judged.
        constants: Thresholds.
        source: Link to the sheet of the figure judged, as HTML.
    """
    return element(
        "div",
        element("div", text("h4", indicator.title), word(need.word, need.answer.certainty), css="needhead"),
        text("p", need.niveau),
        text("p", need.repartition),
        source,
        details("Les mesures de ces réponses", measures(need, constants, indicator.title)),
        css="need",
    )


def details(summary: str, content: Fragment) -> Fragment:
    """Return content folded under a line one can open with the keyboard."""
    return element("details", text("summary", summary), content, css="details")


def _measured(need: Need, constants: Constants) -> list[tuple[str, str, str, str]]:
    """Return each measure of a need: its label, its value, its threshold, how it reads."""
    c = constants
    uneven, concentrated = threshold("uneven", c.uneven), threshold("concentrated", c.concentrated)
    unevenness = f"dès {uneven} : par endroits ; dès {concentrated} : concentré"
    half = f"au plus {percent(0.5 - c.half)} : concentré"
    rows = _gap_rows(need, c)
    for measure, label, limit in (
        ("dissimilarite_relative", "Inégalité entre les zones", unevenness),
        ("moitie_base", "Plus petite part de la population qui porte la moitié du besoin", half),
        ("inegalite_quartiers", "Inégalité entre les quartiers prioritaires et le reste", unevenness),
        (
            "part_besoin",
            "Part du besoin dans les quartiers prioritaires",
            f"dès {threshold('share', c.share)}",
        ),
        ("part_population", "Part de la population concernée qui y vit", ""),
        ("lq", "Part du besoin dans les quartiers, rapportée à leur part de population", ""),
        ("theil_relatif", "Inégalité entre les zones, par une autre mesure", ""),
        ("theil_entre", "dont entre les communes", ""),
        ("theil_dans", "dont à l’intérieur des communes", ""),
        ("part_besoin_geographie_prioritaire", "Part du besoin dans la géographie prioritaire", ""),
        ("part_population_geographie_prioritaire", "Part de la population concernée qui y vit", ""),
        ("couverture", "Population des communes renseignées", ""),
        ("quartiers", "Quartiers comptés", ""),
    ):
        found = need.measures.get(measure)
        if found is not None and found.value is not None:
            rows.append((label, _value(measure, found.value), limit or "–", _reading(measure, found)))
    return rows


def _gap_rows(need: Need, constants: Constants) -> list[tuple[str, str, str, str]]:
    """Return the gap with the reference, in the ratio or the points it is judged on."""
    gap, band = need.measures.get("ecart"), need.measures.get("bande")
    if gap is None or band is None or gap.value is None or band.value is None:
        return []
    points = need.scale == Scale.POINTS
    ratio = "Rapport des chances avec la référence" if need.scale == Scale.ODDS else ""
    label = "Écart avec la référence, en points" if points else ratio or "Rapport avec la référence"

    def said(place: float) -> str:
        return number(place if points else math.exp(place), 2)

    width = constants.band * band.value
    limit = f"de {said(-width)} à {said(width)} : comparable"
    return [(label, said(gap.value), limit, gap.text)]


def all_measures(found: Answers, indicators: Sequence[Indicator], constants: Constants) -> Fragment:
    """Return the measures of every need of a territory as one table, to take away."""
    rows = [
        (i.title, capital(need.word.value), *measured)
        for i in indicators
        if (need := found.needs.get(i.indicator)) is not None
        for measured in _measured(need, constants)
    ]
    return table(ALL_MEASURES, ("Indicateur", "Mot", *MEASURES), rows, numeric=(3,))


def measures(need: Need, constants: Constants, title: str) -> Fragment:
    """Return the measures of a need beside their thresholds, and how sure each answer is."""
    rows = _measured(need, constants)
    answer = need.answer
    both = (
        f"Niveau : {answer.niveau.value} ({answer.niveau_certainty.value}). "
        f"Répartition : {answer.repartition.value} ({answer.repartition_certainty.value})."
    )
    notes = [both]
    rough = need.measures.get("approche")
    if rough is not None:
        notes.append(f"Réponse au mieux probable : {rough.text}.")
    said = group(*(text("p", note, "small") for note in notes))
    return said + table(f"Mesures : {title}", MEASURES, rows, numeric=(1,)) if rows else said


def _value(measure: str, value: float) -> str:
    if measure == "quartiers":
        return number(value)
    if measure == "lq":
        return number(value, 2)
    return number(value, 4) if measure.startswith("theil") else percent(value)


def _reading(measure: str, found: Measure) -> str:
    if measure.startswith("theil"):
        return "0 : même part partout ; 1 : aucune zone mêlée"
    said = found.text
    if found.lower is not None and found.upper is not None and found.lower < found.upper:
        low, high = (_value(measure, end) for end in (found.lower, found.upper))
        among = "selon le quartier" if measure == "inegalite_quartiers" else "à 95 %"
        said = f"{said} De {low} à {high} {among}.".strip()
    return said


def under(change: str, need: Need | None) -> Fragment:
    """Return what goes under the row of an indicator: how it changed, and both answers when it has them.

    Args:
        change: Sentence of the change; empty when there is none.
        need: Answers about the need; ``None`` for a territory or an indicator that gets none.
    """
    cells = []
    if change:
        cells.append(element("p", text("span", change)))
    if need is not None:
        said = f"{need.niveau} {need.repartition}"
        cells.append(element("p", word(need.word, need.answer.certainty), " ", text("span", said, "small")))
    return element("div", *cells, css="under" if len(cells) == 2 else "under one") if cells else Fragment()
