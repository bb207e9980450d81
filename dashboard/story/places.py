"""Names of places inside a French sentence: « à Denain », « de l’Aisne », « dans les Hauts-de-France »."""

from __future__ import annotations

import re

from dashboard.data.records import Territory
from sources import french
from sources.french import at_town, of_town, typographic
from sources.vocabulary import Level

# Gender and number of départements and régions: data of the language, which no file states.
_ARTICLES = {
    "les": (
        "Alpes-de-Haute-Provence|Hautes-Alpes|Alpes-Maritimes|Ardennes|Bouches-du-Rhône|Côtes-d’Armor"
        "|Deux-Sèvres|Hauts-de-Seine|Landes|Pyrénées-Atlantiques|Hautes-Pyrénées|Pyrénées-Orientales"
        "|Vosges|Yvelines|Hauts-de-France|Pays de la Loire"
    ),
    "la": (
        "Charente|Charente-Maritime|Corrèze|Corse|Corse-du-Sud|Côte-d’Or|Creuse|Dordogne|Drôme"
        "|Haute-Corse|Haute-Garonne|Gironde|Haute-Loire|Loire|Loire-Atlantique|Lozère|Manche|Marne"
        "|Haute-Marne|Mayenne|Meurthe-et-Moselle|Meuse|Moselle|Nièvre|Haute-Saône|Saône-et-Loire"
        "|Sarthe|Savoie|Haute-Savoie|Seine-Maritime|Seine-et-Marne|Seine-Saint-Denis|Somme|Vendée"
        "|Vienne|Haute-Vienne|Guadeloupe|Martinique|Guyane|Réunion|La Réunion|Bretagne|Normandie"
        "|Nouvelle-Aquitaine|Bourgogne-Franche-Comté"
    ),
    "le": (
        "Bas-Rhin|Calvados|Cantal|Cher|Doubs|Finistère|Gard|Gers|Haut-Rhin|Jura|Loir-et-Cher|Loiret"
        "|Lot|Lot-et-Garonne|Maine-et-Loire|Morbihan|Nord|Pas-de-Calais|Puy-de-Dôme|Rhône|Tarn"
        "|Tarn-et-Garonne|Territoire de Belfort|Val-d’Oise|Val-de-Marne|Var|Vaucluse|Grand Est"
        "|Centre-Val de Loire"
    ),
    "l’": (
        "Ain|Aisne|Allier|Ardèche|Ariège|Aube|Aude|Aveyron|Essonne|Eure|Eure-et-Loir|Hérault"
        "|Ille-et-Vilaine|Indre|Indre-et-Loire|Isère|Oise|Orne|Yonne|Île-de-France"
        "|Auvergne-Rhône-Alpes|Occitanie"
    ),
}
_ARTICLE_OF = {name: article for article, names in _ARTICLES.items() for name in names.split("|")}


def _bare(name: str, article: str) -> str:
    """Drop the article a name already carries (« La Réunion ») before giving it its own."""
    return re.sub(rf"^{article}\s+", "", name, flags=re.IGNORECASE)


def _with(article: str, name: str) -> str:
    return f"l’{name}" if article == "l’" else f"{article} {_bare(name, article)}"


def _feminine_epci(name: str) -> bool:
    return name.lower().startswith(("communauté", "métropole"))


def the(name: str, level: str) -> str:
    """Return the territory as the subject of a sentence: « Denain », « le Nord », « l’agglomération »."""
    name = typographic(name)
    match level:
        case Level.COMMUNE:
            return name
        case Level.QPV:
            return f"le quartier {name}"
        case Level.CANTON:
            return f"le {name[:1].lower()}{name[1:]}"
        case Level.GROUPE if name.startswith("Ensemble "):
            return f"l’{name[:1].lower()}{name[1:]}"
        case Level.GROUPE:
            return f"l’ensemble « {name} »"
        case Level.EPCI:
            return f"{'la' if _feminine_epci(name) else 'l’intercommunalité'} {name}"
        case Level.DEPARTEMENT | Level.REGION if name in _ARTICLE_OF:
            return _with(_ARTICLE_OF[name], name)
        case Level.DEPARTEMENT:
            return f"le département {name}"
        case Level.REGION:
            return f"la région {name}"
        case _:
            return f"la {name}" if name.startswith("France") else name


def at(name: str, level: str) -> str:
    """Return where something is true: « à La Sentinelle », « dans le Nord », « en France »."""
    if level == Level.COMMUNE:
        return at_town(typographic(name))
    if level in (Level.METROPOLE, Level.FRANCE):
        return f"en {typographic(name)}"
    return f"dans {the(name, level)}"


def of(name: str, level: str) -> str:
    """Return whose a thing is: « d’Abscon », « du Nord », « de l’agglomération »."""
    if level == Level.COMMUNE:
        return of_town(typographic(name))
    return french.of(the(name, level))


def the_short(territory: Territory) -> str:
    """Return a territory as a subject, the authority called what its inhabitants call it."""
    return territory.noun.the if territory.noun else the(territory.name, territory.level)


def of_short(territory: Territory) -> str:
    """Return whose a thing is, the authority called what its inhabitants call it."""
    return territory.noun.of if territory.noun else of(territory.name, territory.level)


def at_short(territory: Territory) -> str:
    """Return where something is true, the authority called what its inhabitants call it."""
    return territory.noun.at if territory.noun else at(territory.name, territory.level)


def short(territory: Territory) -> str:
    """Return the few words that name a reference territory beside a number."""
    if territory.noun:
        return territory.noun.label
    return "France métro." if territory.level == Level.METROPOLE else typographic(territory.name)
