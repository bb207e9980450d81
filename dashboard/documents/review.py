"""The yearly review of the contract for its committees, and the page its project holders fill.

Belongs here: the two documents that are of no single commune. Does not belong here: what each part holds
(``parts.register``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dashboard.data.release_file import ExportError, opened
from dashboard.documents.dossier import Library
from dashboard.documents.kept import Shelf
from dashboard.documents.model import Cell, Column, Document, Paragraph, Section, Table, table_or_reason
from dashboard.documents.parts import base, register
from dashboard.documents.pdf.writer import pdf
from dashboard.documents.word.writer import docx
from dashboard.documents.wording import number
from dashboard.documents.workbook.writer import review_workbook
from dashboard.story import words
from dashboard.story.readings import when
from indicators.model import Theme
from sources.french import typographic

COMMITTEES = {"pilotage": "Comité de pilotage", "technique": "Comité technique"}
FORMATS = ("docx", "pdf", "xlsx")

_ROOM = "\n".join("\u00a0" * 5)
"""Lines to answer by hand."""
_QUESTIONS = (
    ("Projet et structure", "Intitulé, structure, fonction de la personne à joindre."),
    (
        "À quel besoin répond-il ?",
        "Un indicateur de la liste ci-dessous, son niveau, sa commune ou son quartier.",
    ),
    ("Objectif mesurable", "Combien de personnes, quel changement, à quelle date."),
    ("Comment le saurez-vous ?", "Ce qui sera compté, par qui, quand ; jamais de liste de personnes."),
    ("Public et lieu", "Qui, où, comment les habitants sont associés."),
    ("Moyens", "Coût, financeurs et montants, droit commun mobilisé."),
    ("Principe transversal", "Participation, égalité, aller-vers, numérique, illettrisme, sport et culture."),
)


def review(library: Library, year: int, committee: str) -> Document:
    """Return the review of a year for one of the committees.

    Args:
        library: of the release.
        year: year of the programme.
        committee: among :data:`COMMITTEES`.
    """
    parts = register.PARTS if committee == "technique" else register.PARTS[:-1]
    sections = (
        Section(rank, typographic(title), tuple(part(library, year)))
        for rank, (title, part) in enumerate(parts, start=1)
    )
    return _document(
        library,
        f"bilan-{year}-{committee}",
        f"Suivi du contrat, bilan {year}",
        COMMITTEES[committee],
        sections,
    )


def project_form(library: Library) -> Document:
    """Return the page a project holder reads, then fills: what to aim at, and how to know."""
    guide = (
        "Un projet vise un besoin que l’on peut mesurer. Choisissez un indicateur ci-dessous, dites de "
        "combien vous voulez le faire bouger et pour qui, puis ce que vous compterez vous-même : un projet "
        "change ce qu’il touche bien avant que l’indicateur d’une commune ne bouge."
    )
    rows = tuple(
        (Cell(typographic(asked), typographic(hint), strong=True), Cell(_ROOM)) for asked, hint in _QUESTIONS
    )
    form = Table("À remplir", (Column("Question", 6.0), Column("Réponse", 11.0)), rows)
    blocks = (Paragraph(typographic(guide)), form, _indicators(library))
    sections = (Section(None, typographic("Objectifs et indicateurs de votre projet"), blocks),)
    return _document(
        library, "fiche-porteur-de-projet", library.contract, "Fiche du porteur de projet", sections
    )


def _indicators(library: Library) -> Paragraph | Table:
    """Return the followed indicators with the figure of the agglomeration, a line for each theme."""
    named = {theme.theme: theme.title for theme in library.barometer.themes}
    told: dict[str, list[str]] = {}
    for reading in base.followed(library.epci_readings):
        shown = reading.shown
        if shown is None or not shown.usable or shown.value is None or reading.indicator.theme == Theme.IDH4:
            continue
        said = f"{reading.indicator.short_title} {number(shown.value, reading.indicator)} ({when(shown)})"
        told.setdefault(reading.indicator.theme, []).append(said)
    rows = [
        (Cell(named[theme], strong=True), Cell(typographic(" ; ".join(lines))))
        for theme, lines in told.items()
    ]
    columns = (
        Column("Thème", 3.5),
        Column(f"Indicateurs du baromètre et niveau {library.authority.of}", 13.5),
    )
    out = table_or_reason("Indicateurs", columns, rows, "Aucun indicateur n’a de chiffre.")
    assert isinstance(out, Paragraph | Table)
    return out


def _document(
    library: Library, name: str, title: str, subtitle: str, sections: Iterable[Section]
) -> Document:
    identity = library.barometer.identity
    return Document(
        name=name,
        title=typographic(title),
        subtitle=typographic(subtitle),
        authority=typographic(identity.epci_name),
        release_id=identity.release_id,
        released=identity.created_at,
        facts=(("Version des chiffres", words.date(identity.created_at.date())),),
        sections=tuple(sections),
    )


def export_review(
    release: Path, year: int, committee: str, formats: Sequence[str], output: Path, notes: Path | None = None
) -> list[Path]:
    """Write the review of a year.

    Args:
        release: a release file.
        year: year of the programme.
        committee: among :data:`COMMITTEES`.
        formats: among :data:`FORMATS`.
        output: folder to write into.
        notes: folder that remembers what was written, so that only a changed file is moved aside.

    Returns:
        The files written.

    Raises:
        ExportError: an unknown committee or format, a file that is not a release.
    """
    if committee not in COMMITTEES:
        raise ExportError(f"Comité inconnu\u00a0: {committee}. Possibles\u00a0: {', '.join(COMMITTEES)}.")
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise ExportError(f"Formats possibles\u00a0: {', '.join(FORMATS)}.")
    with opened(release) as file:
        library = Library(file)
        document = review(library, year, committee)
        made = {
            "docx": lambda: docx(document),
            "pdf": lambda: pdf(document),
            "xlsx": lambda: review_workbook(library, year),
        }
        shelf = Shelf(output, notes)
        return [shelf.put(f"{document.name}.{name}", made[name]()) for name in dict.fromkeys(formats)]


def export_form(release: Path, output: Path, notes: Path | None = None) -> list[Path]:
    """Write the page of the project holders, as a Word file and as a PDF; see :func:`export_review`."""
    with opened(release) as file:
        document = project_form(Library(file))
    shelf = Shelf(output, notes)
    return [
        shelf.put(f"{document.name}.docx", docx(document)),
        shelf.put(f"{document.name}.pdf", pdf(document)),
    ]
