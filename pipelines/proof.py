"""One figure made again from the very cells of the files: where each is, and what the formula gives.

Belongs here: finding the cells of a value, reading the files again, applying the formula. Does not belong
here: what is printed (``proof_commands``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indicators.model import Published as Stated
from indicators.model import Ratio
from pipelines import deposits
from pipelines.home import Home
from pipelines.publication import PublicationError
from sources.problems import quoted

if TYPE_CHECKING:
    import polars as pl

    from indicators.model import Formula, Series

SAME = 1e-9
"""Relative difference below which the figure made again is that of the release."""


@dataclass(frozen=True)
class Cell:
    """One cell a figure is made of."""

    dataset: str
    edition: int
    file: str
    sha256: str
    code: str
    variable: str
    millesime: int | None
    line: int
    column: str
    value: float | None
    status: str
    read_again: float | None
    """What the file says there now, ``None`` where it cannot be read again."""
    intact: bool
    """The file is there and its digest is that of the release."""


@dataclass(frozen=True)
class Proof:
    """A figure of a release, and what was found again."""

    value: Mapping[str, Any]
    """Its row of the table ``value``."""
    formula: str
    cells: tuple[Cell, ...]
    numerator: float | None
    denominator: float | None
    result: float | None
    """``None`` where the formula is not one that cells of one territory and year give."""

    @property
    def proved(self) -> bool:
        """Whether the files give the very figure of the release."""
        said = self.value["value"]
        if said is None or self.result is None:
            return False
        whole = all(cell.intact and cell.read_again == cell.value for cell in self.cells)
        return whole and abs(self.result - said) <= SAME * max(1.0, abs(said))


def prove(
    tables: Mapping[str, pl.DataFrame], home: Home, code: str, indicator: str, year: int | None
) -> Proof:
    """Find a figure in a release and make it again.

    Args:
        tables: ``value``, ``observation``, ``extract``, ``series`` and ``membership`` of the release.
        home: where its deposits are.
        code: territory.
        indicator: identifier of the indicator.
        year: reference year; the latest that carries a number by default.

    Raises:
        PublicationError: the release has no such figure.
    """
    value = _found(tables["value"], code, indicator, year)
    series = _series(indicator, value["series"])
    cells = _cells(tables, home, value, series)
    label = tables["series"].filter(indicator=indicator, series=value["series"])["formula"]
    numerator, denominator, result = _replayed(series.formula, value, cells)
    return Proof(value, label.item() if label.len() else "", cells, numerator, denominator, result)


def _found(values: pl.DataFrame, code: str, indicator: str, year: int | None) -> Mapping[str, Any]:
    import polars as pl

    from indicators.registry import INDICATORS

    known = sorted(i.id for i in INDICATORS)
    own = values.filter(
        (pl.col("indicator") == indicator) & (pl.col("code") == code) & (pl.col("series") != "")
    )
    if own.is_empty():
        advice = "" if indicator in known else f" Indicateurs\u00a0: {', '.join(known)}."
        raise PublicationError(f"Aucun chiffre de {quoted(indicator)} pour {quoted(code)}.{advice}")
    dated = own.filter(pl.col("millesime") == year) if year else own.filter(pl.col("value").is_not_null())
    if dated.is_empty():
        years = ", ".join(str(y) for y in own["millesime"].drop_nulls().unique().sort())
        raise PublicationError(f"Aucun chiffre de cette année. Années publiées\u00a0: {years or 'aucune'}.")
    return dated.sort("millesime", "edition", nulls_last=False).row(-1, named=True)


def _series(indicator: str, name: str) -> Series:
    from indicators.registry import by_id

    try:
        return next(s for s in by_id(indicator).series if s.id == name)
    except (KeyError, StopIteration) as error:
        raise PublicationError(
            f"La formule de {quoted(indicator)} n’est plus celle d’un indicateur déclaré."
        ) from error


def _cells(
    tables: Mapping[str, pl.DataFrame], home: Home, value: Mapping[str, Any], series: Series
) -> tuple[Cell, ...]:
    """Return the cells of a value: those of its territory, or of the communes it adds up."""
    import polars as pl

    if value["origin"] not in ("producer", "sum"):
        return ()
    years = [value["millesime"], value["denominator_millesime"], value["denominator_next"]]
    rows = tables["observation"].filter(
        pl.col("variable").is_in(sorted(series.formula.variables))
        & pl.col("extract").is_in(value["extracts"].split(", "))
        & (pl.col("millesime").is_in([y for y in years if y is not None]) | pl.col("millesime").is_null())
    )
    own = {"level": value["level"], "code": value["code"]}
    if value["origin"] == "sum":
        members = tables["membership"].filter(
            parent_level=own["level"], parent_code=own["code"], level="commune"
        )
        rows = rows.filter(level="commune").join(members, on="code", how="semi")
    else:
        rows = rows.filter(**own).filter(
            pl.col("perimeter").eq_missing(pl.lit(value["perimeter"], pl.String))
        )
    names = tables["extract"].select("extract", "dataset", "edition", "file", "sha256")
    rows = rows.join(names, on=["extract", "dataset", "edition"], how="left").sort("file", "line", "column")
    return _read_again(home, rows)


def _read_again(home: Home, rows: pl.DataFrame) -> tuple[Cell, ...]:
    found: list[Cell] = []
    for (sha256, dataset, edition), own in rows.group_by("sha256", "dataset", "edition", maintain_order=True):
        path = where(home, str(sha256))
        again = _file_cells(path, str(dataset), int(str(edition)), own["file"][0]) if path else None
        for row in own.iter_rows(named=True):
            key = (row["variable"], row["level"], row["code"], row["millesime"], row["line"], row["column"])
            found.append(
                Cell(
                    *(
                        row["dataset"],
                        row["edition"],
                        row["file"],
                        row["sha256"],
                        row["code"],
                        row["variable"],
                    ),
                    *(row["millesime"], row["line"], row["column"], row["value"], row["status"]),
                    read_again=again.get(key) if again is not None else None,
                    intact=path is not None,
                )
            )
    return tuple(found)


def where(home: Home, sha256: str) -> Path | None:
    """Return the file of this content, embedded or deposited, its digest computed again."""
    from sources import files
    from sources.catalogue import load_catalogue

    declared = (path for _, _, extract, path in load_catalogue().embedded() if extract.sha256 == sha256)
    for path in (*declared, deposits.stored(home, sha256)):
        if path.is_file() and files.digest(path) == sha256:
            return path
    return None


def _file_cells(
    path: Path, dataset: str, edition: int, name: str
) -> dict[tuple[Any, ...], float | None] | None:
    """Read a file again, apart from the home; ``None`` when it is refused."""
    import os
    import shutil
    import tempfile

    from sources.catalogue import load_catalogue
    from sources.problems import ExtractRefused
    from sources.readers import read_extract
    from sources.territory.files import load_territories

    declared = load_catalogue().datasets[dataset]
    millesime = next((m for m in declared.millesimes if m.edition == edition), None)
    with tempfile.TemporaryDirectory(prefix="bcs-prouver-", ignore_cleanup_errors=True) as folder:
        # The store names files by their digest, the reader knows them by their own name.
        copy = Path(folder) / Path(name).name
        try:
            os.link(path, copy)
        except OSError:
            shutil.copyfile(path, copy)
        try:
            observations = read_extract(copy, declared, edition, millesime, load_territories()).observations
        except ExtractRefused:
            return None
    columns = ("variable", "level", "code", "millesime", "line", "column", "value")
    return {row[:-1]: row[-1] for row in observations.select(columns).iter_rows()}


def _replayed(
    formula: Formula, value: Mapping[str, Any], cells: Sequence[Cell]
) -> tuple[float | None, float | None, float | None]:
    """Apply the formula to what the files say now: numerator, denominator, result."""
    if isinstance(formula, Stated):
        own = [cell.read_again for cell in cells if cell.variable == formula.variable]
        return None, None, own[-1] if value["origin"] == "producer" and own else None
    if not isinstance(formula, Ratio):
        return None, None, None
    numerator = _combined(formula.numerator, cells, value["millesime"])
    denominator = _below(formula, value, cells)
    if numerator is None or not denominator:
        return numerator, denominator, None
    return numerator, denominator, formula.scale * numerator / denominator


def _below(formula: Ratio, value: Mapping[str, Any], cells: Sequence[Cell]) -> float | None:
    """The denominator: of one year, or on the line between two."""
    year, first, last = (value[name] for name in ("millesime", "denominator_millesime", "denominator_next"))
    start = _combined(formula.denominator, cells, first or year)
    end = _combined(formula.denominator, cells, last) if last is not None else None
    if start is None or end is None:
        return start
    return start + (end - start) * float(year - first) / float(last - first)


def _combined(terms: Mapping[str, float], cells: Sequence[Cell], year: int | None) -> float | None:
    """Add up cells by their coefficients, all territories together; ``None`` where one has no number."""
    total, seen = 0.0, set()
    for cell in cells:
        if cell.variable in terms and cell.millesime in (year, None):
            if cell.read_again is None:
                return None
            total += terms[cell.variable] * cell.read_again
            seen.add(cell.variable)
    return total if seen == set(terms) else None
