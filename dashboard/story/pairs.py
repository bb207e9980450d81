"""Two territories side by side: which figures may be compared, how far apart they are, or why they may not.

The rules are those of the release (:mod:`indicators.comparison`, :mod:`indicators.years`): same concept and
same year; the nearest year only where a producer states none, and never across a change of definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.questions import Barometer
from dashboard.data.records import Break, Indicator, Territory, Value
from dashboard.story import places
from dashboard.story.absence import absence, summed
from dashboard.story.everywhere import past_perimeters
from dashboard.story.readings import REFERENCE_ORDER, Reading, when
from indicators.judgement import (
    COMPARABLE,
    HIGHER,
    LOWER,
    NO_DIFFERENCE,
    apart,
    band_width,
    judged,
    read_apart,
)
from indicators.model import Scale
from indicators.years import current_year, year_beside
from sources.french import capital, enumeration, typographic
from sources.vocabulary import Level, Perimeter

# From the narrowest to the widest: between two levels, the narrower one is judged against the wider.
_WIDTH = (Level.QPV, Level.COMMUNE, Level.CANTON, Level.GROUPE, *REFERENCE_ORDER)

_WORDS = ("indicator", "series", "level", "origin")
_NUMBERS = ("value", "lower", "upper", "numerator", "denominator")
"""What the error of a figure is read on."""

NO_INTERVAL = "Pas d’intervalle connu : l’écart est montré, sans jugement."
SAME_CANTON = "Chiffre du canton, le même pour les deux : il ne les départage pas."
OTHER_CONCEPT = "Définitions différentes : ces deux chiffres ne se comparent pas."


@dataclass(frozen=True)
class Pair:
    """One indicator for two territories."""

    indicator: Indicator
    first: Value | None
    second: Value | None
    gap: float | None = None
    """First minus second, in the indicator's unit; ``None`` when they are not compared."""
    judgement: str | None = None
    """How the first one stands: « plus haut », « plus bas », « comparable » or « pas de différence établie »;
    ``None`` where nothing is judged."""
    reason: str = ""
    """Why they are not compared, why the gap is not judged, or which years are compared."""

    @property
    def both(self) -> bool:
        """Whether each territory has a figure, comparable or not."""
        return all(value is not None and value.usable for value in (self.first, self.second))

    @property
    def compared(self) -> bool:
        """Whether there is a gap."""
        return self.gap is not None


def forbidden(first: Territory, second: Territory) -> str:
    """Return why two territories are never compared, empty when they may be."""
    if (first.level, first.code) == (second.level, second.code):
        return "C’est deux fois le même territoire : choisissez-en un autre pour comparer."
    perimeters = {first.perimeter, second.perimeter} - {None}
    if len(perimeters) > 1:
        return (
            "Un quartier de 2015 et un quartier de 2024 ne se comparent pas : leurs périmètres sont tracés "
            "autrement, même sous le même nom. Choisissez deux quartiers de la même génération."
        )
    together = [t for t in (first, second) if t.level == Level.GROUPE and t.perimeter is not None]
    others = {first.level, second.level} - {Level.GROUPE.value}
    if together and not others & {Level.QPV.value, *(level.value for level in REFERENCE_ORDER)}:
        return "L’ensemble des quartiers prioritaires ne se compare qu’à un quartier de la même génération."
    return ""


def pairs(
    barometer: Barometer,
    first: tuple[Territory, Mapping[str, Reading]],
    second: tuple[Territory, Mapping[str, Reading]],
) -> list[Pair]:
    """Return every indicator for two territories, in the order of the barometer.

    Args:
        barometer: For the changes of definition.
        first: A territory and its readings.
        second: The one it is set beside.
    """
    breaks: dict[str, list[Break]] = {}
    for change in barometer.breaks:
        breaks.setdefault(change.indicator, []).append(change)
    found = [
        _pair(barometer, first, second, indicator, breaks.get(indicator, []))
        for indicator in first[1]
        if indicator in second[1]
    ]
    both = first[0], second[0]
    judgements = _judgements(found, both) | _published(barometer, found, both)
    return [_judged(pair, judgements.get(pair.indicator.indicator)) for pair in found]


