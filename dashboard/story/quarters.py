"""The priority quarters of one generation: where they lie, what is known of them, what they became."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Comparison, Indicator, Successor, Territory, Value
from dashboard.story.readings import Reading, read
from indicators.model import Theme
from sources import french
from sources.authority import Noun
from sources.vocabulary import Level, Perimeter

CONTRACT_INHABITANTS = "habitants_qpv_contrat"
CONTRACT_QUARTERS, CONTRACT_COMMUNES = "quartiers_contrat", "communes_quartiers_contrat"
"""Published facts, by their names in the release."""

NATURES = {
    "même nom": "Même nom ; le contour a pu changer",
    "nom changé": "Le nom change ; le contour a pu changer",
    "fusion": "Réuni à un autre quartier",
}


def unheld(barometer: Barometer, *wanted: Perimeter) -> str:
    """Say which quarters of some generations are not known, and why; empty where all of them are held."""
    missing = [one.label[-4:] for one in wanted if one not in barometer.generations]
    if not missing:
        return ""
    which = f" de {french.enumeration(missing)}" if barometer.generations else ""
    return french.typographic(
        f"Cette version des données ne contient aucun quartier prioritaire{which}, faute d’un fichier qui "
        "les liste : ceux des communes ne sont pas connus."
    )


@dataclass(frozen=True)
class Quarter:
    """One quarter, with the communes of the agglomeration it touches."""

    territory: Territory
    communes: tuple[Territory, ...]
    inhabitants: int | None
    """Of the agglomeration, as the contract states them."""

    @property
    def whole(self) -> bool:
        """Whether it lies wholly in the agglomeration; if not, it enters no total."""
        return self.territory.in_epci

    @property
    def code(self) -> str:
        """Its code."""
        return self.territory.code


def successor_words(successor: Successor) -> str:
    """Return what changes, in words; an unknown nature is shown as it is."""
    return NATURES.get(successor.nature, successor.nature)


@kept
def quarters(barometer: Barometer, perimeter: str) -> list[Quarter]:
    """Return the quarters of a generation: those wholly in the agglomeration first, by name."""
    found = []
    for territory in barometer.territories:
        if territory.level != Level.QPV or territory.perimeter != perimeter:
            continue
        parents = [m for m in barometer.memberships if (m.level, m.code) == (Level.QPV, territory.code)]
        codes = {m.parent_code for m in parents if m.parent_level == Level.COMMUNE}
        inhabitants = next((m.inhabitants for m in parents if m.parent_level == Level.EPCI), None)
        communes = tuple(c for c in barometer.communes() if c.code in codes)
        found.append(Quarter(territory, communes, inhabitants))
    return sorted(found, key=lambda quarter: not quarter.whole)


def main_quarter(found: Sequence[Quarter], territory: Territory | None = None) -> Quarter:
    """Return the quarter shown for a territory: itself, else the most inhabited of its own, else of all."""
    own = [q for q in found if q.territory == territory]
    of_commune = [q for q in found if territory in q.communes]
    return max(own or of_commune or found, key=lambda q: (q.whole, q.inhabitants or 0))


def other_generation(barometer: Barometer, quarter: Territory) -> list[Territory]:
    """Return the quarters of the other generation that a quarter comes from, or became."""
    pairs = [(s.code_2015, s.code_2024) for s in barometer.successors]
    old = quarter.perimeter == Perimeter.QPV_2015
    codes = [new if old else past for past, new in pairs if quarter.code == (past if old else new)]
    return [t for t in barometer.territories if t.level == Level.QPV and t.code in codes]


@dataclass(frozen=True)
class Portrait:
    """What is known of one quarter."""

    quarter: Quarter
    readings: Mapping[str, Reading]

    def value(self, indicator: Indicator) -> Value | None:
        """Return the figure of an indicator, if there is one."""
        shown = self.readings[indicator.indicator].shown
        return shown if shown is not None and shown.usable else None

    def number(self, indicator: Indicator) -> float | None:
        """Return the number of an indicator, if there is one.

        Returns:
            In the unit of the indicator.
        """
        value = self.value(indicator)
        return value.value if value is not None else None

    def compared(self, indicator: Indicator) -> dict[str, list[Comparison]]:
        """Return the references of the figure shown, by level: only those of the same concept."""
        found: dict[str, list[Comparison]] = {}
        for comparison in self.readings[indicator.indicator].comparisons:
            found.setdefault(comparison.reference_level, []).append(comparison)
        return found


def portrait(barometer: Barometer, quarter: Quarter) -> Portrait:
    """Return what is known of a quarter."""
    return Portrait(quarter, read(barometer, quarter.territory))


def comparable(barometer: Barometer, portraits: Iterable[Portrait]) -> list[Indicator]:
    """Return the indicators on which a quarter may be compared: figures and at least one reference."""
    known = list(portraits)
    return [i for i in barometer.indicators if any(p.number(i) is not None and p.compared(i) for p in known)]


def income_first(indicators: Iterable[Indicator]) -> list[Indicator]:
    """A priority quarter is drawn on the income of its inhabitants: hence the figure that comes first."""
    return sorted(indicators, key=lambda i: i.theme != Theme.REVENUS)


def communes_words(quarter: Quarter, authority: Noun) -> str:
    """Return the communes of a quarter as text, what lies outside the agglomeration named as such."""
    names = [french.typographic(c.name) for c in quarter.communes]
    told = french.enumeration(names)
    return told if quarter.whole else f"{told} (en partie hors {authority.of})"


def contract_sentence(barometer: Barometer, found: Iterable[Quarter]) -> str:
    """Set what the contract announces beside what the data count; nothing without the contract's figures."""
    facts = {fact.fact: fact for fact in barometer.facts}
    kept = list(found)
    told = []
    announced, communes = facts.get(CONTRACT_QUARTERS), facts.get(CONTRACT_COMMUNES)
    if announced is not None and communes is not None:
        touched = {commune.code for quarter in kept for commune in quarter.communes}
        told.append(
            f"Le contrat annonce {french.plural(int(announced.value), 'quartier')} et "
            f"{french.plural(int(communes.value), 'commune')} ; les données comptent "
            f"{french.plural(len(kept), 'quartier')}, sur {french.plural(len(touched), 'commune')} "
            f"{barometer.authority.of}, montrés ici."
        )
        told += [announced.comment] if announced.comment else []
    inhabitants = facts.get(CONTRACT_INHABITANTS)
    if inhabitants is not None:
        told.append(
            "Total annoncé par le contrat, parts des quartiers à cheval comprises : "
            f"{french.number(inhabitants.value)} {inhabitants.unit}."
        )
    return " ".join(told)
