"""The closed vocabularies every package shares: levels, statuses, perimeters, units.

Belongs here: enumerations and their French wording. Does not belong here: anything
that reads, computes or stores.
"""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Territorial level of a value, as stored in every table."""

    QPV = "qpv"
    COMMUNE = "commune"
    CANTON = "canton"
    GROUPE = "groupe"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    METROPOLE = "metropole"
    FRANCE = "france"

    @property
    def label(self) -> str:
        """French name of the level, as a reader sees it."""
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.QPV: "quartier prioritaire",
    Level.COMMUNE: "commune",
    Level.CANTON: "canton (partie dans l’agglomération)",
    Level.GROUPE: "groupe de communes",
    Level.EPCI: "intercommunalité",
    Level.DEPARTEMENT: "département",
    Level.REGION: "région",
    Level.METROPOLE: "France métropolitaine",
    Level.FRANCE: "France",
}


class Perimeter(StrEnum):
    """Generation of QPV perimeters; null for every other level."""

    QPV_2015 = "qpv_2015"
    QPV_2024 = "qpv_2024"

    @property
    def label(self) -> str:
        """French name of the generation."""
        return {"qpv_2015": "périmètre de 2015", "qpv_2024": "périmètre de 2024"}[self.value]


class Status(StrEnum):
    """What a cell or a value is. Suppressed is neither missing nor zero."""

    OBSERVED = "observed"
    ESTIMATED = "estimated"
    SUPPRESSED = "suppressed"
    NOT_PUBLISHED = "not_published"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    AWAITING_EXTRACT = "awaiting_extract"

    @property
    def label(self) -> str:
        """The words shown instead of, or beside, the number (product.md, rules of meaning)."""
        return _STATUS_LABELS[self]

    @property
    def usable(self) -> bool:
        """Whether a cell of this status carries a number."""
        return self in (Status.OBSERVED, Status.ESTIMATED)


_STATUS_LABELS = {
    Status.OBSERVED: "observé",
    Status.ESTIMATED: "estimé",
    Status.SUPPRESSED: "secret statistique",
    Status.NOT_PUBLISHED: "non diffusé à cette échelle",
    Status.NOT_APPLICABLE: "non pertinent",
    Status.MISSING: "non disponible pour ce millésime",
    Status.AWAITING_EXTRACT: "extrait non déposé",
}

# When several cells enter one number the most serious status wins: a suppressed
# term makes the sum suppressed, an estimated one makes it estimated.
STATUS_SEVERITY: tuple[Status, ...] = (
    Status.OBSERVED,
    Status.ESTIMATED,
    Status.NOT_APPLICABLE,
    Status.AWAITING_EXTRACT,
    Status.MISSING,
    Status.NOT_PUBLISHED,
    Status.SUPPRESSED,
)
