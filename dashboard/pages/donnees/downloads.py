"""The files to download, each with its size, and the addresses other tools read them at."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from dashboard.address.parameters import TABLE
from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.data.release_file import ExportError
from dashboard.data.tables import Table, tables
from dashboard.opendata.bundle import Bundle, File, bundle
from dashboard.opendata.files import (
    CSV_ZIP,
    DATABASE,
    LAYERS,
    PACKAGE,
    PARQUET_ZIP,
    README,
    RECORD,
    REUSE,
    WORKBOOK,
)
from dashboard.opendata.readme import size
from dashboard.opendata.routes import ADDRESS
from dashboard.story.markup import Fragment, element, table, text
from dashboard.widgets.choice import select
from dashboard.widgets.takeaway import page_view
from sources.french import typographic

KINDS = {
    "VARCHAR": "texte",
    "INTEGER": "nombre entier",
    "BIGINT": "nombre entier",
    "DOUBLE": "nombre",
    "BOOLEAN": "vrai ou faux",
    "DATE": "date",
    "TIMESTAMP": "date et heure",
}

# For whom each file is; the others are named by their title.
_FOR = {
    WORKBOOK: "Pour Excel ou LibreOffice : une feuille par thème, puis les feuilles de description.",
    CSV_ZIP: "Une table par fichier ; point-virgule, virgule décimale, s’ouvre d’un double clic dans Excel.",
    PARQUET_ZIP: "Les mêmes tables, typées, pour Python, R ou DuckDB.",
    DATABASE: "La version entière en un fichier, chaque colonne étant commentée.",
    LAYERS: "Pour QGIS : contours et derniers chiffres, une couche par sorte de territoire.",
    "geojson/communes.geojson": "Pour une carte : communes, en longitude et latitude (WGS 84).",
    "geojson/qpv_2015.geojson": "Pour une carte : quartiers prioritaires de 2015, avec leurs communes.",
    "geojson/qpv_2024.geojson": "Pour une carte : quartiers prioritaires de 2024, avec leurs communes.",
    PACKAGE: "Chaque fichier et chaque colonne décrits, au format Frictionless.",
    RECORD: "La fiche que moissonne un portail de données ouvertes.",
    REUSE: "Quelques lignes à copier pour DuckDB, Python, R et QGIS.",
    README: "Comment ouvrir ces fichiers et lire les statuts.",
}


def downloads(barometer: Barometer, selection: Selection) -> None:
    """Show the files of the release.

    Args:
        barometer: The release.
        selection: What the address asks for, the table shown among it.
    """
    try:
        with st.spinner("Préparation des fichiers de cette version…"):
            files = bundle(barometer.release.path)
    except ExportError as problem:
        st.warning(typographic(str(problem)))
        return
    with st.container(key="telechargements"):
        for path, purpose in _FOR.items():
            file = files.find(path)
            if file is not None:
                said, pressed = st.columns([5, 4], vertical_alignment="center")
                with said:
                    st.html(text("p", purpose))
                with pressed:
                    _button(files, file, f"{file.title} ({_kind(file)}, {size(file.bytes)})")
    st.html(text("h3", "Une seule table"))
    _one_table(barometer, files, selection)
    st.html(text("h3", "Adresses stables") + _addresses(files))


def _one_table(barometer: Barometer, files: Bundle, selection: Selection) -> None:
    known = tables(barometer.release)
    chosen = next((found for found in known if found.name == selection.table), known[0])
    select(
        "Table",
        known,
        chosen,
        key="table_choisie",
        words=lambda found: typographic(f"{found.name} – {found.comment}"),
        parameters=lambda found: selection.parameters(**{TABLE: found.name}),
    )
    with st.container(key="telecharger_table", horizontal=True):
        for kind in ("csv", "parquet"):
            file = files.find(f"{kind}/{chosen.name}.{kind}")
            if file is not None:
                _button(files, file, f"Table {chosen.name} ({_kind(file)}, {size(file.bytes)})")
    title = f"Colonnes de la table {chosen.name}"
    with st.expander(title, key="colonnes"):
        page_view(f"colonnes_{chosen.name}", barometer.identity, _dictionary(chosen, title))


def _button(files: Bundle, file: File, label: str) -> None:
    st.download_button(
        typographic(label),
        # Read when the button is pressed, not at each visit.
        data=partial(files.content, file),
        file_name=_saved_as(files, file),
        mime=file.media_type,
        key=f"telecharger_{file.path}",
        on_click="ignore",
        wrap=True,
    )


def _saved_as(files: Bundle, file: File) -> str:
    """Return the name under which a file is saved: two releases side by side have two names."""
    path = Path(file.path)
    return f"{path.stem}-{files.release_id}{path.suffix}"


def _kind(file: File) -> str:
    return Path(file.path).suffix.removeprefix(".")


def _dictionary(chosen: Table, title: str) -> Fragment:
    rows = [
        (column.name, column.comment, KINDS.get(column.kind, column.kind.lower()))
        for column in chosen.columns
    ]
    return table(title, ("Colonne", "Ce qu’elle contient", "Type"), rows)


def _addresses(files: Bundle) -> Fragment:
    # Relative to the page: they hold behind a proxy that serves the barometer under a folder.
    base = ADDRESS.removeprefix("/")
    shown = [
        path
        for path in (PACKAGE, RECORD, "csv/value.csv", "parquet/value.parquet", *_FOR)
        if files.find(path)
    ]
    links = [
        element("li", element("a", text("span", f"{ADDRESS}/{path}"), href=f"{base}/{path}"))
        for path in dict.fromkeys(shown)
    ]
    return text(
        "p",
        "Un tableur, un carnet ou un portail lit ces adresses sans passer par les pages, tant que le "
        "baromètre est servi. Elles donnent toujours la version publiée ; le nom des fichiers, des tables"
        " et des identifiants ne change pas d’une version à l’autre. Toutes les tables sont dans csv/ et "
        "parquet/.",
    ) + element("ul", *links)
