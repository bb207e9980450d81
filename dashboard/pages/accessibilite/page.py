"""Accessibilité: the declaration, from what is declared in ``accessibility.yaml``."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dashboard.address import screens
from dashboard.address.selection import Selection
from dashboard.data.questions import Barometer
from dashboard.shell import frame
from dashboard.shell.declaration import Declaration, Known, declaration
from dashboard.story import words
from dashboard.story.markup import Content, Fragment, definitions, element, group, text
from sources.french import enumeration


def show() -> None:
    """Show the page."""
    with frame.page(screens.ACCESSIBILITY) as (barometer, selection):
        declared = declaration()
        told = (*_state(declared), *_limits(declared), *_recourse(declared, barometer.identity.epci_name))
        st.html(group(*opening(barometer, selection), *told))


def opening(barometer: Barometer, _: Selection) -> tuple[Fragment, ...]:
    """Return what the page opens with."""
    declared = declaration()
    said = (
        f"Cette déclaration porte sur le baromètre de cohésion sociale de : {barometer.identity.epci_name}. "
        f"Elle suit le {declared.standard} et a été établie le {words.date(declared.declared)}."
    )
    return (text("h1", "Accessibilité : non conforme") + text("p", said, "lead"),)


def _state(declared: Declaration) -> Iterable[Fragment]:
    yield text("h2", "État de conformité")
    yield text("p", declared.state)
    yield text("h2", "Ce qui a été vérifié")
    yield definitions((test.what, test.how.format(axe_core=declared.axe_core)) for test in declared.tested)
    pages = enumeration([page.label for page in screens.PAGES])
    yield text("p", f"Pages vérifiées : {pages}. Technologies employées : {declared.technologies}")
    yield text("h3", "Ce qui ne l’a pas été")
    yield element("ul", *(text("li", line) for line in declared.not_tested))


def _limits(declared: Declaration) -> Iterable[Fragment]:
    yield text("h2", "Ce qui n’est pas accessible")
    yield element("ul", *(_known(known) for known in declared.known))
    yield text("h3", "Défauts écartés des vérifications automatiques")
    if not declared.exclusions:
        yield text("p", "Aucun : tout défaut grave, y compris de Streamlit, fait échouer le test.")
    else:
        yield text("p", "Streamlit, qui affiche les pages, produit lui-même ces défauts, écartés un à un.")
        lines = (
            Known(what=f"Règle {e.rule} ({e.selector})", why=e.reason, issue=e.issue)
            for e in declared.exclusions
        )
        yield element("ul", *(_known(line) for line in lines))


def _known(known: Known) -> Fragment:
    """Return one limit, with a link to where its repair is followed."""
    content: list[Content] = [text("strong", f"{known.what}."), " ", text("span", known.why)]
    if known.issue:
        number = known.issue.rsplit("/", 1)[-1]
        content += [" ", text("a", f"Suivi chez Streamlit, n° {number}", href=known.issue), "."]
    return element("li", *content)


def _recourse(declared: Declaration, epci: str) -> Iterable[Fragment]:
    yield text("h2", "Obtenir de l’aide")
    yield text("p", declared.help.format(epci=epci))
    yield text("h2", "Voies de recours")
    yield text("p", declared.recourse)
    yield element("p", text("a", "Site du Défenseur des droits", href=declared.recourse_address))


if __name__ == "__main__":
    show()
