"""Fiche commune: the diagnostic of a commune as it will be exported, and the buttons that export it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboard.address import screens
from dashboard.address.parameters import FOLLOW_WORD, PART
from dashboard.address.selection import Selection, link
from dashboard.data.kept import kept
from dashboard.data.questions import Barometer
from dashboard.data.records import Territory
from dashboard.data.release import Release
from dashboard.data.revisions import previous
from dashboard.documents import export
from dashboard.documents.assemble import FULL, PAGE, PARTS, SHORT, TITLE, document, of_contract
from dashboard.documents.dossier import Dossier, Library
from dashboard.documents.html.blocks import blocks_html
from dashboard.documents.model import Paragraph
from dashboard.documents.parts import base, essential
from dashboard.documents.workbook.writer import follow_csv, follow_workbook
from dashboard.pages.fiche.pictures import Drawn, drawn, pictures_taken
from dashboard.shell import frame
from dashboard.shell.leads import leads
from dashboard.story import places
from dashboard.story.markup import Fragment, text
from dashboard.story.parts import FOLLOW_UP, SOURCES, part_title
from dashboard.widgets.choice import go, select
from dashboard.widgets.context import context, context_card
from dashboard.widgets.download import download
from dashboard.widgets.made import linked
from sources.french import typographic
from sources.vocabulary import Level

GESTURE = "D’où vient ce chiffre ? Chaque chiffre souligné mène à sa fiche."
BUTTONS = (
    ("Document Word, à compléter", "docx", ".docx"),
    ("Document PDF", "pdf", ".pdf"),
    ("Chiffres pour un tableur", "xlsx", ".xlsx"),
    ("Page à envoyer (HTML)", "html", ".html"),
    ("Dialogue de projets, Word", "dialogue", ".docx"),
    ("Dialogue de projets, PDF", "dialogue", ".pdf"),
)
HEADS = {"dialogue": SHORT, "html": PAGE}
FOLLOW_BUTTONS: tuple[tuple[str, str, Callable[[Dossier], bytes]], ...] = (
    ("Base de suivi pour un tableur (xlsx)", ".xlsx", follow_workbook),
    ("Base de suivi en CSV", ".csv", follow_csv),
)


def show() -> None:
    """Show the page."""
    with frame.page(screens.SHEET) as (barometer, selection):
        for piece in opening(barometer, selection):
            st.html(piece)
        commune, _ = _commune(barometer, selection)
        if commune is None:
            return
        part = selection.part
        with st.container(key="cadre_choix"):
            _choices(barometer, selection, commune, part)
        _views(selection, commune, part)
        if part == FOLLOW_UP:
            _follow_downloads(barometer, commune)
        else:
            _downloads(barometer, commune)
        shown = _shown(barometer.release, commune.code, part)
        st.html(shown.html)
        pictures_taken(barometer, commune, shown.pictures)
        _next(selection, commune, part)


def opening(barometer: Barometer, selection: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with: the commune and what is known of it."""
    commune, note = _commune(barometer, selection)
    if commune is None:
        none = "Cette version du baromètre n’a aucune commune."
        return (text("h1", "Fiche commune") + text("p", none, "status"),)
    title = text("h1", f"Fiche commune : {typographic(commune.name)}")
    title += text("p", note, "note") if note else ""
    return (title,) if selection.part == FOLLOW_UP else (title, context_card(context(barometer, commune)))


def _commune(barometer: Barometer, selection: Selection) -> tuple[Territory | None, str]:
    """The commune of the address, that of its quarter, else the first one; and the notices to show."""
    communes = barometer.communes()
    territory = selection.territory
    if territory in communes:
        return territory, ""
    first = communes[0] if communes else None
    if not selection.chosen or first is None:
        return first, ""
    name = typographic(territory.name)
    if territory.level == Level.QPV:
        codes = {
            m.parent_code
            for m in barometer.memberships
            if (m.level, m.code, m.parent_level) == (Level.QPV, territory.code, Level.COMMUNE)
        }
        found = next((c for c in communes if c.code in codes), None)
        if found is not None:
            return found, f"{name} est un quartier : voici la fiche d’une de ses communes."
    return first, f"{name} n’a pas de fiche : seules les communes en ont une."


def _address(selection: Selection, commune: Territory, part: int) -> dict[str, str]:
    shown = FOLLOW_WORD if part == FOLLOW_UP else str(part)
    return selection.parameters(**link(commune), **{PART: shown})


