"""What a downloaded file really is, from its bytes, and a name for it that cannot harm.

Belongs here: magic bytes, file names given by a server. Does not belong here: the content of a file
(``sources.readers``).
"""

from __future__ import annotations

import re
import zipfile
from email.message import EmailMessage
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

Kind = Literal[
    "csv", "zip", "xlsx", "xls", "parquet", "html", "xml", "json", "pdf", "gzip", "empty", "binary"
]

LABELS: dict[Kind, str] = {
    "csv": "un fichier texte (CSV)",
    "zip": "une archive zip entière",
    "xlsx": "un classeur xlsx",
    "xls": "un ancien classeur (.xls, .ods ou .doc)",
    "parquet": "un fichier parquet",
    "html": "une page web (HTML), souvent un message d’erreur du site",
    "xml": "un fichier XML",
    "json": "un fichier JSON, souvent un message d’erreur du site",
    "pdf": "un document PDF",
    "gzip": "une archive gzip",
    "empty": "un fichier vide",
    "binary": "un fichier que rien ne permet de reconnaître, ou une archive incomplète",
}

_SUFFIXES: dict[str, Kind] = {
    ".csv": "csv",
    ".txt": "csv",
    ".zip": "zip",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".parquet": "parquet",
}
_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<!--", b"<div", b"<p>", b"<h1")
_HEAD = 65_536
_LONGEST_NAME = 120
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def kind_of(path: Path) -> Kind:
    """Return what a file is, from its bytes alone: neither its name nor what the server called it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(-min(4, len(head)), 2)
        tail = file.read()
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return "empty"
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(b"PAR1"):
        # A cut parquet file has lost the second mark, and its footer with it.
        return "parquet" if tail == b"PAR1" else "binary"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"\0" in head:
        return "binary"
    if text.startswith(_HTML):
        return "html"
    if text.startswith(b"<"):
        return "html" if b"<html" in text[:2000] else "xml"
    return "json" if text.startswith((b"{", b"[")) else "csv"


def _zip_kind(path: Path) -> Kind:
    """Tell a workbook from an archive; only the list of members is read, nothing is expanded."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeError):
        return "binary"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "zip" if names else "empty"


def accepted_kinds(layout_format: str, url: str) -> frozenset[Kind]:
    """Return what an address may give: the layout's format, bare or zipped, or what it promises."""
    known: dict[str, set[Kind]] = {
        "csv": {"csv", "zip"},
        "xlsx": {"xlsx", "xls", "zip"},
        "xls": {"xls", "xlsx", "zip"},
    }
    accepted = known.get(layout_format, {"zip", *(k for k in LABELS if k == layout_format)})
    promised = _SUFFIXES.get(PurePosixPath(urlsplit(url).path).suffix.lower())
    return frozenset(accepted & {promised} if promised in accepted else accepted)


def safe_name(disposition: str | None, url: str, fallback: str) -> str:
    """Return the producer's file name as one harmless component, whatever the server wrote.

    Args:
        disposition: the ``Content-Disposition`` header, which wins when it names a file.
        url: the address that finally answered.
        fallback: the name to use when neither gives one.
    """
    last = unquote(PurePosixPath(urlsplit(url).path).name)
    return _harmless(_disposition_name(disposition)) or _harmless(last) or fallback


def with_suffix(name: str, kind: Kind) -> str:
    """Return the name with the suffix of what the file is, when it has none we know."""
    return name if Path(name).suffix.lower() in _SUFFIXES else f"{name}.{kind}"


def _disposition_name(disposition: str | None) -> str:
    if not disposition:
        return ""
    message = EmailMessage()
    try:
        # Servers send UTF-8 where HTTP says Latin-1, which is how the header was decoded.
        message["Content-Disposition"] = re.sub(r"[\r\n]", "", disposition)
        return message.get_filename() or ""
    except (ValueError, IndexError, KeyError, AttributeError, LookupError):
        # The standard library's parser trips over some malformed headers: then the address names the file.
        return ""


def _harmless(name: str) -> str:
    last = re.split(r"[/\\]", name)[-1]
    clean = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*').strip(" .")
    if _DEVICES.fullmatch(clean):
        clean = f"_{clean}"
    stem, suffix = Path(clean).stem, Path(clean).suffix
    return (
        clean
        if len(clean) <= _LONGEST_NAME
        else stem[: _LONGEST_NAME - len(suffix)] + suffix[-_LONGEST_NAME:]
    )
