"""Names other tools may keep: the same for every release of one authority."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from dashboard.data.records import Identity
from sources.french import typographic

_PROJECT = uuid.uuid5(uuid.NAMESPACE_OID, "barometre-cohesion-sociale")


@dataclass(frozen=True)
class Identifiers:
    """Identifiers of the barometer of one authority, whatever the release."""

    name: str
    title: str
    dataset: str
    publisher: str
    identifier: str


def identifiers(identity: Identity) -> Identifiers:
    """Return what names the barometer of an authority, from its code alone."""
    return Identifiers(
        name="barometre-cohesion-sociale",
        title=f"Baromètre de cohésion sociale, {typographic(identity.epci_name)}",
        dataset=_urn("dataset", identity.epci_code),
        publisher=_urn("publisher", identity.epci_code),
        identifier=f"barometre-cohesion-sociale-{identity.epci_code}",
    )


def distribution(identity: Identity, path: str) -> str:
    """Return what names one file, whatever the release."""
    return _urn("distribution", f"{identity.epci_code}/{path}")


def _urn(kind: str, name: str) -> str:
    return uuid.uuid5(_PROJECT, f"{kind}/{name}").urn
