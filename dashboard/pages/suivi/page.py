"""Suivi du contrat: commitments, followed actions, cohorts, programme and property tax of the last year."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.address import screens
from dashboard.address.selection import Selection
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.data.release import Release
from dashboard.documents.dossier import Library
from dashboard.documents.html.blocks import blocks_html
from dashboard.documents.parts import register
from dashboard.documents.pdf.writer import pdf
from dashboard.documents.review import project_form, review
from dashboard.documents.word.writer import docx
from dashboard.documents.workbook.writer import review_workbook
from dashboard.shell import frame
from dashboard.story.markup import Fragment, group, text
from dashboard.widgets.download import download
from sources.french import typographic

STEERING = "pilotage"
FILES: tuple[tuple[str, str, Callable[[Library, int], bytes]], ...] = (
    ("Bilan pour le comité de pilotage, Word", ".docx", lambda lib, y: docx(review(lib, y, STEERING))),
    ("Bilan, PDF", ".pdf", lambda lib, y: pdf(review(lib, y, STEERING))),
    ("Registres pour un tableur", ".xlsx", review_workbook),
    ("Fiche du porteur de projet, Word", "-porteur.docx", lambda lib, _: docx(project_form(lib))),
)


def show() -> None:
    """Show the page."""
    with frame.page(screens.CONTRACT) as (barometer, selection):
        for piece in opening(barometer, selection):
            st.html(piece)
        _downloads(barometer, _year(barometer))


def opening(barometer: Barometer, _: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: its registers."""
    year = _year(barometer)
    return text("h1", f"Suivi du contrat, année {year}"), _registers(barometer.release, year)


def ahead(barometer: Barometer, _: Territory) -> None:
    """Make the registers, once for all the communes: what is followed in each of them is counted there."""
    _registers(barometer.release, _year(barometer))


def _year(barometer: Barometer) -> int:
    known = register.years(_library(barometer.release))
    return known[0] if known else barometer.identity.created_at.year


@kept
def _library(release: Release) -> Library:
    """What the registers of one release are read from."""
    return Library(release)


@kept
def _registers(release: Release, year: int) -> Fragment:
    library = _library(release)
    told = ((title, part(library, year)) for title, part in register.PARTS)
    parts = (text("h2", typographic(title)) + blocks_html(blocks) for title, blocks in told)
    return group(*parts)


def _downloads(barometer: Barometer, year: int) -> None:
    """Buttons that make the file when it is asked for, with what the page shows."""

    def content(write: Callable[[Library, int], bytes]) -> Callable[[], bytes]:
        return lambda: write(_library(barometer.release), year)

    with st.container(key="telecharger_bilan", horizontal=True):
        for label, suffix, write in FILES:
            download(label, f"bilan-{year}{suffix}", f"bilan_{suffix}", content(write))


if __name__ == "__main__":
    show()
