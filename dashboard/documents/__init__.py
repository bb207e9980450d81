"""The documents a person takes away: « Priorités Communales » and the pages of the dialogue.

Belongs here: turning one release file into a PDF, a Word file and a workbook, and taking back what was
written in one. Does not belong here: the computation of an indicator, any other source than the release.
"""

from dashboard.data.release_file import ExportError, opened
from dashboard.documents.batch import FORMATS, export, export_all
from dashboard.documents.dossier import Library
from dashboard.documents.parts.base import starting_base
from dashboard.documents.review import export_form, export_review
from dashboard.documents.taking_back import TakenBack, reprendre, returned, taken_back

__all__ = [
    "FORMATS",
    "ExportError",
    "Library",
    "TakenBack",
    "export",
    "export_all",
    "export_form",
    "export_review",
    "opened",
    "reprendre",
    "returned",
    "starting_base",
    "taken_back",
]
