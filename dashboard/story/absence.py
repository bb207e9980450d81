"""Why there is no figure, in words: a status, or what a group of communes lacks for its sum."""

from __future__ import annotations

from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory, Value
from dashboard.story import words
from dashboard.story.hindered import Hindered, hindered
from dashboard.story.readings import Reading
from indicators.model import Unit
from sources.french import capital, enumeration
from sources.vocabulary import Level, Status

NOT_COMPUTABLE = "Non calculable"
_PARTIAL = "Une partie seulement de certaines communes est dans ce groupe : aucun taux n’en est calculé."
_MEDIAN = "La médiane d’un groupe ne se déduit pas de celles de ses communes."
_INDEX = (
    "Cet indice repose sur un revenu médian, que l’on ne déduit pas, pour un groupe, de ceux des communes."
)
_READY_MADE = (
    "Le producteur publie ce chiffre tout fait, commune par commune : celui d’un groupe ne s’en déduit pas."
)


def absence(
    barometer: Barometer, territory: Territory, indicator: Indicator, value: Value | None
) -> tuple[str, str]:
    """Return the few words that stand for a figure, and the sentence that explains them.

    Args:
        barometer: The release.
        territory: Whose figure is absent.
        indicator: What is measured.
        value: The row that says why, if there is one.
    """
    status = value.status if value is not None else Status.NOT_PUBLISHED.value
    if summed(territory):
        if partial(barometer, territory):
            return NOT_COMPUTABLE, _PARTIAL
        if status == Status.NOT_PUBLISHED:
            return NOT_COMPUTABLE, _reason(barometer, indicator)
    suffix = f" ({value.millesime})" if value is not None and value.millesime is not None else ""
    return capital(words.status_label(status)) + suffix, words.status_explanation(status)


def awaited_words(barometer: Barometer, indicator: Indicator, level: str) -> list[str]:
    """Return which file would bring the figures an indicator lacks at a level, or why none would."""
    found = []
    for awaited in barometer.awaited(indicator.indicator, level):
        dataset = barometer.datasets.get(awaited.dataset or "")
        # A reason that opens with the name of the file has told which one.
        if dataset is not None and not (awaited.reason or "").startswith(dataset.title):
            found.append(f"Fichier attendu : {dataset.producer}, {dataset.title}.")
        if awaited.reason:
            found.append(awaited.reason)
    return found


def summed(territory: Territory) -> bool:
    """Whether a territory is a group whose figures come from the sums of its communes."""
    return territory.level == Level.GROUPE and territory.perimeter is None


def partial(barometer: Barometer, group: Territory) -> bool:
    """Whether some communes of a group are only partly in it."""
    return any(
        not m.whole
        for m in barometer.memberships
        if (m.level, m.parent_level, m.parent_code) == (Level.COMMUNE, Level.GROUPE, group.code)
    )


def spoiled(barometer: Barometer, territory: Territory, reading: Reading) -> Hindered | None:
    """Return the year of a group that some of its communes spoil, later than the figure shown."""
    if not summed(territory):
        return None
    shown = reading.shown
    after = shown.millesime if shown is not None and shown.usable else None
    return hindered(barometer, territory, reading.indicator.indicator, after)


def spoiled_sentence(found: Hindered) -> str:
    """Say which communes make the sum of a group impossible."""
    lacking = " ; ".join(
        f"{words.status_label(status)} ({enumeration(list(names))})"
        for status, names in sorted(found.communes.items())
    )
    return f"{found.year} : non calculable, car il manque un chiffre au moins : {lacking}."


def _reason(barometer: Barometer, indicator: Indicator) -> str:
    if indicator.unit == Unit.EURO_PER_CU:
        return _MEDIAN
    if indicator.unit == Unit.SCORE:
        return _INDEX
    declared = (s for s in barometer.series.values() if s.indicator == indicator.indicator)
    if any(s.published and Level.COMMUNE in s.levels.split(", ") for s in declared):
        return _READY_MADE
    return words.status_explanation(Status.NOT_PUBLISHED)
