"""The tables of a release, declared once: columns, types, keys, and what each one means.

From these declarations derive the database (types and comments), the order its rows are stored and hashed in,
and the checks that the built file is whole. Comments are French: an agent reads them in any database tool.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indicators.frames import STATUS_LINE, TERRITORY_LINES, VALUE_COLUMNS, VALUE_KEY
from sources.columns import Column, columns, polars_schema
from sources.local.table import COLUMNS as LOCAL_COLUMNS

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Table:
    """One table of a release."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns whose combination is unique, nulls counting as equal."""
    hashed: bool = True
    """Part of the content hash. The identity card of the release is not content."""
    partition: tuple[str, ...] | None = None
    """For a table that also holds the rest of France: the columns its rows of elsewhere are cut by, so that
    none of them has to fit in memory whole."""

    @property
    def national(self) -> bool:
        """Whether the table also holds the rest of France."""
        return self.partition is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def schema(self) -> pl.Schema:
        """Types of the columns, as polars holds them."""
        return polars_schema(self.columns)


FOLLOWED = "followed"
"""Column of the tables that also hold the rest of France: whether the row is of a territory we follow."""

_FOLLOWED = "followed:bool | Territoire suivi par le baromètre ; les autres viennent des fichiers nationaux"

RELEASE = Table(
    "release",
    "Carte d’identité de la publication : une seule ligne",
    columns(
        "release_id | Identifiant de la publication",
        "created_at:time | Date de fabrication (UTC)",
        "content_hash | Empreinte du contenu : la même pour les mêmes chiffres",
        "fingerprint | Empreinte des fichiers d’entrée et du code",
        "epci_code | Code SIREN de l’intercommunalité",
        "epci_name | Nom de l’intercommunalité",
        "version | Version du logiciel",
        "schema:int | Forme des tables ; un tableau de bord fait pour une autre forme refuse la publication",
    ),
    key=("release_id",),
    hashed=False,
)
THEME = Table(
    "theme",
    "L’introduction (IDH-4) et les neuf thèmes, dans l’ordre du baromètre",
    columns("theme | Identifiant", "title | Titre", "position:int | Rang d’affichage"),
    key=("theme",),
)
INDICATOR = Table(
    "indicator",
    "Les indicateurs tels que déclarés : leur sens, leur unité, leurs limites",
    columns(
        "indicator | Identifiant",
        "number:int | Numéro dans la liste du baromètre",
        "theme | Thème",
        "title | Titre",
        "short_title | Titre court",
        "definition | Ce qui est compté, et parmi qui",
        "reading | Phrase de lecture ; {value}, {territory} et {year} y sont remplacés",
        "direction | high_is_need, low_is_need ou descriptive",
        "need | Le besoin dont il parle, avec son article ; vide quand rien n’en est jugé",
        "unit | Unité",
        "unit_label | Unité telle qu’on la lit",
        "decimals:int | Nombre de décimales affichées",
        "bound_low:num? | Plus petite valeur possible",
        "bound_high:num? | Plus grande valeur possible",
        "caveats | Précautions de lecture",
        "sampled | Exploitation du recensement dont vient l’intervalle : no, principal ou complementary",
        "in_contract:bool | Le contrat de ville compare lui-même ses communes sur cet indicateur",
        "scale | Sur quoi un écart est jugé : différence de points, rapport ou rapport de cotes",
        "position:int | Rang d’affichage",
    ),
    key=("indicator",),
)
SERIES = Table(
    "series",
    "Les façons de calculer un indicateur ; deux séries ne se comparent que si leur concept est le même",
    columns(
        "indicator | Indicateur",
        "series | Identifiant de la série",
        "position:int | Rang de préférence",
        "concept | Concept mesuré",
        "label | Titre de la variante",
        "caveat | Précaution propre à la série",
        "scored:bool | Entre dans les comparaisons et les rangs",
        "formula | Formule",
        "levels | Échelles couvertes",
        "unit? | Unité, si elle n’est pas celle de l’indicateur",
        "unit_label? | Unité affichée, dans le même cas",
        "reading? | Phrase de lecture, si elle n’est pas celle de l’indicateur",
        "published:bool | Le producteur publie ce chiffre tout fait",
        "variables | Variables des fichiers dont la formule se sert",
        "summed | Comptages qu’additionne un groupe de communes ; vide s’il n’en a pas",
    ),
    key=("indicator", "series"),
)
SERIES_BREAK = Table(
    "series_break",
    "Ruptures de série : à partir de cette année, ne pas comparer avec les précédentes",
    columns(
        "indicator | Indicateur", "year:int | Première année de la nouvelle définition", "reason | Raison"
    ),
    key=("indicator", "year"),
)
PERIMETER_BREAK = Table(
    "perimeter_break",
    "Chiffres d’un territoire qui n’ont pas toujours porté sur les mêmes communes : ne pas les relier",
    columns(
        "level | Échelle",
        "code | Code du territoire",
        "dataset | Jeu de données dont viennent ces chiffres",
        "year:int | Première année",
        "reason | Raison",
    ),
    key=("level", "code", "dataset", "year"),
)
DATASET = Table(
    "dataset",
    "Les jeux de données du catalogue, déposés ou attendus",
    columns(
        "dataset | Identifiant",
        "title | Titre du producteur",
        "producer | Producteur",
        "producer_group | Groupe dans le graphe de la chaîne",
        "licence | Licence",
        "citation | Mention de la source",
        "page? | Page du producteur",
        "description | Contenu",
        "publication_month:int? | Mois de publication attendu",
        "publication_lag:int? | Années entre l’année de référence et la publication",
        "address_verified:bool | L’adresse a déjà répondu",
        "layout_verified:bool | La structure a été vérifiée sur un vrai fichier",
        "held:bool | Au moins un extrait est là",
        "latest_edition:int? | Dernière édition déposée",
        "latest_millesime:int? | Dernière année de référence déposée",
    ),
    key=("dataset",),
)
MILLESIME = Table(
    "millesime",
    "Les éditions déclarées de chaque jeu de données",
    columns(
        "dataset | Jeu de données",
        "edition:int | Année d’édition (et non année de référence)",
        "kind | producer (fichier du producteur) ou transcription (relevé d’une copie publique)",
        "url? | Adresse du fichier",
        "geography:int? | Année du code officiel géographique",
        "published:date? | Date de publication",
        "accessed:date? | Date de relevé",
        "provenance? | D’où vient cette copie",
        "reservations? | Ce qu’il faut savoir de cette copie",
        "tolerance:num | De combien un chiffre estimé de cette copie peut être trop bas",
    ),
    key=("dataset", "edition"),
)
EXTRACT = Table(
    "extract",
    "Le compte de chaque fichier lu : toute ligne et toute cellule y est",
    columns(
        "extract | Douze premiers caractères de l’empreinte sha256 du fichier",
        "dataset | Jeu de données",
        "edition:int | Année d’édition",
        "file | Nom du fichier",
        "sha256 | Empreinte du fichier",
        "bytes:big | Taille en octets",
        "dropped:bool | Déposé par une personne (et non embarqué dans le projet)",
        "rows_read:int | Lignes lues",
        "rows_kept:int | Lignes retenues",
        "rows_outside:int | Lignes hors du territoire suivi",
        "rows_suppressed:int | Lignes du territoire entièrement couvertes par le secret statistique",
        "rows_refused:int | Lignes refusées",
        "cells_read:int | Cellules lues",
        "cells_observed:int | Cellules observées",
        "cells_estimated:int | Cellules estimées",
        "cells_suppressed:int | Cellules sous secret statistique",
        "cells_not_published:int | Cellules non diffusées",
        "cells_not_applicable:int | Cellules sans objet",
        "cells_missing:int | Cellules manquantes",
        "cells_replaced:int | Observations écartées au profit de celles d’un fichier déposé",
    ),
    key=("extract", "dataset", "edition"),
)
EXTRACT_NOTE = Table(
    "extract_note",
    "Ce que le compte d’un fichier a de particulier : communes rattachées à une autre, lignes refusées",
    columns(
        "extract | Fichier (table extract)",
        "dataset | Jeu de données",
        "edition:int | Année d’édition",
        "position:int | Rang de la remarque",
        "note | Remarque",
    ),
    key=("extract", "dataset", "edition", "position"),
)
PLAUSIBILITY = Table(
    "plausibility",
    "Ce que la vérification des fichiers déposés retient, et ce qu’une personne en a décidé",
    columns(
        "id | Identifiant, le même à chaque lecture du même fichier",
        "rule | Règle",
        "severity | hold (retenu pour vérification)",
        "extract | Fichier (table extract)",
        "dataset | Jeu de données",
        "file | Nom du fichier",
        "level? | Échelle, vide pour tout le fichier",
        "perimeter? | Génération du périmètre d’un QPV",
        "code? | Code du territoire, vide pour toute la colonne",
        "variable? | Variable, vide pour tout le fichier",
        "millesime:int? | Année de référence",
        "line:int? | Ligne dans le fichier",
        "column? | Colonne du producteur",
        "found | Ce qui est trouvé",
        "expected | Ce qui était attendu",
        "why | Pourquoi",
        "mark? | Texte des cellules, pour une marque inconnue",
        "decision? | accepted, set_aside ou declared ; vide tant que personne n’a décidé",
        "decided_at? | Quand (UTC)",
        "reason? | Motif",
    ),
    key=("id",),
)
SET_ASIDE = Table(
    "set_aside",
    "Les fichiers déposés qui n’ont pas été lus, et pourquoi",
    columns(
        "position:int | Rang",
        "file | Nom du fichier",
        "sha256? | Empreinte du fichier, vide s’il ne peut pas être ouvert",
        "dataset? | Jeu de données reconnu",
        "reason | Raison",
        "fault:bool | Fichier inconnu ou fautif : rien n’est publié sans l’accord de quelqu’un",
    ),
    key=("position",),
)
# A release is given to anyone: who decided stays in the home (bcs journal, bcs revue).
JOURNAL = Table(
    "journal",
    "Les décisions prises avant cette publication : ce qui a été publié, annulé ou écarté, quand et pourquoi",
    columns(
        "position:int | Rang, la plus ancienne d’abord",
        "what | published, cancelled, discarded ou decision",
        "release_id | Publication dont il s’agit",
        "previous? | Publication en place jusque-là",
        "decided_at | Quand (UTC)",
        "reason | Motif",
    ),
    key=("position",),
    # The same figures make the same content, whatever was published before.
    hashed=False,
)
TERRITORY = Table(
    "territory",
    "Les territoires suivis et les territoires de référence",
    columns(
        *TERRITORY_LINES,
        "name | Nom",
        "in_epci:bool | Entièrement dans l’intercommunalité",
        "note? | Remarque",
        "role? | Pour un groupe, son côté dans la comparaison du contrat : prioritaire ou complementaire",
        _FOLLOWED,
    ),
    key=("level", "code", "perimeter"),
    partition=(),
)
MEMBERSHIP = Table(
    "membership",
    "Qui fait partie de quoi, de plusieurs à plusieurs",
    columns(
        "level | Échelle du territoire",
        "code | Code du territoire",
        "parent_level | Échelle de l’ensemble",
        "parent_code | Code de l’ensemble",
        "whole:bool | Le territoire est entièrement dans l’ensemble",
        "inhabitants:int? | Habitants concernés, tels qu’annoncés par le contrat",
        "note? | Remarque",
        _FOLLOWED,
    ),
    key=("level", "code", "parent_level", "parent_code", "note"),
    partition=(),
)
GEOMETRY = Table(
    "geometry",
    "Contours simplifiés, en GeoJSON (WGS 84)",
    columns(*TERRITORY_LINES, "geojson | Géométrie GeoJSON", "source | Source du contour"),
    key=("level", "code", "perimeter"),
)
OBSERVATION = Table(
    "observation",
    "Chaque cellule utile des fichiers des producteurs, avec son statut et sa place dans le fichier",
    columns(
        "dataset | Jeu de données",
        "edition:int | Année d’édition",
        "millesime:int? | Année de référence, vide si le producteur n’en donne pas",
        *TERRITORY_LINES,
        "variable | Variable, dans nos noms",
        "value:num? | Valeur, vide si elle n’est pas utilisable",
        STATUS_LINE,
        "extract | Fichier (table extract)",
        "line:int | Ligne dans le fichier",
        "column | Colonne du producteur",
        _FOLLOWED,
    ),
    key=("dataset", "edition", "millesime", "level", "code", "perimeter", "variable"),
    partition=("dataset", "edition"),
)
VALUE = Table(
    "value",
    "Les valeurs des indicateurs, non arrondies, avec ce qui les justifie",
    (*VALUE_COLUMNS, *columns(_FOLLOWED)),
    key=VALUE_KEY,
    partition=("indicator",),
)
AWAITED = Table(
    "awaited",
    "Ce qu’attend un indicateur pour être calculé à une échelle",
    columns(
        "indicator | Indicateur",
        "level | Échelle",
        "dataset? | Jeu de données attendu, vide quand aucun n’est au catalogue",
        "reason | Raison",
    ),
    key=("indicator", "level", "dataset"),
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
        "gap_relative:num? | Écart relatif",
        "judgement? | Jugement, vide quand il n’y en a pas",
        "reason? | Raison du jugement, ou de son absence",
    ),
    key=(
        *("indicator", "series", "level", "code", "perimeter", "millesime", "edition"),
        *("reference_level", "reference_code", "reference_millesime"),
    ),
)
FACT = Table(
    "fact",
    "Chiffres publiés ailleurs : à retrouver, à confronter ou à citer",
    columns(
        "fact | Identifiant",
        "title | Titre",
        "value:num | Valeur publiée",
        "unit | Unité",
        "year:int? | Année",
        "territory_level? | Échelle",
        "territory_code? | Code",
        "source | Source",
        "kind | reproduce, confront ou quote",
        "indicator? | Indicateur correspondant",
        "computed:num? | Valeur que nous calculons",
        "computed_millesime:int? | Année de notre valeur",
        "difference:num? | Écart entre la nôtre et la leur, vide quand les échelles diffèrent",
        "scale? | Échelle de la valeur publiée, quand ce n’est pas la nôtre",
        "answer | Ce que disent nos données, en une ligne",
        "comment? | Commentaire",
    ),
    key=("fact",),
)
GOALPOST = Table(
    "goalpost",
    "Bornes de l’IDH-4 : figées, datées, sourcées",
    columns(
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
    ),
    key=("set",),
)
CORRESPONDENCE = Table(
    "correspondence",
    "Quel QPV de 2024 prend la suite de quel QPV de 2015",
    columns(
        "code_2015 | Code de 2015",
        "code_2024 | Code de 2024",
        "nature | Nature du lien",
        "source | Source",
    ),
    key=("code_2015", "code_2024"),
)
ANALYSIS = Table(
    "analysis",
    "Ce que les valeurs disent ensemble : réponses, priorité, évolutions, typologie, sensibilité",
    columns(
        "analysis | reponse, priority, contribution, trend, typology, correspondence, sensitivity ou "
        "idh4_explication",
        "indicator? | Indicateur, vide pour un thème ou un ensemble",
        "theme? | Thème, vide pour un ensemble",
        "level | Niveau du territoire",
        "code | Code du territoire",
        "perimeter? | Génération de QPV",
        "millesime:int? | Année de référence",
        "reference_level? | Niveau de la référence",
        "reference_code? | Code de la référence",
        "measure | Ce qui est mesuré",
        "value:num? | Mesure",
        "lower:num? | Borne basse",
        "upper:num? | Borne haute",
        "text? | Phrase ou précision, prête à être montrée",
    ),
    key=(
        *("analysis", "indicator", "theme", "level", "code", "perimeter"),
        *("millesime", "reference_level", "reference_code", "measure"),
    ),
)
_LOCAL_TYPES = {"row": ":int", "line": ":int?", "commune": "?", "source": "?"}
LOCAL = Table(
    "local",
    "Volet local : les listes du contrat et ce que l’agglomération et les communes écrivent elles-mêmes",
    columns(*(f"{name}{_LOCAL_TYPES.get(name, '')} | {comment}" for name, comment in LOCAL_COLUMNS)),
    key=("section", "row", "field"),
)
METHOD = Table(
    "method",
    "Fiches de méthode, en français, avec leurs références",
    columns(
        "method | Identifiant",
        "title | Titre",
        "purpose | À quelle question elle répond",
        "formula | Formule en mots",
        "constants | Constantes",
        "limits | Limites",
        "reference | Référence",
    ),
    key=("method",),
)

TABLES: tuple[Table, ...] = (
    *(
        RELEASE,
        JOURNAL,
        THEME,
        INDICATOR,
        SERIES,
        SERIES_BREAK,
        PERIMETER_BREAK,
        DATASET,
        MILLESIME,
        EXTRACT,
        EXTRACT_NOTE,
        PLAUSIBILITY,
        SET_ASIDE,
    ),
    *(
        TERRITORY,
        MEMBERSHIP,
        GEOMETRY,
        OBSERVATION,
        VALUE,
        AWAITED,
        COMPARISON,
        FACT,
        GOALPOST,
        CORRESPONDENCE,
        ANALYSIS,
        METHOD,
        LOCAL,
    ),
)


def named(name: str, tables: Iterable[Table] = TABLES) -> Table:
    """Return the declaration of a table.

    Raises:
        KeyError: no table has this name.
    """
    return {table.name: table for table in tables}[name]
