"""All values of all indicators, from observations: what the pipeline calls.

Order: resolve, sum, formulas, mortality and its inheritance, IDH-4, then one row that says why for every
indicator and territory that has no figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from indicators.figures import Figures
from indicators.frames import is_usable, value_schema
from indicators.idh4 import compute_idh4
from indicators.inheritance import inherit_from_canton
from indicators.model import (
    POPULATION,
    Composite,
    Indicator,
    Published,
    Series,
    WeightedMean,
)
from indicators.mortality import DEFAULT_PERIOD, estimated_icm
from indicators.references import completed
from indicators.registry import INDICATORS
from indicators.resolve import CatalogueView, TerritoryView, membership_frame, resolve, with_sums
from indicators.secrecy import protect
from indicators.series import direct_values, value_rows
from indicators.themes.revenus import niveau_vie_median
from sources.french import number_column
from sources.vocabulary import Level, Status

if TYPE_CHECKING:
    import polars as pl

    from sources.territory.model import Home


class GoalpostView(TerritoryView, Protocol):
    """Territories that also hold the IDH-4 goalposts."""

    @property
    def goalposts(self) -> pl.DataFrame:
        """Table ``goalpost``."""

    @property
    def home(self) -> Home | None:
        """The authority, with its past perimeters; None where there is none."""


def compute_values(
    observations: pl.DataFrame,
    territories: GoalpostView,
    catalogue: CatalogueView,
    sums: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Compute the ``value`` table.

    Args:
        observations: Table ``observation``, all datasets together.
        territories: Followed territories, memberships and goalposts.
        catalogue: Datasets and variables.
        sums: Rows of the ``value`` table of our reference territories, added up from their communes
            (:func:`indicators.elsewhere.compute_elsewhere`), for what their producer does not give.

    Returns:
        One row per indicator, series, territory and period; every indicator × territory has at least one row,
        whose status says why when there is no figure.
    """
    import polars as pl

    formulas = [series.formula for indicator in INDICATORS for series in indicator.series]
    means = [formula for formula in formulas if isinstance(formula, WeightedMean)]
    resolved = with_sums(resolve(observations, catalogue), catalogue, territories, means)
    members = membership_frame(territories)
    figures = Figures.of(resolved, communes=members)
    direct = [one for indicator in INDICATORS for one in direct_values(indicator, figures)]
    values = protect(value_rows(direct, figures), resolved, members, catalogue)
    values = pl.concat([values, _mortality(values, resolved, territories)])
    income_breaks = niveau_vie_median.breaks
    index = compute_idh4(values, figures, territories.goalposts, income_breaks)
    values = _on_past_perimeter(pl.concat([values, index]), territories.home)
    if sums is not None:
        values = completed(values, sums)
    values = pl.concat([values, _absent(values, territories)])
    positions = {indicator.id: i for i, indicator in enumerate(INDICATORS)}
    return (
        values.with_columns(_position=pl.col("indicator").replace_strict(positions, return_dtype=pl.Int32))
        .sort("_position", "series", "level", "code", "perimeter", "millesime", "edition", nulls_last=False)
        .select(list(value_schema()))
    )


def _composite(method: str) -> tuple[Indicator, Series]:
    """The declared indicator and series of a method."""
    return next(
        (indicator, series)
        for indicator in INDICATORS
        for series in indicator.series
        if isinstance(series.formula, Composite) and series.formula.method == method
    )


def _on_past_perimeter(values: pl.DataFrame, home: Home | None) -> pl.DataFrame:
    """Say which figures of the authority its producer gave on other communes than today's."""
    import polars as pl

    if home is None:
        return values
    for perimeter in home.perimetres:
        concerned = (
            (pl.col("level") == Level.EPCI.value)
            & (pl.col("code") == home.epci.code)
            & (pl.col("datasets") == perimeter.donnees)
            & (pl.col("millesime") < perimeter.actuel_depuis)
        )
        said = pl.col("millesime").map_elements(perimeter.note, return_dtype=pl.String)
        note = pl.concat_str("note", pl.when(concerned).then(said), separator=" ", ignore_nulls=True)
        values = values.with_columns(note=pl.when(concerned).then(note).otherwise("note"))
    return values


