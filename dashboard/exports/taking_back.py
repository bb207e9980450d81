"""Taking back what a person wrote in the free fields of an exported Word file."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.exports.docx_xml import NAMESPACE
from dashboard.exports.release_file import ExportError
from sources.local import Difference, compare, read_texts
from sources.local.fields import BY_KEY, parse_tag
from sources.problems import typographic

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

BODY = "word/document.xml"
LARGEST = 64_000_000
"""Bytes of the text of a document: a file that swells beyond is not one of ours."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a damaged, protected or truncated archive raises."""

_W = f"{{{NAMESPACE}}}"
_CHARACTERS = tuple(f"{_W}{name}" for name in ("t", "tab", "br", "cr", "noBreakHyphen"))


def reprendre(file: Path, folder: Path) -> list[Difference]:
    """Compare the free fields of a Word file with the texts of the local layer; nothing is written.

    Args:
        file: an exported document, edited since.
        folder: the local layer's folder, see :func:`sources.local.write_texts` to write what this returns.

    Raises:
        ExportError: the file is not a document of ours, or a field was copied with two different texts.
        ValidationFailed: the texts in place cannot be read.
    """
    return compare(read_texts(folder), returned(file))


def returned(file: Path) -> dict[str, dict[str, str]]:
    """Return the texts of the free fields by commune and field, an empty one included."""
    found: dict[str, dict[str, str]] = {}
    for control in _body(file).iter(f"{_W}sdt"):
        properties = control.find(f"{_W}sdtPr")
        tag = properties.find(f"{_W}tag") if properties is not None else None
        place = parse_tag(tag.get(f"{_W}val") or "") if tag is not None else None
        content = control.find(f"{_W}sdtContent")
        if place is None or content is None:
            continue
        commune, key = place
        text = _text(content)
        # The invitation to write is not a text, whether or not the program still marks it as one.
        if text == typographic(BY_KEY[key].prompt).strip():
            text = ""
        fields = found.setdefault(commune, {})
        if fields.get(key, text) != text:
            raise ExportError(
                f"Le champ «\u00a0{BY_KEY[key].title}\u00a0» figure deux fois avec deux textes différents."
            )
        fields[key] = text
    if not found:
        raise ExportError(f"Le fichier {file.name} n’a aucun champ libre du baromètre.")
    return found


def _body(file: Path) -> _Element:
    """Parse the text of a Word file, which anyone may have made: no entity, no network, no bomb."""
    from lxml import etree  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(BODY).file_size > LARGEST:
                raise ExportError(f"Le fichier {file.name} est trop gros.")
            with archive.open(BODY) as entry:
                content = entry.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise ExportError(
            f"Aucun fichier {file.name} à cet endroit\u00a0: vérifiez le chemin, puis relancez la commande."
        ) from error
    except (*_UNREADABLE, OSError, KeyError) as error:
        raise ExportError(
            f"Le fichier {file.name} n’est pas un document Word lisible\u00a0: "
            "donnez le .docx que «\u00a0bcs export\u00a0» a écrit, enregistré dans ce format."
        ) from error
    if len(content) > LARGEST:
        raise ExportError(f"Le fichier {file.name} est trop gros.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ExportError(f"Le texte du fichier {file.name} est illisible.") from error


def _text(content: _Element) -> str:
    """Return the words of a control: a line for each paragraph, what was struck out left aside."""
    lines = ("".join(map(_part, p.iter(*_CHARACTERS))).rstrip() for p in content.iter(f"{_W}p"))
    return "\n".join(lines).strip()


def _part(node: _Element) -> str:
    if node.tag == f"{_W}t":
        return node.text or ""
    if node.tag == f"{_W}noBreakHyphen":
        return "-"
    # A tab that belongs to the properties of a paragraph is not a character.
    parent = node.getparent()
    if parent is None or parent.tag != f"{_W}r":
        return ""
    return "\t" if node.tag == f"{_W}tab" else "\n"
