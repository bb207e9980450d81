"""When the next figures of a dataset are due, and whether they are late.

Belongs here: dates derived from the catalogue. Does not belong here: asking a producer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.home import Home
from pipelines.publication import current
from sources.catalogue import Catalogue
from sources.french import MONTHS
from sources.model import Dataset


@dataclass(frozen=True)
class Expectation:
    """What is held of a dataset, and what comes next."""

    dataset: Dataset
    edition: int | None
    """Latest edition held."""
    millesime: int | None
    """Latest reference year held."""
    next_millesime: int | None
    due: dt.date | None
    """First day of the month the next reference year is published in; None when no date is declared."""

    @property
    def held(self) -> bool:
        """Whether any extract is there."""
        return self.edition is not None

    def overdue(self, today: dt.date) -> bool:
        """Return whether the month of publication is over; never for a dataset nobody dropped yet."""
        if self.due is None:
            return False
        return (today.year, today.month) > (self.due.year, self.due.month)

    def message(self, today: dt.date) -> str:
        """Say in one French sentence where the dataset stands."""
        if not self.held:
            month = self.dataset.publication_month
            return (
                f"Extrait non déposé\u00a0; paraît en {MONTHS[month - 1]}."
                if month
                else "Extrait non déposé."
            )
        if self.due is None:
            return "Aucune date de publication déclarée."
        when = f"{MONTHS[self.due.month - 1]} {self.due.year}"
        if self.overdue(today):
            return f"Millésime {self.next_millesime} attendu depuis {when}\u00a0: déposez-le s’il est paru."
        return f"Millésime {self.next_millesime} attendu en {when}."


def expectation(dataset: Dataset, edition: int | None, millesime: int | None) -> Expectation:
    """Return what is expected of a dataset after the latest reference year held.

    Args:
        dataset: the declaration, with its month of publication and its lag in years.
        edition: latest edition held, None when no extract is there.
        millesime: latest reference year held, None when the producer states none.
    """
    month, lag = dataset.publication_month, dataset.publication_lag
    if millesime is None or month is None or lag is None:
        return Expectation(dataset, edition, millesime, None, None)
    following = millesime + 1
    return Expectation(dataset, edition, millesime, following, dt.date(following + lag, month, 1))


def expectations(catalogue: Catalogue, home: Home) -> list[Expectation]:
    """Return where every dataset stands in the current release, or in the catalogue when there is none."""
    from pipelines.release import read_table

    present = current(home)
    if present is None:
        held = {
            d.id: (max((m.edition for m in d.millesimes if m.extracts), default=None), None)
            for d in catalogue.datasets.values()
        }
    else:
        table = read_table(home.releases / present.file, "dataset")
        held = {
            row["dataset"]: (row["latest_edition"], row["latest_millesime"])
            for row in table.iter_rows(named=True)
        }
    return [expectation(d, *held.get(d.id, (None, None))) for d in catalogue.datasets.values()]
