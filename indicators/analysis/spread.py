"""How need is spread inside a territory: rows of the zones, of the half of the need, of the QPV.

Belongs here: the measures of the répartition. Does not belong here: the formulas
(``indicators.analysis.indices``), the zones (``indicators.analysis.zones``), the answer drawn from them
(``indicators.analysis.answers``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indicators.analysis.choice import Inputs, Inside, Reading, Row
from indicators.analysis.indices import as_dissimilarity, dissimilarity, entropy, fewest, half_base, weight
from indicators.analysis.need import Quarters
from indicators.analysis.words import quantity
from indicators.analysis.zones import SHARE_BAND, Zones, intensity, middle_quarter, zones_of
from indicators.model import Scale
from indicators.scales import HALF, Estimate, band
from sources.french import NBSP, number, percent, plural
from sources.vocabulary import Level

if TYPE_CHECKING:
    from indicators.analysis.zones import Index

PRIORITY_GROUP = "geographie_prioritaire"
"""Group of the communes that carry a QPV."""

CANTONS = "les communes reçoivent la valeur de leur canton"
"""What is said where the figures of communes are not theirs."""


def spread_rows(reading: Reading, inputs: Inputs) -> Iterator[Row]:
    """Measure the inside of a territory.

    Args:
        reading: The need and its figures.
        inputs: For the links and the inhabitants.

    Yields:
        Rows of the table ``analysis``.
    """
    inside = reading.inside
    if inside is None:
        return
    zones = None
    if reading.place.level is not Level.COMMUNE:
        zones = zones_of(reading.indicator, inside.communes, inside.quarters, inputs.links, inputs.people)
    if zones is not None:
        yield from _zone_rows(reading, inside, zones, inputs)
    if inside.quarters is not None:
        whole = _whole(inside, zones)
        yield from _quarter_rows(reading, inside, inside.quarters, whole)
        if whole is not None:
            yield from _each_quarter(reading, inside.quarters, whole)


def _whole(inside: Inside, zones: Zones | None) -> float | None:
    """Place of the territory: its own figure, else that of its communes together."""
    if inside.own is not None:
        return inside.own.at.value
    return zones.whole if zones is not None else None


def _zone_rows(reading: Reading, inside: Inside, zones: Zones, inputs: Inputs) -> Iterator[Row]:
    name = f"{reading.indicator.id}/{reading.place.code}"
    uneven = zones.estimate(dissimilarity, f"{name}/zones")
    among = f"{len(inside.communes)} communes"
    if zones.split:
        among = f"{among}, dont {zones.split} coupées entre leurs quartiers prioritaires et le reste"
    yield _estimated(reading, "dissimilarite_relative", uneven, f"Entre {among}.")
    if zones.scale is Scale.ODDS:
        split = entropy(zones.need(), zones.base, zones.commune)
        if split is not None:
            yield reading.inner("theil_relatif", split.total)
            yield reading.inner("theil_entre", split.between, "Entre les communes.")
            if zones.split:
                yield reading.inner("theil_dans", split.within, "À l’intérieur des communes coupées.")
    half = zones.estimate(_half(zones), f"{name}/moitie")
    short = Estimate(HALF - half.value, HALF - half.upper, HALF - half.lower)
    text = (
        "De la zone la plus touchée à la moins touchée, la moitié du besoin est atteinte avec "
        f"{percent(half.value)} de la population concernée."
    )
    yield _estimated(reading, "moitie_base", half, text)
    yield _estimated(reading, "moitie_manque", short)
    yield from _commune_rows(reading, inside, zones)
    yield from _known_rows(reading, inside, inputs)


def _half(zones: Zones) -> Index:
    """The least share of the base that holds half of the need, as an index of need and others."""
    return lambda need, _: half_base(need, zones.base)


def _commune_rows(reading: Reading, inside: Inside, zones: Zones) -> Iterator[Row]:
    """Communes by name: the fewest that hold half of the need, and those that are clearly worse."""
    codes = sorted(inside.communes)
    counts = [inside.communes[code].counts for code in codes]
    if all(counts):
        need, base = ([pair[side] for pair in counts if pair] for side in (0, 1))
        held = fewest(need)
        yield reading.inner("moitie_communes", float(len(held)), ", ".join(codes[zone] for zone in held))
        yield reading.inner("moitie_communes_base", sum(base[zone] for zone in held) / sum(base))
        yield reading.inner("moitie_communes_besoin", sum(need[zone] for zone in held) / sum(need))
    whole = _whole(inside, zones)
    assert whole is not None
    width = band(reading.indicator)
    places = {code: inside.communes[code].at for code in codes}
    # Clearly: beyond the band, and not by the chance of a survey or of small numbers.
    worse = [code for code, at in places.items() if at.value > whole + width and at.lower > whole]
    shares = dict.fromkeys(codes, 0.0)
    for code, base_of in zip(zones.commune, zones.base, strict=True):
        shares[code] += float(base_of)
    total = sum(shares.values())
    yield reading.inner("plus_touchees_communes", float(len(worse)), ", ".join(worse))
    yield reading.inner("plus_touchees_population", sum(shares[code] for code in worse) / total)


def _known_rows(reading: Reading, inside: Inside, inputs: Inputs) -> Iterator[Row]:
    """How much of the population has a figure, of which period, and what stands for counts of people."""
    periods = {figure.period for figure in inside.communes.values()}
    if len(periods) == 1 and periods.isdisjoint({"", str(inside.year)}):
        yield reading.inner("periode", None, periods.pop())
    people = {code: inputs.people.get(code, 0.0) for code in reading.place.communes}
    known, total = sum(people[code] for code in inside.communes), sum(people.values())
    if total:
        text = f"{len(inside.communes)} communes renseignées sur {len(people)}"
        yield reading.inner("couverture", known / total, text)
    if any(figure.inherited for figure in inside.communes.values()):
        yield reading.inner("approche", None, CANTONS)
    elif not all(figure.counts for figure in inside.communes.values()):
        yield reading.inner(
            "approche", None, "les communes sont pesées par leur population, faute d’effectifs"
        )
    elif len(inside.communes) < len(people):
        yield reading.inner("approche", None, "toutes les communes ne sont pas renseignées")
    members = inputs.links.groups.get(PRIORITY_GROUP, ())
    if (
        members
        and reading.place.level is Level.EPCI
        and all(figure.counts for figure in inside.communes.values())
    ):
        counts = {code: figure.counts for code, figure in inside.communes.items() if figure.counts}
        shares = [
            sum(pair[side] for code, pair in counts.items() if code in members)
            / sum(pair[side] for pair in counts.values())
            for side in (0, 1)
        ]
        yield reading.inner("part_besoin_geographie_prioritaire", shares[0])
        yield reading.inner("part_population_geographie_prioritaire", shares[1])


def _quarter_rows(reading: Reading, inside: Inside, quarters: Quarters, whole: float | None) -> Iterator[Row]:
    """Weight of the QPV in the need, or where only rates exist the place of the QPV in the middle."""
    if not quarters.inside:
        return
    dated = "" if quarters.edition is None else f", année non précisée (édition {quarters.edition})"
    absent = f"{NBSP}; {quarters.absent} sans chiffre" if quarters.absent else ""
    counted = plural(len(quarters.inside), "quartier compté", "quartiers comptés")
    text = f"{counted}, {quarters.perimeter.label}{dated}{absent}"
    generation = quarters.perimeter.value
    yield reading.inner("quartiers", float(len(quarters.inside)), text, perimeter=generation)
    if quarters.counted and inside.own is not None and inside.own.counts:
        counts = [figure.counts for figure in quarters.inside.values() if figure.counts]
        need, base = (sum(pair[side] for pair in counts) for side in (0, 1))
        weighed = weight(need, base, *inside.own.counts)
        if weighed is not None:
            yield _estimated(reading, "part_besoin", weighed.need_share)
            yield reading.inner("part_population", weighed.base_share)
            yield _estimated(reading, "lq", weighed.quotient, "Part du besoin sur part de la population.")
            yield _estimated(reading, "inegalite_quartiers", as_dissimilarity(weighed.log_odds))
            return
    if whole is None:
        return
    middle = middle_quarter(quarters)
    indicator = reading.indicator
    unit = 1.0 if indicator.scale is Scale.ODDS else math.log(SHARE_BAND) / band(indicator)
    places = sorted(unit * (figure.at.value - whole) for figure in quarters.inside.values())
    distance = Estimate(unit * (middle.at.value - whole), places[0], places[-1])
    yield _estimated(reading, "inegalite_quartiers", as_dissimilarity(distance))
    if inside.own is not None:
        for measure, figure in (("quartier_du_milieu", middle), ("ensemble", inside.own)):
            yield reading.inner(measure, figure.value, quantity(figure.value, indicator))


def _each_quarter(reading: Reading, quarters: Quarters, whole: float) -> Iterator[Row]:
    """Each QPV against the authority, those that run out of it as well, in a row of their own."""
    if reading.place.level is not Level.EPCI:
        return
    for code, figure in sorted({**quarters.apart, **quarters.inside}.items()):
        ratio = intensity(figure, whole, reading.indicator.scale)
        where = "compté" if code in quarters.inside else "à part, car il déborde de l’intercommunalité"
        yield reading.inner(
            "rapport_qpv",
            ratio,
            f"{number(ratio, 2)} fois l’intensité de l’intercommunalité ({where})",
            level=Level.QPV.value,
            code=code,
            perimeter=quarters.perimeter.value,
            reference_level=reading.place.level.value,
            reference_code=reading.place.code,
        )


def _estimated(reading: Reading, measure: str, found: Estimate, text: str | None = None) -> Row:
    return reading.inner(measure, found.value, text, lower=found.lower, upper=found.upper)
