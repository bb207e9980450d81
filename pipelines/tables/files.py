"""What was read, held for review, set aside and decided: one row per file, cell or decision."""

from __future__ import annotations

from pipelines.table import FOLLOWED_LINE, Table
from sources.columns import STATUS_LINE, TERRITORY_LINES, columns

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
        "severity | hold (retenu pour vérification), ask (montré, à regarder) ou refuse (impossible)",
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
SECRECY_AUDIT = Table(
    "secrecy_audit",
    "Ce qu’un lecteur peut déduire de chaque effectif caché, tout ce qui est publié mis ensemble",
    columns(
        "dataset | Jeu de données",
        "variable | Ce qui est compté",
        "level | Échelle",
        "code | Code du territoire",
        "perimeter? | Génération du périmètre d’un QPV",
        "year:int | Année de référence, ou d’édition quand le producteur n’en donne pas",
        "lower:num | Le moins que l’effectif peut être",
        "upper:num? | Le plus qu’il peut être, vide quand rien ne le borne",
        "floor:num | Écart qu’il faut au moins entre les deux",
        "verdict | protected (bien caché), exposed (retrouvé), exposed_by_producer (retrouvé dans les seuls "
        "fichiers du producteur) ou contradicted (chiffres contradictoires)",
    ),
    key=("variable", "level", "code", "perimeter", "year"),
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
        FOLLOWED_LINE,
    ),
    key=("dataset", "edition", "millesime", "level", "code", "perimeter", "variable"),
    partition=("dataset", "edition"),
)
