"""The introduction of the barometer: the IDH-4, its three sub-indices and the other reading of diplomas.

Belongs here: what these values mean. Does not belong here: their computation (``indicators.idh4``).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from indicators import mortality
from indicators.model import Composite, Direction, Indicator, Series, Theme, Unit
from indicators.themes.formation import OUT_OF_SCHOOL
from indicators.themes.revenus import FILOSOFI_BREAKS
from sources.vocabulary import Level

# The figures of the région are awaited for all three dimensions; quoted meanwhile, never recomputed.
_INDEX_LEVELS = frozenset({Level.COMMUNE, Level.EPCI, Level.QPV, Level.REGION})

_HEALTH_INPUTS = frozenset({"or2s_icm"}) | mortality.inputs()
_LIVING_INPUTS = frozenset({"filo_med"})
# Both readings of the diplomas divide some of the seven levels by all of them.
_EDUCATION_INPUTS = frozenset(OUT_OF_SCHOOL)

_GOALPOSTS = (
    "Les bornes sont figées, datées, et la fiche les indique : extrêmes observés pour l’éducation et le "
    "niveau "
    "de vie, valeurs déclarées (80 et 160) pour la santé, faute de série par canton. Une valeur au-delà des "
    "bornes est gardée telle quelle et signalée, si bien que l’indice peut sortir de l’intervalle de 0 à 1. "
    "L’échelle publiée par la Région a d’autres bornes : les deux niveaux ne se comparent pas, seulement les "
    "écarts."
)
_INCOME_MOVED = "Seul le niveau de vie change\u00a0: la mortalité et les diplômes sont ceux des mêmes années."
_MEDIAN_ONLY = "Un groupe de communes n’a pas de niveau de vie médian publié : il n’a pas d’IDH-4. "


def _series(indicator: str, inputs: Set[str], levels: Set[Level], caveat: str = "") -> tuple[Series, ...]:
    # Of the three inputs, income alone has a figure for each year.
    moved = _INCOME_MOVED if inputs > _LIVING_INPUTS else ""
    return (
        Series(
            id="idh4",
            formula=Composite("idh4", frozenset(inputs), moved),
            levels=frozenset(levels),
            concept=indicator,
            caveat=caveat,
        ),
    )


idh4 = Indicator(
    id="idh4",
    number=101,
    theme=Theme.IDH4,
    title="Indice de développement humain (IDH-4)",
    short_title="IDH-4",
    definition=(
        "Moyenne de trois indices compris en principe entre 0 et 1 : santé (mortalité), éducation (diplômes) "
        "et niveau de vie (revenu médian). Méthode de la Région Hauts-de-France."
    ),
    reading="{territory_in}, l’IDH-4 est de {value}, sur une échelle de 0 à 1 ({year}).",
    headline=6,
    direction=Direction.LOW_IS_NEED,
    unit=Unit.SCORE,
    synonyms=("IDH", "développement humain", "indice de développement humain"),
    series=_series(
        "idh4",
        _HEALTH_INPUTS | _LIVING_INPUTS | _EDUCATION_INPUTS,
        _INDEX_LEVELS,
        "Pour un quartier prioritaire, un fichier des diplômes par quartier est attendu : sans lui, seuls "
        "les indices de santé et de niveau de vie sont montrés.",
    ),
    decimals=2,
    bounds=(None, None),
    plausible=(0, 1),
    caveats=(
        "L’année est celle du revenu ; celles de la mortalité et des diplômes "
        "sont sur la fiche. S’il manque une dimension, il n’y a pas d’IDH-4. " + _MEDIAN_ONLY + _GOALPOSTS
    ),
    breaks=FILOSOFI_BREAKS,
)

idh4_sante = Indicator(
    id="idh4_sante",
    number=102,
    theme=Theme.IDH4,
    title="IDH-4 : indice de santé",
    short_title="IDH-4 santé",
    definition=(
        "Position de l’indice comparatif de mortalité du canton entre ses deux bornes, de 0 (la plus forte "
        "mortalité) à 1 (la plus faible)."
    ),
    reading="{territory_in}, l’indice de santé de l’IDH-4 est de {value}, sur une échelle de 0 à 1 ({year}).",
    direction=Direction.LOW_IS_NEED,
    unit=Unit.SCORE,
    series=_series(
        "idh4_sante",
        _HEALTH_INPUTS,
        {Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.CANTON, Level.QPV, Level.REGION},
        "Une commune ou un quartier reçoit la valeur de son canton ; estimée tant que le fichier de l’OR2S "
        "manque.",
    ),
    decimals=2,
    bounds=(None, None),
    plausible=(0, 1),
    caveats=(
        "Les bornes de la mortalité, 80 et 160, sont déclarées et non observées, jusqu’à réception de "
        "le fichier de l’OR2S. " + _GOALPOSTS
    ),
)

idh4_education = Indicator(
    id="idh4_education",
    number=103,
    theme=Theme.IDH4,
    title="IDH-4 : indice d’éducation",
    short_title="IDH-4 éducation",
    definition=(
        "Position, entre ses deux bornes, de la part des 15 ans ou plus non scolarisés titulaires au moins "
        "d’un CAP ou d’un BEP. Recensement de la population, exploitation principale."
    ),
    reading=(
        "{territory_in}, l’indice d’éducation de l’IDH-4 est de {value}, sur une échelle de 0 à 1 ({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    unit=Unit.SCORE,
    series=_series(
        "idh4_education",
        _EDUCATION_INPUTS,
        {Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.QPV, Level.REGION},
    ),
    decimals=2,
    bounds=(None, None),
    plausible=(0, 1),
    caveats=(
        "Le texte de la méthode régionale est ambigu sur le diplôme minimal : la lecture "
        "retenue est « au moins un CAP ou un BEP », l’autre est montrée à part. " + _GOALPOSTS
    ),
)

idh4_niveau_de_vie = Indicator(
    id="idh4_niveau_de_vie",
    number=104,
    theme=Theme.IDH4,
    title="IDH-4 : indice de niveau de vie",
    short_title="IDH-4 niveau de vie",
    definition=(
        "Position, entre ses deux bornes et sur une échelle logarithmique, du niveau de vie médian des "
        "habitants. INSEE, Filosofi."
    ),
    reading=(
        "{territory_in}, l’indice de niveau de vie de l’IDH-4 est de {value}, sur une échelle de 0 à 1 "
        "({year})."
    ),
    direction=Direction.LOW_IS_NEED,
    unit=Unit.SCORE,
    series=_series(
        "idh4_niveau_de_vie",
        _LIVING_INPUTS,
        {Level.COMMUNE, Level.EPCI, Level.QPV, Level.REGION},
    ),
    decimals=2,
    bounds=(None, None),
    plausible=(0, 1),
    caveats=(
        "L’échelle logarithmique donne plus de poids à un écart entre revenus modestes qu’au même écart "
        "entre revenus élevés. " + _MEDIAN_ONLY + _GOALPOSTS
    ),
    breaks=FILOSOFI_BREAKS,
)

_OTHER_READING = (
    "Variante d’étude : elle montre ce que devient l’indice si tout diplôme compte, du brevet au doctorat. "
    "Elle ne remplace pas la lecture retenue. "
)

idh4_tout_diplome = replace(
    idh4,
    id="idh4_tout_diplome",
    number=105,
    headline=None,
    title="IDH-4, autre lecture des diplômes",
    short_title="IDH-4, tout diplôme",
    definition=(
        "Même moyenne de trois indices que l’IDH-4, l’éducation étant mesurée par la part des 15 ans ou plus "
        "non scolarisés qui ont un diplôme, quel qu’il soit."
    ),
    reading="{territory_in}, l’IDH-4 serait de {value} si tout diplôme comptait ({year}).",
    series=_series(
        "idh4_tout_diplome",
        _HEALTH_INPUTS | _LIVING_INPUTS | _EDUCATION_INPUTS,
        _INDEX_LEVELS,
    ),
    caveats=_OTHER_READING + _MEDIAN_ONLY + _GOALPOSTS,
)

idh4_education_tout_diplome = replace(
    idh4_education,
    id="idh4_education_tout_diplome",
    number=106,
    title="IDH-4 : indice d’éducation, autre lecture des diplômes",
    short_title="IDH-4 éducation, tout diplôme",
    definition=(
        "Position, entre ses deux bornes, de la part des 15 ans ou plus non scolarisés qui ont un diplôme, "
        "quel qu’il soit. Recensement de la population, exploitation principale."
    ),
    reading="{territory_in}, l’indice d’éducation serait de {value} si tout diplôme comptait ({year}).",
    series=_series(
        "idh4_education_tout_diplome",
        _EDUCATION_INPUTS,
        {Level.COMMUNE, Level.EPCI, Level.GROUPE, Level.QPV, Level.REGION},
    ),
    caveats=_OTHER_READING + _GOALPOSTS,
)

INDICATORS = (
    idh4,
    idh4_sante,
    idh4_education,
    idh4_niveau_de_vie,
    idh4_tout_diplome,
    idh4_education_tout_diplome,
)
