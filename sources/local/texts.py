"""The free texts of the documents: kept in one YAML file, compared with what came back, then written."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from sources.declarations import read_yaml
from sources.french import plural
from sources.local.cells import is_cell
from sources.local.fields import BY_KEY, Field, Place
from sources.problems import Problem, ValidationFailed, quoted

TEXTS_FILE = "textes.yaml"
LONGEST = 20_000
"""Characters of one free text: some five pages."""


_SITE = re.compile(r"(\]\(https?://[^\s()/]+)/\)")
"""A link to a whole site: LibreOffice ends its address with a slash."""


@dataclass(frozen=True)
class Difference:
    """One free text that is not what it was."""

    commune: str
    field: Field
    before: str
    after: str
    conflict: bool = False
    """Both texts were written since the document was exported: one would erase words of the other."""

    def message(self, name: str = "") -> str:
        """Return what changes, in a few French lines.

        Args:
            name: name of the commune.
        """
        kind = "ajouté" if not self.before else "retiré" if not self.after else "modifié"
        said = "conflit, changé des deux côtés" if self.conflict else f"texte {kind}"
        place = f"{name} ({self.commune})" if name else self.commune
        lines = [f"{place} – {self.field.title}\u00a0: {said}"]
        lines += [f"  − {line}" for line in self.before.splitlines()]
        lines += [f"  + {line}" for line in self.after.splitlines()]
        return "\n".join(lines)


def read_texts(folder: Path) -> dict[str, dict[str, str]]:
    """Return the texts of ``textes.yaml`` by commune and field; nothing when there is no such file.

    Raises:
        ValidationFailed: the file is not what it should be.
    """
    path = folder / TEXTS_FILE
    if not path.is_file():
        return {}
    content = read_yaml(path) or {}
    if not isinstance(content, dict):
        found = "autre chose qu’un bloc par commune"
        raise ValidationFailed(Problem(TEXTS_FILE, 1, None, found, "un bloc par code de commune"))
    problems: list[Problem] = []
    texts: dict[str, dict[str, str]] = {}
    for commune, fields in content.items():
        if not isinstance(commune, str) or not isinstance(fields, dict):
            found = quoted(commune)
            expected = "un code de commune entre guillemets, suivi de ses textes"
            problems.append(Problem(TEXTS_FILE, None, str(commune), found, expected))
            continue
        for key, text in fields.items():
            where = f"{commune}.{key}"
            if key not in BY_KEY and not is_cell(str(key)):
                expected = f"l’un de {', '.join(BY_KEY)}, ou une cellule (fichier/ligne/colonne)"
                problems.append(Problem(TEXTS_FILE, None, where, quoted(key), expected))
            elif not isinstance(text, str):
                problems.append(Problem(TEXTS_FILE, None, where, quoted(text), "un texte"))
            elif len(text) > LONGEST:
                found = plural(len(text), "caractère")
                problems.append(
                    Problem(TEXTS_FILE, None, where, found, f"{plural(LONGEST, 'caractère')} au plus")
                )
            else:
                texts.setdefault(commune, {})[key] = text
    if problems:
        raise ValidationFailed(problems)
    return texts


class _Dumper(yaml.SafeDumper):
    """A text of several lines is written line by line, as a person would."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def normal(text: str) -> str:
    """Return a text without what a word processor adds or drops at the ends of lines and of addresses.

    A tab that opens it stays: it is an empty cell of a table.
    """
    lines = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n \u00a0")
    return _SITE.sub(r"\1)", lines)


def fingerprint(text: str) -> str:
    """Return the short digest by which an exported document remembers the text it was given."""
    return hashlib.sha256(normal(text).encode()).hexdigest()[:8]


def compare(
    current: Mapping[str, Mapping[str, str]],
    returned: Mapping[str, Mapping[str, str]],
    exported: Mapping[Place, str] | None = None,
    fields: Mapping[str, Field] = BY_KEY,
) -> list[Difference]:
    """Return the texts that came back different; a field that did not come back is left as it is.

    Args:
        current: texts of the local layer.
        returned: texts of a document.
        exported: fingerprints of the texts this document was exported with, where it says them. A field
            nobody touched in it is left as it is: the local layer has the newer text.
        fields: the fields these texts are of, by key.
    """
    found = []
    for commune, texts in sorted(returned.items()):
        for key, text in texts.items():
            before, after = normal(current.get(commune, {}).get(key, "")), normal(text)
            origin = (exported or {}).get((commune, key))
            if before == after or origin == fingerprint(after):
                continue
            kept = set(before.splitlines()) <= set(after.splitlines())
            conflict = origin != fingerprint(before) and not kept
            found.append(Difference(commune, fields[key], before, after, conflict))
    return found


def settle(difference: Difference, choice: str) -> Difference | None:
    """Return what a conflict becomes: the text of the ``document``, ``deux`` for both, ``local`` for none.

    Both are kept once: a document whose text is already part of the other adds nothing.
    """
    if choice == "local" or (choice == "deux" and f"\n{difference.after}\n" in f"\n{difference.before}\n"):
        return None
    after = difference.after if choice == "document" else f"{difference.before}\n\n{difference.after}".strip()
    return dataclasses.replace(difference, after=after, conflict=False)


def write_texts(folder: Path, differences: Iterable[Difference]) -> Path:
    """Write the texts that changed into ``textes.yaml``, all or none.

    Raises:
        ValidationFailed: a text is too long, or the file in place cannot be read.
    """
    texts = read_texts(folder)
    for difference in differences:
        if len(difference.after) > LONGEST:
            where = f"{difference.commune}.{difference.field.key}"
            found = plural(len(difference.after), "caractère")
            raise ValidationFailed(
                Problem(TEXTS_FILE, None, where, found, f"{plural(LONGEST, 'caractère')} au plus")
            )
        fields = texts.setdefault(difference.commune, {})
        if difference.after:
            fields[difference.field.key] = difference.after
        else:
            fields.pop(difference.field.key, None)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / TEXTS_FILE
    draft = path.with_suffix(".yaml.tmp")
    content = {commune: dict(sorted(fields.items())) for commune, fields in sorted(texts.items()) if fields}
    draft.write_text(
        yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100), encoding="utf-8"
    )
    draft.replace(path)
    return path
