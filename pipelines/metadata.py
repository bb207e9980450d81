"""The descriptive tables of a release, from the declarations: indicators, series, datasets, what is awaited.

Belongs here: declarations turned into rows. Does not belong here: any figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.model import (
    Difference,
    Direction,
    Formula,
    Indicator,
    Published,
    Ratio,
    Series,
    Theme,
    WeightedMean,
)
from indicators.references import KNOWN_SHARE
from indicators.registry import THEMES, formula_text
from pipelines import journal
from pipelines.home import Home as Place
from pipelines.tables import PERIMETER_BREAK, named
from sources.catalogue import Catalogue
from sources.declarations import DeclarationError
from sources.french import percent
from sources.model import Dataset
from sources.problems import Problem, quoted
from sources.territory.declared import Territories
from sources.territory.model import Home
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

    from sources.local.reading import Known

_SUMMED = (Level.EPCI, Level.CANTON, Level.GROUPE)
"""Levels made of communes we follow."""

_SUMMED_OF_COUNTS = (Level.DEPARTEMENT, Level.REGION, Level.METROPOLE)
"""Levels whose counts are added up from all their communes, which only a national file gives."""


def indicator_tables(
    indicators: Sequence[Indicator], catalogue: Catalogue, in_contract: Iterable[str] = ()
) -> dict[str, pl.DataFrame]:
    """Return tables ``theme``, ``indicator``, ``series`` and ``series_break``.

    Args:
        indicators: the declarations, in order of display.
        catalogue: for the labels of the variables a formula names.
        in_contract: ids of those the territory's contract compares itself.

    Returns:
        Frames by name of table, in its declared columns; one row per theme, indicator, series and break.

    Raises:
        DeclarationError: the contract compares an indicator nobody declares.
    """
    drawn = frozenset(in_contract)
    unknown = sorted(drawn - {i.id for i in indicators})
    if unknown:
        found = quoted(", ".join(unknown))
        raise DeclarationError(
            Problem("territoire.yaml", None, "contrat.indicateurs", found, "un indicateur déclaré")
        )
    labels = {variable: catalogue.column(variable).label for variable in catalogue.variables}
    return {
        "theme": _frame("theme", [(t.value, t.label, i) for i, t in enumerate(THEMES)]),
        "indicator": _frame(
            "indicator",
            [
                (
                    *(i.id, i.number, i.theme.value, i.title, i.short_title, i.definition, i.reading),
                    *(i.direction.value, i.need, i.same_need or i.id, i.headline),
                    *(i.unit.value, i.unit.label, i.decimals, *i.bounds),
                    *(i.caveats, i.sampled, i.id in drawn, i.scale.value, i.equivalence),
                    *("; ".join(i.synonyms), "; ".join(i.instead), position),
                )
                for position, i in enumerate(indicators)
            ],
        ),
        "series": _frame(
            "series",
            [
                (
                    *(i.id, s.id, position, s.concept, s.label, s.caveat, s.scored),
                    formula_text(s.formula, labels),
                    ", ".join(level.value for level in Level if level in s.levels),
                    *((s.unit.value, s.unit.label) if s.unit else (None, None)),
                    s.reading or None,
                    isinstance(s.formula, Published),
                    ", ".join(sorted(s.formula.variables)),
                    ", ".join(sorted(_divisors(s.formula))),
                    ", ".join(sorted(summed_counts(s))),
                )
                for i in indicators
                for position, s in enumerate(i.series)
            ],
        ),
        "series_break": _frame(
            "series_break", [(i.id, b.year, b.reason) for i in indicators for b in i.breaks]
        ),
    }


def summed_counts(series: Series) -> frozenset[str]:
    """Return the variables a group of communes adds up for a series; none when it has no figure of it.

    A denominator between two years may be of another year than the count it divides: it is not one that a
    commune lacks for a year.
    """
    formula = series.formula
    if Level.GROUPE not in series.levels or not isinstance(formula, Ratio | Difference | WeightedMean):
        return frozenset()
    if isinstance(formula, Ratio) and formula.denominator_year == "interpolated":
        return frozenset(formula.numerator)
    return formula.variables


def _divisors(formula: Formula) -> Iterable[str]:
    """Return the variables of the denominator of a formula that has one."""
    match formula:
        case Ratio():
            return formula.denominator
        case WeightedMean():
            return (formula.weight,)
        case _:
            return ()


def dataset_tables(
    catalogue: Catalogue, extracts: pl.DataFrame, observations: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """Return tables ``dataset`` and ``millesime``.

    Args:
        catalogue: the declarations.
        extracts: table ``extract``, which says what is held.
        observations: table ``observation``, for the latest reference year.

    Returns:
        Both frames by name; every dataset and edition declared, held or not.
    """
    editions, years = latest(extracts, "edition"), latest(observations, "millesime")
    held = set(extracts.select("dataset", "edition").iter_rows())
    datasets = catalogue.datasets.values()
    return {
        "dataset": _frame(
            "dataset",
            [
                (
                    *(d.id, d.title, d.producer, d.group, d.licence, d.citation, d.page, d.description),
                    *(d.publication_month, d.publication_lag, d.address_verified, d.layout_verified),
                    *(d.id in editions, editions.get(d.id), years.get(d.id)),
                )
                for d in datasets
            ],
        ),
        "millesime": _frame(
            "millesime",
            [
                (
                    *(d.id, m.edition, m.kind, m.url, m.geography, m.published, m.accessed),
                    *((m.provenance, m.reservations) if (d.id, m.edition) in held else (None, None)),
                    float(m.tolerance),
                )
                for d in datasets
                for m in d.millesimes
            ],
        ),
    }


def latest(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """Return the greatest year of a column by dataset, datasets without any left out."""
    import polars as pl

    found = frame.filter(pl.col(column).is_not_null()).group_by("dataset").agg(pl.col(column).max())
    return dict(found.iter_rows())


def awaited_table(
    indicators: Sequence[Indicator], catalogue: Catalogue, values: pl.DataFrame, extracts: pl.DataFrame
) -> pl.DataFrame:
    """Return table ``awaited``: which dataset would give an indicator at a level without any figure.

    Args:
        indicators: the declarations.
        catalogue: which dataset gives which variable, at which level.
        values: table ``value``.
        extracts: table ``extract``.

    Returns:
        One row per indicator, level and dataset awaited, the dataset null when none of the catalogue gives
        it.
    """
    import polars as pl

    usable = values.filter(pl.col("status").is_in([s.value for s in Status if s.usable]))
    known = set(usable.select("indicator", "level").unique().iter_rows())
    held = set(extracts["dataset"])
    rows: list[tuple[str, str, str | None, str]] = []
    for indicator in indicators:
        for level in Level:
            if level in indicator.levels and (indicator.id, level.value) not in known:
                found = {d.id: d for d in _providers(indicator.series, level, catalogue)}
                rows += [(indicator.id, level.value, d.id, _reason(d, held, level)) for d in found.values()]
                if not found:
                    reason = "Aucun jeu de données ne donne ce niveau."
                    rows.append((indicator.id, level.value, None, reason))
    return _frame("awaited", rows)


def _providers(series: Iterable[Series], level: Level, catalogue: Catalogue) -> Iterable[Dataset]:
    """Yield the datasets that give a variable of a series at a level, or at the level it is summed from."""
    for one in series:
        counted = isinstance(one.formula, Ratio | Difference)
        summed = level in _SUMMED or (counted and level in _SUMMED_OF_COUNTS)
        wanted = {level, Level.COMMUNE} if summed else {level}
        if level in one.levels:
            for variable in sorted(one.formula.variables):
                for dataset in catalogue.providers(variable):
                    if wanted & levels_of(dataset):
                        yield dataset


def levels_of(dataset: Dataset) -> set[Level]:
    """Return the levels the files of a dataset may hold."""
    territory = dataset.layout.territory
    return {territory.fixed.level} if territory.fixed else {rule.level for rule in territory.rules}


def _reason(dataset: Dataset, held: set[str], level: Level) -> str:
    if dataset.id in held and level in _SUMMED_OF_COUNTS and level not in levels_of(dataset):
        return (
            f"{dataset.title}\u00a0: le fichier reçu n’a pas assez de communes pour en faire la somme "
            f"({percent(KNOWN_SHARE)} de la population)\u00a0; déposez le fichier national et la "
            "table d’appartenance géographique."
        )
    if dataset.id in held:
        return f"{dataset.title}\u00a0: le fichier reçu ne donne pas ce niveau."
    return f"{dataset.title} ({dataset.producer})\u00a0: pas encore reçu."


def _frame(name: str, rows: Sequence[tuple[Any, ...]]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(rows, schema=named(name).schema, orient="row")


def perimeter_breaks(home: Home) -> pl.DataFrame:
    """Return table ``perimeter_break``: the past perimeters the territory declares.

    Args:
        home: the territory followed.

    Returns:
        One row per dataset and year from which its figures are of other communes; empty without any.
    """
    import polars as pl

    rows = [
        (Level.EPCI.value, home.epci.code, past.donnees, year, reason)
        for past in home.perimetres
        for year, reason in past.breaks.items()
    ]
    return pl.DataFrame(rows, schema=PERIMETER_BREAK.schema, orient="row")


def journal_table(home: Place) -> pl.DataFrame:
    """Return table ``journal``: the decisions taken before the release that is being built, without names.

    Args:
        home: where the journal is kept.

    Returns:
        One row per decision, the oldest first, numbered from 1.
    """
    rows = [
        (position, e.what, e.release, e.previous, e.when, e.why)
        for position, e in enumerate(journal.read(home), 1)
    ]
    return _frame("journal", rows)


def local_table(folder: Path, territories: Territories, indicators: Sequence[Indicator]) -> pl.DataFrame:
    """Return table ``local``: the contract's lists, then what an agent wrote in ``folder``.

    Args:
        folder: files of the local layer.
        territories: for what they may name.
        indicators: the declarations; those of :func:`followed` may be given a target.

    Returns:
        One row per cell that is filled, in the columns of the table.

    Raises:
        ValidationFailed: naming every fault of every file.
    """
    from pipelines.local_checks import validate_local
    from sources.local import load_local, local_rows
    from sources.local.reading import LISTS

    layer = load_local(folder, known_codes(territories, indicators), territories.folder / LISTS)
    validate_local(layer)
    return _frame("local", local_rows(layer, territories.pockets))


def known_codes(territories: Territories, indicators: Iterable[Indicator]) -> Known:
    """Return the codes the files of the local layer may name."""
    from sources.local.reading import Known

    return Known(
        communes={code: commune.nom for code, commune in territories.communes.items()},
        quartiers=territories.known(Level.QPV),
        indicators=followed(indicators),
        teams=territories.teams,
    )


def followed(indicators: Iterable[Indicator]) -> dict[str, tuple[float | None, float | None]]:
    """Return the bounds of the indicators of the follow-up base, for which a target may be set.

    They are all those that say more or less need; of the IDH-4, the index alone.

    Returns:
        Indicator → lowest and highest value, in its unit; None at an end without any.
    """
    kept: dict[str, tuple[float | None, float | None]] = {}
    index = ""
    for indicator in indicators:
        if indicator.theme is Theme.IDH4:
            index = index or indicator.id
            if indicator.id != index:
                continue
        if indicator.direction is not Direction.DESCRIPTIVE:
            kept[indicator.id] = indicator.bounds
    return kept
