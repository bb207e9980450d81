"""The shape of the frames that travel between the steps, declared once.

Belongs here: column names, types and keys. Does not belong here: any computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from sources.columns import STATUS_LINE, TERRITORY_LINES, columns, polars_schema
from sources.vocabulary import STATUS_SEVERITY, Status

if TYPE_CHECKING:
    import polars as pl

_Frame = TypeVar("_Frame", "pl.DataFrame", "pl.LazyFrame")

TERRITORY_KEY = ("level", "code", "perimeter")
VALUE_KEY = ("indicator", "series", "level", "code", "perimeter", "millesime", "edition")

# The period of an observation: its reference year, or its edition where the producer states no year.
PERIOD_KEY = (*TERRITORY_KEY, "stated", "period")

VALUE_COLUMNS = columns(
    "indicator | Indicateur",
    "series | Série",
    "concept | Concept mesuré",
    *TERRITORY_LINES,
    "millesime:int? | Année de référence des données, vide si le producteur n’en donne pas",
    "edition:int? | Année d’édition",
    "period | Période, telle qu’on la lit",
    "value:num? | Valeur, vide si elle n’est pas utilisable",
    "numerator:num? | Numérateur",
    "denominator:num? | Dénominateur",
    "denominator_millesime:int? | Année du dénominateur, ou première des deux qui l’encadrent",
    "denominator_next:int? | Seconde de ces deux années, quand il est interpolé entre elles",
    "lower:num? | Borne basse de l’intervalle à 95 %",
    "upper:num? | Borne haute de l’intervalle à 95 %",
    STATUS_LINE,
    "origin | producer, sum, inherited, estimated ou composite",
    "datasets | Jeux de données employés",
    "extracts | Fichiers employés",
    "note? | Remarque",
)
"""The table ``value``: its schema, its checks, its database and what a page reads of it derive from this."""


def value_schema() -> pl.Schema:
    """Return the schema of the ``value`` table.

    Returns:
        Name → type of :data:`VALUE_COLUMNS`, in that order.
    """
    return polars_schema(VALUE_COLUMNS)


def severity(status: pl.Expr) -> pl.Expr:
    """Rank of a status, the highest being the one that prevails in a combination.

    Args:
        status: Words of :class:`Status`.

    Returns:
        Whole numbers from 0, the least serious.

    Raises:
        polars.exceptions.InvalidOperationError: when it is evaluated on a word that is no status.
    """
    import polars as pl

    ranks = {s.value: i for i, s in enumerate(STATUS_SEVERITY)}
    return status.replace_strict(ranks, return_dtype=pl.Int8)


def status_of(rank: pl.Expr) -> pl.Expr:
    """Status of a severity rank (inverse of :func:`severity`).

    Args:
        rank: What :func:`severity` gives.

    Returns:
        Words of :class:`Status`.
    """
    import polars as pl

    return rank.replace_strict({i: s.value for i, s in enumerate(STATUS_SEVERITY)}, return_dtype=pl.String)


def is_usable(status: pl.Expr) -> pl.Expr:
    """Whether a status carries a number.

    Args:
        status: Words of :class:`Status`.

    Returns:
        True for what is observed or estimated, null where there is no status.
    """
    return status.is_in([s.value for s in Status if s.usable])


def in_texts(frame: _Frame) -> _Frame:
    """Give back their texts to columns of categories.

    Args:
        frame: Any.

    Returns:
        The same rows and columns, those of type ``Enum`` as texts.
    """
    import polars as pl
    import polars.selectors as cs

    return frame.with_columns(cs.enum().cast(pl.String))


def one_below_another(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Concatenate frames each of which has categories of its own.

    Args:
        frames: Of the same columns, one at least; a column of categories may be of texts in some.

    Returns:
        Their rows, in order; a column that is of categories in one frame is of the categories of all.
    """
    import polars as pl

    # Asked once: what a frame says of its columns is made anew each time.
    schemas = [frame.schema for frame in frames]

    def kind(name: str) -> pl.Expr:
        kinds = [schema[name] for schema in schemas]
        if not any(isinstance(one, pl.Enum) for one in kinds):
            return pl.col(name)
        told = (
            one.categories if isinstance(one, pl.Enum) else frame[name].unique()
            for frame, one in zip(frames, kinds, strict=True)
        )
        return pl.col(name).cast(pl.Enum(pl.concat(told).drop_nulls().unique().sort()))

    kinds = [kind(name) for name in frames[0].columns]
    return pl.concat(frame.select(kinds) for frame in frames)


def followed(values: pl.DataFrame) -> pl.DataFrame:
    """Rows of the territories the barometer follows; all of them where nothing says which.

    Args:
        values: Rows of a table, with or without column ``followed``.

    Returns:
        The columns of ``values``; fewer rows where ``followed`` is false for some.
    """
    import polars as pl

    return values.filter(pl.col("followed").fill_null(True)) if "followed" in values.columns else values


def period_text() -> pl.Expr:
    """Return the period as it is read, from ``stated`` and ``period``: a year, or that of the edition.

    Returns:
        Texts in French.
    """
    import polars as pl

    edition = pl.format("année non précisée (édition {})", pl.col("period"))
    return pl.when("stated").then(pl.col("period").cast(pl.String)).otherwise(edition).alias("period")


def provenance() -> dict[str, pl.Expr]:
    """Return where a sum over communes comes from, to be aggregated: one year, the latest edition, all files.

    Returns:
        ``millesime``, ``edition``, ``dataset`` and ``extract``, the last two as comma-separated names.
    """
    import polars as pl

    return {
        "millesime": pl.col("millesime").first(),
        "edition": pl.col("edition").max(),
        **{name: pl.col(name).unique().sort().str.join(", ") for name in ("dataset", "extract")},
    }


def joined_names(*names: str) -> pl.Expr:
    """Sorted distinct names of columns that hold comma-separated ones, as one text.

    Args:
        names: Columns of texts, « a, b ».

    Returns:
        Texts, « a, b »; null where all of them are.
    """
    import polars as pl

    together = pl.concat_str(names, separator=", ", ignore_nulls=True)
    # Files are few beside rows: each text is put in order once.
    return together.map_batches(_in_order, return_dtype=pl.String)


def _in_order(texts: pl.Series) -> pl.Series:
    found = texts.drop_nulls().unique().to_list()
    return texts.replace({text: ", ".join(sorted(set(text.split(", ")))) for text in found})
