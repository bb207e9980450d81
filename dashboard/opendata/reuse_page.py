"""« Réutiliser »: a page that stands alone, with the lines each tool needs to read the published files."""

from __future__ import annotations

import html

from dashboard.data import reuse
from dashboard.story.markup import Fragment, element, text
from sources.french import typographic

_BASE = "https://adresse-du-barometre/opendata"
"""Stands for the address of the site: the page is read from a copy too."""

_PYTHON = """import polars as pl

valeurs = pl.read_parquet("{base}/parquet/value.parquet")
communes = valeurs.filter(level="commune", indicator="{indicator}")"""
_R = """valeurs <- read.csv2("{base}/csv/value.csv?indicateur={indicator}",
                     fileEncoding = "UTF-8-BOM")
subset(valeurs, level == "commune" & !is.na(value))"""
_QGIS = """Couche > Ajouter une couche vecteur > Protocole : HTTP(S)
{base}/barometre.gpkg"""
_EXAMPLES = (("DuckDB", reuse.DUCKDB_EXAMPLE), ("Python", _PYTHON), ("R", _R), ("QGIS", _QGIS))
_RULES = (
    "Une valeur vide n’est jamais un zéro : la colonne « status » dit pourquoi elle manque.",
    "Un taux ou une médiane ne se moyenne pas entre territoires : reprenez numérateur et dénominateur.",
    "Ne joignez pas d’une ligne deux années de part et d’autre d’une rupture (table « series_break »).",
    "Citez le producteur et le millésime : ils sont dans les tables « dataset » et « millesime ».",
)


def page(indicator: str, code: str) -> str:
    """Return the page, with an indicator and a commune of the release in its examples."""
    title = "Réutiliser les données du baromètre"
    rules = element("ul", *(text("li", typographic(rule)) for rule in _RULES))
    examples = (
        part
        for name, lines in _EXAMPLES
        for part in (text("h2", name), _code(lines.format(base=_BASE, indicator=indicator)))
    )
    filters = (
        f"Le fichier csv/value.csv se filtre par l’adresse : ?indicateur={indicator}&code={code}&annee=2022. "
        "Remplacez « adresse-du-barometre » par l’adresse où vous lisez le baromètre."
    )
    body = element("main", text("h1", title), text("p", typographic(filters)), rules, *examples)
    head = element("head", element("meta", charset="utf-8"), text("title", title))
    return f"<!doctype html>\n{element('html', head, element('body', body), lang='fr').html}\n"


def _code(code: str) -> Fragment:
    """Return lines to copy: as they are, without the typography of a sentence."""
    return element("pre", element("code", Fragment(html.escape(code, quote=False))))
