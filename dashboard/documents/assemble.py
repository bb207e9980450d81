"""The whole document of a commune: its eleven parts, then its sources; and the four pages of the dialogue."""

from __future__ import annotations

import re
import unicodedata

from dashboard.data.records import Territory
from dashboard.documents import standouts
from dashboard.documents.dossier import Dossier
from dashboard.documents.model import Block, Document, Free, Paragraph, Section
from dashboard.documents.parts import (
    changes,
    commitments,
    diagnostic,
    essential,
    follow_up,
    key_figures,
    offer,
    place,
    trends,
)
from dashboard.documents.parts.commitments import Part
from dashboard.story import parts, words
from sources import french
from sources.french import lowered
from sources.local.fields import FIELDS
from sources.vocabulary import Status

TITLE = "Priorités Communales"
FULL, SHORT, PAGE = "priorites-communales", "dialogue", "fiche"
"""Heads of the names of their files."""
DIALOGUE = "Dialogue de projets"

PARTS: tuple[Part, ...] = (
    diagnostic.blocks,
    place.blocks,
    offer.facilities,
    offer.services,
    commitments.priorities,
    commitments.programme,
    commitments.property_tax,
    commitments.participation,
    commitments.steering,
    commitments.team,
    follow_up.blocks,
)
"""What writes each part, in the order of :data:`dashboard.story.parts.PARTS`."""


def document(dossier: Dossier) -> Document:
    """Return the document of a commune."""
    # What is read first cites its sources first.
    opening = Section(None, essential.TITLE, tuple(essential.blocks(dossier)))
    sections = []
    for number, (title, part) in enumerate(zip(parts.PARTS, PARTS, strict=True), start=1):
        sections.append(Section(number, title, (*part(dossier), *_fields(dossier, number))))
    sections.append(Section(None, parts.SOURCES_TITLE, (dossier.sources.brief(), *_reading(dossier))))
    return _document(dossier, TITLE, FULL, tuple(sections), opening)


def dialogue(dossier: Dossier, previous: Dossier | None) -> Document:
    """Return the four pages of the « Dialogue de projets »: what changed, key figures, open priorities."""
    sections = [
        Section(1, "Ce qui a changé", tuple(changes.blocks(dossier, previous))),
        Section(2, "Points forts et fragilités", tuple(standouts.blocks(dossier))),
        Section(3, "Les indicateurs clés", tuple(key_figures.blocks(dossier))),
        Section(
            4,
            "Les priorités ouvertes",
            (commitments.priority_table(dossier, only_open=True), *_fields(dossier, 5)),
        ),
    ]
    sections.append(Section(None, "Sources", (dossier.sources.brief(),)))
    return _document(dossier, DIALOGUE, SHORT, tuple(sections))


def page(dossier: Dossier) -> Document:
    """Return what is read on one page, on a telephone too: what comes first, how it moves, every figure."""
    sections = [
        Section(None, essential.TITLE, tuple(essential.blocks(dossier))),
        Section(None, trends.TITLE, tuple(trends.blocks(dossier))),
        Section(None, parts.PARTS[0], tuple(diagnostic.blocks(dossier))),
    ]
    reading = (dossier.sources.brief(), *_reading(dossier))
    sections.append(Section(None, parts.SOURCES_TITLE, reading))
    return _document(dossier, TITLE, PAGE, tuple(sections))


def _document(
    dossier: Dossier, title: str, name: str, sections: tuple[Section, ...], opening: Section | None = None
) -> Document:
    identity, commune = dossier.barometer.identity, dossier.commune
    return Document(
        name=file_name(name, commune),
        title=french.typographic(of_contract(title, identity.contract)),
        subtitle=french.typographic(commune.name),
        authority=french.typographic(identity.epci_name),
        release_id=identity.release_id,
        released=identity.created_at,
        facts=tuple(_facts(dossier)),
        sections=sections,
        opening=opening,
    )


def of_contract(title: str, contract: str | None) -> str:
    """Return a title followed by the contract it is for, alone where there is none."""
    return f"{title} – {contract}" if contract else title


def file_name(kind: str, commune: Territory) -> str:
    """Return the name of the file of a commune, without its suffix."""
    return f"{kind}-{commune.code}-{slug(commune.name)}"


def slug(name: str) -> str:
    """Return a name that is safe in a file name on every system."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe"))
    kept = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower())
    return kept.strip("-")[:60].strip("-") or "commune"


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    known = dossier.library.populations.get(dossier.commune.code)
    facts = []
    if known is not None:
        facts.append(("Population", f"{french.number(known[1])} habitants (recensement de {known[0]})"))
    quarters = dossier.current_quarters
    named = french.enumeration([q.name for q in quarters])
    facts.append(("Quartiers prioritaires de 2024", named or dossier.without_quarter))
    if dossier.groups:
        facts.append(("Dans le contrat", french.enumeration([g.name for g in dossier.groups])))
    facts.append(("Version des chiffres", f"{words.date(dossier.barometer.identity.created_at.date())}"))
    return [(label, french.typographic(text)) for label, text in facts]


def _fields(dossier: Dossier, part: int) -> list[Block]:
    code = dossier.commune.code
    return [
        Free(
            field.tag(code),
            french.typographic(field.title),
            french.typographic(field.prompt),
            dossier.local.text(code, field.key),
        )
        for field in FIELDS
        if field.part == part
    ]


def _reading(dossier: Dossier) -> list[Block]:
    """Say how the document chooses what it puts first, and what the words it uses of a figure mean."""
    quarters = dossier.quarter_readings.values()
    readings = (reading for known in (dossier.readings, *quarters) for reading in known.values())
    used = {value.status for reading in readings for value in (reading.shown, reading.newer) if value}
    meant = " ; ".join(
        f"{status.label} – {lowered(said).removesuffix('.')}"
        for status, said in words.STATUS_EXPLANATIONS.items()
        if status in used - {Status.OBSERVED}
    )
    told = (
        standouts.rule(dossier.authority),
        f"Ce que veulent dire les mots d’un chiffre absent ou approché : {meant}.",
    )
    return [Paragraph(french.typographic(one), "note") for one in told]
