"""One page that holds all it needs: read from an e-mail, without a server, on a telephone or on paper."""

from __future__ import annotations

from pathlib import Path

from dashboard.documents.html.blocks import blocks_html, on_screen
from dashboard.documents.model import Document, Picture, Section
from dashboard.story.about import TITLE
from dashboard.story.markup import Fragment, definitions, element, rules, text

SHEET = Path(__file__).parent / "document.css"
ALONE = Fragment(
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
"""What the page may ask for: nothing outside itself. Its quotes are signs of the rule, not typography."""


def html(document: Document) -> bytes:
    """Return a document as one HTML file: no script, no request, every text escaped."""
    sections = [(f"partie-{rank}", section) for rank, section in enumerate(document.sections, start=1)]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        ALONE,
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        text("title", f"{document.subtitle} – {document.title}"),
        rules(SHEET.read_text(encoding="utf-8")),
    )
    links = (element("li", text("a", section.heading, href=f"#{key}")) for key, section in sections)
    body = element(
        "body",
        text("a", "Aller au contenu", "skip", href="#contenu"),
        element(
            "header",
            element("p", text("strong", TITLE), text("span", document.authority), css="brand"),
            text("h1", document.subtitle),
            text("p", document.title, "lead"),
            definitions(document.facts),
            element("nav", element("ul", *links), aria_label="Sommaire"),
        ),
        element(
            "main",
            *(_section(key, section, folded=rank > 0) for rank, (key, section) in enumerate(sections)),
            id="contenu",
        ),
        element("footer", text("p", document.footer), text("p", HOW, "note")),
    )
    page = element("html", head, body, lang="fr")
    return f"<!doctype html>\n{page.html}\n".encode("utf-8", "replace")


HOW = (
    "Cette page se lit sans connexion : elle ne demande rien à l’extérieur et n’enregistre rien. Ses "
    "chiffres sont ceux de la version indiquée ; le baromètre peut en avoir publié de plus récents depuis."
)


def _section(key: str, section: Section, *, folded: bool) -> Fragment:
    """Return a part; what is not read first is folded, but on paper."""
    title, content = text("h2", section.heading), blocks_html(section.blocks, picture=_inline)
    if folded:
        return element("details", element("summary", title), content, id=key)
    return element("section", title, content, id=key)


def _inline(picture: Picture) -> Fragment:
    """Put a drawing in the page itself: texts were escaped when it was drawn."""
    return element(
        "div", *map(Fragment, on_screen(picture)), css="pieces", role="img", aria_label=picture.alternative
    )
