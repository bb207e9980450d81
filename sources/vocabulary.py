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
    Level.CANTON: "canton (partie dans l’intercommunalité)",
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


_REGIONS_SINCE_2016 = "0[1-46]|11|24|27|28|32|44|5[23]|7[56]|84|9[34]"
_REGIONS_BEFORE_2016 = "2[1-356]|31|4[1-3]|54|7[2-4]|8[23]|91"

_CODES: dict[tuple[Level, Perimeter | None], str] = {
    (Level.QPV, Perimeter.QPV_2015): r"QP[0-9]{2}[0-9AB][0-9]{3}",
    (Level.QPV, Perimeter.QPV_2024): r"QN[0-9]{2}[0-9AB][0-9]{2}[A-Z]",
    # No commune is numbered 000: a row so coded is a total.
    (Level.COMMUNE, None): ("(?:0[1-9]|[1-9][0-9]|2[AB])(?:[1-9][0-9]{2}|[0-9][1-9][0-9]|[0-9]{2}[1-9])"),
    (Level.EPCI, None): r"[0-9]{9}",
    (Level.DEPARTEMENT, None): r"0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-8]|98[6-8]",
    (Level.REGION, None): f"{_REGIONS_SINCE_2016}|{_REGIONS_BEFORE_2016}",
}


def code_pattern(level: Level, perimeter: Perimeter | None) -> str | None:
    """Return the regular expression of the official codes of a level, of one generation for quarters.

    Whatever a dataset declares, a code it reads must be of this form: a file of départements named as one of
    régions, or quarters of 2015 in a table of those of 2024, cannot pass.
    """
    return _CODES.get((level, perimeter))


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
    Status.NOT_PUBLISHED: "non diffusé à ce niveau",
    Status.NOT_APPLICABLE: "non pertinent",
    Status.MISSING: "non disponible pour ce millésime",
    Status.AWAITING_EXTRACT: "pas encore reçu",
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
