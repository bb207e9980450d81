"""The text that goes with the files: what they are, how to open them, what a status means."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from dashboard.data.questions import Barometer
from dashboard.data.release import Release
from dashboard.opendata.licences import Source
from dashboard.story import words
from sources.french import NBSP, number, plural, typographic

_WIDTH = 96
_HOW = (
    "barometre.xlsx : pour Excel ou LibreOffice. Une feuille par thème, puis les feuilles de description.",
    (
        "csv/ : une table par fichier, UTF-8 avec indicateur d'ordre des octets, séparateur « ; », virgule "
        "décimale, fins de ligne CR LF. Un double clic l'ouvre dans Excel en français. Un programme doit le "
        "lire avec la virgule décimale, ou préférer Parquet."
    ),
    (
        "Dans les CSV, une apostrophe précède tout texte qui commence par =, +, -, @ ou une tabulation : "
        "sans elle, un tableur l'exécuterait comme une formule. Les nombres ne sont pas concernés. Les "
        "autres formats gardent le texte tel quel."
    ),
    (
        "Le classeur, les CSV et les contours portent sur les territoires suivis par le baromètre. Parquet "
        "et DuckDB contiennent aussi, quand des fichiers nationaux ont été déposés, le reste de la France, "
        "ses valeurs et les observations dont elles sont faites : la colonne « followed » y distingue les "
        "territoires suivis."
    ),
    "parquet/ : les tables, typées, pour Python, R ou DuckDB.",
    "geojson/ : les contours simplifiés, en WGS 84 (longitude, latitude).",
    (
        "barometre.duckdb : la version entière en un fichier, chaque colonne étant commentée. Se lit avec "
        "DuckDB 2.0 ou plus récent."
    ),
    "datapackage.json : description de chaque fichier et de chaque colonne (Frictionless Data Package 2.0).",
    "dcat.jsonld : fiche de catalogue (DCAT-AP) pour un portail de données ouvertes.",
)
_RULES = (
    "Une valeur vide n'est jamais un zéro : la colonne « status » dit pourquoi il n'y a pas de chiffre.",
    "Un taux ou une médiane ne se moyenne pas d'un territoire à l'autre.",
    (
        "« millesime » est l'année de référence des données, et non l'année d'édition ; il est vide quand le "
        "producteur n'en donne pas."
    ),
    (
        "Deux valeurs ne se comparent que si leur « concept » est le même ; la table series_break dit à "
        "partir de quelle année une série ne se compare plus aux précédentes."
    ),
    (
        "Les codes et les identifiants (indicateurs, séries, jeux de données, territoires) restent les mêmes "
        "d'une version à l'autre."
    ),
)


def readme(file: Release, resources: list[dict[str, Any]], sources: Sequence[Source]) -> str:
    """Return the text, in French, lines ended for any text editor.

    Args:
        file: The release.
        resources: The files, as the data package describes them.
        sources: Datasets the figures come from.
    """
    identity = Barometer(file).identity
    lines = [
        *_title(f"Baromètre de cohésion sociale – {identity.epci_name}", "="),
        f"Version {identity.release_id}, produite le {words.date(identity.created_at)}.",
        *_section("Comment ouvrir ces fichiers", _HOW),
        *_section("Comment lire les chiffres", _RULES),
        *_section(
            "Statuts",
            [
                f"{status.value} – {status.label} : {explanation}"
                for status, explanation in words.STATUS_EXPLANATIONS.items()
            ],
        ),
        *_section("Fichiers", [f"{r['path']} – {r['title']} ({size(r['bytes'])})" for r in resources]),
        *_section(
            "Sources et licences",
            [f"{source.title}. {source.licence.title}." for source in sources],
        ),
    ]
    return typographic("\r\n".join(lines)) + "\r\n"


def size(count: int) -> str:
    """Return a file size in French: « 820 octets », « 12 ko », « 6,3 Mo »."""
    if count < 1000:
        return plural(count, "octet")
    unit, name = (1000, "ko") if count < 999_500 else (1_000_000, "Mo")
    amount = count / unit
    return f"{number(amount, 0 if unit == 1000 or amount >= 100 else 1)}{NBSP}{name}"


def _title(text: str, rule: str) -> list[str]:
    return [text, rule * len(text), ""]


def _section(title: str, items: Sequence[str]) -> list[str]:
    lines = ["", *_title(title, "-")]
    for item in items:
        # Typography first: a line never breaks before a colon.
        lines += wrap(
            typographic(item),
            _WIDTH,
            initial_indent="- ",
            subsequent_indent="  ",
            break_long_words=False,
        )
    return lines
