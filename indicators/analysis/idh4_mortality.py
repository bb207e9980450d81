"""The mortality behind the health part of the IDH-4: what we estimate, beside what INSEE publishes.

Belongs here: those rows of the analysis ``idh4_explication``. Does not belong here: the estimates
(``indicators.mortality``), the other rows (``idh4_explained``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from indicators.mortality import CRUDE_RATE, FINE_CENSUS, crude_icm, crude_rate
from sources.french import NBSP, number
from sources.vocabulary import Level

if TYPE_CHECKING:
    import polars as pl

    from indicators.compute import GoalpostView

OURS = "barometre"
"""Identifier of our own scale: the beginning of its measures."""


def mortality_rows(
    resolved: pl.DataFrame, territories: GoalpostView, departement: tuple[str, str]
) -> Iterator[dict[str, Any]]:
    """Set our estimates beside the rates INSEE publishes, of the authority and of the département.

    Args:
        resolved: Resolved observations with their sums.
        territories: For the authority.
        departement: Its code and its name.

    Yields:
        Rows of the table ``analysis``: deaths per 1 000 inhabitants and year, then an index, 100 in France.
    """
    import polars as pl

    home = territories.home
    rates = resolved.filter(pl.col("variable") == CRUDE_RATE).select("level", "code", "period", "value")
    published = {
        (level, code, year): value for level, code, year, value in rates.iter_rows() if value is not None
    }
    if home is None:
        return
    for (level, code, year), rate in sorted(published.items()):
        if (level, code) == (Level.EPCI.value, home.epci.code):
            ours = crude_rate(resolved, code, year)
            if ours is not None:
                yield {
                    "measure": f"{OURS}.mortalite_brute",
                    "value": ours,
                    "text": f"Taux brut de mortalité publié jusqu’en {year}{NBSP}: "
                    f"{number(rate, 1)}{NBSP}‰ par an{NBSP}; nos décès et populations des cinq "
                    f"années donnent {number(ours, 1)}{NBSP}‰.",
                }
    index = crude_icm(resolved, Level.DEPARTEMENT, departement[0])
    key = (Level.DEPARTEMENT.value, departement[0], FINE_CENSUS)
    if index is not None and key in published:
        yield {
            "measure": f"{OURS}.icm_departement",
            "value": index[0],
            "lower": index[1],
            "upper": index[2],
            "reference_level": Level.DEPARTEMENT.value,
            "reference_code": departement[0],
            "text": f"{departement[1]}, {FINE_CENSUS}{NBSP}: {number(published[key], 1)}{NBSP}‰ publié, soit "
            f"un indice de {number(index[0], 1)} aux taux français de 2018, estimé.",
        }
