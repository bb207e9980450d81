"""The screens of the application: what each is called and where it answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboard import ROOT


@dataclass(frozen=True)
class Page:
    """One page: its folder, its name in the navigation, its address (empty for the first page)."""

    folder: str
    label: str
    url_path: str | None

    @cached_property
    def script(self) -> str:
        """Path of the script Streamlit runs."""
        return str(ROOT / "pages" / self.folder / "page.py")


HOME = Page("accueil", "Accueil", None)
BAROMETER = Page("barometre", "Baromètre", "barometre")
INDICATOR = Page("indicateur", "Indicateur", "indicateur")
QUARTERS = Page("quartiers", "Quartiers", "quartiers")
PRIORITIES = Page("priorites", "Priorités", "priorites")
SHEET = Page("fiche", "Fiche commune", "fiche")
CONTRACT = Page("suivi", "Suivi du contrat", "suivi")
DATA = Page("donnees", "Données et méthode", "donnees")
ACCESSIBILITY = Page("accessibilite", "Accessibilité", "accessibilite")
PAGES = (HOME, BAROMETER, INDICATOR, QUARTERS, PRIORITIES, CONTRACT, SHEET, DATA, ACCESSIBILITY)
