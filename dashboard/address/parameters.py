"""The parameters of an address: its name, its kind, the values a release allows, the pages it is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from dashboard.address import screens, thresholds
from dashboard.address.screens import PAGES, Page
from dashboard.data.questions import Barometer
from dashboard.data.records import Indicator, Territory
from dashboard.data.tables import tables
from dashboard.story import places
from dashboard.story.everywhere import definitions, everywhere, years
from dashboard.story.parts import SOURCES
from dashboard.story.quarters import comparable, income_first, main_quarter, portrait, quarters
from dashboard.story.readings import NEAREST, REFERENCE_ORDER
from dashboard.story.twins import offered
from indicators.analysis.answers import CONSTANT_LABELS
from indicators.model import Theme
from sources.french import capital
from sources.vocabulary import Level, Perimeter

LEVEL, TERRITORY = "niveau", "territoire"
GROUP, GROUP_NAME = "groupe", "nom"
OTHER, OTHER_GROUP, OTHER_NAME = "avec", "avec_groupe", "avec_nom"
REFERENCE, THEME, SHEET, MEETING = "reference", "theme", "fiche", "reunion"
INDICATOR, VARIANT, YEAR, VIEW, TWIN = "indicateur", "definition", "annee", "vue", "jumelle"
LAYER, PERIMETER, QUESTION, WEIGHTS = "couche", "perimetre", "question", "poids"
PART, TABLE, SEARCH, PORTRAIT = "partie", "table", "cherche", "portrait"
LIST_PAGE = "page"
EMBEDDED = "embarque"

ALIKE_PORTRAIT, AGES_PORTRAIT = "semblables", "ages"
"""What a commune is shown by besides its figures: the communes like it, its ages."""
POCKETS = "poches"
"""Layer of a map: the pockets of poverty."""
UNSTATED = "non-precisee"
"""How the address writes the year of a figure whose producer states none."""
FOLLOW_WORD = "suivi"
"""How the address names the follow-up base, a part of the document that some come for alone."""
DEFAULT_TABLE = "value"
PERIMETERS = {"2024": Perimeter.QPV_2024, "2015": Perimeter.QPV_2015}
"""Generations of quarters, the current one first."""
THEME_VIEW, CONTRACT_VIEW = "theme", "contrat"
VIEWS = {
    THEME_VIEW: "Tout le thème, en petits graphiques",
    CONTRACT_VIEW: "Les comparaisons du contrat",
}
MAP_ALONE, TREND_ALONE, LIST_ALONE = "carte", "evolution", "communes"
ALONE = (MAP_ALONE, TREND_ALONE, LIST_ALONE)
"""Views that leave out all the rest of their page, for another site to hold."""
QUESTIONS = {
    "communes": "Quelles communes d’abord ?",
    "besoins": "Général ou concentré ?",
    "quartiers": "Quels quartiers d’abord ?",
    "familles": "Quelles communes se ressemblent ?",
    "idh4": "L’IDH-4 tient-il ?",
}

_NAME = re.compile(r"[\w.,-]{1,40}")
"""What a page may quote of an address: never markup, nor a sentence."""

Understood = Mapping[str, str]
"""Valid values of the parameters declared before, by name."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of the address: a choice among the values of the release, or a text that is read."""

    name: str
    asked: str = ""
    """What it asks for, as a subject: « l’indicateur demandé »; empty for what is never refused."""
    instead: str | Callable[[Barometer, Page, Understood], str] = ""
    """What is shown instead of a value refused."""
    values: Callable[[Barometer, Understood], Collection[str]] | None = None
    """The values the release offers."""
    reads: Callable[[str], bool] = bool
    """Whether a text is understood, where no values are offered."""
    why: str = "n’existe pas"
    pages: tuple[Page, ...] = PAGES
    default: str | None = None
    """Value that says nothing more than no value: links leave it out."""

    def accepts(self, value: str, barometer: Barometer, understood: Understood) -> bool:
        """Whether the value is one of those offered, or a text that is understood."""
        return self.reads(value) if self.values is None else value in self.values(barometer, understood)


def _among(*values: str) -> Callable[[Barometer, Understood], Collection[str]]:
    return lambda *_: values


def default_indicator(barometer: Barometer, theme: str | None) -> Indicator:
    """Return the first indicator with figures for communes: of a theme, else after the introduction."""
    offered = [i for i in barometer.indicators if i.theme == theme] or [
        i for i in barometer.indicators if i.theme != Theme.IDH4
    ]
    known = (i for i in offered if everywhere(barometer, i, None, "").numbers)
    return next(known, (offered or barometer.indicators)[0])


def indicator_shown(barometer: Barometer, understood: Understood) -> Indicator:
    """Return the indicator of its page: the one named, else that of the sheet, else a default."""
    by_id = {indicator.indicator: indicator for indicator in barometer.indicators}
    found = by_id.get(understood.get(INDICATOR, "")) or by_id.get(understood.get(SHEET, ""))
    return found or default_indicator(barometer, understood.get(THEME))


