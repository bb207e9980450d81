"""What was read of the producers' real files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from sources.readers import ReadResult
from sources.recognise import Recognised


@dataclass(frozen=True)
class National:
    """Everything read of the folder, for the whole of France."""

    recognised: Mapping[str, Recognised]
    results: Mapping[str, ReadResult]
    aside: Mapping[str, str]
    """File that is not ours → the reason."""

    @property
    def observations(self) -> pl.DataFrame:
        """Observations of every file."""
        return pl.concat(result.observations for result in self.results.values())

    def value(self, file: str, code: str, variable: str, millesime: int | None) -> tuple[float | None, str]:
        """Return the figure and the status of one cell."""
        rows = self.results[file].observations.filter(code=code, variable=variable)
        rows = rows.filter(pl.col("millesime").eq_missing(millesime))
        assert rows.height == 1, (file, code, variable, millesime)
        return rows["value"].item(), rows["status"].item()
