"""One indicator for two territories: both figures, their gap in words, or why they are not compared."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.charts.duo import Duo, Lane, duo, shape
from dashboard.charts.spine import mark
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.story import places, words
from dashboard.story.absence import absence, spoiled, spoiled_sentence
from dashboard.story.everywhere import producers
from dashboard.story.markup import Fragment, element, text
from dashboard.story.pairs import Pair, called
from dashboard.story.readings import Reading, among_communes, when
from dashboard.widgets.row import DIRECTIONS, figure, spread_words
from indicators.judgement import BETTER, COMPARABLE, HIGHER, LOWER, NO_DIFFERENCE, WORSE
from indicators.model import Direction, Unit
from sources.french import capital, plural, typographic

LARGEST = 3

Two = tuple[Territory, Territory]


def pair_line(
    barometer: Barometer, pair: Pair, territories: Two, readings: tuple[Reading, Reading]
) -> Fragment:
    """Return the line of an indicator as HTML.

    Args:
        barometer: The release.
        pair: The two figures and their comparison.
        territories: The gap is that of the first.
        readings: Of both, for what a group lacks.
    """
    indicator = pair.indicator
    values = (pair.first, pair.second)
    cells = [
        element(
            "div",
            text("h3", indicator.title, id=indicator.indicator),
            text("p", DIRECTIONS[Direction(indicator.direction)], "small"),
        ),
        *(
            element("div", *_side(barometer, territory, reading, value, indicator, first=rank == 0))
            for rank, (territory, reading, value) in enumerate(
                zip(territories, readings, values, strict=True)
            )
        ),
        element("div", *_gap(pair, territories), *_picture(barometer, pair, territories), css="gap"),
    ]
    return element("div", *cells, css="row beside")


def _side(
    barometer: Barometer,
    territory: Territory,
    reading: Reading,
    value: Value | None,
    indicator: Indicator,
    *,
    first: bool,
) -> list[Fragment]:
    lines = [element("p", shape(first), text("span", called(territory)), css="who")]
    if value is None or not value.usable:
        label, why = absence(barometer, territory, indicator, value)
        lines += [text("p", label, "status"), text("p", why, "small")]
    else:
        lines.append(element("p", figure(value, indicator)))
        source = producers(barometer, [value]) or "source dans la fiche"
        lines.append(text("p", f"{when(value)} · {source}", "small"))
        if value.lower is not None and value.upper is not None:
            lines.append(text("p", f"{_interval(value, indicator)}, à 95 %", "small"))
    found = spoiled(barometer, territory, reading)
    if found is not None:
        lines.append(text("p", spoiled_sentence(found), "small status"))
    return lines


def _number(amount: float, indicator: Indicator) -> str:
    return words.quantity(amount, indicator.unit, indicator.decimals)


def _interval(value: Value, indicator: Indicator) -> str:
    assert value.lower is not None
    assert value.upper is not None
    return f"De {_number(value.lower, indicator)} à {_number(value.upper, indicator)}"


def meaning(pair: Pair) -> str:
    """Return the judgement by need (« mieux », « moins bien ») behind « plus haut » or « plus bas »."""
    direction = Direction(pair.indicator.direction)
    if pair.judgement not in (HIGHER, LOWER) or direction is Direction.DESCRIPTIVE:
        return ""
    return WORSE if (pair.judgement == HIGHER) == (direction is Direction.HIGH_IS_NEED) else BETTER


_ALIKE = {
    NO_DIFFERENCE: "dans la marge d’erreur",
    COMPARABLE: "établi, mais trop petit pour compter",
}


def _gap(pair: Pair, territories: Two) -> list[Fragment]:
    first, second = (value.value if value is not None else None for value in (pair.first, pair.second))
    if pair.gap is None or first is None or second is None:
        return [text("p", "Pas de comparaison", "status"), text("p", pair.reason, "small")]
    indicator = pair.indicator
    difference = f"Écart {words.apart(second, first, indicator.unit, indicator.decimals)}"
    lines = []
    if pair.judgement is None:
        lines.append(element("p", text("strong", difference)))
    elif pair.judgement in _ALIKE:
        lines.append(element("p", text("strong", capital(pair.judgement))))
        lines.append(text("p", f"{difference}, {_ALIKE[pair.judgement]}.", "small"))
    else:
        need = meaning(pair)
        css = {WORSE: "need", BETTER: "good"}.get(need, "")
        told = {WORSE: " : besoin plus grand", BETTER: " : besoin moins grand"}.get(need, "")
        said = f"{capital(pair.judgement)}{told}"
        lines.append(element("p", mark(need) if need else "", text("strong", said, css)))
        lines.append(text("p", f"{difference} pour {called(territories[0]).rstrip('.')}.", "small"))
    if pair.reason:
        lines.append(text("p", pair.reason, "small"))
    return lines


def _picture(barometer: Barometer, pair: Pair, territories: Two) -> list[Fragment]:
    """Both on the scale of the communes, when both are one or several of them."""
    if pair.gap is None or pair.first is None or pair.second is None:
        return []
    spread = barometer.spreads.get((pair.indicator.indicator, pair.first.concept, pair.first.millesime))
    same_year = pair.first.millesime == pair.second.millesime
    if spread is None or spread.count < 4 or not same_year or not all(map(among_communes, territories)):
        return []
    lanes = []
    for value in (pair.first, pair.second):
        assert value.value is not None
        lanes.append(Lane(value.value, value.lower, value.upper))
    told = " ; ".join(
        f"{called(territory)} {_number(lane.value, pair.indicator)}"
        for territory, lane in zip(territories, lanes, strict=True)
    )
    alternative = typographic(f"{told}. {spread_words(spread, pair.indicator)}")
    chart = Duo(spread.low, spread.p25, spread.p75, spread.high, lanes[0], lanes[1], alternative)
    return [duo(chart), text("p", spread_words(spread, pair.indicator), "small")]


def summary(found: Sequence[Pair], territories: Two) -> tuple[str, str]:
    """Say how the first territory stands beside the second: what is established, then all the rest."""
    subject, other = territories
    title = f"Comparaison {places.of_short(subject)} avec {_the(other)}"
    compared = sum(pair.compared for pair in found)
    if not compared:
        return f"{title} : aucun indicateur ne s’y prête.", "La raison est dite pour chacun."
    judged = [meaning(pair) for pair in found]
    greater, lesser = judged.count(WORSE), judged.count(BETTER)
    if greater or lesser:
        lead = (
            f"{title} : besoin plus grand sur {_indicators(greater)}, moins grand sur {_indicators(lesser)}."
        )
    else:
        lead = f"{title} : aucune différence de besoin n’est établie."
    neutral = sum(pair.judgement in (HIGHER, LOWER) for pair in found) - greater - lesser
    rest = [
        (sum(p.judgement == NO_DIFFERENCE for p in found), NO_DIFFERENCE),
        (sum(p.judgement == COMPARABLE for p in found), "écart établi, trop petit pour compter"),
        (sum(p.compared and p.judgement is None for p in found), "écart sans jugement, faute d’intervalle"),
        (neutral, "écart établi, ni bon ni mauvais en soi"),
        (len(found) - compared, "pas de comparaison possible, et la raison est dite"),
    ]
    told = [f"{capital(label)} : {_indicators(count)}." for count, label in rest if count]
    return lead, " ".join(told)


def _indicators(count: int) -> str:
    return plural(count, "indicateur") if count else "aucun"


def _the(territory: Territory) -> str:
    return places.the_short(territory)


def largest(found: Sequence[Pair], territories: Two) -> Fragment:
    """Return the largest established gaps, in proportion, one of each theme, as a list."""
    kept: dict[str, Pair] = {}
    for pair in sorted(found, key=_relative, reverse=True):
        if _relative(pair) > 0:
            kept.setdefault(pair.indicator.theme, pair)
    lines = []
    for pair in list(kept.values())[:LARGEST]:
        need = meaning(pair)
        amounts = [
            _number(v.value, pair.indicator) for v in (pair.first, pair.second) if v and v.value is not None
        ]
        names = [called(territory) for territory in territories]
        told = " ; ".join(f"{name} {amount}" for name, amount in zip(names, amounts, strict=True))
        word = "besoin plus grand" if need == WORSE else "besoin moins grand"
        lines.append(
            element(
                "li",
                text("span", f"{pair.indicator.title} : {told}, "),
                mark(need),
                text("span", word, "need" if need == WORSE else "good"),
            )
        )
    if not lines:
        return Fragment()
    return text("h2", "Les plus grands écarts établis") + element("ul", *lines)


def _relative(pair: Pair) -> float:
    """Size of an established gap in proportion; zero for what is not highlighted."""
    if pair.gap is None or pair.second is None or not pair.second.value or not meaning(pair):
        return 0.0
    # A share of a difference between two rates means nothing, and the index has its own parts.
    if pair.indicator.unit in (Unit.POINTS, Unit.SCORE):
        return 0.0
    return abs(pair.gap / pair.second.value)


def without_figures(found: Sequence[Pair]) -> Fragment:
    """Return the indicators one of the two has no figure of, gathered by reason."""
    titles: dict[str, list[str]] = {}
    for pair in found:
        titles.setdefault(pair.reason, []).append(pair.indicator.title)
    if not titles:
        return Fragment()
    items = [
        element("li", text("span", f"{', '.join(names)}. "), text("span", reason, "status"))
        for reason, names in titles.items()
    ]
    return element(
        "div", text("p", "Pas de comparaison possible :", "small"), element("ul", *items), css="refused"
    )


def key(territories: Two) -> Fragment:
    """Return the key of the marks, shown once above the lines."""
    samples = [
        (element("span", css=css), label)
        for css, label in (
            ("range", "de la commune la plus basse à la plus haute"),
            ("half", "la moitié centrale des communes"),
        )
    ]
    items = [
        *(element("li", shape(rank == 0), text("span", called(t))) for rank, t in enumerate(territories)),
        element("li", mark(WORSE), text("span", "besoin plus grand")),
        element("li", mark(BETTER), text("span", "besoin moins grand")),
    ]
    if all(map(among_communes, territories)):
        items += [element("li", sample, text("span", label)) for sample, label in samples]
    return element("ul", *items, css="key")
