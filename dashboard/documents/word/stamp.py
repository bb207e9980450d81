"""What an exported Word file remembers of itself: a short digest of each of its paragraphs, part by part.

Kept among the document's own properties, which Word and LibreOffice both give back: whatever is changed
outside the free fields is then seen, with no copy of the export at hand.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

from dashboard.documents.word.fields import Passage

PART = "docProps/custom.xml"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""What Office Open XML calls the set of a document's own properties."""
_NAME = "bcs.export."
_OBJECTS = "bcs.objets"
_SHARE = 240
"""Characters of one property: Word shows and keeps 255."""
_DIGITS = 6
_WHOLE = re.compile(rf"-?[0-9]+:(?:[0-9a-f]{{{_DIGITS}}})+(?:;-?[0-9]+:(?:[0-9a-f]{{{_DIGITS}}})+)*")
_COUNTS = re.compile(r"(?:-?[0-9]+:[0-9]+;?)*")
_PAGE_NUMBER = re.compile(r"\t[\d#]*\s*$")
_ELSEWHERE = -1
"""Rank of what is not in the body: headers, footers."""


@dataclass(frozen=True)
class Outside:
    """What changed outside the free fields since the export."""

    added: tuple[Passage, ...]
    """Paragraphs that are not those of the export: written, or changed."""
    missing: Mapping[int, int]
    """How many paragraphs of the export are no longer there, by rank of part."""
    moved: Mapping[int, int]
    """How many stand elsewhere, as they were, by rank of the part they are in now."""


def digest(text: str) -> str:
    """Return the digest of a paragraph, whatever its spaces and the page number a program put at its end."""
    return hashlib.sha256(" ".join(_PAGE_NUMBER.sub("", text).split()).encode()).hexdigest()[:_DIGITS]


def stamp(passages: Iterable[Passage]) -> str:
    """Return what a document is stamped with: digests by part, in order."""
    shares = groupby(passages, key=lambda passage: passage.section)
    return ";".join(f"{section}:{''.join(digest(p.text) for p in share)}" for section, share in shares)


def properties(stamped: str, objects: Mapping[int, int]) -> bytes:
    """Return the part of the Word file that holds a stamp, and how many pictures each part has."""
    shares = [stamped[start : start + _SHARE] for start in range(0, len(stamped), _SHARE)]
    named = {f"{_NAME}{number:03d}": share for number, share in enumerate(shares)}
    named[_OBJECTS] = ";".join(f"{section}:{count}" for section, count in sorted(objects.items()))
    listed = "".join(
        f'<property fmtid="{_SET}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escape(text)}</vt:lpwstr></property>"
        for number, (name, text) in enumerate(named.items(), start=2)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f"{listed}</Properties>"
    ).encode()


def found_in(named: Mapping[str, str]) -> str:
    """Return the stamp held by the properties of a document, empty when it has none or a damaged one."""
    stamped = "".join(text for name, text in sorted(named.items()) if name.startswith(_NAME))
    return stamped if _WHOLE.fullmatch(stamped) else ""


def objects_in(named: Mapping[str, str]) -> dict[int, int] | None:
    """Return how many pictures each part of the export had, ``None`` where the document does not say."""
    told = named.get(_OBJECTS)
    if told is None or not _COUNTS.fullmatch(told):
        return None
    shares = (share.partition(":") for share in filter(None, told.split(";")))
    return {int(section): int(count) for section, _, count in shares}


def compare(stamped: str, passages: Sequence[Passage]) -> Outside:
    """Return what differs between a document and the export it came from.

    Args:
        stamped: the stamp of the export.
        passages: paragraphs of the document as it is, outside its free fields.
    """
    exported = list(_read(stamped))
    known = {mark for section, mark in exported if section == _ELSEWHERE}
    elsewhere = [p for p in passages if p.section == _ELSEWHERE and digest(p.text) not in known]
    before = [(section, mark) for section, mark in exported if section != _ELSEWHERE]
    body = [p for p in passages if p.section != _ELSEWHERE]
    matcher = difflib.SequenceMatcher(
        None, [m for _, m in before], [digest(p.text) for p in body], autojunk=False
    )
    changes = [one for one in matcher.get_opcodes() if one[0] != "equal"]
    gone = Counter(place for _, start, end, _, _ in changes for place in before[start:end])
    added: list[Passage] = []
    moved: Counter[int] = Counter()
    for *_, first, last in changes:
        known_as = _moved(body[first:last], gone)
        if known_as:
            gone -= known_as
            moved.update(passage.section for passage in body[first:last])
        else:
            added += body[first:last]
    missing: Counter[int] = Counter()
    for (section, _), count in gone.items():
        missing[section] += count
    return Outside((*added, *elsewhere), missing, moved)


def _moved(run: Sequence[Passage], gone: Counter[tuple[int, str]]) -> Counter[tuple[int, str]]:
    """Return what passages that follow each other were in the export, if all of them left another place.

    A figure of a table alone is one that was changed, even where another table has lost the same.
    """
    if all(passage.cell for passage in run):
        return Counter()
    left = gone.copy()
    found: Counter[tuple[int, str]] = Counter()
    for passage in run:
        mark = digest(passage.text)
        place = next((one for one in left if one[1] == mark and left[one]), None)
        if place is None:
            return Counter()
        left[place] -= 1
        found[place] += 1
    return found


def _read(stamped: str) -> Iterator[tuple[int, str]]:
    for share in filter(None, stamped.split(";")):
        section, _, marks = share.partition(":")
        for start in range(0, len(marks), _DIGITS):
            yield int(section), marks[start : start + _DIGITS]
