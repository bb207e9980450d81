"""The licences of the producers, named as open-data portals know them."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.data.release import Release
from dashboard.data.tables import held_datasets


@dataclass(frozen=True)
class Licence:
    """A licence; one that is not known here keeps the producer's words and has no address."""

    name: str
    title: str
    address: str | None


@dataclass(frozen=True)
class Source:
    """A producer's dataset that the figures come from."""

    title: str
    citation: str
    page: str | None
    licence: Licence


# SPDX identifiers: what Frictionless and DCAT readers expect.
_KNOWN = {
    "Licence Ouverte 2.0": Licence(
        "etalab-2.0", "Licence Ouverte 2.0", "https://spdx.org/licenses/etalab-2.0.html"
    ),
    "CC BY 3.0 IGO": Licence(
        "CC-BY-3.0-IGO", "CC BY 3.0 IGO", "https://creativecommons.org/licenses/by/3.0/igo/"
    ),
}


def licence(words: str) -> Licence:
    """Return the licence a producer states."""
    return _KNOWN.get(words, Licence("autre", words, None))


def held_sources(file: Release) -> list[Source]:
    """Return the datasets a release holds extracts of; those it waits for give it nothing."""
    return [
        Source(f"{producer}, {title}", citation, page, licence(words))
        for producer, title, citation, page, words in held_datasets(file)
    ]


def licences(sources: list[Source]) -> list[Licence]:
    """Return the licences of a list of sources, each once, in the order of their names."""
    return sorted({source.licence for source in sources}, key=lambda found: (found.name, found.title))
