"""Reading a file we declare things in, and saying in French what is wrong in one.

Belongs here: YAML to checked models, for the catalogue and for the territory. Does not belong here:
producers' files (``sources.readers``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from sources.model import Model
from sources.problems import Problem, ValidationFailed, quoted

# The C loader is ten times faster, and absent from a few builds of PyYAML.
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_Declared = TypeVar("_Declared", bound=Model)


class DeclarationError(ValidationFailed):
    """A file of the catalogue or of the territory that cannot be taken as it is."""


class _UniqueKeyLoader(_BaseLoader):  # type: ignore[misc]
    """YAML lets the last of two equal keys win silently; a column would vanish without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"clé écrite deux fois, {quoted(key)}", problem_mark=key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read_yaml(path: Path) -> object:
    """Return the content of one YAML file.

    Raises:
        DeclarationError: the file is not UTF-8, not YAML, or gives a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content: object = yaml.load(text, Loader=_UniqueKeyLoader)  # noqa: S506 (a safe loader's subclass)
        return content
    except UnicodeDecodeError as error:
        found = "un octet qui n’est pas de l’UTF-8"
        raise DeclarationError(Problem(path.name, None, None, found, "un fichier en UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        found = f"une écriture illisible ({error.problem})"
        raise DeclarationError(Problem(path.name, line, None, found, "un fichier YAML bien formé")) from error


def validated(model: type[_Declared], content: object, file: str, line: int | None = None) -> _Declared:
    """Return ``content`` as a checked model.

    Args:
        model: the class of the declaration.
        content: what was read.
        file: name of the file it was read in, for the message.
        line: line of that file, when one row is one declaration.

    Raises:
        DeclarationError: naming the file and every field that is wrong, in French.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [Problem(file, line, *_described(fault)) for fault in error.errors()]
        raise DeclarationError(problems) from error


def _described(error: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return field, found and expected, in French, for one error of pydantic."""
    field = ".".join(str(part) for part in error["loc"]) or "(tout le fichier)"
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return field, "une clé inconnue", "une clé prévue par le modèle"
    if kind == "missing":
        return field, "rien", "une valeur, ce champ étant obligatoire"
    if kind == "value_error":
        return field, f"une déclaration incohérente ({context['error']})", "une déclaration cohérente"
    if kind in ("literal_error", "enum"):
        return (
            field,
            quoted(error["input"]),
            f"l’une des valeurs {_QUOTED.sub(lambda one: quoted(one[1]), context['expected'])}".replace(
                " or ", " ou "
            ),
        )
    if kind == "string_pattern_mismatch":
        return field, quoted(error["input"]), f"un texte de la forme {context['pattern']}"
    return field, quoted(error["input"]), _expected(kind, error["msg"])


def _expected(kind: str, message: str) -> str:
    """Return what was expected for the plain kinds of error; pydantic's own words for a rare one."""
    return next((words for prefix, words in _EXPECTED.items() if kind.startswith(prefix)), message)


_QUOTED = re.compile("'([^']*)'")
"""A value as pydantic writes it."""
_EXPECTED = {
    "string": "un texte (entre guillemets si ce sont des chiffres)",
    "int": "un nombre entier",
    "float": "un nombre",
    "bool": "true ou false",
    "date": "une date AAAA-MM-JJ",
    "dict": "un bloc de clés et de valeurs",
    "model": "un bloc de clés et de valeurs",
    "tuple": "une liste",
    "greater_than": "un nombre dans les bornes",
    "less_than": "un nombre dans les bornes",
    "too_short": "au moins un élément",
    "too_long": "moins d’éléments",
}