def _choices(barometer: Barometer, selection: Selection, commune: Territory, part: int) -> None:
    first, second = st.columns(2)
    with first:
        select(
            "Commune",
            barometer.communes(),
            commune,
            key="commune_fiche",
            words=lambda c: typographic(c.name),
            parameters=lambda c: _address(selection, c, part),
        )
    with second:
        select(
            "Partie du document",
            list(range(1, SOURCES + 1)),
            part,
            key="partie_fiche",
            words=lambda n: typographic(part_title(n)),
            parameters=lambda n: _address(selection, commune, n),
        )


def _views(selection: Selection, commune: Territory, part: int) -> None:
    """The diagnostic and the follow-up base, one press away from each other."""
    following = f"Suivi {base.START}-{base.END}"
    label, target = ("Diagnostic et document", 1) if part == FOLLOW_UP else (following, FOLLOW_UP)
    st.button(label, key="autre_vue", on_click=go, args=(_address(selection, commune, target),))


def _follow_downloads(barometer: Barometer, commune: Territory) -> None:
    """The base alone, with the very lines shown below."""

    def content(write: Callable[[Dossier], bytes]) -> Callable[[], bytes]:
        return lambda: write(Dossier(_library(barometer.release), commune.code))

    with st.container(key="telecharger_suivi", horizontal=True):
        for label, suffix, write in FOLLOW_BUTTONS:
            name = f"suivi-{base.START}-{base.END}-{commune.code}{suffix}"
            download(label, name, f"emporter_suivi_{suffix[1:]}", content(write))


def _downloads(barometer: Barometer, commune: Territory) -> None:
    """Buttons that make the file when it is asked for, from the release this page shows."""
    name = places.of(commune.name, commune.level)
    st.html(
        text("h2", "Emporter ce diagnostic")
        + text("p", f"« {of_contract(TITLE, barometer.identity.contract)} » {name}, avec ces mêmes chiffres.")
    )
    with st.container(key="telecharger_fiche", horizontal=True):
        for label, kind, suffix in BUTTONS:
            file = f"{HEADS.get(kind, FULL)}-{commune.code}{suffix}"
            made = _made(barometer.release.path, commune.code, kind, suffix)
            download(label, file, f"emporter_{kind}_{suffix[1:]}", made)


def _made(release: Path, commune: str, kind: str, suffix: str) -> Callable[[], bytes]:
    def content() -> bytes:
        # Only the dialogue says what changed, and looking for the release before takes time.
        before = previous(release) if kind == "dialogue" else None
        with tempfile.TemporaryDirectory() as folder:
            written = export(
                release, commune, (kind,), Path(folder), previous=before.path if before else None
            )
            return next(path for path in written if path.suffix == suffix).read_bytes()

    return content


@kept
def _library(release: Release) -> Library:
    """What the fiches of one release share."""
    return Library(release)


@dataclass(frozen=True)
class Shown:
    """One part of the document as the page shows it."""

    html: Fragment
    pictures: tuple[Drawn, ...]


@linked
def _shown(release: Release, commune: str, part: int) -> Shown:
    """One part of a document.

    The first is made alone: it numbers its sources as the whole document does.
    """
    dossier = Dossier(_library(release), commune)
    lead = leads(dossier.barometer)
    heading = text("h2", part_title(part))
    first = (*essential.blocks(dossier), *PARTS[0](dossier)) if part == 1 else ()
    blocks = first or document(dossier).sections[part - 1].blocks
    told = text("p", GESTURE, "note") if part in (1, FOLLOW_UP) else ""
    # The gesture is explained after the sentence that opens the part, if one does.
    opens = 1 if isinstance(blocks[0], Paragraph) and blocks[0].kind == "lead" else 0
    html = heading + blocks_html(blocks[:opens], lead) + told + blocks_html(blocks[opens:], lead)
    if part == 1:
        html += text("h3", "Sources de cette partie") + blocks_html([dossier.sources.brief()])
    return Shown(html, drawn(blocks, dossier.barometer, dossier.readings))


def ahead(barometer: Barometer, commune: Territory) -> None:
    """Make the part the page opens with before a reader asks for it."""
    _shown(barometer.release, commune.code, 1)


def _next(selection: Selection, commune: Territory, part: int) -> None:
    with st.container(key="suite_fiche", horizontal=True):
        for label, other in (("Partie précédente", part - 1), ("Partie suivante", part + 1)):
            if 1 <= other <= SOURCES:
                st.button(
                    typographic(f"{label} : {part_title(other)}"),
                    key=f"aller_{other}",
                    type="tertiary",
                    on_click=go,
                    args=(_address(selection, commune, other),),
                )


if __name__ == "__main__":
    show()
