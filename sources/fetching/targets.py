"""What there is to download: the addresses the catalogue declares, and what each must give.

Belongs here: from declarations to addresses. Does not belong here: asking for them (``download``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sources.fetching.kinds import Kind, accepted_kinds
from sources.model import Dataset, Millesime
from sources.problems import Problem, quoted


@dataclass(frozen=True)
class Target:
    """One edition of a dataset and its official address."""

    dataset: str
    edition: int | None
    """None for the producer's current file: its content says which edition it is."""
    url: str
    accepted: frozenset[Kind]
    sha256: str | None = None
    page: str | None = None

    @property
    def label(self) -> str:
        """How messages name it."""
        return f"{self.dataset} {self.edition or '(actuel)'}"

    @property
    def host(self) -> str:
        """The server the address is on."""
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True)
class Unaddressed:
    """A dataset, or one edition of it, that no declared address can give."""

    dataset: str
    edition: int | None
    problem: Problem


def find_targets(datasets: Iterable[Dataset], edition: int | None = None) -> list[Target | Unaddressed]:
    """Return what to download for these datasets, in their order.

    Args:
        datasets: declarations, already restricted to those wanted.
        edition: the only edition wanted; all declared ones, and the producer's current file, by default.
    """
    found: list[Target | Unaddressed] = []
    for dataset in datasets:
        wanted = [m for m in dataset.millesimes if edition in (None, m.edition)]
        declared = [_target(dataset, millesime) for millesime in wanted]
        general = _general(dataset, edition) if not any(isinstance(t, Target) for t in declared) else None
        # An edition without an address of its own is not asked for twice.
        found += [general] if general else declared or [_undeclared(dataset, edition)]
    return found


def address_state(
    dataset: Dataset, answered: Collection[str]
) -> Literal["vérifiée", "non vérifiée", "inconnue"]:
    """Say what is known of the addresses of a dataset.

    Args:
        dataset: its declaration.
        answered: the addresses that ever gave a file we could take.
    """
    declared = [url for url in (dataset.url, *(m.url for m in dataset.millesimes)) if url]
    if dataset.url_template:
        edition = re.escape(dataset.url_template).replace(r"\{yyyy\}", r"\d{4}").replace(r"\{yy\}", r"\d{2}")
        declared += [url for url in answered if re.fullmatch(edition, url)]
    if dataset.address_verified or any(url in answered for url in declared):
        return "vérifiée"
    return "non vérifiée" if declared or dataset.url_template else "inconnue"


def _general(dataset: Dataset, edition: int | None) -> Target | Unaddressed | None:
    """Return the address the dataset declares for all its editions, if any."""
    if edition is None:
        return _checked(dataset, None, dataset.url, None) if dataset.url else None
    if dataset.url_template is None:
        return None
    url = dataset.url_template.replace("{yyyy}", str(edition)).replace("{yy}", f"{edition % 100:02d}")
    return _checked(dataset, edition, url, None)


def _target(dataset: Dataset, millesime: Millesime) -> Target | Unaddressed:
    label = f"{dataset.id} {millesime.edition}"
    if millesime.url is None:
        problem = Problem(
            label, None, None, "aucune adresse déclarée", "« url » dans le catalogue", _by_hand(dataset.page)
        )
        return Unaddressed(dataset.id, millesime.edition, problem)
    return _checked(dataset, millesime.edition, millesime.url, millesime.sha256)


def _checked(dataset: Dataset, edition: int | None, url: str, sha256: str | None) -> Target | Unaddressed:
    label = f"{dataset.id} {edition or '(actuel)'}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        advice = f"Corrigez « url » dans {dataset.id}.yaml."
        problem = Problem(label, None, None, quoted(url), "une adresse http(s) complète", advice)
        return Unaddressed(dataset.id, edition, problem)
    accepted = accepted_kinds(str(dataset.layout.format), url)
    return Target(dataset.id, edition, url, accepted, sha256, dataset.page)


def _undeclared(dataset: Dataset, edition: int | None) -> Unaddressed:
    found = "aucun millésime déclaré" if edition is None else f"millésime {edition} non déclaré"
    expected = f"un bloc « millesimes » dans {dataset.id}.yaml, avec « edition » et « url »"
    problem = Problem(dataset.id, None, None, found, expected, _by_hand(dataset.page))
    return Unaddressed(dataset.id, edition, problem)


def _by_hand(page: str | None) -> str:
    where = f" depuis {page}" if page else ""
    return f"Le fichier peut aussi être téléchargé à la main{where}, puis déposé dans le dossier de dépôt."