def _mortality(values: pl.DataFrame, resolved: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Estimated index of cantons, EPCI and groups, and what communes and QPV take from their canton.

    Where the observatory's own index of a canton is there, it is the one inherited, and the estimate of that
    canton is left out.
    """
    import polars as pl

    indicator, series = _composite("estimated_icm")
    levels = [level.value for level in series.levels]
    estimate = estimated_icm(resolved, territories)
    years = pl.format(
        "Indice estimé\u00a0: {} décès observés en {} pour {} attendus aux taux français par sexe et âge "
        "quinquennal\u00a0; l’intervalle compte le hasard des décès et {} points d’erreur de modèle.",
        number_column(pl.col("observed")),
        pl.lit(DEFAULT_PERIOD.label),
        *(number_column(pl.col(c), 1) for c in ("expected", "model")),
    )
    estimated = estimate.select(
        indicator=pl.lit(indicator.id),
        series=pl.lit(series.id),
        concept=pl.lit(series.concept),
        level="level",
        code="code",
        perimeter=pl.lit(None, pl.String),
        millesime=pl.lit(DEFAULT_PERIOD.last),
        edition=pl.lit(DEFAULT_PERIOD.last),
        period=pl.lit(DEFAULT_PERIOD.label),
        value="value",
        numerator="observed",
        denominator="expected",
        denominator_millesime=pl.lit(None, pl.Int32),
        denominator_next=pl.lit(None, pl.Int32),
        lower="lower",
        upper="upper",
        status="status",
        origin=pl.lit("estimated"),
        datasets="dataset",
        extracts="extract",
        note=years,
    ).cast(value_schema())
    published = values.filter((pl.col("indicator") == indicator.id) & (pl.col("level") == Level.CANTON.value))
    estimated = estimated.join(
        published.filter(is_usable(pl.col("status"))).select("level", "code"),
        on=["level", "code"],
        how="anti",
    )
    cantons = pl.concat([published, estimated.filter(pl.col("level") == Level.CANTON.value)])
    population = _latest_population(resolved)
    inherited = inherit_from_canton(cantons, territories, population)
    note = pl.format("Valeur du canton ({}), dont le territoire hérite.", pl.col("inherited_from"))
    inherited = inherited.with_columns(
        # A quarter compared with its commune would be compared with itself: both have the canton's value.
        concept=pl.when(pl.col("level") == Level.QPV.value)
        .then(pl.concat_str("concept", pl.lit("_quartier")))
        .otherwise("concept"),
        origin=pl.lit("inherited"),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
        note=pl.concat_str(note, "note", separator=" ", ignore_nulls=True),
    ).select(list(value_schema()))
    # A quarter over two cantons, one of them published: the observatory's figure comes before an estimate.
    official = pl.col("status") != Status.ESTIMATED.value
    inherited = inherited.filter(official | ~official.any().over("level", "code", "perimeter"))
    straddling = _straddling(inherited, territories)
    france = estimated.head(1).with_columns(
        level=pl.lit(Level.FRANCE.value),
        code=pl.lit("F"),
        value=pl.lit(100.0),
        lower=pl.lit(None, pl.Float64),
        upper=pl.lit(None, pl.Float64),
        numerator=pl.lit(None, pl.Float64),
        denominator=pl.lit(None, pl.Float64),
        origin=pl.lit("composite"),
        note=pl.lit("Par construction, la France vaut 100."),
    )
    rows = pl.concat([estimated, inherited, straddling, france]).cast(value_schema())
    return rows.filter(pl.col("level").is_in(levels))


def _straddling(inherited: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """Rows that say why a QPV running out of the agglomeration inherits no mortality."""
    import polars as pl

    quarters = territories.territory.filter(pl.col("level") == Level.QPV.value)
    rows = inherited.filter(pl.col("level") == Level.QPV.value)
    absent = quarters.join(rows, on="code", how="anti").select("code", own_perimeter="perimeter")
    unknown = pl.lit(None, pl.Float64)
    return (
        absent.join(rows.head(1).drop("code"), how="cross")
        .with_columns(
            perimeter="own_perimeter",
            value=unknown,
            lower=unknown,
            upper=unknown,
            status=pl.lit(Status.NOT_PUBLISHED.value),
            datasets=pl.lit(""),
            extracts=pl.lit(""),
            note=pl.lit(
                "Quartier à cheval sur la limite de l’intercommunalité\u00a0: la mortalité de sa partie "
                "extérieure n’est pas connue."
            ),
        )
        .select(list(value_schema()))
    )


def _latest_population(resolved: pl.DataFrame) -> dict[str, float]:
    """Population of each commune at its latest census."""
    import polars as pl

    rows = resolved.filter(
        (pl.col("variable") == POPULATION)
        & (pl.col("level") == Level.COMMUNE.value)
        & pl.col("value").is_not_null()
    ).sort("period")
    return dict(rows.unique(subset="code", keep="last").select("code", "value").iter_rows())


def _absent(values: pl.DataFrame, territories: TerritoryView) -> pl.DataFrame:
    """One row per indicator and territory without any figure, with the reason as its status.

    A level that no formula covers is not published at that scale; the others wait for an extract.
    """
    import polars as pl

    covered = (
        pl.DataFrame(
            [
                (indicator.id, level.value)
                for indicator in INDICATORS
                for series in indicator.series
                for level in series.levels
                # No producer publishes a median of a group of communes, and none may be computed.
                if not (level is Level.GROUPE and isinstance(series.formula, Published))
            ],
            schema={"indicator": pl.String, "level": pl.String},
            orient="row",
        )
        .unique()
        .with_columns(status=pl.lit(Status.AWAITING_EXTRACT.value))
    )
    every = pl.DataFrame({"indicator": [indicator.id for indicator in INDICATORS]}).join(
        territories.territory.select("level", "code", "perimeter"), how="cross"
    )
    absent = every.join(
        values.select("indicator", "level", "code").unique(), on=["indicator", "level", "code"], how="anti"
    ).join(covered, on=["indicator", "level"], how="left")
    return (
        absent.select(
            "indicator",
            "level",
            "code",
            "perimeter",
            pl.col("status").fill_null(Status.NOT_PUBLISHED.value),
            **{
                name: pl.lit(
                    "" if name in ("series", "concept", "period", "origin", "datasets", "extracts") else None,
                    dtype,
                )
                for name, dtype in value_schema().items()
                if name not in ("indicator", "level", "code", "perimeter", "status")
            },
        )
        .select(list(value_schema()))
        .cast(value_schema())
    )
