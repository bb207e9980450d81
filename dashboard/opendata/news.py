"""The Atom feed of what changed: one entry for the release, then one for each commune where something did."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from dashboard.address.parameters import LEVEL, TERRITORY
from dashboard.address.screens import DATA, SHEET
from dashboard.address.selection import href
from dashboard.data.questions import Barometer
from dashboard.data.records import Identity
from dashboard.data.release_file import opened
from dashboard.data.revisions import Compared, Kept, compared, previous
from dashboard.opendata.identity import identifiers
from dashboard.story import words
from indicators.news import paragraphs, summary
from sources.french import typographic
from sources.vocabulary import Level

FEED = "nouveautes.atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"


@lru_cache(maxsize=2)
def _pair(path: Path, before: Kept) -> Compared:
    return compared(before, path)


def feed(path: Path, base: str) -> bytes:
    """Return the feed of a release.

    Args:
        path: File of the release.
        base: Address of the folder of open data, with its final slash: every link is absolute.

    Raises:
        ExportError: The release, or the one before, cannot be read.
    """
    with opened(path) as file:
        identity = Barometer(file).identity
    before = previous(path)
    site = urljoin(base, "../")
    names = identifiers(identity)
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "fr"})
    _add(root, "id", f"{names.dataset}:nouveautes")
    _add(root, "title", typographic(f"{names.title} : nouveautés"))
    _add(root, "updated", _moment(identity.created_at))
    author = ET.SubElement(root, f"{{{_ATOM}}}author")
    _add(author, "name", typographic(identity.epci_name))
    _link(root, "self", urljoin(base, FEED))
    page = f"{urljoin(site, DATA.url_path or '')}#nouveautes"
    _link(root, "alternate", page)
    if before is None:
        _entry(root, identity, "version", "Première version", "Aucune version antérieure n’est gardée.", page)
        return _written(root)
    pair = _pair(path, before)
    title = f"Version du {words.date(identity.created_at)}"
    _entry(root, identity, "version", title, summary(pair.changes), page)
    for code, told in paragraphs(pair.changes, pair.names).items():
        asked = href(SHEET, {LEVEL: Level.COMMUNE.value, TERRITORY: code})
        name, _, said = told.partition(" : ")
        _entry(root, identity, code, name, said, urljoin(site, asked))
    return _written(root)


def _entry(root: ET.Element, identity: Identity, key: str, title: str, said: str, address: str) -> None:
    entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
    _add(entry, "id", f"{identifiers(identity).dataset}:nouveautes:{identity.release_id}:{key}")
    _add(entry, "title", typographic(title))
    _add(entry, "updated", _moment(identity.created_at))
    _add(entry, "summary", typographic(said))
    _link(entry, "alternate", address)


def _add(parent: ET.Element, name: str, content: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}{name}").text = content


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": relation, "href": address})


def _moment(when: dt.datetime) -> str:
    return when.replace(tzinfo=dt.UTC).isoformat() if when.tzinfo is None else when.isoformat()


def _written(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
