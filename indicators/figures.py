"""Resolved observations as arrays: the figures of each variable, over one list of territories and periods.

A formula adds up, divides and compares figures of the same territory and period: whole numbers say which, and
names come back when rows are told.

Belongs here: making the arrays, of one figure where several are given, lining them up, giving the rows back.
Does not belong here: the sums of communes (``resolve``), the formulas themselves (``formulas``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeVar

from indicators.members import Members
from indicators.model import POPULATION
from indicators.numbering import NOTHING, coded, ranked
from sources.vocabulary import STATUS_SEVERITY, Level, Status

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from indicators.numbering import Codes

STATUSES = tuple(status.value for status in STATUS_SEVERITY)
"""The words behind ``status``, the number being the severity."""

HIDDEN = STATUSES.index(Status.SUPPRESSED.value)
USABLE = max(rank for rank, status in enumerate(STATUS_SEVERITY) if status.usable)
"""The most serious status that carries a number."""


@dataclass(frozen=True)
class Cells:
    """Figures of one thing: arrays of one length, an element per territory and period."""

    at: NDArray[np.int32]
    """Row of :attr:`Figures.periods`, in order and each once."""
    value: NDArray[np.float64]
    """NaN where there is none."""
    status: NDArray[np.int8]
    edition: NDArray[np.int32]
    """:data:`NOTHING` where it is not known."""
    origin: NDArray[np.int8]
    source: NDArray[np.int32]

    def take(self, index: Codes | NDArray[np.bool_]) -> Self:
        """Return the elements at given positions, or those where a mask is true."""
        return replace(self, **{one.name: getattr(self, one.name)[index] for one in fields(self)})

    @classmethod
    def stacked(cls, parts: Sequence[Self]) -> Self:
        """Return figures of several things one below another; one at least."""
        import numpy as np

        def whole(name: str) -> NDArray[Any]:
            return np.concatenate([getattr(part, name) for part in parts])

        return cls(**{one.name: whole(one.name) for one in fields(cls)})

    def where(self, mask: NDArray[np.bool_], other: Self) -> Self:
        """Return these elements where a mask is true, those of another where it is not."""
        import numpy as np

        mine = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: np.where(mask, a, getattr(other, name)) for name, a in mine.items()})

    def beside(self, at: NDArray[np.int32], told: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Look up the values of given periods, or other numbers there is one of for each value.

        Returns:
            One number for each of ``at``, NaN where there is none.
        """
        import numpy as np

        if np.array_equal(self.at, at):
            return self.value if told is None else told
        index = np.searchsorted(self.at, at)
        found = np.append(self.at, NOTHING)[index] == at
        return np.where(found, np.append(self.value if told is None else told, np.nan)[index], np.nan)


_Cells = TypeVar("_Cells", bound=Cells)


