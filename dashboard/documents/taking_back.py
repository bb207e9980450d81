"""Taking back what a person wrote in the free fields of an exported Word file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.data.release_file import ExportError
from dashboard.documents.word import fields as word_fields
from dashboard.documents.word.file import opened_word
from sources.local import Difference, compare, read_texts
from sources.local.fields import BY_KEY, FIELDS
from sources.local.texts import fingerprint, normal
from sources.problems import quoted, typographic

NOTHING = fingerprint("")
Place = tuple[str, str]
"""Code of a commune, key of a field."""


@dataclass(frozen=True)
class TakenBack:
    """What a document says in its free fields."""

    release_id: str
    """The release it was exported from, as the file still says; empty when it no longer does."""
    texts: dict[str, dict[str, str]]
    """Texts by commune and field, an empty one included."""
    exported: Mapping[Place, str]
    """Fingerprint of the text each field was exported with, where the file still bears it."""
    notes: tuple[str, ...] = ()
    """What the document holds, or lacks, that no text can say."""

    def differences(self, folder: Path) -> list[Difference]:
        """Compare with the texts of the local layer; nothing is written.

        Raises:
            ValidationFailed: the texts in place cannot be read.
        """
        return compare(read_texts(folder), self.texts, self.exported)


def reprendre(file: Path, folder: Path) -> list[Difference]:
    """Compare the free fields of a Word file with the texts of the local layer; nothing is written.

    Args:
        file: an exported document, edited since.
        folder: the local layer's folder, see :func:`sources.local.write_texts` to write what this returns.

    Raises:
        ExportError: the file is not a document of ours, or a field was copied with two different texts.
        ValidationFailed: the texts in place cannot be read.
    """
    return taken_back(file).differences(folder)


def returned(file: Path) -> dict[str, dict[str, str]]:
    """Return the texts of the free fields by commune and field, an empty one included."""
    return taken_back(file).texts


def unfinished(file: Path, text_of: Callable[[str, str], str]) -> list[str]:
    """Return the titles of the fields written in a document since its export, that nobody took back.

    Args:
        file: a document of ours, or not.
        text_of: text of a commune and field in the release about to be exported over it.
    """
    try:
        taken = taken_back(file)
    except ExportError:
        return []
    return [
        BY_KEY[key].title
        for commune, fields in taken.texts.items()
        for key, text in fields.items()
        if taken.exported.get((commune, key)) not in (None, fingerprint(text))
        and normal(text_of(commune, key)) != text
    ]


@dataclass
class _Found:
    """What was found of one field in the whole document."""

    texts: dict[str, None] = field(default_factory=dict)
    """Different texts, in their order."""
    pictures: bool = False


def taken_back(file: Path) -> TakenBack:
    """Read the free fields of a Word file.

    Raises:
        ExportError: the file is not a document of ours, or a field was copied with two different texts.
    """
    document = opened_word(file)
    reading = word_fields.read(document.body)
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
    for place in empty:
        # Its control is elsewhere, or was taken away: an empty place says nothing of a text there was.
        if place not in found and reading.exported[place] == NOTHING:
            found[place] = _Found({"": None})
    if not found:
        raise ExportError(
            f"Le fichier {file.name} n’a aucun champ libre du baromètre\u00a0: "
            "donnez un document que «\u00a0bcs export\u00a0» a écrit."
        )
    texts: dict[str, dict[str, str]] = {}
    for (commune, key), one in found.items():
        if len(one.texts) > 1:
            raise ExportError(
                f"Le champ {quoted(BY_KEY[key].title)} figure deux fois avec deux textes différents\u00a0: "
                "n’en gardez qu’un dans le document, puis relancez la commande."
            )
        texts.setdefault(commune, {})[key] = next(iter(one.texts))
    return TakenBack(document.release_id, texts, reading.exported, tuple(_notes(found)))


def _without_invitation(text: str, key: str) -> str:
    """Return a text without the invitation to write, whether or not the program still marks it as one."""
    return normal(text.replace(typographic(BY_KEY[key].prompt).strip(), ""))


def _notes(found: Mapping[Place, _Found]) -> list[str]:
    """Say what is not taken back."""
    notes = [
        f"Champ {quoted(BY_KEY[key].title)}\u00a0: une image ou un objet n’est pas repris, le texte l’est."
        for (_, key), one in found.items()
        if one.pictures
    ]
    for commune in sorted({commune for commune, _ in found}):
        absent = [f.title for f in FIELDS if (commune, f.key) not in found]
        # The short document of the dialogue has one field only.
        if absent and len(absent) < len(FIELDS) - 1:
            names = ", ".join(map(quoted, absent))
            notes.append(f"Absent du document, laissé tel quel\u00a0: {names}.")
    return notes
