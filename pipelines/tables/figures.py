"""Territories and the figures computed of them."""

from __future__ import annotations

from indicators.analysis import ANALYSIS_COLUMNS, ANALYSIS_KEY
from indicators.frames import VALUE_COLUMNS, VALUE_KEY
from indicators.peers import (
    PEER_COLUMNS,
    PEER_KEY,
    STANDING_COLUMNS,
    STANDING_KEY,
    TRAIT_COLUMNS,
    TRAIT_KEY,
)
from pipelines.table import FOLLOWED_LINE, Table
from sources.columns import TERRITORY_LINES, columns
from sources.local.table import COLUMNS as LOCAL_COLUMNS
from sources.territory.columns import (
    CORRESPONDENCE_COLUMNS,
    GEOMETRY_COLUMNS,
    MEMBERSHIP_COLUMNS,
    SURROUNDINGS_COLUMNS,
    TERRITORY_COLUMNS,
)

TERRITORY = Table(
    "territory",
    "Les territoires suivis et les territoires de référence",
    (*TERRITORY_COLUMNS, *columns(FOLLOWED_LINE)),
    key=("level", "code", "perimeter"),
    partition=(),
)
MEMBERSHIP = Table(
    "membership",
    "Qui fait partie de quoi, de plusieurs à plusieurs",
    (*MEMBERSHIP_COLUMNS, *columns(FOLLOWED_LINE)),
    key=("level", "code", "parent_level", "parent_code", "note"),
    partition=(),
)
GEOMETRY = Table(
    "geometry",
    "Contours simplifiés, en GeoJSON (WGS 84)",
    GEOMETRY_COLUMNS,
    key=("level", "code", "perimeter"),
)
SURROUNDINGS = Table(
    "surroundings",
    "Contours simplifiés des communes qui touchent les nôtres, pour le fond des cartes",
    SURROUNDINGS_COLUMNS,
    key=("code",),
)
CORRESPONDENCE = Table(
    "correspondence",
    "Quel QPV de 2024 prend la suite de quel QPV de 2015",
    CORRESPONDENCE_COLUMNS,
    key=("code_2015", "code_2024"),
)
VALUE = Table(
    "value",
    "Les valeurs des indicateurs, non arrondies, avec ce qui les justifie",
    (*VALUE_COLUMNS, *columns(FOLLOWED_LINE)),
    key=VALUE_KEY,
    partition=("indicator",),
)
COMPARISON = Table(
    "comparison",
    "Chaque valeur face à ses références",
    columns(
        "indicator | Indicateur",
        "series | Série",
        *TERRITORY_LINES,
        "millesime:int? | Année de référence",
        "edition:int? | Année d’édition",
        "reference_level | Échelle de la référence",
        "reference_code | Code de la référence",
        "reference_millesime:int? | Année de la référence",
        "value:num? | Valeur",
        "reference_value:num? | Valeur de la référence",
        "gap:num? | Écart",
        "gap_lower:num? | Borne basse de l’écart, vide sans intervalle de la valeur",
        "gap_upper:num? | Borne haute de l’écart",
        "gap_confidence:num? | Niveau de confiance des bornes, relevé quand une page juge plusieurs écarts",
        "gap_relative:num? | Écart relatif",
        "judgement? | Jugement, vide quand il n’y en a pas",
        "reason? | Raison du jugement, ou de son absence",
    ),
    key=(
        *("indicator", "series", "level", "code", "perimeter", "millesime", "edition"),
        *("reference_level", "reference_code", "reference_millesime"),
    ),
)
ANALYSIS = Table(
    "analysis",
    "Ce que les valeurs disent ensemble : réponses, priorité, évolutions, typologie, sensibilité",
    ANALYSIS_COLUMNS,
    key=ANALYSIS_KEY,
)
TRAIT = Table(
    "trait",
    "Ce qui décrit la structure d’une commune : taille, densité, âges, logement",
    TRAIT_COLUMNS,
    key=TRAIT_KEY,
)
PEER = Table(
    "peer", "Les communes les plus proches de chacune par leur structure", PEER_COLUMNS, key=PEER_KEY
)
PEER_STANDING = Table(
    "peer_standing",
    "Combien des communes proches font mieux ou moins bien, indicateur par indicateur",
    STANDING_COLUMNS,
    key=STANDING_KEY,
)
_LOCAL_TYPES = {"row": ":int", "line": ":int?", "commune": "?", "source": "?"}
LOCAL = Table(
    "local",
    "Volet local : les listes du contrat et ce que l’intercommunalité et les communes écrivent elles-mêmes",
    columns(*(f"{name}{_LOCAL_TYPES.get(name, '')} | {comment}" for name, comment in LOCAL_COLUMNS)),
    key=("section", "row", "field"),
)
