"""What both answers rest on: the gap with the reference, and the inside, per need and territory.

Belongs here: the rows that are measured. Does not belong here: the figures they are measured on
(``indicators.analysis.choice``), the inside (``indicators.analysis.spread``), the answers drawn from them
(``indicators.analysis.judging``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indicators.analysis.choice import (
    Compared,
    Inputs,
    Reading,
    Row,
    choose,
    places,
    scored,
    themes,
    unreferenced,
)
from indicators.analysis.need import Links, inhabitants, read_figures, read_gaps, read_links
from indicators.analysis.spread import spread_rows
from indicators.analysis.words import quantity
from indicators.model import Direction
from indicators.resolve import TerritoryView
from indicators.scales import band, gap
from indicators.years import current_census
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

ANALYSIS = "reponse"


def measures(values: pl.DataFrame, comparisons: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Measure every judged need of the intercommunal authority, its groups and its communes.

    Args:
        values: Table ``value``.
        comparisons: Table ``comparison``: a level is what it says of the gap.
        territories: For the communes, and for which QPV lies wholly in which territory.

    Returns:
        Rows of the table ``analysis``, without the answers (:func:`indicators.analysis.judging.rows`).
    """
    import polars as pl

    from indicators.analysis import analysis_rows, analysis_schema

    # Territories outside the agglomeration, that other analyses may normalise against, are no reference here.
    declared = territories.territory.select("level", "code").unique()
    followed = values.join(declared, on=["level", "code"], how="semi", maintain_order="left")
    inputs = Inputs(
        read_figures(followed),
        read_links(territories),
        inhabitants(followed),
        current_census(followed),
        read_gaps(comparisons),
    )
    found: list[Row] = []
    for indicator in (one for theme in themes() for one in scored(theme)):
        for place in places(inputs.links):
            reading = choose(indicator, place, inputs)
            if reading is not None:
                found += _measured(reading, inputs)
    schema = {name: dtype for name, dtype in analysis_schema().items() if name != "analysis"}
    return analysis_rows(pl.DataFrame(found, schema=schema).with_columns(analysis=pl.lit(ANALYSIS)))


def _measured(reading: Reading, inputs: Inputs) -> Iterator[Row]:
    if reading.inherited:
        yield reading.row(
            "sans_reponse", None, "la commune reçoit la valeur de son canton et n’en a pas de propre"
        )
        return
    compared = reading.compared
    if compared is not None and compared.reference is not None:
        yield from _level_rows(reading, compared, inputs)
    else:
        yield reading.row("sans_reference", None, unreferenced(reading, inputs.figures))
    if reading.place.level is Level.COMMUNE and reading.inside is None:
        yield reading.row("sans_repartition", None, _unseen(reading, inputs.links))
    yield from spread_rows(reading, inputs)


def _level_rows(reading: Reading, compared: Compared, inputs: Inputs) -> Iterator[Row]:
    assert compared.reference is not None
    found = gap(compared.own.at, compared.reference[2].at)
    both = [quantity(figure.value, reading.indicator) for figure in (compared.own, compared.reference[2])]
    text = f"{both[0]} contre {both[1]}"
    yield reading.row("ecart", found.value, text, lower=found.lower, upper=found.upper)
    yield reading.row("bande", band(reading.indicator), compared.own.period)
    level, code = compared.reference[:2]
    at = reading.indicator.id, compared.concept, reading.place.level.value, reading.place.code
    printed = inputs.gaps.get((*at, compared.year, level.value, code))
    if printed is None:
        yield reading.row("sans_marge", None, "la marge d’erreur du chiffre n’est pas connue")
        return
    # Above zero when worse, as every measure of a need.
    apart, low, high, judgement = printed
    if reading.indicator.direction is Direction.LOW_IS_NEED:
        apart, low, high = -apart, -high, -low
    yield reading.row("ecart_imprime", apart, judgement, lower=low, upper=high)


def _unseen(reading: Reading, links: Links) -> str:
    """Say why nothing is read inside a commune; the end of a sentence."""
    at = reading.place.level.value, reading.place.code
    if links.wholly.get(at):
        return "aucun effectif de la même année ne dit la part de ses quartiers prioritaires dans ce besoin"
    if links.partly.get(at):
        return "ses quartiers prioritaires débordent sur d’autres communes"
    return "la commune n’a pas de quartier prioritaire"
