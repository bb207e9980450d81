"""The sources of a document, numbered in the order it first uses them."""

from __future__ import annotations

from dashboard.data.questions import Barometer
from dashboard.data.records import Dataset, Value
from dashboard.documents.model import Block, Paragraph
from sources.french import typographic

NO_SOURCE = "Aucun chiffre de ce document n’a de source à citer."


class Sources:
    """Numbers given to datasets as figures call for them."""

    def __init__(self, barometer: Barometer) -> None:
        self._barometer = barometer
        self._numbers: dict[str, int] = {}
        self._editions: dict[str, set[int]] = {}

    def refer(self, *values: Value) -> str:
        """Return the producers of some values and the numbers of their sources: « Insee [1, 2] »."""
        datasets = list(dict.fromkeys(d for value in values for d in self._datasets(value)))
        numbers = [self._numbers.setdefault(d.dataset, len(self._numbers) + 1) for d in datasets]
        # A figure made of several datasets has an edition of its own, which is not that of each.
        for extract in ", ".join(value.extracts or "" for value in values).split(", "):
            if extract in self._barometer.editions:
                name, edition = self._barometer.editions[extract]
                self._editions.setdefault(name, set()).add(edition)
        names = ", ".join(dict.fromkeys(dataset.producer.partition(",")[0] for dataset in datasets))
        return f"{names} [{', '.join(map(str, sorted(numbers)))}]" if numbers else ""

    def name(self, value: Value) -> str:
        """Return the titles of the sources of a value, without numbering them."""
        return " ; ".join(dataset.title for dataset in self._datasets(value))

    def _datasets(self, value: Value) -> list[Dataset]:
        ids = (value.datasets or "").split(", ")
        return [d for d in map(self._barometer.datasets.get, ids) if d is not None]

    def brief(self) -> Block:
        """Return the list of what was used, as one paragraph the numbers between brackets lead to."""
        used = [self._barometer.datasets[name] for name in self._numbers]
        licences = list(dict.fromkeys(dataset.licence for dataset in used))
        said = []
        for dataset in used:
            editions = ", ".join(map(str, sorted(self._editions.get(dataset.dataset, ()))))
            # Some titles begin with their producer.
            maker = "" if dataset.title.startswith(dataset.producer) else f"{dataset.producer}, "
            told = f"[{self._numbers[dataset.dataset]}] {maker}{dataset.title}"
            told += f" – {'éditions' if ', ' in editions else 'édition'} {editions}" if editions else ""
            said.append(f"{told} ({dataset.licence})" if len(licences) > 1 else told)
        if not said:
            return Paragraph(NO_SOURCE, "note")
        shared = f" Toutes ces données sont sous {licences[0]}." if len(licences) == 1 else ""
        return Paragraph(typographic(f"{' ; '.join(said)}.{shared}"), "note")
