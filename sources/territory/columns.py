"""Columns of the tables of the territory: its frames and the database derive from them."""

from __future__ import annotations

from sources.columns import TERRITORY_LINES, columns

TERRITORY_COLUMNS = columns(
    *TERRITORY_LINES,
    "name | Nom",
    "in_epci:bool | Entièrement dans l’intercommunalité",
    "note? | Remarque",
    "role? | Pour un groupe, son côté dans la comparaison du contrat : prioritaire ou complementaire",
)

MEMBERSHIP_COLUMNS = columns(
    "level | Échelle du territoire",
    "code | Code du territoire",
    "parent_level | Échelle de l’ensemble",
    "parent_code | Code de l’ensemble",
    "whole:bool | Le territoire est entièrement dans l’ensemble",
    "inhabitants:int? | Habitants concernés, tels qu’annoncés par le contrat",
    "note? | Remarque",
)

GEOMETRY_COLUMNS = columns(*TERRITORY_LINES, "geojson | Géométrie GeoJSON", "source | Source du contour")

SURROUNDINGS_COLUMNS = columns(
    "code | Code de la commune",
    "name | Nom",
    "geojson | Géométrie GeoJSON",
    "source | Source du contour",
)

CORRESPONDENCE_COLUMNS = columns(
    "code_2015 | Code de 2015",
    "code_2024 | Code de 2024",
    "nature | Nature du lien",
    "source | Source",
)

GOALPOST_COLUMNS = columns(
    "set | Identifiant du jeu de bornes",
    "dimension | Dimension",
    "area | Aire de référence",
    "millesime:int? | Année",
    "min:num | Minimum",
    "max:num | Maximum",
    "code_min? | Territoire du minimum",
    "code_max? | Territoire du maximum",
    "status | Observé ou provisoire",
    "is_default:bool | Employé par défaut",
    "note? | Remarque",
)