def _pair(
    barometer: Barometer,
    first: tuple[Territory, Mapping[str, Reading]],
    second: tuple[Territory, Mapping[str, Reading]],
    indicator: str,
    breaks: Sequence[Break],
) -> Pair:
    one, other = first[1][indicator], second[1][indicator]
    shown = Pair(one.indicator, one.shown, other.shown)
    absent: dict[str, list[str]] = {}
    for territory, reading in ((first[0], one), (second[0], other)):
        if reading.shown is None or not reading.shown.usable:
            absent.setdefault(_absence(barometer, territory, reading), []).append(called(territory))
    if absent:
        said = [f"{enumeration(names)} : {why}" for why, names in absent.items()]
        return Pair(shown.indicator, shown.first, shown.second, reason=" ".join(said))
    all_ours, all_theirs = _main(one), _main(other)
    census = barometer.census if one.indicator.sampled != "no" else None
    today = _of_today(barometer, all_ours), _of_today(barometer, all_theirs)
    matched = _matched(*today, breaks, census)
    if isinstance(matched, str):
        # What a figure of other communes would have allowed is refused, and the reason is that one.
        former = _matched(all_ours, all_theirs, breaks, census)
        matched = matched if isinstance(former, str) else _other_communes(barometer, former[:2]) or matched
    if isinstance(matched, str):
        same = one.shown is not None and other.shown is not None and _inherited(one.shown, other.shown)
        return Pair(shown.indicator, shown.first, shown.second, reason=SAME_CANTON if same else matched)
    mine, theirs, reason = matched
    if _inherited(mine, theirs):
        return Pair(shown.indicator, mine, theirs, reason=SAME_CANTON)
    assert mine.value is not None
    assert theirs.value is not None
    reason = " ".join(filter(None, (reason, _reservation(barometer, mine, theirs))))
    return Pair(shown.indicator, mine, theirs, mine.value - theirs.value, None, reason)


def _reservation(barometer: Barometer, one: Value, other: Value) -> str:
    """Return what the series of the narrower territory counts otherwise, as beside a reference."""
    if one.series == other.series:
        return ""
    narrow = min(one, other, key=lambda value: _WIDTH.index(Level(value.level)))
    series = barometer.series.get((narrow.indicator, narrow.series))
    return (series.caveat or "") if series is not None else ""


def _absence(barometer: Barometer, territory: Territory, reading: Reading) -> str:
    label, why = absence(barometer, territory, reading.indicator, reading.shown)
    said = label[:1].lower() + label[1:]
    # What a status means is explained elsewhere; why a group has no sum is particular to it.
    return f"{said}. {why}" if summed(territory) and why else f"{said}."


def called(territory: Territory) -> str:
    """Return the few words that name a territory, a quarter apart from the commune of the same name."""
    name = places.short(territory)
    if territory.level != Level.QPV:
        return name
    generation = f" ({territory.perimeter[-4:]})" if territory.perimeter in set(Perimeter) else ""
    return f"Quartier {name}{generation}"


def _main(reading: Reading) -> list[Value]:
    """The figures that may be compared, the one shown first, then the most recent ones."""
    apart = {(value.series, value.concept) for value in reading.apart}
    rest = [v for v in reading.history if v.usable and (v.series, v.concept) not in apart]
    first = [reading.shown] if reading.shown is not None else []
    return [*first, *(v for v in rest if v is not reading.shown)]


def _of_today(barometer: Barometer, values: Sequence[Value]) -> list[Value]:
    """Leave out the figures a territory had when its communes were not those of today."""
    return [value for value in values if not past_perimeters(barometer, value)]


def _other_communes(barometer: Barometer, values: Iterable[Value]) -> str:
    """Say which of two figures is of other communes than today's, and why it is not compared."""
    for value in values:
        found = past_perimeters(barometer, value)
        if found:
            return f"Aucune année commune sur le périmètre actuel ; en {value.millesime}, {found[0].reason}."
    return ""


def _inherited(one: Value, other: Value) -> bool:
    """Whether both have the figure of one canton, directly or through an index made of it."""
    return one.value == other.value and not {"inherited", "composite"}.isdisjoint((one.origin, other.origin))


def _matched(
    ours: Sequence[Value], theirs: Sequence[Value], breaks: Sequence[Break], census: int | None
) -> tuple[Value, Value, str] | str:
    """Return two figures that may be compared and what to say of their years, or why there are none.

    Those shown where they are of one year; else the year shown of those they share.
    """
    candidates = [(a, b) for a in ours for b in theirs if a.concept == b.concept]
    if not candidates:
        return OTHER_CONCEPT
    together = [(a, b) for a, b in candidates if _same_time(a, b)]
    if together[:1] == [(ours[0], theirs[0])]:
        return ours[0], theirs[0], ""
    shared = {a.millesime: (a, b) for a, b in reversed(together) if a.millesime is not None}
    year = current_year(sorted(shared, reverse=True), census)
    if year is not None:
        return *shared[year], f"{capital(when(shared[year][0]))} : dernière année commune aux deux."
    if together:
        return *together[0], ""
    near = [(a, b) for a, b in candidates if (a.millesime is None) != (b.millesime is None)]
    if near:
        return _beside_edition(near, breaks)
    years = sorted({v.millesime for v in (ours[0], theirs[0]) if v.millesime is not None})
    crossed = [c for c in breaks if len(years) == 2 and years[0] < c.year <= years[1]]
    if crossed:
        return f"Aucune année commune, et la définition change en {crossed[0].year} : {crossed[0].reason}"
    return f"Aucune année commune : {when(ours[0])} pour l’un, {when(theirs[0])} pour l’autre."


def _same_time(one: Value, other: Value) -> bool:
    """Whether two figures are of one year, or of one edition where no year is stated."""
    return one.millesime == other.millesime and (one.millesime is not None or one.edition == other.edition)


