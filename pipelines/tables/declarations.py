"""What is declared before any figure is read: release, themes, indicators, datasets, methods, facts."""

from __future__ import annotations

from pipelines.table import Table
from sources.columns import columns
from sources.territory.columns import GOALPOST_COLUMNS

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
        "epci_noun | Nom commun sous lequel une phrase la désigne",
        "epci_feminine:bool | Vrai si ce nom est féminin",
        "contract? | Nom du contrat de ville ; vide quand il n’y en a pas",
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
        "same_need | Indicateur qui dit ce besoin quand un seul le dit : lui-même, ou un autre",
        "headline:int? | Rang parmi les faits dits d’abord de chaque territoire ; vide pour les autres",
        "unit | Unité",
        "unit_label | Unité telle qu’on la lit",
        "decimals:int | Nombre de décimales affichées",
        "bound_low:num? | Plus petite valeur possible",
        "bound_high:num? | Plus grande valeur possible",
        "caveats | Précautions de lecture",
        "sampled | Exploitation du recensement dont vient l’intervalle : no, principal ou complementary",
        "in_contract:bool | Le contrat de ville compare lui-même ses communes sur cet indicateur",
        "scale | Sur quoi un écart est jugé : différence de points, rapport ou rapport de cotes",
        "equivalence:num? | Écart en deçà duquel deux chiffres sont dits comparables, sur cette échelle",
        "synonyms | Autres noms sous lesquels on le cherche, séparés par des points-virgules",
        "instead | Ce que l’on cherche, qui n’est pas mesuré et dont il est le plus proche, de même",
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
        "divisors | Celles de son dénominateur, si elle en a un seul",
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
    GOALPOST_COLUMNS,
    key=("set",),
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
