"""Taking back what a person wrote in an exported Word file: in its free fields, and anywhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from dashboard.data.release_file import ExportError
from dashboard.documents.word import fields as word_fields
from dashboard.documents.word import stamp
from dashboard.documents.word.fields import Change, Passage
from dashboard.documents.word.file import WordFile, opened_word
from sources.french import typographic
from sources.local import Difference, compare, read_texts
from sources.local.fields import BY_KEY, FIELDS, Field, Place
from sources.local.texts import fingerprint, normal
from sources.problems import quoted

NOTHING = fingerprint("")
_TO_SPECIFY = re.escape(typographic("à préciser"))
_UNSAID = re.compile(rf"^{_TO_SPECIFY}(?=\w|$)|(?<=\w){_TO_SPECIFY}$", re.MULTILINE)
"""The invitation of a cell: the same words in a sentence are a person’s own."""
COMMENT = "Commentaire"


@dataclass(frozen=True)
class Stray:
    """Words that stand outside the free fields and were not in the export: written there, or changed."""

    where: str
    """The part and the rank of the paragraph, in French."""
    text: str
    field: Field | None
    """The free field of that part, where they could go."""

    def message(self) -> str:
        """Return what was found, in a few French lines."""
        lines = [f"{self.where}\u00a0:", *(f"  + {line}" for line in self.text.splitlines())]
        if self.field is not None:
            lines.append(f"    → à mettre dans {quoted(self.field.title)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class TakenBack:
    """What a document says, in its free fields and outside them."""

    release_id: str
    """The release it was exported from, as the file still says; empty when it no longer does."""
    texts: dict[str, dict[str, str]]
    """Texts by commune and field, an empty one included."""
    exported: Mapping[Place, str]
    """Fingerprint of the text each field was exported with, where the file still bears it."""
    fields: Mapping[str, Field]
    """The fields these texts are of, by key."""
    stray: tuple[Stray, ...] = ()
    changes: tuple[Change, ...] = ()
    """Tracked changes inside the fields: they must be accepted or refused before they are taken back."""
    notes: tuple[str, ...] = ()
    """What the document holds, or lacks, that no text can say."""

    def differences(self, folder: Path, *, with_stray: bool = False) -> list[Difference]:
        """Compare with the texts of the local layer; nothing is written.

        Args:
            folder: the local layer's folder.
            with_stray: add what stands outside the fields to the field of its part.

        Raises:
            ValidationFailed: the texts in place cannot be read.
        """
        texts = {commune: dict(fields) for commune, fields in self.texts.items()}
        if with_stray and len(texts) == 1:
            (fields,) = texts.values()
            for one in self.stray:
                if one.field is not None:
                    fields[one.field.key] = f"{fields.get(one.field.key, '')}\n{one.text}".strip()
        return compare(read_texts(folder), texts, self.exported, self.fields)


def reprendre(file: Path, folder: Path) -> list[Difference]:
    """Compare the free fields of a Word file with the texts of the local layer; nothing is written.

    Args:
        file: an exported document, edited since.
        folder: the local layer's folder, see :func:`sources.local.write_texts` to write what this returns.

    Raises:
        ExportError: the file is not from this application, or a field was copied with two different texts.
        ValidationFailed: the texts in place cannot be read.
    """
    return taken_back(file).differences(folder)


def returned(file: Path) -> dict[str, dict[str, str]]:
    """Return the texts of the free fields of the parts by commune and field, an empty one included."""
    return {
        commune: {key: text for key, text in fields.items() if key in BY_KEY}
        for commune, fields in taken_back(file).texts.items()
    }


@dataclass
class _Found:
    """What was found of one field in the whole document."""

    texts: dict[str, None] = field(default_factory=dict)
    """Different texts, in their order."""
    pictures: bool = False
    struck: bool = False


def taken_back(file: Path, cells: Mapping[str, Field] | None = None, *, accept: bool = True) -> TakenBack:
    """Read a Word file whole.

    Args:
        file: an exported document, edited since.
        cells: the fields of the cells to fill, by the short key a document bears.
        accept: whether tracked changes inside the fields are taken as accepted, or as refused.

    Raises:
        ExportError: the file is not from this application, or a field was copied with two different texts.
    """
    document = opened_word(file)
    reading = word_fields.read(document.parts, document.links, document.numbering, accept=accept)
    fields = {**{f.short: f for f in FIELDS}, **(cells or {})}
    found = _found(reading)
    if not found and not stamp.found_in(document.properties):
        raise ExportError(
            f"Le fichier {file.name} n’a aucun champ libre du baromètre\u00a0: "
            "donnez un document que «\u00a0bcs exporter\u00a0» a écrit."
        )
    texts: dict[str, dict[str, str]] = {}
    unknown: list[Stray] = []
    for (commune, short), one in found.items():
        known = fields.get(short)
        if known is None:
            gone = "Cellule d’une ligne que le volet local n’a plus"
            unknown += (Stray(gone, text, None) for text in one.texts if text)
            continue
        text, *copies = one.texts
        texts.setdefault(commune, {})[known.key] = text
        known_lines = {"", *text.splitlines(), typographic(known.prompt).strip()}
        for copy in copies:
            more = [line for line in copy.splitlines() if line.strip() not in known_lines]
            known_lines.update(more)
            if more:
                where = f"Second exemplaire du champ {quoted(known.title)}"
                unknown.append(Stray(where, "\n".join(more), known))
    exported = {
        (commune, fields[short].key): mark
        for (commune, short), mark in reading.exported.items()
        if short in fields
    }
    stray = (*unknown, *_comments(document, reading, fields), *_outside(document, reading))
    return TakenBack(
        document.release_id,
        texts,
        exported,
        {f.key: f for f in fields.values()},
        # The review of the contract and the page of a project holder have parts, and no field.
        stray if found else tuple(replace(one, field=None) for one in stray),
        tuple(
            replace(c, place=(c.place[0], fields[c.place[1]].key))
            for c in reading.changes
            if c.place[1] in fields
        ),
        tuple(_notes(found, document, reading, fields)),
    )


def _found(reading: word_fields.Reading) -> dict[Place, _Found]:
    """Return what was found of each field, by commune and short key."""
    found: dict[Place, _Found] = {}
    empty = []
    for piece in reading.pieces:
        text = _without_invitation(piece.text, piece.place[1])
        if piece.marked and not piece.controlled and not text:
            empty.append(piece.place)
            continue
        one = found.setdefault(piece.place, _Found())
        one.texts[text] = None
        one.pictures = one.pictures or piece.pictures
        one.struck = one.struck or piece.struck
    for place in empty:
        # Its control is elsewhere, or was deleted: an empty place does not mean an empty text.
        if place not in found and reading.exported[place] == NOTHING:
            found[place] = _Found({"": None})
    return found


def _without_invitation(text: str, short: str) -> str:
    """Return a text without the invitation to write, whether or not the program still marks it as one."""
    if short not in BY_KEY:
        return normal(_UNSAID.sub("", normal(text), count=1))
    return normal(text.replace(typographic(BY_KEY[short].prompt).strip(), "", 1))


def _outside(document: WordFile, reading: word_fields.Reading) -> list[Stray]:
    """Return what stands outside the fields and was not in the export."""
    stamped = stamp.found_in(document.properties)
    if not stamped:
        return []
    return [
        Stray(_where(passage), " ".join(passage.text.split()), _field_of(passage.section))
        for passage in stamp.compare(stamped, reading.passages).added
    ]


def _where(passage: Passage) -> str:
    if passage.section < 0:
        return passage.heading
    part = f"Partie {quoted(passage.heading)}" if passage.heading else "Première page"
    return f"{part}, paragraphe {passage.rank}{' (dans un tableau)' if passage.cell else ''}"


def _field_of(section: int) -> Field | None:
    """Return the free field of a part, by its rank in the document."""
    return next((f for f in FIELDS if f.part == section), None)


def _comments(document: WordFile, reading: word_fields.Reading, fields: Mapping[str, Field]) -> list[Stray]:
    """Return the comments in the margin, with the field it is about."""
    out = []
    for comment in document.comments:
        passages = word_fields.read(((COMMENT, comment.content),)).passages
        text = "\n".join(p.text.strip() for p in passages)
        anchor = reading.anchors.get(comment.number)
        about = None
        if anchor is not None:
            about = fields.get(anchor.place[1]) if anchor.place else _field_of(anchor.section)
        if text:
            out.append(Stray(f"{COMMENT} de {comment.author}", text, about))
    return out


def _notes(
    found: Mapping[Place, _Found],
    document: WordFile,
    reading: word_fields.Reading,
    fields: Mapping[str, Field],
) -> list[str]:
    """Report what is not taken back."""
    notes = [
        f"Champ {quoted(fields[key].title)}\u00a0: une image ou un objet n’est pas repris, le texte l’est."
        for (_, key), one in found.items()
        if one.pictures and key in fields
    ]
    notes += [
        f"Champ {quoted(fields[key].title)}\u00a0: des mots barrés sont repris comme les autres, ôtez-les "
        "s’ils ne valent plus."
        for (_, key), one in found.items()
        if one.struck and key in fields
    ]
    titles = {p.section: p.heading or "début du document" for p in reading.passages}
    pictures = stamp.objects_in(document.properties)
    notes += [
        f"{quoted(titles.get(section, 'Début du document'))}\u00a0: une image ou un objet ajouté hors des "
        "cadres n’est pas repris, gardez ce document."
        for section, count in sorted(reading.objects.items())
        if pictures is not None and count > pictures.get(section, 0)
    ]
    notes += [
        f"{_where(one)}, barré, laissé tel quel\u00a0: {quoted(one.text.strip())}." for one in reading.struck
    ]
    stamped = stamp.found_in(document.properties)
    if not stamped:
        notes.append(
            "Ce fichier ne porte plus la mémoire de son export\u00a0: seuls les cadres sont repris, le "
            "reste du document n’a pas pu être comparé. Relisez-le avant de l’écarter."
        )
    else:
        outside = stamp.compare(stamped, reading.passages)
        for counts, one_said, more_said in (
            (outside.missing, "Un passage de l’export a été modifié ou ôté", "ont été modifiés ou ôtés"),
            (outside.moved, "Un passage de l’export a été déplacé", "ont été déplacés"),
        ):
            count = sum(counts.values())
            named = dict.fromkeys(quoted(titles.get(rank, "partie ôtée")) for rank in sorted(counts))
            some = one_said if count == 1 else f"{count} passages de l’export {more_said}"
            if count:
                notes.append(
                    f"{some} hors des cadres ({', '.join(named)})\u00a0: les chiffres d’un document ne se "
                    "changent pas ici, ils viennent de la publication."
                )
    for commune in sorted({commune for commune, _ in found}):
        absent = [f.title for f in FIELDS if (commune, f.key) not in found]
        # The short document of the dialogue has one field only.
        if absent and len(absent) < len(FIELDS) - 1:
            names = ", ".join(map(quoted, absent))
            notes.append(f"Absent du document, laissé tel quel\u00a0: {names}.")
    return notes
