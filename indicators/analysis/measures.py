"""How need is spread: level, spread, location quotient, dissimilarity and Theil, per indicator and territory.

Belongs here: computing the measures of the intercommunal authority and of each commune. Does not belong
here: what feeds them (``indicators.analysis.choice``), the formulas (``indicators.analysis.indices``), the
verdicts drawn from them (``indicators.analysis.concentration``).
"""

from __future__ import annotations

import statistics
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indicators.analysis.choice import (
    WHOLE,
    Inputs,
    Reading,
    Row,
    choose,
    communes_of,
    form_of,
    scored,
    themes,
    unreferenced,
)
from indicators.analysis.indices import SEED, chance, dissimilarity, location_quotient, theil
from indicators.analysis.need import Counts, Figure, Quarters, inhabitants, read_figures, read_links
from indicators.analysis.verdicts import Form
from indicators.analysis.words import NBSP, number
from indicators.resolve import TerritoryView
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

ANALYSIS = "concentration"


def measures(values: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Measure every scored indicator for the intercommunal authority, its groups and its communes.

    Args:
        values: Table ``value``.
        territories: For the communes, and for which QPV lies wholly in which territory.

    Returns:
        Rows of the table ``analysis``, without the verdicts (:func:`indicators.analysis.concentration.rows`).
    """
    import polars as pl

    from indicators.analysis import analysis_rows, analysis_schema

    # Territories of elsewhere, that other analyses may normalise against, are no reference here.
    declared = territories.territory.select("level", "code").unique()
    followed = values.join(declared, on=["level", "code"], how="semi", maintain_order="left")
    inputs = Inputs(read_figures(followed), read_links(territories), inhabitants(followed))
    found: list[Row] = []
    for indicator in (one for theme in themes() for one in scored(theme)):
        for epci, communes in inputs.links.communes.items():
            places = [
                (Level.EPCI, epci, communes),
                *((Level.GROUPE, group, members) for group, members in inputs.links.groups.items()),
                *((Level.COMMUNE, c, (c,)) for c in communes),
            ]
            for level, code, inside in places:
                reading = choose(indicator, level, code, inside, inputs)
                if reading is not None:
                    found += _measured(reading, inputs)
    schema = {name: dtype for name, dtype in analysis_schema().items() if name != "analysis"}
    return analysis_rows(pl.DataFrame(found, schema=schema).with_columns(analysis=pl.lit(ANALYSIS)))


def _measured(reading: Reading, inputs: Inputs) -> Iterator[Row]:
    form = form_of(reading, inputs.links)
    yield reading.row("forme", None, form.value)
    if reading.reference:
        yield from _level_rows(reading, reading.reference)
        yield from _spread_rows(reading, reading.reference[2], inputs)
    else:
        yield reading.row("sans_reference", None, unreferenced(reading, inputs.figures))
    if not reading.own.inherited:
        yield from _unevenness_rows(reading, inputs)
    if reading.quarters:
        yield from _weight_rows(reading, reading.quarters, form)
        yield from _each_quarter(reading, reading.quarters)


def _level_rows(reading: Reading, reference: tuple[Level, str, Figure]) -> Iterator[Row]:
    level, _, figure = reference
    value = figure.times(reading.own)
    if value is None:
        return
    ends = [end / figure.need for end in (reading.own.lower, reading.own.upper) if end is not None]
    lower, upper = sorted(ends) if len(ends) == 2 else (None, None)
    text = f"{number(value, 2)} fois celle {_of(WHOLE[level])} ({reading.own.period})"
    yield reading.row("niveau", value, text, lower=lower, upper=upper)


def _spread_rows(reading: Reading, reference: Figure, inputs: Inputs) -> Iterator[Row]:
    """Share of the population in communes worse than the reference, and share whose commune has a figure."""
    if reading.level is Level.COMMUNE:
        worse = float(reading.own.need > reference.need)
        yield reading.row("etendue", worse, "À l’échelle d’une commune, toute la population ou aucune.")
        yield reading.row("couverture", 1.0, None)
        return
    known = dict(communes_of(reading, inputs.figures))
    total = sum(inputs.people.get(commune, 0) for commune in reading.communes)
    read = sum(inputs.people.get(commune, 0) for commune in known)
    if not read:
        return
    worse = sum(inputs.people.get(c, 0) for c, f in known.items() if f.need > reference.need) / read
    among = "" if len(known) == len(reading.communes) else f" des {len(known)} communes renseignées"
    where = (
        "un canton plus touché" if all(f.inherited for f in known.values()) else "une commune plus touchée"
    )
    text = f"{_percent(worse)} de la population{among} vit dans {where} que cette référence"
    yield reading.row("etendue", worse, text)
    counted = f"{len(known)} communes renseignées sur {len(reading.communes)}"
    yield reading.row(
        "couverture", read / total, f"{counted}, soit {_percent(read / total)} de la population."
    )


def _unevenness_rows(reading: Reading, inputs: Inputs) -> Iterator[Row]:
    """Dissimilarity with what chance gives, and Theil with its split."""
    zones, split = _zones(reading, inputs)
    if len(zones) < 2:
        return
    need, people = [n for _, (n, _) in zones], [p for _, (_, p) in zones]
    observed = dissimilarity(need, people)
    if observed is not None:
        text = f"{_percent(observed)} du besoin devrait changer de zone pour être réparti comme la population"
        among = f"{len(zones)} zones, les quartiers étant distingués dans {split} communes"
        if reading.level is Level.COMMUNE:
            among = "les quartiers prioritaires et le reste"
        elif not split:
            among = f"{len(zones)} communes"
        yield reading.row("dissimilarite", observed, f"{text} ({among}).")
        drawn = chance(
            need, people, seed=[SEED, zlib.crc32(f"{reading.indicator.id}/{reading.code}".encode())]
        )
        if drawn is not None:
            text = f"Le hasard seul donnerait {number(drawn.expected, 3)} en moyenne."
            yield reading.row("dissimilarite_hasard", drawn.expected, text)
            probability = "moins de 0,002" if drawn.p_value < 0.002 else number(drawn.p_value, 3)
            text = f"Probabilité d’un tel écart par le seul hasard{NBSP}: {probability}."
            yield reading.row("p_valeur", drawn.p_value, text)
    index = theil(need, people, [commune for commune, _ in zones])
    if index is None:
        return
    yield reading.row("theil", index.total, number(index.total, 4))
    if reading.level is not Level.COMMUNE:
        yield reading.row(
            "theil_entre", index.between, f"Entre les communes{NBSP}: {number(index.between, 4)}."
        )
        if split:
            text = (
                f"À l’intérieur des communes{NBSP}: {number(index.within, 4)} ({split} communes découpées)."
            )
            yield reading.row("theil_dans", index.within, text)
        else:
            text = "Non calculable : aucun effectif par quartier ne permet de découper les communes."
            yield reading.row("theil_dans", None, text.replace(" :", f"{NBSP}:"))


_Zones = list[tuple[str, Counts]]


def _zones(reading: Reading, inputs: Inputs) -> tuple[_Zones, int]:
    """Communes, cut where counts allow between the QPV they alone carry and the rest, and how many are cut.

    The rest is a term of the indices and nothing more: no figure « hors QPV » is ever kept.
    """
    zones: _Zones = []
    split = 0
    figures = reading.quarters.inside if reading.quarters else {}
    for commune, figure in communes_of(reading, inputs.figures):
        if figure.counts is None:
            continue
        alone = sorted(inputs.links.wholly.get((Level.COMMUNE.value, commune), frozenset()) & figures.keys())
        parts = [counts for code in alone if (counts := figures[code].counts)]
        need = figure.counts[0] - sum(n for n, _ in parts)
        people = figure.counts[1] - sum(p for _, p in parts)
        # Two sources, two dates: a commune smaller than its parts is left whole.
        if parts and 0 <= need <= people and people > 0:
            split += 1
            zones += [(commune, counts) for counts in (*parts, (need, people))]
        else:
            zones.append((commune, figure.counts))
    return zones, split


def _weight_rows(reading: Reading, quarters: Quarters, form: Form) -> Iterator[Row]:
    """Weight of the QPV in the need, or where only rates exist the ratio of the median QPV."""
    inside = quarters.inside
    if not inside:
        return
    plural = "s" if len(inside) > 1 else ""
    dated = "" if quarters.edition is None else f", année non précisée (édition {quarters.edition})"
    absent = f"{NBSP}; {quarters.absent} sans chiffre" if quarters.absent else ""
    text = f"{len(inside)} quartier{plural} compté{plural}, {quarters.perimeter.label}{dated}{absent}"
    yield reading.row("quartiers", float(len(inside)), text)
    if form is Form.COUNTS and reading.own.counts:
        need = sum(figure.counts[0] for figure in inside.values() if figure.counts)
        people = sum(figure.counts[1] for figure in inside.values() if figure.counts)
        quotient = location_quotient(need, people, *reading.own.counts)
        if quotient is not None:
            shares = need / reading.own.counts[0], people / reading.own.counts[1]
            yield reading.row("part_besoin", shares[0], f"{_percent(shares[0])} du besoin")
            yield reading.row(
                "part_population", shares[1], f"{_percent(shares[1])} de la population concernée"
            )
            text = f"{number(quotient, 2)} fois leur part de la population concernée"
            yield reading.row("quotient_localisation", quotient, text)
    if form is Form.RATES:
        ratios = sorted(r for figure in inside.values() if (r := reading.own.times(figure)) is not None)
        if ratios:
            # An order statistic: a rate is never averaged over territories.
            middle = statistics.median_low(ratios)
            text = f"{number(middle, 2)} fois l’intensité du territoire, dans le quartier médian"
            yield reading.row("rapport_qpv", middle, text, lower=ratios[0], upper=ratios[-1])


def _each_quarter(reading: Reading, quarters: Quarters) -> Iterator[Row]:
    """Each QPV against the intercommunal authority, those that run out of it as well, said apart."""
    if reading.level is not Level.EPCI:
        return
    for code, figure in sorted({**quarters.apart, **quarters.inside}.items()):
        ratio = reading.own.times(figure)
        if ratio is None:
            continue
        where = "compté" if code in quarters.inside else "à part, car il déborde de l’agglomération"
        yield reading.row(
            "rapport_qpv",
            ratio,
            f"{number(ratio, 2)} fois l’intensité de l’agglomération ({where})",
            level=Level.QPV.value,
            code=code,
            perimeter=quarters.perimeter.value,
            reference_level=reading.level.value,
            reference_code=reading.code,
        )


def _of(name: str) -> str:
    """« de la France », « du département »."""
    return f"du {name.removeprefix('le ')}" if name.startswith("le ") else f"de {name}"


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NBSP}%"
