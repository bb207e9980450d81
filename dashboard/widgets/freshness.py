"""How fresh each source is: the latest year held and the next one to expect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from dashboard.data.records import Dataset
from dashboard.story import words
from dashboard.story.markup import Fragment, table
from sources.french import capital


def latest_expected(dataset: Dataset, today: dt.date) -> int | None:
    """Return the latest reference year that should be out, by the dataset's usual month and delay."""
    if dataset.publication_month is None or dataset.publication_lag is None:
        return None
    year = today.year - dataset.publication_lag
    return year if today.month > dataset.publication_month else year - 1


def freshness_words(dataset: Dataset, today: dt.date) -> str:
    """Say whether a source is up to date."""
    if not dataset.held:
        return "Pas encore reçu"
    expected = latest_expected(dataset, today)
    if expected is None or dataset.latest_millesime is None:
        return "Calendrier du producteur non connu"
    if dataset.latest_millesime >= expected:
        return "À jour"
    return f"Le millésime {expected} devrait être paru"


def next_words(dataset: Dataset) -> str:
    """Say when the year after the one held is usually published."""
    if (
        dataset.latest_millesime is None
        or dataset.publication_month is None
        or dataset.publication_lag is None
    ):
        return "Non connue"
    following = dataset.latest_millesime + 1
    month = capital(words.month(dataset.publication_month))
    return f"{month} {following + dataset.publication_lag} (année {following})"


def freshness_table(datasets: Iterable[Dataset], today: dt.date) -> Fragment:
    """Return the table of the sources as HTML."""
    rows = [
        (
            dataset.title,
            dataset.producer,
            str(dataset.latest_millesime or "Année non précisée") if dataset.held else "Aucune",
            next_words(dataset),
            freshness_words(dataset, today),
        )
        for dataset in datasets
    ]
    header = ("Source", "Producteur", "Dernière année détenue", "Prochaine parution habituelle", "État")
    return table("Fraîcheur de chaque source", header, rows)