def _beside_edition(
    candidates: Sequence[tuple[Value, Value]], breaks: Sequence[Break]
) -> tuple[Value, Value, str] | str:
    """Of figures one of which has no stated year, the latest edition that a year may be set beside."""
    editions: dict[int, dict[int, tuple[Value, Value]]] = {}
    for pair in candidates:
        unstated, stated = pair if pair[0].millesime is None else (pair[1], pair[0])
        editions.setdefault(unstated.edition or 0, {}).setdefault(stated.millesime or 0, pair)
    for edition in sorted(editions, reverse=True):
        year = year_beside(edition, editions[edition], (c.year for c in breaks))
        if year is not None:
            one, other = editions[edition][year]
            said = f"Année non précisée par le producteur (édition {edition})"
            return one, other, f"{said} : l’autre chiffre est celui de {year}."
    return (
        f"Année non précisée par le producteur (édition {max(editions)}), et la définition change en "
        f"{enumeration([str(c.year) for c in breaks])} : on ne sait pas de quel côté est ce chiffre."
    )


def _judgements(found: Iterable[Pair], territories: tuple[Territory, Territory]) -> dict[str, str]:
    """What the interval of each gap establishes, by the rule of the release.

    Between two levels it is the narrower one that is judged, against the wider as it is; between equals both
    errors must be known.
    """
    ranks = [_WIDTH.index(Level(territory.level)) for territory in territories]
    sign = -1 if ranks[0] > ranks[1] else 1
    pairs_judged: list[tuple[Pair, Value, Value]] = []
    for pair in found:
        if pair.compared and pair.first is not None and pair.second is not None:
            ours, theirs = (pair.first, pair.second) if sign > 0 else (pair.second, pair.first)
            pairs_judged.append((pair, ours, theirs))
    if not pairs_judged:
        return {}
    import polars as pl

    from indicators.comparison import with_gaps
    from indicators.multiple import one_family
    from indicators.noise import with_noise

    schema = {**dict.fromkeys(_WORDS, pl.String), **dict.fromkeys(_NUMBERS, pl.Float64)}
    narrow, wide = (
        with_noise(pl.DataFrame([[getattr(v, name) for name in schema] for v in side], schema, orient="row"))
        for side in ([own for _, own, _ in pairs_judged], [other for _, _, other in pairs_judged])
    )
    rows = pl.concat([narrow, wide.rename(lambda name: f"reference_{name}")], how="horizontal")
    # All the indicators of the page are judged together, as against a reference.
    gaps = one_family(with_gaps(rows, equals=ranks[0] == ranks[1])).select("gap_lower", "gap_upper")
    said = {}
    for (pair, own, other), limits in zip(pairs_judged, gaps.iter_rows(), strict=True):
        assert own.value is not None
        assert other.value is not None
        indicator = pair.indicator
        scale = Scale(indicator.scale or Scale.POINTS)
        # Limits of the second minus the first are those of the first minus the second, turned round.
        low, high = limits if sign > 0 or None in limits else (-limits[1], -limits[0])
        distance = apart(own.value, other.value, scale)
        seen = read_apart(own.value, other.value, indicator.decimals)
        judgement = judged(low, high, distance, band_width(indicator.equivalence, scale), seen=seen)
        if judgement is not None:
            said[indicator.indicator] = judgement
    return said


def _published(
    barometer: Barometer, found: Iterable[Pair], territories: tuple[Territory, Territory]
) -> dict[str, str]:
    """What the release already says of these figures, one territory being a reference of the other."""
    said: dict[str, str] = {}
    for narrow, wide, sign in ((*territories, 1), (*territories[::-1], -1)):
        known = {
            (c.key, c.reference_millesime): c
            for c in barometer.comparisons(narrow)
            if (c.reference_level, c.reference_code) == (wide.level, wide.code) and c.judgement
        }
        for pair in found:
            own, other = (pair.first, pair.second) if sign > 0 else (pair.second, pair.first)
            if own is None or other is None:
                continue
            comparison = known.get((own.key, other.millesime))
            if comparison is None or comparison.gap_lower is None or comparison.gap_upper is None:
                continue
            if comparison.judgement in (NO_DIFFERENCE, COMPARABLE):
                said[pair.indicator.indicator] = comparison.judgement
            else:
                said[pair.indicator.indicator] = HIGHER if sign * comparison.gap_lower > 0 else LOWER
    return said


def _judged(pair: Pair, judgement: str | None) -> Pair:
    if pair.gap is None:
        return pair
    reason = " ".join(filter(None, (pair.reason, "" if judgement else NO_INTERVAL)))
    return Pair(pair.indicator, pair.first, pair.second, pair.gap, judgement, reason)


def common_communes(barometer: Barometer, first: Territory, second: Territory) -> list[str]:
    """Return the names of the communes two territories share, when neither is a mere part of the other."""
    shared = _communes(barometer, first) & _communes(barometer, second)
    return [typographic(c.name) for c in barometer.communes() if c.code in shared]


def _communes(barometer: Barometer, territory: Territory) -> set[str]:
    if territory.level == Level.COMMUNE:
        return {territory.code}
    return {
        m.code
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, territory.level, territory.code)
    }