class Sources:
    """The datasets and files that figures come from: each set of names once, told by a number."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Number the sets of names given: comma-separated datasets, and comma-separated files."""
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def together(self, first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.int32]:
        """Put together the names that two figures come from.

        Returns:
            The number of the names of both, element by element.
        """
        import numpy as np

        if np.array_equal(first, second):
            return first
        one, ones = ranked(first)
        two, twos = ranked(second)
        pairs, rank = ranked(ones * len(two) + twos)
        numbers = [self._number(one[pair // len(two)], two[pair % len(two)]) for pair in pairs]
        return np.array(numbers, np.int32)[rank]

    def _number(self, first: int, second: int) -> int:
        if first == second:
            return first
        name = tuple(
            ", ".join(sorted({*one.split(", "), *two.split(", ")}))
            for one, two in zip(self.names[first], self.names[second], strict=True)
        )
        datasets, extracts = name
        number = self._numbers.setdefault((datasets, extracts), len(self.names))
        if number == len(self.names):
            self.names.append((datasets, extracts))
        return number


@dataclass(frozen=True)
class Figures:
    """One figure per variable, territory and period."""

    periods: pl.DataFrame
    """``level``, ``code``, ``perimeter``, ``stated`` and ``period``, sorted, each once."""
    group: Codes
    """By row of ``periods``: which territory, the years it states and those it does not apart."""
    stated: NDArray[np.bool_]
    """Column ``stated`` of ``periods``."""
    year: NDArray[np.int32]
    """Column ``period`` of ``periods``."""
    level: NDArray[np.int8]
    """By row of ``periods``: which of :attr:`levels`."""
    levels: Sequence[str]
    cells: Mapping[str, Cells]
    sources: Sources
    origins: Sequence[str | None]
    """The words behind ``origin``, in alphabetical order."""
    members: Members = field(repr=False)

    @classmethod
    def of(
        cls,
        rows: pl.DataFrame,
        priority: Mapping[str, int] | None = None,
        communes: pl.DataFrame | None = None,
    ) -> Figures:
        """Line up the figures of observations.

        Args:
            rows: Columns of table ``observation`` but ``line`` and ``column``, and ``origin`` where it is not
                always the producer's own; texts or categories.
            priority: That of each dataset, where several rows may be of one variable, territory and period
                (:func:`indicators.resolve.preferred`).
            communes: Those of every aggregate (:func:`indicators.resolve.membership_frame`), where the
                intervals of aggregates are asked for.

        Returns:
            One figure for each.

        Raises:
            ValueError: several rows are of one figure, and no priority is given.
        """
        import numpy as np
        import polars as pl

        if "origin" not in rows.columns:
            rows = rows.with_columns(origin=pl.lit("producer", pl.Enum(["producer"])))
        codes, words = coded(rows.select(_TEXTS))

        def joint(*names: str) -> Codes:
            """Number combinations of texts, in the order of the texts."""
            shape = [len(words[name]) for name in names]
            return np.ravel_multi_index([codes[name] for name in names], shape)

        def texts(name: str, among: Codes) -> pl.Series:
            return pl.Series(name, words[name], pl.String).gather(among)

        territory = "level", "code", "perimeter"
        places, place = ranked(joint(*territory))
        stated = rows["millesime"].is_not_null().to_numpy()
        year = rows.select(pl.coalesce("millesime", "edition")).to_series().to_numpy()
        first, span = (int(year.min()), int(np.ptp(year)) + 1) if year.size else (0, 1)
        periods, at = ranked((place * 2 + stated) * span + (year - first))
        sets, source = ranked(joint("dataset", "extract"))
        severity = np.array([STATUSES.index(word) if word else NOTHING for word in words["status"]], np.int8)
        every = Cells(
            at=at.astype(np.int32),
            value=rows["value"].cast(pl.Float64).fill_null(float("nan")).to_numpy(),
            status=severity[codes["status"]],
            edition=rows["edition"].fill_null(NOTHING).to_numpy(),
            origin=codes["origin"].astype(np.int8),
            source=source.astype(np.int32),
        )
        of = np.unravel_index(places[periods // (2 * span)], [len(words[name]) for name in territory])
        known = np.unravel_index(sets, (len(words["dataset"]), len(words["extract"])))
        years, is_stated = (periods % span + first).astype(np.int32), periods // span % 2 == 1
        sources = Sources(zip(texts("dataset", known[0]), texts("extract", known[1]), strict=True))
        rank = None if priority is None else np.array([priority[name] for name, _ in sources.names], np.int64)
        named = pl.DataFrame(
            [texts(name, number) for name, number in zip(territory, of, strict=True)]
        ).with_columns(stated=pl.Series(is_stated), period=pl.Series(years))
        return cls(
            named,
            periods // span,
            is_stated,
            years,
            of[0].astype(np.int8),
            [word or "" for word in words["level"]],
            dict(_one_each(every, codes["variable"], words["variable"], rank, known[0])),
            sources,
            words["origin"],
            Members.of(named, communes),
        )

    @cached_property
    def inhabitants(self) -> NDArray[np.float64]:
        """Population of the commune at the nearest census, the later of two as near, by row of ``periods``.

        NaN for what is not a commune or states no year, and where no census gives its population.
        """
        import numpy as np

        cells = self.cells.get(POPULATION, self.of_none())
        mine = self.stated & self.of_levels([Level.COMMUNE.value])
        known = cells.take(mine[cells.at] & ~np.isnan(cells.value))
        at = np.flatnonzero(mine)
        found, before, after = self.around(at, known)
        year, years = self.year[at[found]], self.year[known.at]
        nearest = np.where(years[after] - year <= year - years[before], after, before)
        people = np.full(self.year.size, np.nan)
        people[at[found]] = known.value[nearest]
        return people

    def around(self, at: NDArray[np.integer], cells: Cells) -> tuple[NDArray[np.bool_], Codes, Codes]:
        """Find the figures of the same territories before and after given periods, or of these very ones.

        Args:
            at: Rows of :attr:`periods`.
            cells: Where to look.

        Returns:
            Which of ``at`` have any, and of these the positions in ``cells`` of the one before and of the one
            after: the only one twice where there is no other.
        """
        import numpy as np

        before = np.searchsorted(cells.at, at, side="right") - 1
        after = np.searchsorted(cells.at, at, side="left")
        # Of another territory is as good as none.
        group, mine = np.append(self.group[cells.at], NOTHING), self.group[at]
        has_before, has_after = group[before] == mine, group[after] == mine
        found = has_before | has_after
        return (
            found,
            np.where(has_before, before, after)[found],
            np.where(has_after, after, before)[found],
        )

    def of_levels(self, levels: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which territories are of some levels.

        Returns:
            One element by row of ``periods``.
        """
        import numpy as np

        return np.isin(self.levels, list(levels))[self.level]

    def of_none(self) -> Cells:
        """Return no figure at all."""
        import numpy as np

        whole, small = np.zeros(0, np.int32), np.zeros(0, np.int8)
        return Cells(whole, np.zeros(0), small, whole, small, whole)

    def told(self, cells: Cells) -> pl.DataFrame:
        """Return figures as rows.

        Args:
            cells: Those of a variable, or of a formula.

        Returns:
            Columns of :attr:`periods`, ``millesime``, ``edition``, ``value``, ``status``, ``origin``,
            ``dataset`` and ``extract``, in the order of :attr:`periods`.
        """
        import polars as pl

        sets = pl.DataFrame(self.sources.names, {"dataset": pl.String, "extract": pl.String}, orient="row")
        return pl.concat([self.periods[cells.at], sets[cells.source]], how="horizontal").with_columns(
            millesime=pl.when("stated").then("period"),
            edition=there(cells.edition),
            value=pl.Series(cells.value, nan_to_null=True),
            status=pl.Series(STATUSES).gather(cells.status),
            origin=pl.Series(self.origins, dtype=pl.String).gather(cells.origin),
        )

    def rows(self, variables: Iterable[str]) -> pl.DataFrame:
        """Return resolved observations of some variables.

        Args:
            variables: Their names; those without figures have no row.

        Returns:
            The columns of :meth:`told` and ``variable``.
        """
        import numpy as np
        import polars as pl

        names = sorted(self.cells.keys() & set(variables))
        found = [self.cells[name] for name in names]
        of = np.repeat(np.arange(len(names)), [cells.at.size for cells in found])
        variable = pl.Series("variable", names, pl.String).gather(of)
        return self.told(Cells.stacked([self.of_none(), *found])).with_columns(variable)


def aligned(*cells: _Cells) -> list[_Cells]:
    """Return figures of several things for the territories and periods that all of them have."""
    import numpy as np

    shared = cells[0].at
    for one in cells[1:]:
        if not np.array_equal(one.at, shared):
            shared = shared[np.isin(shared, one.at, kind="table")]
    return [one if one.at.size == shared.size else one.take(np.searchsorted(one.at, shared)) for one in cells]


def there(years: NDArray[np.int32]) -> pl.Series:
    """Return years as a column, null where there is :data:`NOTHING`."""
    import polars as pl

    return pl.select(pl.when(pl.Series(years) != NOTHING).then(pl.Series(years))).to_series()


_TEXTS = ("level", "code", "perimeter", "variable", "dataset", "extract", "status", "origin")


def _one_each(
    every: Cells,
    variable: NDArray[np.integer],
    names: Sequence[str | None],
    rank: Codes | None,
    dataset: NDArray[np.integer],
) -> Iterator[tuple[str, Cells]]:
    """Yield the figures of each variable in order of period, of several the preferred one.

    One that a later edition of the same dataset hides is gone. A usable one goes before one that is not, then
    the dataset of the smallest rank, the latest edition, the first name.
    """
    import numpy as np

    order = np.argsort(variable.astype(np.uint16), kind="stable")
    counts = np.bincount(variable, minlength=len(names))
    for name, index in zip(names, np.split(order, np.cumsum(counts)[:-1]), strict=True):
        if name is None or not index.size:
            continue
        cells = every.take(index)
        if np.any(cells.at[1:] <= cells.at[:-1]):
            cells = cells.take(np.argsort(cells.at, kind="stable"))
            if np.any(cells.at[1:] == cells.at[:-1]):
                if rank is None:
                    raise ValueError(f"several rows are of one figure of {name}")
                cells = _not_hidden_since(cells, dataset[cells.source])
                ranks = rank[cells.source]
                best = (cells.source, -cells.edition, ranks, cells.status > USABLE, cells.at)
                cells = cells.take(np.lexsort(best))
                cells = cells.take(np.append(True, cells.at[1:] != cells.at[:-1]))
        yield name, cells


def _not_hidden_since(cells: Cells, dataset: NDArray[np.integer]) -> Cells:
    """Leave out the figures that the latest edition of their dataset gives as a secret."""
    import numpy as np

    if not np.any(cells.status == HIDDEN):
        return cells
    order = np.lexsort((cells.status, -cells.edition, dataset, cells.at))
    cells, dataset = cells.take(order), dataset[order]
    begins = np.append(True, (cells.at[1:] != cells.at[:-1]) | (dataset[1:] != dataset[:-1]))
    latest = np.maximum.accumulate(np.where(begins, np.arange(begins.size), 0))
    hidden = (cells.status[latest] == HIDDEN) & (cells.edition < cells.edition[latest])
    return cells.take(~hidden)
