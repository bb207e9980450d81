"""The sources of a document, numbered in the order it first uses them."""

from __future__ import annotations

from dashboard import words
from dashboard.exports.model import Block, Cell, Column, Paragraph, table_or_reason
from dashboard.questions import Barometer
from dashboard.records import Dataset, Value


class Sources:
    """Numbers given to datasets as figures call for them."""

    def __init__(self, barometer: Barometer) -> None:
        self._barometer = barometer
        self._numbers: dict[str, int] = {}
        self._editions: dict[str, set[int]] = {}

    def refer(self, value: Value) -> str:
        """Return the producers of a value and the numbers of its sources: « Insee [1, 2] »."""
        datasets = self._datasets(value)
        numbers = []
        for dataset in datasets:
            numbers.append(self._numbers.setdefault(dataset.dataset, len(self._numbers) + 1))
            if value.edition is not None:
                self._editions.setdefault(dataset.dataset, set()).add(value.edition)
        names = ", ".join(dict.fromkeys(dataset.producer.partition(",")[0] for dataset in datasets))
        return f"{names} [{', '.join(map(str, sorted(numbers)))}]" if numbers else ""

    def name(self, value: Value) -> str:
        """Return the titles of the sources of a value, without numbering them."""
        return " ; ".join(dataset.title for dataset in self._datasets(value))

    def _datasets(self, value: Value) -> list[Dataset]:
        ids = (value.datasets or "").split(", ")
        return [d for d in map(self._barometer.datasets.get, ids) if d is not None]

    def blocks(self) -> list[Block]:
        """Return the list of what was used."""
        rows = []
        for name, number in self._numbers.items():
            dataset = self._barometer.datasets[name]
            editions = ", ".join(map(str, sorted(self._editions.get(name, ()))))
            rows.append(
                (
                    Cell(f"[{number}]"),
                    Cell(dataset.title, dataset.citation),
                    Cell(editions or words.NBSP),
                    Cell(dataset.licence),
                )
            )
        columns = (Column("N°", 1.2), Column("Source", 9.3), Column("Éditions", 2.5), Column("Licence", 4.0))
        reason = "Aucun chiffre de ce document n’a de source à citer."
        return [
            Paragraph("Les numéros entre crochets renvoient à cette liste.", "note"),
            table_or_reason("Sources des chiffres de ce document", columns, rows, reason),
        ]
