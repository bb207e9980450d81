"""The free fields of the document of a commune: what a person may write, and under which stable tag.

A tag never changes once a document has been exported with it: it is how the text is found again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TypeAlias

PREFIX = "bcs"

Place: TypeAlias = tuple[str, str]
"""Code of a commune, short key of a field."""

_CELL = re.compile(r"cell[0-9a-f]{8}")


@dataclass(frozen=True)
class Field:
    """One free field."""

    key: str
    """Stable key, in the files of texts and in the tags of the document."""
    part: int
    """Part of the document it belongs to, 1 to 11."""
    title: str
    prompt: str
    """What to write there, shown while it is empty."""

    def tag(self, commune: str) -> str:
        """Return the tag of the content control that holds this field for a commune."""
        return f"{PREFIX}.{commune}.{self.short}"

    @property
    def short(self) -> str:
        """Key in the document: that of a cell (``section/line/column``) is too long for a bookmark."""
        return short(self.key)


def short(key: str) -> str:
    """Return the key of a field as a document bears it."""
    return f"cell{hashlib.sha256(key.encode()).hexdigest()[:8]}" if "/" in key else key


FIELDS: tuple[Field, ...] = (
    Field(
        "lecture_partagee",
        1,
        "Lecture partagée du diagnostic",
        "Ce que la commune, les habitants et les partenaires retiennent de ces chiffres, "
        "et ce qu’ils ne disent pas.",
    ),
    Field(
        "lecture_carte",
        2,
        "Lecture de la carte",
        "Secteurs à surveiller, limites vécues des quartiers, projets urbains en cours.",
    ),
    Field(
        "quartier_vecu",
        3,
        "Le quartier vécu",
        "Équipements, commerces et lieux que les habitants fréquentent, y compris hors du périmètre.",
    ),
    Field(
        "services_besoins",
        4,
        "Services et dispositifs : ce qui manque",
        "Ce qui existe dans la commune, ce qui fonctionne, ce qui manque.",
    ),
    Field(
        "enjeux",
        5,
        "Priorités et enjeux de la commune",
        "Les enjeux retenus, dans l’ordre, avec le résultat attendu d’ici à 2030.",
    ),
    Field(
        "programmation",
        6,
        "Commentaire de la programmation",
        "Bilan de l’année écoulée, actions reconduites, arrêtées, nouvelles.",
    ),
    Field(
        "tfpb",
        7,
        "Commentaire du programme d’abattement de TFPB",
        "Bilan par bailleur, attentes de la commune et des habitants.",
    ),
    Field(
        "participation",
        8,
        "Participation citoyenne : modalités dans la commune",
        "Qui est associé, comment, à quel rythme, avec quels moyens.",
    ),
    Field(
        "pilotage",
        9,
        "Pilotage dans la commune",
        "Référents, dates du Dialogue de projets, circuit de décision.",
    ),
    Field(
        "equipe",
        10,
        "Ingénierie mobilisée par la commune",
        "Postes et temps de travail mobilisés par la commune et ses partenaires (fonctions, sans nom).",
    ),
    Field(
        "suivi",
        11,
        "Commentaire du suivi",
        "Ce qui a bougé, pourquoi, et ce qui sera regardé la prochaine fois.",
    ),
)

BY_KEY = {field.key: field for field in FIELDS}


def parse_tag(tag: str) -> Place | None:
    """Return commune and short key of a tag of ours, ``None`` for any other."""
    parts = tag.split(".")
    if len(parts) != 3 or parts[0] != PREFIX or not (parts[2] in BY_KEY or _CELL.fullmatch(parts[2])):
        return None
    return parts[1], parts[2]
