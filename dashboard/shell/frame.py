"""What surrounds every page: header with its links, notices, footer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlencode

import streamlit as st

from dashboard import STATIC
from dashboard.address import screens
from dashboard.address.parameters import EMBEDDED, PERIMETER, SEARCH, VIEW
from dashboard.address.parse import parse
from dashboard.address.screens import PAGES, Page
from dashboard.address.selection import Selection, href
from dashboard.data.france import Place
from dashboard.data.questions import Barometer
from dashboard.data.questions import barometer as answers
from dashboard.data.records import Identity
from dashboard.data.screen import NoRelease, current
from dashboard.shell import meeting
from dashboard.shell.declaration import declaration
from dashboard.story import words
from dashboard.story.about import TITLE
from dashboard.story.markup import Fragment, element, rules, text
from dashboard.widgets import given
from dashboard.widgets.choice import page_link
from dashboard.widgets.meeting import active
from sources.french import of_town, typographic
from sources.vocabulary import Level

LONGEST_ADDRESS = 500
COPY = "Copier le lien"


@contextmanager
def page(shown: Page) -> Iterator[tuple[Barometer, Selection]]:
    """Open the release and read the address, then show the header, the page's own content and the footer.

    Without a release the page stops here and says how to make one.

    Args:
        shown: The page, which reads the parameters declared for it.
    """
    if active():
        st.html(_meeting_style())
    try:
        barometer = answers(current())
        asked = st.query_params.to_dict()
        selection = parse(asked, barometer, shown)
    except NoRelease as problem:
        no_release(problem)
        st.stop()
    given.begin(barometer.shelf, shown.folder, tuple(asked.items()), st.context.theme.type)
    if not selection.embedded:
        header(selection, barometer.identity)
    notices(selection)
    yield barometer, selection
    if selection.embedded:
        signature(shown, selection, barometer.identity)
    else:
        footer(barometer.identity)


@cache
def _meeting_style() -> Fragment:
    return rules((STATIC / "reunion.css").read_text(encoding="utf-8"))


def header(selection: Selection, identity: Identity) -> None:
    """Show the name of the application and the links to its pages, which keep the current choice."""
    with st.container(key="bandeau", horizontal=True, vertical_alignment="center"):
        st.html(brand(identity))
        with st.container(key="gestes", horizontal=True, width="content"):
            # The address of a view is known to the browser alone, which copies it (« page.js »).
            st.html(text("button", COPY, "copy-link", type="button"))
            meeting.toggle()
        # On a telephone the links are folded under this line, by the style sheet alone.
        st.html(element("details", text("summary", "Menu"), css="menu"))
        with st.container(key="navigation", horizontal=True, width="content"):
            elsewhere = selection.elsewhere()
            for target in PAGES:
                page_link(target.script, label=target.label, query_params=elsewhere)


def brand(identity: Identity) -> Fragment:
    """Return the name of the application and whose it is."""
    return element(
        "div",
        element("img", src="app/static/favicon.svg", alt="", width="36", height="36"),
        element("span", text("strong", TITLE), text("span", identity.epci_name), css="names"),
        css="brand",
    )


def signature(shown: Page, selection: Selection, identity: Identity) -> None:
    """Say, under a view another site holds, whose figures these are and where the whole page is."""
    whole = href(shown, selection.parameters(**dict.fromkeys((EMBEDDED, VIEW))))
    st.html(
        element(
            "footer",
            element("p", text("strong", TITLE), f" {identity.epci_name}", css="brand"),
            text("p", f"Version {identity.release_id}, produite le {words.date(identity.created_at)}."),
            element("p", text("a", "Voir la page entière", href=whole, target="_blank")),
            css="footer embedded",
        )
    )


def notices(selection: Selection) -> None:
    """Say politely what of the address could not be followed, and lead to what of it another view shows."""
    for said in selection.notices:
        notice(said)
    for place in () if selection.embedded else selection.away:
        shown, asked = screens.HOME, {SEARCH: place.searched}
        if place.perimeter is not None:
            shown, asked = screens.QUARTERS, {**asked, PERIMETER: place.perimeter[-4:]}
        page_link(shown.script, label=f"Lire les chiffres {_of(place)}", query_params=asked)


def _of(place: Place) -> str:
    named = of_town(place.name) if place.level == Level.COMMUNE else f"de « {place.name} »"
    return f"{named} ({Level(place.level).label}, {place.code})"


def notice(said: str) -> None:
    """Say politely that something of the address could not be followed."""
    st.info(words.label(said))


def footer(identity: Identity) -> None:
    """Say which release is shown and under which terms; on paper, at the foot of each sheet too."""
    st.html(
        rules(_paper(identity.release_id))
        + element(
            "footer",
            text(
                "p",
                f"Version {identity.release_id}, produite le {words.date(identity.created_at)}. "
                "Tous les chiffres en viennent ; leur source est dans leur fiche.",
            ),
            text("p", "Producteurs et licences : dans chaque fiche et dans la liste des sources."),
            text("p", f"Accessibilité : {declaration().mention}."),
            text("p", f"Adresse de cette page : {_address()}", "onpaper"),
            css="footer",
        )
    )


def _paper(release_id: str) -> str:
    """Return the style of printed sheets: release and page number at the foot of each."""
    known = "".join(sign for sign in release_id if sign.isalnum() or sign in " -_.")
    title = f"{typographic(TITLE)}, version {known}"
    return (
        f'@page {{ @bottom-left {{ content: "{title}"; font-size: 8pt; }} '
        '@bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }'
    )


def _address() -> str:
    """Return the address of the view, so that a printed sheet leads back to it."""
    asked = urlencode(st.query_params.to_dict())
    return f"{st.context.url or ''}{'?' if asked else ''}{asked}"[:LONGEST_ADDRESS]


def no_release(problem: NoRelease) -> None:
    """Show, instead of a page, why there is nothing to see and how to make a release."""
    st.title("Aucun chiffre à montrer pour le moment", anchor=False)
    st.markdown(
        typographic(
            f"Le baromètre montre une version publiée des données, et {problem}.\n\n"
            "Pour en produire une, dans le dossier du projet :"
        )
    )
    st.code("bcs actualiser --publier", language=None)
    st.markdown(
        typographic(
            "Cette commande lit les extraits, les vérifie et publie une version. "
            "Rechargez ensuite cette page. Si les données sont rangées ailleurs, indiquez leur dossier "
            "par la variable `BCS_HOME` avant de lancer `bcs ouvrir`."
        )
    )
