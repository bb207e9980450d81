"""The verdict of each theme at a glance: what can be read all the same, what is lacking to settle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dashboard.data.records import Indicator, Theme
from dashboard.story import words
from dashboard.story.markup import Fragment, element, text
from dashboard.story.spreadsheet import Shown
from dashboard.widgets.verdicts import lacking, word
from dashboard.widgets.verdicts_data import Finding, Need, Verdicts
from indicators.analysis.verdicts import CONSTANTS, Constants, Verdict

HEADER = ("Thème", "Verdict", "Ce qu’on peut lire", "Ce qui manque pour trancher")
NOTHING = "Les écarts entre communes seulement, dans « Indicateur »."
COMPLETE = "Rien."
NAMED = 4
"""Needs a sentence names before it counts them."""


def glance(
    found: Verdicts,
    themes: Sequence[Theme],
    indicators: Sequence[Indicator],
    caption: str,
    constants: Constants = CONSTANTS,
) -> Fragment:
    """Return the verdict of each theme, what supports it and what it lacks, as a table.

    Args:
        found: The verdicts.
        themes: The themes to show.
        indicators: Every indicator, to name those without a figure to judge.
        caption: Title of the table.
        constants: Thresholds the verdicts were given with.
    """
    rows, cells = [], []
    for theme in themes:
        finding = found.themes.get(theme.theme)
        if finding is None:
            continue
        needs = found.of_theme(theme.theme)
        without = lacking(found, indicators, theme.theme)
        known, unknown = readable(needs, constants), obstacles(needs, without, finding, constants)
        rows.append(
            element(
                "tr",
                text("th", theme.title, scope="row"),
                element("td", word(finding.verdict)),
                element("td", *(text("span", part, "part") for part in known)),
                element("td", *(text("span", part, "part") for part in unknown), css="small"),
            )
        )
        said = (theme.title, words.capital(finding.verdict.value), " ".join(known), " ".join(unknown))
        cells.append(tuple(words.typographic(cell) for cell in said))
    written = element(
        "table",
        text("caption", caption),
        element("thead", element("tr", *(text("th", title, scope="col") for title in HEADER))),
        element("tbody", *rows),
        css="table verdicts",
    )
    return replace(written, tables=(Shown(caption, HEADER, tuple(cells), ()),))


def readable(needs: Sequence[Need], constants: Constants = CONSTANTS) -> list[str]:
    """Say which needs are settled, then what is measured of the others, without a verdict."""
    parts = []
    for verdict in Verdict:
        named = [need for need in needs if need.verdict is verdict and need.name]
        if named and verdict is not Verdict.UNDETERMINED:
            parts.append(f"{words.capital(verdict.value)} : {_names(named)}.")
    unsettled = [need for need in needs if need.verdict is Verdict.UNDETERMINED and need.name]
    above = [need for need in unsettled if _above(need, constants)]
    dense = [
        need
        for need in unsettled
        if _reaches(need, "quotient_localisation", constants.quotient_low)
        or _reaches(need, "rapport_qpv", constants.quotient_low)
    ]
    for clause, some in (
        ("Plus fort qu’à la référence", above),
        ("Plus fort dans les quartiers prioritaires", dense),
    ):
        if some:
            parts.append(f"{clause} : {_names(some)}.")
    return parts or [NOTHING]


def stronger(found: Verdicts, constants: Constants = CONSTANTS) -> str:
    """Say which needs are known to be stronger, though where they lie is not; empty when none is.

    Args:
        found: The verdicts.
        constants: Thresholds the verdicts were given with.
    """
    unsettled = [n for n in found.needs.values() if n.verdict is Verdict.UNDETERMINED and n.name]
    above = [_lowered(need.name) for need in unsettled if _above(need, constants)]
    if not above:
        return ""
    rest = len(above) - NAMED
    # One left over is named too: « un autre besoin » would be longer than its name.
    if rest > 1:
        above = [*above[:NAMED], f"{rest} autres besoins"]
    return (
        "On sait déjà que le besoin y dépasse celui de la France, de la région ou du département pour "
        f"{words.enumeration(above)} ; reste à savoir s’il est partout ou par endroits."
    )


def _above(need: Need, constants: Constants) -> bool:
    return _reaches(need, "niveau", constants.level, beyond=True)


def _reaches(need: Need, measure: str, threshold: float, *, beyond: bool = False) -> bool:
    found = need.measures.get(measure)
    if found is None or found.value is None:
        return False
    return found.value > threshold if beyond else found.value >= threshold


def obstacles(
    needs: Sequence[Need], without: Sequence[str], finding: Finding, constants: Constants = CONSTANTS
) -> list[str]:
    """Say in sentences why needs are not settled, which have no figure, and why the theme is not settled.

    Args:
        needs: The needs of the theme.
        without: Short titles of its indicators that have no figure to judge.
        finding: The verdict of the theme.
        constants: Thresholds the verdicts were given with.
    """
    by_reason: dict[str, list[Need]] = {}
    for need in needs:
        if need.verdict is Verdict.UNDETERMINED and need.name:
            by_reason.setdefault(need.reason, []).append(need)
    parts = [
        f"{words.capital(_names(some))} : {reason}." if reason else f"{words.capital(_names(some))}."
        for reason, some in by_reason.items()
    ]
    if without:
        parts.append(f"Sans chiffre à juger : {words.enumeration(list(without))}.")
    settled = sum(need.verdict is not Verdict.UNDETERMINED for need in needs)
    total = len(needs) + len(without)
    if finding.verdict is Verdict.UNDETERMINED and settled:
        if settled < constants.determined * total:
            share = f"au moins {words.number(100 * constants.determined)}{words.NBSP}%"
            counted = words.plural(settled, "besoin tranché", "besoins tranchés")
            parts.append(f"{counted} sur {total} : il en faut {share} pour conclure sur le thème.")
        else:
            parts.append("Les besoins tranchés ne vont pas assez dans le même sens.")
    return parts or [COMPLETE]


def doubt(found: Verdicts) -> str:
    """Say what « indéterminé » means, its most frequent reason, and what may be read; empty if no doubt."""
    unsettled = [need for need in found.needs.values() if need.verdict is Verdict.UNDETERMINED]
    reasons = Counter(need.reason for need in unsettled if need.reason)
    if not reasons or all(f.verdict is not Verdict.UNDETERMINED for f in found.themes.values()):
        return ""
    [(reason, count)] = reasons.most_common(1)
    return (
        "Un besoin « indéterminé » n’est pas un besoin absent. Raison la plus fréquente, pour "
        f"{words.plural(count, 'besoin')} sur les {len(unsettled)} non tranchés : {reason}. On peut quand "
        "même lire, dans le Baromètre, l’écart de chaque commune à l’agglomération et sa place parmi les "
        "communes."
    )


def _names(needs: Sequence[Need]) -> str:
    return words.enumeration([_lowered(need.name) for need in needs])


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
