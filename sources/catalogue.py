"""The catalogue: every dataset we know, read once from ``sources/catalogue/*.yaml``.

Belongs here: parsing the YAML files, saying in French what is wrong in one, finding which dataset
gives a variable. Does not belong here: opening an extract (``sources.readers``) nor what is computed
from it (``indicators``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import MappingProxyType

from sources.declarations import DeclarationError, read_yaml, validated
from sources.model import Column, Dataset, Extract, Millesime
from sources.problems import Problem, quoted

CATALOGUE_DIR = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class Provider:
    """One dataset that gives a variable, and the column that does."""

    dataset: Dataset
    column: Column


@dataclass(frozen=True)
class Catalogue:
    """All datasets, frozen.

    Attributes:
        datasets: dataset by id, in alphabetical order.
        variables: our variable (dimension tokens replaced) → the providers of it, best priority first.
        extracts: folder of the embedded files, ``extracts`` beside that of the YAML files.
    """

    datasets: Mapping[str, Dataset]
    variables: Mapping[str, tuple[Provider, ...]]
    extracts: Path

    def providers(self, variable: str) -> tuple[Dataset, ...]:
        """Return the datasets that give a variable, best priority first; empty when none does."""
        return tuple(provider.dataset for provider in self.variables.get(variable, ()))

    def column(self, variable: str) -> Column:
        """Return the column of a variable in the dataset of best priority.

        Raises:
            KeyError: no dataset of the catalogue gives this variable.
        """
        return self.variables[variable][0].column

    def embedded(self) -> Iterator[tuple[Dataset, Millesime, Extract, Path]]:
        """Yield every embedded file with what it belongs to, in the order of the catalogue."""
        for dataset in self.datasets.values():
            for millesime in dataset.millesimes:
                for extract in millesime.extracts:
                    yield dataset, millesime, extract, self.extracts / extract.file


def expanded(dataset: Dataset) -> dict[str, Column]:
    """Return the variables of a dataset with every ``{dimension}`` token replaced by its values."""
    variables: dict[str, Column] = {}
    for name, column in dataset.layout.columns.items():
        used = [d for d in dataset.layout.dimensions if f"{{{d}}}" in name]
        choices = [dict.fromkeys(dataset.layout.dimensions[d].values.values()) for d in used]
        for tokens in product(*choices):
            variable = name
            for dimension, token in zip(used, tokens, strict=True):
                variable = variable.replace(f"{{{dimension}}}", token)
            variables[variable] = column
    return variables


@functools.cache
def load_catalogue(directory: Path | None = None) -> Catalogue:
    """Read and check every YAML file of a catalogue folder, once.

    Args:
        directory: folder of YAML files, beside that of their extracts; the project's own by default.

    Raises:
        DeclarationError: naming each file and field that is wrong, in French.
    """
    problems: list[Problem] = []
    datasets: dict[str, Dataset] = {}
    folder = directory or CATALOGUE_DIR
    for path in sorted(folder.glob("*.yaml")):
        try:
            datasets[path.stem] = _dataset(path)
        except DeclarationError as error:
            problems.extend(error.problems)
    if problems:
        raise DeclarationError(problems)
    providers: dict[str, list[Provider]] = {}
    for dataset in sorted(datasets.values(), key=lambda d: (d.priority, d.id)):
        for variable, column in expanded(dataset).items():
            providers.setdefault(variable, []).append(Provider(dataset, column))
    return Catalogue(
        MappingProxyType(datasets),
        MappingProxyType({name: tuple(found) for name, found in providers.items()}),
        folder.parent / "extracts",
    )


def _dataset(path: Path) -> Dataset:
    """Return the dataset of one YAML file, named after it."""
    dataset = validated(Dataset, read_yaml(path), path.name)
    if dataset.id != path.stem:
        expected = f"le nom du fichier, {quoted(path.stem)}"
        raise DeclarationError(Problem(path.name, None, "id", quoted(dataset.id), expected))
    return dataset
