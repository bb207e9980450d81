"""An asset of the chain in our own words: its place in the graph, what it does, what it then says.

Belongs here: the declaration of an asset, its checks, what it gives back. Does not belong here: what an asset
does, nor Dagster (``graph``): loading it costs a refresh of the command line more than most steps do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sources.problems import ValidationFailed

if TYPE_CHECKING:
    from pipelines.workspace import Workspace

CHAIN, INPUTS = "barometre", "entrees"
"""Groups of the steps all datasets lead to, and of those they all start from: the graph reads one way."""


class Markdown(str):
    """A text shown as Markdown."""

    __slots__ = ()


@dataclass(frozen=True)
class Check:
    """Something an asset is held to."""

    name: str
    description: str
    blocking: bool = False
    """When it fails, what is downstream does not run."""


@dataclass(frozen=True)
class Checked:
    """How a check ended."""

    name: str
    passed: bool
    description: str | None = None
    blocking: bool = False


@dataclass(frozen=True)
class Made:
    """What an asset has to say once it ran."""

    metadata: Mapping[str, Any]
    checks: Sequence[Checked] = ()
    version: str | None = None
    """Of its data: the same for the same data."""
    also: Sequence[str] = ()
    """Datasets without a step of their own that now exist."""

    @property
    def refused(self) -> str | None:
        """Why nothing downstream may run, in French; None when all is well."""
        found = [one.description or "" for one in self.checks if one.blocking and not one.passed]
        return "\n".join(found) if found else None


@dataclass(frozen=True)
class Asset:
    """One asset of the graph."""

    name: str
    run: Callable[[Workspace], Made]
    description: str
    deps: Sequence[str] = ()
    kinds: Set[str] = frozenset()
    checks: Sequence[Check] = ()
    group: str = CHAIN
    tags: Mapping[str, str] = field(default_factory=dict)
    first: bool = False
    """Whether it runs before those that could run as well."""


def blocking(name: str, validate: Callable[[], None]) -> Checked:
    """Run a validation and report it as a check that stops what comes next."""
    try:
        validate()
    except ValidationFailed as error:
        return Checked(name, passed=False, description=str(error), blocking=True)
    return Checked(name, passed=True, blocking=True)


def warning(name: str, message: str | None) -> Checked:
    """Report a warning, or that there is nothing to say."""
    return Checked(name, passed=message is None, description=message)
