"""What changed of one value since the release before: its number then and now, in words."""

from __future__ import annotations

from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Value
from dashboard.data.release_file import ExportError
from dashboard.data.revisions import Earlier, Kept, Key, earlier, holds, key
from dashboard.story import words
from dashboard.story.markup import Fragment, definitions, text
from dashboard.widgets.changes import FIRST, TITLE, before
from sources import french


@kept
def _earlier(
    barometer: Barometer, release: Kept, level: str, code: str, perimeter: str | None
) -> dict[Key, Earlier]:
    return earlier(release.path, level, code, perimeter)


def since(barometer: Barometer, indicator: Indicator, value: Value) -> list[Fragment]:
    """Return what changed of a value since the release before, as HTML."""
    release = before(barometer)
    if release is None:
        return [text("h4", TITLE), text("p", FIRST)]
    version = f"version {release.release_id} du {words.date(release.created_at)}"
    if not holds(barometer, value):
        said = "Chiffre calculé à la demande, pour un groupe composé ici : aucune version ne le garde."
        return [text("h4", TITLE), text("p", said)]
    try:
        old = _earlier(barometer, release, value.level, value.code, value.perimeter).get(key(value))
    except ExportError:
        return [text("h4", TITLE), text("p", f"La {version} ne peut plus être lue.", "status")]
    if old is None:
        return [text("h4", TITLE), text("p", f"Nouveau : ce chiffre n’était pas dans la {version}.")]
    then, now = (_written(indicator, row.value, row.status) for row in (old, value))
    rows = [("Avant", then), ("Maintenant", now), ("Changement", _change(indicator, old, value))]
    return [text("h4", TITLE), definitions([("Comparé à", f"la {version}"), *rows])]


def _written(indicator: Indicator, number: float | None, status: str) -> str:
    if number is None:
        return words.status_label(status)
    return f"{words.quantity(number, indicator.unit, indicator.decimals)} ({words.status_label(status)})"


def _change(indicator: Indicator, before: Earlier, now: Value) -> str:
    if (before.value, before.status) == (now.value, now.status):
        return "inchangé"
    if before.value is None:
        return "chiffre nouveau" if now.value is not None else "statut changé"
    if now.value is None:
        return "chiffre retiré"
    if before.value == now.value:
        return "chiffre inchangé, statut changé"
    moved = words.apart(before.value, now.value, indicator.unit, indicator.decimals)
    if french.number(now.value, indicator.decimals) == french.number(before.value, indicator.decimals):
        return "révisé de moins que la précision affichée"
    return f"révisé de {moved}"
