"""What goes with a picture, a table or a text that leaves the screen: a figure never leaves alone.

Belongs here: the words of its title, unit, year, source and release. Not here: how they are drawn.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from dashboard.data.records import Identity
from dashboard.story import words
from sources.french import capital, typographic

TITLE = "Baromètre de cohésion sociale"
_LONGEST_NAME = 80
ANALYSIS_SOURCE = "calcul du baromètre sur ses indicateurs, sources dans la page « Données et méthode »"


@dataclass(frozen=True)
class About:
    """What a picture, a table or a text is about."""

    title: str
    unit: str
    """Unit of its figures, empty where each says its own."""
    period: str
    """Millésime of its figures, in words."""
    source: str
    """Producers of its figures."""
    release: Identity
    note: str = ""
    """What a picture must add: whose figure is missing, and why."""
    status: str = ""
    """How many of its figures are estimated, in words."""

    @property
    def subtitle(self) -> str:
        """Unit, millésime and what is missing, to be read under the title."""
        parts = [f"unité : {self.unit}" if self.unit else "", self.period, self.note]
        return typographic(capital(" ; ".join(part for part in parts if part)))

    @property
    def source_line(self) -> str:
        """Producers, millésime and what is estimated."""
        parts = [part for part in (self.source, self.period, self.status) if part]
        return typographic(f"Source : {', '.join(parts)}.")

    @property
    def release_line(self) -> str:
        """Whose figures these are and which release they come from."""
        return typographic(
            f"{TITLE}, {self.release.epci_name}. Version {self.release.release_id}, "
            f"produite le {words.date(self.release.created_at)}."
        )

    def text(self, sentence: str) -> str:
        """Return plain text for a slide: the sentence, then its unit, year, source and release.

        Args:
            sentence: The message with its figures and its reference.
        """
        told = typographic(sentence)
        unit = [typographic(f"Unité : {self.unit}.")] if self.unit else []
        missing = [typographic(f"{capital(self.note)}.")] if self.note else []
        return "\n".join(
            [typographic(self.title), told, *missing, *unit, self.source_line, self.release_line]
        )

    def file_name(self, extension: str) -> str:
        """Return a name for the file: letters, digits and hyphens, whatever the title holds."""
        return f"{self._stem}.{extension}"

    @cached_property
    def _stem(self) -> str:
        plain = unicodedata.normalize("NFKD", f"{self.title} {self.period}").encode("ascii", "ignore")
        stem = re.sub(r"[^a-z0-9]+", "-", plain.decode("ascii").lower()).strip("-")[:_LONGEST_NAME]
        return stem.strip("-") or "barometre"
