"""Opening a Word file that anyone may have made: no entity, no network, no bomb, no macro."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.data.release_file import ExportError

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

BODY = "word/document.xml"
CORE = "docProps/core.xml"
MACROS = "word/vbaProject.bin"
LARGEST = 64_000_000
"""Bytes of the text of a document: a file that swells beyond is not one of ours."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a damaged, protected or truncated archive raises."""

_IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"


@dataclass(frozen=True)
class WordFile:
    """What is read of a document."""

    body: _Element
    release_id: str
    """The release named in its properties, empty when there is none."""


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
            body = _parsed(archive, BODY, file.name)
            core = _parsed(archive, CORE, file.name) if CORE in names else None
    except FileNotFoundError as error:
        raise ExportError(
            f"Aucun fichier {file.name} à cet endroit\u00a0: vérifiez le chemin, puis relancez la commande."
        ) from error
    except (*_UNREADABLE, OSError, KeyError) as error:
        raise ExportError(
            f"Le fichier {file.name} n’est pas un document Word lisible\u00a0: "
            "donnez le .docx que «\u00a0bcs export\u00a0» a écrit, enregistré dans ce format."
        ) from error
    return WordFile(body, (core.findtext(_IDENTIFIER) or "" if core is not None else "").strip())


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
