"""Opening a Word file that anyone may have made: no entity, no network, no bomb, no macro."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.data.release_file import ExportError
from dashboard.documents.word.xml import NAMESPACE

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

BODY = "word/document.xml"
RELATIONS = "word/_rels/document.xml.rels"
NUMBERING = "word/numbering.xml"
CORE = "docProps/core.xml"
CUSTOM = "docProps/custom.xml"
_OTHER = re.compile(r"word/(header|footer|footnotes|endnotes|comments|diagrams/data|charts/chart)\d*\.xml")
_CALLED = {
    "header": "En-tête",
    "footer": "Pied de page",
    "footnotes": "Note de bas de page",
    "endnotes": "Note de fin",
    "diagrams/data": "Schéma",
    "charts/chart": "Graphique",
}
MACROS = "word/vbaProject.bin"
LARGEST = 64_000_000
"""Bytes of the text of a document: a file that unpacks to more is none of our documents."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a damaged, protected or truncated archive raises."""

_W = f"{{{NAMESPACE}}}"
_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"


@dataclass(frozen=True)
class Comment:
    """A comment in the margin."""

    number: str
    author: str
    content: _Element


@dataclass(frozen=True)
class WordFile:
    """What is read of a document."""

    parts: tuple[tuple[str, _Element], ...]
    """Its body under an empty name, then its headers, footers and notes, and what to call them."""
    links: Mapping[str, str]
    """Addresses of its hyperlinks, by relation."""
    comments: tuple[Comment, ...]
    release_id: str
    """The release named in its properties, empty when there is none."""
    properties: Mapping[str, str]
    """Its own properties, by name."""
    numbering: _Element | None
    """The lists it declares."""


def opened_word(file: Path) -> WordFile:
    """Read the text of a Word file.

    Raises:
        ExportError: it is absent, damaged, too big, with macros, or not a Word file.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if MACROS in names:
                raise ExportError(
                    f"Le fichier {file.name} contient des macros\u00a0: "
                    "enregistrez-le au format Word sans macro (.docx), puis relancez la commande."
                )
            parts = [("", _parsed(archive, BODY, file.name))]
            if not parts[0][1].tag.startswith(_W):
                raise ExportError(
                    f"Le fichier {file.name} est enregistré au format «\u00a0Open XML strict\u00a0»\u00a0: "
                    "enregistrez-le en «\u00a0Document Word (.docx)\u00a0», puis relancez la commande."
                )
            comments: list[Comment] = []
            for entry, kind in sorted((m[0], m[1]) for m in map(_OTHER.fullmatch, names) if m):
                element = _parsed(archive, entry, file.name)
                if kind == "comments":
                    comments += (
                        Comment(c.get(f"{_W}id") or "", c.get(f"{_W}author") or "quelqu’un", c)
                        for c in element
                    )
                else:
                    parts.append((_CALLED[kind], element))
            core, custom, relations, numbering = (
                _parsed(archive, entry, file.name) if entry in names else None
                for entry in (CORE, CUSTOM, RELATIONS, NUMBERING)
            )
    except FileNotFoundError as error:
        raise ExportError(
            f"Aucun fichier {file.name} à cet endroit\u00a0: vérifiez le chemin, puis relancez la commande."
        ) from error
    except (*_UNREADABLE, OSError, KeyError) as error:
        raise ExportError(
            f"Le fichier {file.name} n’est pas un document Word lisible\u00a0: "
            "donnez le .docx que «\u00a0bcs exporter\u00a0» a écrit, enregistré dans ce format."
        ) from error
    return WordFile(
        tuple(parts),
        {} if relations is None else {r.get("Id") or "": r.get("Target") or "" for r in relations},
        tuple(comments),
        (core.findtext(_IDENTIFIER) or "" if core is not None else "").strip(),
        {} if custom is None else {p.get("name") or "": "".join(p.itertext()) for p in custom},
        numbering,
    )


def _parsed(archive: zipfile.ZipFile, entry: str, name: str) -> _Element:
    from lxml import etree  # type: ignore[import-untyped]

    if archive.getinfo(entry).file_size > LARGEST:
        raise ExportError(f"Le fichier {name} est trop gros.")
    with archive.open(entry) as opened:
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ExportError(f"Le fichier {name} est trop gros.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ExportError(f"Le texte du fichier {name} est illisible.") from error