def _indicators(barometer: Barometer, _: Understood) -> Collection[str]:
    return {row.indicator for row in barometer.indicators}


def _definitions(barometer: Barometer, understood: Understood) -> Collection[str]:
    return definitions(barometer, barometer.all_values(indicator_shown(barometer, understood).indicator))


def _years(barometer: Barometer, understood: Understood) -> Collection[str]:
    values = barometer.all_values(indicator_shown(barometer, understood).indicator)
    concept = understood.get(VARIANT) or next(iter(definitions(barometer, values)), "")
    offered = years(barometer, [value for value in values if value.concept == concept])
    return [UNSTATED if year is None else str(year) for year in offered]


def year_asked(understood: Understood) -> int | str | None:
    """Return the year asked: ``None`` where the producer states none, ``""`` for the default one."""
    asked = understood.get(YEAR, "")
    return None if asked == UNSTATED else int(asked) if asked else ""


def _twins(barometer: Barometer, understood: Understood) -> Collection[str]:
    indicator = indicator_shown(barometer, understood)
    return offered(everywhere(barometer, indicator, understood.get(VARIANT), year_asked(understood)))


def perimeter(barometer: Barometer, understood: Understood) -> Perimeter:
    """Return the generation of quarters an address asks for, else the latest one the release has."""
    asked = understood.get(PERIMETER) or next(iter(_generations(barometer, understood)), "")
    return PERIMETERS.get(asked, Perimeter.QPV_2024)


def _generations(barometer: Barometer, _: Understood) -> Collection[str]:
    known = {t.perimeter for t in barometer.territories if t.level == Level.QPV}
    return [year for year, perimeter in PERIMETERS.items() if perimeter in known]


def place_instead(barometer: Barometer, page: Page, understood: Understood) -> str:
    """Return the words of what a page shows of its own when no territory is named."""
    shown: Territory | None = barometer.epci()
    if page is screens.SHEET:
        shown = next(iter(barometer.communes()), None)
    elif page is screens.QUARTERS:
        found = quarters(barometer, perimeter(barometer, understood))
        shown = main_quarter(found).territory if found else None
    return f"voici {places.the_short(shown)}" if shown else "rien n’est montré"


def _indicator_instead(barometer: Barometer, page: Page, understood: Understood) -> str:
    shown: Indicator | None
    if page is screens.QUARTERS:
        found = quarters(barometer, perimeter(barometer, understood))
        offered = comparable(barometer, [portrait(barometer, quarter) for quarter in found])
        shown = next(iter(income_first(offered)), None)
    else:
        shown = indicator_shown(barometer, understood)
    return f"voici « {shown.title} »" if shown else "aucun n’est montré"


def _year_instead(barometer: Barometer, _: Page, understood: Understood) -> str:
    shown = everywhere(barometer, indicator_shown(barometer, understood), understood.get(VARIANT), "")
    return f"voici {shown.period}" if shown.numbers else "aucune n’est montrée"


def _generation_instead(barometer: Barometer, _: Page, understood: Understood) -> str:
    known = _generations(barometer, understood)
    return f"voici les quartiers de {next(iter(known))}" if known else "aucun n’est montré"


def _threshold(name: str) -> Parameter:
    low, high, _ = thresholds.RANGES[name]

    def within(value: str) -> bool:
        asked = thresholds.number(value)
        return asked is not None and low <= asked <= high

    return Parameter(
        thresholds.PARAMETERS[name],
        f"le seuil « {CONSTANT_LABELS[name]} » demandé",
        "celui du baromètre est gardé",
        reads=within,
        why=f"n’est pas entre {thresholds.threshold(name, low)} et {thresholds.threshold(name, high)}",
        pages=(screens.PRIORITIES,),
    )


_AS_USUAL = "la page est montrée comme d’habitude"
_NO_FIGURE = "n’a pas de chiffre pour les communes"
PARAMETERS = (
    Parameter(LEVEL, "le niveau demandé", place_instead, lambda b, _: {t.level for t in b.territories}),
    Parameter(
        TERRITORY, "le territoire demandé", place_instead, lambda b, _: {t.code for t in b.territories}
    ),
    Parameter(GROUP),
    Parameter(GROUP_NAME),
    Parameter(OTHER, "le territoire à comparer", "choisissez-en un dans la liste"),
    Parameter(OTHER_GROUP),
    Parameter(OTHER_NAME),
    Parameter(
        REFERENCE,
        "la référence demandée",
        "la plus proche est montrée",
        _among(NEAREST, *REFERENCE_ORDER),
        default=NEAREST,
    ),
    Parameter(
        THEME,
        "le thème demandé",
        "tous les thèmes sont montrés",
        lambda b, _: {row.theme for row in b.themes},
    ),
    Parameter(SHEET, "la fiche demandée", "aucune n’est ouverte", _indicators),
    Parameter(MEETING, "le mode d’affichage demandé", _AS_USUAL, _among("0", "1"), default="0"),
    Parameter(EMBEDDED, "le cadre demandé", _AS_USUAL, _among("0", "1"), default="0"),
    Parameter(
        INDICATOR,
        "l’indicateur demandé",
        _indicator_instead,
        _indicators,
        pages=(screens.INDICATOR, screens.QUARTERS),
    ),
    Parameter(
        VARIANT,
        "la définition demandée",
        "voici la principale",
        _definitions,
        why=_NO_FIGURE,
        pages=(screens.INDICATOR,),
    ),
    Parameter(YEAR, "l’année demandée", _year_instead, _years, why=_NO_FIGURE, pages=(screens.INDICATOR,)),
    Parameter(
        TWIN,
        "la carte demandée à côté",
        "la carte est montrée seule",
        _twins,
        why="n’a pas de chiffre qui se lise à côté",
        pages=(screens.INDICATOR,),
    ),
    Parameter(
        VIEW, "la vue demandée", "voici l’indicateur seul", _among(*VIEWS, *ALONE), pages=(screens.INDICATOR,)
    ),
    Parameter(
        LAYER,
        "la couche demandée",
        "la carte est montrée sans elle",
        _among(POCKETS),
        pages=(screens.HOME, screens.INDICATOR, screens.QUARTERS),
    ),
    Parameter(
        PERIMETER,
        "le périmètre demandé",
        _generation_instead,
        _generations,
        pages=(screens.QUARTERS, screens.PRIORITIES),
        default=next(iter(PERIMETERS)),
    ),
    Parameter(
        QUESTION,
        "la question demandée",
        f"voici « {next(iter(QUESTIONS.values()))} »",
        _among(*QUESTIONS),
        pages=(screens.PRIORITIES,),
        default=next(iter(QUESTIONS)),
    ),
    Parameter(
        PORTRAIT,
        "le portrait demandé",
        "aucun n’est ouvert",
        _among(ALIKE_PORTRAIT, AGES_PORTRAIT),
        pages=(screens.BAROMETER,),
    ),
    Parameter(
        SEARCH,
        "la recherche demandée",
        "écrivez un nom ou un code",
        pages=(screens.HOME, screens.QUARTERS),
    ),
    Parameter(
        LIST_PAGE,
        "la page demandée",
        "le début de la liste est montré",
        reads=lambda value: re.fullmatch(r"[1-9]\d{0,2}", value) is not None,
        pages=(screens.QUARTERS,),
        default="1",
    ),
    *map(_threshold, thresholds.PARAMETERS),
    Parameter(
        WEIGHTS,
        "le poids des thèmes demandé",
        "tous les thèmes ont le même poids",
        reads=lambda value: thresholds.read_weights(value) is not None,
        why="n’est pas compris",
        pages=(screens.PRIORITIES,),
    ),
    Parameter(
        PART,
        "la partie demandée",
        "voici la première",
        _among(*(str(n) for n in range(1, SOURCES + 1)), FOLLOW_WORD),
        pages=(screens.SHEET,),
        default="1",
    ),
    Parameter(
        TABLE,
        "la table demandée",
        f"voici la table « {DEFAULT_TABLE} »",
        lambda b, _: {table.name for table in tables(b.release)},
        pages=(screens.DATA,),
        default=DEFAULT_TABLE,
    ),
)
"""In the order links write them; each may depend on those before it."""
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}
_RANKS = {name: rank for rank, name in enumerate(BY_NAME)}
MODES = (MEETING, EMBEDDED)
"""How a page is shown rather than what: every link keeps them."""


def written(values: Mapping[str, str | None]) -> dict[str, str]:
    """Return what a link holds: the only writer of addresses.

    Args:
        values: By name of parameter; ``None`` for none.

    Returns:
        The values in the order of the declaration, those that are a default left out.

    Raises:
        KeyError: A name is no parameter.
    """
    kept = {}
    for name in sorted(values, key=_RANKS.__getitem__):
        value = values[name]
        if value is not None and value != BY_NAME[name].default:
            kept[name] = value
    return kept


def replaced(asked: str, value: str, why: str, instead: str) -> str:
    """Return the sentence that says what was asked, that it is not there, and what is shown instead.

    Args:
        asked: What was asked for, as a subject: « l’indicateur demandé ».
        value: As the address writes it; quoted only if it could be the name of something.
        why: What is wrong with it: « n’existe pas ».
        instead: What is shown: « voici l’agglomération ».
    """
    said = f", « {value} »," if _NAME.fullmatch(value) else ""
    return f"{capital(asked)} dans l’adresse{said} {why} : {instead}."
